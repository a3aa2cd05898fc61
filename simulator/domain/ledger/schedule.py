"""When things happen in one year of a person's account; the fold says what they do.

A year is cut into *segments*: the claims up to a stop, then the stop. A stop is a posted entry, a
day on which the person's standing changes, or the end of the year (or of what is visible of it).
"""

from bisect import bisect_left
from collections.abc import Sequence
from datetime import date, timedelta
from enum import IntEnum

from simulator.domain.china_time import MINUTE_MS, start_of_day
from simulator.domain.ledger.benefits_file import BenefitsBook
from simulator.domain.ledger.postings import PostedEntry
from simulator.domain.ledger.year_table import (
    TransferTable,
    YearTable,
    first_moment,
    transfer_table,
    transfers_at,
)
from simulator.domain.membership import Membership

# Assumed: a move is booked in the night, when nobody is treated: out of the old region, into the
# new one, and then the month's transfer if the day for it in neither region served the person.
DEPARTURE_MS = 10 * MINUTE_MS
ARRIVAL_MS = 20 * MINUTE_MS
CATCH_UP_MS = 30 * MINUTE_MS


class Step(IntEnum):
    """What happens at a stop; at one instant in this order."""

    RETIRE = 0
    """The pool pays on retired terms."""
    SUSPEND = 1
    """No contributions any more; the last instant before that day."""
    PENSION = 2
    """Transfers are those of the retired; the last instant before the month after retirement."""
    DEPART = 3
    ARRIVE = 4
    # Irregular accounts alone have the steps from here to AID; see `irregular`.
    WITNESS = 5
    """A payment that may be reversed has just been made."""
    REVERSE = 6
    CLEAR = 7
    """The advance on the month's transfer is cleared, that transfer having been made."""
    ADVANCE = 8
    RESTORE = 9
    """The balance of the year before comes back."""
    WITHDRAW = 10
    """The balance leaves for the turn of the year."""
    LEAVE = 11
    """From now on care is taken in another region; the last instant before that day."""
    AID = 12
    """The account pays for a relative."""
    BOOK = 13
    """A posted entry; posted care follows as a claim of its own."""
    PASS = 14
    """Nothing: the year ends, or a claim stood at the stop itself."""


Stop = tuple[int, Step, int, PostedEntry | None]
"""Instant, step, place in the order of posting, and the posted entry."""

Segment = tuple[Sequence[int], int, Step, PostedEntry | None]
"""Claims as moments in order, then the instant of a stop, its step, and the posted entry."""

AT_STOP = -1
"""Stands for the claim of the posted care at the stop of its segment."""


def stops_between(
    member: Membership, posted: Sequence[PostedEntry], first_ms: int, last_ms: int
) -> list[Stop]:
    """Everything but treatments and transfers that touches the account, both ends included."""
    stops: list[Stop] = [
        (entry.at_ms, Step.BOOK, order, entry) for order, entry in enumerate(posted)
    ]
    if member.retires_on is not None:
        stops.append((start_of_day(member.retires_on), Step.RETIRE, 0, None))
        month_after = date.fromordinal(member.retires_on).replace(day=1) + timedelta(days=31)
        day = month_after.replace(day=1).toordinal()
        stops.append((start_of_day(day) - 1, Step.PENSION, 0, None))
    if member.suspended_on is not None:
        stops.append((start_of_day(member.suspended_on) - 1, Step.SUSPEND, 0, None))
    if member.moved_on is not None and member.moved_from is not None:
        day_ms = start_of_day(member.moved_on)
        stops.append((day_ms + DEPARTURE_MS, Step.DEPART, 0, None))
        stops.append((day_ms + ARRIVAL_MS, Step.ARRIVE, 0, None))
    return in_order([stop for stop in stops if first_ms <= stop[0] <= last_ms])


def in_order(stops: list[Stop]) -> list[Stop]:
    """Stops by instant, step and order of posting."""
    return sorted(stops, key=lambda stop: stop[:3])


def segments_of_year(
    claims: Sequence[int], stops: Sequence[Stop], table: YearTable, end_ms: int
) -> list[Segment]:
    """Cut a year's claims at its stops, in order; `stops` may reach beyond the year."""
    segments: list[Segment] = []
    start = 0
    for at_ms, step, _, entry in stops:
        if not table.start_ms <= at_ms <= end_ms:
            continue
        # A claim at the very instant of a stop comes before it: what is derived goes first.
        end = bisect_left(claims, first_moment(table, at_ms + 1))
        segments.append((claims[start:end], at_ms, step, entry))
        if entry is not None and entry.care is not None:
            segments.append(((AT_STOP,), at_ms, Step.PASS, entry))
        start = end
    segments.append((claims[start:], end_ms, Step.PASS, None))
    return segments


def transfers_of_year(
    member: Membership, book: BenefitsBook, region: str, table: YearTable
) -> TransferTable:
    """When the transfers of a year are booked; `region` insures the person at its start.

    In the year of a move each month is still served once: by the old region up to the departure,
    then by the new one, not before the arrival.
    """
    old = book.of(region)
    transfers = transfer_table(table.year, old.transfer_day, old.transfer_hour)
    moved_on = member.moved_on
    if moved_on is None or region == member.region or moved_on > table.last_day:
        return transfers
    new = book.of(member.region)
    day_ms = start_of_day(moved_on)
    return transfers_at(
        table,
        tuple(
            before if before < day_ms + DEPARTURE_MS else max(after, day_ms + CATCH_UP_MS)
            for before, after in zip(
                transfers.instants,
                transfer_table(table.year, new.transfer_day, new.transfer_hour).instants,
                strict=True,
            )
        ),
    )
