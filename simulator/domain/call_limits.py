"""How often an application may ask one thing on one civil day in China, and when all are put off.

All of it is *assumed*: real limits differ from call to call and from account to account.
"""

from dataclasses import dataclass

from simulator.domain.digests import digest


@dataclass(frozen=True, slots=True)
class CallPolicy:
    """Limits of an open platform."""

    daily_calls: int | None = None
    """Of each kind, per application and civil day; None: no limit, and nothing is counted."""
    busy_per_mille: int = 0
    """Share of the calls that are answered as if the platform were busy."""


@dataclass(frozen=True, slots=True)
class CallCount:
    """Calls of one kind by one application on one day."""

    day: int
    """Civil day (ordinal)."""
    calls: int


def count(state: CallCount | None, limit: int, day: int) -> tuple[CallCount, bool]:
    """The count with one more call, and whether that was within the limit.

    A call beyond the limit is not counted: the state is the same object then.
    """
    if state is None or state.day != day:
        state = CallCount(day, 0)
    if state.calls >= limit:
        return state, False
    return CallCount(day, state.calls + 1), True


def is_busy(policy: CallPolicy, key: bytes, call: int) -> bool:
    """Whether a call, known by a number in 0…2**64-1, is put off."""
    if not policy.busy_per_mille:
        return False
    return int.from_bytes(digest(key, call, 4), "big") % 1000 < policy.busy_per_mille
