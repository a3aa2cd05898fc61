"""Bearer tokens that lead to their subject without an index and say nothing about the person.

A token is some random bytes and the number of its subject, masked by a keyed digest of them; the
rest of the digest is what the store keeps. So finding the subject needs no look-up of its own, and
what is stored opens nothing. The subject of an account's tokens is its phone number, that of the
tokens which third parties are given the number of the person.
"""

from dataclasses import dataclass
from hashlib import blake2b
from secrets import token_bytes
from typing import Literal

from simulator.world import World

TokenKind = Literal[
    "access", "refresh", "challenge", "ticket", "code", "app_access", "app_refresh", "chart_link"
]

_SUBJECT_BYTES = 5
_NONCE_BYTES: dict[TokenKind, int] = {
    "access": 16,
    "refresh": 16,
    "challenge": 16,
    "ticket": 16,
    # 40 characters in all, as Alipay's own are (documented); WeChat's may be longer.
    "code": 15,
    "app_access": 15,
    "app_refresh": 15,
    "chart_link": 15,
}
_CHARACTERS = {kind: 2 * (size + _SUBJECT_BYTES) for kind, size in _NONCE_BYTES.items()}
_PERSONS = {kind: f"yibao-{kind}".encode()[:16] for kind in _NONCE_BYTES}
_FOLLOWER = b"yibao-follower"


@dataclass(frozen=True, slots=True)
class Token:
    """A token, the number of its subject, and the digest that the store keeps."""

    text: str
    subject: int
    digest: str

    @property
    def phone(self) -> str:
        """The subject of an account's token: a phone number."""
        return f"{self.subject:011d}"


def issue(world: World, kind: TokenKind, subject: int | str) -> Token:
    """A new token of a kind for a subject, 0…2**40-1: a phone number or a person's number."""
    return _with_nonce(world, kind, int(subject), token_bytes(_NONCE_BYTES[kind]))


def follow(world: World, kind: TokenKind, leader: Token, generation: int) -> Token:
    """A token that belongs to another of the same subject: whoever has that one finds it again.

    One for each generation, counted from 0.
    """
    seed = f"{kind}/{generation}/{leader.text.lower()}".encode()
    size = _NONCE_BYTES[kind]
    nonce = blake2b(seed, key=world.token_key, digest_size=size, person=_FOLLOWER).digest()
    return _with_nonce(world, kind, leader.subject, nonce)


def read(world: World, kind: TokenKind, text: str) -> Token | None:
    """What a token text stands for in this world; None when it cannot be one of this kind.

    A text that was never issued here reads as a token of some subject that does not know it.
    """
    if len(text) != _CHARACTERS[kind]:
        return None
    try:
        raw = bytes.fromhex(text)
    except ValueError:
        return None
    if 2 * len(raw) != len(text):  # fromhex skips spaces
        return None
    mask, digest = _digest(world, kind, raw[:-_SUBJECT_BYTES])
    return Token(text, int.from_bytes(raw[-_SUBJECT_BYTES:], "big") ^ mask, digest)


def _with_nonce(world: World, kind: TokenKind, subject: int, nonce: bytes) -> Token:
    mask, digest = _digest(world, kind, nonce)
    masked = (subject ^ mask).to_bytes(_SUBJECT_BYTES, "big")
    return Token((nonce + masked).hex(), subject, digest)


def _digest(world: World, kind: TokenKind, nonce: bytes) -> tuple[int, str]:
    raw = blake2b(nonce, key=world.token_key, digest_size=24, person=_PERSONS[kind]).digest()
    return int.from_bytes(raw[:_SUBJECT_BYTES], "big"), raw[8:].hex()
