"""The two shells that carry conversations over httpx: blocking and asynchronous.

They translate requests, responses and transport errors, wait, and guard the renewal of a session;
they know no call and no rule.
"""

import asyncio
import random
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, TypeVar

import httpx

from yibao_client.conversation import (
    Conversation,
    Refresh,
    Send,
    SessionKeeper,
    Wait,
    converse,
    renew,
)
from yibao_client.errors import (
    ConnectionFailedError,
    ConnectionLostError,
    ProtocolError,
    RequestTimeoutError,
)
from yibao_client.exchange import Operation, Request, Response
from yibao_client.retry import RetryPolicy

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

T = TypeVar("T")

DEFAULT_TIMEOUT_S = 10.0


class Shell:
    """Runs operations over a blocking httpx client."""

    def __init__(
        self,
        base_url: str,
        *,
        transport: httpx.BaseTransport | None = None,
        wsgi_app: "WSGIApplication | None" = None,
        timeout: float | None = DEFAULT_TIMEOUT_S,
        retries: RetryPolicy | None = None,
        keeper: SessionKeeper[Any] | None = None,
        headers: dict[str, str] | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        _check(base_url, transport, wsgi_app)
        if wsgi_app is not None:
            transport = httpx.WSGITransport(wsgi_app)
        elif transport is None and _is_plain(base_url):
            transport = httpx.HTTPTransport(verify=False)
        self._http = httpx.Client(
            base_url=base_url, transport=transport, timeout=timeout, headers=headers
        )
        self._retries = retries or RetryPolicy()
        self._keeper = keeper
        self._sleep = sleep
        self._renewing = threading.Lock()

    def run(self, operation: Operation[T]) -> T:
        """The operation's typed result. Raises YibaoError."""
        return self._drive(converse(operation, self._keeper, self._retries, random.random))

    def _drive(self, conversation: Conversation[T]) -> T:
        answer: Response | None = None
        failure: Exception | None = None
        while True:
            try:
                if failure is not None:
                    step = conversation.throw(failure)
                else:
                    step = conversation.send(answer)
            except StopIteration as end:
                result: T = end.value
                return result
            answer = failure = None
            try:
                if isinstance(step, Send):
                    answer = self._send(step.request)
                elif isinstance(step, Refresh):
                    self._renew(step.stale_token)
                elif isinstance(step, Wait):
                    self._sleep(step.seconds)
                else:
                    with self._renewing:
                        pass
            except Exception as error:
                failure = error

    def _renew(self, stale_token: str) -> None:
        if self._keeper is not None:
            with self._renewing:
                self._drive(renew(self._keeper, stale_token))

    def _send(self, request: Request) -> Response:
        with _transport_errors(request.name):
            return _understood(self._http.request(**_arguments(request)))

    def close(self) -> None:
        self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()


class AsyncShell:
    """Runs operations over an asynchronous httpx client, under asyncio."""

    def __init__(
        self,
        base_url: str,
        *,
        transport: httpx.AsyncBaseTransport | None = None,
        wsgi_app: "WSGIApplication | None" = None,
        timeout: float | None = DEFAULT_TIMEOUT_S,
        retries: RetryPolicy | None = None,
        keeper: SessionKeeper[Any] | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        _check(base_url, transport, wsgi_app)
        if wsgi_app is not None:
            transport = _ThreadedWSGITransport(wsgi_app)
        elif transport is None and _is_plain(base_url):
            transport = httpx.AsyncHTTPTransport(verify=False)
        self._http = httpx.AsyncClient(base_url=base_url, transport=transport, timeout=timeout)
        self._retries = retries or RetryPolicy()
        self._keeper = keeper
        self._sleep = sleep
        self._renewing = asyncio.Lock()

    async def run(self, operation: Operation[T]) -> T:
        """The operation's typed result. Raises YibaoError."""
        return await self._drive(converse(operation, self._keeper, self._retries, random.random))

    async def _drive(self, conversation: Conversation[T]) -> T:
        answer: Response | None = None
        failure: Exception | None = None
        while True:
            try:
                if failure is not None:
                    step = conversation.throw(failure)
                else:
                    step = conversation.send(answer)
            except StopIteration as end:
                result: T = end.value
                return result
            answer = failure = None
            try:
                if isinstance(step, Send):
                    answer = await self._send(step.request)
                elif isinstance(step, Refresh):
                    await self._renew(step.stale_token)
                elif isinstance(step, Wait):
                    await self._sleep(step.seconds)
                else:
                    async with self._renewing:
                        pass
            except Exception as error:
                failure = error

    async def _renew(self, stale_token: str) -> None:
        if self._keeper is not None:
            async with self._renewing:
                await self._drive(renew(self._keeper, stale_token))

    async def _send(self, request: Request) -> Response:
        with _transport_errors(request.name):
            return _understood(await self._http.request(**_arguments(request)))

    async def close(self) -> None:
        await self._http.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.close()


class _ThreadedWSGITransport(httpx.AsyncBaseTransport):
    """A WSGI application called in a thread, since it may block."""

    def __init__(self, app: "WSGIApplication") -> None:
        self._inner = httpx.WSGITransport(app)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        await request.aread()
        return await asyncio.to_thread(self._answer, request)

    def _answer(self, request: httpx.Request) -> httpx.Response:
        response = self._inner.handle_request(request)
        return httpx.Response(
            response.status_code, headers=response.headers.raw, content=response.read()
        )


@contextmanager
def _transport_errors(name: str) -> Iterator[None]:
    """httpx's errors as this package's."""
    try:
        yield
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
        raise ConnectionFailedError(f"{name}: {error!r}") from error
    except httpx.TimeoutException as error:
        raise RequestTimeoutError(f"{name}: {type(error).__name__}") from error
    except httpx.DecodingError as error:
        raise ProtocolError(f"{name}: the body cannot be decoded: {error}", 0) from error
    except httpx.TransportError as error:
        raise ConnectionLostError(f"{name}: {error!r}") from error


def _arguments(request: Request) -> dict[str, Any]:
    return {
        "method": request.method,
        # httpx appends to the base URL; a leading slash would not start at the root.
        "url": request.path,
        "json": request.json,
        "data": request.form and dict(request.form),
        "params": request.params or None,
        "headers": dict(request.headers),
        "files": {
            part: (upload.name, upload.content, upload.media_type)
            for part, upload in request.files.items()
        }
        or None,
    }


def _understood(response: httpx.Response) -> Response:
    headers = {name.lower(): value for name, value in response.headers.items()}
    return Response(response.status_code, headers, response.content)


def _check(base_url: str, transport: object, wsgi_app: object) -> None:
    if not base_url.lower().startswith(("http://", "https://")):
        raise ValueError(f"base URL {base_url!r} does not begin with http:// or https://")
    if transport is not None and wsgi_app is not None:
        raise ValueError("give a transport or a WSGI application, not both")


def _is_plain(base_url: str) -> bool:
    """Whether TLS is out of the question.

    A client without certificates is made in a quarter of a millisecond instead of twenty. It also
    takes no proxy from the environment, which could not reach a simulator on the loopback address.
    """
    return base_url.lower().startswith("http://")
