"""The institutions of one pooling area: by number, by code, and by search.

They are numbered kind after kind in the order of the table, best level first, and within a kind
county after county; lists keep this order. Facts of one institution are made when it is asked for.
What a search needs of all of them, names and designations, is made once for each kind looked into.
"""

from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate, compress

from simulator.domain.coined_words import road
from simulator.domain.digests import derive_key, digest
from simulator.domain.institutions import institution as codes
from simulator.domain.institutions.institution import Hospital
from simulator.domain.institutions.kinds import (
    KINDS,
    LEVELS,
    TIERS,
    county_offsets,
    designation_table,
    population_of,
    spread,
)
from simulator.domain.institutions.naming import Naming
from simulator.domain.name_search import holding, terms_of
from simulator.domain.permutation import Permutation
from simulator.domain.regions import Area

_CHUNK = 64
_E_CREDENTIAL = {3: 256, 2: 254, 1: 248, 0: 210}
"""By tier, how many in 256 designated institutions accept the e-credential (*assumed*)."""


class AreaInstitutions:
    """The institutions of an area under one seed. Immutable as seen from outside."""

    def __init__(self, seed: int, area: Area) -> None:
        self.area = area
        self._fact_key = derive_key(seed, "institutions.facts")
        self._designation_key = derive_key(seed, "institutions.designated")
        self._codes = Permutation(codes.CODES_PER_COUNTY, derive_key(seed, "institutions.code"))
        self._bodies = Permutation(codes.BODIES, derive_key(seed, "institutions.uscc"))
        counties = len(area.counties)
        shifts = digest(derive_key(seed, "institutions.spread"), area.number)
        self._counts = tuple(
            spread(population_of(kind, area), counties, shifts[number])
            for number, kind in enumerate(KINDS)
        )
        self._firsts = (0, *accumulate(n for counts in self._counts for n in counts))
        self._naming = Naming(derive_key(seed, "institutions.words"), area, self._counts)
        self._names: dict[int, list[str]] = {}
        self._designated: dict[int, bytes] = {}

    def __len__(self) -> int:
        return self._firsts[-1]

    def at(self, number: int) -> Hospital:
        """An institution by number. Raise ValueError outside 0…len-1."""
        if not 0 <= number < len(self):
            raise ValueError(f"institutions are numbered 0…{len(self) - 1}, there is no {number}")
        area, counties = self.area, len(self.area.counties)
        block = bisect_right(self._firsts, number) - 1
        kind_number, county = divmod(block, counties)
        kind, rank = KINDS[kind_number], number - self._firsts[block]
        facts = digest(self._fact_key, area.number << 32 | number, 16)
        designated = self._is_designated(kind_number, number - self._firsts[block - county])
        code_number = self._code_number(kind_number, county, rank)
        within = code_number + (codes.CODES_PER_COUNTY if kind.letter == "P" else 0)
        body = (county_offsets()[area.number] + county) * 2 * codes.CODES_PER_COUNTY + within
        return Hospital(
            code=codes.write_code(kind.letter, area.counties[county].code, code_number),
            name=self._naming.name(kind_number, county, rank),
            kind=kind.name,
            level=kind.level,
            tier=kind.tier,
            address=self._naming.place(county) + road(int.from_bytes(facts[:8])),
            designated=designated,
            accepts_e_credential=designated and facts[8] < _E_CREDENTIAL[kind.tier],
            uscc=codes.write_uscc(kind, area, self._bodies.forward(body)),
            region=area.admdvs,
            county=area.counties[county].code,
        )

    def by_code(self, code: str) -> Hospital | None:
        """The institution of a code, hospital or pharmacy; None when it is none of this area."""
        number = self.number_of(code)
        return None if number is None else self.at(number)

    def number_of(self, code: str) -> int | None:
        """The number of the institution of a code, or None."""
        parts = codes.read_code(code)
        if parts is None:
            return None
        letter, county_code, code_number = parts
        county_codes = [each.code for each in self.area.counties]
        if county_code not in county_codes:
            return None
        county = county_codes.index(county_code)
        rank = self._codes.inverse(code_number, self._code_tweak(letter, county))
        for kind_number, kind in enumerate(KINDS):
            if kind.letter != letter:
                continue
            count = self._counts[kind_number][county]
            if rank < count:
                return self._firsts[kind_number * len(self.area.counties) + county] + rank
            rank -= count
        return None

    def search(
        self,
        *,
        name: str | None = None,
        level: str | None = None,
        designated: bool | None = None,
        pharmacies: bool = False,
    ) -> Sequence[int]:
        """The numbers of all hospitals (or all pharmacies) that fit every condition, ascending.

        `name` is one or more parts of the name, all of which must occur (see `name_search`);
        `level` is one of LEVELS or TIERS. Raise ValueError for another level.
        """
        if level is not None and level not in LEVELS and level not in TIERS:
            raise ValueError(f"{level!r} is no level; there are {'、'.join((*TIERS, *LEVELS))}")
        terms = terms_of(name)
        kinds = [
            number
            for number, kind in enumerate(KINDS)
            if (kind.letter == "P") is pharmacies
            and (level is None or level == kind.level or TIERS.get(level) == kind.tier)
        ]
        if not terms and designated is None and level is None:
            return range(self._first(kinds[0]), self._first(kinds[-1] + 1))
        found: list[int] = []
        for kind in kinds:
            first = self._first(kind)
            if not terms:
                within: Sequence[int] = range(self._first(kind + 1) - first)
            else:
                within = holding(self._names_of(kind), terms)
            if designated is not None:
                flags = self._designations(kind)
                if len(within) == len(flags):
                    wanted = flags if designated else flags.translate(_OPPOSITE)
                    within = list(compress(within, wanted))
                else:
                    within = [at for at in within if flags[at] == designated]
            found += [first + at for at in within]
        return found

    def _first(self, kind_number: int) -> int:
        return self._firsts[kind_number * len(self.area.counties)]

    def _names_of(self, kind_number: int) -> list[str]:
        names = self._names.get(kind_number)
        if names is None:
            names = self._names[kind_number] = self._naming.names(kind_number)
        return names

    def _designations(self, kind_number: int) -> bytes:
        """A byte for each institution of a kind, 1 for a designated one."""
        flags = self._designated.get(kind_number)
        if flags is None:
            count = sum(self._counts[kind_number])
            chunks = (self._chunk(kind_number, at) for at in range(-(-count // _CHUNK)))
            table = designation_table(KINDS[kind_number].designated)
            flags = self._designated[kind_number] = b"".join(chunks)[:count].translate(table)
        return flags

    def _is_designated(self, kind_number: int, place: int) -> bool:
        chunk, at = divmod(place, _CHUNK)
        return self._chunk(kind_number, chunk)[at] <= KINDS[kind_number].designated

    def _chunk(self, kind_number: int, chunk: int) -> bytes:
        """What decides of 64 institutions of a kind whether they are designated."""
        return digest(self._designation_key, (self.area.number << 8 | kind_number) << 16 | chunk)

    def _code_number(self, kind_number: int, county: int, rank: int) -> int:
        """The number that the code of an institution ends in, less CODES_PER_COUNTY."""
        letter = KINDS[kind_number].letter
        before = sum(
            self._counts[number][county]
            for number, kind in enumerate(KINDS[:kind_number])
            if kind.letter == letter
        )
        return self._codes.forward(before + rank, self._code_tweak(letter, county))

    def _code_tweak(self, letter: str, county: int) -> int:
        return (county_offsets()[self.area.number] + county) << 1 | (letter == "P")


_OPPOSITE = bytes([1, 0]) + bytes(254)
