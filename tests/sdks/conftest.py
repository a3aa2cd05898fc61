"""Servers where SDKs look for Alipay, and the SDKs in environments of their own.

The official SDK breaks on an address with a port, so the server listens on port 80 of a loopback
address that no other run uses.
"""

import json
import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import pytest

ROOT = Path(__file__).parents[2]
COMMAND = Path(sys.executable).parent / "yibao-sim"
READY = re.compile(r"yibao-sim ready on (http://\S+)\n")
CALLBACK = "http://127.0.0.1:5000/callback"
TIMEOUT_S = 60


def unavailable(problem: str) -> None:
    """Fail where the means are there to be had, as root and in CI; elsewhere skip."""
    if os.geteuid() == 0 or "CI" in os.environ:
        pytest.fail(problem)
    pytest.skip(problem)


def address_with_port_80() -> str:
    """A loopback address whose port 80 is free."""
    number = os.getpid()
    # All of 127/8 is the machine itself on Linux, elsewhere only 127.0.0.1 is.
    for address in (f"127.80.{number >> 8 & 255}.{number & 255 or 1}", "127.0.0.1"):
        with socket.socket() as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                trial.bind((address, 80))
            except OSError as error:
                problem = f"port 80 of {address}: {error.strerror}"
            else:
                return address
    unavailable(
        f"the official Alipay SDK needs a server on port 80 of a loopback address ({problem}): "
        "run as root, or: sudo sysctl net.ipv4.ip_unprivileged_port_start=80"
    )
    raise AssertionError


@dataclass
class Alipay:
    """A world of a running server, with one of its applications."""

    control: httpx.Client
    base_url: str
    name: str
    app_id: str
    keys: dict[str, Any]

    @property
    def gateway(self) -> str:
        return f"{self.base_url}/w/{self.name}/alipay/gateway.do"

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        """A call of the control API below the world's path."""
        answer = self.control.request(method, f"/_control/worlds/{self.name}{path}", json=body)
        assert answer.status_code < 300, answer.text
        return answer.json()

    def person(self) -> dict[str, Any]:
        [person] = self.ask("GET", "/people?insutype=310&limit=1")["items"]
        return person

    def consent(self, person: dict[str, Any]) -> str:
        """The code that comes back when a person lets the application in, by the form alone."""
        query = {"app_id": self.app_id, "scope": "auth_user", "redirect_uri": CALLBACK}
        page = f"/w/{self.name}/alipay/oauth2/publicAppAuthorize.htm?{urlencode(query)}"
        form = {name: person[name] for name in ("card_number", "card_password")}
        location = self.control.post(page, data=form).headers["Location"]
        return parse_qs(urlsplit(location).query)["auth_code"][0]

    def run(self, sdk: str, script: str, **given: Any) -> dict[str, Any]:
        """What a script prints that is run where an SDK is installed."""
        python = ROOT / ".venv-sdks" / sdk / "bin" / "python"
        if not python.exists():
            unavailable(f"{sdk} is not installed: make .venv-sdks/{sdk}/.made")
        given |= {"gateway": self.gateway, "app_id": self.app_id, "keys": self.keys}
        done = subprocess.run(
            [python, "-I", Path(__file__).with_name(script)],
            input=json.dumps(given),
            capture_output=True,
            text=True,
            timeout=TIMEOUT_S,
        )
        assert done.returncode == 0, done.stderr
        told: dict[str, Any] = json.loads(done.stdout)
        return told


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """Where a server on port 80 is."""
    address = address_with_port_80()
    process = subprocess.Popen(
        [COMMAND, "serve", "--host", address, "--port", "80"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    try:
        assert READY.fullmatch(process.stdout.readline())
        yield f"http://{address}"
    finally:
        process.terminate()
        process.wait(TIMEOUT_S)
        process.stdout.close()


@pytest.fixture
def alipay(server: str) -> Iterator[Alipay]:
    """A world of its own with the application that every world has."""
    with httpx.Client(base_url=server, timeout=TIMEOUT_S) as client:
        made = client.post("/_control/worlds", json={"seed": 1})
        name = made.json()["name"]
        alipay = Alipay(client, server, name, "", {})
        [first, *_] = alipay.ask("GET", "/applications?platform=alipay")["items"]
        alipay.app_id = first["app_id"]
        alipay.keys = alipay.ask("GET", f"/applications/alipay/{alipay.app_id}/keys")
        yield alipay
        client.delete(f"/_control/worlds/{name}")
