"""Numbers that look random and are functions of a key: the only dice of the drawings."""

from collections.abc import Sequence
from hashlib import blake2b
from typing import TypeVar

import numpy as np

_Choice = TypeVar("_Choice")
_BYTES = 4


class Chances:
    """An endless stream of draws that depends on a key and a text alone.

    Adding a draw at the end of a sequence leaves the ones before it as they were; that is why each
    kind of thing has a stream of its own.
    """

    def __init__(self, key: bytes, purpose: str) -> None:
        """`key` is at most 64 bytes."""
        self._key = key
        self._purpose = purpose.encode()
        self._block = 0
        self._rest = b""

    def fraction(self) -> float:
        """In [0, 1)."""
        if not self._rest:
            data = self._block.to_bytes(4, "little") + self._purpose
            self._rest = blake2b(data, key=self._key, digest_size=64).digest()
            self._block += 1
        taken, self._rest = self._rest[:_BYTES], self._rest[_BYTES:]
        return int.from_bytes(taken, "little") / (1 << 8 * _BYTES)

    def between(self, low: float, high: float) -> float:
        """In [low, high)."""
        return low + (high - low) * self.fraction()

    def below(self, count: int) -> int:
        """In 0…count-1."""
        return int(self.fraction() * count)

    def happens(self, share: float) -> bool:
        """True in this share of cases."""
        return self.fraction() < share

    def one_of(self, choices: Sequence[_Choice]) -> _Choice:
        return choices[self.below(len(choices))]


def noise_generator(key: bytes, purpose: str) -> np.random.Generator:
    """A numpy generator for bulk noise, seeded by a digest; not the global one."""
    seed = blake2b(purpose.encode(), key=key, digest_size=16).digest()
    return np.random.Generator(np.random.PCG64(int.from_bytes(seed, "little")))
