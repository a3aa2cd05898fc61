"""What the institutions of an area are called, composed from its places and the lists of endings.

Names are made by the thousand for a search, so they come from walks over lists and not from a
digest each: 13,000 names take about 1 ms. Within an area no two are alike.
"""

from functools import cached_property
from itertools import cycle, islice

from simulator.domain.coined_words import walk
from simulator.domain.institutions.kinds import KINDS, Kind, endings
from simulator.domain.regions import Area

_DIRECTLY_GOVERNED = "90"
_CITY_ENDINGS = ("市", "地区", "盟")


class Naming:
    """The names of one area. Counts are by kind, then by county."""

    def __init__(self, key: bytes, area: Area, counts: tuple[list[int], ...]) -> None:
        self._key = key
        self._area = area
        self._counts = counts
        self._walks: dict[int, tuple[int, int]] = {}

    def names(self, kind_number: int) -> list[str]:
        """The names of all institutions of a kind, county after county."""
        kind = KINDS[kind_number]
        listed = endings(kind.endings)
        names: list[str] = []
        if kind.naming.startswith("series"):
            for county, count in enumerate(self._counts[kind_number]):
                first = self._place_in_series(kind_number, county)
                prefix = self._prefixes(kind)[county]
                names += [prefix + ending for ending in listed[first : first + count]]
            return names
        size, counts = len(listed), self._counts[kind_number]
        start, stride = self._walk(kind_number, size)
        stop = start + stride * min(size, sum(counts))
        walked = cycle([listed[place % size] for place in range(start, stop, stride)])
        for prefix, count in zip(self._prefixes(kind), counts, strict=True):
            # An f-string, since it takes two thirds of the time of +.
            names += [f"{prefix}{ending}" for ending in islice(walked, count)]
        return names

    def name(self, kind_number: int, county: int, rank: int) -> str:
        """The name of the institution at a rank among those of a kind in a county."""
        kind = KINDS[kind_number]
        listed = endings(kind.endings)
        if kind.naming.startswith("series"):
            place = self._place_in_series(kind_number, county) + rank
        else:
            start, stride = self._walk(kind_number, len(listed))
            before = sum(self._counts[kind_number][:county])
            place = (start + stride * (before + rank)) % len(listed)
        return self._prefixes(kind)[county] + listed[place]

    def _walk(self, kind_number: int, size: int) -> tuple[int, int]:
        """Where the walk of a kind stands at first, and its stride."""
        begun = self._walks.get(kind_number)
        if begun is None:
            begun = self._walks[kind_number] = self._begin_walk(kind_number, size)
        return begun

    def _begin_walk(self, kind_number: int, size: int) -> tuple[int, int]:
        shared = KINDS[kind_number].endings
        owner = next(number for number, kind in enumerate(KINDS) if kind.endings == shared)
        start, stride = walk(self._key, self._area.number << 8 | owner, size)
        before = sum(
            sum(self._counts[number])
            for number in range(owner, kind_number)
            if KINDS[number].endings == shared
        )
        return start + stride * before, stride

    def _place_in_series(self, kind_number: int, county: int) -> int:
        """The first ending of the series that the institutions of a kind have in a county."""
        naming = KINDS[kind_number].naming
        before = 0
        for number, kind in enumerate(KINDS[:kind_number]):
            if kind.naming != naming:
                continue
            counts = self._counts[number]
            before += sum(counts) if naming == "series_of_city" else counts[county]
        if naming == "series_of_city":
            return before + sum(self._counts[kind_number][:county])
        # Where the county has no name but the city's, its series goes on after the city's.
        if self._county_names[county] == self._city_names[county]:
            before += sum(
                sum(self._counts[number])
                for number, kind in enumerate(KINDS)
                if kind.naming == "series_of_city"
            )
        return before

    def _prefixes(self, kind: Kind) -> tuple[str, ...]:
        if kind.naming == "city":
            return self._short_city_names
        return self._city_names if kind.naming == "series_of_city" else self._county_names

    @cached_property
    def _city_names(self) -> tuple[str, ...]:
        """For each county the city's name; its own where a province governs it directly."""
        area = self._area
        direct = area.admdvs[2:4] == _DIRECTLY_GOVERNED
        return tuple(county.name if direct else area.name for county in area.counties)

    @cached_property
    def _county_names(self) -> tuple[str, ...]:
        return tuple(
            county.name if county.name == city else city + county.name
            for county, city in zip(self._area.counties, self._city_names, strict=True)
        )

    @cached_property
    def _short_city_names(self) -> tuple[str, ...]:
        short = []
        for name in self._city_names:
            ending = next((e for e in _CITY_ENDINGS if name.endswith(e) and len(name) > 2), "")
            short.append(name.removesuffix(ending))
        return tuple(short)

    def place(self, county: int) -> str:
        """Province, city and county, as an address begins."""
        province = self._area.province_name
        name = self._county_names[county]
        return name if name.startswith(province) else province + name
