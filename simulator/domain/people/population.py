"""The population of a world as a function: 1,326,000,000 people, none of them stored.

A person is a number k. The people of one pooling area have consecutive numbers; inside the area a
keyed permutation takes the position of k to a place in the order by birth, and that order is cut
into blocks (birth year, sex) and days by cumulative weights. Each step can be undone, so every
identifier leads back to k in constant time and memory.
"""

from bisect import bisect_right
from functools import cached_property

from simulator.domain.digests import derive_key, digest
from simulator.domain.identifiers import is_uscc
from simulator.domain.people.employers import Employer, EmployerRegister
from simulator.domain.people.generations import (
    block_number,
    cumulative_weights,
    generations,
)
from simulator.domain.people.listing import Listing
from simulator.domain.people.numbering import CARDS, PHONES, PSN_NUMBERS, IdSpace, id_space_named
from simulator.domain.people.person import Person
from simulator.domain.permutation import Permutation
from simulator.domain.regions import POPULATION, Area, area_starts, pooling_areas, resolve

_MASK = (1 << 48) - 1


class People:
    """The insured people of one seed. Immutable as seen from outside, safe between threads."""

    def __init__(self, seed: int, id_space: str = "unassigned") -> None:
        """`seed` is in 0…2**128-1. `id_space` is `unassigned` or `realistic` (docs/people.md).

        Raise ValueError for any other.
        """
        if not 0 <= seed < 1 << 128:
            raise ValueError(f"a seed is in 0…2**128-1, not {seed}")
        self.seed = seed
        self.id_space = id_space
        self._ids: IdSpace = id_space_named(id_space, derive_key(seed, "people.id_number"))
        self._phones = Permutation(PHONES.size, derive_key(seed, "people.phone"))
        self._cards = Permutation(CARDS.size, derive_key(seed, "people.card_number"))
        self._area_key = derive_key(seed, "people.position")
        self._areas = pooling_areas()
        self._starts = area_starts()
        self._orders: list[Permutation | None] = [None] * len(self._areas)
        self._weights = cumulative_weights()
        self._whole = self._weights[-1]
        self._generations = generations()
        scatter = derive_key(seed, "people.scatter")
        self._scatter_factor = int.from_bytes(scatter[:4], "little") | 1
        self._scatter_summand = int.from_bytes(scatter[4:12], "little")

    def __len__(self) -> int:
        return POPULATION

    def at(self, index: int) -> Person:
        """Person k. Raise ValueError unless k is in 0…POPULATION-1."""
        if not 0 <= index < POPULATION:
            raise ValueError(f"people are numbered 0…{POPULATION - 1}, there is no {index}")
        area_number = bisect_right(self._starts, index) - 1
        area = self._areas[area_number]
        order = self._orders[area_number] or self._order(area_number)
        place = order.forward(index - area.first_index)
        # The block whose share of the area's places holds this one: the last whose first place,
        # floor(size * weight before it / whole), is not beyond it.
        size, whole, weights = area.population, self._whole, self._weights
        block = bisect_right(weights, ((place + 1) * whole - 1) // size) - 1
        first = size * weights[block] // whole
        rank = place - first
        people = size * weights[block + 1] // whole - first
        generation = self._generations[block]
        birth = generation.first_day + rank * generation.days // people
        # Employees are spread evenly: the n-th stands at the first rank where the running share
        # passes n, so counting and finding them are divisions.
        employees = rank * generation.employees_per_mille // 1000
        if (rank + 1) * generation.employees_per_mille // 1000 == employees:
            employees = -1
        return Person(self, index, area, block, rank, birth, employees)

    def by_id_number(self, text: str) -> Person | None:
        """The holder of an ID number; None when malformed or nobody's. `x` may stand for X."""
        place = self._ids.find(text)
        if place is None:
            return None
        area, male, birth, year, slot = place
        block = block_number(year, male=male)
        if block is None:
            return None
        generation = self._generations[block]
        people = self.block_size(area, block)
        day = birth - generation.first_day
        before = -(-day * people // generation.days)
        born_that_day = -(-(day + 1) * people // generation.days) - before
        position = self._ids.position(area, birth, slot, male=male)
        if position >= born_that_day:
            return None
        return self.at(self.index_of(area, block, before + position))

    def by_phone(self, phone: str) -> Person | None:
        """The holder of a phone number; None when it is nobody's."""
        index = self.index_of_phone(phone)
        return None if index is None else self.at(index)

    def index_of_phone(self, phone: str) -> int | None:
        """The number k of a phone's holder, or None."""
        number = PHONES.number(phone)
        if number is None:
            return None
        index = self._phones.inverse(number)
        return index if index < POPULATION else None

    def by_card_number(self, card_number: str) -> Person | None:
        """The holder of a social-security card number; None when it is nobody's."""
        number = CARDS.number(card_number)
        if number is None:
            return None
        index = self._cards.inverse(number)
        return self.at(index) if index < POPULATION else None

    def by_psn_no(self, psn_no: str) -> Person | None:
        """The person of a 20-digit personal number; None when it is nobody's."""
        number = PSN_NUMBERS.number(psn_no[6:])
        if number is None:
            return None
        index = self._psn_numbers.inverse(number)
        if index >= POPULATION:
            return None
        person = self.at(index)
        return person if person.psn_no == psn_no else None

    def area_range(self, admdvs: str) -> range:
        """The numbers k of the people of a pooling area, named by any spelling of its code.

        Raise ValueError when the code names no pooling area.
        """
        area = resolve(admdvs)
        if area is None:
            raise ValueError(f"{admdvs!r} names no pooling area; 330100 or 330199 would")
        return area.indices

    def listing(self, admdvs: str | None = None, insutype: str | None = None) -> Listing:
        """People in a stable shuffled order, of one pooling area or all, of one insurance or all.

        `insutype` is that of the insurance valid at the epoch, 310 or 390. Raise ValueError when
        there is no such area or insurance.
        """
        return Listing(self, admdvs, insutype)

    def employer_by_uscc(self, uscc: str) -> Employer | None:
        """The employer of a unified social credit code, or None."""
        return self.employers.by_uscc(uscc) if is_uscc(uscc) else None

    def roster(self, employer: Employer) -> list[Person]:
        """All whom an employer employs at the epoch: a scan of its block, 5 µs a head at most."""
        return [
            person
            for person in map(self.at, employer.indices)
            if person.employer_number is not None
        ]

    # --- for the modules of this package ---------------------------------------------------------

    @cached_property
    def employers(self) -> EmployerRegister:
        return EmployerRegister(derive_key(self.seed, "people.employer"))

    @cached_property
    def family_key(self) -> bytes:
        return derive_key(self.seed, "people.family")

    def block_size(self, area: Area, block: int) -> int:
        """How many people of an area were born in a year with a sex."""
        size, whole, weights = area.population, self._whole, self._weights
        return size * weights[block + 1] // whole - size * weights[block] // whole

    def index_of(self, area: Area, block: int, rank: int) -> int:
        """The number k of the person of a rank in a block of an area."""
        order = self._orders[area.number] or self._order(area.number)
        place = area.population * self._weights[block] // self._whole + rank
        return area.first_index + order.inverse(place)

    def scatter(self, number: int) -> int:
        """48 bits that look random, for a number below 2**40: a digest a third as dear.

        Good for spreading amounts and days; nothing secret may come from it.
        """
        x = number * self._scatter_factor + self._scatter_summand
        return x * x >> 40 & _MASK

    def digest(self, purpose: str, index: int) -> bytes:
        """16 bytes for one purpose and one person."""
        return digest(self._purpose_key(purpose), index, 16)

    def phone_of(self, index: int) -> str:
        return PHONES.text(self._phones.forward(index))

    def card_number_of(self, index: int) -> str:
        return CARDS.text(self._cards.forward(index))

    def psn_no_of(self, index: int, area: Area) -> str:
        return area.admdvs + PSN_NUMBERS.text(self._psn_numbers.forward(index))

    def id_number_of(self, person: Person) -> str:
        generation = person.generation
        people = self.block_size(person.area, person.block)
        day = person.birth - generation.first_day
        position = person.rank + (-day * people // generation.days)
        return self._ids.write(person.area, person.birth, position, male=generation.male)

    @cached_property
    def _psn_numbers(self) -> Permutation:
        return Permutation(PSN_NUMBERS.size, derive_key(self.seed, "people.psn_no"))

    @cached_property
    def _keys(self) -> dict[str, bytes]:
        return {}

    def _purpose_key(self, purpose: str) -> bytes:
        key = self._keys.get(purpose)
        if key is None:
            key = self._keys[purpose] = derive_key(self.seed, "people." + purpose)
        return key

    def _order(self, area_number: int) -> Permutation:
        # Two threads may both make it; they make the same one.
        area = self._areas[area_number]
        order = Permutation(area.population, digest(self._area_key, area_number, 32))
        self._orders[area_number] = order
        return order
