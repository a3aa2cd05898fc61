"""The one pass over a person's account: every rule of the ledger is applied here and nowhere else.

Year by year the fold settles the claims of each segment and then does what its stop says. Monthly
transfers are credited in one addition up to the next claim or stop. With a `record` the same pass
also writes each entry down, so a balance is the sum of its history by construction.

Order at one instant: carry-over or yearly interest, monthly transfer, treatment, change of
standing, posted entries in the order in which they were posted. Rules: docs/ledger.md.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from datetime import date

from simulator.domain.china_time import day_of
from simulator.domain.ledger.benefits import Benefits
from simulator.domain.ledger.benefits_file import BenefitsBook
from simulator.domain.ledger.entry_types import (
    CARRY_OVER,
    ENTRY_TYPES,
    MEDICAL_PAYMENT,
    MONTHLY_TRANSFER,
    TRANSFER_IN,
    TRANSFER_OUT,
    YEARLY_INTEREST,
)
from simulator.domain.ledger.postings import OverdrawnError, PostedEntry
from simulator.domain.ledger.records import LedgerEntry, Position
from simulator.domain.ledger.schedule import (
    Claim,
    Step,
    Stop,
    segments_of_year,
    stops_between,
    uneven_transfers,
)
from simulator.domain.ledger.treatments import carry_over_fraction, treatments_of, year_words
from simulator.domain.ledger.year_table import (
    EPOCH_DAY,
    EPOCH_YEAR,
    MONTHS,
    first_moment,
    instant_of,
    transfer_table,
    year_table,
)
from simulator.domain.membership import Membership
from simulator.domain.pool import PoolYear, Settlement, is_inpatient, level_of, settle

# Assumed: an account was filled for at most this many years since this age.
_FILLED_FROM_AGE = 20
_FILLED_YEARS = 40

_HIGHEST_OUTPATIENT = 3
_PASS = Step.PASS
_NOTHING = (0,) * (MONTHS + 1)


def fold(
    key: bytes,
    member: Membership,
    book: BenefitsBook,
    posted: Sequence[PostedEntry],
    now_ms: int,
    *,
    last_year_only: bool = False,
    record: list[LedgerEntry] | None = None,
    strict_from_ms: int | None = None,
) -> Position:
    """Fold all events up to and including `now_ms`, an instant of the simulated world.

    `last_year_only` gives the same answer sooner for a person without an account, whose years do
    not depend on each other. Entries are appended to `record`. `last_entry_ms` of the answer looks
    at the last year alone. Raises OverdrawnError when `strict_from_ms` is given and an expense
    posted for that instant or later exceeds the balance; else such an expense makes it negative.
    """
    today = day_of(now_ms)
    last_year = date.fromordinal(today).year
    first_year = last_year if last_year_only else EPOCH_YEAR
    employee = member.employee
    birth = member.birth
    birth_year = date.fromordinal(birth).year
    retires_on = member.retires_on
    suspended_on = member.suspended_on
    moved_on = member.moved_on
    # Most people's standing never changes: their stops and uneven years need not be looked for.
    steady = (
        suspended_on is None
        and (moved_on is None or moved_on < EPOCH_DAY)
        and (retires_on is None or not EPOCH_DAY <= retires_on <= today)
    )
    stops: Sequence[Stop] = ()
    if posted or not steady:
        if not employee:
            posted = [entry for entry in posted if entry.care is not None]
        stops = stops_between(member, posted, year_table(first_year).start_ms, now_ms)

    region = member.region
    if moved_on is not None and moved_on >= year_table(first_year).first_day:
        region = member.moved_from or region
    benefits = book.of(region)
    base = member.base_fen
    balance = in_transit = 0

    for year in range(first_year, last_year + 1):
        table = year_table(year)
        _, first_day, _, start_ms, end_ms = table
        words = year_words(key, member.index, year)
        # nobody is treated in the year of birth, so that no treatment comes before the birth
        claims: Sequence[Claim] = (
            treatments_of(words, year - birth_year) if birth < first_day else ()
        )
        if year == last_year:
            end_ms = now_ms
            claims = claims[: bisect_left(claims, (first_moment(table, now_ms + 1),))]
        if stops:
            segments = segments_of_year(claims, stops, table, end_ms)
        else:
            segments = [(claims, end_ms, _PASS, None)]

        retired = retires_on is not None and retires_on <= first_day
        insured = suspended_on is None or suspended_on > first_day
        terms = benefits.terms(employee=employee, retired=retired)
        deductible_left, cap_left, ratios = terms.deductible_fen, terms.cap_fen, terms.ratios
        total_cost = admissions = settled = months = 0
        last_ms = -1

        instants: Sequence[int] = ()
        moments: Sequence[int] = ()
        booked: Sequence[int] = _NOTHING  # booked[n]: the sum of the year's first n transfers
        if employee:
            if year == EPOCH_YEAR:
                type_code = CARRY_OVER
                amount = _carry_over(words, benefits, base, birth_year, retired=retired)
            else:
                type_code = YEARLY_INTEREST
                amount = benefits.yearly_interest(balance)
                base = benefits.next_base(base)
            if amount:
                balance += amount
                last_ms = start_ms
                if record is not None:
                    record.append(
                        LedgerEntry(
                            _derived_id(year, type_code),
                            type_code,
                            start_ms,
                            amount,
                            balance,
                            region,
                        )
                    )
            if steady:
                instants, moments = transfer_table(
                    year, benefits.transfer_day, benefits.transfer_hour
                )
                amount = benefits.monthly_transfer(base, retired=retired)
                booked = range(0, (MONTHS + 1) * amount, amount) if amount else _NOTHING
            else:
                (instants, moments), booked = uneven_transfers(member, book, region, base, table)

        moment = -1
        for claims, stop_ms, step, entry in segments:
            for moment, kind, total, in_scope in claims:
                due = bisect_right(moments, moment)
                if due > months:
                    if record is not None:
                        _record_transfers(
                            record, year, instants, booked, months, due, balance, region
                        )
                    balance += booked[due] - booked[months]
                    months = due
                if not insured:
                    in_scope = 0  # assumed: without contributions the pool pays nothing
                taken, fund_pay, account_pay = settle(
                    total,
                    in_scope,
                    ratios[kind],
                    deductible_left,
                    cap_left,
                    balance if balance > 0 else 0,
                )
                deductible_left -= taken
                cap_left -= fund_pay
                balance -= account_pay
                total_cost += total
                if kind > _HIGHEST_OUTPATIENT:
                    admissions += 1
                if moment >= 0:
                    settled += 1
                if record is not None:
                    parts = _settlement(
                        kind, total, in_scope, taken, ratios[kind], fund_pay, account_pay
                    )
                    after = balance if employee else None
                    if entry is not None and moment < 0:
                        record.append(_posted(entry, -account_pay, after, region, parts))
                    else:
                        record.append(
                            LedgerEntry(
                                _derived_id(year, MEDICAL_PAYMENT, settled),
                                MEDICAL_PAYMENT,
                                instant_of(table, moment),
                                -account_pay,
                                after,
                                region,
                                parts,
                            )
                        )

            due = bisect_right(instants, stop_ms)
            if due > months:
                if record is not None:
                    _record_transfers(record, year, instants, booked, months, due, balance, region)
                balance += booked[due] - booked[months]
                months = due
            if step is _PASS:
                continue
            if step is Step.RETIRE:
                retired = True
                ratios = benefits.terms(employee=employee, retired=True).ratios
            elif step is Step.SUSPEND:
                insured = False
            elif entry is not None:
                last_ms = stop_ms
                if entry.care is None:
                    amount = ENTRY_TYPES[entry.type].sign * entry.amount_fen
                    if strict_from_ms is not None and stop_ms >= strict_from_ms:
                        _refuse_overdraft(entry, balance)
                    balance += amount
                    if record is not None:
                        record.append(_posted(entry, amount, balance, region, None))
            else:
                if step is Step.DEPART:
                    type_code = TRANSFER_OUT
                    in_transit = max(balance, 0)
                    amount = -in_transit
                else:
                    type_code = TRANSFER_IN
                    amount = in_transit
                    region = member.region
                    benefits = book.of(region)
                    terms = benefits.terms(employee=employee, retired=retired)
                    # assumed: the pool of another region starts its own count
                    deductible_left, cap_left = terms.deductible_fen, terms.cap_fen
                    ratios = terms.ratios
                    total_cost = admissions = 0
                if amount:
                    balance += amount
                    last_ms = stop_ms
                    if record is not None:
                        entry_id = _derived_id(year, type_code)
                        record.append(
                            LedgerEntry(entry_id, type_code, stop_ms, amount, balance, region)
                        )

    if moment >= 0:
        last_ms = max(last_ms, instant_of(table, moment))
    while months and booked[months] == booked[months - 1]:
        months -= 1  # a month without a transfer is no entry
    if months:
        last_ms = max(last_ms, instants[months - 1])
    pool = PoolYear(
        last_year,
        region,
        terms.deductible_fen,
        terms.deductible_fen - deductible_left,
        terms.cap_fen - cap_left,
        cap_left,
        total_cost,
        admissions,
    )
    return Position(balance if employee else None, pool, last_ms if last_ms >= 0 else None)


def _carry_over(
    words: tuple[int, ...], benefits: Benefits, base_fen: int, birth_year: int, *, retired: bool
) -> int:
    """What the account held at the epoch, in fen: *assumed*, some months' worth of transfers."""
    years = min(max(EPOCH_YEAR - birth_year - _FILLED_FROM_AGE, 0), _FILLED_YEARS)
    most = benefits.monthly_transfer(base_fen, retired=retired) * (3 + 2 * years)
    return most * carry_over_fraction(words) >> 16


def _derived_id(year: int, type_code: str, sequence: int = 1) -> str:
    return f"D{year}{type_code}{sequence:02d}"


def _record_transfers(
    record: list[LedgerEntry],
    year: int,
    instants: Sequence[int],
    booked: Sequence[int],
    first: int,
    end: int,
    balance: int,
    region: str,
) -> None:
    """Write down the year's transfers first…end-1, given the balance before them."""
    for month in range(first, end):
        amount = booked[month + 1] - booked[month]
        if amount:
            balance += amount
            entry_id = _derived_id(year, MONTHLY_TRANSFER, month + 1)
            record.append(
                LedgerEntry(entry_id, MONTHLY_TRANSFER, instants[month], amount, balance, region)
            )


def _settlement(
    kind: int, total: int, in_scope: int, taken: int, ratio: int, fund_pay: int, account_pay: int
) -> Settlement:
    return Settlement(
        level=level_of(kind),
        inpatient=is_inpatient(kind),
        total_fen=total,
        in_scope_fen=in_scope,
        deductible_fen=taken,
        ratio=ratio,
        fund_pay_fen=fund_pay,
        person_pay_fen=total - fund_pay,
        account_pay_fen=account_pay,
        cash_fen=total - fund_pay - account_pay,
    )


def _posted(
    entry: PostedEntry, amount: int, after: int | None, region: str, parts: Settlement | None
) -> LedgerEntry:
    return LedgerEntry(
        entry.entry_id, entry.type, entry.at_ms, amount, after, region, parts, True, entry.note
    )


def _refuse_overdraft(entry: PostedEntry, balance: int) -> None:
    if not ENTRY_TYPES[entry.type].income and entry.amount_fen > balance:
        raise OverdrawnError(
            entry.entry_id,
            amount_fen=entry.amount_fen,
            available_fen=max(balance, 0),
            at_ms=entry.at_ms,
        )
