"""Lists of people in a stable order that looks shuffled, with exact counts, at any offset.

Employees stand evenly among the ranks of a block, so how many there are and which is the n-th are
divisions: a page costs the same wherever it begins, and nothing is scanned.
"""

from __future__ import annotations

from bisect import bisect_right
from functools import cache, lru_cache
from itertools import accumulate
from typing import TYPE_CHECKING

from simulator.domain.digests import derive_key
from simulator.domain.people.generations import cumulative_weights, generations
from simulator.domain.people.insurance import EMPLOYEE, RESIDENT
from simulator.domain.permutation import Permutation
from simulator.domain.regions import POPULATION, pooling_areas, resolve

if TYPE_CHECKING:
    from simulator.domain.people.person import Person
    from simulator.domain.people.population import People


class Listing:
    """One list: of a pooling area or the whole country, of one insurance or both."""

    def __init__(self, people: People, admdvs: str | None, insutype: str | None) -> None:
        if insutype not in (None, EMPLOYEE, RESIDENT):
            raise ValueError(f"people are insured by {EMPLOYEE} or {RESIDENT}, not {insutype!r}")
        self._people = people
        self._insutype = insutype
        self._area = None
        if admdvs is not None:
            self._area = resolve(admdvs)
            if self._area is None:
                raise ValueError(f"{admdvs!r} names no pooling area; 330100 or 330199 would")
        if insutype is None:
            self.total = POPULATION if self._area is None else self._area.population
        elif self._area is None:
            self.total = _counts_by_area(insutype)[-1]
        else:
            self.total = _counts_by_block(self._area.number, insutype)[-1]
        number = len(pooling_areas()) if self._area is None else self._area.number
        key = derive_key(people.seed, f"people.listing.{number}.{insutype}")
        self._order = Permutation(self.total, key)

    def page(self, offset: int, limit: int) -> list[Person]:
        """Up to `limit` people from `offset` on; empty at and after the end.

        Raise ValueError when either is negative.
        """
        if offset < 0 or limit < 0:
            raise ValueError(f"offset and limit are not negative; got {offset} and {limit}")
        places = range(offset, min(offset + limit, self.total))
        return [self._people.at(self._index(self._order.forward(place))) for place in places]

    def _index(self, number: int) -> int:
        """The number k of the n-th person of the list before shuffling."""
        area, insutype = self._area, self._insutype
        if insutype is None:
            return number if area is None else area.first_index + number
        if area is None:
            counts = _counts_by_area(insutype)
            at = bisect_right(counts, number) - 1
            area = pooling_areas()[at]
            number -= counts[at]
        counts = _counts_by_block(area.number, insutype)
        block = bisect_right(counts, number) - 1
        per_mille = generations()[block].employees_per_mille
        nth = number - counts[block]
        if insutype == EMPLOYEE:
            rank = -(-(nth + 1) * 1000 // per_mille) - 1
        else:
            rank = nth * 1000 // (1000 - per_mille)
        return self._people.index_of(area, block, rank)


# Counts are the same for every seed. An area's are 217 integers: only recent ones are kept.
@lru_cache(maxsize=32)
def _counts_by_block(area_number: int, insutype: str) -> tuple[int, ...]:
    """People of one insurance in all blocks before each block of an area, and last of all."""
    size = pooling_areas()[area_number].population
    weights = cumulative_weights()
    whole = weights[-1]
    firsts = [size * weight // whole for weight in weights]
    counts = [0]
    for block, generation in enumerate(generations()):
        people = firsts[block + 1] - firsts[block]
        employees = people * generation.employees_per_mille // 1000
        counts.append(employees if insutype == EMPLOYEE else people - employees)
    return tuple(accumulate(counts))


@cache
def _counts_by_area(insutype: str) -> tuple[int, ...]:
    """People of one insurance in all areas before each area, and last of all."""
    areas = range(len(pooling_areas()))
    # Past the small cache, which this would only flush.
    count = _counts_by_block.__wrapped__
    return (0, *accumulate(count(area, insutype)[-1] for area in areas))
