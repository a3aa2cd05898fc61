"""Sessions: pairs of an access token and a refresh token, kept inside an account.

A session is `active`, then `dormant` once the access token has expired (only a refresh revives
it), and `ended` when it is revoked or the refresh token has expired. The rules, *assumed*:

- A refresh gives a new pair with new lifetimes; the old access token is worthless at once.
- Each refresh token works once. When the one before the present is used again, it has been
  copied: the session ends, and both holders must sign in anew.
- An account has a greatest number of sessions; opening one more ends the oldest sign-in.

Tokens are made by the caller and seen here as digests only (hexadecimal text), which are compared
in constant time. An ended session is not kept: its tokens are unknown.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from hmac import compare_digest
from typing import Final, Literal

from simulator.domain import china_time

Phase = Literal["active", "dormant", "ended"]
Event = Literal["access_expires", "refresh_expires", "refresh", "refresh_reused", "revoke"]

TRANSITIONS: Final[Mapping[Phase, Mapping[Event, Phase]]] = {
    "active": {
        "access_expires": "dormant",
        "refresh": "active",
        "refresh_reused": "ended",
        "revoke": "ended",
    },
    "dormant": {
        "refresh_expires": "ended",
        "refresh": "active",
        "refresh_reused": "ended",
        "revoke": "ended",
    },
    "ended": {"refresh": "ended", "refresh_reused": "ended", "revoke": "ended"},
}
"""Phase × event → phase; what is missing cannot happen. Tests hold the functions to it."""


@dataclass(frozen=True, slots=True)
class SessionPolicy:
    """Lifetimes and the greatest number of sessions of an account. Defaults *assumed*."""

    access_lifetime_s: int = 7200
    refresh_lifetime_s: int = 2_592_000
    """Not shorter than the access lifetime."""
    max_sessions: int = 10

    def __post_init__(self) -> None:
        if self.refresh_lifetime_s < self.access_lifetime_s:
            raise ValueError(
                f"refresh_lifetime_s is {self.refresh_lifetime_s}; expected at least "
                f"access_lifetime_s, {self.access_lifetime_s}"
            )
        if self.max_sessions < 1:
            raise ValueError(f"max_sessions is {self.max_sessions}; expected at least 1")


@dataclass(frozen=True, slots=True)
class Session:
    """One sign-in and the pair of tokens that stands for it now."""

    session_id: str
    access_digest: str
    refresh_digest: str
    previous_refresh_digest: str | None
    access_expires_ms: int
    refresh_expires_ms: int
    signed_in_ms: int


Sessions = tuple[Session, ...]
"""The sessions of one account, oldest sign-in first."""


@dataclass(frozen=True, slots=True)
class AccessCheck:
    """What an access token is good for; the session is None when it is unknown."""

    outcome: Literal["valid", "expired", "unknown"]
    session: Session | None


@dataclass(frozen=True, slots=True)
class Rotation:
    """What came of a refresh token, and the sessions that remain.

    `session` is the renewed one, or the one that was ended by reuse; None otherwise.
    """

    outcome: Literal["rotated", "reused", "expired", "unknown"]
    sessions: Sessions
    session: Session | None


def open_session(
    sessions: Sessions,
    policy: SessionPolicy,
    now_ms: int,
    *,
    session_id: str,
    access_digest: str,
    refresh_digest: str,
) -> Sessions:
    """The sessions with a new one; ended ones are dropped, and the oldest over the maximum."""
    opened = Session(
        session_id=session_id,
        access_digest=access_digest,
        refresh_digest=refresh_digest,
        previous_refresh_digest=None,
        access_expires_ms=now_ms + policy.access_lifetime_s * china_time.SECOND_MS,
        refresh_expires_ms=now_ms + policy.refresh_lifetime_s * china_time.SECOND_MS,
        signed_in_ms=now_ms,
    )
    return (*_alive(sessions, now_ms), opened)[-policy.max_sessions :]


def phase_of(session: Session, now_ms: int) -> Phase:
    """The phase of a session that is still kept."""
    if now_ms >= session.refresh_expires_ms:
        return "ended"
    return "active" if now_ms < session.access_expires_ms else "dormant"


def check_access(sessions: Sessions, access_digest: str, now_ms: int) -> AccessCheck:
    """Whether an access token opens anything now."""
    presented = access_digest.encode()
    for session in sessions:
        if compare_digest(session.access_digest.encode(), presented):
            is_valid = now_ms < session.access_expires_ms
            return AccessCheck("valid" if is_valid else "expired", session)
    return AccessCheck("unknown", None)


def rotate(
    sessions: Sessions,
    policy: SessionPolicy,
    now_ms: int,
    refresh_digest: str,
    *,
    new_access_digest: str,
    new_refresh_digest: str,
) -> Rotation:
    """Exchange a refresh token for a new pair, and drop what has ended."""
    alive = _alive(sessions, now_ms)
    presented = refresh_digest.encode()
    for session in sessions:
        if compare_digest(session.refresh_digest.encode(), presented):
            if phase_of(session, now_ms) == "ended":
                return Rotation("expired", alive, None)
            renewed = replace(
                session,
                access_digest=new_access_digest,
                refresh_digest=new_refresh_digest,
                previous_refresh_digest=session.refresh_digest,
                access_expires_ms=now_ms + policy.access_lifetime_s * china_time.SECOND_MS,
                refresh_expires_ms=now_ms + policy.refresh_lifetime_s * china_time.SECOND_MS,
            )
            remaining = tuple(renewed if each is session else each for each in alive)
            return Rotation("rotated", remaining, renewed)
        previous = session.previous_refresh_digest
        if previous is not None and compare_digest(previous.encode(), presented):
            return Rotation("reused", revoke(alive, session.session_id), session)
    return Rotation("unknown", alive, None)


def revoke(sessions: Sessions, session_id: str) -> Sessions:
    """The sessions without one; the same when there is no such session."""
    return tuple(each for each in sessions if each.session_id != session_id)


def revoke_all(sessions: Sessions, *, keep: str | None = None) -> Sessions:
    """No session at all, or the one to keep alone, named by its id."""
    return tuple(each for each in sessions if each.session_id == keep)


def _alive(sessions: Sessions, now_ms: int) -> Sessions:
    return tuple(each for each in sessions if phase_of(each, now_ms) != "ended")
