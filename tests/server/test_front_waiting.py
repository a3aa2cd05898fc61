"""What the front does while an answer is not there yet, without a socket."""

import asyncio
from types import SimpleNamespace
from typing import Any

from simulator.front import Front
from simulator.web.reply import Reply

SCOPE = SimpleNamespace(
    method="GET",
    path="/",
    query_string="",
    client="127.0.0.1:40000",
    headers={},
)


class App:
    """An application whose one answer never comes; counts how often it was asked."""

    def __init__(self) -> None:
        self.asked = 0

    def __call__(self, _environ: Any, _start_response: Any) -> list[bytes]:
        raise AssertionError("asked as WSGI")

    def answer(self, _environ: Any) -> Reply:
        return self._later()

    def _later(self) -> Reply:
        self.asked += 1
        return Reply(200, b"nothing yet", pending=self._later)


class Connection:
    """A connection whose caller leaves once the application was asked so often."""

    def __init__(self, app: App, *, leaves_after: int) -> None:
        self._app = app
        self._leaves_after = leaves_after
        self.sent: list[bytes] = []

    async def client_disconnect(self) -> None:
        while self._app.asked < self._leaves_after:
            await asyncio.sleep(0)

    def response_bytes(self, _status: int, _headers: Any, body: bytes) -> None:
        self.sent.append(body)


def test_nothing_is_looked_for_once_the_caller_has_gone() -> None:
    app = App()
    connection = Connection(app, leaves_after=3)
    front = Front(app, max_body_bytes=1024)
    asyncio.run(asyncio.wait_for(front.__rsgi__(SCOPE, connection), 20))
    assert app.asked == 3
    assert connection.sent == [b"nothing yet"]
