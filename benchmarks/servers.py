"""Processes under test: the simulator, and stock Flask answering fixed bytes on the same front."""

import contextlib
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

_START_TIMEOUT_S = 30
BALANCE_PATH = "/national/api/v1/balance"


@contextlib.contextmanager
def simulator(*options: str) -> Iterator[str]:
    """A simulator on a free port; yields its base URL."""
    command = [sys.executable, "-m", "simulator.cli", "serve", "--port", "0", *options]
    with _process(command) as process:
        assert process.stdout is not None
        line = process.stdout.readline().decode()
        if " ready on " not in line:
            raise RuntimeError(f"the simulator did not start: {line!r}")
        yield line.split()[-1]


@contextlib.contextmanager
def bare_flask(body_file: Path) -> Iterator[str]:
    """Stock Flask with one view that returns the file's bytes; yields its base URL."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "benchmarks.bare_flask", str(port), str(body_file)]
    with _process(command):
        first_answer(port, BALANCE_PATH)
        yield f"http://127.0.0.1:{port}"


@contextlib.contextmanager
def _process(command: list[str]) -> Iterator[subprocess.Popen[bytes]]:
    environ = {name: value for name, value in os.environ.items() if not name.startswith("YIBAO_")}
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=environ) as process:
        try:
            yield process
        finally:
            process.terminate()
            process.wait(timeout=15)


def first_answer(port: int, path: str) -> None:
    """Wait until a server answers with status 200."""
    request = f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode()
    deadline = time.monotonic() + _START_TIMEOUT_S
    while time.monotonic() < deadline:
        with (
            contextlib.suppress(OSError),
            socket.create_connection(("127.0.0.1", port), 1) as connection,
        ):
            connection.sendall(request)
            if connection.recv(16).startswith(b"HTTP/1.1 200"):
                return
        time.sleep(0.002)
    raise RuntimeError(f"nothing answers on port {port}")
