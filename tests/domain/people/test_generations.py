from datetime import date
from itertools import pairwise

import pytest

from simulator.domain.people.generations import (
    EPOCH,
    FIRST_YEAR,
    LAST_YEAR,
    MEN_RETIRE_AT,
    WOMEN_RETIRE_AT,
    Generation,
    block_number,
    cumulative_weights,
    generations,
)


def _share(chosen: list[bool]) -> float:
    weights = cumulative_weights()
    total = sum(weights[block + 1] - weights[block] for block, taken in enumerate(chosen) if taken)
    return total / weights[-1]


def test_every_year_has_men_and_women_and_no_block_is_empty() -> None:
    weights = cumulative_weights()
    assert len(weights) == len(generations()) + 1 == 2 * (LAST_YEAR - FIRST_YEAR + 1) + 1
    assert all(before < after for before, after in pairwise(weights))


def test_blocks_are_found_by_year_and_sex() -> None:
    for number, generation in enumerate(generations()):
        assert block_number(generation.year, male=generation.male) == number
    assert block_number(FIRST_YEAR - 1, male=True) is None
    assert block_number(LAST_YEAR + 1, male=False) is None


def test_age_is_that_of_the_eve_of_the_epoch() -> None:
    eve = date.fromordinal(EPOCH - 1)
    for generation in generations():
        for birth in (generation.first_day, generation.first_day + generation.days - 1):
            born = date.fromordinal(birth)
            assert born.year == generation.year
            had_birthday = (eve.month, eve.day) >= (born.month, born.day)
            assert generation.age == eve.year - born.year - (0 if had_birthday else 1)


@pytest.mark.parametrize("generation", generations(), ids=lambda g: f"{g.year}-{g.male}")
def test_people_retire_on_a_birthday_of_the_calendar(generation: Generation) -> None:
    years = MEN_RETIRE_AT if generation.male else WOMEN_RETIRE_AT
    for birth in range(generation.first_day, generation.first_day + generation.days):
        born = date.fromordinal(birth)
        try:
            birthday = born.replace(year=born.year + years)
        except ValueError:
            birthday = date(born.year + years, 3, 1)
        assert generation.retires_on(birth) == birthday.toordinal()


def test_the_age_pyramid_is_near_the_one_reported_for_the_end_of_2023() -> None:
    # National Bureau of Statistics: 0-15 17.6 %, 60 and over 21.1 %, 65 and over 15.4 %.
    assert _share([g.age <= 15 for g in generations()]) == pytest.approx(0.176, abs=0.003)
    assert _share([g.age >= 60 for g in generations()]) == pytest.approx(0.211, abs=0.003)
    assert _share([g.age >= 65 for g in generations()]) == pytest.approx(0.154, abs=0.006)


def test_boys_outnumber_girls_and_old_women_outnumber_old_men() -> None:
    weights = cumulative_weights()

    def ratio(low: int, high: int) -> float:
        men, women = (
            sum(
                weights[block + 1] - weights[block]
                for block, g in enumerate(generations())
                if g.male is male and low <= g.age <= high
            )
            for male in (True, False)
        )
        return 100 * men / women

    assert ratio(0, 2) == pytest.approx(111, abs=0.5)
    assert ratio(70, 107) < 95
    assert ratio(90, 107) < 70
    assert ratio(0, 107) == pytest.approx(105, abs=1)
