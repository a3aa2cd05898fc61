"""What a run needs beforehand: a store file in which many people are signed in."""

from io import BytesIO
from pathlib import Path
from typing import Any

import orjson

from simulator.app import create_app
from simulator.settings import Settings
from simulator.web.kernel import SimulatorFlask

_PAGE = 1000


def ask(
    app: SimulatorFlask, method: str, path: str, body: Any = None, token: str | None = None
) -> tuple[int, bytes]:
    """One request to the application in this process; answers status and body."""
    text = b"" if body is None else orjson.dumps(body)
    environ: dict[str, Any] = {
        "REQUEST_METHOD": method,
        "PATH_INFO": path,
        "QUERY_STRING": "",
        "REMOTE_ADDR": "127.0.0.1",
        "CONTENT_TYPE": "application/json",
        "CONTENT_LENGTH": str(len(text)),
        "wsgi.input": BytesIO(text),
    }
    if token is not None:
        environ["HTTP_AUTHORIZATION"] = f"Bearer {token}"
    reply = app.answer(environ)
    assert reply is not None
    return reply.status, reply.body


def sign_people_in(store: Path, count: int) -> list[str]:
    """Access tokens of that many different people, made in a store file."""
    app = create_app(Settings(store=f"sqlite:///{store}"))
    world = app.worlds.find("default")
    listing = world.people.listing()
    tokens: list[str] = []
    offset = 0
    while len(tokens) < count:
        for person in listing.page(offset, _PAGE):
            credentials = {"phone": person.phone, "password": person.default_password}
            status, body = ask(app, "POST", "/national/api/v1/sessions", credentials)
            if status == 200:
                tokens.append(orjson.loads(body)["data"]["access_token"])
        offset += _PAGE
    return tokens[:count]
