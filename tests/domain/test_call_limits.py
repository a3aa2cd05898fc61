"""Quotas of a day, and calls that are put off."""

from hypothesis import given
from hypothesis import strategies as st

from simulator.domain import call_limits
from simulator.domain.call_limits import CallCount, CallPolicy

KEY = b"k" * 32


@given(st.integers(0, 5), st.lists(st.integers(0, 3)))
def test_each_day_admits_its_number(limit, days) -> None:
    state, admitted = None, {}
    for day in sorted(days):
        before = state
        state, fits = call_limits.count(state, limit, day)
        admitted[day] = admitted.get(day, 0) + fits
        assert admitted[day] <= limit
        assert fits or before is None or before.day != day or state is before
    for day, number in admitted.items():
        assert number == min(limit, days.count(day))


def test_call_over_the_limit_is_not_counted() -> None:
    full = CallCount(day=1, calls=2)
    assert call_limits.count(full, 2, 1) == (full, False)
    assert call_limits.count(full, 2, 2) == (CallCount(2, 1), True)


def test_share_of_calls_is_put_off() -> None:
    calls = range(2000)
    share = {
        per_mille: sum(
            call_limits.is_busy(CallPolicy(None, per_mille), KEY, each) for each in calls
        )
        for per_mille in (0, 250, 1000)
    }
    assert share[0] == 0
    assert share[1000] == 2000
    assert 400 < share[250] < 600
