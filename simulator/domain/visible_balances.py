"""How the balance that a platform shows changes with time: each change with its own instant.

A platform shows what has arrived there, so the balance changes when entries arrive, not when they
are booked: entries that arrive together (in one batch run, say) are one change, and what lay
between them was never seen. Computed by the replication policy that is given, for any span of
time at once; nothing is stored.
"""

from collections.abc import Iterator
from typing import NamedTuple

from simulator.domain.replication import Ledger, Replica, recorded_ms


class Sight(NamedTuple):
    """A balance somebody could see from an instant on."""

    at_ms: int
    balance_fen: int | None
    """None for a person without a personal account."""
    as_of_ms: int
    """The instant it was true of, which is what the platform shows beside it."""


def sights(replica: Replica, after_ms: int, until_ms: int) -> list[Sight]:
    """What was shown at `after_ms`, then what was shown at each change up to `until_ms`.

    In order of time. The first one is the present rule's answer for `after_ms`: it may differ from
    what was seen then, where a booking or a change of policy has come in between. Raises
    ValueError for instants outside the simulated world.
    """
    policy, ledger = replica.policy, replica.ledger
    first_ms, last_ms = policy.horizon(after_ms), policy.horizon(until_ms)
    certain_ms = replica.certain_ms(first_ms)
    found = ledger.position(last_ms)
    newest_ms = found.last_entry_ms
    if (newest_ms is None or newest_ms <= certain_ms) and not ledger.late(certain_ms, last_ms):
        # Nothing was on its way then or has been recorded since: at most times it is so.
        return [Sight(after_ms, found.balance_fen, first_ms)]
    seen = _ordered if policy.ordered else _unordered
    return list(seen(replica, after_ms, until_ms))


def _ordered(replica: Replica, after_ms: int, until_ms: int) -> Iterator[Sight]:
    """An ordered platform shows the ledger of its `as_of`: one look at that ledger tells all."""
    ledger = replica.ledger
    first_ms, last_ms = replica.as_of(after_ms), replica.as_of(until_ms)
    shown = ledger.position(first_ms).balance_fen
    yield Sight(after_ms, shown, first_ms)
    arrived: dict[int, int | None] = {}
    latest_ms = 0
    for booked_ms, balance_fen in _balances(ledger, first_ms, last_ms):
        # Nothing shows before all that was recorded earlier: it arrives with the last of that.
        latest_ms = max(latest_ms, replica.arrival(booked_ms))
        arrived[latest_ms] = balance_fen
    for at_ms, balance_fen in arrived.items():
        if balance_fen != shown:
            shown = balance_fen
            yield Sight(at_ms, balance_fen, replica.as_of(at_ms))


def _balances(ledger: Ledger, after_ms: int, until_ms: int) -> Iterator[tuple[int, int | None]]:
    """Each instant at which something was recorded, and the balance from then on, as known then."""
    corrections = sorted({recorded_ms(entry) for entry in ledger.late(after_ms, until_ms)})
    start_ms = after_ms
    for end_ms in (*corrections, until_ms + 1):
        # Up to the next back-dated booking, the history only grows at its end.
        balances = {
            entry.at_ms: entry.balance_after_fen
            for entry in ledger.entries(end_ms - 1)
            if entry.at_ms > start_ms
        }
        yield from balances.items()
        if end_ms <= until_ms:
            yield end_ms, ledger.position(end_ms).balance_fen
        start_ms = end_ms


def _unordered(replica: Replica, after_ms: int, until_ms: int) -> Iterator[Sight]:
    """An unordered platform is asked at every instant at which its answer may change."""
    policy = replica.policy
    certain_ms = replica.certain_ms(policy.horizon(after_ms))
    recordings = replica.ledger.recordings(certain_ms, policy.horizon(until_ms))
    instants = {
        instant_ms
        for booked_ms in recordings
        # It may change at the first also: what a late booking changes, counts from there.
        for instant_ms in (policy.visible_at(booked_ms), replica.arrival(booked_ms))
        if after_ms < instant_ms <= until_ms
    }
    shown: int | None = None
    for at_ms in (after_ms, *sorted(instants)):
        found = replica.standing(at_ms)
        if at_ms == after_ms or found.position.balance_fen != shown:
            shown = found.position.balance_fen
            yield Sight(at_ms, shown, found.as_of_ms)
