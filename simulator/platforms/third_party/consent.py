"""The consent page of a platform: GET shows who asks for what, POST of the same address decides.

What the platforms do not share stands in a Wire: the names of what comes with the query is each
platform's schema, and what goes back to the application is said by two functions.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote, urlencode, urlsplit

from simulator.domain import china_time
from simulator.domain.applications import Right, rights
from simulator.domain.identifiers import mask_phone
from simulator.domain.people import Person
from simulator.errors import (
    RefusedByUserError,
    RequestError,
    SimulatorError,
)
from simulator.platforms.third_party.pages import page, send_to
from simulator.services import consent
from simulator.services.applications import platform_of
from simulator.services.consent import Request
from simulator.services.visit import Visit
from simulator.web.call import Call
from simulator.web.reply import Reply

Pairs = Sequence[tuple[str, str]]

_RIGHTS: Final[Mapping[Right, str]] = {
    "identity": "您在本平台的用户标识",
    "profile": "姓名、证件号码和手机号码",
    "insurance": "医保参保信息、个人账户余额和收支明细",
    "mutual_aid": "家庭共济：您的家庭成员可在本应用中查看您的个人账户余额",
}
"""What a right opens, as the person is told; wording *assumed*."""

_MISSING: Final = {
    "card_number": "请输入社保卡号",
    "card_password": "请输入社保卡密码",
    "phone": "请输入手机号码",
    "password": "请输入登录密码",
}
_FIELDS: Final = {"card": ("card_number", "card_password"), "account": ("phone", "password")}
"""By method, what identifies a person."""


@dataclass(frozen=True, slots=True)
class Wire:
    """What one platform does in its own way."""

    brand: str
    accepted: Callable[[Request, str, str | None], Pairs]
    """From the request, the code and the state: the parameters with which the person goes back."""
    refused: Callable[[Request, str | None], Pairs]
    """The same when the person has refused."""


class ConsentPage:
    """The two views of one platform's consent page.

    Queries are loaded as `app_id`, `redirect_uri`, `scopes` and, where given, `state`,
    `code_challenge` and `code_challenge_method`.
    """

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    def show(self, call: Call) -> Reply:
        return self._form(call, _request(call), {})

    def decide(self, call: Call) -> Reply:
        request, body, state = _request(call), call.body, call.query.get("state")
        if body["decision"] == "refuse":
            reply = send_to(_address(request.redirect_uri, self._wire.refused(request, state)))
            reply.refusal = RefusedByUserError(reason={"application": request.application.app_id})
            return reply
        method = _method(body)
        missing = {name: _MISSING[name] for name in _FIELDS[method] if name not in body}
        if missing:
            told = {name: ["missing"] for name in missing}
            return self._form(call, request, missing, RequestError(details={"fields": told}))
        visit = _visit(call)
        try:
            person = _identify(visit, method, body)
        except SimulatorError as refusal:
            return self._form(call, request, {"": _spoken(refusal)}, refusal)
        call.subject = mask_phone(person.phone)
        code = consent.accept(visit, request, person)
        return send_to(_address(request.redirect_uri, self._wire.accepted(request, code, state)))

    def _form(
        self,
        call: Call,
        request: Request,
        problems: Mapping[str, str],
        refusal: SimulatorError | None = None,
    ) -> Reply:
        """The form, with what was wrong with it when it was sent; secrets are never sent back."""
        application, body = request.application, call.body or {}
        opened = rights(platform_of(_visit(call)), request.scopes)
        reply = page(
            "consent.html",
            refusal,
            brand=self._wire.brand,
            application=application.name,
            owner=application.owner,
            app_id=application.app_id,
            wanted=[text for right, text in _RIGHTS.items() if right in opened],
            returns_to=_origin(request.redirect_uri),
            problems=problems,
            method=_method(body),
            card_number=body.get("card_number", ""),
            phone=body.get("phone", ""),
        )
        reply.refusal = refusal
        return reply


def _visit(call: Call) -> Visit:
    return Visit(call.world, call.platform.name, call.now_ms)


def _request(call: Call) -> Request:
    query = call.query
    return consent.ask(
        _visit(call),
        query["app_id"],
        query["redirect_uri"],
        query["scopes"],
        query.get("code_challenge"),
        query.get("code_challenge_method", "plain"),
    )


def _method(body: Mapping[str, Any]) -> str:
    """How somebody wants to be identified: as they say, else by what they give."""
    if "method" in body:
        return str(body["method"])
    return "account" if "phone" in body and "card_number" not in body else "card"


def _identify(visit: Visit, method: str, body: Mapping[str, str]) -> Person:
    first, second = (body[name] for name in _FIELDS[method])
    if method == "card":
        return consent.person_by_card(visit, first.strip().upper(), second)
    return consent.person_by_account(visit, first.strip(), second)


def _spoken(refusal: SimulatorError) -> str:
    """A refusal as the person is told it, with how many tries are left or until when to wait."""
    told = refusal.message_zh.rstrip("。！!")
    remaining, until = (
        refusal.details.get(name) for name in ("remaining_attempts", "locked_until")
    )
    if remaining is not None:
        return f"{told}，还可尝试 {remaining} 次"
    if until is not None:
        moment = china_time.from_iso(until)
        day, _, time = china_time.to_iso(moment).partition("T")
        return f"{told}，请于 {day} {time[:8]} 后再试"
    return refusal.message_zh


def _origin(uri: str) -> str:
    parts = urlsplit(uri)
    return f"{parts.scheme}://{parts.netloc}"


def _address(uri: str, pairs: Pairs) -> str:
    """A redirect URI with parameters behind those it has."""
    added = urlencode(pairs, quote_via=quote)
    return f"{uri}{'&' if '?' in uri else '?'}{added}" if added else uri
