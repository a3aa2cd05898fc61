"""What stands on a person's ID card beyond what the insurance knows: derived, and nobody's.

The county is a real one of the pooling area; streets and villages are named so that the address is
no real one. All of it is *assumed* but the term of validity, which `validity` takes from the law.
"""

from dataclasses import dataclass
from datetime import date

from simulator.domain.digests import derive_key
from simulator.domain.people import People, Person
from simulator.domain.regions import Area, County
from simulator.imaging.chances import Chances
from simulator.imaging.ethnicity import ethnicity_of
from simulator.imaging.validity import Validity, current_card, expired_card

__all__ = ["CardFacts", "card_facts", "evidence_key"]

_ROADS = ("示例", "样本", "模拟", "仿真", "测试", "演示", "虚拟", "范例")
_ROAD_KINDS = ("路", "街", "大道", "东路", "西路", "南街", "北街", "一路", "二路", "巷")
_VILLAGES = ("上", "下", "东", "西", "南", "北", "大", "小", "新", "老")
_POLICE = "公安局"
_BRANCH = "分局"
_DISTRICT = "区"
_DIRECT = "直辖县级"
"""Ending of the name of an area that is no city but a province's directly governed counties."""


@dataclass(frozen=True, slots=True)
class CardFacts:
    """The facts of one card."""

    ethnicity: str
    """Without 族."""
    address: str
    authority: str
    valid_from: date
    valid_until: date | None
    """Last day of validity; None without end (长期)."""


def evidence_key(people: People) -> bytes:
    """The key under which the cards and faces of a seed are drawn."""
    return derive_key(people.seed, "evidence")


def card_facts(person: Person, key: bytes, day: int, *, expired: bool = False) -> CardFacts:
    """The card a person holds on a day (ordinal): valid on it, unless `expired`, then run out.

    `key` is that of `evidence_key`. Everything but the validity is the same on every day.
    """
    living = Chances(key, f"card:{person.index}")
    validity = _validity(person, key, day, expired=expired)
    county = living.one_of(person.area.counties)
    area_name = _area_name(person.area)
    return CardFacts(
        ethnicity=ethnicity_of(living, person.area.province_name, person.area.name, county.name),
        address=_address(person.area, area_name, county, living),
        authority=_authority(area_name, county),
        valid_from=validity.valid_from,
        valid_until=validity.valid_until,
    )


def _validity(person: Person, key: bytes, day: int, *, expired: bool) -> Validity:
    find = expired_card if expired else current_card
    return find(person.birth, day, Chances(key, f"validity:{person.index}"))


def _area_name(area: Area) -> str:
    """The city's name; empty where the counties stand directly under the province."""
    return "" if area.name.endswith(_DIRECT) else area.name


def _address(area: Area, area_name: str, county: County, draw: Chances) -> str:
    city = "" if area_name == area.province_name else area_name
    district = "" if county.name == area_name else county.name
    road = draw.one_of(_ROADS)
    if county.name.endswith(_DISTRICT) or draw.happens(0.45):
        number, house = 1 + draw.below(399), 1 + draw.below(28)
        flat = (1 + draw.below(18)) * 100 + 1 + draw.below(4)
        place = f"{road}{draw.one_of(_ROAD_KINDS)}{number}号{house}幢{flat}室"
    else:
        village = draw.one_of(_VILLAGES)
        group, house = 1 + draw.below(15), 1 + draw.below(120)
        place = f"{road}镇{village}{draw.one_of(_ROADS)}村{group}组{house}号"
    return area.province_name + city + district + place


def _authority(area_name: str, county: County) -> str:
    """杭州市公安局西湖分局, 桐庐县公安局; a city without counties signs itself.

    Only a plain district of three characters drops its 区: 井陉矿区分局, 城区分局.
    """
    if county.name == area_name or not area_name:
        return county.name + _POLICE
    if county.name.endswith(_DISTRICT):
        district = county.name[:2] if len(county.name) == 3 else county.name
        return area_name + _POLICE + district + _BRANCH
    return county.name + _POLICE
