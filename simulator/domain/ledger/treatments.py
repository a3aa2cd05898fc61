"""Which medical care a person takes in a year, and what it costs: everything here is *assumed*.

One 64-byte digest holds a year. Its first word says how many treatments there are, by age; each
further word is one treatment:

- as a whole it is the moment of the treatment (see `year_table`), to which bits 0…34 do not matter
- bits 8…17 pick one of the 1024 bills of its kind of care, from the smallest to the largest
- bits 0…7 pick the kind of care, by age

Bills are made once, for everybody: a fraction f of a kind's range gives its cost, mostly by f⁴, so
that most bills are small and few are large, and 48/64 to 63/64 of the cost are in scope.
"""

from functools import cache
from struct import Struct

from simulator.domain.digests import digest
from simulator.domain.ledger.year_table import EPOCH_YEAR

_OLDEST = 120
_YEARS_PER_PERSON = 128

# (oldest age, weights of 0…7 treatments a year, weights of the kinds of care 0…6); each of 256
_AGE_GROUPS = (
    (5, (20, 40, 50, 50, 40, 30, 16, 10), (30, 80, 70, 58, 4, 8, 6)),
    (17, (70, 80, 56, 30, 12, 5, 2, 1), (50, 80, 64, 56, 1, 3, 2)),
    (39, (56, 70, 58, 38, 18, 9, 5, 2), (100, 50, 48, 48, 1, 4, 5)),
    (59, (24, 46, 56, 52, 36, 22, 12, 8), (96, 50, 46, 48, 2, 6, 8)),
    (74, (8, 20, 36, 46, 50, 44, 30, 22), (84, 60, 44, 42, 5, 10, 11)),
    (_OLDEST, (6, 14, 28, 42, 50, 48, 38, 30), (70, 66, 42, 38, 9, 16, 15)),
)

# By kind of care, in fen: the least cost, and the range above it.
_COSTS = (
    (1_500, 60_000),
    (3_000, 80_000),
    (5_000, 150_000),
    (8_000, 250_000),
    (150_000, 1_500_000),
    (250_000, 4_000_000),
    (400_000, 9_000_000),
)

Bill = tuple[int, int, int]
"""Kind of care, total cost and in-scope cost in fen."""

Bills = tuple[tuple[Bill, ...], ...]
"""For one age: the bills of a kind of care, 256 times."""

_words = Struct("<8Q").unpack


def year_words(key: bytes, index: int, year: int) -> tuple[int, ...]:
    """The eight 64-bit words that hold one person's year."""
    return _words(digest(key, index * _YEARS_PER_PERSON + year - EPOCH_YEAR))


def carry_over_fraction(words: tuple[int, ...]) -> int:
    """A fraction 0…65535 of 65536 for the account's carry-over, from the words of the first year.

    Squared, since most accounts hold little and few hold much.
    """
    fraction = words[0] >> 8 & 0xFFFF
    return fraction * fraction >> 16


def treatments_of(words: tuple[int, ...], age: int) -> tuple[list[int], Bills]:
    """The treatments of one year in order of time, and the bills of `age`, reached in the year.

    A treatment is its word, and costs `bills[word & 0xFF][word >> 8 & 0x3FF]`; the caller looks
    that up by itself, since a call per payment is what a balance query would spend most on.
    """
    counts, bills = _by_age()[age if age < _OLDEST else _OLDEST]
    return sorted(words[1 : counts[words[0] & 0xFF] + 1]), bills


@cache
def _by_age() -> tuple[tuple[bytes, Bills], ...]:
    """By age 0…120: 256 counts, and 256 references to the bills of a kind of care."""
    bills = tuple(_bills(kind, least, span) for kind, (least, span) in enumerate(_COSTS))
    ages: list[tuple[bytes, Bills]] = []
    for oldest, counts, kinds in _AGE_GROUPS:
        group = (_spread(counts), tuple(bills[kind] for kind in _spread(kinds)))
        ages.extend(group for _ in range(len(ages), oldest + 1))
    return tuple(ages)


def _bills(kind: int, least: int, span: int) -> tuple[Bill, ...]:
    bills = []
    for fraction in range(1024):
        total = least + (span * fraction**4 >> 40) + (span * fraction >> 14)
        # 7 is odd, so that neighbouring bills differ in what is in scope and all shares occur
        bills.append((kind, total, total * (48 + (fraction * 7 & 0xF)) >> 6))
    return tuple(bills)


def _spread(weights: tuple[int, ...]) -> bytes:
    return b"".join(bytes([value]) * weight for value, weight in enumerate(weights))
