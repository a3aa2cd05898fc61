"""Why a platform's view of an account differs from the source: what is missing, and until when."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal, NamedTuple

from simulator.domain.china_time import SECOND_MS, day_of, start_of_day
from simulator.domain.ledger import LedgerEntry
from simulator.domain.ledger.schedule import ARRIVAL_MS
from simulator.domain.replication.ledger import Ledger, recorded_ms
from simulator.domain.replication.replica import Replica

Reason = Literal["lag", "jitter", "batch", "outage", "order", "unordered", "correction"]

REASONS: Final[dict[Reason, str]] = {
    "lag": "it takes time to get there",
    "jitter": "the time it takes differs",
    "batch": "it waits for the next batch run",
    "outage": "it waits for the end of an outage, or for its turn after it",
    "order": "something booked earlier has not arrived, and the platform keeps the order",
    "unordered": "something booked later has arrived already: the platform keeps no order",
    "correction": "a back-dated entry, which has not arrived, brings it about",
}


@dataclass(frozen=True, slots=True)
class Missing:
    """An entry of the source that a platform does not show."""

    entry: LedgerEntry
    recorded_ms: int
    arrives_ms: int
    """World time at which the platform shows it."""
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Differing:
    """An entry whose amount a back-dated booking has changed, which has not arrived; fen."""

    entry: LedgerEntry
    """As the source has it; as the platform has it when the source has it no more."""
    shown_fen: int
    true_fen: int | None
    """None: the source no longer has the entry."""
    agrees_ms: int
    """World time at which the platform agrees."""


class Outstanding(NamedTuple):
    """What a platform has yet to learn, each in the order of the history."""

    missing: list[Missing]
    differing: list[Differing]
    agrees_ms: int
    """World time from which it agrees with the source as that stands now, at least now."""


def _arrivals(replica: Replica, now_ms: int) -> dict[int, int]:
    """When a replica shows what was recorded lately: from instant of record to instant of arrival.

    What is older has arrived. An ordered replica shows nothing before all that was recorded
    earlier.
    """
    certain_ms = replica.certain_ms(replica.policy.horizon(now_ms))
    found: dict[int, int] = {}
    latest_ms = 0
    for booked_ms in replica.ledger.recordings(certain_ms, now_ms):
        own_ms = replica.arrival(booked_ms)
        latest_ms = max(latest_ms, own_ms)
        found[booked_ms] = latest_ms if replica.policy.ordered else own_ms
    return found


def _corrections(replica: Replica, arrivals: dict[int, int], now_ms: int) -> dict[int, int]:
    """When back-dated bookings come to count, for those that have yet to, in order; each with when
    the first of those was recorded that come to count together.

    An unordered replica lists what its source knew at its horizon, so there they count before they
    have arrived themselves.
    """
    ordered, policy = replica.policy.ordered, replica.policy
    found: dict[int, int] = {}
    for booked_ms in sorted({recorded_ms(each) for each in replica.ledger.late(0, now_ms)}):
        counts_ms = arrivals.get(booked_ms, now_ms) if ordered else policy.visible_at(booked_ms)
        if counts_ms > now_ms:
            found.setdefault(counts_ms, booked_ms)
    return found


def _corrected(
    ledger: Ledger,
    corrections: dict[int, int],
    truth: dict[str, int],
    entry_ids: set[str],
    now_ms: int,
) -> dict[str, int]:
    """When each of some entries is, and stays, as the source has it now, by the corrections that
    are on their way; `truth` has the amounts of the source's entries.
    """
    found: dict[str, int] = {}
    for counts_ms, booked_ms in reversed(corrections.items()):
        left = entry_ids - found.keys()
        if not left:
            break
        before = {
            each.entry_id: each.amount_fen for each in ledger.entries_before(booked_ms, now_ms)
        }
        found |= {each: counts_ms for each in left if before.get(each) != truth.get(each)}
    return {each: found.get(each, now_ms) for each in entry_ids}


def outstanding(replica: Replica, now_ms: int) -> Outstanding:
    """What keeps a replica from agreeing with its source at `now_ms`."""
    ledger = replica.ledger
    truth = ledger.entries(now_ms)
    shown = replica.history(now_ms)
    bookings = ledger.bookings()
    arrivals = _arrivals(replica, now_ms)
    amounts = {entry.entry_id: entry.amount_fen for entry in truth}
    visible = {entry.entry_id: entry for entry in shown.entries}

    def recorded(entry: LedgerEntry) -> int:
        return bookings.get(entry.entry_id, entry.at_ms)

    newest_ms = max(map(recorded, shown.entries), default=0)
    # What only corrections bring about: nobody knew of it at its instant, or by another amount.
    corrected_ms = _corrected(
        ledger,
        _corrections(replica, arrivals, now_ms),
        amounts,
        {
            entry.entry_id
            for entry in truth
            if entry.entry_id not in visible and recorded(entry) not in arrivals
        }
        | {each for each, seen in visible.items() if seen.amount_fen != amounts.get(each)},
        now_ms,
    )
    missing: list[Missing] = []
    differing: list[Differing] = []
    for entry in truth:
        seen = visible.pop(entry.entry_id, None)
        if seen is None:
            booked_ms = recorded(entry)
            if booked_ms in arrivals:
                arrives_ms = arrivals[booked_ms]
                reasons = tuple(_reasons(replica, booked_ms, arrives_ms, newest_ms))
            else:
                arrives_ms, reasons = corrected_ms[entry.entry_id], ("correction",)
                if not replica.policy.ordered:
                    arrives_ms = max(arrives_ms, replica.arrival(booked_ms))
            missing.append(Missing(entry, booked_ms, arrives_ms, reasons))
        elif seen.amount_fen != entry.amount_fen:
            agrees_ms = corrected_ms[entry.entry_id]
            differing.append(Differing(entry, seen.amount_fen, entry.amount_fen, agrees_ms))
    differing += (
        Differing(seen, seen.amount_fen, None, corrected_ms[seen.entry_id])
        for seen in visible.values()
    )
    agrees_ms = max(
        now_ms,
        *(each.arrives_ms for each in missing),
        *(each.agrees_ms for each in differing),
        *(replica.policy.visible_at(each) for each in _changes(replica, now_ms)),
    )
    return Outstanding(missing, differing, agrees_ms)


def _reasons(
    replica: Replica, recorded_ms: int, arrives_ms: int, newest_ms: int
) -> Iterator[Reason]:
    policy, timetable = replica.policy, replica.policy.timetable
    drawn_ms = policy.draw(replica.key, replica.ledger.member.index, recorded_ms)
    due_ms = recorded_ms + policy.lag_s * SECOND_MS + drawn_ms
    taken_ms = timetable.next_run(due_ms)
    if policy.lag_s:
        yield "lag"
    if drawn_ms:
        yield "jitter"
    if taken_ms > due_ms:
        yield "batch"
    if timetable.after_outage(taken_ms) > taken_ms:
        yield "outage"
    if arrives_ms > replica.arrival(recorded_ms):
        yield "order"
    if not policy.ordered and newest_ms > recorded_ms:
        yield "unordered"


def _changes(replica: Replica, now_ms: int) -> Iterator[int]:
    """Instants up to now at which a person's standing, or the pool's year, has changed."""
    member = replica.ledger.member
    yield start_of_day(date.fromordinal(day_of(now_ms)).replace(month=1, day=1).toordinal())
    for day, within_ms in (
        (member.retires_on, 0),
        (member.suspended_on, 0),
        (member.moved_on, ARRIVAL_MS),
    ):
        if day is not None and start_of_day(day) + within_ms <= now_ms:
            yield start_of_day(day) + within_ms
