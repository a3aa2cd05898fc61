"""The ledger's calendar: opening hours, moments and transfer days."""

from hypothesis import given
from hypothesis import strategies as st

from simulator.domain.china_time import from_iso, to_iso
from simulator.domain.ledger.year_table import (
    END_MS,
    EPOCH_MS,
    first_moment,
    instant_of,
    transfer_table,
    year_table,
)

years = st.integers(2024, 2099)
moments = st.integers(0, 2**64 - 1)


def test_world_lasts_from_2024_to_the_end_of_2099():
    assert to_iso(EPOCH_MS) == "2024-01-01T00:00:00+08:00"
    assert to_iso(END_MS) == "2099-12-31T23:59:59.999+08:00"


@given(years, moments)
def test_a_moment_lies_in_the_opening_hours_of_its_year(year, moment):
    text = to_iso(instant_of(year_table(year), moment))
    assert text.startswith(str(year))
    assert "07:00:00" <= text[11:19] < "21:00:00"


@given(years, moments, moments)
def test_moments_are_in_the_order_of_their_instants(year, one, other):
    table = year_table(year)
    early, late = sorted((one, other))
    assert instant_of(table, early) <= instant_of(table, late)


@given(years, moments, st.integers(0, 366 * 86_400_000 - 1))
def test_first_moment_parts_what_is_before_an_instant_from_what_is_not(year, moment, after_ms):
    table = year_table(year)
    instant = min(table.start_ms + after_ms, table.end_ms)
    assert (moment >= first_moment(table, instant)) == (instant_of(table, moment) >= instant)


@given(years, moments)
def test_first_moment_is_exact_at_the_instant_of_a_treatment(year, moment):
    table = year_table(year)
    instant = instant_of(table, moment)
    assert first_moment(table, instant) <= moment < first_moment(table, instant + 1)


@given(years, st.integers(1, 28), st.integers(0, 23))
def test_transfers_fall_on_the_day_and_hour_of_every_month(year, day, hour):
    instants = [to_iso(instant) for instant in transfer_table(year, day, hour).instants]
    assert instants == [
        f"{year}-{month:02d}-{day:02d}T{hour:02d}:00:00+08:00" for month in range(1, 13)
    ]


def test_year_starts_at_midnight_in_china():
    assert year_table(2026).start_ms == from_iso("2026-01-01")
    assert year_table(2026).end_ms + 1 == from_iso("2027-01-01")
