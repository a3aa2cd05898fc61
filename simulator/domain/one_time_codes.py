"""One-time codes sent by SMS: how often they may be asked for, and what they are good for.

Each purpose of a phone has at most one challenge, in one of the phases `none`, `pending`, `used`,
`expired`, `exhausted`. The rules, defaults *assumed* (domain-facts.md §3):

- A code works once, for the phone and the purpose it was sent for, until its lifetime ends. At
  `expires_ms` it has expired.
- A wrong code costs a try. The wrong code that takes the last one answers `too_many_tries`, as
  does every code after it; only a new code helps.
- A new code replaces the older one of its purpose and brings all tries back. It is refused until
  the resend interval of that phone and purpose has passed, used codes included, and once the
  phone has had its number of codes, over all purposes, on that civil day in China.

The code is kept as it was sent: the captured inbox shows it anyway.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from hashlib import blake2b
from hmac import compare_digest
from typing import Final, Literal

from simulator.domain import china_time

Phase = Literal["none", "pending", "used", "expired", "exhausted"]
Event = Literal["send", "right_code", "wrong_code", "last_wrong_code", "lifetime_ends"]
Outcome = Literal["ok", "wrong", "expired", "too_many_tries", "none"]

TRANSITIONS: Final[Mapping[Phase, Mapping[Event, Phase]]] = {
    "none": {"send": "pending", "right_code": "none", "wrong_code": "none"},
    "pending": {
        "send": "pending",
        "right_code": "used",
        "wrong_code": "pending",
        "last_wrong_code": "exhausted",
        "lifetime_ends": "expired",
    },
    "used": {"send": "pending", "right_code": "used", "wrong_code": "used"},
    "expired": {"send": "pending", "right_code": "expired", "wrong_code": "expired"},
    "exhausted": {"send": "pending", "right_code": "exhausted", "wrong_code": "exhausted"},
}
"""Phase × event → phase; what is missing cannot happen. Tests hold the functions to it."""

_ANSWERS: Final[Mapping[Phase, Outcome]] = {
    "none": "none",
    "used": "none",
    "expired": "expired",
    "exhausted": "too_many_tries",
}


@dataclass(frozen=True, slots=True)
class CodePolicy:
    """Limits of one-time codes. Defaults *assumed*."""

    digits: int = 6
    lifetime_s: int = 300
    resend_after_s: int = 60
    max_tries: int = 5
    daily_limit: int = 10
    """Codes per phone and civil day in China, over all purposes."""


@dataclass(frozen=True, slots=True)
class CodeChallenge:
    """The latest code of one purpose of a phone."""

    purpose: str
    code: str
    sent_ms: int
    expires_ms: int
    max_tries: int
    """As the policy said when the code was sent."""
    wrong_tries: int = 0
    used: bool = False


@dataclass(frozen=True, slots=True)
class PhoneCodes:
    """What is remembered of one phone."""

    challenges: tuple[CodeChallenge, ...] = ()
    """One per purpose, in order of purpose."""
    day: int = 0
    """Civil day (ordinal) of the latest code."""
    sent_that_day: int = 0
    sent_ever: int = 0
    """Codes sent to this phone so far: the counter of `derive_code`."""


@dataclass(frozen=True, slots=True)
class SendRefusal:
    """Why no code is sent now, and when one would be."""

    reason: Literal["too_soon", "daily_limit"]
    retry_at_ms: int
    wait_ms: int


@dataclass(frozen=True, slots=True)
class Redemption:
    """What came of a code that was presented."""

    outcome: Outcome
    remaining_tries: int
    """Wrong codes that the challenge still takes; 0 unless it is pending."""


def issue(
    state: PhoneCodes, policy: CodePolicy, purpose: str, now_ms: int, code: str
) -> PhoneCodes | SendRefusal:
    """The state with a code sent for a purpose, or the refusal that lasts longest."""
    refusal = send_refusal(state, policy, purpose, now_ms)
    if refusal is not None:
        return refusal
    challenge = CodeChallenge(
        purpose=purpose,
        code=code,
        sent_ms=now_ms,
        expires_ms=now_ms + policy.lifetime_s * china_time.SECOND_MS,
        max_tries=policy.max_tries,
    )
    day = china_time.day_of(now_ms)
    return PhoneCodes(
        challenges=_with(state.challenges, challenge),
        day=max(day, state.day),
        sent_that_day=_sent_on(state, day) + 1,
        sent_ever=state.sent_ever + 1,
    )


def send_refusal(
    state: PhoneCodes, policy: CodePolicy, purpose: str, now_ms: int
) -> SendRefusal | None:
    """Why a code for a purpose would be refused now; None when it would be sent.

    Where both limits refuse, the one that lasts longer is named.
    """
    refusals = []
    challenge = find(state, purpose)
    if challenge is not None:
        again_ms = challenge.sent_ms + policy.resend_after_s * china_time.SECOND_MS
        if now_ms < again_ms:
            refusals.append(SendRefusal("too_soon", again_ms, again_ms - now_ms))
    day = china_time.day_of(now_ms)
    if _sent_on(state, day) >= policy.daily_limit:
        midnight_ms = china_time.start_of_day(day + 1)
        refusals.append(SendRefusal("daily_limit", midnight_ms, midnight_ms - now_ms))
    return max(refusals, key=lambda refusal: refusal.retry_at_ms, default=None)


def redeem(
    state: PhoneCodes, purpose: str, now_ms: int, code: str
) -> tuple[PhoneCodes, Redemption]:
    """The state after a code was presented for a purpose, and what came of it.

    Outcomes: `ok`; `wrong` with tries left; `too_many_tries`; `expired`; `none` when no code of
    that purpose is open, none having been sent or the last one being used.
    """
    challenge = find(state, purpose)
    phase = phase_of(challenge, now_ms)
    if challenge is None or phase != "pending":
        return state, Redemption(_ANSWERS[phase], 0)
    # a person can send any text, lone surrogates included
    if compare_digest(challenge.code.encode(), code.encode(errors="backslashreplace")):
        used = replace(challenge, used=True)
        return _store(state, used), Redemption("ok", 0)
    tried = replace(challenge, wrong_tries=challenge.wrong_tries + 1)
    remaining = tried.max_tries - tried.wrong_tries
    outcome: Outcome = "wrong" if remaining > 0 else "too_many_tries"
    return _store(state, tried), Redemption(outcome, max(remaining, 0))


def phase_of(challenge: CodeChallenge | None, now_ms: int) -> Phase:
    """The phase of a challenge at an instant."""
    if challenge is None:
        return "none"
    if challenge.used:
        return "used"
    if challenge.wrong_tries >= challenge.max_tries:
        return "exhausted"
    return "pending" if now_ms < challenge.expires_ms else "expired"


def find(state: PhoneCodes, purpose: str) -> CodeChallenge | None:
    """The latest challenge of a purpose, whatever its phase."""
    return next((each for each in state.challenges if each.purpose == purpose), None)


def derive_code(key: bytes, *, phone: str, purpose: str, counter: int, digits: int = 6) -> str:
    """A code of that many digits that depends on the arguments alone.

    The key has 1 to 64 bytes; the counter is the phone's `sent_ever` before sending.
    """
    text = "\0".join((phone, purpose, str(counter)))
    number = int.from_bytes(blake2b(text.encode(), key=key, digest_size=32).digest(), "big")
    return f"{number % 10**digits:0{digits}d}"


def _sent_on(state: PhoneCodes, day: int) -> int:
    # A machine whose clock lags behind another's by a moment must not open a new day's count.
    return state.sent_that_day if day <= state.day else 0


def _store(state: PhoneCodes, challenge: CodeChallenge) -> PhoneCodes:
    return replace(state, challenges=_with(state.challenges, challenge))


def _with(
    challenges: tuple[CodeChallenge, ...], challenge: CodeChallenge
) -> tuple[CodeChallenge, ...]:
    others = [each for each in challenges if each.purpose != challenge.purpose]
    return tuple(sorted([*others, challenge], key=lambda each: each.purpose))
