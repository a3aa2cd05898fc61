"""Delays hold no thread and no worker."""

import asyncio
import resource
import select
import socket
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

import httpx

MANY = 1000


def slow_world(client: httpx.Client, tester: Any, delay_ms: int) -> str:
    policy = {"platforms": {"national": {"latency": delay_ms}}}
    return str(tester.world(client, policy=policy))


def test_a_thousand_delayed_requests_wait_at_the_same_time(one_worker: Any, tester: Any) -> None:
    """All have been dealt with before the first is answered, and the worker serves others."""
    client = one_worker.client()
    world = slow_world(client, tester, 60_000)
    request = f"GET /w/{world}/national/api/v1/balance HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()
    with ExitStack() as stack:
        links = [
            stack.enter_context(socket.create_connection(("127.0.0.1", one_worker.port), 30))
            for _ in range(MANY)
        ]
        for link in links:
            link.sendall(request)
        journal = f"/_control/worlds/{world}/journal"
        tester.wait_until(
            lambda: client.get(journal, params={"limit": 1}).json()["total"] == MANY,
            "all requests to be dealt with",
        )
        answered = select.poll()
        for link in links:
            answered.register(link, select.POLLIN)
        assert answered.poll(0) == []
        assert client.get("/national/api/v1/balance").json()["code"] == "session.missing"


def test_a_thousand_delayed_requests_are_all_answered(one_worker: Any, tester: Any) -> None:
    control = one_worker.client()
    world = slow_world(control, tester, 200)

    request = (
        f"GET /w/{world}/national/api/v1/balance HTTP/1.1\r\nHost: localhost\r\n"
        "Connection: close\r\n\r\n"
    )

    async def ask() -> bytes:
        reader, writer = await asyncio.open_connection("127.0.0.1", one_worker.port)
        writer.write(request.encode())
        answer = await reader.read()
        writer.close()
        await writer.wait_closed()
        return answer

    async def ask_all() -> list[bytes]:
        return await asyncio.gather(*(ask() for _ in range(MANY)))

    for answer in asyncio.run(ask_all()):
        assert answer.startswith(b"HTTP/1.1 401 ")
        assert b'"session.missing"' in answer
    journal = control.get(f"/_control/worlds/{world}/journal", params={"limit": MANY}).json()
    assert journal["total"] == MANY
    assert {item["delay_ms"] for item in journal["items"]} == {200}


def test_delay_of_one_world_is_no_other_worlds(one_worker: Any, tester: Any) -> None:
    client = one_worker.client()
    slow, other = slow_world(client, tester, 1), tester.world(client)
    for world, delay_ms in ((slow, 1), (other, 0)):
        client.get(f"/w/{world}/national/api/v1/balance")
        [item] = client.get(f"/_control/worlds/{world}/journal").json()["items"]
        assert item["delay_ms"] == delay_ms


def test_a_low_limit_on_open_files_does_not_bound_the_connections(
    start: Callable[..., Any],
) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (256, hard))
    try:
        server = start()
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    request = b"GET /national/api/v1/balance HTTP/1.1\r\nHost: localhost\r\n\r\n"
    with ExitStack() as stack:
        for _ in range(5000):
            link = stack.enter_context(socket.create_connection(("127.0.0.1", server.port), 30))
            link.sendall(request)
            assert link.recv(12) == b"HTTP/1.1 401"
