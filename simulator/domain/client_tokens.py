"""Tokens with which an application acts on its own account, one after another.

Each is a generation: the next takes the place of the one before, which works for a while longer so
that programs that share it can change over (documented, WeChat: 5 minutes). One that has been
replaced is told from one that has expired.
"""

from dataclasses import dataclass, replace
from typing import Final, Literal

from simulator.domain.china_time import SECOND_MS

Standing = Literal["good", "expired", "replaced"]


@dataclass(frozen=True, slots=True)
class ClientTokenPolicy:
    """How long such tokens live. Both documented of WeChat."""

    lifetime_s: int = 7200
    overlap_s: int = 300
    """How long the one before still works, and from when on a new one is due."""


@dataclass(frozen=True, slots=True)
class ClientToken:
    """The present token of an application, and how long the one before it works."""

    generation: int = 0
    """Counted from 1; 0: none was ever given out."""
    expires_ms: int = 0
    previous_until_ms: int = 0


NONE: Final = ClientToken()


def renew(token: ClientToken, policy: ClientTokenPolicy, now_ms: int) -> ClientToken:
    """The next token; the present one works for the overlap, unless it expires before."""
    overlap_ends_ms = now_ms + policy.overlap_s * SECOND_MS
    return ClientToken(
        generation=token.generation + 1,
        expires_ms=now_ms + policy.lifetime_s * SECOND_MS,
        previous_until_ms=min(token.expires_ms, overlap_ends_ms),
    )


def replace_at_once(token: ClientToken, policy: ClientTokenPolicy, now_ms: int) -> ClientToken:
    """The next token; the present one ends now."""
    return replace(renew(token, policy, now_ms), previous_until_ms=now_ms)


def keep(token: ClientToken, policy: ClientTokenPolicy, now_ms: int) -> ClientToken:
    """The present token while it has more than the overlap to live, else the next.

    Of a token that lives hardly longer than the overlap, more than half of its life.
    """
    ahead_s = min(policy.overlap_s, policy.lifetime_s // 2)
    if now_ms < token.expires_ms - ahead_s * SECOND_MS:
        return token
    return renew(token, policy, now_ms)


def standing(token: ClientToken, generation: int, now_ms: int) -> Standing:
    """How a token of a generation that was given out stands now."""
    if generation == token.generation:
        return "good" if now_ms < token.expires_ms else "expired"
    if generation == token.generation - 1 and now_ms < token.previous_until_ms:
        return "good"
    return "replaced"
