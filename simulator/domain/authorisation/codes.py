"""Authorisation codes: what a consent gives, exchanged once for tokens.

A code is `pending`, then `used` by the exchange, or `expired` at its instant. The rules:

- It is bound to the application, to the redirect URI it was sent to and to the challenge that came
  with the request (documented, RFC 6749 §4.1.3 and RFC 7636 §4.4). An exchange by somebody else is
  refused and leaves the code as it is, so that nobody can spoil another's (*assumed*). A later
  registration of the same application counts as somebody else.
- It works once (documented). A used one is told from an expired one even after its lifetime
  (*assumed*).
- A new consent leaves earlier codes alone (*assumed*). A person's latest ones are remembered; an
  older one is unknown.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from hmac import compare_digest
from typing import Final, Literal

from simulator.domain.authorisation import pkce

Phase = Literal["pending", "used", "expired"]
Event = Literal["exchange", "unfit_exchange", "lifetime_ends"]
Outcome = Literal[
    "ok", "used", "expired", "unknown", "other_application", "redirect_mismatch", "pkce_failed"
]

TRANSITIONS: Final[Mapping[Phase, Mapping[Event, Phase]]] = {
    "pending": {"exchange": "used", "unfit_exchange": "pending", "lifetime_ends": "expired"},
    "used": {"exchange": "used", "unfit_exchange": "used", "lifetime_ends": "used"},
    "expired": {"exchange": "expired", "unfit_exchange": "expired"},
}
"""Phase × event → phase; what is missing cannot happen. Tests hold the functions to it."""

KEPT: Final = 20
"""Codes that are remembered of a person on a platform."""


@dataclass(frozen=True, slots=True)
class AuthorisationCode:
    """One code, known by its digest, and what it is bound to."""

    digest: str
    app_id: str
    registration: int
    """Which registration of the application it was given to."""
    redirect_uri: str
    scopes: tuple[str, ...]
    issued_ms: int
    expires_ms: int
    challenge: str | None = None
    challenge_method: pkce.Method = "plain"
    grant_id: str | None = None
    """What came of it; None until it is used."""


Codes = tuple[AuthorisationCode, ...]
"""The codes that are remembered of one person on one platform, oldest first; at most KEPT."""


@dataclass(frozen=True, slots=True)
class Presented:
    """What somebody shows to have a code exchanged."""

    digest: str
    app_id: str
    registration: int
    redirect_uri: str | None = None
    """None: not shown, as neither platform asks for it; what is shown must fit."""
    verifier: str | None = None


@dataclass(frozen=True, slots=True)
class CodeUse:
    """What came of presenting a code; None where it is unknown."""

    outcome: Outcome
    code: AuthorisationCode | None


def issue(codes: Codes, code: AuthorisationCode) -> Codes:
    """The codes with a new one; the oldest over KEPT is forgotten."""
    return (*codes, code)[-KEPT:]


def phase_of(code: AuthorisationCode, now_ms: int) -> Phase:
    """The phase of a code that is still remembered."""
    if code.grant_id is not None:
        return "used"
    return "pending" if now_ms < code.expires_ms else "expired"


def use(codes: Codes, presented: Presented, now_ms: int, grant_id: str) -> tuple[Codes, CodeUse]:
    """The codes after one was presented, and what came of it.

    The codes are the same object where nothing has changed. Whose code it is, is looked at first:
    who presents another application's code learns nothing of it, and spoils nothing.
    """
    shown = presented.digest.encode()
    for code in codes:
        if compare_digest(code.digest.encode(), shown):
            break
    else:
        return codes, CodeUse("unknown", None)
    if (code.app_id, code.registration) != (presented.app_id, presented.registration):
        return codes, CodeUse("other_application", code)
    phase = phase_of(code, now_ms)
    if phase != "pending":
        return codes, CodeUse(phase, code)
    if presented.redirect_uri not in (None, code.redirect_uri):
        return codes, CodeUse("redirect_mismatch", code)
    if code.challenge is not None and not pkce.is_answered(
        code.challenge, code.challenge_method, presented.verifier or ""
    ):
        return codes, CodeUse("pkce_failed", code)
    used = replace(code, grant_id=grant_id)
    return tuple(used if each is code else each for each in codes), CodeUse("ok", used)
