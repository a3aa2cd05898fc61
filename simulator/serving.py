"""Running the server: Granian with the RSGI front, one worker or several, and its clean end."""

import contextlib
import gc
import os
import resource
import shutil
import signal
import socket
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from simulator.settings import Settings

STOP_SIGNALS = frozenset({signal.SIGTERM, signal.SIGINT})
"""What ends the server; a worker starts with these held back, until the front can act on them."""

_READY_TIMEOUT_S = 30.0
_READY_POLL_S = 0.01
_STOP_TIMEOUT_S = 5
_ON_STDERR = {
    "class": "logging.StreamHandler",
    "formatter": "generic",
    "stream": "ext://sys.stderr",
}
_MOST_DESCRIPTORS = 65_536
_OWN_DESCRIPTORS = 64
"""What a worker needs beside its connections: store, journals, event loop, pages being read."""


class PortError(Exception):
    """The address cannot be listened on."""


def serve(settings: Settings, *, announce: Callable[[str], None]) -> int:
    """Serve until SIGTERM or SIGINT; answers the exit status.

    `announce` is called with the base URL once the server answers. Raises PortError.
    """
    with contextlib.ExitStack() as cleanup:
        port, holder = _claim(settings.host, settings.port)
        cleanup.callback(holder.close)
        settings = replace(settings, port=port)
        _allow_many_connections()
        if settings.workers > 1:
            settings = _shared(settings, cleanup)
        return _run(settings, announce)


def _claim(host: str, port: int) -> tuple[int, socket.socket]:
    """Bind the port without listening, so that the workers' own sockets find it free and ours.

    Raises PortError when somebody else has it.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    holder = socket.socket(family, socket.SOCK_STREAM)
    try:
        # First as a newcomer, which a listener of anybody's refuses; then to be shared.
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
            port = probe.getsockname()[1]
        holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        holder.bind((host, port))
    except OSError as error:
        holder.close()
        problem = os.strerror(error.errno) if error.errno else str(error)
        raise PortError(f"cannot listen on {host}:{port}: {problem}") from error
    return port, holder


def _allow_many_connections() -> None:
    """Raise the limit on open files as far as the system lets this process: each connection takes
    one, and the usual 1,024 would end a load test early."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def _shared(settings: Settings, cleanup: contextlib.ExitStack) -> Settings:
    """Settings under which several workers see one state and each other's journals."""
    directory = tempfile.mkdtemp(prefix="yibao-sim-")
    cleanup.callback(shutil.rmtree, directory, ignore_errors=True)
    store = settings.store
    if store == "sqlite://":
        store = f"sqlite:///{Path(directory, 'state.sqlite')}"
    return replace(settings, store=store, journal_dir=settings.journal_dir or directory)


def _most_connections() -> int:
    """How many connections a worker may hold, once the limit on descriptors is raised to its most.

    Each kept connection is a descriptor, and 1,024 of them, the limit most systems start with, are
    few for a load test. Whoever comes beyond waits until somebody else has left.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    unlimited = resource.RLIM_INFINITY
    wanted = _MOST_DESCRIPTORS if hard == unlimited else min(hard, _MOST_DESCRIPTORS)
    if soft != unlimited and soft < wanted:
        # Some systems allow less than what they call the hard limit.
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
            soft = wanted
    allowed = _MOST_DESCRIPTORS if soft == unlimited else min(soft, _MOST_DESCRIPTORS)
    return max(1, allowed - _OWN_DESCRIPTORS)


def _run(settings: Settings, announce: Callable[[str], None]) -> int:
    from granian.constants import HTTPModes, Interfaces, Loops
    from granian.log import LogLevels
    from granian.server.mp import MPServer

    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    announcer = threading.Thread(
        target=_announce_when_ready,
        args=(settings, partial(announce, f"http://{host}:{settings.port}")),
        daemon=True,
    )

    class AnnouncingServer(MPServer):
        """Starts the announcer once the workers are forked: a thread that runs while a process
        is forked may leave locks behind in the copy that nobody ever releases.

        The workers begin with the stop signals held back, and let them through once they have
        handlers of their own (see Front): before that, a signal would be taken by a copy of the
        parent's handler, which does nothing there.

        A terminal that goes away ends the server too, unless it was started to stay (nohup).
        Granian would start the workers anew, and what they keep in memory would be gone. The
        workers leave that signal to the main process."""

        def startup(self, spawn_target: Any, target_loader: Any) -> None:
            stays = signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
            held_back = STOP_SIGNALS | {signal.SIGHUP}
            signal.pthread_sigmask(signal.SIG_BLOCK, held_back)
            try:
                super().startup(spawn_target, target_loader)  # type: ignore[no-untyped-call]
                on_hangup = signal.SIG_IGN if stays else self.signal_handler_interrupt
                signal.signal(signal.SIGHUP, on_hangup)
            finally:
                signal.pthread_sigmask(signal.SIG_UNBLOCK, held_back)
            announcer.start()

    server = AnnouncingServer(
        "simulator.serving",
        address=settings.host,
        port=settings.port,
        interface=Interfaces.RSGI,
        http=HTTPModes.http1,
        # Not whatever happens to be installed: the front's way with signals is asyncio's.
        loop=Loops.asyncio,
        workers=settings.workers,
        websockets=False,
        backlog=4096,
        backpressure=_most_connections(),
        log_level=LogLevels.warning,
        # Not on stdout, as Granian has it: whoever waits for the ready line reads that.
        log_dictconfig={"handlers": {"console": _ON_STDERR, "access": _ON_STDERR}},
        workers_kill_timeout=_STOP_TIMEOUT_S,
    )
    try:
        server.serve(target_loader=partial(load_front, settings), wrap_loader=False)
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else 1
    return 0


def load_front(settings: Settings) -> Any:
    """The RSGI application of one worker process."""
    # Judging an upload gains nothing from more threads, which would take the processor from the
    # other requests; read when numpy is first imported.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    # What is loaded and made here stays: looking through it for garbage would cost a tenth of the
    # start, and a pause of later requests again and again.
    gc.disable()

    from simulator.app import create_app
    from simulator.deliveries.background import Background
    from simulator.front import Front
    from simulator.services.webhook_targets import WebhookTargets

    app = create_app(settings, worker=str(os.getpid()))
    background = Background(app.worlds, WebhookTargets(settings.webhook_hosts))
    gc.freeze()
    gc.enable()
    return Front(app, max_body_bytes=settings.max_body_bytes, companion=background)


def _announce_when_ready(settings: Settings, announce: Callable[[], None]) -> None:
    """Call `announce` once the server answers on its port."""
    host = "127.0.0.1" if settings.host in ("0.0.0.0", "") else settings.host
    host = "::1" if host == "::" else host
    deadline = time.monotonic() + _READY_TIMEOUT_S
    while time.monotonic() < deadline:
        with (
            contextlib.suppress(OSError),
            socket.create_connection((host, settings.port), 1) as link,
        ):
            link.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            if link.recv(16).startswith(b"HTTP/1.1 200"):
                announce()
                return
        time.sleep(_READY_POLL_S)
    print("yibao-sim: the server does not answer", file=sys.stderr)  # noqa: T201  # no log yet
