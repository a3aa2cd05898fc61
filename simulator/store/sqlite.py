"""The store of one machine: SQLite, in a file (WAL, any number of processes) or in memory.

Each process keeps one connection behind one lock: a read takes a few microseconds, so threads gain
nothing from connections of their own. Values are compared as a whole, so no version column is kept.
"""

import sqlite3
from contextlib import suppress
from pathlib import Path
from threading import RLock

from simulator.store.protocol import Change, Outcome, StoreError

_SCHEMA = """
CREATE TABLE IF NOT EXISTS value (
    partition INTEGER NOT NULL, key TEXT NOT NULL, value BLOB NOT NULL,
    PRIMARY KEY (partition, key)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS item (
    partition INTEGER NOT NULL, stream TEXT NOT NULL, number INTEGER NOT NULL, value BLOB NOT NULL,
    PRIMARY KEY (partition, stream, number)
) WITHOUT ROWID;
"""
_BUSY_TIMEOUT_S = 10.0
_SELECT = "SELECT value FROM value WHERE partition = ? AND key = ?"
_INSERT = "INSERT OR IGNORE INTO value VALUES (?, ?, ?)"
_REPLACE = "UPDATE value SET value = ? WHERE partition = ? AND key = ? AND value = ?"
_REMOVE = "DELETE FROM value WHERE partition = ? AND key = ? AND value = ?"
_APPEND = (
    "INSERT INTO item SELECT ?1, ?2, coalesce(max(number), 0) + 1, ?3 FROM item"
    " WHERE partition = ?1 AND stream = ?2 RETURNING number"
)
_READ = (
    "SELECT number, value FROM item WHERE partition = ? AND stream = ? AND number > ?"
    " ORDER BY number LIMIT ?"
)


class SqliteStore:
    """A Store in SQLite. `path` None keeps everything in this process's memory.

    Raises StoreError when the file cannot be opened as a database.
    """

    def __init__(self, path: Path | None = None) -> None:
        try:
            # Autocommit: each statement is its own transaction, and update() needs no other.
            self._connection = sqlite3.connect(
                path or ":memory:",
                timeout=_BUSY_TIMEOUT_S,
                isolation_level=None,
                check_same_thread=False,
                cached_statements=64,
            )
            with suppress(sqlite3.OperationalError):
                self._connection.execute("PRAGMA journal_mode = WAL")
            # With WAL, NORMAL keeps every acknowledged change through the death of the process;
            # only a power cut may lose the last ones.
            self._connection.execute("PRAGMA synchronous = NORMAL")
            self._connection.executescript(_SCHEMA)
        except sqlite3.Error as error:
            raise StoreError(f"cannot use {path} as a store: {error}") from error
        self._execute = self._connection.execute
        self._lock = RLock()

    def get(self, partition: int, key: str) -> bytes | None:
        with self._lock:
            row = self._execute(_SELECT, (partition, key)).fetchone()
        return row[0] if row else None

    def update(self, partition: int, key: str, change: Change[Outcome]) -> Outcome:
        while True:
            present = self.get(partition, key)
            wanted, outcome = change(present)
            if wanted == present or self._swap(partition, key, present, wanted):
                return outcome

    def _swap(self, partition: int, key: str, present: bytes | None, wanted: bytes | None) -> bool:
        with self._lock:
            if present is None:
                cursor = self._execute(_INSERT, (partition, key, wanted))
            elif wanted is None:
                cursor = self._execute(_REMOVE, (partition, key, present))
            else:
                cursor = self._execute(_REPLACE, (wanted, partition, key, present))
            return cursor.rowcount == 1

    def keys(self, partition: int, prefix: str) -> list[str]:
        with self._lock:
            rows = self._execute(
                "SELECT key FROM value WHERE partition = ? AND key >= ? AND key < ? ORDER BY key",
                (partition, prefix, prefix + "\U0010ffff"),
            ).fetchall()
        return [row[0] for row in rows]

    def append(self, partition: int, stream: str, value: bytes) -> int:
        with self._lock:
            # fetchall, not fetchone: the statement commits when it is stepped to its end.
            [(number,)] = self._execute(_APPEND, (partition, stream, value)).fetchall()
        return int(number)

    def read(
        self, partition: int, stream: str, *, after: int = 0, limit: int = 1000
    ) -> list[tuple[int, bytes]]:
        with self._lock:
            return self._execute(_READ, (partition, stream, after, limit)).fetchall()

    def drop(self, partition: int) -> None:
        with self._lock:
            self._execute("DELETE FROM value WHERE partition = ?", (partition,))
            self._execute("DELETE FROM item WHERE partition = ?", (partition,))

    def close(self) -> None:
        with self._lock:
            self._connection.close()


def open_store(url: str) -> SqliteStore:
    """The store a URL names: ``sqlite://`` (memory) or ``sqlite:///PATH``.

    Raises StoreError with what would be accepted.
    """
    scheme, separator, rest = url.partition("://")
    if scheme != "sqlite" or not separator or (rest and not rest.startswith("/")):
        raise StoreError(f"store {url!r} is not sqlite:// or sqlite:///PATH")
    return SqliteStore(Path(rest[1:]) if len(rest) > 1 else None)
