"""The institutions of the whole country under one seed: a function, like its people."""

from functools import lru_cache

from simulator.domain.institutions.area import AreaInstitutions
from simulator.domain.institutions.institution import Hospital
from simulator.domain.regions import Area, resolve

_AREAS_KEPT = 24
"""Areas whose names stay in memory: 0.5 MB each for most, 2 MB for the largest."""


@lru_cache(maxsize=_AREAS_KEPT)
def institutions_of(seed: int, area: Area) -> AreaInstitutions:
    """The institutions of an area under a seed in 0…2**128-1. They hold no state, so all share."""
    return AreaInstitutions(seed, area)


def institution_by_code(seed: int, code: str) -> Hospital | None:
    """The institution of a code, wherever in the country; None when there is none."""
    area = resolve(code[1:7])
    return None if area is None else institutions_of(seed, area).by_code(code)
