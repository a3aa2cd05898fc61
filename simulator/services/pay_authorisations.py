"""Payment authorisation numbers (pay_auth_no): who said yes, for a quarter of an hour.

A number carries the instant at which it ends and the number of its person, masked, and a digest of
both, so nothing is stored, and nobody can make one. It begins with AUTH (observed, domain-facts.md
§7); the area and the time behind that, and the length, are *assumed*.
"""

import re
from dataclasses import dataclass
from hashlib import blake2b
from hmac import compare_digest
from typing import Final

from simulator.domain import china_time
from simulator.domain.people import Person
from simulator.errors import PayAuthorisationUnknownError
from simulator.services.pooling_areas import insuring_area
from simulator.services.visit import Visit
from simulator.world import World

_FORM: Final = re.compile(r"AUTH(\d{6})(\d{13})(\d{13})(\d{12})", re.ASCII)
_INDEX_DIGITS: Final = 13
_MAC_DIGITS: Final = 12
_MAC: Final = b"yibao-pay-auth"
_MASK: Final = b"yibao-pay-mask"


@dataclass(frozen=True, slots=True)
class PayAuthorisation:
    """A number and what it stands for."""

    number: str
    """48 characters: AUTH, the area's admdvs, and 38 digits."""
    person: Person
    expires_ms: int


def issue(visit: Visit, person: Person) -> PayAuthorisation:
    """A number for a person, good for as long as policy says."""
    lifetime_s = visit.policy.user_query.pay_authorisation_s
    expires_ms = visit.now_ms + lifetime_s * china_time.SECOND_MS
    area = insuring_area(visit, person)
    head = f"{area}{expires_ms:013d}"
    masked = (person.index + _number(visit.world, _MASK, head, _INDEX_DIGITS)) % 10**_INDEX_DIGITS
    body = f"{head}{masked:0{_INDEX_DIGITS}d}"
    mac = _number(visit.world, _MAC, body, _MAC_DIGITS)
    return PayAuthorisation(f"AUTH{body}{mac:0{_MAC_DIGITS}d}", person, expires_ms)


def find(world: World, number: str) -> PayAuthorisation:
    """What a number stands for, expired or not. Raises PayAuthorisationUnknownError."""
    parts = _FORM.fullmatch(number)
    if parts is None:
        raise PayAuthorisationUnknownError
    area, expires, masked, mac = parts.groups()
    head = area + expires
    own = f"{_number(world, _MAC, head + masked, _MAC_DIGITS):0{_MAC_DIGITS}d}"
    if not compare_digest(own, mac):
        raise PayAuthorisationUnknownError
    index = (int(masked) - _number(world, _MASK, head, _INDEX_DIGITS)) % 10**_INDEX_DIGITS
    return PayAuthorisation(number, world.people.at(index), int(expires))


def _number(world: World, person: bytes, text: str, digits: int) -> int:
    raw = blake2b(text.encode(), key=world.token_key, digest_size=8, person=person).digest()
    number: int = int.from_bytes(raw, "big") % 10**digits
    return number
