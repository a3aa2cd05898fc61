"""The ledger's calendar: its epoch, its last day, and what recurs in each of its years.

Medical institutions settle while they are open, 07:00 to 21:00 on every day (*assumed*). An
*opening second* counts only those seconds from the start of a year, so one integer orders the
payments of a year and a single multiplication spreads a digest over it. Transfers fall on a
regional day and hour of each month. Both are looked up in tables made once per year and schedule.
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

MONTHS = 12


class YearTable(NamedTuple):
    """One calendar year in China."""

    year: int
    first_day: int
    last_day: int
    start_ms: int
    end_ms: int
    """Last instant of the year."""
    opening_seconds: int
    """Opening seconds of the whole year."""


class TransferTable(NamedTuple):
    """When the twelve monthly transfers of a year are booked, in order."""

    instants: tuple[int, ...]
    opening_seconds: tuple[int, ...]
    """The first opening second of the year that is not before each instant."""


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
        opening_seconds=(last_day - first_day + 1) * OPEN_SECONDS,
    )


@lru_cache(maxsize=1024)
def transfer_table(year: int, day: int, hour: int) -> TransferTable:
    """The transfers of a year on a day of the month (1…28) at an hour (0…23)."""
    start_ms = year_table(year).start_ms
    return transfers_at(
        start_ms,
        tuple(
            start_of_day(date(year, month, day).toordinal()) + hour * HOUR_MS
            for month in range(1, MONTHS + 1)
        ),
    )


def transfers_at(year_start_ms: int, instants: tuple[int, ...]) -> TransferTable:
    """The table for twelve given instants of one year, in order."""
    return TransferTable(
        instants, tuple(opening_seconds_before(year_start_ms, instant) for instant in instants)
    )


def opening_seconds_before(year_start_ms: int, instant_ms: int) -> int:
    """How many opening seconds of the year began before an instant of that year."""
    days, rest_ms = divmod(instant_ms - year_start_ms, DAY_MS)
    seconds = -((OPENING_MS - rest_ms) // SECOND_MS)
    return days * OPEN_SECONDS + min(max(seconds, 0), OPEN_SECONDS)


def instant_of(year_start_ms: int, opening_second: int) -> int:
    """The instant at which an opening second of the year begins."""
    days, seconds = divmod(opening_second, OPEN_SECONDS)
    return year_start_ms + days * DAY_MS + OPENING_MS + seconds * SECOND_MS
