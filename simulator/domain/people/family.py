"""Families among the people of one pooling area: mutual, closed, and computed either way.

Couples: a man and a woman of the same slot whose birth years differ by the slot's gap are paired by
a keyed permutation. Children: those of one birth year, sex and slot are dealt, at most one each, to
the women as many years older as the slot says, the dead among them included. Both are bijections,
so who is whose is computed from either end. A couple's children are the wife's; a child has a
father when the mother has a husband. Shares and gaps are *assumed*; surnames do not follow the
father.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from simulator.domain.people.generations import block_number, generations
from simulator.domain.permutation import Permutation
from simulator.domain.regions import POPULATION

if TYPE_CHECKING:
    from simulator.domain.people.person import Person
    from simulator.domain.people.population import People
    from simulator.domain.regions import Area

_YOUNGER_BY = (0, 1, 2, 2, 3, 5, 1, -1)
"""By how many years the wife is younger, per slot. *assumed*"""

_LEAST_AGE_MEN, _LEAST_AGE_WOMEN = 22, 20
"""Legal ages of marriage (Civil Code, art. 1047, documented)."""

# From which age of the wife on how many per mille of the pairs are couples. *assumed*
_MARRIED = ((80, 450), (70, 650), (60, 820), (35, 930), (30, 850), (25, 600), (20, 150))

_COUPLES = 2 * POPULATION
"""Added to a wife's number k, so that her marriage and her wage are unrelated."""

_MOTHERS_AGES = range(22, 33)
"""The year of birth less that of the mother, one per slot. *assumed*"""


@dataclass(frozen=True, slots=True)
class Relative:
    """A tie: what the other person is to this one, and the other's number k."""

    relation: str
    """spouse, mother, father or child."""
    index: int


class _Place(NamedTuple):
    """Where a person stands: pooling area, generation, rank in it."""

    area: Area
    block: int
    rank: int


def family_of(person: Person) -> tuple[Relative, ...]:
    """Spouse, father, mother and children of a person, as far as they have any here.

    Costs about 0.1 ms for a woman or a married man.
    """
    people = person.people
    place = _Place(person.area, person.block, person.rank)
    spouse = _spouse(people, place)
    mother = _mother(people, place)
    father = None if mother is None else _spouse(people, mother)
    wife = spouse if person.generation.male else place
    children = () if wife is None else tuple(_children(people, wife))
    ties = [("spouse", spouse), ("father", father), ("mother", mother)]
    ties += [("child", child) for child in children]
    return tuple(
        Relative(relation, people.index_of(*other)) for relation, other in ties if other is not None
    )


def _spouse(people: People, place: _Place) -> _Place | None:
    area, block, rank = place
    generation = generations()[block]
    couple, slot = divmod(rank, len(_YOUNGER_BY))
    gap = _YOUNGER_BY[slot] if generation.male else -_YOUNGER_BY[slot]
    other = block_number(generation.year + gap, male=not generation.male)
    if other is None:
        return None
    husbands, wives = (block, other) if generation.male else (other, block)
    if not _old_enough(husbands, wives):
        return None
    fewer = min(people.block_size(area, husbands), people.block_size(area, wives))
    couples = fewer // len(_YOUNGER_BY)
    if couple >= couples:
        return None
    pairing = Permutation(couples, people.family_key)
    tweak = _tweak(area, husbands, slot)
    partner = pairing.forward(couple, tweak) if generation.male else pairing.inverse(couple, tweak)
    spouse = _Place(area, other, partner * len(_YOUNGER_BY) + slot)
    return spouse if _is_couple(people, place if not generation.male else spouse) else None


def _old_enough(husbands: int, wives: int) -> bool:
    return (
        generations()[husbands].age >= _LEAST_AGE_MEN
        and generations()[wives].age >= _LEAST_AGE_WOMEN
    )


def _is_couple(people: People, wife: _Place) -> bool:
    """Whether a pair is a couple at the epoch: decided by the wife, so that both ends agree."""
    age = generations()[wife.block].age
    share = next(per_mille for from_age, per_mille in _MARRIED if age >= from_age)
    return people.scatter(people.index_of(*wife) + _COUPLES) % 1000 < share


def _mother(people: People, child: _Place) -> _Place | None:
    area, block, rank = child
    dealt, slot = divmod(rank, len(_MOTHERS_AGES))
    mothers = block_number(generations()[block].year - _MOTHERS_AGES[slot], male=False)
    if mothers is None:
        return None
    size = people.block_size(area, mothers)
    dealing = Permutation(_dealt_to(size, people.block_size(area, block)), people.family_key)
    mother = dealing.forward(dealt, _tweak(area, block, slot))
    return _Place(area, mothers, mother) if mother < size else None


def _children(people: People, mother: _Place) -> Iterator[_Place]:
    """Eldest first."""
    area, block, rank = mother
    size = people.block_size(area, block)
    for slot, age in enumerate(_MOTHERS_AGES):
        for male in (True, False):
            born = block_number(generations()[block].year + age, male=male)
            if born is None:
                continue
            born_then = people.block_size(area, born)
            dealing = Permutation(_dealt_to(size, born_then), people.family_key)
            child = dealing.inverse(rank, _tweak(area, born, slot)) * len(_MOTHERS_AGES) + slot
            if child < born_then:
                yield _Place(area, born, child)


def _dealt_to(mothers: int, born: int) -> int:
    """How many women the children of one block are dealt to, those since dead included.

    The old have survived many of their own year; their children are not all theirs alone. At four
    women to five boys or girls of a year, a woman has two or three children. *assumed*
    """
    return max(mothers, -(-born * 4 // 5))


def _tweak(area: Area, block: int, slot: int) -> int:
    return (area.number << 8 | block) << 4 | slot
