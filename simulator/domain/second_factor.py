"""The second factor at sign-in: which methods there are, and the challenge to be answered.

After a right password, an account with a second factor gets a challenge instead of a session. It
is `pending`, then `passed`, `expired` or `exhausted`. The rules, *assumed*:

- The challenge belongs to one account and one sign-in attempt; elsewhere it is unknown.
- It is passed once. A wrong answer costs a try; the one that takes the last one exhausts it.
- At `expires_ms` it has expired; then the person signs in anew.

What an answer is, a code by SMS or a biometric sample, is judged by the caller: this module is
told whether it was right. The challenge's token is seen as a digest only.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from hmac import compare_digest
from typing import Final, Literal

from simulator.domain import china_time

Phase = Literal["pending", "passed", "expired", "exhausted"]
Event = Literal["right_answer", "wrong_answer", "last_wrong_answer", "lifetime_ends"]
Outcome = Literal["ok", "wrong", "expired", "too_many_tries", "unknown"]

NO_METHOD: Final = "none"

TRANSITIONS: Final[Mapping[Phase, Mapping[Event, Phase]]] = {
    "pending": {
        "right_answer": "passed",
        "wrong_answer": "pending",
        "last_wrong_answer": "exhausted",
        "lifetime_ends": "expired",
    },
    "passed": {"right_answer": "passed", "wrong_answer": "passed"},
    "expired": {"right_answer": "expired", "wrong_answer": "expired"},
    "exhausted": {"right_answer": "exhausted", "wrong_answer": "exhausted"},
}
"""Phase × event → phase; what is missing cannot happen. Tests hold the functions to it."""

_ANSWERS: Final[Mapping[Phase, Outcome]] = {
    "passed": "unknown",
    "expired": "expired",
    "exhausted": "too_many_tries",
}


@dataclass(frozen=True, slots=True)
class SecondFactorPolicy:
    """Which second factors a platform offers, and how long a challenge lasts. *Assumed*."""

    methods: tuple[str, ...] = (NO_METHOD, "sms", "fingerprint", "iris")
    """Without "none" every account must have one: see `method_in_force`."""
    lifetime_s: int = 300
    max_tries: int = 5

    def __post_init__(self) -> None:
        if not self.methods:
            raise ValueError('no second-factor method at all; expected at least "none"')


@dataclass(frozen=True, slots=True)
class SecondFactorChallenge:
    """What stands between a right password and a session."""

    token_digest: str
    account: str
    attempt: str
    """The sign-in attempt it was made for, named by the caller."""
    method: str
    expires_ms: int
    max_tries: int
    wrong_tries: int = 0
    passed: bool = False


def is_offered(method: str, policy: SecondFactorPolicy) -> bool:
    """Whether an account may choose this method on the platform."""
    return method in policy.methods


def method_in_force(chosen: str, policy: SecondFactorPolicy) -> str:
    """The method that applies to an account that chose one, "none" for no second factor.

    A choice that the platform no longer offers gives way to the first that it does.
    """
    return chosen if chosen in policy.methods else policy.methods[0]


def challenge(
    policy: SecondFactorPolicy,
    now_ms: int,
    *,
    method: str,
    account: str,
    attempt: str,
    token_digest: str,
) -> SecondFactorChallenge:
    """A pending challenge. Raises ValueError when the method asks for nothing."""
    if method == NO_METHOD:
        raise ValueError('method "none" has no challenge; expected a second factor')
    return SecondFactorChallenge(
        token_digest=token_digest,
        account=account,
        attempt=attempt,
        method=method,
        expires_ms=now_ms + policy.lifetime_s * china_time.SECOND_MS,
        max_tries=policy.max_tries,
    )


def phase_of(challenged: SecondFactorChallenge, now_ms: int) -> Phase:
    """The phase of a challenge at an instant."""
    if challenged.passed:
        return "passed"
    if challenged.wrong_tries >= challenged.max_tries:
        return "exhausted"
    return "pending" if now_ms < challenged.expires_ms else "expired"


def answer(
    challenged: SecondFactorChallenge | None,
    now_ms: int,
    *,
    token_digest: str,
    account: str,
    attempt: str,
    is_right: bool,
) -> tuple[SecondFactorChallenge | None, Outcome]:
    """The challenge after an answer, and what came of it.

    `unknown`: no such challenge for this account and attempt, or it has been passed already.
    """
    if challenged is None or not _belongs(challenged, token_digest, account, attempt):
        return challenged, "unknown"
    phase = phase_of(challenged, now_ms)
    if phase != "pending":
        return challenged, _ANSWERS[phase]
    if is_right:
        return replace(challenged, passed=True), "ok"
    tried = replace(challenged, wrong_tries=challenged.wrong_tries + 1)
    return tried, "wrong" if remaining_tries(tried) else "too_many_tries"


def remaining_tries(challenged: SecondFactorChallenge) -> int:
    """Wrong answers that the challenge still takes."""
    return max(0, challenged.max_tries - challenged.wrong_tries)


def _belongs(
    challenged: SecondFactorChallenge, token_digest: str, account: str, attempt: str
) -> bool:
    return (
        compare_digest(challenged.token_digest.encode(), token_digest.encode())
        and challenged.account == account
        and challenged.attempt == attempt
    )
