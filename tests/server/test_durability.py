"""A server with a file keeps what it has answered for, however it ends."""

import itertools
import signal
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

NATIONAL = "/national/api/v1"
PASSWORD = "Lasting-2026"
STREAMS = 6
ENOUGH = 60


def register(client: httpx.Client, phone: str) -> None:
    """The whole registration of one phone; returns when the server has acknowledged it."""
    sent = client.post(f"{NATIONAL}/sms-codes", json={"phone": phone, "purpose": "register"})
    sent.raise_for_status()
    inbox = client.get("/_control/worlds/default/inbox", params={"to": phone}).json()
    client.post(
        f"{NATIONAL}/accounts",
        json={"phone": phone, "sms_code": inbox["items"][-1]["code"], "password": PASSWORD},
    ).raise_for_status()


@pytest.mark.parametrize("workers", ["1", "2"])
def test_no_acknowledged_registration_is_lost_when_the_server_is_killed(
    start: Callable[..., Any], tester: Any, tmp_path: Path, workers: str
) -> None:
    options = ("--workers", workers, "--store", f"sqlite:///{tmp_path}/state.sqlite")
    server = start(*options, env={"TMPDIR": str(tmp_path)})
    control = server.client()
    control.patch(
        "/_control/worlds/default/policy", json={"registration.registered_percent": 0}
    ).raise_for_status()
    phones = iter([person["phone"] for person in tester.people(control, "default", 1000)])
    acknowledged: list[str] = []
    broken_off: list[httpx.TransportError] = []
    enough = threading.Event()

    def stream() -> None:
        client = server.client()
        for phone in phones:
            try:
                register(client, phone)
            except httpx.TransportError as error:
                broken_off.append(error)
                return
            acknowledged.append(phone)
            if len(acknowledged) >= ENOUGH:
                enough.set()

    threads = [threading.Thread(target=stream) for _ in range(STREAMS)]
    for thread in threads:
        thread.start()
    assert enough.wait(60)
    server.signal_all(signal.SIGKILL)
    for thread in threads:
        thread.join(60)
    assert server.wait() == -signal.SIGKILL
    assert len(broken_off) == STREAMS, "the stream had ended before the server was killed"

    again = start(*options).client()
    registered = again.get("/_control/worlds/default/policy").json()["registration"]
    assert registered["registered_percent"] == 0
    for phone in acknowledged:
        answer = again.post(f"{NATIONAL}/sessions", json={"phone": phone, "password": PASSWORD})
        assert answer.status_code == 200, (phone, answer.text)
    # And what was broken off is either whole or absent, never half-made.
    for phone in itertools.islice(phones, 20):
        answer = again.post(f"{NATIONAL}/sessions", json={"phone": phone, "password": PASSWORD})
        assert answer.json()["code"] == "account.unknown"


def test_worlds_clocks_and_ledgers_outlive_a_clean_end(
    start: Callable[..., Any], tester: Any, tmp_path: Path
) -> None:
    options = ("--store", f"sqlite:///{tmp_path}/state.sqlite")
    server = start(*options)
    client = server.client()
    world = tester.world(client, name="kept", seed=5, clock={"freeze": "2026-11-22T08:00:00+08:00"})
    tester.clock(client, world, advance="P3D")
    [person] = tester.people(client, world, 1, insutype="310")
    ledger = f"/_control/worlds/kept/people/{person['id_number']}/ledger"
    client.post(ledger, json={"type": "110", "amount": "12.34"}).raise_for_status()
    before = [client.get(path).json() for path in ("/_control/worlds/kept", ledger)]
    server.process.terminate()
    assert server.wait() == 0

    client = start(*options).client()
    after = [client.get(path).json() for path in ("/_control/worlds/kept", ledger)]
    for world_record in (before[0], after[0]):
        del world_record["clock"]["real_now"]
    assert after == before
    assert after[1]["items"][0]["amount"] == "12.34"


def test_store_begun_with_another_seed_is_refused(
    start: Callable[..., Any], tmp_path: Path
) -> None:
    store = ("--store", f"sqlite:///{tmp_path}/state.sqlite")
    server = start(*store, "--seed", "9")
    server.process.terminate()
    assert server.wait() == 0
    with pytest.raises(AssertionError, match="begun with seed 9, not 1: start with --seed 9"):
        start(*store)
    client = start(*store, "--seed", "9").client()
    assert client.get("/_control/worlds/default").json()["seed"] == 9


def test_without_a_file_nothing_is_left(start: Callable[..., Any], tester: Any) -> None:
    server = start("--workers", "2")
    tester.world(server.client(), name="gone")
    server.process.terminate()
    assert server.wait() == 0
    assert start("--workers", "2").client().get("/_control/worlds/gone").status_code == 404
