"""Hospitals and pharmacies as a function of a seed: see `area` and docs/institutions.md."""

from simulator.domain.institutions.area import AreaInstitutions
from simulator.domain.institutions.institution import Hospital
from simulator.domain.institutions.kinds import LEVELS, TIERS
from simulator.domain.institutions.register import institution_by_code, institutions_of

__all__ = [
    "LEVELS",
    "TIERS",
    "AreaInstitutions",
    "Hospital",
    "institution_by_code",
    "institutions_of",
]
