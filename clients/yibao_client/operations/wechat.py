"""How WeChat is asked for consent and tokens, relative to its base URL (`http://host/wechat`)."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from yibao_client.applications import WeChatApplication
from yibao_client.errors import Refusal, refused
from yibao_client.exchange import Operation, Request, Response
from yibao_client.fields import Fields, MalformedError
from yibao_client.operations import third_party
from yibao_client.operations.third_party import Identified
from yibao_client.third_party_values import Grant

SCOPES: Final = ("snsapi_userinfo",)

_CODES: Final = {
    40013: "authorisation.application_unknown",
    40029: "authorisation.code_unknown",
    40030: "authorisation.refresh_unknown",
    40125: "authorisation.wrong_secret",
    40163: "authorisation.code_used",
    42002: "authorisation.refresh_expired",
    42003: "authorisation.code_expired",
    42007: "authorisation.revoked",
    48004: "authorisation.application_revoked",
    50002: "authorisation.application_suspended",
}
"""By errcode (documented) what the other platforms call it; the rest are `wechat.<errcode>`."""


@dataclass(frozen=True, slots=True)
class WeChatDialect:
    """WeChat's OAuth as one application speaks it."""

    application: WeChatApplication

    def consent(self, who: Identified | None, scopes: tuple[str, ...] | None) -> Operation[str]:
        query = {
            "appid": self.application.app_id,
            "redirect_uri": self.application.redirect_uri,
            "response_type": "code",
            "scope": ",".join(scopes or SCOPES),
        }
        return third_party.consent("/connect/oauth2/authorize", query, "code", who)

    def exchange(self, code: str) -> Operation[Grant]:
        params = {
            "appid": self.application.app_id,
            "secret": self.application.secret,
            "code": code,
            "grant_type": "authorization_code",
        }
        return Operation(
            Request("GET", "/sns/oauth2/access_token", "exchange", params=params), _grant
        )

    def refresh(self, refresh_token: str) -> Operation[Grant]:
        params = {
            "appid": self.application.app_id,
            "grant_type": "refresh_token",
            "refresh_token": refresh_token,
        }
        return Operation(
            Request("GET", "/sns/oauth2/refresh_token", "refresh", params=params), _grant
        )


def _grant(response: Response) -> Grant:
    answer = _object(response)
    errcode = answer.get("errcode", 0)
    if errcode:
        raise refused(
            Refusal(
                code=_CODES.get(errcode, f"wechat.{errcode}"),
                message=str(answer.get("errmsg", "")),
                status=response.status,
                details={"errcode": errcode},
                request_id=response.headers.get("x-request-id"),
            )
        )
    data = Fields(answer, "answer")
    return Grant(
        access_token=data.text("access_token"),
        refresh_token=data.text("refresh_token"),
        expires_in=data.count("expires_in"),
        open_id=data.text("openid"),
    )


def _object(response: Response) -> Mapping[str, Any]:
    try:
        answer = json.loads(response.body)
    except (ValueError, RecursionError):
        raise MalformedError("the answer is not JSON") from None
    if not isinstance(answer, dict):
        raise MalformedError("the answer is JSON but not an object")
    return answer
