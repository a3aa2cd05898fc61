"""WeChat's interfaces as tables of operations."""

from typing import Final

from simulator.platforms.third_party.dialect import PageDialect
from simulator.platforms.third_party.operations import consent_operations
from simulator.platforms.wechat.consent import WIRE, PageQuery
from simulator.web.operations import Platform

NAME: Final = "wechat"


def wechat_pages() -> Platform:
    """The page on which people let applications in, ready to be added to the application."""
    return Platform(
        name=NAME,
        speaks="pages",
        prefix="/wechat/connect/oauth2",
        dialect=PageDialect(WIRE.brand),
        operations=consent_operations("/authorize", WIRE, PageQuery()),
        title="WeChat, consent 微信授权",
    )
