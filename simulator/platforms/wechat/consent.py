"""WeChat's authorisation page: the names in its address, and what it sends back (documented,
domain-facts.md §7). Who refuses is sent back with the state alone and no code (documented)."""

from typing import Final

from simulator.platforms.third_party.consent import Pairs, Wire
from simulator.platforms.third_party.schemas import AuthorisationQuery
from simulator.services.consent import Request
from simulator.web.fields import choice, text


class PageQuery(AuthorisationQuery):
    app_id = text(64, data_key="appid", required=True)
    response_type = choice("code", load_default="code")


def _accepted(_request: Request, code: str, state: str | None) -> Pairs:
    return [("code", code), *_state(state)]


def _refused(_request: Request, state: str | None) -> Pairs:
    return _state(state)


def _state(state: str | None) -> Pairs:
    return [] if state is None else [("state", state)]


WIRE: Final = Wire("微信", _accepted, _refused)
