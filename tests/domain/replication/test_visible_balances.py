"""What is seen of a balance over a span of time, against looking at every instant that matters."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.domain.alerts import TRANSITIONS, Watch, begin, crossings
from simulator.domain.ledger import EPOCH_MS
from simulator.domain.visible_balances import Sight, sights

MOST_MS = 40 * 86_400_000


def looked_at(replica, after_ms, until_ms):
    """The reference: the replica asked before, at and after every arrival there could be."""
    policy = replica.policy
    start_ms = replica.certain_ms(policy.horizon(after_ms)) - 1
    instants = {after_ms, until_ms}
    for booked_ms in replica.ledger.recordings(start_ms, until_ms):
        for at_ms in (policy.visible_at(booked_ms), replica.arrival(booked_ms)):
            instants |= {at_ms - 1, at_ms, at_ms + 1}
    found = []
    for at_ms in sorted(each for each in instants if after_ms <= each <= until_ms):
        shown = replica.standing(at_ms)
        if not found or found[-1].balance_fen != shown.position.balance_fen:
            found.append(Sight(at_ms, shown.position.balance_fen, shown.as_of_ms))
    return found


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_sights_are_what_somebody_saw_who_never_looked_away(strategies, data):
    replica, now_ms = data.draw(strategies.cases)
    after_ms = max(data.draw(st.integers(now_ms - MOST_MS, now_ms)), EPOCH_MS)
    assert sights(replica, after_ms, now_ms) == looked_at(replica, after_ms, now_ms)


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_alerts_fire_the_same_however_often_somebody_looks(strategies, data):
    """Once per fall of the balance shown, whether looked at once or at any instants between."""
    replica, now_ms = data.draw(strategies.cases)
    after_ms = max(now_ms - MOST_MS, EPOCH_MS)
    seen = sights(replica, after_ms, now_ms)
    balances = [sight.balance_fen for sight in seen if sight.balance_fen is not None]
    if not balances:
        with pytest.raises(ValueError, match="no personal account"):
            begin(100, None, seen[0])
        return
    threshold_fen = data.draw(st.sampled_from(balances)) + data.draw(st.sampled_from([0, 0, 1]))
    watch = begin(threshold_fen, None, seen[0])

    at_once = crossings(watch, seen, now_ms)
    looks = sorted(data.draw(st.lists(st.integers(after_ms, now_ms), max_size=5)))
    fired = []
    for until_ms in (*looks, now_ms):
        watch, new = crossings(watch, sights(replica, watch.checked_ms, until_ms), until_ms)
        fired += new
    assert (watch, tuple(fired)) == at_once

    falls = [
        (after.at_ms, after.balance_fen)
        for before, after in pairwise(seen)
        if before.balance_fen >= threshold_fen > after.balance_fen
    ]
    assert [(each.at_ms, each.balance_fen) for each in fired] == falls


def seen(*balances, start_ms=1_000):
    return [Sight(start_ms + n, balance, start_ms + n - 5) for n, balance in enumerate(balances)]


def fire(watch, *balances):
    return crossings(watch, seen(*balances, start_ms=watch.checked_ms), watch.checked_ms + 100)


@pytest.mark.parametrize("state", TRANSITIONS)
@pytest.mark.parametrize(
    ("balance", "event"), [(499, "falls_below"), (500, "recovers"), (501, "recovers")]
)
def test_every_state_moves_as_its_table_says(state, balance, event):
    watch, fired = fire(Watch(500, None, state, 1_000, 500), balance)
    assert watch.state == TRANSITIONS[state].get(event, state)
    assert len(fired) == (state == "armed" and event == "falls_below")
    assert (watch.checked_ms, watch.balance_fen) == (1_100, balance)


def test_threshold_above_the_present_balance_waits_for_a_recovery():
    watch = begin(500, "http://127.0.0.1/", Sight(1_000, 499, 900))
    assert watch.state == "low"
    assert fire(watch, 499, 100)[1] == ()
    assert [each.balance_fen for each in fire(watch, 499, 500, 120)[1]] == [120]


def test_each_fall_fires_with_an_instant_and_a_balance_of_its_own():
    watch, fired = fire(begin(500, None, Sight(1_000, 800, 0)), 800, 400, 300, 600, 499, 500, 1)
    assert fired == ((1_001, 400, 996), (1_004, 499, 999), (1_006, 1, 1_001))
    assert watch.state == "low"


def test_account_that_is_gone_fires_nothing():
    watch, fired = fire(begin(500, None, Sight(1_000, 800, 0)), 800, None, 700)
    assert (fired, watch.state) == ((), "armed")


def test_check_never_goes_back():
    watch = begin(500, None, Sight(1_000, 800, 0))
    assert crossings(watch, seen(800), 900)[0].checked_ms == 1_000
