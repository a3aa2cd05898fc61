"""The monthly series of a chart, to the fen against the ledger that a platform shows."""

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.domain.charts import MOST_MONTHS, monthly
from simulator.domain.china_time import CHINA, day_of, from_iso, start_of_day
from simulator.domain.ledger import LedgerEntry
from simulator.domain.pool import Settlement


def month_of(instant_ms):
    day = date.fromordinal(day_of(instant_ms))
    return day.year, day.month


def entry(number, kind, when, amount_fen, **rest):
    return LedgerEntry(str(number), kind, from_iso(when), amount_fen, None, "330100", **rest)


def paid(fund_fen):
    return Settlement(1, False, fund_fen, fund_fen, 0, 10_000, fund_fen, 0, 0, 0)


@settings(max_examples=120, deadline=None)
@given(st.data())
def test_series_agrees_with_what_the_platform_lists(strategies, data):
    replica, now_ms = data.draw(strategies.cases)
    shown, standing = replica.history(now_ms), replica.standing(now_ms)
    has_account = replica.ledger.member.employee
    months = data.draw(st.integers(1, MOST_MONTHS))
    series = monthly(shown.entries, shown.as_of_ms, months, has_account=has_account)

    last = date.fromordinal(day_of(shown.as_of_ms))
    elapsed = (last.year - 2024) * 12 + last.month
    assert (series[-1].year, series[-1].month) == (last.year, last.month)
    assert len(series) == min(months, elapsed)
    assert series[-1].closing_fen == standing.position.balance_fen

    for before, after in pairwise(series):
        assert (after.year * 12 + after.month) - (before.year * 12 + before.month) == 1
        if has_account:
            moved = after.income_fen - after.spending_fen + after.carried_fen
            assert before.closing_fen + moved == after.closing_fen
    for month in series:
        own = [each for each in shown.entries if month_of(each.at_ms) == (month.year, month.month)]
        ordinary = [each.amount_fen for each in own if each.type not in ("113", "206")]
        assert month.income_fen == sum(each for each in ordinary if each > 0)
        assert month.spending_fen == -sum(each for each in ordinary if each < 0)
        assert (month.closing_fen is None) == (not has_account)
        next_month = date(month.year + month.month // 12, month.month % 12 + 1, 1)
        end_ms = start_of_day(next_month.toordinal())
        if has_account:
            until = sum(each.amount_fen for each in shown.entries if each.at_ms < end_ms)
            assert month.closing_fen == until


def test_months_are_those_of_china():
    history = [
        entry(1, "101", "2026-05-31T23:59:59.999+08:00", 100),
        entry(2, "101", "2026-06-01T00:00:00+08:00", 20),
        entry(3, "205", "2026-05-31T16:00:00+00:00", -3),
    ]
    may, june = monthly(history, from_iso("2026-06-01T00:00"), 2, has_account=True)
    assert CHINA.utcoffset(None).seconds == 8 * 3600
    assert (may.label, may.income_fen, may.closing_fen) == ("2026-05", 100, 100)
    assert (june.label, june.income_fen, june.spending_fen, june.closing_fen) == (
        "2026-06",
        20,
        3,
        117,
    )


def test_carry_over_is_neither_earned_nor_spent():
    history = [
        entry(1, "101", "2025-12-05", 500),
        entry(2, "206", "2025-12-31T23:59:59", -500),
        entry(3, "113", "2026-01-02", 500),
        entry(4, "102", "2026-01-02", 7),
    ]
    december, january = monthly(history, from_iso("2026-01-31"), 2, has_account=True)
    assert (december.income_fen, december.spending_fen, december.carried_fen) == (500, 0, -500)
    assert (january.income_fen, january.spending_fen, january.carried_fen) == (7, 0, 500)
    assert (december.closing_fen, january.closing_fen) == (0, 507)


def test_pool_pays_for_those_without_an_account_too():
    history = [
        entry(1, "201", "2026-05-05", 0, settlement=paid(8_000)),
        entry(2, "201", "2026-06-05", 0, settlement=paid(900)),
        entry(3, "109", "2026-06-08", 0, reference="1"),
    ]
    may, june = monthly(history, from_iso("2026-06-10"), 2, has_account=False)
    assert (may.closing_fen, may.fund_paid_fen) == (None, 8_000)
    assert (june.closing_fen, june.fund_paid_fen) == (None, 900 - 8_000)


@pytest.mark.parametrize("months", [0, -1, 37])
def test_only_so_many_months_can_be_asked_for(months):
    with pytest.raises(ValueError, match=r"1…36"):
        monthly([], from_iso("2026-06-10"), months, has_account=True)


def test_no_month_lies_before_the_epoch():
    series = monthly([], from_iso("2024-02-10"), 12, has_account=True)
    assert [month.label for month in series] == ["2024-01", "2024-02"]
