"""Limits of Alipay's gateway as pure rules."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.domain import china_time, gateway
from simulator.domain.gateway import GatewayPolicy

INSTANTS = st.integers(china_time.from_iso("1970-01-02"), china_time.from_iso("2099-12-31"))


@given(st.lists(st.integers(0, 3000), max_size=30), st.integers(1, 4))
def test_no_second_sees_more_than_the_limit_and_none_less_than_it_could(steps, limit) -> None:
    now_ms, window, passed, asked = 10**12, None, {}, {}
    for step in steps:
        now_ms += step
        before = window
        window, is_within = gateway.count(window, limit, now_ms)
        assert is_within or window is before
        second = now_ms // 1000
        asked[second] = asked.get(second, 0) + 1
        passed[second] = passed.get(second, 0) + is_within
    assert passed == {second: min(limit, times) for second, times in asked.items()}


@given(INSTANTS)
def test_timestamp_is_read_as_it_was_written(instant_ms) -> None:
    text = gateway.write_timestamp(instant_ms)
    assert len(text) == 19
    assert gateway.read_timestamp(text) == instant_ms // 1000 * 1000


@pytest.mark.parametrize("text", ["", "2026-06-15", "2026-6-15 10:00:00", "2026-13-01 00:00:00"])
def test_other_texts_are_no_timestamps(text) -> None:
    with pytest.raises(ValueError, match=r"yyyy|month"):
        gateway.read_timestamp(text)


@pytest.mark.parametrize("off_ms", [-60_001, -60_000, 0, 60_000, 60_001])
def test_timestamp_is_stale_beyond_the_tolerance_either_way(off_ms) -> None:
    policy = GatewayPolicy(timestamp_tolerance_s=60)
    assert gateway.is_stale(policy, 10**12 + off_ms, 10**12) is (abs(off_ms) > 60_000)
    assert not gateway.is_stale(GatewayPolicy(), 0, 10**12)


def test_share_of_cards_bound_elsewhere_is_about_what_policy_says() -> None:
    key = b"k" * 32
    policy = GatewayPolicy(bound_elsewhere_per_mille=250)
    found = sum(gateway.is_bound_elsewhere(policy, key, person) for person in range(4000))
    assert 900 < found < 1100
    assert not any(gateway.is_bound_elsewhere(GatewayPolicy(), key, n) for n in range(1000))
