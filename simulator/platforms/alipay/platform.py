"""Alipay's interfaces as tables of operations."""

from typing import Final

from simulator.platforms.alipay.consent import WIRE, PageQuery
from simulator.platforms.third_party.dialect import PageDialect
from simulator.platforms.third_party.operations import consent_operations
from simulator.web.operations import Platform

NAME: Final = "alipay"


def alipay_pages() -> Platform:
    """The page on which people let applications in, ready to be added to the application."""
    return Platform(
        name=NAME,
        speaks="pages",
        prefix="/alipay/oauth2",
        dialect=PageDialect(WIRE.brand),
        operations=consent_operations("/publicAppAuthorize.htm", WIRE, PageQuery()),
        title="Alipay, consent 支付宝授权",
    )
