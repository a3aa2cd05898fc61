"""Names: surnames by their frequency, given names by sex, from Faker's Chinese word lists.

Faker knows few given names, so most two-character ones are combined from the characters of its
lists (*assumed*); surnames keep its weights. Another version of Faker may name people otherwise.
"""

from bisect import bisect_right
from dataclasses import dataclass
from functools import cache
from itertools import accumulate

_ONE_CHARACTER_PER_MILLE = 120
_LISTED_PER_MILLE = 180
"""Shares of given names of one character and of those taken whole from the list; the rest are
combined. *assumed*"""


@dataclass(frozen=True, slots=True)
class _Surnames:
    names: tuple[str, ...]
    cumulative: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _GivenNames:
    single: tuple[str, ...]
    listed: tuple[str, ...]
    characters: tuple[str, ...]


def name_for(digest: bytes, *, male: bool) -> str:
    """The name that 16 bytes stand for."""
    return _surname(int.from_bytes(digest[:6])) + _given(int.from_bytes(digest[6:]), male)


def _surname(number: int) -> str:
    surnames = _surnames()
    at = number * surnames.cumulative[-1] >> 48
    return surnames.names[bisect_right(surnames.cumulative, at)]


def _given(number: int, male: bool) -> str:
    given = _given_names(male)
    number, kind = divmod(number, 1000)
    if kind < _ONE_CHARACTER_PER_MILLE:
        return given.single[number % len(given.single)]
    if kind < _ONE_CHARACTER_PER_MILLE + _LISTED_PER_MILLE:
        return given.listed[number % len(given.listed)]
    number, first = divmod(number, len(given.characters))
    return given.characters[first] + given.characters[number % len(given.characters)]


@cache
def _surnames() -> _Surnames:
    # Imported here: it takes a tenth of a second, and most uses never ask for a name.
    from faker.providers.person.zh_CN import Provider

    weights = [round(weight * 1000) for weight in Provider.last_names.values()]
    return _Surnames(tuple(Provider.last_names), tuple(accumulate(weights)))


@cache
def _given_names(male: bool) -> _GivenNames:
    from faker.providers.person.zh_CN import Provider

    words = tuple(dict.fromkeys(Provider.first_names_male if male else Provider.first_names_female))
    return _GivenNames(
        tuple(word for word in words if len(word) == 1),
        tuple(word for word in words if len(word) == 2),
        tuple(dict.fromkeys("".join(words))),
    )
