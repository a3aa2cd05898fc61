"""Receivers of webhooks that behave in every way receivers do."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest

Behaviour = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Any]


@dataclass
class Receiver:
    """A server in the test's own loop, and the requests it got as (head, body)."""

    url: str = ""
    requests: list[tuple[str, bytes]] = field(default_factory=list)

    def header(self, number: int, name: str) -> str:
        """A header of a request."""
        for line in self.requests[number][0].split("\r\n"):
            if line.lower().startswith(name.lower() + ":"):
                return line.partition(":")[2].strip()
        raise AssertionError(f"no {name} in {self.requests[number][0]!r}")


@asynccontextmanager
async def receiving(*behaviours: Behaviour | bytes) -> AsyncIterator[Receiver]:
    """A receiver whose answers follow one another; the last one goes on for ever."""
    receiver = Receiver()
    left = list(behaviours)
    open_ones: dict[asyncio.Task[Any] | None, asyncio.StreamWriter] = {}

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        open_ones[asyncio.current_task()] = writer
        behaviour = left.pop(0) if len(left) > 1 else left[0]
        try:
            if callable(behaviour):
                await behaviour(reader, writer)
                return
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            length = next(
                int(line.partition(":")[2])
                for line in head.lower().split("\r\n")
                if line.startswith("content-length:")
            )
            receiver.requests.append((head, await reader.readexactly(length)))
            writer.write(behaviour)
            await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    receiver.url = f"http://127.0.0.1:{port}/hook"
    try:
        yield receiver
    finally:
        for task, writer in open_ones.items():
            if task is not None:
                task.cancel()
                await asyncio.wait([task])
            writer.transport.abort()
        server.close()
        await server.wait_closed()


@pytest.fixture
def receive() -> Callable[..., Any]:
    return receiving
