"""What the rest of the simulator may ask of a store.

State lives in partitions, one per incarnation of a world (0 holds the worlds themselves). A value
is bytes; the store knows nothing of what they mean. All changes go through `update`, a
compare-and-set: whatever the concurrency, each change was computed from the value it replaced.
"""

from collections.abc import Callable
from typing import Protocol, TypeVar

Outcome = TypeVar("Outcome")

Change = Callable[[bytes | None], tuple[bytes | None, Outcome]]
"""From the present value (None: absent) to the new one (None: remove) and an outcome to return."""


class StoreError(Exception):
    """The store cannot be reached or used."""


class Store(Protocol):
    """Keyed values and append-only streams, in partitions."""

    def get(self, partition: int, key: str) -> bytes | None:
        """The value of a key, or None."""

    def update(self, partition: int, key: str, change: Change[Outcome]) -> Outcome:
        """Replace a value by one computed from it; `change` may run more than once.

        A change that returns its input unchanged writes nothing. Once this returns, the change
        survives the death of the process.
        """

    def keys(self, partition: int, prefix: str) -> list[str]:
        """The keys that begin with `prefix`, sorted."""

    def append(self, partition: int, stream: str, value: bytes) -> int:
        """Add to the end of a stream; answers the item's number, counting from 1."""

    def read(
        self, partition: int, stream: str, *, after: int = 0, limit: int = 1000
    ) -> list[tuple[int, bytes]]:
        """Items numbered above `after`, oldest first, at most `limit`."""

    def drop(self, partition: int) -> None:
        """Forget a partition."""

    def close(self) -> None:
        """Let go of files and connections; the store is not used after this."""
