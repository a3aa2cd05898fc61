"""Alipay's authorisation page: the names in its address, and what it sends back (documented,
domain-facts.md §6; what comes back after a refusal is *assumed*)."""

from typing import Final

from simulator.platforms.third_party.consent import Pairs, Wire
from simulator.platforms.third_party.schemas import AuthorisationQuery
from simulator.services.consent import Request
from simulator.web.fields import text


class PageQuery(AuthorisationQuery):
    app_id = text(64, required=True)


def _common(request: Request) -> list[tuple[str, str]]:
    return [
        ("app_id", request.application.app_id),
        ("source", "alipay_wallet"),
        ("scope", ",".join(request.scopes)),
    ]


def _accepted(request: Request, code: str, state: str | None) -> Pairs:
    return [*_common(request), ("auth_code", code), *_state(state)]


def _refused(request: Request, state: str | None) -> Pairs:
    return [*_common(request), ("error", "access_denied"), *_state(state)]


def _state(state: str | None) -> Pairs:
    return [] if state is None else [("state", state)]


WIRE: Final = Wire("支付宝", _accepted, _refused)
