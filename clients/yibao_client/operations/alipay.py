"""How Alipay is asked for consent and tokens, relative to its base URL (`http://host/alipay`).

Requests to the gateway are signed with RSA2 over all their parameters, and so are its answers over
the exact bytes of the object within (domain-facts.md §6).
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any, Final

from yibao_client import rsa2
from yibao_client.applications import AlipayApplication
from yibao_client.errors import Refusal, refused
from yibao_client.exchange import Operation, Request, Response
from yibao_client.fields import Fields, MalformedError
from yibao_client.operations import third_party
from yibao_client.operations.third_party import Identified
from yibao_client.third_party_values import Grant

SCOPES: Final = ("auth_user",)

_CHINA: Final = timezone(timedelta(hours=8))
_TOKEN: Final = "alipay.system.oauth.token"
_SUCCESS: Final = "10000"


def china_now() -> datetime:
    """The time of this machine."""
    return datetime.now(_CHINA)


@dataclass(frozen=True, slots=True)
class AlipayDialect:
    """Alipay's OAuth as one application speaks it; `now` is the time that requests bear."""

    application: AlipayApplication
    now: Callable[[], datetime] = china_now

    def consent(self, who: Identified | None, scopes: tuple[str, ...] | None) -> Operation[str]:
        query = {
            "app_id": self.application.app_id,
            "scope": ",".join(scopes or SCOPES),
            "redirect_uri": self.application.redirect_uri,
        }
        return third_party.consent("/oauth2/publicAppAuthorize.htm", query, "auth_code", who)

    def exchange(self, code: str) -> Operation[Grant]:
        return self._token({"grant_type": "authorization_code", "code": code}, "exchange")

    def refresh(self, refresh_token: str) -> Operation[Grant]:
        return self._token(
            {"grant_type": "refresh_token", "refresh_token": refresh_token}, "refresh"
        )

    def _token(self, form: Mapping[str, str], name: str) -> Operation[Grant]:
        query = {
            "app_id": self.application.app_id,
            "charset": "utf-8",
            "format": "JSON",
            "method": _TOKEN,
            "sign_type": "RSA2",
            "timestamp": f"{self.now().astimezone(_CHINA):%Y-%m-%d %H:%M:%S}",
            "version": "1.0",
        }
        signed = "&".join(f"{key}={value}" for key, value in sorted({**query, **form}.items()))
        query["sign"] = rsa2.sign(self.application.private_key, signed.encode())
        request = Request("POST", "/gateway.do", name, params=query, form=form)
        return Operation(
            request, lambda response: self._grant(response, refreshing=name == "refresh")
        )

    def _grant(self, response: Response, *, refreshing: bool) -> Grant:
        data = Fields(self._opened(response, refreshing=refreshing), "answer")
        return Grant(
            access_token=data.text("access_token"),
            refresh_token=data.text("refresh_token"),
            expires_in=_seconds(data, "expires_in"),
            open_id=data.maybe("open_id", data.text),
            user_id=data.maybe("user_id", data.text),
        )

    def _opened(self, response: Response, *, refreshing: bool) -> Mapping[str, Any]:
        """The object within an answer, its signature checked. Raises the refusal it may be."""
        try:
            answer = json.loads(response.body)
        except (ValueError, RecursionError):
            raise MalformedError("the answer is not JSON") from None
        names = [f"{_TOKEN.replace('.', '_')}_response", "error_response"]
        name = next((each for each in names if each in answer), None)
        if name is None or not isinstance(answer[name], dict):
            raise MalformedError(f"the answer holds neither {' nor '.join(names)}")
        self._check(response.body, name, answer.get("sign"))
        inner: Mapping[str, Any] = answer[name]
        if name == "error_response" or inner.get("code", _SUCCESS) != _SUCCESS:
            raise _refusal(inner, response, refreshing=refreshing)
        return inner

    def _check(self, body: bytes, name: str, signature: object) -> None:
        key = self.application.platform_public_key
        if key is None:
            return
        # Signed are the bytes as they came, from the name's colon to the comma before the sign.
        start = body.index(f'"{name}":'.encode()) + len(name) + 3
        end = body.rfind(b',"sign":')
        if not isinstance(signature, str) or not rsa2.is_signed(key, body[start:end], signature):
            raise MalformedError("the answer is not signed by the platform")


def _refusal(inner: Mapping[str, Any], response: Response, *, refreshing: bool) -> Exception:
    sub_code = str(inner.get("sub_code") or inner.get("code"))
    code = _code(sub_code, refreshing=refreshing)
    return refused(
        Refusal(
            code=code,
            message=str(inner.get("sub_msg") or inner.get("msg") or ""),
            status=response.status,
            details=dict(inner),
            request_id=response.headers.get("x-request-id"),
        )
    )


def _code(sub_code: str, *, refreshing: bool) -> str:
    """What the other platforms call it, else `alipay.<sub_code>`."""
    if refreshing and sub_code.startswith(("isv.code", "isv.refresh", "aop.")):
        return "authorisation.refresh_unknown"
    return {
        "isv.code-invalid": "authorisation.code_unknown",
        "isv.invalid-app-id": "authorisation.application_unknown",
        "isv.invalid-signature": "authorisation.wrong_secret",
    }.get(sub_code, f"alipay.{sub_code}")


def _seconds(data: Fields, name: str) -> int:
    """A number of seconds; Alipay writes some as text (observed)."""
    value = data.raw.get(name)
    return int(value) if isinstance(value, str) and value.isdecimal() else data.count(name)
