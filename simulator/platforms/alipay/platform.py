"""Alipay's interfaces as tables of operations."""

from typing import Final

from simulator.domain.applications import PlatformName
from simulator.platforms.alipay import gateway
from simulator.platforms.alipay.consent import WIRE, PageQuery
from simulator.platforms.alipay.dialect import GatewayDialect
from simulator.platforms.alipay.method_table import all_refusals
from simulator.platforms.alipay.schemas import GatewayAnswer, GatewayForm, GatewayQuery
from simulator.platforms.third_party.data_operations import chart_platform, data_platform
from simulator.platforms.third_party.dialect import PageDialect
from simulator.platforms.third_party.operations import consent_operations
from simulator.services.webhook_targets import WebhookTargets
from simulator.web.operations import Operation, Platform

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


def alipay_gateway() -> Platform:
    """The gateway that applications call, by POST or GET."""
    return Platform(
        name=NAME,
        speaks="gateway",
        prefix="/alipay",
        dialect=GatewayDialect(),
        operations=(
            _gateway("call", "POST", "Call a method; parameters may stand in the address as well"),
            _gateway("call_by_url", "GET", "Call a method with all parameters in the address"),
        ),
        title="Alipay, open platform 支付宝开放平台",
    )


def _gateway(name: str, method: str, summary: str) -> Operation:
    return Operation(
        name=name,
        method=method,
        path="/gateway.do",
        view=gateway.carry_out,
        summary=summary,
        query=GatewayQuery(),
        body=GatewayForm() if method == "POST" else None,
        form=method == "POST",
        raw=True,
        max_body_bytes=gateway.LARGEST_BODY,
        slow=gateway.brings_picture,
        answer=GatewayAnswer(),
        refusals=all_refusals(),
    )


def alipay_data(targets: WebhookTargets) -> tuple[Platform, Platform]:
    """What Alipay shows of people's insurance to the applications they let in, and its chart page.

    `targets` says where webhooks of alerts may go.
    """
    return (
        data_platform(NAME, "Alipay, insurance data 支付宝医保数据", targets),
        chart_platform(NAME, "Alipay, charts 支付宝医保图表", WIRE.brand),
    )
