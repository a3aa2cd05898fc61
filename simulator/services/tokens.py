"""Bearer tokens that lead to an account without an index and say nothing about the person.

A token is 16 random bytes and the account's phone number, masked by a keyed digest of them; the
rest of the digest is what the store keeps. So finding the account needs no look-up of its own, and
what is stored opens nothing.
"""

from dataclasses import dataclass
from hashlib import blake2b
from secrets import token_bytes
from typing import Literal

from simulator.world import World

TokenKind = Literal["access", "refresh", "challenge", "ticket"]

_NONCE_BYTES = 16
_PHONE_BYTES = 5
_TOKEN_BYTES = _NONCE_BYTES + _PHONE_BYTES
_PERSONS = {
    kind: f"yibao-{kind}".encode()[:16] for kind in ("access", "refresh", "challenge", "ticket")
}


@dataclass(frozen=True, slots=True)
class Token:
    """A token, the phone number of its account, and the digest that the store keeps."""

    text: str
    phone: str
    digest: str


def issue(world: World, kind: TokenKind, phone: str) -> Token:
    """A new token of a kind for the account of a phone number."""
    nonce = token_bytes(_NONCE_BYTES)
    mask, digest = _digest(world, kind, nonce)
    masked = (int(phone) ^ mask).to_bytes(_PHONE_BYTES, "big")
    return Token((nonce + masked).hex(), phone, digest)


def read(world: World, kind: TokenKind, text: str) -> Token | None:
    """What a token text stands for in this world; None when it cannot be one of this kind.

    A text that was never issued here reads as a token of some account that does not know it.
    """
    if len(text) != 2 * _TOKEN_BYTES:
        return None
    try:
        raw = bytes.fromhex(text)
    except ValueError:
        return None
    if len(raw) != _TOKEN_BYTES:  # fromhex skips spaces
        return None
    mask, digest = _digest(world, kind, raw[:_NONCE_BYTES])
    number = int.from_bytes(raw[_NONCE_BYTES:], "big") ^ mask
    return Token(text, f"{number:011d}", digest)


def _digest(world: World, kind: TokenKind, nonce: bytes) -> tuple[int, str]:
    raw = blake2b(nonce, key=world.token_key, digest_size=24, person=_PERSONS[kind]).digest()
    return int.from_bytes(raw[:_PHONE_BYTES], "big"), raw[8:].hex()
