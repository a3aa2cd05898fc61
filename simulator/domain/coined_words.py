"""The words names are composed of, and the walk that gives each of a group a word of its own.

Words are made of two characters, so that no list of real streets, villages or companies is needed;
a composed word can nevertheless be somebody's.
"""

from functools import cache
from math import gcd

from simulator.domain.digests import digest

_PLACE_HEADS = "文新清长东西南北上下永安平福兴龙凤金银石白黄青红云天翠梅兰松竹柳桃荷枫景秀祥瑞仙"
_PLACE_TAILS = "溪山河江湖塘桥亭园林苑庄坪岭岗坝湾浦港洲沙潭泉井坊营寨堡口峰田川源丰和乐华阳明家店"
_BRAND_HEADS = "仁康济福德同博恩瑞华益慈惠百众广泰嘉圣普爱信宏天健佳美长利永正金杏京九万东海方益"
_BRAND_TAILS = "和安民生心泽宁平佑春堂元辰善润祥源年颐顺诚林芝草云达昌庆晖悦立良寿成世晟荣谷诺"

_ROADS = ("路", "路", "街", "大道", "南路", "北路", "东路", "西路", "巷")

_DIGITS = "零一二三四五六七八九"


@cache
def places() -> tuple[str, ...]:
    """Words for streets, towns, villages and roads, each once."""
    return _pairs(_PLACE_HEADS, _PLACE_TAILS)


@cache
def brands() -> tuple[str, ...]:
    """Words for private hospitals, clinics, pharmacies and drug makers, each once."""
    return _pairs(_BRAND_HEADS, _BRAND_TAILS)


def numeral(number: int) -> str:
    """A number in 1…99 in Chinese: 三, 十二, 四十."""
    tens, ones = divmod(number, 10)
    return (
        ("" if tens < 2 else _DIGITS[tens])
        + ("十" if tens else "")
        + (_DIGITS[ones] if ones else "")
    )


def road(number: int) -> str:
    """A street address of a road and a number: 文溪路128号."""
    number, word = divmod(number, len(places()))
    number, kind = divmod(number, len(_ROADS))
    return f"{places()[word]}{_ROADS[kind]}{number % 680 + 1}号"


def walk(key: bytes, number: int, size: int) -> tuple[int, int]:
    """Start and stride of a walk that visits all of 0…size-1 before it repeats itself.

    The n-th visited is (start + n * stride) % size.
    """
    drawn = digest(key, number, 8)
    stride = int.from_bytes(drawn[4:]) % size | 1
    while gcd(stride, size) != 1:
        stride += 1
    return int.from_bytes(drawn[:4]) % size, stride


def _pairs(heads: str, tails: str) -> tuple[str, ...]:
    # A character may be in both lists or, by oversight, twice in one: words stay distinct.
    return tuple(dict.fromkeys(head + tail for head in heads for tail in tails if head != tail))
