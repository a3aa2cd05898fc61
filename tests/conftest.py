"""The application in memory, and fresh worlds on it to talk to as an application and a tester do.

Worlds are isolated and cost nothing, so all tests of a run share one application; a test that
needs settings of its own makes another.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from simulator.app import create_app
from simulator.web.kernel import SimulatorFlask

START = "2026-06-15T10:00:00+08:00"
PASSWORD = "Lookup-2026"


@dataclass(frozen=True)
class Answer:
    """An answer of either dialect."""

    response: TestResponse

    @property
    def status(self) -> int:
        return self.response.status_code

    @property
    def json(self) -> Any:
        return self.response.get_json()

    @property
    def headers(self) -> Any:
        return self.response.headers

    @property
    def request_id(self) -> str:
        return str(self.response.headers["X-Request-Id"])

    @property
    def code(self) -> str | None:
        """The code of a refusal; None when the call was carried out."""
        body = self.response.get_json(silent=True)
        code = body.get("code") if isinstance(body, dict) else None
        return code if isinstance(code, str) else None

    @property
    def data(self) -> Any:
        """What was answered; fails for a refusal."""
        assert self.status < 400, (self.status, self.response.get_data(as_text=True)[:500])
        if self.status == 204:
            return None
        body = self.json
        return body["data"] if isinstance(body, dict) and body.get("code") == 0 else body

    @property
    def details(self) -> Any:
        """What was told beyond the message of a refusal; fails when there was none."""
        assert self.code is not None, (self.status, self.response.get_data(as_text=True)[:500])
        return self.json["details" if "details" in self.json else "data"]


class FreshWorld:
    """A world of its own, frozen at START unless made otherwise."""

    def __init__(self, client: FlaskClient, name: str) -> None:
        self.client = client
        self.name = name
        self.base = f"/w/{name}/national/api/v1"

    def ask(
        self, method: str, path: str, body: Any = None, *, token: str | None = None, **rest: Any
    ) -> Answer:
        """A call of the national platform."""
        headers = dict(rest.pop("headers", {}))
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"
        if body is not None:
            rest["json"] = body
        return Answer(self.client.open(self.base + path, method=method, headers=headers, **rest))

    def control(self, method: str, path: str = "", body: Any = None, **rest: Any) -> Answer:
        """A call of the control API below this world's path."""
        if body is not None:
            rest["json"] = body
        url = f"/_control/worlds/{self.name}{path}"
        return Answer(self.client.open(url, method=method, **rest))

    def advance(self, **span: float) -> None:
        """Move the clock: `advance(minutes=21)`."""
        seconds = timedelta(**span).total_seconds()
        _ = self.control("PATCH", "/clock", {"advance": seconds}).data

    def set_policy(self, patch: Any) -> None:
        _ = self.control("PATCH", "/policy", patch).data

    def people(self, *, insutype: str | None = "310", count: int = 200) -> list[dict[str, Any]]:
        query = f"?limit={count}" + (f"&insutype={insutype}" if insutype else "")
        items: list[dict[str, Any]] = self.control("GET", "/people" + query).data["items"]
        return items

    def person(
        self, *, insutype: str = "310", registered: bool = True, skip: int = 0
    ) -> dict[str, Any]:
        """The first person (after `skip`) of a kind."""
        wanted = (
            each
            for each in self.people(insutype=insutype, count=16)
            if each["registered"]["national"] is registered
        )
        for _ in range(skip):
            next(wanted)
        return next(wanted)

    def set_account(self, person: dict[str, Any], **patch: Any) -> dict[str, Any]:
        path = f"/people/{person['id_number']}/accounts/national"
        state: dict[str, Any] = self.control("PATCH", path, patch).data
        return state

    def account(self, person: dict[str, Any]) -> dict[str, Any]:
        path = f"/people/{person['id_number']}/accounts/national"
        state: dict[str, Any] = self.control("GET", path).data
        return state

    def code(self, phone: str, purpose: str) -> str:
        """Ask for a code and read it from the inbox."""
        _ = self.ask("POST", "/sms-codes", {"phone": phone, "purpose": purpose}).data
        return self.last_code(phone)

    def last_code(self, phone: str) -> str:
        return str(self.control("GET", f"/inbox?to={phone}").data["items"][-1]["code"])

    def try_password(self, person: dict[str, Any], password: str = "Wrong-0000") -> Answer:
        return self.ask("POST", "/sessions", {"phone": person["phone"], "password": password})

    def open_session(self, person: dict[str, Any], password: str | None = None) -> dict[str, Any]:
        """Sign a person in; the default password unless told another."""
        answer = self.try_password(person, password or person["default_password"])
        session: dict[str, Any] = answer.data
        return session

    def sign_in(self, person: dict[str, Any], password: str | None = None) -> str:
        return str(self.open_session(person, password)["access_token"])


MakeWorld = Callable[..., FreshWorld]


@pytest.fixture(scope="session")
def app() -> SimulatorFlask:
    return create_app()


@pytest.fixture
def client(app: SimulatorFlask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def make_world(client: FlaskClient) -> Iterator[MakeWorld]:
    made: list[str] = []

    def make(**body: Any) -> FreshWorld:
        body.setdefault("clock", {"freeze": START})
        answer = client.post("/_control/worlds", json=body)
        assert answer.status_code == 201, answer.get_data(as_text=True)
        made.append(answer.get_json()["name"])
        return FreshWorld(client, made[-1])

    yield make
    for name in made:
        client.delete(f"/_control/worlds/{name}")


@pytest.fixture
def world(make_world: MakeWorld) -> FreshWorld:
    return make_world()
