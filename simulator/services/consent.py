"""Consent: an application asks, a person shows who they are, accepts, and a code is given.

Who consents shows card number and card password, or the phone number and password of their
national account. Refusing needs nobody's identity and leaves nothing behind.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from simulator.domain import china_time
from simulator.domain.applications import Application, redirect_matches
from simulator.domain.authorisation import AuthorisationCode, codes
from simulator.domain.authorisation.pkce import Method
from simulator.domain.people import Person
from simulator.errors import (
    NotInsuredError,
    RealNameRequiredError,
    RedirectMismatchError,
    ScopeNotOfferedError,
)
from simulator.policy import NATIONAL
from simulator.services import (
    accounts,
    applications,
    authorisation,
    card_passwords,
    family_sharing,
    sign_in,
    tokens,
)
from simulator.services.authorisation import Authorisations
from simulator.services.visit import Visit

_ACCOUNTS_OF: Final = NATIONAL
"""The platform whose accounts are known to third parties. *Assumed*."""


@dataclass(frozen=True, slots=True)
class Request:
    """What an application asks of a person, found to be in order."""

    application: Application
    redirect_uri: str
    scopes: tuple[str, ...]
    challenge: str | None = None
    challenge_method: Method = "plain"


def ask(
    visit: Visit,
    app_id: str,
    redirect_uri: str,
    scopes: Sequence[str],
    challenge: str | None = None,
    challenge_method: Method = "plain",
) -> Request:
    """The request of an application, if it may make it.

    Raises ApplicationUnknownError, ApplicationImpostorError, ApplicationSuspendedError,
    ApplicationRevokedError, RedirectMismatchError or ScopeNotOfferedError. After none of them is
    anybody to be sent to the redirect URI: it may be anyone's.
    """
    found = applications.admitted(visit.world, applications.platform_of(visit), app_id)
    match = visit.policy.authorisation.redirect_match
    if not redirect_matches(found.redirect_uris, redirect_uri, match):
        raise RedirectMismatchError(
            reason={
                "impostor": "redirect_uri",
                "name": found.name,
                "registered": list(found.redirect_uris),
                "match": match,
            }
        )
    refused = [scope for scope in scopes if scope not in found.scopes]
    if refused or not scopes:
        raise ScopeNotOfferedError(details={"scopes": refused, "offered": list(found.scopes)})
    unique = tuple(dict.fromkeys(scopes))
    return Request(found, redirect_uri, unique, challenge, challenge_method)


def person_by_card(visit: Visit, card_number: str, password: str) -> Person:
    """Whoever shows to hold a card.

    Raises NotInsuredError, CardLockedError or WrongCardPasswordError.
    """
    return _insured(visit, card_passwords.holder_of(visit, card_number, password))


def person_by_account(visit: Visit, phone: str, password: str) -> Person:
    """Whoever signs in with a national account; no session is opened.

    Raises as signing in does, OtherSecondFactorError, RealNameRequiredError or NotInsuredError.
    """
    there = replace(visit, platform=_ACCOUNTS_OF, region=None)
    account = sign_in.recognise(there, phone, password)
    person = accounts.verified_person_of(there, account)
    if person is None:
        raise RealNameRequiredError
    return _insured(visit, person)


def accept(visit: Visit, request: Request, person: Person) -> str:
    """Note a person's consent; the code that the application gets for it."""
    token = tokens.issue(visit.world, "code", person.index)
    lifetime_ms = visit.policy.authorisation.code_lifetime_s * china_time.SECOND_MS
    code = AuthorisationCode(
        digest=token.digest,
        app_id=request.application.app_id,
        registration=request.application.registration,
        redirect_uri=request.redirect_uri,
        scopes=request.scopes,
        issued_ms=visit.now_ms,
        expires_ms=visit.now_ms + lifetime_ms,
        challenge=request.challenge,
        challenge_method=request.challenge_method,
    )

    def change(kept: Authorisations) -> tuple[Authorisations, None]:
        return replace(kept, codes=codes.issue(kept.codes, code)), None

    authorisation.update(visit, person.index, change)
    family_sharing.note_consent(visit, request.application.app_id, request.scopes)
    return token.text


def _insured(visit: Visit, person: Person) -> Person:
    """The person, unless the register knows them as deceased: all the others are insured."""
    if accounts.is_deceased(visit, person):
        raise NotInsuredError(reason={"person": "deceased"})
    return person
