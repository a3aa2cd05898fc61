"""Birth years: how many men and women of each, and how many of them are insured as employees.

The shape is that of the census of 2020, carried to the epoch: each five-year group of births as it
was counted, times the share that *assumed* mortality leaves of it, and the births reported since.
The result agrees with the age structure reported for the end of 2023 (docs/people.md). Inside a
group the years are equal (*assumed*).

A (birth year, sex) is a block; blocks are numbered by year, men before women. Everything here is
the same in every world and every pooling area.
"""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import accumulate

EPOCH = date(2024, 1, 1).toordinal()
"""The day at which the population is described. Ages, work and families are as of this day."""

EPOCH_YEAR = 2024
FIRST_YEAR = 1916
"""Birth year of the oldest."""
LAST_YEAR = EPOCH_YEAR - 1

MEN_RETIRE_AT = 60
WOMEN_RETIRE_AT = 55
"""Retirement ages, *assumed*: the statutory ages before 2025, 55 for all women. The gradual rise
decided in 2024 is not followed."""

# Males, females and survivors per mille between census and epoch. Thousands of people counted on
# 1 November 2020, by five-year age group from 0-4 up to 95-99, and 100+ as one (documented, seventh
# national census, rounded; from 80 on the split between the sexes is *assumed*). The survivors are
# *assumed*.
_COUNTED_2020 = (
    (40_969, 36_915, 998),
    (48_017, 42_227, 999),
    (45_607, 39_649, 999),
    (39_053, 33_631, 999),
    (39_676, 35_266, 998),
    (48_162, 43_685, 998),
    (63_872, 60_273, 997),
    (50_932, 48_081, 996),
    (47_633, 45_323, 994),
    (58_192, 56_033, 991),
    (61_105, 60_059, 988),
    (50_816, 50_585, 982),
    (36_871, 36_512, 970),
    (36_338, 37_668, 955),
    (24_164, 25_426, 925),
    (14_752, 16_487, 870),
    (9_200, 11_183, 775),
    (4_410, 6_416, 640),
    (1_340, 2_306, 480),
    (265, 550, 330),
    (36, 83, 200),
)
_YOUNGEST_COUNTED = 2020
"""Births of 2016-2020 stand for the group 0-4 of November 2020, and so on back."""

# Thousands of births reported per year (documented, National Bureau of Statistics: 10.62, 9.56 and
# 9.02 million), divided at 111 boys to 100 girls (*assumed*).
_BORN_SINCE = {2021: (5_587, 5_033), 2022: (5_029, 4_531), 2023: (4_745, 4_275)}

# Per mille insured as employees, by age at the epoch: first age of the band, men, women. *Assumed*
# by age, scaled so that the totals meet the bulletin of 2024: 20.7 % of the insured in service and
# 7.9 % retired (documented).
_EMPLOYEES = (
    (0, 0, 0),
    (16, 17, 17),
    (20, 297, 297),
    (25, 475, 475),
    (30, 493, 483),
    (35, 488, 465),
    (40, 450, 412),
    (45, 379, 332),
    (50, 315, 246),
    (55, 264, 297),
    (60, 340, 326),
    (65, 335, 316),
    (70, 325, 301),
    (75, 316, 291),
    (80, 306, 281),
)
_BANDS = [first for first, _, _ in _EMPLOYEES]


@dataclass(frozen=True, slots=True)
class Generation:
    """All of one sex born in one year."""

    year: int
    male: bool
    first_day: int
    """1 January of the year, ordinal."""
    days: int
    age: int
    """Full years on the eve of the epoch: the same for all of them, since that is a 31 December."""
    employees_per_mille: int
    retire_after: tuple[int, int, int]
    """Last day of February, from 0; days from birth to retirement for those born up to it; and for
    those born later in the year. The two differ by a leap day at most."""

    def retires_on(self, birth: int) -> int:
        """The birthday on which one born on a day retires; that of 29 February is 1 March."""
        last, early, late = self.retire_after
        return birth + (early if birth - self.first_day <= last else late)


@cache
def generations() -> tuple[Generation, ...]:
    """Every block, by year, men before women."""
    return tuple(
        _generation(year, male)
        for year in range(FIRST_YEAR, LAST_YEAR + 1)
        for male in (True, False)
    )


@cache
def cumulative_weights() -> tuple[int, ...]:
    """Weight of all blocks before each block, and last of all blocks: one longer than blocks."""
    weights = dict(_weights())
    per_block = (weights[year][sex] for year in range(FIRST_YEAR, LAST_YEAR + 1) for sex in (0, 1))
    return (0, *accumulate(per_block))


def block_number(year: int, *, male: bool) -> int | None:
    """The number of a block; None when nobody alive was born in the year."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return None
    return 2 * (year - FIRST_YEAR) + (0 if male else 1)


def _weights() -> Iterator[tuple[int, tuple[int, int]]]:
    for group, (men, women, survivors) in enumerate(_COUNTED_2020):
        youngest = _YOUNGEST_COUNTED - 5 * group
        for year in range(youngest - 4, youngest + 1):
            yield year, (men * survivors // 5, women * survivors // 5)
    for year, (boys, girls) in _BORN_SINCE.items():
        yield year, (boys * 1000, girls * 1000)


def _generation(year: int, male: bool) -> Generation:
    first_day = date(year, 1, 1).toordinal()
    days = date(year + 1, 1, 1).toordinal() - first_day
    age = EPOCH_YEAR - 1 - year
    _, men, women = _EMPLOYEES[bisect_right(_BANDS, age) - 1]
    years = MEN_RETIRE_AT if male else WOMEN_RETIRE_AT
    # Up to the end of February, 29th included, a birthday keeps its distance from 1 January, and
    # from March on its distance from 1 March; that makes 1 March of a 29th the year does not have.
    march = date(year, 3, 1).toordinal()
    early = date(year + years, 1, 1).toordinal() - first_day
    late = date(year + years, 3, 1).toordinal() - march
    retire_after = (march - first_day - 1, early, late)
    return Generation(year, male, first_day, days, age, men if male else women, retire_after)
