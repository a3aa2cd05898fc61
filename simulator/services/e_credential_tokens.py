"""Tokens of e-credentials: 28 digits that lead to an account and say nothing about the person.

Made as the bearer tokens are (`tokens`), in digits, since a QR code of digits is smallest and a
clerk can type them: 17 drawn digits, and the account's phone number shifted by a keyed digest of
them. Whoever has a token cannot tell which account it is of, nor whether two are of the same; the
store keeps the rest of the digest, which opens nothing.
"""

from dataclasses import dataclass
from hashlib import blake2b
from secrets import randbelow
from typing import Final

from simulator.domain.e_credential import DIGITS
from simulator.world import World

_PHONE_DIGITS: Final = 11
_PHONES: Final = 10**_PHONE_DIGITS
_NONCE_DIGITS: Final = DIGITS - _PHONE_DIGITS
_SHIFT_BYTES: Final = 16
"""So many more than a phone number has that the remainder is even enough."""
_USE: Final = b"yibao-ecred"


@dataclass(frozen=True, slots=True)
class ECredentialToken:
    """A token, the phone number of its account, and the digest that the store keeps."""

    text: str
    phone: str
    digest: str


def issue(world: World, phone: str) -> ECredentialToken:
    """A new token for the account of a phone number."""
    nonce = f"{randbelow(10**_NONCE_DIGITS):0{_NONCE_DIGITS}d}"
    shift, digest = _digest(world, nonce)
    shifted = (int(phone) + shift) % _PHONES
    return ECredentialToken(f"{nonce}{shifted:0{_PHONE_DIGITS}d}", phone, digest)


def read(world: World, text: str) -> ECredentialToken | None:
    """What a token text stands for in this world; None when it has not the form of one.

    A text that was never issued here reads as a token of some account that does not know it.
    """
    if len(text) != DIGITS or not (text.isascii() and text.isdecimal()):
        return None
    shift, digest = _digest(world, text[:_NONCE_DIGITS])
    number = (int(text[_NONCE_DIGITS:]) - shift) % _PHONES
    return ECredentialToken(text, f"{number:0{_PHONE_DIGITS}d}", digest)


def _digest(world: World, nonce: str) -> tuple[int, str]:
    raw = blake2b(nonce.encode(), key=world.token_key, digest_size=32, person=_USE).digest()
    return int.from_bytes(raw[:_SHIFT_BYTES], "big"), raw[_SHIFT_BYTES:].hex()
