"""What applications were let do: codes exchanged for tokens, and every way in which those end.

All that one person let applications do on one platform is one value of the world's state, replaced
by compare-and-set: of two exchanges of one code exactly one succeeds, whatever the concurrency.
Codes and tokens lead to the person without an index (`tokens`); the store holds their digests.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final, TypeVar

from simulator.domain.applications import Application, Right, rights
from simulator.domain.authorisation import Codes, Grant, Grants, codes, grants
from simulator.domain.authorisation.codes import CodeUse, Presented
from simulator.domain.authorisation.grants import Ending, NewTokens, Refreshed
from simulator.domain.people import Person
from simulator.errors import (
    ApplicationSuspendedError,
    AuthorisationError,
    AuthorisationNotFoundError,
    CodeExpiredError,
    CodeUnknownError,
    CodeUsedError,
    GrantRevokedError,
    GrantTokenExpiredError,
    GrantTokenUnknownError,
    PkceFailedError,
    RedirectMismatchError,
    RefreshTokenExpiredError,
    RefreshTokenUnknownError,
    ScopeNotGrantedError,
    SimulatorError,
)
from simulator.services import applications, tokens
from simulator.services.applications import platform_of
from simulator.services.tokens import Token
from simulator.services.visit import Visit

Outcome = TypeVar("Outcome")

_GRANT_ID_DIGITS: Final = 16
_PLATFORM: Final = "platform"
"""Who ended the grants of an application that was revoked or unregistered."""


@dataclass(frozen=True, slots=True)
class Authorisations:
    """All that one person let applications do on one platform, as the store keeps it."""

    codes: Codes = ()
    grants: Grants = ()


@dataclass(frozen=True, slots=True)
class Granted:
    """Tokens just given out, and for what."""

    person: Person
    grant: Grant
    access: str
    """40 hexadecimal digits, as the refresh token."""
    refresh: str
    expires_in_s: int
    refresh_expires_in_s: int


@dataclass(frozen=True, slots=True)
class OpenGrant:
    """A grant found valid by its access token: whose it is, and who may use it."""

    person: Person
    application: Application
    grant: Grant


@dataclass(frozen=True, slots=True)
class Listed:
    """A grant as the tester sees it; `ended_by` also tells of the application's end."""

    grant: Grant
    application: Application | None
    phase: grants.Phase
    ended_by: str | None


def exchange(
    visit: Visit,
    application: Application,
    code: str,
    *,
    redirect_uri: str | None = None,
    verifier: str | None = None,
) -> Granted:
    """The tokens for a code, once. The application is one that was admitted and has shown its key.

    Raises CodeUnknownError, CodeUsedError, CodeExpiredError, RedirectMismatchError or
    PkceFailedError.
    """
    token = tokens.read(visit.world, "code", code)
    if token is None:
        raise CodeUnknownError
    refresh = tokens.issue(visit.world, "app_refresh", token.subject)
    access = tokens.follow(visit.world, "app_access", refresh, 0)
    grant_id = refresh.digest[:_GRANT_ID_DIGITS]
    presented = Presented(
        token.digest, application.app_id, application.registration, redirect_uri, verifier
    )

    def change(kept: Authorisations) -> tuple[Authorisations, Grant | AuthorisationError]:
        remaining, use = codes.use(kept.codes, presented, visit.now_ms, grant_id)
        if use.outcome != "ok" or use.code is None:
            return _after_refused(visit, kept, use), _refusal_of_code(use)
        access_expires_ms, refresh_expires_ms = grants.lifetimes(
            visit.policy.authorisation, visit.now_ms
        )
        grant = Grant(
            grant_id=grant_id,
            app_id=application.app_id,
            registration=application.registration,
            scopes=use.code.scopes,
            access_digest=access.digest,
            refresh_digest=refresh.digest,
            access_expires_ms=access_expires_ms,
            refresh_expires_ms=refresh_expires_ms,
            granted_ms=visit.now_ms,
        )
        begun = grants.begin(kept.grants, grant, visit.now_ms)
        return Authorisations(remaining, begun), grant

    outcome = update(visit, token.subject, change)
    if isinstance(outcome, AuthorisationError):
        raise outcome
    return _granted(visit, outcome, access, refresh)


def redeem(visit: Visit, application: Application, code: str, person: Person, right: Right) -> None:
    """Use up a code of a person for one answer, without granting anything that lasts.

    Raises CodeUnknownError (also for a code of somebody else), CodeUsedError, CodeExpiredError,
    PkceFailedError, or ScopeNotGrantedError, which leaves the code as it is.
    """
    token = tokens.read(visit.world, "code", code)
    if token is None or token.subject != person.index:
        raise CodeUnknownError(reason={"why": "not a code of this person"})
    presented = Presented(token.digest, application.app_id, application.registration)
    used_as = token.digest[:_GRANT_ID_DIGITS]

    def change(kept: Authorisations) -> tuple[Authorisations, SimulatorError | None]:
        remaining, use = codes.use(kept.codes, presented, visit.now_ms, used_as)
        if use.outcome != "ok" or use.code is None:
            return _after_refused(visit, kept, use), _refusal_of_code(use)
        if right not in rights(platform_of(visit), use.code.scopes):
            return kept, ScopeNotGrantedError(details={"scopes": list(use.code.scopes)})
        return replace(kept, codes=remaining), None

    refusal = update(visit, token.subject, change)
    if refusal is not None:
        raise refusal


def refresh(visit: Visit, application: Application, refresh_token: str) -> Granted:
    """The tokens for a refresh token, new ones or prolonged ones as the policy has it.

    Raises RefreshTokenUnknownError (also for one that was rotated away, which ends the grant where
    policy says so), RefreshTokenExpiredError or GrantRevokedError.
    """
    token = tokens.read(visit.world, "app_refresh", refresh_token)
    if token is None:
        raise RefreshTokenUnknownError
    policy = visit.policy.authorisation
    rotated = tokens.issue(visit.world, "app_refresh", token.subject)
    leader = rotated if policy.refresh == "rotate" else token

    def change(kept: Authorisations) -> tuple[Authorisations, Grant | AuthorisationError]:
        grant = grants.of_refresh(kept.grants, token.digest)
        if grant is None or grant.app_id != application.app_id:
            return kept, RefreshTokenUnknownError()
        if grant.registration != application.registration:
            return kept, GrantRevokedError(reason={"revoked_by": _PLATFORM})
        generation = grant.generation + 1 if leader is token else 0
        access = tokens.follow(visit.world, "app_access", leader, generation)
        fresh = NewTokens(access.digest, rotated.digest)
        remaining, refreshed = grants.refresh(
            kept.grants, policy, visit.now_ms, token.digest, fresh
        )
        if remaining is not kept.grants:
            kept = replace(kept, grants=remaining)
        if refreshed.outcome == "ok" and refreshed.grant is not None:
            return kept, refreshed.grant
        return kept, _refusal_of_refresh(refreshed)

    outcome = update(visit, token.subject, change)
    if isinstance(outcome, AuthorisationError):
        raise outcome
    access = tokens.follow(visit.world, "app_access", leader, outcome.generation)
    return _granted(visit, outcome, access, leader)


def authenticate(visit: Visit, access_token: str) -> OpenGrant:
    """Whose data an access token opens, and to whom.

    Raises GrantTokenUnknownError, GrantRevokedError, GrantTokenExpiredError or
    ApplicationSuspendedError.
    """
    token = tokens.read(visit.world, "app_access", access_token)
    if token is None:
        raise GrantTokenUnknownError
    kept = visit.world.read(_key(visit, token.subject), Authorisations)
    grant = None if kept is None else grants.of_access(kept.grants, token.digest)
    if grant is None:
        raise GrantTokenUnknownError
    return open_grant(visit, token.subject, grant)


def kept_grants(visit: Visit, index: int) -> Grants:
    """The grants of person k that are remembered on the platform visited, oldest first."""
    return (visit.world.read(_key(visit, index), Authorisations) or Authorisations()).grants


def open_grant(visit: Visit, index: int, grant: Grant) -> OpenGrant:
    """A grant of person k, if it is in force and the application may use it.

    Raises GrantRevokedError, GrantTokenExpiredError or ApplicationSuspendedError.
    """
    if grant.ended_by is not None:
        raise GrantRevokedError(reason={"revoked_by": grant.ended_by})
    found = applications.application(visit.world, platform_of(visit), grant.app_id)
    if found is None or found.registration != grant.registration:
        raise GrantRevokedError(reason={"revoked_by": _PLATFORM})
    if grants.phase_of(grant, visit.now_ms) != "active":
        raise GrantTokenExpiredError
    if found.state == "suspended":
        raise ApplicationSuspendedError
    return OpenGrant(visit.world.people.at(index), found, grant)


def require(visit: Visit, opened: OpenGrant, right: Right) -> None:
    """Raises ScopeNotGrantedError unless the person consented to a scope that opens this."""
    if right not in rights(platform_of(visit), opened.grant.scopes):
        raise ScopeNotGrantedError(details={"scopes": list(opened.grant.scopes)})


def revoke(visit: Visit, opened: OpenGrant, by: Ending) -> None:
    """End a grant by the person's or the application's wish, with both its tokens at once."""
    end(visit, opened.person, opened.grant.grant_id, by)


def end(visit: Visit, person: Person, grant_id: str, by: Ending) -> None:
    """End a grant of a person by its id; one that has ended stays as it is.

    Raises AuthorisationNotFoundError where none of this id is remembered.
    """

    def change(kept: Authorisations) -> tuple[Authorisations, bool]:
        if not any(each.grant_id == grant_id for each in kept.grants):
            return kept, False
        remaining = grants.end(kept.grants, visit.now_ms, by, grant_id=grant_id)
        if remaining is kept.grants:
            return kept, True
        return replace(kept, grants=remaining), True

    if not update(visit, person.index, change):
        raise AuthorisationNotFoundError(details={"authorisation": grant_id[:40]})


def of_person(visit: Visit, person: Person) -> list[Listed]:
    """What a person let applications do on the platform visited, oldest first, ended included."""
    kept = visit.world.read(_key(visit, person.index), Authorisations) or Authorisations()
    listed = []
    for grant in kept.grants:
        found = applications.application(visit.world, platform_of(visit), grant.app_id)
        phase, ended_by = grants.phase_of(grant, visit.now_ms), grant.ended_by
        is_current = found is not None and found.registration == grant.registration
        if ended_by is None and not is_current:
            listed.append(Listed(grant, found, "ended", _PLATFORM))
        else:
            listed.append(Listed(grant, found, phase, ended_by))
    return listed


def live_grant(visit: Visit, application: Application, person: Person) -> Grant | None:
    """What a person lets an application do now, though its access token may have expired; None
    where that is nothing, or nothing any more."""
    kept = visit.world.read(_key(visit, person.index), Authorisations) or Authorisations()
    for grant in kept.grants:
        is_current = (grant.app_id, grant.registration) == (
            application.app_id,
            application.registration,
        )
        if is_current and grants.phase_of(grant, visit.now_ms) != "ended":
            return grant
    return None


def update(
    visit: Visit,
    index: int,
    change: Callable[[Authorisations], tuple[Authorisations, Outcome]],
) -> Outcome:
    """Replace what person k let applications do, atomically; `change` may run more than once."""

    def on_stored(stored: Authorisations | None) -> tuple[Authorisations | None, Outcome]:
        known = stored or Authorisations()
        wanted, outcome = change(known)
        return (stored if wanted is known else wanted), outcome

    return visit.world.update(_key(visit, index), Authorisations, on_stored)


def _after_refused(visit: Visit, kept: Authorisations, use: CodeUse) -> Authorisations:
    """What remains when a code was refused: a used one may end what came of it."""
    if use.outcome != "used" or use.code is None or not visit.policy.authorisation.reuse_revokes:
        return kept
    remaining = grants.end(kept.grants, visit.now_ms, "code_reused", grant_id=use.code.grant_id)
    return kept if remaining is kept.grants else replace(kept, grants=remaining)


def _refusal_of_code(use: CodeUse) -> AuthorisationError:
    match use.outcome:
        case "used":
            return CodeUsedError()
        case "expired":
            return CodeExpiredError()
        case "redirect_mismatch":
            return RedirectMismatchError(reason={"impostor": "redirect_uri"})
        case "pkce_failed":
            return PkceFailedError()
        case _:
            return CodeUnknownError(reason={"why": use.outcome})


def _refusal_of_refresh(refreshed: Refreshed) -> AuthorisationError:
    if refreshed.outcome == "expired":
        return RefreshTokenExpiredError()
    if refreshed.outcome == "ended" and refreshed.grant is not None:
        return GrantRevokedError(reason={"revoked_by": refreshed.grant.ended_by})
    return RefreshTokenUnknownError(reason={"why": refreshed.outcome})


def _granted(visit: Visit, grant: Grant, access: Token, refresh: Token) -> Granted:
    return Granted(
        person=visit.world.people.at(access.subject),
        grant=grant,
        access=access.text,
        refresh=refresh.text,
        expires_in_s=(grant.access_expires_ms - visit.now_ms) // 1000,
        refresh_expires_in_s=(grant.refresh_expires_ms - visit.now_ms) // 1000,
    )


def _key(visit: Visit, index: int) -> str:
    return f"grants/{visit.platform}/{index}"
