"""Which bookings are accepted, which are refused, and what accepted ones do."""

from dataclasses import replace
from datetime import date

import pytest

from simulator.domain.china_time import from_iso
from simulator.domain.ledger import (
    END_MS,
    ENTRY_TYPES,
    EPOCH_MS,
    InvalidPostingError,
    NoPersonalAccountError,
    OutsideTimeError,
    OverdrawnError,
    PostedCare,
    PostedEntry,
    PostingError,
    check_posting,
    entries,
    position,
)
from simulator.domain.membership import Membership

NOW = from_iso("2026-11-20T12:00:00")


@pytest.fixture
def employee():
    return Membership(
        index=77,
        employee=True,
        region="330100",
        birth=date(1985, 5, 5).toordinal(),
        base_fen=800_000,
        retires_on=date(2045, 5, 5).toordinal(),
    )


@pytest.fixture
def resident():
    return Membership(77, False, "330100", date(1985, 5, 5).toordinal(), 0, None)


def income(amount, at, name="P1"):
    return PostedEntry(name, "112", amount, from_iso(at))


def expense(amount, at, name="P2"):
    return PostedEntry(name, "204", amount, from_iso(at))


@pytest.mark.parametrize("type_code", ENTRY_TYPES)
def test_any_type_can_be_posted_and_moves_the_balance_its_way(employee, key, book, type_code):
    entry = PostedEntry("P", type_code, 1, NOW - 1)
    check_posting(key, employee, book, (), entry)
    before = position(key, employee, book, (), NOW).balance_fen
    after = position(key, employee, book, (entry,), NOW).balance_fen
    assert after - before == (1 if ENTRY_TYPES[type_code].income else -1)


def test_an_expense_may_take_all_there_is_and_not_a_fen_more(employee, key, book):
    balance = position(key, employee, book, (), NOW).balance_fen
    everything = PostedEntry("P", "204", balance, NOW)
    check_posting(key, employee, book, (), everything)
    assert position(key, employee, book, (everything,), NOW).balance_fen == 0
    with pytest.raises(OverdrawnError) as refusal:
        check_posting(key, employee, book, (), replace(everything, amount_fen=balance + 1))
    assert refusal.value.available_fen == balance
    assert refusal.value.entry_id == "P"
    assert refusal.value.at_ms == NOW


def test_an_expense_in_the_past_may_not_take_what_a_later_posting_spends(employee, key, book):
    later = PostedEntry("L", "204", position(key, employee, book, (), NOW).balance_fen, NOW)
    check_posting(key, employee, book, (), later)
    with pytest.raises(OverdrawnError) as refusal:
        # on the day before, with no treatment in between that could absorb the loss
        check_posting(key, employee, book, (later,), PostedEntry("E", "204", 1, NOW - 1))
    assert refusal.value.entry_id == "L"
    assert refusal.value.available_fen == later.amount_fen - 1


def test_an_expense_before_an_income_of_the_same_instant_is_refused(employee, key, book):
    balance = position(key, employee, book, (), NOW).balance_fen
    grant = PostedEntry("G", "112", 5, NOW)
    spend = PostedEntry("S", "204", balance + 5, NOW)
    check_posting(key, employee, book, (grant,), spend)
    with pytest.raises(OverdrawnError):
        check_posting(key, employee, book, (), spend)


def test_later_derived_settlements_see_a_changed_balance(employee, key, book):
    poor = entries(key, employee, book, (), NOW)
    short = next(entry for entry in poor if entry.settlement and entry.settlement.cash_fen)
    grant = PostedEntry("G", "112", 10**9, EPOCH_MS)
    rich = entries(key, employee, book, (grant,), NOW)
    same = next(entry for entry in rich if entry.entry_id == short.entry_id)
    assert same.settlement.cash_fen == 0
    assert same.settlement.total_fen == short.settlement.total_fen
    assert same.settlement.fund_pay_fen == short.settlement.fund_pay_fen


def test_posted_care_is_settled_in_full(employee, key, book):
    care = PostedCare(3, inpatient=True, in_scope_fen=2_000_000)
    entry = PostedEntry("P", "201", 2_500_000, NOW, care=care)
    check_posting(key, employee, book, (), entry)
    before = position(key, employee, book, (), NOW).pool
    after = position(key, employee, book, (entry,), NOW).pool
    parts = entries(key, employee, book, (entry,), NOW)[-1].settlement
    left = before.deductible_fen - before.deductible_used_fen
    assert parts.fund_pay_fen == (2_000_000 - left) * 8400 // 10_000
    assert after.paid_fen == before.paid_fen + parts.fund_pay_fen
    assert after.deductible_used_fen == after.deductible_fen
    assert after.admissions == before.admissions + 1


def test_posted_care_is_settled_for_a_resident_without_an_account(resident, key, book):
    entry = PostedEntry("P", "201", 900_000, NOW, care=PostedCare(1, inpatient=True))
    check_posting(key, resident, book, (), entry)
    last = entries(key, resident, book, (entry,), NOW)[-1]
    assert (last.entry_id, last.amount_fen, last.balance_after_fen) == ("P", 0, None)
    assert last.settlement.fund_pay_fen > 0
    assert last.settlement.cash_fen == last.settlement.person_pay_fen


def test_an_account_amount_for_a_resident_is_refused(resident, key, book):
    with pytest.raises(NoPersonalAccountError):
        check_posting(key, resident, book, (), income(100, "2025-05-05"))


def test_a_future_posting_is_accepted_and_shows_when_its_time_comes(employee, key, book):
    entry = income(500, "2027-02-03T10:00:00")
    check_posting(key, employee, book, (), entry)
    assert entry.entry_id not in {e.entry_id for e in entries(key, employee, book, (entry,), NOW)}
    shown = entries(key, employee, book, (entry,), entry.at_ms)
    assert shown[-1].entry_id == entry.entry_id


@pytest.mark.parametrize("at_ms", [EPOCH_MS - 1, END_MS + 1])
def test_postings_outside_the_simulated_world_are_refused(employee, key, book, at_ms):
    with pytest.raises(OutsideTimeError):
        check_posting(key, employee, book, (), PostedEntry("P", "112", 1, at_ms))


@pytest.mark.parametrize(
    "change",
    [
        {"type": "999"},
        {"amount_fen": 0},
        {"amount_fen": -5},
        {"amount_fen": True},
        {"amount_fen": 10**12 + 1},
        {"entry_id": ""},
        {"entry_id": "D202510101"},
        {"entry_id": "taken"},
        {"care": PostedCare(1)},
        {"type": "201", "care": PostedCare(4)},
        {"type": "201", "care": PostedCare(0, inpatient=True)},
        {"type": "201", "care": PostedCare(1, in_scope_fen=101)},
        {"type": "201", "care": PostedCare(1, in_scope_fen=-1)},
    ],
)
def test_impossible_postings_are_refused(employee, key, book, change):
    good = PostedEntry("P", "112", 100, NOW)
    taken = (PostedEntry("taken", "112", 100, NOW),)
    check_posting(key, employee, book, taken, good)
    with pytest.raises(InvalidPostingError):
        check_posting(key, employee, book, taken, replace(good, **change))


def test_every_refusal_is_a_value_error_with_its_own_code():
    kinds = PostingError.__subclasses__()
    assert len({kind.code for kind in kinds} | {PostingError.code}) == len(kinds) + 1
    assert issubclass(PostingError, ValueError)


def test_postings_of_one_instant_stand_in_the_order_of_posting(employee, key, book):
    posted = tuple(PostedEntry(name, "112", 1, NOW) for name in ("Z", "A", "M"))
    assert [e.entry_id for e in entries(key, employee, book, posted, NOW)[-3:]] == ["Z", "A", "M"]


def test_what_is_derived_comes_before_what_is_posted_at_the_same_instant(employee, key, book):
    first = entries(key, employee, book, (), NOW)
    for derived in (first[0], *(entry for entry in first if entry.type in {"101", "102", "201"})):
        entry = PostedEntry("P", "112", 1, derived.at_ms)
        ids = [e.entry_id for e in entries(key, employee, book, (entry,), NOW)]
        assert ids.index("P") == ids.index(derived.entry_id) + 1
