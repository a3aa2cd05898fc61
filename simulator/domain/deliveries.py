"""One delivery of an alert on one channel: who may try it, when it is tried again, when it ends.

A delivery *waits* until an instant of the world; then one worker claims it and is *sending*; the
outcome makes it *delivered*, lets it wait again, or ends it as *given up*. The rules, *assumed*:

- The waits between attempts are the policy's, counted in the world's time from the attempt. When
  they are used up, or the receiver cannot be right (`refuse`), it is given up.
- A claim holds for a while of real time, since it guards against processes that die, and those do
  so in real time. After that somebody else may try at once, and the attempt counts as failed.
- What has succeeded is never tried again, unless a tester asks for it. A success counts however
  late it is reported.

The store makes a claim exclusive: two workers that claim at once have read the same value, and
only one of them gets to replace it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final, Literal

from simulator.domain.alerts import AlertPolicy
from simulator.domain.china_time import SECOND_MS

State = Literal["waiting", "sending", "delivered", "given_up"]
Event = Literal["claim", "succeed", "fail", "fail_last", "refuse", "redeliver"]

TRANSITIONS: Final[Mapping[State, Mapping[Event, State]]] = {
    "waiting": {"claim": "sending", "redeliver": "waiting", "succeed": "delivered"},
    "sending": {
        "succeed": "delivered",
        "fail": "waiting",
        "fail_last": "given_up",
        "refuse": "given_up",
        "redeliver": "sending",
    },
    "delivered": {"redeliver": "waiting", "succeed": "delivered"},
    "given_up": {"redeliver": "waiting", "succeed": "delivered"},
}
"""State × event → state; what is missing changes nothing. Tests hold the functions to it.

A `succeed` outside of `sending` is the late report of an attempt whose claim has run out."""

KEPT_ATTEMPTS: Final = 20
"""Attempts that are remembered of one delivery."""

LOST: Final = "no outcome was recorded: whoever tried has ended"


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt and what came of it."""

    at_ms: int
    """World time."""
    outcome: Literal["delivered", "failed", "refused"]
    status: int | None = None
    """HTTP status of the answer; None without one."""
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Claim:
    """Who is sending."""

    holder: str
    """Unique to the claim."""
    at_ms: int
    """World time of the attempt."""
    until_real_ms: int


@dataclass(frozen=True, slots=True)
class Delivery:
    """One alert on its way through one channel."""

    channel: str
    target: str
    """Whom it is for: a phone number, a web address."""
    due_ms: int
    """World time of the next attempt while it waits."""
    state: State = "waiting"
    tries: int = 0
    """Attempts since it began, or was asked for again."""
    attempts: tuple[Attempt, ...] = ()
    claim: Claim | None = None


def released(delivery: Delivery, policy: AlertPolicy, now_ms: int, real_now_ms: int) -> Delivery:
    """The delivery with an attempt whose claim has run out recorded as failed; else unchanged."""
    claim = delivery.claim
    if claim is None or real_now_ms < claim.until_real_ms:
        return delivery
    lost = Attempt(claim.at_ms, "failed", error=LOST)
    # At once, not after the policy's wait: it was not the receiver that failed.
    return _failed(delivery, policy, lost, due_ms=now_ms)


def is_due(delivery: Delivery, now_ms: int) -> bool:
    """Whether somebody should claim it."""
    return delivery.state == "waiting" and delivery.due_ms <= now_ms


def claimed(delivery: Delivery, claim: Claim) -> Delivery:
    """A delivery that is due, from now on in somebody's hands."""
    return replace(delivery, state=TRANSITIONS[delivery.state]["claim"], claim=claim)


def concluded(delivery: Delivery, policy: AlertPolicy, holder: str, attempt: Attempt) -> Delivery:
    """The delivery after an attempt's outcome; a failure counts only while its claim holds."""
    if attempt.outcome == "delivered":
        state = TRANSITIONS[delivery.state]["succeed"]
        return _with_attempt(replace(delivery, state=state, claim=None), attempt)
    if delivery.claim is None or delivery.claim.holder != holder:
        return delivery
    if attempt.outcome == "refused":
        state = TRANSITIONS[delivery.state]["refuse"]
        return _with_attempt(replace(delivery, state=state, claim=None), attempt)
    due_ms = attempt.at_ms + _wait_s(delivery, policy) * SECOND_MS
    return _failed(delivery, policy, attempt, due_ms)


def redelivered(delivery: Delivery, now_ms: int) -> Delivery:
    """The delivery to be tried again at once, all attempts open; what is being sent stays so."""
    state = TRANSITIONS[delivery.state]["redeliver"]
    if state == "sending":
        return delivery
    return replace(delivery, state=state, due_ms=now_ms, tries=0)


def _wait_s(delivery: Delivery, policy: AlertPolicy) -> int:
    """World time from the attempt under way to the next, should it fail."""
    waits_s = policy.retry_after_s
    return waits_s[delivery.tries] if delivery.tries < len(waits_s) else 0


def _failed(delivery: Delivery, policy: AlertPolicy, attempt: Attempt, due_ms: int) -> Delivery:
    is_last = delivery.tries >= len(policy.retry_after_s)
    state = TRANSITIONS[delivery.state]["fail_last" if is_last else "fail"]
    failed = replace(delivery, state=state, claim=None, due_ms=due_ms)
    return _with_attempt(failed, attempt)


def _with_attempt(delivery: Delivery, attempt: Attempt) -> Delivery:
    attempts = (*delivery.attempts, attempt)[-KEPT_ATTEMPTS:]
    return replace(delivery, attempts=attempts, tries=delivery.tries + 1)
