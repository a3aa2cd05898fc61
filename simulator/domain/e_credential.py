"""E-credentials (医保电子凭证): short-lived tokens that stand for an insured person at a counter.

A token is 28 digits, shown as a QR code, and lives for a minute (length and lifetime *assumed*:
sources disagree, domain-facts.md §5). Its phases are `valid`, `used` and `expired`. The rules, all
*assumed*:

- An institution decodes a token. Where policy makes tokens single-use, the first decoding uses it
  up, and every later one is told so, even after the lifetime would have ended.
- At `expires_ms` an unused token has expired.
- A new token leaves the older ones as they are, unless policy lets it end them: they then expire at
  that instant.
- An account remembers its latest tokens, so that a used or expired one is told from one that never
  was; an older one is unknown.

Tokens are made by the caller and seen here as digests only (hexadecimal text), which are compared
in constant time.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from hmac import compare_digest
from typing import Final, Literal

from simulator.domain import china_time

Phase = Literal["valid", "used", "expired"]
Event = Literal["decode", "decode_where_reusable", "lifetime_ends", "newer_ends_it"]
Outcome = Literal["ok", "used", "expired", "unknown"]

TRANSITIONS: Final[Mapping[Phase, Mapping[Event, Phase]]] = {
    "valid": {
        "decode": "used",
        "decode_where_reusable": "valid",
        "lifetime_ends": "expired",
        "newer_ends_it": "expired",
    },
    "used": {"decode": "used", "lifetime_ends": "used", "newer_ends_it": "used"},
    "expired": {
        "decode": "expired",
        "decode_where_reusable": "expired",
        "newer_ends_it": "expired",
    },
}
"""Phase × event → phase; what is missing cannot happen. Tests hold the functions to it."""

DIGITS: Final = 28
"""Length of a token. *Assumed*."""
KEPT: Final = 20
"""Tokens that an account remembers: twenty new codes a minute are more than a screen shows."""


@dataclass(frozen=True, slots=True)
class ECredentialPolicy:
    """How long tokens live and how often they work. Defaults *assumed*."""

    lifetime_s: int = 60
    single_use: bool = True
    newer_ends_older: bool = False


@dataclass(frozen=True, slots=True)
class ECredential:
    """One token that was issued, known by its digest."""

    digest: str
    issued_ms: int
    expires_ms: int
    used_ms: int | None = None
    """When it was first decoded."""


ECredentials = tuple[ECredential, ...]
"""The tokens an account remembers, oldest first; at most KEPT."""


@dataclass(frozen=True, slots=True)
class Presentation:
    """What a token is good for; the credential is None when it is unknown."""

    outcome: Outcome
    credential: ECredential | None


def issue(
    credentials: ECredentials, policy: ECredentialPolicy, now_ms: int, digest: str
) -> ECredentials:
    """The tokens with a new one; the oldest over KEPT is forgotten."""
    if policy.newer_ends_older:
        credentials = tuple(
            replace(each, expires_ms=min(each.expires_ms, now_ms)) for each in credentials
        )
    lifetime_ms = policy.lifetime_s * china_time.SECOND_MS
    return (*credentials, ECredential(digest, now_ms, now_ms + lifetime_ms))[-KEPT:]


def phase_of(credential: ECredential, policy: ECredentialPolicy, now_ms: int) -> Phase:
    """The phase of a token that is still remembered."""
    if policy.single_use and credential.used_ms is not None:
        return "used"
    return "valid" if now_ms < credential.expires_ms else "expired"


def look_up(
    credentials: ECredentials, policy: ECredentialPolicy, now_ms: int, digest: str
) -> Presentation:
    """What a token is good for now, without using it."""
    presented = digest.encode()
    for credential in credentials:
        if compare_digest(credential.digest.encode(), presented):
            phase = phase_of(credential, policy, now_ms)
            return Presentation("ok" if phase == "valid" else phase, credential)
    return Presentation("unknown", None)


def decode(
    credentials: ECredentials, policy: ECredentialPolicy, now_ms: int, digest: str
) -> tuple[ECredentials, Presentation]:
    """The tokens after one was decoded, and what came of it.

    The tokens are the same object where nothing has changed: a refusal, or a second decoding of a
    token that may be used again.
    """
    found = look_up(credentials, policy, now_ms, digest)
    credential = found.credential
    if found.outcome != "ok" or credential is None or credential.used_ms is not None:
        return credentials, found
    used = replace(credential, used_ms=now_ms)
    remaining = tuple(used if each is credential else each for each in credentials)
    return remaining, Presentation("ok", used)
