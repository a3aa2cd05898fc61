"""The ledger's calendar: its epoch, its last day, and what recurs in each of its years.

Medical institutions settle while they are open, 07:00 to 21:00 on every day (*assumed*). A
*moment* is a 64-bit number that runs once through the opening hours of a year: its upper 29 bits
are the place in them, to the second; the lower ones belong to whoever made it. A word of a digest
is thus a moment as it stands, and comparing words compares times. Transfers fall on a regional day
and hour of each month. Instants are turned into moments once per year and schedule, in tables.
"""

from datetime import date
from functools import lru_cache
from typing import NamedTuple

from simulator.domain.china_time import DAY_MS, HOUR_MS, SECOND_MS, start_of_day

EPOCH_YEAR = 2024
EPOCH_DAY = date(EPOCH_YEAR, 1, 1).toordinal()
EPOCH_MS = start_of_day(EPOCH_DAY)
"""2024-01-01T00:00:00+08:00: no world shows an earlier time."""

LAST_YEAR = 2099
END_DAY = date(LAST_YEAR, 12, 31).toordinal()
END_MS = start_of_day(END_DAY + 1) - 1
"""The last instant of the simulated world."""

OPENING_MS = 7 * HOUR_MS
OPEN_SECONDS = 14 * 60 * 60
"""Length of the daily opening time, in seconds."""
_CLOSING_MS = OPENING_MS + OPEN_SECONDS * SECOND_MS

MONTHS = 12

_PLACE_BITS = 29
_FREE_BITS = 64 - _PLACE_BITS


class YearTable(NamedTuple):
    """One calendar year in China."""

    year: int
    first_day: int
    last_day: int
    start_ms: int
    end_ms: int
    """Last instant of the year."""
    open_seconds: int
    """Seconds of the year in which institutions are open."""


class TransferTable(NamedTuple):
    """When the twelve monthly transfers of a year are booked, in order."""

    instants: tuple[int, ...]
    moments: tuple[int, ...]
    """The first moment of the year that is not before each instant."""


@lru_cache(maxsize=LAST_YEAR - EPOCH_YEAR + 1)
def year_table(year: int) -> YearTable:
    """The table of one year of the simulated world, EPOCH_YEAR…LAST_YEAR."""
    first_day = date(year, 1, 1).toordinal()
    last_day = date(year, 12, 31).toordinal()
    return YearTable(
        year=year,
        first_day=first_day,
        last_day=last_day,
        start_ms=start_of_day(first_day),
        end_ms=start_of_day(last_day + 1) - 1,
        open_seconds=(last_day - first_day + 1) * OPEN_SECONDS,
    )


@lru_cache(maxsize=1024)
def transfer_table(year: int, day: int, hour: int) -> TransferTable:
    """The transfers of a year on a day of the month (1…28) at an hour (0…23)."""
    return transfers_at(
        year_table(year),
        tuple(
            start_of_day(date(year, month, day).toordinal()) + hour * HOUR_MS
            for month in range(1, MONTHS + 1)
        ),
    )


def transfers_at(table: YearTable, instants: tuple[int, ...]) -> TransferTable:
    """The table for twelve given instants of one year, in order."""
    return TransferTable(instants, tuple(first_moment(table, instant) for instant in instants))


def first_moment(table: YearTable, instant_ms: int) -> int:
    """The first moment of the year whose instant is not before an instant of that year.

    2**64, which is above every moment, when there is none.
    """
    days, rest_ms = divmod(instant_ms - table.start_ms, DAY_MS)
    if rest_ms <= OPENING_MS:
        seconds = 0
    elif rest_ms >= _CLOSING_MS:
        seconds = OPEN_SECONDS
    else:
        seconds = -((OPENING_MS - rest_ms) // SECOND_MS)
    return -(-(days * OPEN_SECONDS + seconds << _PLACE_BITS) // table.open_seconds) << _FREE_BITS


def instant_of(table: YearTable, moment: int) -> int:
    """The instant of a moment of the year, to the second."""
    place = moment >> _FREE_BITS
    days, seconds = divmod(place * table.open_seconds >> _PLACE_BITS, OPEN_SECONDS)
    return table.start_ms + days * DAY_MS + OPENING_MS + seconds * SECOND_MS
