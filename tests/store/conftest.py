"""Each kind of store, made empty; a later kind joins the contract here."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from simulator.store.protocol import Store
from simulator.store.sqlite import SqliteStore


@pytest.fixture(params=["memory", "file"])
def make_store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[], Store]]:
    """Makes a connection to one and the same store; in memory there is but one."""
    made: list[Store] = []

    def make() -> Store:
        if request.param == "memory":
            made[:] = made or [SqliteStore()]
        else:
            made.append(SqliteStore(tmp_path / "state.sqlite"))
        return made[-1]

    yield make
    for store in made:
        store.close()


@pytest.fixture
def store(make_store: Callable[[], Store]) -> Store:
    return make_store()
