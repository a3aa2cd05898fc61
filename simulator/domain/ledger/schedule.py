"""When things happen in one year of a person's account; the fold says what they do.

A year is cut into *segments*: the claims up to a stop, then the stop. A stop is a posted entry, a
day on which the person's standing changes, or the end of the year (or of what is visible of it).
"""

from bisect import bisect_left
from collections.abc import Sequence
from datetime import date
from enum import IntEnum
from itertools import accumulate

from simulator.domain.china_time import MINUTE_MS, start_of_day
from simulator.domain.ledger.benefits_file import BenefitsBook
from simulator.domain.ledger.postings import PostedEntry
from simulator.domain.ledger.year_table import (
    MONTHS,
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
    SUSPEND = 1
    DEPART = 2
    ARRIVE = 3
    BOOK = 4
    """A posted account amount, or the instant of posted care, which follows as a claim."""
    PASS = 5
    """Nothing: the year ends, or a claim stood at the stop itself."""


Claim = tuple[int, int, int, int]
"""Moment (or -1: at the stop), kind of care, total cost, in-scope cost."""

Stop = tuple[int, Step, int, PostedEntry | None]
"""Instant, step, place in the order of posting, and the posted entry."""

Segment = tuple[Sequence[Claim], int, Step, PostedEntry | None]
"""Claims in order, then the instant of a stop, its step, and the posted entry."""


def stops_between(
    member: Membership, posted: Sequence[PostedEntry], first_ms: int, last_ms: int
) -> list[Stop]:
    """Everything but treatments and transfers that touches the account, both ends included."""
    stops: list[Stop] = [
        (entry.at_ms, Step.BOOK, order, entry) for order, entry in enumerate(posted)
    ]
    if member.retires_on is not None:
        stops.append((start_of_day(member.retires_on), Step.RETIRE, 0, None))
    if member.suspended_on is not None:
        stops.append((start_of_day(member.suspended_on), Step.SUSPEND, 0, None))
    if member.moved_on is not None and member.moved_from is not None:
        day_ms = start_of_day(member.moved_on)
        stops.append((day_ms + DEPARTURE_MS, Step.DEPART, 0, None))
        stops.append((day_ms + ARRIVAL_MS, Step.ARRIVE, 0, None))
    return sorted(
        (stop for stop in stops if first_ms <= stop[0] <= last_ms), key=lambda stop: stop[:3]
    )


def segments_of_year(
    claims: Sequence[Claim], stops: Sequence[Stop], table: YearTable, end_ms: int
) -> list[Segment]:
    """Cut a year's claims at its stops, in order; `stops` may reach beyond the year."""
    segments: list[Segment] = []
    start = 0
    for at_ms, step, _, entry in stops:
        if not table.start_ms <= at_ms <= end_ms:
            continue
        # A claim at the very instant of a stop comes before it: what is derived goes first.
        end = bisect_left(claims, (first_moment(table, at_ms + 1),))
        segments.append((claims[start:end], at_ms, step, entry))
        if entry is not None and (care := entry.care) is not None:
            in_scope = entry.amount_fen if care.in_scope_fen is None else care.in_scope_fen
            claim = (-1, care.kind, entry.amount_fen, in_scope)
            segments.append(((claim,), at_ms, Step.PASS, entry))
        start = end
    segments.append((claims[start:], end_ms, Step.PASS, None))
    return segments


def uneven_transfers(
    member: Membership, book: BenefitsBook, region: str, base_fen: int, table: YearTable
) -> tuple[TransferTable, Sequence[int]]:
    """The transfers of any year, with retirement, suspension and a move looked at month by month.

    `region` insures the person at the start of the year. Answers the instants, and the sums of the
    first 0…12 transfers in fen.
    """
    year = table.year
    benefits = book.of(region)
    transfers = transfer_table(year, benefits.transfer_day, benefits.transfer_hour)
    instants = list(transfers.instants)
    by_month = [benefits] * MONTHS
    if region != member.region and member.moved_on is not None:
        benefits = book.of(member.region)
        moved_ms = start_of_day(member.moved_on)
        later = transfer_table(year, benefits.transfer_day, benefits.transfer_hour).instants
        for month, instant in enumerate(instants):
            if instant >= moved_ms + DEPARTURE_MS:
                instants[month] = max(later[month], moved_ms + CATCH_UP_MS)
                by_month[month] = benefits
        transfers = transfers_at(table, tuple(instants))

    suspended_ms = None if member.suspended_on is None else start_of_day(member.suspended_on)
    amounts = [
        0
        if suspended_ms is not None and instants[month] >= suspended_ms
        else by_month[month].monthly_transfer(
            base_fen,
            # retired terms reach the transfers in the month after retirement
            retired=member.retires_on is not None
            and member.retires_on < date(year, month + 1, 1).toordinal(),
        )
        for month in range(MONTHS)
    ]
    return transfers, tuple(accumulate(amounts, initial=0))
