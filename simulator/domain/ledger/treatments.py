"""Which medical care a person takes in a year, and what it costs: everything here is *assumed*.

One 64-byte digest holds a year. Its first word says how many treatments there are, by age; each
further word is one treatment:

- as a whole it is the moment of the treatment (see `year_table`), which leaves it 35 bits
- bits 24…27: the in-scope part of the cost, 48/64 … 63/64
- bits 18…23: some fen, so that not all costs are alike
- bits 8…17: a fraction f; the cost is the kind's least cost plus f⁴ of its range, so most are small
- bits 0…7: the kind of care, by age
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

# By kind of care: the least cost and the range above it, in fen.
_COSTS = (
    (1_500, 60_000),
    (3_000, 80_000),
    (5_000, 150_000),
    (8_000, 250_000),
    (150_000, 1_500_000),
    (250_000, 4_000_000),
    (400_000, 9_000_000),
)

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


def treatments_of(words: tuple[int, ...], age: int) -> list[tuple[int, int, int, int]]:
    """The treatments of one year in order of time: (moment, kind of care, cost, in-scope cost).

    `age` is the age reached in the year; costs are in fen.
    """
    ages, costs = _tables()
    counts, kinds = ages[age if age < _OLDEST else _OLDEST]
    treatments = []
    for word in sorted(words[1 : counts[words[0] & 0xFF] + 1]):
        kind = kinds[word & 0xFF]
        total = costs[kind][word >> 8 & 0x3FF] + (word >> 18 & 0x3F)
        treatments.append((word, kind, total, total * (48 + (word >> 24 & 0xF)) >> 6))
    return treatments


@cache
def _tables() -> tuple[tuple[tuple[bytes, bytes], ...], tuple[tuple[int, ...], ...]]:
    """By age 0…120, 256 counts and 256 kinds of care; and by kind of care, 1024 costs."""
    ages: list[tuple[bytes, bytes]] = []
    for oldest, counts, kinds in _AGE_GROUPS:
        pair = (_spread(counts), _spread(kinds))
        ages.extend(pair for _ in range(len(ages), oldest + 1))
    costs = tuple(
        tuple(least + (span * fraction**4 >> 40) for fraction in range(1024))
        for least, span in _COSTS
    )
    return tuple(ages), costs


def _spread(weights: tuple[int, ...]) -> bytes:
    return b"".join(bytes([value]) * weight for value, weight in enumerate(weights))
