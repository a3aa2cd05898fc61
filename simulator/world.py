"""Worlds: each with its own seed, clock, policy and state, all kept in the store.

A world's state lies in a partition of the store that is its own. Resetting a world gives it a new
partition, so nothing of the old one can be seen again. Any process that shares the store sees the
same worlds: what this module remembers between requests is only the parsed form of the bytes last
read, and each look-up compares them with the store.

This is the only module that asks the machine for the time.
"""

import re
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any, TypeVar

import msgspec

from simulator.domain.clock import WorldClock
from simulator.domain.digests import derive_key
from simulator.domain.people import People
from simulator.errors import (
    RequestError,
    UnknownWorldError,
    WorldExistsError,
    WorldProtectedError,
)
from simulator.policy import EffectivePolicy, effective_policy
from simulator.store.journal import Journal
from simulator.store.protocol import Store, StoreError

DEFAULT_WORLD = "default"
WORLD_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", re.ASCII)

_WORLDS_PARTITION = 0
_WORLD_PREFIX = "world/"
_REMEMBERED_WORLDS = 1024
_WORK_PREFIX = "work/"
_WORK_MARK_BYTES = 8

State = TypeVar("State")
Outcome = TypeVar("Outcome")


def real_ms() -> int:
    """Real time, milliseconds since the Unix epoch."""
    return time.time_ns() // 1_000_000


def real_ns() -> int:
    """Real time, nanoseconds since the Unix epoch."""
    return time.time_ns()


@dataclass(frozen=True, slots=True)
class WorldStart:
    """How a world is when it is made, and again after each reset."""

    seed: int
    frozen_at_ms: int | None = None
    """The instant at which the clock stands at first; None: it follows real time."""
    scale_micro: int = 1_000_000
    offset_ms: int = 0
    """What a running clock is ahead of (or behind) real time at first."""
    policy: dict[str, Any] = field(default_factory=dict)

    def clock(self, real_now_ms: int) -> WorldClock:
        """The clock a world starts with. Raises ClockOutOfRangeError."""
        if self.frozen_at_ms is not None:
            return WorldClock.frozen_at(self.frozen_at_ms)
        return WorldClock.running_from(real_now_ms, real_now_ms + self.offset_ms, self.scale_micro)


@dataclass(frozen=True, slots=True)
class WorldRecord:
    """A world as the store keeps it."""

    name: str
    partition: int
    start: WorldStart
    clock: WorldClock
    policy: dict[str, Any]
    """What differs from the packaged defaults."""
    made_ms: int
    """The world's time at which it was made or last reset."""


class World:
    """One world at one moment: its record, and access to its state."""

    def __init__(self, record: WorldRecord, store: Store, journal: Journal) -> None:
        self.record = record
        self.name = record.name
        self.seed = record.start.seed
        self.journal = journal
        self._store = store
        self._partition = record.partition
        self._clock_now = record.clock.now
        self._policies: dict[tuple[str, str | None], EffectivePolicy] = {}
        self._keys: dict[str, bytes] = {}
        self._people: People | None = None

    def now_ms(self) -> int:
        """The world's time."""
        return self._clock_now(time.time_ns() // 1_000_000)

    @property
    def people(self) -> People:
        """The world's population."""
        if self._people is None:
            self._people = population(self.seed, self.policy("national").id_space)
        return self._people

    def policy(self, platform: str, region: str | None = None) -> EffectivePolicy:
        """The policy in force on a platform, in a pooling area where it matters."""
        policy = self._policies.get((platform, region))
        if policy is None:
            policy = effective_policy(self.record.policy, platform, region)
            self._policies[platform, region] = policy
        return policy

    def key(self, purpose: str) -> bytes:
        """A key for digests that depends on the seed alone: the same in worlds of the same seed."""
        key = self._keys.get(purpose)
        if key is None:
            key = self._keys[purpose] = derive_key(self.seed, purpose)
        return key

    @property
    def token_key(self) -> bytes:
        """A key no other world shares, nor this one after a reset."""
        key = self._keys.get("")
        if key is None:
            key = self._keys[""] = derive_key(self._partition, "tokens")
        return key

    def read(self, key: str, kind: type[State]) -> State | None:
        """A value of the world's state, or None when it was never changed."""
        stored = self._store.get(self._partition, key)
        return None if stored is None else decoder(kind).decode(stored)

    def update(
        self,
        key: str,
        kind: type[State],
        change: Callable[[State | None], tuple[State | None, Outcome]],
    ) -> Outcome:
        """Replace a value by one computed from it, atomically; `change` may run more than once."""
        decode = decoder(kind).decode

        def on_bytes(stored: bytes | None) -> tuple[bytes | None, Outcome]:
            present = None if stored is None else decode(stored)
            wanted, outcome = change(present)
            if wanted is present:
                return stored, outcome
            return None if wanted is None else _encode(wanted), outcome

        return self._store.update(self._partition, key, on_bytes)

    def keys(self, prefix: str) -> list[str]:
        """The keys of changed values that begin with a prefix, sorted."""
        return self._store.keys(self._partition, prefix)

    def append(self, stream: str, item: Any) -> int:
        """Add to the end of a stream; answers the item's number."""
        return self._store.append(self._partition, stream, _encode(item))

    def stream(
        self, stream: str, kind: type[State], *, after: int = 0, limit: int = 1000
    ) -> list[tuple[int, State]]:
        """Items of a stream numbered above `after`, oldest first."""
        decode = decoder(kind).decode
        items = self._store.read(self._partition, stream, after=after, limit=limit)
        return [(number, decode(item)) for number, item in items]

    def journal_record(self, fields: tuple[Any, ...]) -> None:
        """Keep a request in the journal."""
        self.journal.record(self._partition, fields)

    def announce_work(self) -> None:
        """Let all processes know that something of this world is to be looked after.

        What is announced lies beside the worlds themselves, so that one look-up tells whether any
        world needs it; see `Worlds.announced_work`.
        """
        mark = secrets.token_bytes(_WORK_MARK_BYTES)
        self._store.update(_WORLDS_PARTITION, _WORK_PREFIX + self.name, lambda _: (mark, None))

    @property
    def partition(self) -> int:
        """Where the world's state lies in the store."""
        return self._partition


def refuse_another_seed(store: Store, seed: int) -> None:
    """Raise StoreError where the store's default world was made with another seed.

    Nobody who asks for the people of one seed is to be given those of another.
    """
    stored = store.get(_WORLDS_PARTITION, _WORLD_PREFIX + DEFAULT_WORLD)
    if stored is None:
        return
    try:
        begun = decoder(WorldRecord).decode(stored).start.seed
    except msgspec.MsgspecError as error:
        raise StoreError(f"this store was written by another version: {error}") from error
    if begun != seed:
        raise StoreError(
            f"this store was begun with seed {begun}, not {seed}: start with --seed {begun}, "
            "or with another store"
        )


class Worlds:
    """All worlds of a store. Raises StoreError where the store was begun with another seed."""

    def __init__(self, store: Store, journal: Journal, seed: int) -> None:
        self._store = store
        self._journal = journal
        self._remembered: dict[str, tuple[bytes, World]] = {}
        self._default_start = WorldStart(seed)
        refuse_another_seed(store, seed)
        if store.get(_WORLDS_PARTITION, _WORLD_PREFIX + DEFAULT_WORLD) is None:
            # Another worker may be doing the same at this moment.
            self._insert(DEFAULT_WORLD, self._default_start, expect_absent=False)

    @property
    def default_seed(self) -> int:
        """The seed of worlds that do not ask for another."""
        return self._default_start.seed

    def find(self, name: str) -> World:
        """The world of that name, as it is in the store now. Raises UnknownWorldError."""
        stored = self._store.get(_WORLDS_PARTITION, _WORLD_PREFIX + name)
        if stored is None:
            self._remembered.pop(name, None)
            raise _unknown(name)
        remembered = self._remembered.get(name)
        if remembered is not None and remembered[0] == stored:
            return remembered[1]
        world = World(decoder(WorldRecord).decode(stored), self._store, self._journal)
        if len(self._remembered) >= _REMEMBERED_WORLDS:
            self._remembered.clear()
        self._remembered[name] = (stored, world)
        return world

    def names(self) -> list[str]:
        """The names of all worlds, sorted."""
        keys = self._store.keys(_WORLDS_PARTITION, _WORLD_PREFIX)
        return [key.removeprefix(_WORLD_PREFIX) for key in keys]

    def announced_work(self) -> list[str]:
        """The names of worlds (some may be gone) in which something is to be looked after."""
        keys = self._store.keys(_WORLDS_PARTITION, _WORK_PREFIX)
        return [key.removeprefix(_WORK_PREFIX) for key in keys]

    def work_mark(self, name: str) -> bytes | None:
        """A mark that each announcement of a world changes; None without one."""
        return self._store.get(_WORLDS_PARTITION, _WORK_PREFIX + name)

    def retract_work(self, name: str, mark: bytes | None) -> None:
        """Take an announcement back, unless there has been another since the mark was read."""
        self._store.update(
            _WORLDS_PARTITION,
            _WORK_PREFIX + name,
            lambda present: (None if present == mark else present, None),
        )

    def make(self, name: str | None, start: WorldStart) -> World:
        """A new world. Raises RequestError, WorldExistsError, ClockOutOfRangeError."""
        name = name or f"w-{secrets.token_hex(5)}"
        if not WORLD_NAME.fullmatch(name):
            accepted = "1 to 64 of A-Z a-z 0-9 . _ -, beginning with a letter or digit"
            raise RequestError(details={"fields": {"name": [accepted]}})
        return self._insert(name, start, expect_absent=True)

    def _insert(self, name: str, start: WorldStart, *, expect_absent: bool) -> World:
        record = _begin(name, start)

        def change(stored: bytes | None) -> tuple[bytes | None, None]:
            if stored is None:
                return _encode(record), None
            if expect_absent:
                raise WorldExistsError(details={"world": name})
            return stored, None

        self._store.update(_WORLDS_PARTITION, _WORLD_PREFIX + name, change)
        return self.find(name)

    def reset(self, name: str) -> World:
        """Put a world back to exactly what it was when it was made. Raises UnknownWorldError."""
        old = self._replace(name, lambda record: _begin(name, record.start))
        self._store.drop(old.partition)
        return self.find(name)

    def delete(self, name: str) -> None:
        """Forget a world. Raises UnknownWorldError, WorldProtectedError."""
        if name == DEFAULT_WORLD:
            raise WorldProtectedError

        def change(stored: bytes | None) -> tuple[bytes | None, WorldRecord]:
            return None, _known(stored, name)

        old = self._store.update(_WORLDS_PARTITION, _WORLD_PREFIX + name, change)
        self._store.drop(old.partition)

    def change_clock(self, name: str, change: Callable[[WorldClock, int], WorldClock]) -> World:
        """Set a world's clock by a function of the present one and real time, milliseconds."""
        self._replace(name, lambda record: replace(record, clock=change(record.clock, real_ms())))
        return self.find(name)

    def change_policy(
        self, name: str, change: Callable[[Mapping[str, Any]], dict[str, Any]]
    ) -> World:
        """Set what a world's policy differs in from the defaults."""
        self._replace(name, lambda record: replace(record, policy=change(record.policy)))
        return self.find(name)

    def _replace(self, name: str, change: Callable[[WorldRecord], WorldRecord]) -> WorldRecord:
        def on_bytes(stored: bytes | None) -> tuple[bytes, WorldRecord]:
            record = _known(stored, name)
            return _encode(change(record)), record

        return self._store.update(_WORLDS_PARTITION, _WORLD_PREFIX + name, on_bytes)


def _begin(name: str, start: WorldStart) -> WorldRecord:
    real_now_ms = real_ms()
    clock = start.clock(real_now_ms)
    return WorldRecord(
        name=name,
        partition=secrets.randbelow(2**62) + 1,
        start=start,
        clock=clock,
        policy=start.policy,
        made_ms=clock.now(real_now_ms),
    )


def _known(stored: bytes | None, name: str) -> WorldRecord:
    if stored is None:
        raise _unknown(name)
    return decoder(WorldRecord).decode(stored)


def _unknown(name: str) -> UnknownWorldError:
    # In the details, since the platforms answer the Chinese message alone.
    return UnknownWorldError(details={"world": name[:80], "hint": UnknownWorldError.en})


@lru_cache(maxsize=16)
def population(seed: int, id_space: str) -> People:
    """The population of a seed; worlds of the same seed share it, since it holds no state."""
    return People(seed, id_space)


def decoder(kind: type[State]) -> msgspec.json.Decoder[State]:
    """The decoder of one kind of stored value, made once."""
    found = _DECODERS.get(kind)
    if found is None:
        found = _DECODERS[kind] = msgspec.json.Decoder(kind)
    return found


_DECODERS: dict[type[Any], msgspec.json.Decoder[Any]] = {}


_encode = msgspec.json.Encoder().encode
