"""The journal: the most recent requests of every world, bounded in memory, cheap to write.

It keeps what a tester asks about afterwards: which request came, how it was answered, and why. The
caller masks secrets before recording. Each worker writes to a ring of its own; reading gathers the
rings of all workers on the machine.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from simulator.store.ring import RingWriter, neighbours

_PARTITION_BYTES = 8


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """One request as the journal keeps it."""

    real_ns: int
    """Real time of the answer, nanoseconds; orders the entries of all workers."""
    at_ms: int
    """The world's time."""
    request_id: str
    platform: str
    region: str | None
    """admdvs of the pooling area whose platform was asked; None on one of all areas."""
    operation: str | None
    method: str
    path: str
    query: str
    body: Any
    status: int
    code: str | None
    """The refusal's code, or None when the call was carried out."""
    subject: str | None
    """Whom the call was about: the account's phone number, masked."""
    duration_us: int
    """Time spent answering, without injected latency."""
    delay_ms: int
    """Injected latency."""
    details: dict[str, Any] | None
    """What the caller was told beyond the message."""
    reason: dict[str, Any] | None
    """What only the tester is told."""


class Journal:
    """The journal of this process, able to read those of its neighbours."""

    def __init__(self, size: int, directory: Path | None = None, name: str = "0") -> None:
        self._directory = directory
        self._name = name
        self._ring = RingWriter(size, directory, name)

    def record(self, partition: int, fields: tuple[Any, ...]) -> None:
        """Keep one request of a world: the fields of JournalEntry, in their order."""
        self._ring.append(partition.to_bytes(_PARTITION_BYTES, "little") + orjson.dumps(fields))

    def entries(
        self,
        partition: int,
        *,
        since_ns: int = 0,
        wanted: Callable[[JournalEntry], bool] = lambda _: True,
    ) -> list[JournalEntry]:
        """A world's requests, newest first, over all workers."""
        mark = partition.to_bytes(_PARTITION_BYTES, "little")
        found = []
        for records in self._rings():
            for record in records:
                if not record.startswith(mark):
                    continue
                entry = JournalEntry(*orjson.loads(record[_PARTITION_BYTES:]))
                if entry.real_ns <= since_ns:
                    break
                if wanted(entry):
                    found.append(entry)
        found.sort(key=lambda entry: entry.real_ns, reverse=True)
        return found

    def _rings(self) -> Iterator[Iterator[bytes]]:
        yield self._ring.records()
        if self._directory is not None:
            yield from neighbours(self._directory, self._name)

    def close(self) -> None:
        self._ring.close()
