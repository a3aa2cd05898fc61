"""Servers as users run them: `yibao-sim serve` in processes of its own, asked over HTTP."""

import os
import re
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, sync_playwright

COMMAND = Path(sys.executable).parent / "yibao-sim"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
READY = re.compile(r"yibao-sim ready on (http://\S+:(\d+))\n")
TIMEOUT_S = 30.0
NATIONAL = "/national/api/v1"


@dataclass
class Server:
    """One running server: its main process and where it answers."""

    process: subprocess.Popen[str]
    url: str
    port: int
    errors: Any
    stack: ExitStack = field(default_factory=ExitStack)

    def client(self, **options: Any) -> httpx.Client:
        """A client with connections of its own, closed with the server."""
        options = {"timeout": TIMEOUT_S, "base_url": self.url} | options
        return self.stack.enter_context(httpx.Client(**options))

    def connection_to_each_worker(self, workers: int) -> list[httpx.Client]:
        """Clients that each keep one connection, every one with another worker.

        A worker numbers its requests behind a mark of its own, so the ids tell them apart.
        """
        found: dict[str, httpx.Client] = {}
        for _ in range(500):
            client = self.client(limits=httpx.Limits(max_connections=1))
            worker = worker_of(client.get("/_control/worlds/default/clock"))
            if worker not in found:
                found[worker] = client
            if len(found) == workers:
                return list(found.values())
        raise AssertionError(f"500 connections reached only {len(found)} of {workers} workers")

    def signal_all(self, number: int) -> None:
        """Send a signal to the main process and all workers, as a terminal does."""
        os.killpg(self.process.pid, number)

    def wait(self) -> int:
        """The exit status, once the server has ended."""
        return self.process.wait(TIMEOUT_S)

    def stderr(self) -> str:
        self.errors.seek(0)
        return str(self.errors.read())

    def close(self) -> None:
        self.stack.close()
        # Asked first, since a server that is killed cannot remove its temporary directory.
        self.process.terminate()
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(TIMEOUT_S)
        with suppress(ProcessLookupError):
            self.signal_all(signal.SIGKILL)
        self.process.wait(TIMEOUT_S)
        if self.process.stdout is not None:
            self.process.stdout.close()
        self.errors.close()


def worker_of(answer: httpx.Response) -> str:
    """Which worker answered."""
    return answer.headers["x-request-id"].partition("-")[0]


def start_server(*options: str | Path, env: dict[str, str] | None = None) -> Server:
    """Start a server on a free port and wait for its ready line."""
    errors = tempfile.TemporaryFile("w+")  # noqa: SIM115 -- closed with the server
    process = subprocess.Popen(
        [COMMAND, "serve", "--port", "0", *map(str, options)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=errors,
        text=True,
        env=os.environ | (env or {}),
        # A group of its own, so that signals can reach every worker and nobody else.
        start_new_session=True,
    )
    assert process.stdout is not None
    line = process.stdout.readline()
    ready = READY.fullmatch(line)
    if ready is None:
        server = Server(process, "", 0, errors)
        problem = server.stderr()
        server.close()
        raise AssertionError(f"no ready line but {line!r}; stderr: {problem}")
    return Server(process, ready[1], int(ready[2]), errors)


@pytest.fixture(scope="session", autouse=True)
def _many_files() -> None:
    """A thousand connections at a time need as many file descriptors, here and in the servers."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if 0 < soft < 8192:
        wanted = 8192 if hard == resource.RLIM_INFINITY else min(8192, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


@pytest.fixture
def start() -> Iterator[Callable[..., Server]]:
    """Starts servers with given options; they are gone after the test."""
    with ExitStack() as stack:

        def begin(*options: str | Path, env: dict[str, str] | None = None) -> Server:
            server = start_server(*options, env=env)
            stack.callback(server.close)
            return server

        yield begin


@pytest.fixture(scope="module")
def one_worker() -> Iterator[Server]:
    """A server of one worker, shared by the tests of a module."""
    server = start_server()
    yield server
    server.close()


@pytest.fixture(scope="module")
def two_workers() -> Iterator[Server]:
    """A server of two workers, shared by the tests of a module."""
    server = start_server("--workers", "2")
    yield server
    server.close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    assert found, f"none of {', '.join(BROWSERS)} is installed; `make test` says how"
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"]
        with playwright.chromium.launch(executable_path=found, args=arguments) as started:
            yield started


@dataclass(frozen=True)
class Tester:
    """Control calls that many tests make, on any server."""

    def world(self, client: httpx.Client, **wanted: Any) -> str:
        """Make a world and answer its name."""
        made = client.post("/_control/worlds", json=wanted)
        assert made.status_code == 201, made.text
        return str(made.json()["name"])

    def people(self, client: httpx.Client, world: str, count: int, **query: Any) -> list[Any]:
        answer = client.get(
            f"/_control/worlds/{world}/people", params={"limit": count, **query}
        ).raise_for_status()
        return list(answer.json()["items"])

    def sign_in(self, client: httpx.Client, world: str, person: Any, password: str = "") -> Any:
        """The platform's answer to a sign-in, with the default password unless another is given."""
        return client.post(
            f"/w/{world}{NATIONAL}/sessions",
            json={
                "phone": person["phone"],
                "password": password or person["default_password"],
            },
        )

    def clock(self, client: httpx.Client, world: str, **change: Any) -> Any:
        answer = client.patch(f"/_control/worlds/{world}/clock", json=change)
        return answer.raise_for_status().json()

    def wait_until(self, condition: Callable[[], bool], what: str) -> None:
        """Ask again and again until it holds; a failure when it does not come to hold."""
        deadline = time.monotonic() + TIMEOUT_S
        while not condition():
            assert time.monotonic() < deadline, f"waited {TIMEOUT_S} s for {what}"


@pytest.fixture(scope="session")
def tester() -> Tester:
    return Tester()
