"""The one pass over a person's account: every rule of the ledger is applied here and nowhere else.

Year by year the fold settles the claims of each segment and then does what its stop says. Between
two stops the account grows by the same amount every month, so the balance before a claim is what
is *held* apart from the year's transfers, plus the monthly amount times the transfers due by then.
With a `Journal` the same pass also has each entry written down.

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
    TRANSFER_IN,
    TRANSFER_OUT,
    YEARLY_INTEREST,
)
from simulator.domain.ledger.irregular import Irregular, Paid
from simulator.domain.ledger.journal import Journal
from simulator.domain.ledger.postings import OverdrawnError, PostedEntry
from simulator.domain.ledger.records import Position
from simulator.domain.ledger.schedule import (
    Segment,
    Step,
    Stop,
    in_order,
    segments_of_year,
    stops_between,
    transfers_of_year,
)
from simulator.domain.ledger.treatments import carry_over_fraction, treatments_of, year_words
from simulator.domain.ledger.year_table import (
    EPOCH_DAY,
    EPOCH_YEAR,
    first_moment,
    instant_of,
    transfer_table,
    year_table,
)
from simulator.domain.membership import Membership
from simulator.domain.pool import HIGHEST_OUTPATIENT, PoolYear, settle

# Assumed: an account was filled for at most this many years since this age.
_FILLED_FROM_AGE = 20
_FILLED_YEARS = 40

# As globals, since looking a member up in its Enum costs more than the rest of a stop.
_RETIRE, _SUSPEND, _PENSION = Step.RETIRE, Step.SUSPEND, Step.PENSION
_DEPART, _ARRIVE, _PASS = Step.DEPART, Step.ARRIVE, Step.PASS


def fold(
    key: bytes,
    member: Membership,
    book: BenefitsBook,
    posted: Sequence[PostedEntry],
    now_ms: int,
    *,
    last_year_only: bool = False,
    journal: Journal | None = None,
    strict_from_ms: int | None = None,
) -> Position:
    """Fold all events up to and including `now_ms`, an instant of the simulated world.

    `last_year_only` gives the same answer sooner for a person without an account, whose years do
    not depend on each other. `last_entry_ms` of the answer looks at the last year alone. Raises
    OverdrawnError when `strict_from_ms` is given and an expense posted for that instant or later
    exceeds the balance; else such an expense makes the balance negative.
    """
    today = day_of(now_ms)
    last_year = date.fromordinal(today).year
    first_year = last_year if last_year_only else EPOCH_YEAR
    index = member.index
    employee = member.employee
    birth = member.birth
    birth_year = date.fromordinal(birth).year
    retires_on = member.retires_on
    suspended_on = member.suspended_on
    moved_on = member.moved_on
    region = member.region
    # Most people's standing never changes: their stops need not be looked for.
    steady = (
        member.irregular is None
        and suspended_on is None
        and (moved_on is None or moved_on < EPOCH_DAY)
        and (retires_on is None or not EPOCH_DAY <= retires_on <= today)
    )
    irregular = None if member.irregular is None else Irregular(member.irregular, member)
    if irregular is not None and journal is not None:
        journal.aid = irregular.aid
    stops: Sequence[Stop] = ()
    if posted or not steady:
        first_table = year_table(first_year)
        if moved_on is not None and moved_on >= first_table.first_day:
            region = member.moved_from or region
        if not employee:
            posted = [entry for entry in posted if entry.care is not None]
        stops = stops_between(member, posted, first_table.start_ms, now_ms)
    benefits = book.of(region)
    base = member.base_fen
    held = monthly = in_transit = 0
    instants: tuple[int, ...] = ()
    moments: tuple[int, ...] = ()

    for year in range(first_year, last_year + 1):
        table = year_table(year)
        first_day = table.first_day
        end_ms = table.end_ms
        words = year_words(key, index, year)
        # nobody is treated in the year of birth, so that no treatment comes before the birth
        claims, bills = treatments_of(words, year - birth_year) if birth < first_day else ([], ())
        if year == last_year:
            end_ms = now_ms
            claims = claims[: bisect_left(claims, first_moment(table, now_ms + 1))]

        if year == first_year or not steady:
            retired = retires_on is not None and retires_on <= first_day
            pensioned = retires_on is not None and retires_on < first_day
            insured = suspended_on is None or suspended_on > first_day
            terms = benefits.terms(employee, retired)
            ratios = terms.ratios
            transfer_day, transfer_hour = benefits.transfer_day, benefits.transfer_hour
        deductible_left = terms.deductible_fen
        cap_left = terms.cap_fen
        total_cost = admissions = 0
        last_ms = -1
        months = monthly_since = 0  # transfers made this year; those before the monthly amount
        if employee:
            if year == EPOCH_YEAR:
                type_code = CARRY_OVER
                amount = _carry_over(words, benefits, base, birth_year, pensioned)
            else:
                type_code = YEARLY_INTEREST
                amount = benefits.yearly_interest(held)
                base = benefits.next_base(base)
            if amount:
                held += amount
                last_ms = table.start_ms
                if journal is not None:
                    journal.write_derived(year, type_code, last_ms, amount, held, region)
            monthly = benefits.monthly_transfer(base, pensioned) if insured else 0
            if steady:
                instants, moments = transfer_table(year, transfer_day, transfer_hour)
            else:
                instants, moments = transfers_of_year(member, book, region, table)

        segments: Sequence[Segment] = ((claims, end_ms, _PASS, None),)
        year_stops = stops
        if irregular is not None:
            more = irregular.begin_year(table, instants, claims, end_ms)
            year_stops = in_order([*stops, *more])
            if irregular.elsewhere:
                ratios = benefits.ratios_elsewhere(employee, retired)
            if journal is not None:
                journal.care_region = irregular.care_region
        if year_stops:
            segments = segments_of_year(claims, year_stops, table, end_ms)

        moment = -1
        for due_claims, stop_ms, step, entry in segments:
            for moment in due_claims:
                if moment >= 0:
                    due = bisect_right(moments, moment)
                    kind, total, in_scope = bills[moment & 0xFF][moment >> 8 & 0x3FF]
                elif entry is not None:
                    due = months
                    kind, total, in_scope = entry.bill()
                available = held + monthly * due
                if not insured:
                    in_scope = 0  # assumed: without contributions the pool pays nothing
                taken, fund_pay, account_pay = settle(
                    total,
                    in_scope,
                    ratios[kind],
                    deductible_left,
                    cap_left,
                    available if available > 0 else 0,
                )
                held -= account_pay
                deductible_left -= taken
                cap_left -= fund_pay
                total_cost += total
                if kind > HIGHEST_OUTPATIENT:
                    admissions += 1
                if journal is not None:
                    journal.write_transfers(year, instants, months, due, monthly, available, region)
                    months = due
                    journal.write_settlement(
                        table,
                        moment,
                        entry,
                        (kind, total, in_scope),
                        (taken, ratios[kind], fund_pay, account_pay),
                        available - account_pay if employee else None,
                        region,
                    )

            due = bisect_right(instants, stop_ms)
            balance = held + monthly * due
            if journal is not None:
                journal.write_transfers(year, instants, months, due, monthly, balance, region)
            months = due
            if step is _PASS:
                continue

            if entry is not None:
                last_ms = stop_ms
                if entry.care is None:
                    amount = ENTRY_TYPES[entry.type].sign * entry.amount_fen
                    if strict_from_ms is not None and stop_ms >= strict_from_ms:
                        _refuse_overdraft(entry, balance)
                    held += amount
                    if journal is not None:
                        journal.write_posted(entry, amount, balance + amount, region)
                continue

            if irregular is not None and step > _ARRIVE:
                if step is Step.WITNESS:
                    inpatient = kind > HIGHEST_OUTPATIENT
                    irregular.witness(stop_ms, Paid(account_pay, taken, fund_pay, total, inpatient))
                    continue
                if step is Step.LEAVE:
                    irregular.elsewhere = True
                    ratios = benefits.ratios_elsewhere(employee, retired)
                    if journal is not None:
                        journal.care_region = irregular.care_region
                    continue
                if step is Step.REVERSE and (paid := irregular.reversed_at(stop_ms)) is not None:
                    # the whole settlement is taken back: its part in the year's count as well
                    deductible_left += paid.deductible_fen
                    cap_left += paid.fund_pay_fen
                    total_cost -= paid.total_fen
                    admissions -= paid.inpatient
                for each in irregular.entries_due(
                    step, stop_ms, balance, monthly, months, benefits
                ):
                    if each.amount_fen:
                        held += each.amount_fen
                        balance += each.amount_fen
                        last_ms = stop_ms
                        if journal is not None:
                            journal.write_due(year, each, stop_ms, balance, region)
                continue

            amount = 0
            type_code = TRANSFER_OUT
            if step is _RETIRE:
                retired = True
            elif step is _PENSION:
                pensioned = True
            elif step is _SUSPEND:
                insured = False
            elif step is _DEPART:
                in_transit = max(balance, 0)
                amount = -in_transit
            elif step is _ARRIVE:
                amount = in_transit
                type_code = TRANSFER_IN
                region = member.region
                benefits = book.of(region)
                # assumed: the pool of another region starts its own count
                terms = benefits.terms(employee, retired)
                deductible_left = terms.deductible_fen
                cap_left = terms.cap_fen
                total_cost = admissions = 0
            if irregular is not None and irregular.elsewhere:
                ratios = benefits.ratios_elsewhere(employee, retired)
            else:
                ratios = benefits.terms(employee, retired).ratios
            if amount:
                held += amount
                last_ms = stop_ms
                if journal is not None:
                    journal.write_derived(
                        year, type_code, stop_ms, amount, balance + amount, region
                    )
            if employee:
                if monthly and months > monthly_since:
                    last_ms = max(last_ms, instants[months - 1])
                before = monthly
                monthly = benefits.monthly_transfer(base, pensioned) if insured else 0
                held += (before - monthly) * months
                monthly_since = months
        held = balance

    if moment >= 0:
        last_ms = max(last_ms, instant_of(table, moment))
    if monthly and months > monthly_since and instants[months - 1] > last_ms:
        last_ms = instants[months - 1]
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
    return Position(held if employee else None, pool, last_ms if last_ms >= 0 else None)


def _carry_over(
    words: tuple[int, ...], benefits: Benefits, base_fen: int, birth_year: int, pensioned: bool
) -> int:
    """What the account held at the epoch, in fen: *assumed*, some months' worth of transfers."""
    years = min(max(EPOCH_YEAR - birth_year - _FILLED_FROM_AGE, 0), _FILLED_YEARS)
    most = benefits.monthly_transfer(base_fen, pensioned) * (3 + 2 * years)
    return most * carry_over_fraction(words) >> 16


def _refuse_overdraft(entry: PostedEntry, balance: int) -> None:
    if not ENTRY_TYPES[entry.type].income and entry.amount_fen > balance:
        raise OverdrawnError(
            entry.entry_id,
            amount_fen=entry.amount_fen,
            available_fen=max(balance, 0),
            at_ms=entry.at_ms,
        )
