"""When what is booked at an instant arrives: lag, batches, outages, and the way back."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.domain.china_time import HOUR_MS, SECOND_MS, from_iso, to_iso
from simulator.domain.digests import derive_key
from simulator.domain.ledger import EPOCH_MS
from simulator.domain.replication import (
    DailyOutage,
    Outage,
    ReplicationError,
    ReplicationPolicy,
)

thorough = settings(max_examples=300, deadline=None)
NOON = from_iso("2026-06-15T12:00:00")


def clock(text):
    hours, minutes = text.split(":")
    return (int(hours) * 60 + int(minutes)) * 60_000


def outage(since, until):
    return Outage(from_iso(since), from_iso(until))


def daily(since, until):
    return DailyOutage(clock(since), clock(until))


def arrives(policy, booked):
    return to_iso(policy.visible_at(from_iso(booked)))[:19].replace("2026-06-", "")


@thorough
@given(data=st.data())
def test_horizon_is_the_exact_inverse(data, strategies) -> None:
    policy = data.draw(strategies.policies)
    booked, now = data.draw(strategies.instants), data.draw(strategies.instants)
    drawn = data.draw(st.integers(0, policy.jitter_s * SECOND_MS)) if booked > EPOCH_MS else 0
    visible = policy.visible_at(booked, drawn)
    assert (visible <= now) == (booked == EPOCH_MS or booked + drawn <= policy.horizon(now))
    # The very instant of arrival is where the two are most likely to disagree.
    if booked > EPOCH_MS:
        assert booked + drawn <= policy.horizon(visible)
        assert visible == EPOCH_MS or booked + drawn > policy.horizon(visible - 1)


@thorough
@given(data=st.data())
def test_nothing_arrives_early_or_overtakes(data, strategies) -> None:
    policy = data.draw(strategies.policies)
    first, second = sorted([data.draw(strategies.instants), data.draw(strategies.instants)])
    assert policy.visible_at(first) <= policy.visible_at(second)
    assert policy.visible_at(second) >= second
    assert first == EPOCH_MS or policy.visible_at(first) >= first + policy.lag_s * SECOND_MS
    assert policy.horizon(first) <= policy.horizon(second) <= second


@thorough
@given(data=st.data())
def test_nothing_arrives_during_an_outage(data, strategies) -> None:
    policy = data.draw(strategies.policies)
    booked = data.draw(strategies.instants)
    visible = policy.visible_at(booked)
    if booked == EPOCH_MS:
        return
    assert not any(each.starts_ms <= visible < each.ends_ms for each in policy.outages)
    of_day = (visible - EPOCH_MS) % (24 * HOUR_MS)
    for each in policy.daily_outages:
        assert (of_day - each.starts_ms) % (24 * HOUR_MS) >= each.length_ms


def test_without_delay_everything_is_visible_at_once() -> None:
    assert ReplicationPolicy().visible_at(NOON) == NOON
    assert ReplicationPolicy().horizon(NOON) == NOON


def test_lag_and_drawn_jitter_add_up() -> None:
    policy = ReplicationPolicy(lag_s=1800, jitter_s=600)
    assert policy.visible_at(NOON, 250) == NOON + 1_800_250
    assert policy.horizon(NOON + 1_800_250) == NOON + 250


def test_jitter_is_drawn_evenly_per_instant_and_person() -> None:
    policy, key = ReplicationPolicy(jitter_s=10), derive_key(1, "replication/national")
    draws = [policy.draw(key, 5, NOON + ms) for ms in range(2000)]
    assert min(draws) >= 0
    assert max(draws) <= 10_000
    assert 4_500 < sum(draws) / len(draws) < 5_500
    assert len(set(draws)) > 1500
    assert draws == [policy.draw(key, 5, NOON + ms) for ms in range(2000)]
    assert draws[:9] != [policy.draw(key, 6, NOON + ms) for ms in range(9)]
    other = derive_key(1, "replication/alipay")
    assert draws[:9] != [policy.draw(other, 5, NOON + ms) for ms in range(9)]


def test_what_stood_at_the_epoch_is_known_everywhere() -> None:
    policy = ReplicationPolicy(lag_s=86_400, jitter_s=600)
    assert policy.visible_at(EPOCH_MS) == EPOCH_MS
    assert policy.horizon(EPOCH_MS + HOUR_MS) == EPOCH_MS
    assert policy.draw(derive_key(1, "replication/national"), 1, EPOCH_MS) == 0


@pytest.mark.parametrize(
    ("booked", "expected"),
    [
        ("2026-06-15T12:00:00", "15T13:00:00"),
        ("2026-06-15T12:00:00.001", "15T14:00:00"),
        ("2026-06-15T12:59:59", "15T14:00:00"),
        ("2026-06-15T23:30:00", "16T01:00:00"),
    ],
)
def test_batches_run_by_the_clock(booked, expected) -> None:
    policy = ReplicationPolicy(lag_s=3600, batch_every_s=3600)
    assert arrives(policy, booked) == expected


@pytest.mark.parametrize(
    ("booked", "expected"),
    [
        ("2026-06-15T01:00:00", "15T02:00:00"),
        ("2026-06-15T02:00:00", "15T02:00:00"),
        ("2026-06-15T02:00:01", "15T14:00:00"),
        ("2026-06-15T14:00:01", "16T02:00:00"),
    ],
)
def test_batches_run_at_times_of_the_day(booked, expected) -> None:
    policy = ReplicationPolicy(batch_times_ms=(clock("14:00"), clock("02:00")))
    assert arrives(policy, booked) == expected


@pytest.mark.parametrize(
    ("booked", "expected"),
    [
        ("2026-06-15T09:59:59", "15T09:59:59"),
        ("2026-06-15T10:00:00", "15T14:00:00"),
        ("2026-06-15T12:00:00", "15T14:24:00"),  # 2 of 5 hours in, so 2/5 of the hour
        ("2026-06-15T14:30:00", "15T14:54:00"),
        ("2026-06-15T15:00:00", "15T15:00:00"),
    ],
)
def test_backlog_of_an_outage_drains_in_order(booked, expected) -> None:
    window = outage("2026-06-15T10:00", "2026-06-15T14:00")
    policy = ReplicationPolicy(outages=(window,), catch_up_s=3600)
    assert arrives(policy, booked) == expected


def test_without_catching_up_everything_comes_at_the_end() -> None:
    policy = ReplicationPolicy(outages=(outage("2026-06-15T10:00", "2026-06-15T14:00"),))
    assert arrives(policy, "2026-06-15T10:00:00") == "15T14:00:00"
    assert arrives(policy, "2026-06-15T13:59:59") == "15T14:00:00"


@pytest.mark.parametrize(
    ("booked", "expected"),
    [
        ("2026-06-15T22:59:59", "15T22:59:59"),
        ("2026-06-15T23:00:00", "16T01:00:00"),
        ("2026-06-16T00:30:00", "16T01:00:00"),
    ],
)
def test_daily_outage_may_last_past_midnight(booked, expected) -> None:
    policy = ReplicationPolicy(daily_outages=(daily("23:00", "01:00"),))
    assert arrives(policy, booked) == expected


def test_batch_run_in_an_outage_is_caught_up() -> None:
    policy = ReplicationPolicy(
        batch_times_ms=(clock("02:00"),),
        outages=(outage("2026-06-15T01:00", "2026-06-15T05:00"),),
        catch_up_s=3600,
    )
    assert arrives(policy, "2026-06-14T20:00:00") == "15T05:12:00"


def test_outage_that_runs_into_daily_ones_lasts_until_their_end() -> None:
    policy = ReplicationPolicy(
        outages=(outage("2026-06-15T04:00", "2026-06-16T01:00"),),
        daily_outages=(daily("01:00", "05:00"),),
    )
    assert arrives(policy, "2026-06-15T02:00:00") == "16T05:00:00"
    assert arrives(policy, "2026-06-15T06:00:00") == "16T05:00:00"
    assert arrives(policy, "2026-06-17T02:00:00") == "17T05:00:00"


@pytest.mark.parametrize(
    ("values", "path"),
    [
        ({"lag_s": -1}, "lag_s"),
        ({"batch_every_s": 60, "batch_times_ms": (0,)}, "batch_times"),
        ({"batch_times_ms": (clock("02:00"), 0, clock("02:00"))}, "batch_times.2"),
        (
            {"batch_times_ms": (0, clock("00:30")), "daily_outages": (daily("23:00", "01:00"),)},
            "batch_times.0",
        ),
        ({"outages": (Outage(NOON, NOON),)}, "outages.0.until"),
        ({"outages": (Outage(NOON, NOON - 1),)}, "outages.0.until"),
        ({"outages": (Outage(NOON + 5, NOON + 9), Outage(NOON, NOON + 6))}, "outages.0.from"),
        ({"outages": (Outage(NOON, NOON + 6), Outage(NOON + 6, NOON + 9))}, "outages.1.from"),
        (
            {"outages": (Outage(NOON, NOON + 6), Outage(NOON + 900, NOON + 999)), "catch_up_s": 1},
            "outages.1.from",
        ),
        ({"daily_outages": (daily("05:00", "05:00"),)}, "daily_outages.0.until"),
        ({"daily_outages": (daily("00:00", "24:00"),)}, "daily_outages.0.until"),
        (
            {"daily_outages": (daily("01:00", "05:00"), daily("04:00", "06:00"))},
            "daily_outages.1.from",
        ),
        (
            {"daily_outages": (daily("01:00", "05:00"), daily("22:00", "02:00"))},
            "daily_outages.0.from",
        ),
        (
            {"daily_outages": (daily("01:00", "05:00"), daily("05:00", "06:00"))},
            "daily_outages.1.from",
        ),
        (
            {"daily_outages": (daily("01:00", "13:00"), daily("13:00", "01:00"))},
            "daily_outages",
        ),
        ({"daily_outages": (daily("01:00", "05:00"),), "catch_up_s": 72_000}, "daily_outages"),
        *(
            (
                {"batch_every_s": hours * 3600, "daily_outages": (daily("23:00", "13:00"),)},
                "batch_every_s",
            )
            for hours in (12, 24, 36, 48, 60)
        ),
        (
            {
                "batch_every_s": 28_800,
                "daily_outages": (daily("15:00", "18:00"), daily("23:00", "09:00")),
            },
            "batch_every_s",
        ),
    ],
)
def test_contradiction_is_refused_with_what_to_change(values, path) -> None:
    with pytest.raises(ReplicationError) as refusal:
        ReplicationPolicy(**values)
    assert refusal.value.path == path


@pytest.mark.parametrize("every_s", [3600, 6 * 3600, 18 * 3600, 11 * 3600, 86_401])
def test_batches_of_which_some_run_outside_daily_outages_are_no_contradiction(every_s) -> None:
    outages = (daily("05:00", "06:00"), daily("23:00", "01:00"))
    policy = ReplicationPolicy(batch_every_s=every_s, daily_outages=outages)
    assert policy.batch_every_s == every_s


def test_windows_that_leave_each_other_room_are_accepted() -> None:
    policy = ReplicationPolicy(
        outages=(Outage(NOON + 2000, NOON + 3000), Outage(NOON, NOON + 1000)),
        daily_outages=(daily("22:00", "24:00"), daily("01:00", "05:00")),
        catch_up_s=1,
        batch_times_ms=(0, clock("05:00")),
    )
    assert policy.visible_at(NOON) > NOON + 1000
