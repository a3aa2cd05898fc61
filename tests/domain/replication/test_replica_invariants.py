"""What holds of every replica, whatever the rule, the person, the bookings and the time."""

from dataclasses import replace
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.domain.china_time import HOUR_MS, start_of_day
from simulator.domain.ledger import EPOCH_MS
from simulator.domain.replication import ReplicationPolicy, outstanding, recorded_ms

thorough = settings(max_examples=120, deadline=None)
SOURCE = ReplicationPolicy()


def ids(history):
    return {entry.entry_id for entry in history.entries}


def amounts(history):
    return {entry.entry_id: entry.amount_fen for entry in history.entries}


@thorough
@given(data=st.data())
def test_balance_is_the_sum_of_the_visible_entries(data, strategies) -> None:
    replica, now = data.draw(strategies.cases)
    standing, history = replica.standing(now), replica.history(now)
    assert standing.as_of_ms == history.as_of_ms == replica.as_of(now)
    assert EPOCH_MS <= standing.as_of_ms <= now
    balance = 0
    for entry in history.entries:
        balance += entry.amount_fen
        if replica.ledger.member.employee:
            assert entry.balance_after_fen == balance
    expected = balance if replica.ledger.member.employee else None
    assert standing.position.balance_fen == expected
    last = history.entries[-1].at_ms if history.entries else None
    assert standing.position.last_entry_ms == last


@thorough
@given(data=st.data())
def test_pool_counts_the_visible_settlements(data, strategies) -> None:
    replica, now = data.draw(strategies.cases)
    standing = replica.standing(now)
    pool, whole = standing.position.pool, replica.ledger.position(standing.as_of_ms).pool
    known = {entry.entry_id for entry in replica.ledger.entries(standing.as_of_ms)}
    lost = known - ids(replica.history(now))
    assert pool.paid_fen <= whole.paid_fen
    assert pool.paid_fen + pool.cap_left_fen == whole.paid_fen + whole.cap_left_fen
    if not lost:
        assert pool == whole
    history = replica.history(now).entries
    if pool.region == replica.ledger.member.region and replica.ledger.member.moved_on is None:
        year = [
            entry.settlement
            for entry in history
            if entry.settlement is not None and entry.at_ms >= year_start(pool.year)
        ]
        assert pool.paid_fen == sum(parts.fund_pay_fen for parts in year)
        assert pool.deductible_used_fen == sum(parts.deductible_fen for parts in year)
        assert pool.total_cost_fen == sum(parts.total_fen for parts in year)
        assert pool.admissions == sum(parts.inpatient for parts in year)


def year_start(year):
    return start_of_day(date(year, 1, 1).toordinal())


@thorough
@given(data=st.data())
def test_without_delay_a_replica_is_the_source(data, strategies) -> None:
    replica, now = data.draw(strategies.cases)
    for ordered in (True, False):
        source = replica._replace(policy=replace(SOURCE, ordered=ordered))
        assert source.standing(now) == (replica.ledger.position(now), now)
        assert source.history(now) == (replica.ledger.entries(now), now)
        assert outstanding(source, now) == ([], [], now)


@thorough
@given(data=st.data())
def test_ordered_replica_shows_what_the_source_showed_at_its_as_of(
    data, strategies, known_at
) -> None:
    replica, now = data.draw(strategies.cases)
    replica = replica._replace(policy=replace(replica.policy, ordered=True))
    as_of = replica.as_of(now)
    then = known_at(replica, as_of).ledger
    assert replica.standing(now) == (then.position(as_of), as_of)
    assert replica.history(now) == (then.entries(as_of), as_of)


@thorough
@given(data=st.data())
def test_view_of_an_ordered_replica_never_goes_back(data, strategies, known_at) -> None:
    replica, first = data.draw(strategies.cases)
    replica = replica._replace(policy=replace(replica.policy, ordered=True))
    second = first + data.draw(st.integers(0, 3 * HOUR_MS) | st.integers(0, 10**9))
    before, after = (known_at(replica, now).history(now) for now in (first, second))
    assert before.as_of_ms <= after.as_of_ms
    # Only what the source itself no longer has, since a back-dated booking undid it.
    undone = ids(before) - ids(after)
    assert not undone & {entry.entry_id for entry in replica.ledger.entries(after.as_of_ms)}
    if not replica.ledger.late(0, after.as_of_ms):
        assert after.entries[: len(before.entries)] == before.entries


@thorough
@given(data=st.data())
def test_after_the_last_delay_every_replica_agrees_with_the_source(data, strategies) -> None:
    replica, now = data.draw(strategies.cases)
    found = outstanding(replica, now)
    assert found.agrees_ms >= now
    later = replica.history(found.agrees_ms)
    arrived = amounts(later)
    booked_later = {entry.entry_id for entry in replica.ledger.posted if recorded_ms(entry) > now}
    if not booked_later:
        for entry in replica.ledger.entries(now):
            assert arrived[entry.entry_id] == entry.amount_fen
        assert later.as_of_ms >= max(
            (entry.at_ms for entry in replica.ledger.entries(now)), default=0
        )


@thorough
@given(data=st.data())
def test_what_is_outstanding_is_the_difference(data, strategies, known_at) -> None:
    replica, now = data.draw(strategies.cases)
    replica = known_at(replica, now)
    found = outstanding(replica, now)
    truth = replica.ledger.position(now).balance_fen
    shown = replica.standing(now).position.balance_fen
    if truth is not None:
        lost = sum(each.entry.amount_fen for each in found.missing)
        lost += sum((each.true_fen or 0) - each.shown_fen for each in found.differing)
        assert truth - shown == lost
    assert all(each.reasons for each in found.missing)
    assert all(now < each.arrives_ms <= found.agrees_ms for each in found.missing)
    assert all(now < each.agrees_ms <= found.agrees_ms for each in found.differing)


@thorough
@given(data=st.data())
def test_each_missing_entry_arrives_just_when_it_is_said_to(data, strategies, known_at) -> None:
    replica, now = data.draw(strategies.cases)
    replica = known_at(replica, now)
    for each in outstanding(replica, now).missing:
        assert each.entry.entry_id in ids(replica.history(each.arrives_ms))
        assert each.entry.entry_id not in ids(replica.history(each.arrives_ms - 1))


@thorough
@given(data=st.data())
def test_each_differing_entry_agrees_just_when_it_is_said_to(data, strategies, known_at) -> None:
    replica, now = data.draw(strategies.cases)
    replica = known_at(replica, now)
    for each in outstanding(replica, now).differing:
        name = each.entry.entry_id
        assert amounts(replica.history(each.agrees_ms)).get(name) == each.true_fen
        assert amounts(replica.history(each.agrees_ms - 1)).get(name) != each.true_fen


@thorough
@given(data=st.data())
def test_outages_delay_and_never_lose(data, strategies) -> None:
    replica, now = data.draw(strategies.cases)
    calm = replica._replace(
        policy=replace(replica.policy, outages=(), daily_outages=(), catch_up_s=0)
    )
    assert replica.as_of(now) <= calm.as_of(now)
    assert outstanding(calm, now).agrees_ms <= outstanding(replica, now).agrees_ms
    for each in outstanding(replica, now).missing:
        assert each.entry.entry_id in ids(replica.history(each.arrives_ms))
