"""The same seed gives the same answers, byte for byte, on any server and in any order."""

import http.client
import json
import threading
from collections.abc import Callable
from typing import Any

PEOPLE = 1000
NATIONAL = "/w/fixed/national/api/v1"


def readings(server: Any, *, backwards: bool) -> dict[str, tuple[bytes, bytes]]:
    """The raw balance and newest history of 1,000 people, by ID number."""
    link = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)

    def ask(method: str, path: str, body: Any = None, token: str = "") -> bytes:
        headers = {"content-type": "application/json"} if body is not None else {}
        if token:
            headers["authorization"] = f"Bearer {token}"
        link.request(method, path, None if body is None else json.dumps(body), headers)
        with link.getresponse() as answer:
            text = answer.read()
            assert answer.status < 300, text
            return text

    world = {
        "name": "fixed",
        "seed": 20_260_101,
        "clock": {"freeze": "2026-11-22T08:00:00+08:00"},
        "policy": {"registration": {"registered_percent": 100}},
    }
    ask("POST", "/_control/worlds", world)
    listed = json.loads(ask("GET", f"/_control/worlds/fixed/people?limit={PEOPLE}"))["items"]
    found = {}
    for person in reversed(listed) if backwards else listed:
        credentials = {"phone": person["phone"], "password": person["default_password"]}
        session = json.loads(ask("POST", f"{NATIONAL}/sessions", credentials))
        token = session["data"]["access_token"]
        found[person["id_number"]] = (
            ask("GET", f"{NATIONAL}/balance", token=token),
            ask("GET", f"{NATIONAL}/transactions?page_size=100", token=token),
        )
    link.close()
    return found


def test_two_servers_give_identical_balances_and_histories(start: Callable[..., Any]) -> None:
    servers = [start("--seed", "1"), start("--seed", "2", "--workers", "2")]
    found: dict[int, dict[str, tuple[bytes, bytes]]] = {}

    def read(number: int) -> None:
        found[number] = readings(servers[number], backwards=number == 1)

    threads = [threading.Thread(target=read, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert found[0] == found[1]
    # The people are many and their accounts differ, so equality says something.
    assert len(found[0]) == PEOPLE
    assert len({history for _, history in found[0].values()}) > PEOPLE // 4
