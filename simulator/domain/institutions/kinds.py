"""Kinds of institutions: how many of each there are, how they are named, and who runs them.

The sizes follow the national counts of March 2021 (documented, National Health Commission, read in
a reproduction): 1,026,000 institutions, of them 36,000 hospitals, 35,000 community health centres
and stations, 36,000 township health centres, 609,000 village clinics, 263,000 clinics. Shares of
levels and grades, and everything else in the table, are *assumed*.
"""

from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from typing import Literal

from simulator.domain.coined_words import brands, numeral, places
from simulator.domain.regions import Area, pooling_areas

UNRATED = "未定级"
TIERS = {"三级": 3, "二级": 2, "一级": 1, UNRATED: 0}
"""Hospital levels, as the benefits of an area count them; 0 for the unrated."""
LEVELS = (*(f"{tier}{grade}等" for tier in ("三级", "二级", "一级") for grade in "甲乙丙"), UNRATED)
"""Levels with their grades, best first (documented: three levels, three grades)."""

_FIXED = 1_000
_PER_MILLION = 400
_PHARMACIES_PER_MILLION = 370
"""Institutions of an area, and pharmacies besides (*assumed*: 490,000 in the country). The fixed
part gives small areas a list that is worth paging."""

_WHOLE = 100_000

Naming = Literal["series_of_city", "series_of_county", "city", "county"]


@dataclass(frozen=True, slots=True)
class Kind:
    """One row of the table: institutions of one kind and one level."""

    name: str
    level: str
    share: int
    """Of 100,000 institutions (or pharmacies) of an area."""
    naming: Naming
    """What precedes the ending: the city or the county. A series is used in its own order."""
    endings: str
    """Which list of endings. Kinds that share one share out its words, so that no two are alike."""
    holder: str
    """`public`, `private` or `company`."""
    designated: int
    """One of 256 bytes up to this one means that the institution is designated."""
    letter: str = "H"
    """First letter of the code: H, or P for a pharmacy (observed, domain-facts.md §1)."""

    @property
    def tier(self) -> int:
        return TIERS[self.level[:2] if self.level != UNRATED else UNRATED]


# Lists show institutions in this order. Kinds of one series follow each other, and those of the
# city come first of all.
KINDS = (
    Kind("hospital", "三级甲等", 210, "series_of_city", "titles", "public", 255),
    Kind("hospital", "三级乙等", 200, "series_of_city", "titles", "public", 255),
    Kind("hospital", "三级丙等", 30, "series_of_city", "titles", "public", 255),
    Kind("hospital", "二级甲等", 500, "series_of_county", "titles", "public", 254),
    Kind("hospital", "二级乙等", 450, "series_of_county", "titles", "public", 250),
    Kind("hospital", "二级丙等", 350, "series_of_county", "titles", "public", 246),
    Kind("hospital", "一级甲等", 300, "city", "hospitals", "private", 230),
    Kind("hospital", "一级乙等", 400, "city", "hospitals", "private", 220),
    Kind("hospital", "一级丙等", 300, "city", "hospitals", "company", 200),
    Kind("community_health_centre", "一级甲等", 1_200, "county", "centres", "public", 252),
    Kind("township_health_centre", "一级甲等", 1_300, "county", "central_townships", "public", 252),
    Kind("township_health_centre", "一级乙等", 2_200, "county", "townships", "public", 250),
    Kind("hospital", UNRATED, 1_100, "city", "hospitals", "company", 170),
    Kind("community_health_station", UNRATED, 3_000, "county", "stations", "public", 230),
    Kind("outpatient_department", UNRATED, 4_500, "city", "departments", "company", 110),
    Kind("clinic", UNRATED, 31_960, "county", "clinics", "private", 115),
    Kind("village_clinic", UNRATED, 52_000, "county", "villages", "public", 190),
    Kind("pharmacy", UNRATED, _WHOLE, "county", "pharmacies", "company", 200, letter="P"),
)

_TITLES = (
    "第一人民医院",
    "中医医院",
    "人民医院",
    "妇幼保健院",
    "第二人民医院",
    "中心医院",
    "儿童医院",
    "第三人民医院",
    "肿瘤医院",
    "中西医结合医院",
    "口腔医院",
    "第四人民医院",
    "精神卫生中心",
    "胸科医院",
    "骨科医院",
    "第五人民医院",
    "眼科医院",
    "第二中医医院",
    "传染病医院",
    "康复医院",
    "第六人民医院",
    "皮肤病医院",
    "老年病医院",
    "第二妇幼保健院",
)
_TITLES_NUMBERED = range(7, 90)
"""The titles go on with 第七人民医院 …: more than any area needs."""

_SUFFIXES = {
    "hospitals": ("医院", "医院", "中医医院", "骨科医院", "康复医院", "妇产医院", "眼科医院"),
    "centres": ("街道社区卫生服务中心",),
    "central_townships": ("镇中心卫生院",),
    "townships": ("镇卫生院", "乡卫生院"),
    "stations": ("社区卫生服务站",),
    "departments": ("门诊部", "口腔门诊部", "中医门诊部", "综合门诊部", "医疗美容门诊部"),
    "clinics": ("诊所", "诊所", "中医诊所", "口腔诊所", "内科诊所", "中西医结合诊所"),
    "villages": ("村卫生室",),
    "pharmacies": ("大药房", "药店", "大药房连锁店", "堂药房"),
}
_OF_PLACES = ("centres", "central_townships", "townships", "stations", "villages")


def population_of(kind: Kind, area: Area) -> int:
    """How many institutions of a kind an area has: at least one."""
    per_million = _PER_MILLION if kind.letter == "H" else _PHARMACIES_PER_MILLION
    fixed = _FIXED if kind.letter == "H" else 0
    return max(1, (fixed + area.population * per_million // 1_000_000) * kind.share // _WHOLE)


@cache
def endings(name: str) -> tuple[str, ...]:
    """What the names of a list of endings end in, each once."""
    if name == "titles":
        return (*_TITLES, *(f"第{numeral(number)}人民医院" for number in _TITLES_NUMBERED))
    words, suffixes = places() if name in _OF_PLACES else brands(), _SUFFIXES[name]
    # 31 is prime to the lengths of all lists, so that a word's head does not tell its suffix.
    return tuple(
        word + suffixes[(at * 31 + at // 40) % len(suffixes)] for at, word in enumerate(words)
    )


def spread(count: int, counties: int, shift: int) -> list[int]:
    """`count` institutions over the counties as evenly as goes; a shift says who gets the rest."""
    each, rest = divmod(count, counties)
    return [each + ((county + shift) % counties < rest) for county in range(counties)]


@cache
def designation_table(limit: int) -> bytes:
    """For each byte, 1 where it means that an institution is designated."""
    return bytes(byte <= limit for byte in range(256))


@cache
def county_offsets() -> tuple[int, ...]:
    """How many counties there are in the areas before each area, and last of all in all."""
    return (0, *accumulate(len(area.counties) for area in pooling_areas()))
