"""Keyed digests: the only source of what looks random in derived facts.

A digest depends on its key and its numbers alone, so the same world gives the same facts in any
process, in any order, with any number of workers.
"""

from hashlib import blake2b


def derive_key(seed: int, purpose: str) -> bytes:
    """A 32-byte key for one purpose of one seed; keys of different purposes are unrelated."""
    return blake2b(purpose.encode(), key=seed.to_bytes(16, "big"), digest_size=32).digest()


def digest(key: bytes, number: int, size: int = 64) -> bytes:
    """`size` (at most 64) bytes that depend on the key and a number in 0…2**64-1 alone."""
    return blake2b(number.to_bytes(8, "little"), key=key, digest_size=size).digest()
