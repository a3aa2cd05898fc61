"""The insurance user query: a partner learns, from a code, who somebody is.

The partner is an application's other name on the insurer's side; it signs with a secret of its own.
The code is what the authorisation page gives, bound to the same application, and is used up
(domain-facts.md §7: headers, signature and answer observed; which code it is, the order of the
checks and that a request id is taken once are *assumed*).
"""

import hmac
from dataclasses import dataclass
from hashlib import blake2b, sha256
from typing import Final

from simulator.domain import china_time, user_query
from simulator.domain.applications import Application
from simulator.domain.people import Person
from simulator.errors import (
    ApplicationUnknownError,
    OpenIdUnknownError,
    UserQueryReplayedError,
    UserQuerySignatureError,
    UserQueryStaleError,
)
from simulator.services import (
    applications,
    authorisation,
    pay_authorisations,
    third_party_ids,
)
from simulator.services.pay_authorisations import PayAuthorisation
from simulator.services.visit import Visit

_RIGHT: Final = "profile"
"""What a person must have let the application see: it is answered name and number."""


@dataclass(frozen=True, slots=True)
class SignedRequest:
    """What the headers of a query say, as sent."""

    partner_id: str
    timestamp: str
    """Milliseconds since the Unix epoch."""
    signature: str
    request_id: str


@dataclass(frozen=True, slots=True)
class _Taken:
    at_ms: int


def admitted_partner(visit: Visit, request: SignedRequest) -> Application:
    """The application of a partner that has signed a request, the first of its id.

    Raises ApplicationUnknownError and the other refusals of `applications.admitted`,
    UserQuerySignatureError, UserQueryStaleError or UserQueryReplayedError.
    """
    partner = applications.partner(visit.world, request.partner_id)
    if partner is None:
        raise ApplicationUnknownError
    application = applications.admitted(visit.world, partner.platform, partner.app_id)
    own = signature(application.partner_secret or "", request.partner_id, request.timestamp)
    shown = request.signature.lower().encode("utf-8", "replace")
    if not hmac.compare_digest(own.encode(), shown):
        raise UserQuerySignatureError(reason={"impostor": "signature", "name": application.name})
    timestamp_ms = int(request.timestamp) if _is_instant(request.timestamp) else None
    if timestamp_ms is None or user_query.is_stale(
        visit.policy.user_query, timestamp_ms, visit.now_ms
    ):
        raise UserQueryStaleError(
            details={"timestamp": request.timestamp[:20], "now": str(visit.now_ms)}
        )
    if not _take(visit, request):
        raise UserQueryReplayedError
    return application


def query(
    visit: Visit, application: Application, code: str, open_id: str
) -> tuple[Person, PayAuthorisation]:
    """Who is behind a code and an open id, and a number that says so for a while.

    Raises OpenIdUnknownError, a CodeError or ScopeNotGrantedError; the code is used up by nothing
    but success.
    """
    person = third_party_ids.person_of_open_id(
        visit.world, application.platform, application.app_id, open_id
    )
    if person is None:
        raise OpenIdUnknownError
    authorisation.redeem(visit, application, code, person, _RIGHT)
    return person, pay_authorisations.issue(visit, person)


def signature(secret: str, partner_id: str, timestamp: str) -> str:
    """What a partner shows: hexadecimal HMAC-SHA256 of partner id and timestamp (observed)."""
    text = (partner_id + timestamp).encode("utf-8", "replace")
    return hmac.new(secret.encode(), text, sha256).hexdigest()


def _is_instant(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= 15


def _take(visit: Visit, request: SignedRequest) -> bool:
    """Note a partner's request id; False where it was used while its timestamp was good."""
    tolerance_s = visit.policy.user_query.timestamp_tolerance_s
    named = f"{request.partner_id}/{request.request_id}".encode("utf-8", "replace")
    key = f"user-query/{blake2b(named, digest_size=16).hexdigest()}"

    def change(taken: _Taken | None) -> tuple[_Taken, bool]:
        if taken is not None and (
            not tolerance_s or visit.now_ms - taken.at_ms <= 2 * tolerance_s * china_time.SECOND_MS
        ):
            return taken, False
        return _Taken(visit.now_ms), True

    return visit.world.update(key, _Taken, change)
