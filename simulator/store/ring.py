"""A bounded memory of byte records, written by one process and readable by its neighbours.

A writer appends to its own ring of fixed size and overwrites the oldest bytes; readers in other
processes map the same file. Each record is followed by its length, so a reader walks backwards
from the head and stops where the writer has overtaken it. Readers lock nothing: they copy the ring
first and then drop what was overwritten while they copied. The threads of the writing process take
turns.

Layout: 8 bytes head (bytes ever written, little-endian), then the ring itself.
"""

import mmap
import struct
from collections.abc import Iterator
from pathlib import Path
from threading import Lock

_HEAD = struct.Struct("<Q")
_LENGTH = struct.Struct("<I")
_START = _HEAD.size
_SUFFIX = ".ring"


class RingWriter:
    """One process's ring; with `directory` None it lies in private memory."""

    def __init__(self, size: int, directory: Path | None = None, name: str = "0") -> None:
        self._size = size
        self._head = 0
        self._lock = Lock()
        if directory is None:
            self._memory = mmap.mmap(-1, _START + size)
        else:
            path = directory / (name + _SUFFIX)
            with path.open("w+b") as file:
                file.truncate(_START + size)
                self._memory = mmap.mmap(file.fileno(), _START + size)

    def append(self, record: bytes) -> None:
        """Keep a record, forgetting the oldest; one over a quarter of the ring is not kept."""
        entry = record + _LENGTH.pack(len(record))
        count, size = len(entry), self._size
        if count > size // 4:
            return
        with self._lock:
            place = self._head % size
            fits = size - place
            if count <= fits:
                self._memory[_START + place : _START + place + count] = entry
            else:
                self._memory[_START + place : _START + size] = entry[:fits]
                self._memory[_START : _START + count - fits] = entry[fits:]
            self._head += count
            _HEAD.pack_into(self._memory, 0, self._head)

    def records(self) -> Iterator[bytes]:
        """What the ring still holds, newest first."""
        return _walk(self._memory)

    def close(self) -> None:
        self._memory.close()


def neighbours(directory: Path, own_name: str) -> Iterator[Iterator[bytes]]:
    """The records of every other ring in a directory, newest first within each."""
    for path in sorted(directory.glob("*" + _SUFFIX)):
        if path.name == own_name + _SUFFIX:
            continue
        with path.open("rb") as file, mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ) as memory:
            yield _walk(memory)


def _walk(memory: mmap.mmap) -> Iterator[bytes]:
    size = len(memory) - _START
    (head,) = _HEAD.unpack_from(memory, 0)
    copy = memory[_START:]
    (head_after,) = _HEAD.unpack_from(memory, 0)
    # The writer may be inside its next record, of a quarter of the ring at most.
    oldest = max(0, head_after + size // 4 - size)

    def cut(start: int, end: int) -> bytes:
        first, last = start % size, end % size
        return copy[first:last] if first < last else copy[first:] + copy[:last]

    while head - _LENGTH.size >= oldest:
        (length,) = _LENGTH.unpack(cut(head - _LENGTH.size, head))
        start = head - _LENGTH.size - length
        if start < oldest:
            return
        yield cut(start, head - _LENGTH.size) if length else b""
        head = start
