"""The picture of a chart: sound SVG, everything in words as well, nothing outside its frame."""

from decimal import Decimal
from itertools import pairwise
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.domain.charts import Month
from simulator.imaging.chart_picture import HEIGHT, WIDTH, chart_svg

SVG = "{http://www.w3.org/2000/svg}"
AMOUNTS = st.integers(0, 3_000) | st.integers(0, 10**8) | st.integers(0, 10**13)


@st.composite
def series(draw):
    count, first = draw(st.integers(1, 36)), draw(st.integers(2024 * 12, 2096 * 12))
    has_account = draw(st.booleans())
    return [
        Month(
            year=(first + number) // 12,
            month=(first + number) % 12 + 1,
            closing_fen=draw(AMOUNTS.map(lambda fen: fen - 1_000)) if has_account else None,
            income_fen=draw(AMOUNTS),
            spending_fen=draw(AMOUNTS),
            carried_fen=0,
            fund_paid_fen=draw(AMOUNTS.map(lambda fen: fen - 1_000)),
        )
        for number in range(count)
    ]


def numbers(text):
    return [float(each) for each in text.replace(",", " ").split()]


@given(series())
def test_picture_is_sound_and_nothing_leaves_its_frame(months):
    root = ElementTree.fromstring(chart_svg(months, "2026-06-15 08:00"))
    assert (root.get("role"), root.get("viewBox")) == ("img", f"0 0 {WIDTH} {HEIGHT}")
    for each in root.iter():
        for name in ("x", "x1", "x2", "cx", "width"):
            if (value := each.get(name)) and "%" not in value:
                assert 0 <= float(value) <= WIDTH
        for name in ("y", "y1", "y2", "cy", "height"):
            if value := each.get(name):
                assert 0 <= float(value) <= HEIGHT
        points = numbers(each.get("points", ""))
        assert all(0 <= x <= WIDTH for x in points[::2])
        assert all(0 <= y <= HEIGHT for y in points[1::2])
    lines = root.findall(f"{SVG}line")
    assert 2 <= len(lines) <= 12


@given(series())
def test_every_value_is_there_in_words(months):
    root = ElementTree.fromstring(chart_svg(months, "2026-06-15 08:00"))
    labelled = root.get("aria-labelledby").split()
    title, desc = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
    assert [title.get("id"), desc.get("id")] == labelled
    assert f"近{len(months)}个月" in title.text
    as_of, heads, *rows = desc.text.split("\n")
    assert "2026-06-15 08:00" in as_of
    assert heads.split(" | ") == ["月份", "余额", "收入", "支出", "统筹基金支付"]
    for month, row in zip(months, rows, strict=True):
        label, *amounts = row.split(" | ")
        assert label == month.label
        wanted = [month.closing_fen, month.income_fen, month.spending_fen, month.fund_paid_fen]
        assert wanted == [
            None if each == "无个人账户" else int(Decimal(each) * 100) for each in amounts
        ]


def month(**rest):
    values = {"closing_fen": 12_345, "income_fen": 500, "spending_fen": 0, "fund_paid_fen": 0}
    return Month(year=2026, month=6, carried_fen=0, **(values | rest))


def texts(months):
    root = ElementTree.fromstring(chart_svg(months, "2026-06-15 08:00"))
    return [each.text for each in root.findall(f"{SVG}text")]


def test_balance_so_far_is_written_out():
    assert "123.45" in texts([month()])
    assert {"收入", "支出", "6月", "2026"} <= set(texts([month()]))


def test_who_has_no_account_is_told_so_and_sees_what_the_pool_pays():
    shown = texts([month(closing_fen=None, fund_paid_fen=9_900)])
    assert "没有个人账户" in shown
    assert "统筹基金支付（元）" in shown
    assert "收入" not in shown


@pytest.mark.parametrize("count", [1, 2, 7, 12, 24, 36])
def test_month_labels_stand_apart_and_the_last_one_is_there(count):
    months = [
        Month(2024 + number // 12, number % 12 + 1, 100, 0, 0, 0, 0) for number in range(count)
    ]
    root = ElementTree.fromstring(chart_svg(months, "2026"))
    places = [float(each.get("x")) for each in root.findall(f"{SVG}text") if "月" in each.text]
    assert all(after - before >= 40 for before, after in pairwise(places))
    assert texts(months).count(f"{months[-1].month}月") >= 1
    assert places[-1] == pytest.approx(62 + 404 * (count - 0.5) / count, abs=0.1)


def test_as_of_cannot_break_out_of_the_picture():
    root = ElementTree.fromstring(chart_svg([month()], "<script>&"))
    assert root.find(f"{SVG}script") is None
