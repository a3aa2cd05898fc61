"""The world's clock: its changes, its limits, and that it never runs backwards."""

from fractions import Fraction

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.domain import china_time, clock
from simulator.domain.clock import (
    FIRST_MS,
    LAST_MS,
    SCALE_ONE,
    ClockMovedBackwardsError,
    ClockOutOfRangeError,
    DurationError,
    ScaleError,
    WorldClock,
)

REAL = china_time.from_iso("2026-05-04T10:00:00+08:00")
MINUTE = china_time.MINUTE_MS


def test_range_is_2024_to_2099_in_china():
    assert china_time.to_iso(FIRST_MS) == "2024-01-01T00:00:00+08:00"
    assert china_time.to_iso(LAST_MS) == "2099-12-31T23:59:59.999+08:00"


def test_following_clock_shows_real_time():
    assert WorldClock.following(REAL).now(REAL + 1234) == REAL + 1234


def test_running_clock_starts_at_any_instant_of_the_range():
    started = WorldClock.running_from(REAL, FIRST_MS)
    assert started.now(REAL + 7) == FIRST_MS + 7


def test_frozen_clock_stands():
    assert WorldClock.frozen_at(FIRST_MS).now(REAL + 10**9) == FIRST_MS


def test_freeze_stops_at_the_present_instant():
    stopped = WorldClock.following(REAL).freeze(REAL + 5)
    assert stopped.mode == "frozen"
    assert stopped.now(REAL + 1000) == REAL + 5


def test_freeze_goes_to_a_later_instant():
    assert WorldClock.following(REAL).freeze(REAL, REAL + MINUTE).now(REAL) == REAL + MINUTE


def test_advance_jumps_a_running_clock_which_runs_on():
    advanced = WorldClock.following(REAL).advance(REAL, 21 * MINUTE)
    assert advanced.now(REAL + 3) == REAL + 21 * MINUTE + 3


def test_advance_jumps_a_frozen_clock_which_stays_frozen():
    advanced = WorldClock.frozen_at(FIRST_MS).advance(REAL, MINUTE)
    assert advanced.mode == "frozen"
    assert advanced.now(REAL + 99) == FIRST_MS + MINUTE


def test_advance_keeps_the_scale():
    fast = WorldClock.following(REAL).set_scale(REAL, 60 * SCALE_ONE).advance(REAL, 1)
    assert fast.now(REAL + 1000) == REAL + 60_001


def test_scale_makes_an_hour_of_a_minute():
    fast = WorldClock.following(REAL).set_scale(REAL, 60 * SCALE_ONE)
    assert fast.now(REAL + MINUTE) == REAL + 60 * MINUTE


def test_scale_is_exact_over_the_whole_range():
    slow = WorldClock.running_from(0, FIRST_MS, 1)
    assert slow.now(SCALE_ONE * 12_345) == FIRST_MS + 12_345
    assert slow.now(SCALE_ONE * 12_345 - 1) == FIRST_MS + 12_344


def test_setting_a_scale_sets_a_frozen_clock_running_from_where_it_is():
    running = WorldClock.frozen_at(FIRST_MS).set_scale(REAL, SCALE_ONE)
    assert running.now(REAL + 9) == FIRST_MS + 9


def test_follow_returns_to_real_time_at_scale_one():
    behind = WorldClock.running_from(REAL, FIRST_MS, 3 * SCALE_ONE)
    assert behind.follow(REAL + 5).now(REAL + 8) == REAL + 8


def test_follow_is_refused_when_the_world_is_ahead():
    ahead = WorldClock.following(REAL).advance(REAL, MINUTE)
    with pytest.raises(ClockMovedBackwardsError, match="set scale 1") as refused:
        ahead.follow(REAL)
    assert (refused.value.now_ms, refused.value.wanted_ms) == (REAL + MINUTE, REAL)


def test_freezing_in_the_past_is_refused():
    with pytest.raises(ClockMovedBackwardsError, match="2026-05-04T10:00:00"):
        WorldClock.following(REAL).freeze(REAL, REAL - 1)


def test_negative_advance_is_refused():
    with pytest.raises(ClockMovedBackwardsError):
        WorldClock.following(REAL).advance(REAL, -1)


@pytest.mark.parametrize("instant", [FIRST_MS - 1, LAST_MS + 1, 10**40])
def test_instants_outside_the_range_are_refused(instant):
    with pytest.raises(ClockOutOfRangeError, match="2099-12-31") as refused:
        WorldClock.frozen_at(instant)
    assert (refused.value.first_ms, refused.value.last_ms) == (FIRST_MS, LAST_MS)
    with pytest.raises(ClockOutOfRangeError):
        WorldClock.running_from(REAL, instant)


def test_advancing_past_the_end_is_refused_and_to_the_end_is_not():
    near = WorldClock.frozen_at(LAST_MS - 5)
    assert near.advance(REAL, 5).now(REAL) == LAST_MS
    with pytest.raises(ClockOutOfRangeError):
        near.advance(REAL, 6)


def test_following_a_machine_whose_date_is_wrong_is_refused():
    with pytest.raises(ClockOutOfRangeError):
        WorldClock.following(0)
    with pytest.raises(ClockOutOfRangeError):
        WorldClock.frozen_at(FIRST_MS).follow(LAST_MS + 1)


def test_running_clock_stands_at_the_end_of_the_range():
    fast = WorldClock.running_from(REAL, FIRST_MS, clock.MAX_SCALE_MICRO)
    assert fast.now(REAL + 10**12) == LAST_MS


def test_real_clock_that_was_set_back_shows_the_anchor():
    assert WorldClock.following(REAL).now(REAL - MINUTE) == REAL


@pytest.mark.parametrize("micro", [0, -1, clock.MAX_SCALE_MICRO + 1])
def test_scales_outside_the_limits_are_refused(micro):
    with pytest.raises(ScaleError):
        WorldClock.following(REAL).set_scale(REAL, micro)


CHANGES = st.one_of(
    st.tuples(st.just("freeze"), st.none() | st.integers(-1000, 10**13)),
    st.tuples(st.just("advance"), st.integers(-1000, 10**12)),
    st.tuples(st.just("set_scale"), st.integers(-1, clock.MAX_SCALE_MICRO + 1)),
    st.tuples(st.just("follow"), st.none()),
)


def changed(world_clock, real, change):
    """The clock after a change, or the same when it is refused."""
    what, value = change
    try:
        if what == "follow":
            return world_clock.follow(real)
        if what == "freeze":
            at = None if value is None else world_clock.now(real) + value
            return world_clock.freeze(real, at)
        return getattr(world_clock, what)(real, value)
    except (ClockMovedBackwardsError, ClockOutOfRangeError, ScaleError):
        return world_clock


@given(
    start=st.integers(FIRST_MS, LAST_MS),
    frozen=st.booleans(),
    steps=st.lists(st.tuples(st.integers(0, 10**10), st.none() | CHANGES), max_size=30),
)
def test_time_never_runs_backwards_nor_leaves_the_range(start, frozen, steps):
    real = REAL
    make = WorldClock.frozen_at if frozen else lambda at: WorldClock.running_from(real, at)
    world_clock = make(start)
    seen = world_clock.now(real)
    for passed, change in steps:
        real += passed
        before_change = world_clock.now(real)
        assert seen <= before_change <= LAST_MS
        if change is not None:
            world_clock = changed(world_clock, real, change)
        seen = world_clock.now(real)
        assert before_change <= seen <= LAST_MS


@given(
    start=st.integers(FIRST_MS, LAST_MS),
    micro=st.integers(1, clock.MAX_SCALE_MICRO),
    passed=st.integers(0, 10**12),
)
def test_running_clock_is_exact(start, micro, passed):
    exact = start + Fraction(passed * micro, SCALE_ONE)
    shown = WorldClock.running_from(REAL, start, micro).now(REAL + passed)
    assert shown == min(int(exact), LAST_MS)


@given(st.integers(FIRST_MS, LAST_MS), st.integers(1, clock.MAX_SCALE_MICRO))
def test_clock_survives_the_store(start, micro):
    for value in (WorldClock.frozen_at(start), WorldClock.running_from(REAL, start, micro)):
        assert msgspec.json.decode(msgspec.json.encode(value), type=WorldClock) == value


# --- what a person writes ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "milliseconds"),
    [
        (90, 90_000),
        ("90", 90_000),
        (1.5, 1_500),
        (0.1, 100),
        ("0.001", 1),
        (0, 0),
        ("PT20M", 20 * MINUTE),
        ("P1DT2H", 26 * china_time.HOUR_MS),
        ("P2W", 14 * china_time.DAY_MS),
        ("PT1H30M5S", 5_405_000),
        ("PT0.5S", 500),
        ("PT0,5S", 500),
        ("P0D", 0),
    ],
)
def test_durations_are_read_exactly(written, milliseconds):
    assert clock.parse_duration(written) == milliseconds


@pytest.mark.parametrize(
    "written",
    [
        *(-1, 0.0001, -0.5, float("nan"), float("inf"), 1e300, 10**12, 10**4000, True),
        *("", "P", "PT", "P1DT", "P1Y", "P1M", "P1W2D", "PT1M1H", "pt20m", "PT-5M", "-5"),
        *("1e3", "1_000", " 90", "９０", "1/2", "twenty minutes", "PT0.0001S", "9" * 5000),
    ],
)
def test_durations_that_mean_nothing_are_refused(written):
    with pytest.raises(DurationError, match="expected seconds"):
        clock.parse_duration(written)


def test_longest_duration_is_the_whole_range():
    milliseconds = LAST_MS - FIRST_MS
    longest = f"{milliseconds // 1000}.{milliseconds % 1000}"
    assert clock.parse_duration(longest) == milliseconds
    assert WorldClock.frozen_at(FIRST_MS).advance(REAL, milliseconds).now(REAL) == LAST_MS
    with pytest.raises(DurationError, match="not longer than the simulated time"):
        clock.parse_duration(f"{milliseconds // 1000 + 1}")


@given(st.integers(0, 4000), *[st.integers(0, 99)] * 2, st.integers(0, 99_999))
def test_iso_durations_add_up(days, hours, minutes, thousandths):
    seconds = f"{thousandths // 1000}.{thousandths % 1000:03d}"
    expected = ((days * 24 + hours) * 60 + minutes) * 60_000 + thousandths
    assert clock.parse_duration(f"P{days}DT{hours}H{minutes}M{seconds}S") == expected


@pytest.mark.parametrize(
    ("written", "micro"),
    [(1, SCALE_ONE), (60, 60 * SCALE_ONE), (0.5, 500_000), ("0.25", 250_000), (1e-6, 1)],
)
def test_scales_are_read_exactly(written, micro):
    assert clock.parse_scale(written) == micro


@pytest.mark.parametrize(
    "written", [0, -1, 1_000_001, 1e-7, float("nan"), True, "", "1/2", "1e3", "fast", 10**4000]
)
def test_scales_that_mean_nothing_are_refused(written):
    with pytest.raises(ScaleError, match="at most 1000000"):
        clock.parse_scale(written)


@given(st.integers(1, clock.MAX_SCALE_MICRO))
def test_every_scale_survives_being_written_as_a_json_number(micro):
    assert clock.parse_scale(micro / SCALE_ONE) == micro
