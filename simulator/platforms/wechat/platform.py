"""WeChat's interfaces as tables of operations."""

from typing import Final

from simulator.domain.applications import PlatformName
from simulator.platforms.third_party.data_operations import chart_platform, data_platform
from simulator.platforms.third_party.dialect import PageDialect
from simulator.platforms.third_party.operations import consent_operations
from simulator.platforms.wechat.access import ACCESS_TOKEN, identify
from simulator.platforms.wechat.consent import WIRE, PageQuery
from simulator.platforms.wechat.dialect import WeChatDialect
from simulator.platforms.wechat.operations import (
    CLIENT_TOKEN,
    authorisation_operations,
    face_operations,
    message_operations,
    user_query_operations,
)
from simulator.services.webhook_targets import WebhookTargets
from simulator.web.operations import Platform

NAME: Final[PlatformName] = "wechat"


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


def wechat_data(targets: WebhookTargets) -> tuple[Platform, Platform]:
    """What WeChat shows of people's insurance to the applications they let in, and its chart page.

    `targets` says where webhooks of alerts may go.
    """
    return (
        data_platform(NAME, "WeChat, insurance data 微信医保数据", targets),
        chart_platform(NAME, "WeChat, charts 微信医保图表", WIRE.brand),
    )


def wechat_api() -> tuple[Platform, Platform]:
    """What applications ask WeChat itself, and what partners ask the insurer behind it."""
    return (
        Platform(
            name=NAME,
            speaks="api",
            prefix="/wechat",
            dialect=WeChatDialect(),
            operations=(*authorisation_operations(), *message_operations(), *face_operations()),
            title="WeChat 微信开放接口",
            identify=identify,
            credential={"type": "apiKey", "in": "query", "name": ACCESS_TOKEN},
            credential_refusals=CLIENT_TOKEN,
        ),
        Platform(
            name=NAME,
            speaks="user_query",
            prefix="/wechat/api/mipuserquery",
            dialect=WeChatDialect("code", "message"),
            operations=user_query_operations(),
            title="WeChat, insurance user query 微信医保用户查询",
        ),
    )
