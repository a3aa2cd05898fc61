"""One institution, and the codes it is known by.

A code is H, or P for a pharmacy, the county and five digits (observed, domain-facts.md §1). The
digits are above 50,000: codes are given out county by county from 00001 on, and no county has so
many institutions (*assumed*), so that no real one should be met.
"""

from dataclasses import dataclass

from simulator.domain.identifiers import (
    USCC_ALPHABET,
    organisation_code_check_character,
    uscc_check_character,
)
from simulator.domain.institutions.kinds import Kind
from simulator.domain.regions import Area

CODES_PER_COUNTY = 50_000
"""Codes of one letter in a county: those that end in 50000…99999."""

CODE_LENGTH = 12
_PREFIX_LENGTH = 7

# Registering authority, kind, and the first two characters of the organisation code. 12: a public
# institution; 52: a private one that earns no profit; 91: a company (GB 32100, documented). The
# series are *assumed*; that of companies is not the one employers have, so no code is used twice.
_HOLDERS = {"public": ("12", "MB"), "private": ("52", "MJ"), "company": ("91", "MC")}
_BODY = 6
BODIES: int = len(USCC_ALPHABET) ** _BODY
"""How many organisation codes there are in a series."""


@dataclass(frozen=True, slots=True)
class Hospital:
    """One institution: a hospital in the wide sense of the platforms, or a pharmacy."""

    code: str
    """Institution code, 12 characters."""
    name: str
    kind: str
    """`hospital`, `community_health_centre`, `township_health_centre`, `community_health_station`,
    `outpatient_department`, `clinic`, `village_clinic` or `pharmacy`."""
    level: str
    """One of LEVELS: 三级甲等 … 一级丙等, 未定级."""
    tier: int
    """3, 2, 1, or 0 for 未定级: what the pool's ratios go by."""
    address: str
    designated: bool
    """Whether the insurance pays there (定点)."""
    accepts_e_credential: bool
    """Whether the electronic credential is accepted; only where `designated`."""
    uscc: str
    """Unified social credit code, 18 characters (GB 32100), under a county never assigned."""
    region: str
    """admdvs of the pooling area."""
    county: str
    """Six digits: the county it lies in."""


def write_code(letter: str, county: str, number: int) -> str:
    """The code of an institution number 0…CODES_PER_COUNTY-1 of a county."""
    return f"{letter}{county}{CODES_PER_COUNTY + number}"


def read_code(code: str) -> tuple[str, str, int] | None:
    """Letter, county and number of a code; None when it cannot be one made here."""
    letter, county, digits = code[:1], code[1:_PREFIX_LENGTH], code[_PREFIX_LENGTH:]
    if len(code) != CODE_LENGTH or letter not in ("H", "P"):
        return None
    # isdigit alone would let other scripts' digits pass, which int() reads.
    if not (digits.isascii() and digits.isdigit()) or int(digits) < CODES_PER_COUNTY:
        return None
    return letter, county, int(digits) - CODES_PER_COUNTY


def write_uscc(kind: Kind, area: Area, body: int) -> str:
    """The unified social credit code of a body number 0…BODIES-1."""
    authority, series = _HOLDERS[kind.holder]
    county = f"{area.id_prefix}9{body % 10}"
    characters = ""
    for _ in range(_BODY):
        body, digit = divmod(body, len(USCC_ALPHABET))
        characters = USCC_ALPHABET[digit] + characters
    organisation = series + characters
    first_17 = authority + county + organisation + organisation_code_check_character(organisation)
    return first_17 + uscc_check_character(first_17)
