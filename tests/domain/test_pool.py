"""How one cost is split between pool, account and person."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.domain.pool import care_kind, is_inpatient, level_of, settle

money = st.integers(0, 10**9)


def test_cost_below_the_deductible_is_the_persons_own():
    assert settle(50_000, 40_000, 8_500, 100_000, 10**8, 20_000) == (40_000, 0, 20_000)


def test_pool_pays_its_ratio_of_what_is_above_the_deductible():
    assert settle(500_000, 400_000, 8_500, 100_000, 10**8, 10**6) == (100_000, 255_000, 245_000)


def test_pool_never_pays_more_than_is_left_of_the_cap():
    assert settle(500_000, 500_000, 9_000, 0, 100, 0) == (0, 100, 0)


def test_a_fraction_of_a_fen_falls_to_the_person():
    assert settle(101, 101, 5_000, 0, 10**8, 10**8) == (0, 50, 51)


def test_what_is_out_of_scope_is_never_the_pools():
    assert settle(1_000, 0, 10_000, 0, 10**8, 0) == (0, 0, 0)


@given(
    total=money,
    scope=st.integers(0, 100),
    ratio=st.integers(0, 10_000),
    deductible=money,
    cap=money,
    available=money,
)
def test_parts_stay_within_their_bounds(total, scope, ratio, deductible, cap, available):
    in_scope = total * scope // 100
    taken, fund_pay, account_pay = settle(total, in_scope, ratio, deductible, cap, available)
    assert taken == min(in_scope, deductible)
    assert 0 <= fund_pay <= min(cap, in_scope - taken)
    assert account_pay == min(available, total - fund_pay)


def test_kinds_of_care_are_told_apart_and_back():
    cares = [(0, False)] + [(level, stay) for stay in (False, True) for level in (1, 2, 3)]
    kinds = [care_kind(level, inpatient=stay) for level, stay in cares]
    assert kinds == list(range(7))
    assert [(level_of(kind), is_inpatient(kind)) for kind in kinds] == cares


@pytest.mark.parametrize(("level", "inpatient"), [(-1, False), (4, False), (0, True)])
def test_care_that_does_not_exist_is_refused(level, inpatient):
    with pytest.raises(ValueError, match="level"):
        care_kind(level, inpatient=inpatient)
