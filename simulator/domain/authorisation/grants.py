"""Grants: the access that came of a code, as long as its tokens and everybody's will last.

A grant is `active`, then `dormant` once the access token has expired (only a refresh revives it),
and `ended` when somebody revoked it, another one took its place, a token was used twice, or the
refresh token has expired. The rules:

- A person has one grant per application that is not ended: authorising again replaces it
  (*assumed*).
- A refresh follows the policy: a new pair of tokens (`rotate`, *assumed* for Alipay), or the same
  refresh token with an access token prolonged while it is good and replaced once it has expired
  (`extend`, documented for WeChat).
- A rotated refresh token, or a code, that comes again ends the grant where policy says so (RFC 6749
  §4.1.2 and §10.4).
- Ended grants are remembered for a while, so that their tokens are told from unknown ones.

Tokens are seen here as digests only (hexadecimal text), compared in constant time.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from hmac import compare_digest
from typing import Final, Literal

from simulator.domain import china_time
from simulator.domain.authorisation.policy import AuthorisationPolicy

Phase = Literal["active", "dormant", "ended"]
Event = Literal[
    "access_expires",
    "refresh_expires",
    "refresh",
    "refresh_reused",
    "code_reused",
    "revoke",
    "authorise_again",
]
Ending = Literal["person", "application", "tester", "replaced", "code_reused", "refresh_reused"]
"""Who or what ended a grant before its time."""

_LIVE: Final[Mapping[Event, Phase]] = {
    "refresh": "active",
    "refresh_reused": "ended",
    "code_reused": "ended",
    "revoke": "ended",
    "authorise_again": "ended",
}
TRANSITIONS: Final[Mapping[Phase, Mapping[Event, Phase]]] = {
    "active": {"access_expires": "dormant", **_LIVE},
    "dormant": {"refresh_expires": "ended", **_LIVE},
    "ended": {
        "refresh": "ended",
        "refresh_reused": "ended",
        "code_reused": "ended",
        "revoke": "ended",
        "authorise_again": "ended",
    },
}
"""Phase × event → phase; what is missing cannot happen. Tests hold the functions to it."""

ENDED_KEPT: Final = 10
"""Ended grants that are remembered of a person on a platform."""


@dataclass(frozen=True, slots=True)
class Grant:
    """One application's access to one person's data, and the pair of tokens that opens it."""

    grant_id: str
    app_id: str
    registration: int
    """Which registration of the application was granted it."""
    scopes: tuple[str, ...]
    access_digest: str
    refresh_digest: str
    access_expires_ms: int
    refresh_expires_ms: int
    granted_ms: int
    generation: int = 0
    """Access tokens before the present one under the same refresh token."""
    previous_refresh_digest: str | None = None
    ended_by: Ending | None = None
    ended_ms: int | None = None


Grants = tuple[Grant, ...]
"""The grants of one person on one platform, oldest first: the live ones and the latest ended."""


@dataclass(frozen=True, slots=True)
class NewTokens:
    """Digests of the tokens that a refresh may hand out."""

    access_digest: str
    refresh_digest: str


@dataclass(frozen=True, slots=True)
class Refreshed:
    """What came of a refresh token; the grant as it is now, None where it is unknown."""

    outcome: Literal["ok", "reused", "expired", "ended", "unknown"]
    grant: Grant | None


def phase_of(grant: Grant, now_ms: int) -> Phase:
    """The phase of a grant that is still remembered."""
    if grant.ended_by is not None or now_ms >= grant.refresh_expires_ms:
        return "ended"
    return "active" if now_ms < grant.access_expires_ms else "dormant"


def begin(grants: Grants, grant: Grant, now_ms: int) -> Grants:
    """The grants with a new one, which takes the place of those of the same application."""
    replaced = end(grants, now_ms, "replaced", app_id=grant.app_id)
    return (*_remembered(replaced, now_ms), grant)


def lifetimes(policy: AuthorisationPolicy, now_ms: int) -> tuple[int, int]:
    """The instants at which tokens given out now expire: access, refresh."""
    return (
        now_ms + policy.access_lifetime_s * china_time.SECOND_MS,
        now_ms + policy.refresh_lifetime_s * china_time.SECOND_MS,
    )


def of_access(grants: Grants, access_digest: str) -> Grant | None:
    """The grant that an access token is of, whatever phase it is in; None when it is unknown."""
    shown = access_digest.encode()
    for grant in grants:
        if compare_digest(grant.access_digest.encode(), shown):
            return grant
    return None


def of_refresh(grants: Grants, refresh_digest: str) -> Grant | None:
    """The grant that a refresh token is of, now or before its last rotation; None when unknown."""
    shown = refresh_digest.encode()
    for grant in grants:
        for kept in (grant.refresh_digest, grant.previous_refresh_digest):
            if kept is not None and compare_digest(kept.encode(), shown):
                return grant
    return None


def refresh(
    grants: Grants,
    policy: AuthorisationPolicy,
    now_ms: int,
    refresh_digest: str,
    fresh: NewTokens,
) -> tuple[Grants, Refreshed]:
    """The grants after a refresh token was presented, and what came of it.

    Of `fresh` only what the policy gives out is taken: under `extend` the refresh token stays, and
    so does an access token that is still good. The grants are the same object where nothing has
    changed.
    """
    grant = of_refresh(grants, refresh_digest)
    if grant is None:
        return grants, Refreshed("unknown", None)
    if grant.ended_by is not None:
        return grants, Refreshed("ended", grant)
    if grant.refresh_digest != refresh_digest:
        if policy.reuse_revokes:
            grants = end(grants, now_ms, "refresh_reused", grant_id=grant.grant_id)
        return grants, Refreshed("reused", grant)
    if phase_of(grant, now_ms) == "ended":
        return grants, Refreshed("expired", grant)
    access_expires_ms, refresh_expires_ms = lifetimes(policy, now_ms)
    if policy.refresh == "rotate":
        renewed = replace(
            grant,
            access_digest=fresh.access_digest,
            refresh_digest=fresh.refresh_digest,
            previous_refresh_digest=grant.refresh_digest,
            access_expires_ms=access_expires_ms,
            refresh_expires_ms=refresh_expires_ms,
            generation=0,
        )
    elif now_ms < grant.access_expires_ms:
        # Nothing outlives the refresh token, which stays.
        renewed = replace(grant, access_expires_ms=min(access_expires_ms, grant.refresh_expires_ms))
    else:
        renewed = replace(
            grant,
            access_digest=fresh.access_digest,
            access_expires_ms=min(access_expires_ms, grant.refresh_expires_ms),
            generation=grant.generation + 1,
        )
    kept = tuple(renewed if each is grant else each for each in grants)
    return kept, Refreshed("ok", renewed)


def end(
    grants: Grants,
    now_ms: int,
    by: Ending,
    *,
    app_id: str | None = None,
    grant_id: str | None = None,
) -> Grants:
    """The grants with those of an application, or the one of an id, ended.

    Those that have ended already stay as they are; the same object where nothing changed.
    """

    def is_meant(grant: Grant) -> bool:
        named = grant.app_id == app_id if grant_id is None else grant.grant_id == grant_id
        return named and phase_of(grant, now_ms) != "ended"

    if not any(map(is_meant, grants)):
        return grants
    return tuple(
        replace(each, ended_by=by, ended_ms=now_ms) if is_meant(each) else each for each in grants
    )


def _remembered(grants: Grants, now_ms: int) -> Grants:
    """The live grants, and of the ended ones the latest."""
    ended = [each for each in grants if phase_of(each, now_ms) == "ended"]
    forgotten = {each.grant_id for each in ended[:-ENDED_KEPT]}
    return tuple(each for each in grants if each.grant_id not in forgotten)
