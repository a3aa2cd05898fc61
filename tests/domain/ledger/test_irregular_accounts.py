"""Irregular accounts: what holds for every account holds for them, and each irregularity shows."""

from dataclasses import replace
from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.domain.china_time import DAY_MS, HOUR_MS, day_of, from_iso, start_of_day, to_iso
from simulator.domain.irregularities import AidGiven, Irregularities
from simulator.domain.ledger import (
    ENTRY_TYPES,
    EPOCH_DAY,
    EPOCH_MS,
    PostedEntry,
    PostingError,
    check_posting,
    entries,
    position,
)
from simulator.domain.membership import Membership

thorough = settings(max_examples=200, deadline=None)
NOW = from_iso("2026-11-20T12:00:00")
ALWAYS = EPOCH_DAY


def case(data, strategies, key, book):
    member = data.draw(strategies.irregular)
    posted = []
    for candidate in data.draw(strategies.postings):
        try:
            check_posting(key, member, book, posted, candidate)
        except PostingError:
            continue
        posted.append(candidate)
    return member, posted, data.draw(strategies.nows)


@thorough
@given(data=st.data())
def test_history_and_position_agree_whatever_is_irregular(data, strategies, key, book):
    member, posted, now = case(data, strategies, key, book)
    history = entries(key, member, book, posted, now)
    found = position(key, member, book, posted, now)
    assert found.last_entry_ms == (history[-1].at_ms if history else None)
    if not member.employee:
        assert found.balance_fen is None
        assert all(entry.amount_fen == 0 for entry in history)
        return
    assert found.balance_fen == sum(entry.amount_fen for entry in history)
    balance = 0
    for entry in history:
        balance += entry.amount_fen
        assert entry.balance_after_fen == balance >= 0


@thorough
@given(data=st.data())
def test_irregular_history_is_in_order_with_ids_of_its_own_and_only_grows(
    data, strategies, key, book
):
    member, posted, now = case(data, strategies, key, book)
    history = entries(key, member, book, posted, now)
    assert all(before.at_ms <= after.at_ms for before, after in pairwise(history))
    assert len({entry.entry_id for entry in history}) == len(history)
    for entry in history:
        assert entry.at_ms <= now
        assert entry.amount_fen * ENTRY_TYPES[entry.type].sign >= 0
        assert entry.amount_fen or entry.settlement is not None
    earlier = min(now, data.draw(strategies.nows))
    before = entries(key, member, book, posted, earlier)
    assert history[: len(before)] == before
    assert all(entry.at_ms > earlier for entry in history[len(before) :])


@thorough
@given(data=st.data())
def test_settlements_and_the_count_of_the_year_add_up_with_reversals(data, strategies, key, book):
    member, posted, now = case(data, strategies, key, book)
    history = entries(key, member, book, posted, now)
    pool = position(key, member, book, posted, now).pool
    reversed_ids = {entry.reference for entry in history if entry.entry_id[5:8] == "109"}
    counted = []
    for entry in history:
        parts = entry.settlement
        if parts is None:
            continue
        assert parts.total_fen == parts.fund_pay_fen + parts.person_pay_fen
        assert parts.person_pay_fen == (
            parts.account_pay_fen + parts.cash_fen + parts.mutual_aid_fen
        )
        assert parts.account_pay_fen == -entry.amount_fen
        above = parts.in_scope_fen - parts.deductible_fen
        assert 0 <= parts.fund_pay_fen <= above * parts.ratio // 10_000
        if year_of(entry.at_ms) == year_of(now) and entry.region == pool.region:
            counted.append(entry)
    if member.moved_on is not None and year_of(start_of_day(member.moved_on)) == year_of(now):
        return  # within one region, moved to and fro or not, the count may have begun anew
    parts = [each.settlement for each in counted if each.entry_id not in reversed_ids]
    assert pool.deductible_used_fen == sum(part.deductible_fen for part in parts)
    assert pool.paid_fen == sum(part.fund_pay_fen for part in parts)
    assert pool.total_cost_fen == sum(part.total_fen for part in parts)
    assert pool.admissions == sum(part.inpatient for part in parts)


@thorough
@given(data=st.data())
def test_every_advance_is_of_the_amount_of_the_transfer_that_clears_it(data, strategies, key, book):
    member, posted, now = case(data, strategies, key, book)
    history = [each for each in entries(key, member, book, posted, now) if not each.posted]
    by_id = {each.entry_id: each for each in history}
    open_advances = []
    for entry in history:
        if entry.type == "108":
            assert not open_advances
            open_advances.append(entry)
        elif entry.type == "203":
            advance = by_id[entry.reference]
            assert open_advances == [advance]
            open_advances.clear()
            transfer = by_id[entry.entry_id.replace("203", "101")]
            assert transfer.at_ms == entry.at_ms
            assert advance.amount_fen == transfer.amount_fen == -entry.amount_fen
            assert entry.at_ms - advance.at_ms == member.irregular.pre_transfer_lead_ms
    # what is still open was booked less than the lead ago
    for advance in open_advances:
        assert now - advance.at_ms < member.irregular.pre_transfer_lead_ms


@thorough
@given(data=st.data())
def test_every_reversal_gives_back_one_payment_of_the_year_and_at_most_once(
    data, strategies, key, book
):
    member, posted, now = case(data, strategies, key, book)
    history = entries(key, member, book, posted, now)
    by_id = {each.entry_id: each for each in history}
    refunds = [each for each in history if each.type == "109" and not each.posted]
    years = [year_of(each.at_ms) for each in refunds]
    assert len(set(years)) == len(years)
    for refund in refunds:
        payment = by_id[refund.reference]
        assert payment.type == "201"
        assert payment.amount_fen == -refund.amount_fen
        assert refund.at_ms - payment.at_ms == member.irregular.reversal_after_ms
        assert (year_of(payment.at_ms), payment.region) == (year_of(refund.at_ms), refund.region)
        assert payment.entry_id in refund.note


@thorough
@given(data=st.data())
def test_every_balance_that_leaves_at_the_end_of_a_year_comes_back_whole(
    data, strategies, key, book
):
    member, posted, now = case(data, strategies, key, book)
    history = [each for each in entries(key, member, book, posted, now) if not each.posted]
    by_id = {each.entry_id: each for each in history}
    gap_ms = member.irregular.year_end_gap_ms
    for entry in history:
        if entry.type != "206":
            continue
        assert to_iso(entry.at_ms)[4:] == "-12-31T23:59:59+08:00"
        assert entry.balance_after_fen == 0
        year = year_of(entry.at_ms) + 1
        back = by_id.get(f"D{year}11301")
        if back is None:
            assert now < entry.at_ms + 1000 + gap_ms
        else:
            assert back.amount_fen == -entry.amount_fen
            assert back.at_ms == entry.at_ms + 1000 + gap_ms


def year_of(instant):
    return date.fromordinal(day_of(instant)).year


@pytest.fixture
def member():
    """Treated often, in a region whose transfers come on the sixth at two o'clock."""
    return Membership(
        index=2_002,
        employee=True,
        region="330100",
        birth=date(1966, 3, 9).toordinal(),
        base_fen=900_000,
        retires_on=date(2040, 3, 9).toordinal(),
    )


def test_nothing_irregular_is_the_same_as_none(member, key, book):
    plain = entries(key, member, book, (), NOW)
    empty = replace(member, irregular=Irregularities())
    assert entries(key, empty, book, (), NOW) == plain
    assert position(key, empty, book, (), NOW) == position(key, member, book, (), NOW)


def test_an_advance_raises_the_balance_until_the_transfer_and_not_beyond(member, key, book):
    odd = replace(
        member,
        irregular=Irregularities(
            pre_transfers_from=date(2026, 11, 1).toordinal(), pre_transfer_lead_ms=5 * DAY_MS
        ),
    )
    advanced = from_iso("2026-11-01T02:00:00")

    # more than enough, so that no payment takes all there is and levels the two
    rich = (PostedEntry("P", "112", 10**9, EPOCH_MS),)

    def ahead(instant):
        """By how much the irregular balance exceeds the ordinary one."""
        one, other = (balance(key, who, book, instant, rich) for who in (odd, member))
        return one - other

    amount = next(
        e
        for e in entries(key, member, book, (), NOW)
        if e.type == "101" and year_of(e.at_ms) == 2026
    ).amount_fen
    assert ahead(advanced - 1) == 0
    assert ahead(advanced) == amount
    assert ahead(from_iso("2026-11-06T02:00:00") - 1) == amount
    assert ahead(from_iso("2026-11-06T02:00:00")) == 0


def balance(key, member, book, instant, posted=()):
    return position(key, member, book, posted, instant).balance_fen


def test_an_advance_that_would_not_equal_its_transfer_is_not_made(member, key, book):
    stops = date(2026, 11, 4).toordinal()
    odd = replace(member, suspended_on=stops, irregular=Irregularities(pre_transfers_from=ALWAYS))
    ids = {each.entry_id for each in entries(key, odd, book, (), NOW)}
    assert "D202610810" in ids
    assert "D202610811" not in ids
    # a transfer early in January would be advanced in the old year, out of the old base
    long = replace(
        member,
        irregular=Irregularities(pre_transfers_from=ALWAYS, pre_transfer_lead_ms=20 * DAY_MS),
    )
    ids = {each.entry_id for each in entries(key, long, book, (), NOW)}
    assert {"D202510812", "D202610802"} <= ids
    assert "D202610801" not in ids


def test_a_reversal_takes_the_whole_settlement_back(member, key, book):
    odd = replace(member, irregular=Irregularities(reversals_from=ALWAYS))
    history = entries(key, odd, book, (), NOW)
    refunds = [each for each in history if each.type == "109"]
    assert [year_of(each.at_ms) for each in refunds] == [2024, 2025, 2026]
    refund = refunds[0]
    payment = next(each for each in history if each.entry_id == refund.reference)
    before = position(key, odd, book, (), refund.at_ms - 1)
    after = position(key, odd, book, (), refund.at_ms)
    parts = payment.settlement
    assert after.balance_fen - before.balance_fen == parts.account_pay_fen > 0
    assert before.pool.total_cost_fen - after.pool.total_cost_fen == parts.total_fen
    assert before.pool.deductible_used_fen - after.pool.deductible_used_fen == parts.deductible_fen
    assert refund.note == f"冲正 {payment.entry_id}"


def test_account_is_empty_over_the_turn_of_the_year_and_full_again_after(member, key, book):
    odd = replace(
        member, irregular=Irregularities(year_end_gaps_from=ALWAYS, year_end_gap_ms=30 * HOUR_MS)
    )
    held = balance(key, odd, book, from_iso("2025-12-31T23:59:58"))
    assert held > 0
    for instant in ("2025-12-31T23:59:59", "2026-01-01T00:00:00", "2026-01-02T05:59:59"):
        assert balance(key, odd, book, from_iso(instant)) == 0
    interest = book.of("330100").yearly_interest(held)
    assert interest > 0
    assert balance(key, odd, book, from_iso("2026-01-02T06:00:00")) == held + interest
    assert balance(key, odd, book, NOW) == balance(key, member, book, NOW)


def test_what_is_taken_during_the_gap_is_paid_in_cash(member, key, book):
    odd = replace(
        member, irregular=Irregularities(year_end_gaps_from=ALWAYS, year_end_gap_ms=80 * HOUR_MS)
    )
    spend = PostedEntry("P", "204", 100, from_iso("2026-01-02T12:00:00"))
    check_posting(key, member, book, (), spend)
    with pytest.raises(PostingError):
        check_posting(key, odd, book, (), spend)


def test_a_balance_does_not_leave_when_the_account_moves_before_it_is_back(member, key, book):
    moved = replace(
        member,
        moved_on=date(2026, 1, 1).toordinal(),
        moved_from="440100",
        irregular=Irregularities(year_end_gaps_from=ALWAYS),
    )
    ids = {each.entry_id for each in entries(key, moved, book, (), NOW)}
    assert {"D202420601", "D202511301", "D202620701", "D202610701"} <= ids
    assert not {"D202520601", "D202611301"} & ids


def test_care_elsewhere_names_the_place_and_is_paid_at_a_lower_ratio(member, key, book):
    away_from = date(2025, 7, 1).toordinal()
    odd = replace(
        member,
        irregular=Irregularities(care_elsewhere_from=away_from, care_region="510100"),
    )
    plain = {each.entry_id: each for each in entries(key, member, book, (), NOW)}
    seen = set()
    for entry in entries(key, odd, book, (), NOW):
        if entry.settlement is None:
            continue
        away = day_of(entry.at_ms) >= away_from
        seen.add(away)
        assert entry.region == "330100"
        assert entry.settlement.care_region == ("510100" if away else None)
        at_home = plain[entry.entry_id].settlement
        assert entry.settlement.ratio == at_home.ratio - (1000 if away else 0)
        assert entry.settlement.total_fen == at_home.total_fen
    assert seen == {True, False}


def test_care_elsewhere_concerns_residents_as_well(key, book):
    resident = Membership(
        77,
        False,
        "110100",
        date(1950, 5, 5).toordinal(),
        0,
        None,
        irregular=Irregularities(care_elsewhere_from=ALWAYS, care_region="510100"),
    )
    history = entries(key, resident, book, (), NOW)
    assert {each.settlement.care_region for each in history} == {"510100"}


def test_aid_takes_what_is_wanted_but_no_more_than_there_is(member, key, book):
    instant = from_iso("2026-03-03T10:00:00")
    posted = (PostedEntry("P", "112", 50_000, instant - DAY_MS),)
    held = balance(key, member, book, instant, posted)
    wants = (
        AidGiven(instant, 1_000, "家庭共济"),
        AidGiven(instant + 1, 10**9, "家庭共济"),
    )
    odd = replace(member, irregular=Irregularities(aid_given=wants))
    history = entries(key, odd, book, posted, instant + 1)
    first, second = history[-2:]
    assert (first.entry_id, first.type, first.amount_fen) == ("D202620151", "201", -1_000)
    assert (first.note, first.reference) == ("家庭共济", "")
    assert (second.entry_id, second.amount_fen) == ("D202620152", -(held - 1_000))
    assert second.balance_after_fen == 0
    assert first.settlement is None


def test_a_world_that_begins_irregular_shows_it_from_its_first_instant(member, key, book):
    odd = replace(
        member,
        irregular=Irregularities(
            pre_transfers_from=ALWAYS,
            year_end_gaps_from=ALWAYS,
            reversals_from=ALWAYS,
            care_elsewhere_from=ALWAYS,
            care_region="510100",
        ),
    )
    assert position(key, odd, book, (), EPOCH_MS) == position(key, member, book, (), EPOCH_MS)
