"""Alipay's interfaces as tables of operations."""

from typing import Final

from simulator.domain.applications import PlatformName
from simulator.platforms.alipay.consent import WIRE, PageQuery
from simulator.platforms.third_party.data_operations import chart_platform, data_platform
from simulator.platforms.third_party.dialect import PageDialect
from simulator.platforms.third_party.operations import consent_operations
from simulator.services.webhook_targets import WebhookTargets
from simulator.web.operations import Platform

NAME: Final[PlatformName] = "alipay"


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


def alipay_data(targets: WebhookTargets) -> tuple[Platform, Platform]:
    """What Alipay shows of people's insurance to the applications they let in, and its chart page.

    `targets` says where webhooks of alerts may go.
    """
    return (
        data_platform(NAME, "Alipay, insurance data 支付宝医保数据", targets),
        chart_platform(NAME, "Alipay, charts 支付宝医保图表", WIRE.brand),
    )
