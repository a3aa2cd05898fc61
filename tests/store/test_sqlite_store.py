"""What is SQLite's own about its store: files, and the URLs that name it."""

import pytest

from simulator.store.protocol import StoreError
from simulator.store.sqlite import SqliteStore, open_store


def put(value):
    return lambda _present: (value, None)


def test_file_keeps_what_was_written_for_the_next_process(tmp_path) -> None:
    url = f"sqlite:///{tmp_path}/state.sqlite"
    store = open_store(url)
    store.update(1, "k", put(b"v"))
    assert store.append(1, "s", b"item") == 1
    # not closed: as after a kill, what was acknowledged is there
    again = open_store(url)
    assert (again.get(1, "k"), again.read(1, "s")) == (b"v", [(1, b"item")])
    store.close()
    again.close()


def test_memory_is_private() -> None:
    one, other = open_store("sqlite://"), open_store("sqlite:///")
    one.update(1, "k", put(b"v"))
    assert other.get(1, "k") is None
    one.close()
    other.close()


@pytest.mark.parametrize("url", ["", "sqlite", "sqlite:x", "redis://x", "sqlite://x", "SQLITE://"])
def test_url_of_another_kind_is_refused_with_what_would_do(url) -> None:
    with pytest.raises(StoreError, match="sqlite:///PATH"):
        open_store(url)


def test_file_that_is_no_database_is_refused(tmp_path) -> None:
    path = tmp_path / "letter.txt"
    path.write_text("not a database, but long enough to be read as the head of one" * 20)
    with pytest.raises(StoreError, match=r"letter\.txt"):
        SqliteStore(path)
    with pytest.raises(StoreError, match="nowhere"):
        SqliteStore(tmp_path / "nowhere" / "state.sqlite")
