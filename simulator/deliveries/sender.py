"""Sends one webhook: connects to checked addresses only, follows nothing, waits only so long.

Whatever the receiver does (hang, redirect, talk without end, answer what is not HTTP, hang up),
the outcome is an `Answer` within the time-out, and the connection is gone.
"""

import asyncio
import ssl
from collections.abc import Iterable, Mapping
from concurrent.futures import Executor
from contextlib import suppress
from functools import cache
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import httpcore

from simulator.errors import AlertTargetError
from simulator.services.webhook_targets import WebhookTargets

MOST_ANSWER_BYTES = 64 * 1024
"""What is read of an answer; a receiver that says more is cut off, and has answered."""
_LONGEST_PROBLEM = 200


class Answer(NamedTuple):
    """What came of one sending."""

    status: int | None
    """HTTP status; None without an answer."""
    problem: str | None
    """Why it does not count as delivered; None when it does."""


class _CheckedBackend(httpcore.AsyncNetworkBackend):
    """Connects to the addresses that the rule lets through, and to no others."""

    def __init__(self, targets: WebhookTargets, resolver: Executor) -> None:
        self._inner = httpcore.AnyIOBackend()
        self._targets = targets
        self._resolver = resolver
        self._opened: list[httpcore.AsyncNetworkStream] = []

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        loop = asyncio.get_running_loop()
        # In a thread, since the system may take its time to resolve a name.
        addresses = await loop.run_in_executor(
            self._resolver, self._targets.addresses, host.strip("[]"), port
        )
        for address in addresses[:-1]:
            with suppress(httpcore.ConnectError):
                return await self._connect(address, port, timeout)
        return await self._connect(addresses[-1], port, timeout)

    async def _connect(
        self, address: str, port: int, timeout: float | None
    ) -> httpcore.AsyncNetworkStream:
        stream = await self._inner.connect_tcp(address, port, timeout)
        self._opened.append(stream)
        return stream

    async def close(self) -> None:
        """Close what is still open: a TLS handshake that is broken off leaves its connection."""
        for stream in self._opened:
            await stream.aclose()


async def send(
    targets: WebhookTargets,
    resolver: Executor,
    url: str,
    body: bytes,
    headers: Mapping[str, str],
    timeout_s: float,
) -> Answer:
    """POST a body; delivered is an answer of 200 to 299 within the time-out, read to its end."""
    status: int | None = None
    backend = _CheckedBackend(targets, resolver)
    try:
        async with asyncio.timeout(timeout_s):
            context = _tls() if url.startswith("https:") else None
            # A pool of its own for each sending: nothing is kept, so nothing can be left behind.
            async with (
                httpcore.AsyncConnectionPool(
                    ssl_context=context, max_connections=1, network_backend=backend
                ) as pool,
                pool.stream("POST", url, headers=_headers(url, headers), content=body) as response,
            ):
                status = response.status
                await _read(response)
    except TimeoutError:
        return Answer(status, f"no complete answer within {timeout_s:g} seconds")
    except AlertTargetError as refusal:
        return Answer(None, f"target refused: {refusal.details['problem']}"[:_LONGEST_PROBLEM])
    except (httpcore.NetworkError, httpcore.ProtocolError, OSError) as error:
        return Answer(status, f"{_KINDS.get(type(error), 'failed')}: {error}"[:_LONGEST_PROBLEM])
    finally:
        await backend.close()
    if 200 <= status < 300:
        return Answer(status, None)
    kind = "redirects are not followed" if 300 <= status < 400 else "not a success"
    return Answer(status, f"answered {status}: {kind}")


_KINDS: Mapping[type[BaseException], str] = {
    httpcore.ConnectError: "cannot connect",
    httpcore.ReadError: "connection lost",
    httpcore.WriteError: "connection lost",
    httpcore.RemoteProtocolError: "not an HTTP answer",
}


def _headers(url: str, headers: Mapping[str, str]) -> list[tuple[str, str]]:
    """With the host as it stands in the URL: an IPv6 address without its brackets, as the library
    would write it, is refused by receivers that go by RFC 9112 §3.2."""
    return [("Host", urlsplit(url).netloc), *headers.items()]


async def _read(response: httpcore.Response) -> None:
    received = 0
    async for chunk in response.aiter_stream():
        received += len(chunk)
        if received > MOST_ANSWER_BYTES:
            return


@cache
def _tls() -> ssl.SSLContext:
    """The authorities that this system trusts; SSL_CERT_FILE adds a test's own."""
    return ssl.create_default_context()
