"""Lockout after wrong passwords: counting, locking, waiting, and the ways out.

The phases are `open` (nothing counted), `counting`, `locked` (until an instant) and `barred` (for
good). The rules, *assumed* as a whole (domain-facts.md §3), with the modes of Keycloak:

- The failure that brings the count to the threshold locks. Failures while locked or barred do not
  count and change nothing; neither does a right password, which must be refused then.
- A lock ends exactly at its instant: at `locked_until_ms` the account is free.
- `fixed`: every wait is the same, and the count starts over when it ends. `multiple` and
  `linear`: the count goes on, so that from the threshold on each failure locks again, for longer:
  wait × (count div threshold), and wait × (1 + count − threshold). No wait exceeds the maximum.
- `permanent`: the threshold-th failure bars at once, whatever the waits say. In the other modes
  the lockout after `permanent_after` temporary ones bars; None means that none does.
- A time without failure as long as the reset time forgets the count and the past lockouts, yet
  never ends a lock. Mode `permanent` counts without any such end, and being barred knows none.
- A right password forgets the count and the past lockouts; so does clearing, which also lifts any
  lock. What an operator sets replaces the lock there is.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final, Literal

from simulator.domain import china_time

Mode = Literal["fixed", "multiple", "linear", "permanent"]
Phase = Literal["open", "counting", "locked", "barred"]
Event = Literal[
    "failure",
    "locking_failure",
    "barring_failure",
    "success",
    "reset_time_passes",
    "wait_ends",
    "wait_ends_count_goes_on",
    "clear",
    "operator_lock",
    "operator_bar",
]

FAR_END_MS: Final = china_time.from_iso("9999-12-31T23:59:59.999+08:00")
"""No lock reaches past this instant, the last that ISO 8601 writes with four digits."""

_ALWAYS: Final[Mapping[Event, Phase]] = {
    "clear": "open",
    "operator_lock": "locked",
    "operator_bar": "barred",
}
_FREE: Final[Mapping[Event, Phase]] = {
    "failure": "counting",
    "locking_failure": "locked",
    "barring_failure": "barred",
    "success": "open",
    "reset_time_passes": "open",
    **_ALWAYS,
}
TRANSITIONS: Final[Mapping[Phase, Mapping[Event, Phase]]] = {
    "open": _FREE,
    "counting": _FREE,
    "locked": {
        "failure": "locked",
        "success": "locked",
        "wait_ends": "open",
        "wait_ends_count_goes_on": "counting",
        **_ALWAYS,
    },
    "barred": {"failure": "barred", "success": "barred", **_ALWAYS},
}
"""Phase × event → phase; what is missing cannot happen. Tests hold the functions to it."""


@dataclass(frozen=True, slots=True)
class LockoutPolicy:
    """When wrong passwords lock an account, and for how long. Defaults *assumed*."""

    mode: Mode = "fixed"
    threshold: int = 5
    """Failures that lock, at least 1."""
    wait_s: int = 1200
    """The wait in mode fixed, the increment in multiple and linear; at least 1."""
    max_wait_s: int = 86_400
    reset_after_s: int = 86_400
    permanent_after: int | None = None
    """Temporary lockouts before one that bars for good; 0 bars at the first, None never."""
    disclosed: bool = True
    """Whether a refusal says that the account is locked, or the same as for a wrong password."""

    def __post_init__(self) -> None:
        # A wait of nothing would count lockouts that never held anybody.
        for name in ("threshold", "wait_s", "max_wait_s", "reset_after_s"):
            if getattr(self, name) < 1:
                raise ValueError(f"lockout {name} is {getattr(self, name)}; expected at least 1")


@dataclass(frozen=True, slots=True)
class LockoutState:
    """What is remembered of one account; read it through the functions, which know the time."""

    failures: int = 0
    last_failure_ms: int | None = None
    """Instant of the last failure that counted."""
    locked_since_ms: int | None = None
    locked_until_ms: int | None = None
    """End of the temporary lock; None when there is none, or when it is for good."""
    permanent: bool = False
    lockouts: int = 0
    """Temporary lockouts since the count was last forgotten."""


OPEN: Final = LockoutState()


def phase_of(state: LockoutState, policy: LockoutPolicy, now_ms: int) -> Phase:
    """The phase at an instant."""
    state = settled(state, policy, now_ms)
    if state.permanent:
        return "barred"
    if state.locked_until_ms is not None:
        return "locked"
    return "counting" if state.failures else "open"


def is_locked(state: LockoutState, now_ms: int) -> bool:
    """Whether sign-in must be refused, for now or for good."""
    return state.permanent or (state.locked_until_ms is not None and now_ms < state.locked_until_ms)


def locked_until(state: LockoutState, now_ms: int) -> int | None:
    """End of the lock that holds now, milliseconds; None when none holds or it is for good."""
    if state.permanent or not is_locked(state, now_ms):
        return None
    return state.locked_until_ms


def remaining_attempts(state: LockoutState, policy: LockoutPolicy, now_ms: int) -> int:
    """Wrong passwords until the next lock, the locking one included; 0 while locked."""
    if is_locked(state, now_ms):
        return 0
    return max(1, policy.threshold - settled(state, policy, now_ms).failures)


def record_failure(state: LockoutState, policy: LockoutPolicy, now_ms: int) -> LockoutState:
    """The state after a wrong password; the same while locked. Ask `is_locked` of the answer."""
    phase = phase_of(state, policy, now_ms)
    state = settled(state, policy, now_ms)
    counted = replace(state, failures=state.failures + 1, last_failure_ms=now_ms)
    event: Event = "failure"
    if phase in ("open", "counting") and counted.failures >= policy.threshold:
        event = "barring_failure" if _bars(state, policy) else "locking_failure"
    match TRANSITIONS[phase][event]:
        case "counting":
            return counted
        case "barred" if event == "barring_failure":
            return replace(counted, locked_since_ms=now_ms, permanent=True)
        case "locked" if event == "locking_failure":
            return replace(
                counted,
                locked_since_ms=now_ms,
                locked_until_ms=_end_of(_wait_s(policy, counted.failures), now_ms),
                lockouts=counted.lockouts + 1,
            )
        case _:
            return state


def record_success(state: LockoutState, policy: LockoutPolicy, now_ms: int) -> LockoutState:
    """The state after a right password: open, or the same while locked."""
    phase = phase_of(state, policy, now_ms)
    return OPEN if TRANSITIONS[phase]["success"] == "open" else state


def clear() -> LockoutState:
    """The state after a password reset or an unlock by customer service: open, always."""
    return OPEN


def lock_by_operator(state: LockoutState, now_ms: int, until_ms: int | None) -> LockoutState:
    """Lock until an instant, or for good with None, in place of any lock there is.

    Raises ValueError when the instant is not in the future.
    """
    if until_ms is None:
        return replace(state, locked_since_ms=now_ms, locked_until_ms=None, permanent=True)
    if until_ms <= now_ms:
        raise ValueError(
            f"a lock until {until_ms} ms would have ended already; expected an instant after "
            f"now, {now_ms} ms, or none for a lock without end"
        )
    return replace(
        state,
        locked_since_ms=now_ms,
        locked_until_ms=min(until_ms, FAR_END_MS),
        permanent=False,
    )


def settled(state: LockoutState, policy: LockoutPolicy, now_ms: int) -> LockoutState:
    """The state with everything dropped that time has ended by now."""
    if is_locked(state, now_ms):
        return state
    if _is_forgotten(state, policy, now_ms):
        return OPEN
    if state.locked_until_ms is None:
        return state
    failures = 0 if policy.mode == "fixed" else state.failures
    return replace(state, failures=failures, locked_since_ms=None, locked_until_ms=None)


def _is_forgotten(state: LockoutState, policy: LockoutPolicy, now_ms: int) -> bool:
    # Keycloak issue 28821: the reset time is a setting of the temporary modes alone.
    return (
        policy.mode != "permanent"
        and state.last_failure_ms is not None
        and now_ms >= state.last_failure_ms + policy.reset_after_s * china_time.SECOND_MS
    )


def _bars(state: LockoutState, policy: LockoutPolicy) -> bool:
    # Keycloak issue 30969: mode permanent must not look at what belongs to temporary lockouts.
    if policy.mode == "permanent":
        return True
    return policy.permanent_after is not None and state.lockouts >= policy.permanent_after


def _wait_s(policy: LockoutPolicy, failures: int) -> int:
    steps = {
        "fixed": 1,
        "multiple": failures // policy.threshold,
        "linear": 1 + failures - policy.threshold,
    }[policy.mode]
    return min(policy.wait_s * steps, policy.max_wait_s)


def _end_of(wait_s: int, now_ms: int) -> int:
    return min(now_ms + wait_s * china_time.SECOND_MS, FAR_END_MS)
