"""What holds for every account, whatever the person, the postings and the time."""

from collections.abc import Iterable
from dataclasses import fields, is_dataclass
from datetime import date
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.domain.china_time import MINUTE_MS, day_of, start_of_day
from simulator.domain.ledger import ENTRY_TYPES, PostingError, check_posting, entries, position

thorough = settings(max_examples=150, deadline=None)


def accepted(key, member, book, candidates):
    posted = []
    for candidate in candidates:
        try:
            check_posting(key, member, book, posted, candidate)
        except PostingError:
            continue
        posted.append(candidate)
    return posted


def case(data, strategies, key, book, members="memberships"):
    member = data.draw(getattr(strategies, members))
    posted = accepted(key, member, book, data.draw(strategies.postings))
    return member, posted, data.draw(strategies.nows)


@thorough
@given(data=st.data())
def test_balance_is_the_sum_of_the_entries(data, strategies, key, book):
    member, posted, now = case(data, strategies, key, book)
    history = entries(key, member, book, posted, now)
    balance = position(key, member, book, posted, now).balance_fen
    if member.employee:
        assert balance == sum(entry.amount_fen for entry in history)
    else:
        assert balance is None
        assert all(entry.amount_fen == 0 for entry in history)


@thorough
@given(data=st.data())
def test_running_balance_follows_each_entry_and_never_falls_below_zero(data, strategies, key, book):
    member, posted, now = case(data, strategies, key, book, "employees")
    balance = 0
    for entry in entries(key, member, book, posted, now):
        balance += entry.amount_fen
        assert entry.balance_after_fen == balance
        assert balance >= 0


@thorough
@given(data=st.data())
def test_history_is_in_order_of_time_with_unique_ids_and_signs_by_type(data, strategies, key, book):
    member, posted, now = case(data, strategies, key, book)
    history = entries(key, member, book, posted, now)
    assert all(before.at_ms <= after.at_ms for before, after in pairwise(history))
    assert all(entry.at_ms <= now for entry in history)
    assert len({entry.entry_id for entry in history}) == len(history)
    for entry in history:
        assert entry.amount_fen * ENTRY_TYPES[entry.type].sign >= 0
        assert entry.amount_fen != 0 or entry.settlement is not None
        assert entry.posted == entry.entry_id.startswith("P")


@thorough
@given(data=st.data())
def test_every_posting_up_to_now_is_in_the_history_and_no_later_one(data, strategies, key, book):
    member, posted, now = case(data, strategies, key, book)
    shown = {entry.entry_id for entry in entries(key, member, book, posted, now) if entry.posted}
    assert shown == {entry.entry_id for entry in posted if entry.at_ms <= now}


@thorough
@given(data=st.data())
def test_parts_of_a_settlement_add_up(data, strategies, key, book):
    member, posted, now = case(data, strategies, key, book)
    for entry in entries(key, member, book, posted, now):
        parts = entry.settlement
        if parts is None:
            continue
        assert parts.total_fen == parts.fund_pay_fen + parts.person_pay_fen
        assert parts.person_pay_fen == (
            parts.account_pay_fen + parts.cash_fen + parts.mutual_aid_fen
        )
        assert parts.account_pay_fen == -entry.amount_fen
        assert min(parts.fund_pay_fen, parts.account_pay_fen, parts.cash_fen) >= 0
        assert 0 <= parts.deductible_fen <= parts.in_scope_fen <= parts.total_fen
        above = parts.in_scope_fen - parts.deductible_fen
        assert parts.fund_pay_fen <= above * parts.ratio // 10_000
        if member.employee and parts.cash_fen:
            assert entry.balance_after_fen == 0


@thorough
@given(data=st.data())
def test_cumulations_are_the_sums_of_the_year_and_respect_deductible_and_cap(
    data, strategies, key, book
):
    member, posted, now = case(data, strategies, key, book)
    pool = position(key, member, book, posted, now).pool
    settled = [
        entry
        for entry in entries(key, member, book, posted, now)
        if entry.settlement is not None and year_of(entry.at_ms) == year_of(now)
    ]
    parts = [entry.settlement for entry in settled if not moved_after(member, entry, now)]
    assert pool.year == year_of(now)
    assert pool.deductible_used_fen == sum(part.deductible_fen for part in parts)
    assert pool.paid_fen == sum(part.fund_pay_fen for part in parts)
    assert pool.total_cost_fen == sum(part.total_fen for part in parts)
    assert pool.admissions == sum(part.inpatient for part in parts)
    assert 0 <= pool.deductible_used_fen <= pool.deductible_fen
    assert pool.cap_left_fen >= 0
    benefits = book.of(pool.region)
    groups = (benefits.in_service, benefits.retired, benefits.resident)
    assert pool.paid_fen + pool.cap_left_fen in {terms.cap_fen for terms in groups}


@thorough
@given(data=st.data())
def test_pool_pays_nothing_before_the_deductible_is_used_up(data, strategies, key, book):
    member, posted, now = case(data, strategies, key, book)
    used: dict[tuple[int, bool], int] = {}
    for entry in entries(key, member, book, posted, now):
        parts = entry.settlement
        if parts is None:
            continue
        pool = position(key, member, book, posted, entry.at_ms).pool
        count = (pool.year, moved_after(member, entry, now))
        used[count] = used.get(count, 0) + parts.deductible_fen
        if parts.fund_pay_fen:
            assert used[count] == pool.deductible_fen


def year_of(instant):
    return date.fromordinal(day_of(instant)).year


def moved_after(member, entry, now):
    """Whether the person had not yet moved at an entry of the year of `now`, but has by `now`."""
    return member.moved_on is not None and arrival(member) <= now and entry.at_ms < arrival(member)


def arrival(member):
    return start_of_day(member.moved_on) + 20 * MINUTE_MS


@thorough
@given(data=st.data())
def test_history_at_an_earlier_now_is_a_prefix_of_the_later_one(data, strategies, key, book):
    member, posted, now = case(data, strategies, key, book)
    earlier = min(now, data.draw(strategies.nows))
    before = entries(key, member, book, posted, earlier)
    after = entries(key, member, book, posted, now)
    assert after[: len(before)] == before
    assert all(entry.at_ms > earlier for entry in after[len(before) :])


@thorough
@given(data=st.data())
def test_position_equals_the_end_of_the_history(data, strategies, key, book):
    member, posted, now = case(data, strategies, key, book)
    history = entries(key, member, book, posted, now)
    found = position(key, member, book, posted, now)
    assert found.last_entry_ms == (history[-1].at_ms if history else None)
    if history:
        assert found.balance_fen == history[-1].balance_after_fen


@thorough
@given(data=st.data())
def test_same_arguments_give_the_same_answer(data, strategies, key, book):
    member, posted, now = case(data, strategies, key, book)
    assert position(key, member, book, posted, now) == position(
        bytes(key), member, type(book)(), list(posted), now
    )
    assert entries(key, member, book, posted, now) == entries(
        bytes(key), member, type(book)(), list(posted), now
    )


@thorough
@given(data=st.data())
def test_no_value_is_a_float(data, strategies, key, book):
    member, posted, now = case(data, strategies, key, book)
    for value in walk(entries(key, member, book, posted, now)):
        assert value is None or type(value) in {int, str, bool}
    for value in walk(position(key, member, book, posted, now)):
        assert value is None or type(value) in {int, str}


def walk(value):
    if is_dataclass(value):
        for field in fields(value):
            yield from walk(getattr(value, field.name))
    elif isinstance(value, Iterable) and not isinstance(value, str):
        for item in value:
            yield from walk(item)
    else:
        yield value


@thorough
@given(data=st.data())
def test_transfers_are_one_a_month_and_stop_with_the_contributions(data, strategies, key, book):
    member = data.draw(strategies.employees)
    now = data.draw(strategies.nows)
    months = set()
    for entry in entries(key, member, book, (), now):
        if entry.type == "101":
            month = entry.entry_id
            assert month not in months
            months.add(month)
            assert member.suspended_on is None or day_of(entry.at_ms) < member.suspended_on


@thorough
@given(data=st.data())
def test_a_move_carries_the_whole_balance_to_the_new_region(data, strategies, key, book):
    member, posted, now = case(data, strategies, key, book, "employees")
    history = entries(key, member, book, posted, now)
    derived = {entry.type: entry for entry in history if not entry.posted}
    assert ("207" in derived) >= ("107" in derived)
    if "207" not in derived:
        return
    out = derived["207"]
    assert (out.balance_after_fen, out.region) == (0, member.moved_from)
    if "107" in derived:
        arrived = derived["107"]
        assert (arrived.amount_fen, arrived.region) == (-out.amount_fen, member.region)
        after = history[history.index(arrived) :]
        assert {entry.region for entry in after} == {member.region}
