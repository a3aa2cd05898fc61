"""The RSGI front: carries requests from Granian to the Flask application and answers back.

The application runs in the event loop's thread, one request at a time; what may take real time (an
injected latency, an answer that is not there yet) is awaited here, so it holds no thread and no
other request waits for it. When the server is told to end, what waits is answered at once.
"""

import asyncio
import multiprocessing
import os
import signal
import sys
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from typing import Any, Protocol

from simulator.serving import STOP_SIGNALS
from simulator.web.call import OTHER_HEADERS
from simulator.web.parsing import BODY_TOO_LARGE
from simulator.web.reply import Reply

_PENDING_INTERVAL_S = 0.02
_DISCARDED_BYTES = 32 * 1024 * 1024
"""How much of a body that is too large is read all the same: many clients look for the answer only
when they have sent everything, and a connection closed before that takes the answer with it."""
_SLOW_THREADS = 1
"""Calls that take long share one thread: a second one would take the processor from the rest."""
_NO_BODY = BytesIO(b"")
_BODILESS = frozenset({"GET", "HEAD", "DELETE", "OPTIONS"})


WsgiApplication = Callable[[dict[str, Any], Any], Iterable[bytes]]


class Companion(Protocol):
    """Something that goes on in the event loop beside the requests."""

    def start(self, loop: asyncio.AbstractEventLoop) -> None:
        """Begin, as soon as the loop runs."""

    def stop(self) -> None:
        """End; called in the loop."""


class Front:
    """An RSGI application around a WSGI one.

    An application that has an `answer` method, as the simulator's has, is asked by it first: it
    gets the few parts of the environment that it needs, and answers None for what it wants to be
    asked as WSGI. Any other application is asked as WSGI at once.
    """

    def __init__(
        self, app: WsgiApplication, *, max_body_bytes: int, companion: Companion | None = None
    ) -> None:
        self._app = app
        self._companion = companion
        self._answer: Callable[[dict[str, Any]], Reply | None] | None = getattr(app, "answer", None)
        self._body_limit: Callable[[str], int] = getattr(
            app, "body_limit", lambda _path: max_body_bytes
        )
        self._workshop = ThreadPoolExecutor(_SLOW_THREADS, thread_name_prefix="yibao-slow")
        self._ending = False
        self._asleep: set[asyncio.Future[None]] = set()

    def __rsgi_init__(self, loop: asyncio.AbstractEventLoop) -> None:
        """Called by Granian when it has set its own signal handlers.

        Those are the event loop's, which learns of signals through a file descriptor and not
        through the handlers set here: both are carried out.
        """

        def end(_number: int, _frame: object) -> None:
            loop.call_soon_threadsafe(self._wake_all)

        for number in STOP_SIGNALS:
            signal.signal(number, end)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, STOP_SIGNALS)
        parent = multiprocessing.parent_process()
        if parent is not None:
            loop.add_reader(parent.sentinel, _end_alone, loop, parent.sentinel)
        if self._companion is not None:
            self._companion.start(loop)

    async def __rsgi__(self, scope: Any, protocol: Any) -> None:
        answer = self._answer
        environ = _environ(scope) if answer is None else _parts(scope)
        method = environ["REQUEST_METHOD"]
        if method not in _BODILESS or "CONTENT_LENGTH" in environ or _is_chunked(scope):
            await self._read_body(environ, protocol)
        reply = None if answer is None else answer(environ)
        if reply is None:
            environ = environ if answer is None else _environ(scope) | environ
            reply = _ask_wsgi(self._app, environ)
        if reply.work is not None:
            loop = asyncio.get_running_loop()
            reply = await loop.run_in_executor(self._workshop, reply.work)
        if reply.pending is not None:
            reply = await self._wait_for(reply, protocol)
        if reply.delay_ms and not self._ending:
            await self._sleep(reply.delay_ms / 1000)
        if method == "HEAD" or not reply.body:
            protocol.response_empty(reply.status, reply.headers)
        else:
            protocol.response_bytes(reply.status, reply.headers, reply.body)

    async def _wait_for(self, reply: Reply, protocol: Any) -> Reply:
        """The answer once it is there, or as it is when the caller has gone or the server ends."""
        gone = asyncio.ensure_future(protocol.client_disconnect())
        try:
            while reply.pending is not None and not self._ending:
                await self._sleep(_PENDING_INTERVAL_S)
                if gone.done():
                    break
                reply = reply.pending()
        finally:
            gone.cancel()
        return reply

    async def _sleep(self, seconds: float) -> None:
        """Wait, unless the server is told to end."""
        loop = asyncio.get_running_loop()
        woken: asyncio.Future[None] = loop.create_future()
        timer = loop.call_later(seconds, _wake, woken)
        self._asleep.add(woken)
        try:
            await woken
        finally:
            timer.cancel()
            self._asleep.discard(woken)

    def _wake_all(self) -> None:
        self._ending = True
        if self._companion is not None:
            self._companion.stop()
        for woken in self._asleep:
            _wake(woken)

    async def _read_body(self, environ: dict[str, Any], protocol: Any) -> None:
        """Put the body into the environment, or the mark that it is too large to be kept."""
        declared = environ.get("CONTENT_LENGTH", "")
        if declared.isdecimal() and int(declared) > _DISCARDED_BYTES:
            environ[BODY_TOO_LARGE] = True
            return
        limit = self._body_limit(environ["PATH_INFO"])
        body, received = bytearray(), 0
        async for chunk in protocol:
            received += len(chunk)
            if received > _DISCARDED_BYTES:
                break
            if received <= limit:
                body += chunk
        if received > limit:
            environ[BODY_TOO_LARGE] = True
            return
        environ["CONTENT_LENGTH"] = str(len(body))
        environ["wsgi.input"] = BytesIO(body)


def _end_alone(loop: asyncio.AbstractEventLoop, sentinel: int) -> None:
    """The main process was killed: nobody else would end this one, and it holds the port."""
    loop.remove_reader(sentinel)
    os.kill(os.getpid(), signal.SIGTERM)


def _wake(woken: asyncio.Future[None]) -> None:
    if not woken.done():
        woken.set_result(None)


def _line(scope: Any) -> dict[str, Any]:
    """What the request's first line and its connection say."""
    path = scope.path
    if not path.isascii():
        path = path.encode().decode("latin-1")
    query = scope.query_string
    if not query.isascii():
        query = query.encode().decode("latin-1")
    return {
        "REQUEST_METHOD": scope.method,
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "REMOTE_ADDR": scope.client.rpartition(":")[0],
        "wsgi.input": _NO_BODY,
    }


def _parts(scope: Any) -> dict[str, Any]:
    """The parts of the environment that `answer` looks at; all of them would cost more."""
    parts = _line(scope)
    header = scope.headers.get
    for name, key in _PARTS:
        value = header(name)
        if value is not None:
            parts[key] = value
    parts[OTHER_HEADERS] = header
    return parts


_PARTS = (
    ("authorization", "HTTP_AUTHORIZATION"),
    ("content-length", "CONTENT_LENGTH"),
    ("content-type", "CONTENT_TYPE"),
    ("x-request-id", "HTTP_X_REQUEST_ID"),
)


def _environ(scope: Any) -> dict[str, Any]:
    """The WSGI environment (PEP 3333) of an RSGI scope."""
    host, _, port = scope.server.rpartition(":")
    environ = _line(scope) | {
        "SCRIPT_NAME": "",
        "SERVER_NAME": host,
        "SERVER_PORT": port,
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.scheme,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": False,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    for name, value in scope.headers.items():
        key = _header_key(name)
        if key in environ and key.startswith("HTTP_"):
            value = f"{environ[key]},{value}"
        environ[key] = value
    return environ


def _header_key(name: str) -> str:
    key = _HEADER_KEYS.get(name)
    if key is None:
        key = name.upper().replace("-", "_")
        if key not in ("CONTENT_TYPE", "CONTENT_LENGTH"):
            key = "HTTP_" + key
        if len(_HEADER_KEYS) < 256:
            _HEADER_KEYS[name] = key
    return key


_HEADER_KEYS: dict[str, str] = {}


def _is_chunked(scope: Any) -> bool:
    return scope.headers.get("transfer-encoding") is not None


def _ask_wsgi(app: Callable[..., Iterable[bytes]], environ: dict[str, Any]) -> Reply:
    """Ask any WSGI application and gather its answer."""
    head: list[tuple[str, list[tuple[str, str]]]] = []

    def start_response(
        status: str, headers: list[tuple[str, str]], _exc_info: object = None
    ) -> Callable[[bytes], None]:
        head.append((status, headers))
        return lambda _data: None

    chunks = app(environ, start_response)
    try:
        body = b"".join(chunks)
    finally:
        close = getattr(chunks, "close", None)
        if close is not None:
            close()
    status, headers = head[-1]
    return Reply(int(status[:3]), body, headers)
