"""What an irregular account does besides: when, and how much. Everything here is *assumed*.

The fold asks once a year for further stops and at each of them for the entries that are due. What
must be remembered between two stops (an advance, a balance that is away, a payment that will be
reversed) is remembered here. Rules in words: docs/anomalies.md.
"""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from simulator.domain.china_time import SECOND_MS, day_of, start_of_day
from simulator.domain.irregularities import Irregularities
from simulator.domain.ledger.benefits import Benefits
from simulator.domain.ledger.entry_types import (
    CARRY_OVER,
    CLEARING,
    MEDICAL_PAYMENT,
    PAYMENT_REFUND,
    PRE_TRANSFER,
    YEAR_END_CARRY_OVER,
    YEARLY_INTEREST,
)
from simulator.domain.ledger.records import derived_id
from simulator.domain.ledger.schedule import ARRIVAL_MS, DEPARTURE_MS, Step, Stop
from simulator.domain.ledger.year_table import EPOCH_DAY, EPOCH_YEAR, YearTable, instant_of
from simulator.domain.membership import Membership

_FIRST_AID = 51
"""Numbers of payments for a relative within a year; own treatments are at most seven."""
_LATE_INTEREST = 2
"""Number of the yearly interest that follows a balance back; the ordinary one is 1."""


class Due(NamedTuple):
    """A derived entry, to be booked at a stop."""

    type: str
    amount_fen: int
    sequence: int
    """Tells the entries of a type and year apart in their ids."""
    note: str = ""
    reference: str = ""


class Paid(NamedTuple):
    """What one settlement took: the part of the account and the parts of the year's count."""

    account_pay_fen: int
    deductible_fen: int
    fund_pay_fen: int
    total_fen: int
    inpatient: bool


class Irregular:
    """The irregularities of one account during one fold."""

    def __init__(self, found: Irregularities, member: Membership) -> None:
        self._found = found
        self._member = member
        self._employee = member.employee
        self._standing_changes = _standing_changes(member)
        self._aid = iter(found.aid_given)
        self._aids = 0  # of the year
        self._advanced_fen = 0
        self._away_fen = 0
        self._year = EPOCH_YEAR
        self._payments: dict[int, int] = {}  # of the year: instant to number
        self._reversal: tuple[int, int, Paid] | None = None  # at, number of the payment, parts
        self.elsewhere = False
        """Whether care is now taken in another region."""

    @property
    def aid(self) -> dict[int, int]:
        """What relatives' accounts pay: fen, by the instant of the settlement."""
        return {aid.at_ms: aid.amount_fen for aid in self._found.aid_received}

    @property
    def care_region(self) -> str | None:
        """Where care is now taken, when elsewhere."""
        return self._found.care_region if self.elsewhere else None

    def begin_year(
        self, table: YearTable, instants: Sequence[int], claims: Sequence[int], end_ms: int
    ) -> list[Stop]:
        """The further stops of a year up to `end_ms`, without order.

        `instants` are those of its monthly transfers, `claims` its treatments up to `end_ms`.
        """
        self._year = table.year
        self._aids = 0
        self._reversal = None
        elsewhere_from = self._found.care_elsewhere_from
        self.elsewhere = elsewhere_from is not None and elsewhere_from <= table.first_day
        stops = [] if elsewhere_from is None else [(start_of_day(elsewhere_from) - 1, Step.LEAVE)]
        if self._employee:
            stops.extend(self._pre_transfers(table, instants))
            stops.extend(self._reversals(table, claims))
            stops.extend(self._year_ends(table))
            stops.extend((aid.at_ms, Step.AID) for aid in self._found.aid_given)
        return [
            (at_ms, step, 0, None) for at_ms, step in stops if table.start_ms <= at_ms <= end_ms
        ]

    def witness(self, at_ms: int, paid: Paid) -> None:
        """Take note of the payment made at a WITNESS stop: the first one will be reversed."""
        if self._reversal is None and paid.account_pay_fen:
            number = self._payments[at_ms]
            self._reversal = (at_ms + self._found.reversal_after_ms, number, paid)

    def reversed_at(self, at_ms: int) -> Paid | None:
        """What is taken back at a REVERSE stop: the whole settlement, or nothing."""
        if self._reversal is None or self._reversal[0] != at_ms:
            return None
        return self._reversal[2]

    def entries_due(
        self, step: Step, at_ms: int, balance_fen: int, monthly_fen: int, months: int, of: Benefits
    ) -> Iterator[Due]:
        """The entries of a stop, given the state of the account just before it.

        `months` transfers of `monthly_fen` each have been made this year.
        """
        if step is Step.ADVANCE:
            self._advanced_fen = monthly_fen
            yield Due(PRE_TRANSFER, monthly_fen, months + 1, "预划下次划账")
        elif step is Step.CLEAR:
            advance = derived_id(self._year, PRE_TRANSFER, months)
            yield Due(CLEARING, -self._advanced_fen, months, f"清退预划 {advance}", advance)
            self._advanced_fen = 0
        elif step is Step.WITHDRAW:
            self._away_fen = max(balance_fen, 0)
            yield Due(YEAR_END_CARRY_OVER, -self._away_fen, 1)
        elif step is Step.RESTORE:
            yield Due(CARRY_OVER, self._away_fen, 1)
            # The interest of the year is on what the account held at its end: it comes along.
            yield Due(YEARLY_INTEREST, of.yearly_interest(self._away_fen), _LATE_INTEREST)
            self._away_fen = 0
        elif step is Step.REVERSE and (paid := self.reversed_at(at_ms)) is not None:
            assert self._reversal is not None
            payment = derived_id(self._year, MEDICAL_PAYMENT, self._reversal[1])
            yield Due(PAYMENT_REFUND, paid.account_pay_fen, 1, f"冲正 {payment}", payment)
        elif step is Step.AID:
            aid = next(self._aid)
            amount = -min(aid.wanted_fen, max(balance_fen, 0))
            yield Due(MEDICAL_PAYMENT, amount, _FIRST_AID + self._aids, aid.note)
            self._aids += 1

    def _pre_transfers(
        self, table: YearTable, instants: Sequence[int]
    ) -> Iterator[tuple[int, Step]]:
        first_day = self._found.pre_transfers_from
        if first_day is None:
            return
        previous_ms = table.start_ms
        for transfer_ms in instants:
            advance_ms = transfer_ms - self._found.pre_transfer_lead_ms
            # An advance is of the amount that is then transferred, or is not made.
            if (
                advance_ms > previous_ms
                and advance_ms >= start_of_day(first_day)
                and not self._changes_between(advance_ms, transfer_ms)
            ):
                yield advance_ms, Step.ADVANCE
                yield transfer_ms, Step.CLEAR
            previous_ms = transfer_ms

    def _reversals(self, table: YearTable, claims: Sequence[int]) -> Iterator[tuple[int, Step]]:
        first_day = self._found.reversals_from
        if first_day is None:
            return
        # Two treatments within one second are one instant, of which the last one counts.
        self._payments = {
            instant_of(table, claim): number for number, claim in enumerate(claims, 1)
        }
        for at_ms in self._payments:
            reversal_ms = at_ms + self._found.reversal_after_ms
            # The count it is taken back from is that of the same year and region.
            if (
                at_ms >= start_of_day(first_day)
                and reversal_ms <= table.end_ms
                and not self._changes_between(at_ms, reversal_ms)
            ):
                yield at_ms, Step.WITNESS
                yield reversal_ms, Step.REVERSE

    def _year_ends(self, table: YearTable) -> Iterator[tuple[int, Step]]:
        first_day = self._found.year_end_gaps_from
        if first_day is None:
            return
        for year_end_ms, step in (
            (table.start_ms - 1, Step.RESTORE),
            (table.end_ms, Step.WITHDRAW),
        ):
            leaves_ms = year_end_ms + 1 - SECOND_MS
            returns_ms = year_end_ms + 1 + self._found.year_end_gap_ms
            # What is away cannot be moved to another region.
            if day_of(leaves_ms) >= max(first_day, EPOCH_DAY) and not self._changes_between(
                leaves_ms, returns_ms
            ):
                yield (returns_ms if step is Step.RESTORE else leaves_ms), step

    def _changes_between(self, first_ms: int, last_ms: int) -> bool:
        return any(first_ms <= change_ms <= last_ms for change_ms in self._standing_changes)


def _standing_changes(member: Membership) -> list[int]:
    """The instants at which amount, place or terms of the account change."""
    changes = []
    if member.retires_on is not None:
        month_after = date.fromordinal(member.retires_on).replace(day=1) + timedelta(days=31)
        pension_day = month_after.replace(day=1).toordinal()
        changes += [start_of_day(member.retires_on), start_of_day(pension_day) - 1]
    if member.suspended_on is not None:
        changes.append(start_of_day(member.suspended_on) - 1)
    if member.moved_on is not None and member.moved_from is not None:
        day_ms = start_of_day(member.moved_on)
        changes += [day_ms + DEPARTURE_MS, day_ms + ARRIVAL_MS]
    return changes
