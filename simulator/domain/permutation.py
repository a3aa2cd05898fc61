"""A keyed bijection on the numbers 0…n-1, for any n, computed in constant time and memory.

It turns positions into identifiers that look random and turns them back without an index. It is a
generalised Feistel network (Black and Rogaway, "Ciphers with arbitrary finite domains", 2002): a
number is written with two digits in the mixed radix a x b, a*b just above n, each digit in turn is
shifted by a function of the other, and results outside the domain are walked on until they fall
inside, which happens for about one number in the square root of n. It hides nothing from an
attacker and need not: it spreads numbers, cheaply and reversibly.
"""

from hashlib import blake2b
from math import isqrt

MAX_SIZE = 1 << 56
"""The largest domain for which the round function still mixes all digits."""


class Permutation:
    """One keyed bijection on 0…size-1.

    A tweak, any integer in 0…2**44-1, selects one of many unrelated bijections under the same
    key, so that a family of small permutations needs a single object.
    """

    __slots__ = ("_highs", "_k0", "_k1", "_k2", "_k3", "_lows", "_m0", "_m1", "_m2", "_m3", "size")

    def __init__(self, size: int, key: bytes) -> None:
        """Raise ValueError when size is not in 1…MAX_SIZE; a key has 16 to 64 bytes."""
        if not 1 <= size <= MAX_SIZE:
            raise ValueError(f"a permutation has 1 to {MAX_SIZE} elements, not {size}")
        self.size = size
        self._lows = isqrt(size)
        self._highs = -(-size // self._lows)
        rounds = blake2b(size.to_bytes(8, "little"), key=key, digest_size=48).digest()
        # Per round an odd 30-bit multiplier and a 46-bit summand: their image of a digit squares
        # to about 92 bits, of whose middle the next digit is taken.
        self._m0, self._m1, self._m2, self._m3 = (
            int.from_bytes(rounds[at : at + 4], "little") >> 2 | 1 | 1 << 29
            for at in range(0, 16, 4)
        )
        self._k0, self._k1, self._k2, self._k3 = (
            int.from_bytes(rounds[at : at + 8], "little") >> 18 | 1 << 45 for at in range(16, 48, 8)
        )

    def forward(self, number: int, tweak: int = 0) -> int:
        """The image of a number in 0…size-1, again in 0…size-1."""
        lows, highs, size = self._lows, self._highs, self.size
        m0, m1, m2, m3 = self._m0, self._m1, self._m2, self._m3
        while True:
            high, low = divmod(number, lows)
            x = high * m0 + self._k0 + tweak
            low = (low + (x * x >> 40)) % lows
            x = low * m1 + self._k1 + tweak
            high = (high + (x * x >> 40)) % highs
            x = high * m2 + self._k2 + tweak
            low = (low + (x * x >> 40)) % lows
            x = low * m3 + self._k3 + tweak
            high = (high + (x * x >> 40)) % highs
            number = high * lows + low
            if number < size:
                return number

    def inverse(self, number: int, tweak: int = 0) -> int:
        """The number whose image this is: inverse(forward(i)) == i."""
        lows, highs, size = self._lows, self._highs, self.size
        m0, m1, m2, m3 = self._m0, self._m1, self._m2, self._m3
        while True:
            high, low = divmod(number, lows)
            x = low * m3 + self._k3 + tweak
            high = (high - (x * x >> 40)) % highs
            x = high * m2 + self._k2 + tweak
            low = (low - (x * x >> 40)) % lows
            x = low * m1 + self._k1 + tweak
            high = (high - (x * x >> 40)) % highs
            x = high * m0 + self._k0 + tweak
            low = (low - (x * x >> 40)) % lows
            number = high * lows + low
            if number < size:
                return number
