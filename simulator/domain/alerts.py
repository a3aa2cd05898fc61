"""Low-balance alerts: when a person is told that the balance shown has fallen below a threshold.

The guide promises an automatic notification (mission.md row 15); no source says how it decides.
The rules, *assumed*:

- An alert fires when the balance that the platform shows falls below the threshold: what was at
  least the threshold is then less. It fires once, however far the balance goes on to fall.
- It is armed again as soon as the balance shown is back at the threshold or above.
- A threshold set above the present balance does not fire: nothing has fallen. The watch begins
  `low`, and is armed by the first recovery. Setting a threshold anew begins anew.
- Only what is shown counts. Entries that arrive at a platform together are one change, so a dip
  that no one could have seen fires nothing.
- Where a clock has been moved over several falls and recoveries, each fall fires, with the
  instant, the balance and the as-of time of its own.
- What turns out to have changed before the last check (an entry booked at that very instant, a
  change of policy) counts as seen at the instant of that check.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final, Literal, NamedTuple

from simulator.domain.visible_balances import Sight

State = Literal["armed", "low"]
Event = Literal["falls_below", "recovers"]

TRANSITIONS: Final[Mapping[State, Mapping[Event, State]]] = {
    "armed": {"falls_below": "low"},
    "low": {"recovers": "armed"},
}
"""State × event → state; `falls_below` is what fires. Tests hold the functions to it."""


@dataclass(frozen=True, slots=True)
class AlertPolicy:
    """How alerts are delivered and kept. Defaults *assumed*."""

    retry_after_s: tuple[int, ...] = (60, 300, 1800, 7200, 43_200)
    """World time from each failed attempt to the next; when they are used up, no more is made."""
    webhook_timeout_s: int = 5
    """Real seconds a receiver may take."""
    kept: int = 50
    """Fired alerts kept for each threshold; the oldest are forgotten, delivered or not."""


@dataclass(frozen=True, slots=True)
class Watch:
    """A threshold for the balance that one platform shows of one person; money in fen."""

    threshold_fen: int
    webhook_url: str | None
    """Where alerts go besides the person's own channels."""
    state: State
    checked_ms: int
    """The instant of the world up to which everything has been considered."""
    balance_fen: int
    """What was shown at that instant."""


class Crossing(NamedTuple):
    """One fall below the threshold."""

    at_ms: int
    """When it could first be seen."""
    balance_fen: int
    as_of_ms: int


def begin(threshold_fen: int, webhook_url: str | None, seen: Sight) -> Watch:
    """A watch from what is shown at present. Raises ValueError without a balance to watch."""
    if seen.balance_fen is None:
        raise ValueError("there is no personal account, so no balance can fall")
    state: State = "low" if seen.balance_fen < threshold_fen else "armed"
    return Watch(threshold_fen, webhook_url, state, seen.at_ms, seen.balance_fen)


def crossings(
    watch: Watch, seen: Iterable[Sight], now_ms: int
) -> tuple[Watch, tuple[Crossing, ...]]:
    """The watch after what was seen since its last check, and what fires.

    `seen` is in order of time, as `sights(replica, watch.checked_ms, now_ms)` answers it. A
    balance that is None, of somebody whose account is gone, is passed over.
    """
    state, balance_fen = watch.state, watch.balance_fen
    fired: list[Crossing] = []
    for sight in seen:
        if sight.balance_fen is None:
            continue
        balance_fen = sight.balance_fen
        if balance_fen < watch.threshold_fen:
            if state == "armed":
                fired.append(Crossing(sight.at_ms, balance_fen, sight.as_of_ms))
            state = TRANSITIONS[state].get("falls_below", state)
        else:
            state = TRANSITIONS[state].get("recovers", state)
    checked = replace(
        watch, state=state, checked_ms=max(now_ms, watch.checked_ms), balance_fen=balance_fen
    )
    return checked, tuple(fired)
