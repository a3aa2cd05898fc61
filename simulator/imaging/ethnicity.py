"""The ethnic group on a card: all 56 by the census, more of those an area is named after.

Counts are those of the census of 2020 (documented, National Bureau of Statistics, rounded to
thousands); how the groups gather in autonomous areas is *assumed*.
"""

from bisect import bisect_right
from functools import cache
from itertools import accumulate

from simulator.imaging.chances import Chances

_THOUSANDS_2020 = {
    "汉": 1_284_446,
    "壮": 19_568,
    "维吾尔": 11_775,
    "回": 11_378,
    "苗": 11_068,
    "满": 10_423,
    "彝": 9_830,
    "土家": 9_588,
    "藏": 7_061,
    "蒙古": 6_290,
    "布依": 3_577,
    "侗": 3_496,
    "瑶": 3_309,
    "白": 2_092,
    "哈尼": 1_733,
    "朝鲜": 1_702,
    "黎": 1_602,
    "哈萨克": 1_562,
    "傣": 1_330,
    "东乡": 775,
    "傈僳": 763,
    "畲": 746,
    "仡佬": 678,
    "拉祜": 499,
    "水": 496,
    "佤": 431,
    "纳西": 324,
    "羌": 313,
    "土": 282,
    "仫佬": 277,
    "柯尔克孜": 204,
    "锡伯": 192,
    "撒拉": 165,
    "景颇": 160,
    "达斡尔": 132,
    "布朗": 127,
    "毛南": 124,
    "塔吉克": 51,
    "普米": 45,
    "阿昌": 44,
    "怒": 37,
    "鄂温克": 35,
    "京": 33,
    "基诺": 26,
    "保安": 24,
    "德昂": 22,
    "俄罗斯": 16,
    "裕固": 15,
    "乌孜别克": 13,
    "门巴": 11,
    "鄂伦春": 9,
    "独龙": 7,
    "赫哲": 5,
    "珞巴": 4,
    "高山": 3,
    "塔塔尔": 4,
}
ETHNIC_GROUPS = tuple(_THOUSANDS_2020)
"""The 56 groups as a card writes them, without 族."""

_SHARE_AT_HOME = 0.35
"""Share of the people of an autonomous area who belong to a group it is named after. *assumed*"""
_PLACES = {"西藏": "藏"}


def ethnicity_of(draw: Chances, *places: str) -> str:
    """A group drawn for somebody living in places of these names, such as 内蒙古自治区."""
    share, home, number = draw.fraction(), draw.fraction(), draw.fraction()
    named = _named_in("".join(places))
    if named and share < _SHARE_AT_HOME:
        return named[int(home * len(named))]
    cumulative = _cumulative()
    return ETHNIC_GROUPS[bisect_right(cumulative, int(number * cumulative[-1]))]


@cache
def _cumulative() -> tuple[int, ...]:
    return tuple(accumulate(_THOUSANDS_2020.values()))


def _named_in(places: str) -> list[str]:
    """The groups after which places are named; a group of one character only before 族."""
    if "自治" not in places:
        return []
    found = [
        group
        for group in ETHNIC_GROUPS
        if group + "族" in places or (len(group) > 1 and group in places)
    ]
    return found + [group for place, group in _PLACES.items() if place in places]
