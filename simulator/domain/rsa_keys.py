"""RSA key pairs as a function of a seed: the same world has the same keys in every process.

Primes come from keyed BLAKE2b: an odd starting point whose two highest bits are set, and from there
the first number that is prime. Searching on from a point, rather than drawing anew, favours primes
after long gaps a little; for keys of synthetic applications that matters to nobody. The modulus has
2048 bits and the exponent is 65537, as RSA2 of the Alipay open platform asks for (documented:
SHA256withRSA, keys of 2048 bits). PEM, signing and verifying are `services.application_keys`.
"""

from dataclasses import dataclass
from functools import cache, lru_cache
from hashlib import blake2b
from math import gcd, isqrt
from typing import Final

MODULUS_BITS: Final = 2048
PUBLIC_EXPONENT: Final = 65537

_PRIME_BITS: Final = MODULUS_BITS // 2
_WINDOW: Final = 512
"""Odd numbers sieved at a time; among 1024-bit ones every 355th is prime on average."""
_SIEVED_BELOW: Final = 20_000
"""Dividing by more primes costs what it saves."""
_ROUNDS: Final = 8
"""Miller–Rabin rounds. For numbers of 1024 bits that nobody chose to deceive, FIPS 186-5 (table
B.1) asks for 5 to be wrong less often than once in 2**100."""


@dataclass(frozen=True, slots=True)
class RsaKeyPair:
    """A private key with the two primes it was made of; `prime_p` is the greater."""

    modulus: int
    private_exponent: int
    prime_p: int
    prime_q: int

    @property
    def public_exponent(self) -> int:
        """The same for all."""
        return PUBLIC_EXPONENT


@lru_cache(maxsize=256)
def key_pair(seed_key: bytes, purpose: str) -> RsaKeyPair:
    """The key pair of a purpose under a seed's key (16 to 64 bytes). About 0.2 s at first."""
    first = _prime(seed_key, f"{purpose}/p")
    second = _prime(seed_key, f"{purpose}/q")
    p, q = max(first, second), min(first, second)
    totient = (p - 1) * (q - 1) // gcd(p - 1, q - 1)
    return RsaKeyPair(p * q, pow(PUBLIC_EXPONENT, -1, totient), p, q)


def _prime(seed_key: bytes, purpose: str) -> int:
    """A prime of 1024 bits with the two highest set, so that two of them make 2048 bits."""
    start = _number(seed_key, f"{purpose}/start", _PRIME_BITS)
    start |= 0b11 << (_PRIME_BITS - 2) | 1
    while True:
        for candidate in _unsieved(start):
            # The totient must have no divisor in common with the public exponent.
            if candidate % PUBLIC_EXPONENT != 1 and is_probable_prime(candidate, seed_key):
                return candidate
        start += 2 * _WINDOW


def _unsieved(start: int) -> list[int]:
    """Of the odd numbers from an odd one on, those that no small prime divides."""
    composite = bytearray(_WINDOW)
    for prime in _small_primes():
        # start + 2 * first is the first odd multiple of the prime: 2 has the inverse (p + 1) / 2.
        first = -start * (prime + 1) // 2 % prime
        composite[first::prime] = b"\1" * len(range(first, _WINDOW, prime))
    return [start + 2 * place for place, struck in enumerate(composite) if not struck]


def is_probable_prime(number: int, witness_key: bytes) -> bool:
    """Whether a number is prime, by Miller–Rabin with 2 and bases drawn under a key.

    A composite that was not chosen to deceive is taken for a prime less often than once in 2**100.
    """
    if number < 4 or number % 2 == 0:
        return number in (2, 3)
    odd = number - 1
    halvings = (odd & -odd).bit_length() - 1
    odd >>= halvings
    for turn in range(_ROUNDS):
        drawn = _number(witness_key, f"witness/{turn}/{number}", number.bit_length())
        # 2 goes first: it finds almost every composite, and is the cheapest to raise.
        base = drawn % (number - 3) + 2 if turn else 2
        power = pow(base, odd, number)
        if power in (1, number - 1):
            continue
        for _ in range(halvings - 1):
            power = power * power % number
            if power == number - 1:
                break
        else:
            return False
    return True


def _number(key: bytes, purpose: str, bits: int) -> int:
    """So many bits under a key; digests of a counter, one after the other."""
    blocks = -(-bits // 512)
    raw = b"".join(
        blake2b(f"{purpose}/{block}".encode(), key=key, digest_size=64).digest()
        for block in range(blocks)
    )
    return int.from_bytes(raw, "big") >> (512 * blocks - bits)


@cache
def _small_primes() -> tuple[int, ...]:
    """The odd primes below the bound, by the sieve of Eratosthenes."""
    is_prime = bytearray([1]) * _SIEVED_BELOW
    for number in range(3, isqrt(_SIEVED_BELOW) + 1, 2):
        if is_prime[number]:
            multiples = range(number * number, _SIEVED_BELOW, 2 * number)
            is_prime[multiples.start :: 2 * number] = bytes(len(multiples))
    return tuple(number for number in range(3, _SIEVED_BELOW, 2) if is_prime[number])
