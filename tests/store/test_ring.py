"""The ring of records: bounded, readable by neighbours, safe under threads."""

import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.store.journal import Journal
from simulator.store.ring import RingWriter, neighbours


@given(st.lists(st.binary(max_size=30), max_size=60))
def test_ring_holds_the_newest_records_newest_first(records) -> None:
    ring = RingWriter(256)
    for record in records:
        ring.append(record)
    kept = list(ring.records())
    assert kept == records[::-1][: len(kept)]
    # what a reader can trust is all but a quarter of the ring, which a writer may be inside of
    fits, room = 0, 256 - 64
    for record in reversed(records):
        room -= len(record) + 4
        if room < 0:
            break
        fits += 1
    assert len(kept) >= fits
    ring.close()


def test_record_larger_than_a_quarter_is_not_kept() -> None:
    ring = RingWriter(256)
    ring.append(b"small")
    ring.append(b"x" * 61)
    assert list(ring.records()) == [b"small"]
    ring.append(b"y" * 60)
    assert list(ring.records()) == [b"y" * 60, b"small"]


def test_neighbours_read_each_others_rings(tmp_path) -> None:
    one, other = RingWriter(1024, tmp_path, "1"), RingWriter(1024, tmp_path, "2")
    one.append(b"of one")
    other.append(b"of other")
    assert [list(records) for records in neighbours(tmp_path, "1")] == [[b"of other"]]
    assert [list(records) for records in neighbours(tmp_path, "2")] == [[b"of one"]]


@pytest.fixture
def hasty_threads():
    """Threads take turns as often as they can, so that any step may fall between two others."""
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(interval)


@pytest.mark.usefixtures("hasty_threads")
def test_threads_of_a_process_do_not_tear_each_others_records() -> None:
    ring = RingWriter(1 << 20)

    def work(number):
        for each in range(300):
            ring.append(f"{number}-{each}-".encode() * (1 + each % 7))

    with ThreadPoolExecutor(16) as pool:
        list(pool.map(work, range(16)))
    expected = {f"{n}-{e}-".encode() * (1 + e % 7) for n in range(16) for e in range(300)}
    assert set(ring.records()) == expected


def entry(journal, partition, real_ns, request_id):
    journal.record(
        partition,
        (
            real_ns,
            0,
            request_id,
            "national",
            None,
            None,
            "GET",
            "/",
            "",
            None,
            200,
            None,
            None,
            1,
            0,
            None,
            None,
        ),
    )


@pytest.fixture
def journals(tmp_path):
    journals = [Journal(65536, tmp_path, name) for name in ("0", "1")]
    yield journals
    for journal in journals:
        journal.close()


def test_journal_gathers_all_workers_newest_first(journals) -> None:
    for number in range(6):
        entry(journals[number % 2], 7, 100 + number, f"r{number}")
    entry(journals[0], 8, 200, "elsewhere")
    for journal in journals:
        found = [each.request_id for each in journal.entries(7)]
        assert found == ["r5", "r4", "r3", "r2", "r1", "r0"]
        assert [each.request_id for each in journal.entries(7, since_ns=103)] == ["r5", "r4"]
        assert [
            each.request_id for each in journal.entries(7, wanted=lambda e: e.request_id == "r1")
        ] == ["r1"]
