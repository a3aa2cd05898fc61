"""Names of substances and makers, composed so that none is taken from a list.

A western name is two syllables, of those that transliterate, and the stem of its class; a patent
name two herbs by their first characters and an effect. Either can coincide with a real one.
"""

from functools import cache

from simulator.domain.coined_words import brands
from simulator.domain.drugs.classes import WESTERN
from simulator.domain.regions import pooling_areas

# By pinyin initial, which begins the name's part of a code (observed).
_HEADS = {
    "A": "阿安奥",
    "B": "贝波布比",
    "D": "地多度",
    "E": "厄恩",
    "F": "法非氟福",
    "G": "格戈",
    "J": "吉加",
    "K": "卡凯克",
    "L": "拉来兰利洛鲁",
    "M": "马美米莫",
    "N": "那诺尼",
    "P": "帕派普匹",
    "Q": "曲齐",
    "R": "瑞",
    "S": "塞沙司索舒",
    "T": "他泰特替托",
    "W": "维",
    "X": "西希",
    "Y": "雅伊依",
    "Z": "佐扎",
}
_TAILS = "奥贝布达多厄非氟加卡可拉来利洛马莫那诺帕瑞塞索他托维西伊佐"

_HERB_HEADS = {
    "B": "白半板",
    "C": "柴川苍",
    "D": "当丹党",
    "F": "茯防",
    "G": "归葛桂甘",
    "H": "黄红合",
    "J": "金菊桔荆",
    "L": "连灵龙",
    "M": "麦木",
    "Q": "芪杞羌",
    "R": "肉",
    "S": "参生三石",
    "X": "香夏",
    "Y": "银益元",
    "Z": "知枳紫",
}
_HERB_TAILS = "翘芍苓术柏芩栀贝杏菊草芎膝仲胡藤"

_SALTS = (
    "",
    "",
    "",
    "",
    "盐酸",
    "硫酸",
    "马来酸",
    "富马酸",
    "枸橼酸",
    "甲磺酸",
    "苯磺酸",
    "酒石酸",
)

MAKERS = 900
_FIRST_MAKER = 90_000
_MAKER_SUFFIXES = ("制药有限公司", "药业有限公司", "药业股份有限公司", "生物制药有限公司")
_PROVINCES_OF_THREE = ("黑龙", "内蒙")


Start = tuple[str, str]
"""The initial a name is coded by, and what the name begins with."""


@cache
def starts(drug_class: str) -> tuple[Start, ...]:
    """Two syllables each, or two herbs; in order of their initials."""
    heads, tails = (_HEADS, _TAILS) if drug_class == WESTERN else (_HERB_HEADS, _HERB_TAILS)
    return tuple(
        (initial, head + tail)
        for initial, characters in heads.items()
        for head in characters
        for tail in tails
        if head != tail
    )


def joined(start: Start, stem: str) -> Start:
    """Initial and name of a substance, without its salt and form."""
    initial, text = start
    if "~" in stem:
        # The only such stem is that of the cephalosporins, 头孢.
        return "T", stem.replace("~", text)
    return initial, text + stem


def salt(byte: int) -> str:
    """The acid a western substance is bound to, or nothing."""
    return _SALTS[byte % len(_SALTS)]


def maker_code(maker: int) -> str:
    """Five digits from 90000 on, assumed to be given to no maker."""
    return str(_FIRST_MAKER + maker)


def maker_name(maker: int, shift: int) -> str:
    """The name of maker 0…MAKERS-1; the shift, of a seed, says which names are in use."""
    place = shift + maker
    provinces, words = _provinces(), brands()
    # 37 is prime to the number of words, so that all makers have a word of their own.
    word = words[place * 37 % len(words)]
    return provinces[place % len(provinces)] + word + _MAKER_SUFFIXES[place % len(_MAKER_SUFFIXES)]


@cache
def _provinces() -> tuple[str, ...]:
    """浙江, 黑龙江, …: one for each province."""
    names = dict.fromkeys(area.province_name for area in pooling_areas())
    return tuple(name[: 3 if name[:2] in _PROVINCES_OF_THREE else 2] for name in names)
