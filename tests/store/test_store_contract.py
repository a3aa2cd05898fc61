"""What every store keeps to, whatever it is made of."""

from concurrent.futures import ThreadPoolExecutor

import pytest

THREADS = 16
KEYS = ["k", "", "phone/national/13800138000", "键", "a\x00b", "x" * 2000, "%_", "'; DROP"]


def put(value):
    return lambda _present: (value, None)


def count_up(present):
    number = int(present or b"0") + 1
    return str(number).encode(), number


@pytest.mark.parametrize("key", KEYS)
def test_value_is_read_back_as_it_was_written(store, key) -> None:
    assert store.get(1, key) is None
    for value in (b"one", b"", bytes(range(256)) * 1000):
        store.update(1, key, put(value))
        assert store.get(1, key) == value
    store.update(1, key, put(None))
    assert store.get(1, key) is None


def test_change_sees_the_present_value_and_its_outcome_is_returned(store) -> None:
    assert [store.update(1, "k", count_up) for _ in range(3)] == [1, 2, 3]


def test_change_that_changes_nothing_writes_nothing(store) -> None:
    assert store.update(1, "k", lambda present: (present, "told")) == "told"
    assert store.keys(1, "") == []


def test_change_that_raises_changes_nothing(store) -> None:
    store.update(1, "k", put(b"kept"))

    def refuse(present):
        raise ValueError(present)

    with pytest.raises(ValueError, match="kept"):
        store.update(1, "k", refuse)
    assert store.get(1, "k") == b"kept"


def test_partitions_do_not_see_each_other(store) -> None:
    for partition in (0, 1, 2**62):
        store.update(partition, "k", put(str(partition).encode()))
        store.append(partition, "s", str(partition).encode())
    for partition in (0, 1, 2**62):
        assert store.get(partition, "k") == str(partition).encode()
        assert store.read(partition, "s") == [(1, str(partition).encode())]


def test_keys_are_listed_by_prefix_sorted(store) -> None:
    for key in ("b/2", "a", "b/10", "b", "c/", "b/键"):
        store.update(1, key, put(b""))
    assert store.keys(1, "b/") == ["b/10", "b/2", "b/键"]
    assert store.keys(1, "") == ["a", "b", "b/10", "b/2", "b/键", "c/"]
    assert store.keys(1, "%") == []
    assert store.keys(2, "") == []


def test_dropped_partition_is_forgotten_alone(store) -> None:
    for partition in (1, 2):
        store.update(partition, "k", put(b"v"))
        store.append(partition, "s", b"item")
    store.drop(1)
    store.drop(3)
    assert (store.get(1, "k"), store.keys(1, ""), store.read(1, "s")) == (None, [], [])
    assert (store.get(2, "k"), store.read(2, "s")) == (b"v", [(1, b"item")])
    assert store.append(1, "s", b"again") == 1


def test_streams_are_numbered_from_one_and_read_in_parts(store) -> None:
    assert [store.append(1, "s", str(n).encode()) for n in range(5)] == [1, 2, 3, 4, 5]
    assert store.append(1, "t", b"other") == 1
    assert store.read(1, "s", after=1, limit=2) == [(2, b"1"), (3, b"2")]
    assert store.read(1, "s", after=5) == []
    assert store.read(1, "u") == []
    assert len(store.read(1, "s", limit=0)) == 0


def in_threads(work, times=THREADS):
    with ThreadPoolExecutor(THREADS) as pool:
        return [each.result(timeout=30) for each in [pool.submit(work, n) for n in range(times)]]


def test_every_update_counts_whatever_the_concurrency(store) -> None:
    def work(_number):
        return [store.update(1, "k", count_up) for _ in range(25)]

    outcomes = [number for each in in_threads(work) for number in each]
    assert sorted(outcomes) == list(range(1, THREADS * 25 + 1))
    assert store.get(1, "k") == str(THREADS * 25).encode()


def test_update_is_computed_anew_when_another_connection_came_first(make_store) -> None:
    one, other = make_store(), make_store()
    seen = []

    def change(present):
        seen.append(present)
        if len(seen) == 1:
            other.update(1, "k", put(b"5"))
        return count_up(present)

    assert one.update(1, "k", change) == 6
    assert seen == [None, b"5"]
    seen.clear()

    def remove(present):
        seen.append(present)
        if len(seen) == 1:
            other.update(1, "k", put(None))
        return count_up(present)

    assert one.update(1, "k", remove) == 1
    assert seen == [b"6", None]


def test_connections_contend_without_losing_anything(make_store) -> None:
    connections = [make_store() for _ in range(2)]

    def work(number):
        store = connections[number % 2]
        return [(store.update(1, "k", count_up), store.append(1, "s", b"")) for _ in range(25)]

    outcomes = [pair for each in in_threads(work, 8) for pair in each]
    for numbers in zip(*outcomes, strict=True):
        assert sorted(numbers) == list(range(1, 201))


def test_stream_is_numbered_without_gaps_under_threads(store) -> None:
    def work(number):
        return [store.append(1, "s", f"{number}".encode()) for _ in range(25)]

    numbers = [number for each in in_threads(work) for number in each]
    assert sorted(numbers) == list(range(1, THREADS * 25 + 1))
    assert [number for number, _ in store.read(1, "s")] == sorted(numbers)
