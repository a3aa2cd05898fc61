"""The number spaces people are numbered in, and how a number is written and read back.

None of it belongs to anybody (domain-facts.md §1): ID numbers carry a county code that was never
assigned, phones a segment that no operator sells. The space `realistic` uses assigned county codes
instead and can therefore hit a real person's number.
"""

from abc import ABC, abstractmethod
from functools import cache
from typing import NamedTuple

from simulator.domain.identifiers import CARD_LETTERS, make_id_number, parse_id_number
from simulator.domain.permutation import Permutation
from simulator.domain.regions import Area, pooling_areas

SEQUENCES = 499
"""Sequence numbers per county, day and sex: 001-997 for men, 002-998 for women. 000 and 999 are
left out, *assumed* unused."""

_UNSOLD = (
    "140",
    "141",
    "142",
    "143",
    "144",
    "154",
    "160",
    "161",
    "163",
    "164",
    "168",
    "169",
    "179",
    "194",
)
"""Segments no operator sells to people, as far as known (domain-facts.md §1; 140, 141 and 144 are
sold only as 13-digit numbers for machines). *assumed*"""


class TextSpace:
    """Numbers 0…size-1 written as one of some prefixes and a fixed count of digits."""

    __slots__ = ("_digits", "_length", "_per_prefix", "_prefixes", "_ranks", "size")

    def __init__(self, prefixes: tuple[str, ...], digits: int) -> None:
        self._prefixes = prefixes
        self._ranks = {prefix: rank for rank, prefix in enumerate(prefixes)}
        self._digits = digits
        self._length = len(prefixes[0]) + digits
        self._per_prefix: int = 10**digits
        self.size = len(prefixes) * self._per_prefix

    def text(self, number: int) -> str:
        """The text of a number below size."""
        prefix, rest = divmod(number, self._per_prefix)
        return f"{self._prefixes[prefix]}{rest:0{self._digits}}"

    def number(self, text: str) -> int | None:
        """The number a text stands for; None when the text is not of this space."""
        rank = self._ranks.get(text[: -self._digits])
        rest = text[-self._digits :]
        # isdigit alone would let other scripts' digits pass, which int() reads.
        if rank is None or len(text) != self._length or not (rest.isascii() and rest.isdigit()):
            return None
        return rank * self._per_prefix + int(rest)


PHONES = TextSpace(_UNSOLD, 8)
CARDS = TextSpace(tuple(CARD_LETTERS), 8)
PSN_NUMBERS = TextSpace(("",), 14)
"""What follows the region in a psn_no: 20 digits, first 6 the region (observed); the rest is
*assumed* to be any digits."""


class _Place(NamedTuple):
    area: Area
    male: bool
    birth: int
    year: int
    slot: int


class IdSpace(ABC):
    """Which county codes and sequence numbers the people of an area and a day of birth get.

    The slots of (area, day, sex) are all pairs of a county code and a sequence number; a keyed
    permutation takes a position among those born there that day to a slot.
    """

    def __init__(self, key: bytes) -> None:
        self._key = key
        self._slots: dict[int, Permutation] = {}

    @abstractmethod
    def counties(self, area: Area) -> tuple[str, ...]:
        """The county codes in use for an area."""

    @abstractmethod
    def _county(self, code: str) -> tuple[Area, int] | None:
        """The area that uses a county code, and the rank of the code there; or None."""

    def capacity(self, area: Area) -> int:
        """How many people of one sex may be born in an area on one day."""
        return len(self.counties(area)) * SEQUENCES

    def write(self, area: Area, birth: int, position: int, *, male: bool) -> str:
        """The ID number of the person at a position of those born in an area on a day."""
        slot = self._permutation(area).forward(position, _tweak(area, birth, male))
        county, sequence = divmod(slot, SEQUENCES)
        return make_id_number(self.counties(area)[county], birth, 2 * sequence + (1 if male else 2))

    def find(self, text: str) -> _Place | None:
        """Where an ID number points; None when malformed or outside this space."""
        parsed = parse_id_number(text)
        if parsed is None or not 0 < parsed.sequence < 2 * SEQUENCES + 1:
            return None
        county = self._county(parsed.county)
        if county is None:
            return None
        area, rank = county
        male = parsed.is_male
        sequence = (parsed.sequence - (1 if male else 2)) // 2
        return _Place(area, male, parsed.birth, int(text[6:10]), rank * SEQUENCES + sequence)

    def position(self, area: Area, birth: int, slot: int, *, male: bool) -> int:
        """The position a slot belongs to: the inverse of what `write` does."""
        return self._permutation(area).inverse(slot, _tweak(area, birth, male))

    def _permutation(self, area: Area) -> Permutation:
        size = self.capacity(area)
        permutation = self._slots.get(size)
        if permutation is None:
            permutation = self._slots[size] = Permutation(size, self._key)
        return permutation


class UnassignedIds(IdSpace):
    """County digits 90-99 under the area's real province and city: assigned to no county, ever."""

    def counties(self, area: Area) -> tuple[str, ...]:
        return tuple(f"{area.id_prefix}9{digit}" for digit in range(10))

    def _county(self, code: str) -> tuple[Area, int] | None:
        area = _areas_by_prefix().get(code[:4])
        return (area, int(code[5])) if area is not None and code[4] == "9" else None


class RealisticIds(IdSpace):
    """The county codes now assigned: numbers that real people may hold."""

    def counties(self, area: Area) -> tuple[str, ...]:
        return _assigned(area.number)

    def _county(self, code: str) -> tuple[Area, int] | None:
        return _assigned_counties().get(code)


def id_space_named(name: str, key: bytes) -> IdSpace:
    """`unassigned` or `realistic`; raise ValueError for another name."""
    if name == "unassigned":
        return UnassignedIds(key)
    if name == "realistic":
        return RealisticIds(key)
    raise ValueError(f"id_space is 'unassigned' or 'realistic', not {name!r}")


def _tweak(area: Area, birth: int, male: bool) -> int:
    return (area.number << 22 | birth) << 1 | male


@cache
def _areas_by_prefix() -> dict[str, Area]:
    return {area.id_prefix: area for area in pooling_areas()}


@cache
def _assigned(area_number: int) -> tuple[str, ...]:
    return tuple(county.code for county in pooling_areas()[area_number].counties)


@cache
def _assigned_counties() -> dict[str, tuple[Area, int]]:
    return {
        county.code: (area, rank)
        for area in pooling_areas()
        for rank, county in enumerate(area.counties)
    }
