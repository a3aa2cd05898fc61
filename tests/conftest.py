"""The application in memory, and fresh worlds on it to talk to as an application and a tester do.

Worlds are isolated and cost nothing, so all tests of a run share one application; a test that
needs settings of its own makes another.
"""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO
from typing import Any

import orjson
import pytest
from flask.testing import FlaskClient
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from simulator.app import create_app
from simulator.web.kernel import SimulatorFlask

if "PYTEST_XDIST_WORKER" in os.environ:
    # Coverage is measured in the processes of the tests, not in those that they start: servers
    # would be slower, and leave figures behind that nobody expects.
    os.environ.pop("COVERAGE_PROCESS_CONFIG", None)

EVIDENCE = {
    "front": "id-card/front.jpg",
    "back": "id-card/back.jpg",
    "face": "face.jpg",
    "fingerprint": "biometrics/fingerprint",
    "iris": "biometrics/iris",
}
PICTURES: dict[object, bytes] = {}
"""What was drawn in this run: the same question has the same answer (tests/control holds the
server to that), and drawing is what takes longest."""

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

    def __init__(self, client: FlaskClient, name: str, region: str | None = None) -> None:
        self.client = client
        self.name = name
        self.region = region
        self.kind = "national" if region is None else "local"
        self.platform = self.kind if region is None else f"local:{region}"
        place = "national" if region is None else f"local/{region}"
        self.base = f"/w/{name}/{place}/api/v1"

    def local(self, region: str) -> "FreshWorld":
        """The same world, talked to through the local platform of a pooling area."""
        return FreshWorld(self.client, self.name, region)

    def at(self, place: str) -> "FreshWorld":
        """The same world, talked to at another path: `wechat/yibao/v1`."""
        there = FreshWorld(self.client, self.name)
        there.base = f"/w/{self.name}/{place}"
        return there

    def ask(
        self, method: str, path: str, body: Any = None, *, token: str | None = None, **rest: Any
    ) -> Answer:
        """A call of the platform."""
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
        """People whom the platform talked to serves."""
        query = f"?limit={count}" + (f"&insutype={insutype}" if insutype else "")
        if self.region is not None:
            query += f"&region={self.region}"
        items: list[dict[str, Any]] = self.control("GET", "/people" + query).data["items"]
        return items

    def person(
        self, *, insutype: str = "310", registered: bool = True, skip: int = 0
    ) -> dict[str, Any]:
        """The first person (after `skip`) of a kind."""
        wanted = (
            each
            for each in self.people(insutype=insutype, count=16)
            if each["registered"][self.kind] is registered
        )
        for _ in range(skip):
            next(wanted)
        return next(wanted)

    def set_account(self, person: dict[str, Any], **patch: Any) -> dict[str, Any]:
        path = f"/people/{person['id_number']}/accounts/{self.platform}"
        state: dict[str, Any] = self.control("PATCH", path, patch).data
        return state

    def account(self, person: dict[str, Any]) -> dict[str, Any]:
        path = f"/people/{person['id_number']}/accounts/{self.platform}"
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

    def register(self, person: dict[str, Any]) -> str:
        """Make an account for a person's phone; the access token of its first session."""
        phone = person["phone"]
        body = {"phone": phone, "sms_code": self.code(phone, "register"), "password": PASSWORD}
        _ = self.ask("POST", "/accounts", body).data
        return self.sign_in(person, PASSWORD)

    def picture(self, person: dict[str, Any], what: str, **conditions: Any) -> bytes:
        """Evidence to upload: `front` or `back` of the person's card, or the `face`."""
        described = self.control("GET").data
        today = described["clock"]["now"][:10]
        asked = (described["seed"], today, person["id_number"], what, *sorted(conditions.items()))
        if asked not in PICTURES:
            PICTURES[asked] = self.evidence(person, what, **conditions).response.data
        return PICTURES[asked]

    def sample(self, person: dict[str, Any], kind: str, **conditions: Any) -> str:
        """What a sensor delivers of the person: `fingerprint` or `iris`, base64."""
        return str(self.evidence(person, kind, **conditions).data["sample"])

    def evidence(self, person: dict[str, Any], what: str, **conditions: Any) -> Answer:
        path = f"/people/{person['id_number']}/{EVIDENCE[what]}"
        query = {
            name: orjson.dumps(value).decode().strip('"') for name, value in conditions.items()
        }
        answer = self.control("GET", path, query_string=query)
        assert answer.status == 200, answer.response.get_data(as_text=True)[:500]
        return answer

    def upload_card(self, token: str, front: bytes, back: bytes) -> Answer:
        return self._upload("/account/real-name/id-card", token, front=front, back=back)

    def upload_face(self, token: str, photo: bytes) -> Answer:
        return self._upload("/account/real-name/face", token, photo=photo)

    def upload_own_card(self, token: str, person: dict[str, Any], **conditions: Any) -> Answer:
        """The person's card, the front under some conditions."""
        front = self.picture(person, "front", **conditions)
        return self.upload_card(token, front, self.picture(person, "back"))

    def verify(self, person: dict[str, Any]) -> str:
        """Register a person and verify the real name; the access token."""
        token = self.register(person)
        _ = self.upload_own_card(token, person).data
        _ = self.upload_face(token, self.picture(person, "face")).data
        return token

    def _upload(self, path: str, token: str, **files: bytes) -> Answer:
        parts = {name: FileStorage(BytesIO(content), name) for name, content in files.items()}
        boundary, body = encode_multipart(parts)
        content_type = f"multipart/form-data; boundary={boundary}"
        return self.ask("POST", path, token=token, data=body, content_type=content_type)


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
