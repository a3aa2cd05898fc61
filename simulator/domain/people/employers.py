"""Employers: a register as large as the population needs, derived and not stored.

The positions of a pooling area are cut into blocks of mixed sizes by a pattern that repeats, and
each block is an employer: whoever in it is in service works there. So an employer's roster is a
short scan and a person's employer a division. The numbers of the register run through all areas.
"""

from bisect import bisect_right
from dataclasses import dataclass
from functools import cache
from itertools import accumulate

from simulator.domain.identifiers import (
    USCC_ALPHABET,
    organisation_code_check_character,
    uscc_check_character,
)
from simulator.domain.permutation import Permutation
from simulator.domain.regions import Area, pooling_areas

# People per employer, about one in six of whom work there: few large employers hold many of the
# people, many small ones the rest (*assumed*).
_BLOCK_SIZES = (60, 400, 90, 1_500, 60, 160, 6_000, 90, 60, 250, 120, 3_000, 60, 700, 90, 160)
_CUTS = (0, *accumulate(_BLOCK_SIZES))
_CYCLE = _CUTS[-1]

_PUBLIC_PER_MILLE = 30
"""Public bodies among employers; their people are civil servants (*assumed*)."""

# The organisation code begins with MA, as newly registered ones have since 2015 (observed), and
# goes on with six characters of the alphabet of GB 32100.
_SERIES = "MA"
_BODY = 6
_BASE = len(USCC_ALPHABET)

_ENTERPRISE, _PUBLIC_BODY = "91", "11"
"""Registering authority and kind: 9 market regulation, 1 enterprise; 1 establishment, 1 organ
(GB 32100, documented)."""

_SYLLABLES = (
    "安邦昌辰德鼎丰福冠广海恒宏华辉汇佳嘉江金景康科蓝利联龙茂明铭宁鹏"
    "启千清荣瑞盛泰天通万旺祥新鑫兴旭扬耀益盈宇裕源远岳云泽展正志中众洲"
)
_TRADES = (
    "机械制造",
    "纺织",
    "电子科技",
    "物流",
    "食品",
    "建材",
    "商贸",
    "医疗器械",
    "软件",
    "农业发展",
    "环保",
    "餐饮管理",
    "建筑工程",
    "教育咨询",
    "汽车服务",
    "新材料",
)


@dataclass(frozen=True, slots=True)
class Employer:
    """One employer of the register."""

    number: int
    uscc: str
    """Unified social credit code, 18 characters (GB 32100), under a county never assigned."""
    name: str
    region: str
    """admdvs of the pooling area."""
    public: bool
    """Whether its people are civil servants."""
    indices: range
    """The numbers k among whom all its people are found."""


class EmployerRegister:
    """The employers of one population."""

    def __init__(self, key: bytes) -> None:
        self._bodies = Permutation(_BASE**_BODY, key)
        self._names = Permutation(len(_SYLLABLES) ** 3 * len(_TRADES), key)
        self._kinds = Permutation(1000, key)

    def __len__(self) -> int:
        return _first_numbers()[-1]

    def number_of(self, area: Area, index: int) -> int:
        """The number of the employer in whose block a person of an area is."""
        return _first_numbers()[area.number] + _within(index - area.first_index)

    def at(self, number: int) -> Employer:
        """An employer by number. Raise ValueError outside 0…len-1."""
        if not 0 <= number < len(self):
            raise ValueError(f"employers are numbered 0…{len(self) - 1}, there is no {number}")
        area = pooling_areas()[bisect_right(_first_numbers(), number) - 1]
        within = number - _first_numbers()[area.number]
        cycle, place = divmod(within, len(_BLOCK_SIZES))
        first = area.first_index + cycle * _CYCLE
        indices = range(
            first + _CUTS[place],
            min(first + _CUTS[place + 1], area.first_index + area.population),
        )
        public = self._kinds.forward(number % 1000, number // 1000) < _PUBLIC_PER_MILLE
        return Employer(
            number=number,
            uscc=self._uscc(number, area, public),
            name=self._name(within, area, public),
            region=area.admdvs,
            public=public,
            indices=indices,
        )

    def by_uscc(self, uscc: str) -> Employer | None:
        """The employer of a code; None when there is none."""
        body = uscc[8 + len(_SERIES) : 8 + len(_SERIES) + _BODY]
        if len(body) != _BODY or any(character not in USCC_ALPHABET for character in body):
            return None
        image = 0
        for character in body:
            image = image * _BASE + USCC_ALPHABET.index(character)
        number = self._bodies.inverse(image)
        if number >= len(self):
            return None
        employer = self.at(number)
        return employer if employer.uscc == uscc else None

    def _uscc(self, number: int, area: Area, public: bool) -> str:
        image = self._bodies.forward(number)
        body = ""
        for _ in range(_BODY):
            image, digit = divmod(image, _BASE)
            body = USCC_ALPHABET[digit] + body
        organisation = _SERIES + body
        first_17 = (
            (_PUBLIC_BODY if public else _ENTERPRISE)
            + f"{area.id_prefix}9{number % 10}"
            + organisation
            + organisation_code_check_character(organisation)
        )
        return first_17 + uscc_check_character(first_17)

    def _name(self, within: int, area: Area, public: bool) -> str:
        image, trade = divmod(self._names.forward(within, area.number), len(_TRADES))
        image, third = divmod(image, len(_SYLLABLES))
        first, second = divmod(image, len(_SYLLABLES))
        word = _SYLLABLES[first] + _SYLLABLES[second] + _SYLLABLES[third]
        directly_governed = area.admdvs[2:4] == "90"
        place = area.province_name if directly_governed else area.name
        if public:
            return f"{place}{word}公共事务中心"
        return f"{place}{word}{_TRADES[trade]}有限公司"


def _within(position: int) -> int:
    """The employer's number inside its area, for a position there."""
    cycle, rest = divmod(position, _CYCLE)
    return cycle * len(_BLOCK_SIZES) + bisect_right(_CUTS, rest) - 1


@cache
def _first_numbers() -> tuple[int, ...]:
    """The register's first number in each area, and last of all its length."""
    counts = (_within(area.population - 1) + 1 for area in pooling_areas())
    return (0, *accumulate(counts))
