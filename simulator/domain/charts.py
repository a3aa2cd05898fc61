"""The series behind a chart of an account: balance, income and spending by calendar month.

Computed from the very entries that a platform lists, so chart, history and balance cannot
disagree: for every month `opening + income - spending + carried == closing`, each month opens with
what the last one closed with, and the last one closes with the balance shown. What a real
platform's chart counts as income is not known: *assumed*.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from simulator.domain.china_time import day_of
from simulator.domain.ledger import EPOCH_DAY, LedgerEntry
from simulator.domain.ledger.entry_types import CARRY_OVER, YEAR_END_CARRY_OVER

MOST_MONTHS: Final = 36
_CARRIED: Final = frozenset({CARRY_OVER, YEAR_END_CARRY_OVER})
"""Money that a year hands to the next one: neither earned nor spent."""


@dataclass(frozen=True, slots=True)
class Month:
    """One calendar month in China; money in fen."""

    year: int
    month: int
    closing_fen: int | None
    """The balance at its end, or for the last month so far; None without a personal account."""
    income_fen: int
    """What came into the account, without carry-overs; not negative."""
    spending_fen: int
    """What left the account, without carry-overs; not negative."""
    carried_fen: int
    """What was carried over from one year to the next: in is positive, out negative."""
    fund_paid_fen: int
    """What the pool paid for the person's care, less what was taken back."""

    @property
    def label(self) -> str:
        """The month as ISO 8601 has it, `2026-06`."""
        return f"{self.year:04d}-{self.month:02d}"


def monthly(
    history: Sequence[LedgerEntry], as_of_ms: int, months: int, *, has_account: bool
) -> tuple[Month, ...]:
    """The last so many (1…MOST_MONTHS) months up to that of `as_of_ms`, oldest first.

    `history` holds all entries since the epoch, in any order, none later than `as_of_ms`. Months
    before the epoch are left out: there was no account then. Raises ValueError for another number
    of months.
    """
    if not 1 <= months <= MOST_MONTHS:
        raise ValueError(f"{months} months are not 1…{MOST_MONTHS}")
    last = date.fromordinal(day_of(as_of_ms))
    first = max(_place(date.fromordinal(EPOCH_DAY)), _place(last) - months + 1)
    count = _place(last) - first + 1
    opening_fen = 0
    income, spending, carried, fund = ([0] * count for _ in range(4))
    paid_for = {entry.entry_id: entry.settlement for entry in history if entry.settlement}
    for entry in history:
        place = _place(date.fromordinal(day_of(entry.at_ms))) - first
        if place < 0:
            opening_fen += entry.amount_fen
            continue
        if entry.type in _CARRIED:
            carried[place] += entry.amount_fen
        elif entry.amount_fen > 0:
            income[place] += entry.amount_fen
        else:
            spending[place] -= entry.amount_fen
        if entry.settlement is not None:
            fund[place] += entry.settlement.fund_pay_fen
        elif (taken_back := paid_for.get(entry.reference)) is not None:
            fund[place] -= taken_back.fund_pay_fen
    found = []
    for place in range(count):
        opening_fen += income[place] - spending[place] + carried[place]
        year, month = divmod(first + place, 12)
        found.append(
            Month(
                year=year,
                month=month + 1,
                closing_fen=opening_fen if has_account else None,
                income_fen=income[place],
                spending_fen=spending[place],
                carried_fen=carried[place],
                fund_paid_fen=fund[place],
            )
        )
    return tuple(found)


def _place(day: date) -> int:
    """Months since the year 0."""
    return day.year * 12 + day.month - 1
