"""How the server begins and ends: ready line, signals, and what it refuses to start with."""

import os
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest

COMMAND = Path(sys.executable).parent / "yibao-sim"
SIGNALS = {
    "SIGTERM": lambda server: server.process.send_signal(signal.SIGTERM),
    "SIGINT": lambda server: server.process.send_signal(signal.SIGINT),
    "Ctrl-C": lambda server: server.signal_all(signal.SIGINT),
    "terminal closed": lambda server: server.signal_all(signal.SIGHUP),
}


def refused_start(*options: str, env: dict[str, str] | None = None) -> str:
    """The line a server that cannot start ends with, checked for its form."""
    run = subprocess.run(
        [COMMAND, *options],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
        env=os.environ | (env or {}),
    )
    assert run.returncode == 2, run
    assert run.stdout == ""
    assert run.stderr.startswith("yibao-sim: ")
    assert run.stderr.count("\n") == 1, run.stderr
    return run.stderr


def test_ready_line_names_a_port_that_answers(start: Callable[..., Any]) -> None:
    first, second = start(), start("--workers", "2")
    assert first.port != second.port
    for server in (first, second):
        assert server.client().get("/healthz").json() == {"status": "ok"}


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("way", SIGNALS)
def test_signal_ends_the_server_cleanly_while_a_long_poll_waits(
    start: Callable[..., Any], tmp_path: Path, workers: int, way: str
) -> None:
    server = start("--workers", str(workers), env={"TMPDIR": str(tmp_path)})
    with socket.create_connection(("127.0.0.1", server.port), 10) as waiting:
        waiting.sendall(
            b"GET /_control/worlds/default/inbox?wait=60 HTTP/1.1\r\nHost: localhost\r\n\r\n"
        )
        assert server.client().get("/healthz").status_code == 200
        SIGNALS[way](server)
        assert server.wait() == 0
    assert server.stderr() == ""
    assert server.process.stdout.read() == ""
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(httpx.ConnectError):
        httpx.get(server.url, timeout=5)


def test_idle_connections_do_not_hold_up_the_end(start: Callable[..., Any]) -> None:
    server = start("--workers", "2")
    for client in server.connection_to_each_worker(2):
        client.get("/healthz")
    server.process.terminate()
    assert server.wait() == 0
    assert server.stderr() == ""


def test_server_started_to_stay_outlives_its_terminal(start: Callable[..., Any]) -> None:
    ignored = signal.signal(signal.SIGHUP, signal.SIG_IGN)  # what nohup does
    try:
        server = start("--workers", "2")
    finally:
        signal.signal(signal.SIGHUP, ignored)
    clients = server.connection_to_each_worker(2)
    world = clients[0].post("/_control/worlds", json={}).json()["name"]
    server.signal_all(signal.SIGHUP)
    for client in clients:
        assert client.get(f"/_control/worlds/{world}").status_code == 200
    server.process.terminate()
    assert server.wait() == 0


def test_server_that_loses_a_worker_ends_and_says_so(start: Callable[..., Any]) -> None:
    server = start("--workers", "2")
    children = Path(f"/proc/{server.process.pid}/task/{server.process.pid}/children")
    os.kill(int(children.read_text().split()[0]), signal.SIGKILL)
    assert server.wait() == 1
    assert "Unexpected exit from worker" in server.stderr()
    assert server.process.stdout.read() == ""


@pytest.mark.parametrize("workers", [1, 2])
def test_workers_do_not_outlive_a_main_process_that_was_killed(
    start: Callable[..., Any], tester: Any, tmp_path: Path, workers: int
) -> None:
    server = start("--workers", str(workers), env={"TMPDIR": str(tmp_path)})
    clients = server.connection_to_each_worker(workers)
    server.process.kill()
    server.wait()

    def gone() -> bool:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", server.port))
            except OSError:
                return False
        return True

    tester.wait_until(gone, "the port to be free again")
    assert len(clients) == workers


def test_port_in_use_is_refused(start: Callable[..., Any]) -> None:
    server = start()
    line = refused_start("serve", "--port", str(server.port))
    assert f"127.0.0.1:{server.port}" in line
    assert "Address already in use" in line
    assert server.client().get("/healthz").status_code == 200


def test_store_that_is_no_database_is_refused(tmp_path: Path) -> None:
    not_a_database = tmp_path / "notes.txt"
    not_a_database.write_text("These are notes. " * 100)
    for path in (not_a_database, tmp_path, tmp_path / "absent" / "state.sqlite"):
        line = refused_start("serve", "--port", "0", "--store", f"sqlite:///{path}")
        assert str(path) in line
    assert not_a_database.read_text().startswith("These are notes.")


def test_store_of_another_version_is_refused(start: Callable[..., Any], tmp_path: Path) -> None:
    path = tmp_path / "state.sqlite"
    server = start("--store", f"sqlite:///{path}")
    server.process.terminate()
    assert server.wait() == 0
    with closing(sqlite3.connect(path)) as store, store:
        store.execute("UPDATE value SET value = ?", (b'{"name":"default"}',))
    line = refused_start("serve", "--port", "0", "--store", f"sqlite:///{path}")
    assert "another version" in line


@pytest.mark.parametrize(
    ("options", "named"),
    [
        (["serve", "--prot", "1"], "--prot"),
        (["serve", "--port", "many"], "--port"),
        (["serve", "--port", "70000"], "70000"),
        (["serve", "--workers", "0"], "workers 0"),
        (["serve", "--seed", "-1"], "seed -1"),
        (["serve", "--store", "postgres://x"], "postgres://x"),
        (["serve", "--control-token", " "], "control token"),
        (["serve", "--host", "0.0.0.0"], "--control-token"),
        (["serve", "--host", "::", "--port", "0"], "--control-token"),
        (["serve", "--host", "192.0.2.1", "--control-token", "t"], "192.0.2.1"),
        (["serv"], "serv"),
    ],
)
def test_bad_option_is_refused_in_one_line(options: list[str], named: str) -> None:
    assert named in refused_start(*options)


def test_bad_environment_variable_is_named() -> None:
    assert "YIBAO_PORT" in refused_start("serve", env={"YIBAO_PORT": "first"})


def test_environment_stands_in_for_options(start: Callable[..., Any]) -> None:
    server = start(env={"YIBAO_SEED": "42", "YIBAO_CONTROL_TOKEN": "from-outside"})
    client = server.client(headers={"authorization": "Bearer from-outside"})
    assert client.get("/_control/worlds/default").json()["seed"] == 42


def test_public_address_serves_with_a_control_token(start: Callable[..., Any]) -> None:
    server = start("--host", "0.0.0.0", "--control-token", "s3cret")
    client = server.client(base_url=f"http://127.0.0.1:{server.port}")
    assert client.get("/_control/worlds").status_code == 401


@pytest.mark.parametrize("workers", ["1", "2"])
def test_control_token_is_asked_of_control_calls_alone(
    start: Callable[..., Any], workers: str
) -> None:
    server = start("--control-token", "s3cret", "--workers", workers)
    client = server.client()
    for header in ({}, {"authorization": "Bearer wrong"}, {"authorization": "s3cret"}):
        for method, path in (
            ("GET", "/_control/worlds"),
            ("POST", "/_control/worlds"),
            ("GET", "/_control/worlds/default/people"),
            ("DELETE", "/_control/worlds/default/journal"),
        ):
            answer = client.request(method, path, headers=header)
            assert answer.status_code == 401
            assert answer.json()["code"] == "control.unauthorised"
    right = {"authorization": "Bearer s3cret"}
    assert client.get("/_control/worlds", headers=right).json()["total"] == 1
    assert client.get("/national/api/v1/balance").json()["code"] == "session.missing"


def test_what_waits_in_both_workers_is_answered_at_the_end(
    start: Callable[..., Any], tester: Any
) -> None:
    server = start("--workers", "2")
    clients = server.connection_to_each_worker(2)
    made = clients[0].post(
        "/_control/worlds",
        json={"name": "slow", "policy": {"platforms": {"national": {"latency": 60_000}}}},
    )
    assert made.status_code == 201
    answers = {}

    def wait(name: str, client: httpx.Client, path: str) -> None:
        answers[name] = client.get(path)

    slow, poll = "/w/slow/national/api/v1/balance", "/_control/worlds/slow/inbox?wait=60"
    threads = [
        threading.Thread(target=wait, args=(name, client, path))
        for name, client, path in (("poll", clients[1], poll), ("slow", clients[0], slow))
    ]
    for thread in threads:
        thread.start()
    journal, watcher = "/_control/worlds/slow/journal", server.client()
    tester.wait_until(lambda: watcher.get(journal).json()["total"] == 1, "the slow request")
    server.process.terminate()
    assert server.wait() == 0
    for thread in threads:
        thread.join(30)
    assert answers["slow"].json()["code"] == "session.missing"
    assert answers["poll"].json() == {"items": [], "total": 0}
