"""What is seen of a balance over a span of time, against looking at every instant that matters."""

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.domain.alerts import TRANSITIONS, Watch, begin, crossings
from simulator.domain.china_time import DAY_MS, HOUR_MS, MINUTE_MS
from simulator.domain.digests import derive_key
from simulator.domain.ledger import (
    EPOCH_MS,
    BenefitsBook,
    PostedEntry,
    PostingError,
    check_posting,
)
from simulator.domain.membership import Membership
from simulator.domain.replication import DailyOutage, Ledger, Replica, ReplicationPolicy
from simulator.domain.visible_balances import Sight, sights

KEY = derive_key(20_240_101, "ledger")
BOOK = BenefitsBook()
MOST_MS = 40 * DAY_MS


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


@st.composite
def busy_days(draw):
    """A replica of an account on which much is booked within hours, and a span around them."""
    day_ms = EPOCH_MS + 40 * DAY_MS
    instants = st.integers(0, 36).map(lambda tens: day_ms + tens * 10 * MINUTE_MS)
    member = Membership(
        index=draw(st.integers(0, 10**6)),
        employee=True,
        region="330100",
        birth=date(1980, 1, 1).toordinal(),
        base_fen=500_000,
        retires_on=None,
    )
    posted = [PostedEntry("P0", "110", 100_000, day_ms - DAY_MS, booked_ms=day_ms - DAY_MS)]
    for number, booked_ms in enumerate(sorted(draw(st.lists(instants, min_size=2, max_size=9))), 1):
        at_ms = draw(
            st.just(booked_ms) | instants.map(lambda at_ms, top=booked_ms: min(at_ms, top))
        )
        kind = draw(st.sampled_from(["110", "205", "205"]))
        amount_fen = draw(st.sampled_from([100, 200, 5_000]))
        entry = PostedEntry(f"P{number}", kind, amount_fen, at_ms, booked_ms=booked_ms)
        try:
            check_posting(KEY, member, BOOK, posted, entry)
        except PostingError:
            continue
        posted.append(entry)
    policy = ReplicationPolicy(
        lag_s=draw(st.sampled_from([0, 600, 7200])),
        jitter_s=draw(st.sampled_from([0, 900, 7200])),
        batch_every_s=draw(st.sampled_from([0, 0, 1800])),
        ordered=draw(st.booleans()),
        catch_up_s=draw(st.sampled_from([0, 3600])),
        daily_outages=draw(st.sampled_from([(), (DailyOutage(2 * HOUR_MS, 3 * HOUR_MS),)])),
    )
    replica = Replica(Ledger(KEY, member, BOOK, tuple(posted)), policy, derive_key(1, "elsewhere"))
    after_ms = draw(st.just(day_ms - 1) | instants)
    return (
        replica,
        after_ms,
        draw(st.just(day_ms + DAY_MS) | instants.map(lambda ms: ms + 6 * HOUR_MS)),
    )


@pytest.fixture(scope="module")
def spans(strategies):
    """Spans of time on replicas: busy ones, and whatever there may be."""

    @st.composite
    def any_span(draw):
        replica, now_ms = draw(strategies.cases)
        return replica, max(draw(st.integers(now_ms - MOST_MS, now_ms)), EPOCH_MS), now_ms

    return busy_days() | busy_days() | any_span()


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_sights_are_what_somebody_saw_who_never_looked_away(spans, data):
    replica, after_ms, now_ms = data.draw(spans)
    assert sights(replica, after_ms, now_ms) == looked_at(replica, after_ms, now_ms)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_alerts_fire_the_same_however_often_somebody_looks(spans, data):
    """Once per fall of the balance shown, whether looked at once or at any instants between."""
    replica, after_ms, now_ms = data.draw(spans)
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
