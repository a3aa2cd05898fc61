"""The testers' client: makes worlds and hands out a handle to each.

::

    with ControlClient("http://127.0.0.1:8080") as control:
        world = control.create_world()
        person = world.people.one(registered=True)
"""

import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import httpx

from yibao_client.control_values import WorldRecord
from yibao_client.operations import control
from yibao_client.retry import RetryPolicy
from yibao_client.shell import DEFAULT_TIMEOUT_S, Shell
from yibao_client.world import World

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication


class ControlClient(Shell):
    """The control API of one server. `base_url` is the server's own, without a platform or world.

    `token` is the server's control token; a server on the loopback address needs none.
    """

    def __init__(
        self,
        base_url: str,
        *,
        token: str | None = None,
        transport: httpx.BaseTransport | None = None,
        wsgi_app: "WSGIApplication | None" = None,
        timeout: float | None = DEFAULT_TIMEOUT_S,
        retries: RetryPolicy | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        super().__init__(
            base_url,
            transport=transport,
            wsgi_app=wsgi_app,
            timeout=timeout,
            retries=retries,
            headers={"authorization": f"Bearer {token}"} if token else None,
            sleep=sleep,
        )
        self.base_url = base_url.rstrip("/")
        self.wsgi_app = wsgi_app

    def create_world(
        self,
        name: str | None = None,
        *,
        seed: int | None = None,
        clock: Mapping[str, Any] | None = None,
        policy: Mapping[str, Any] | None = None,
    ) -> World:
        """A new world; without a name the server chooses one.

        `clock` takes one of `freeze`, `advance`, `scale`, `follow`, as the clock itself does.
        """
        given = {"name": name, "seed": seed, "clock": clock, "policy": policy}
        settings = {key: value for key, value in given.items() if value is not None}
        return World(self, self.run(control.create_world(settings)))

    def world(self, name: str = "default") -> World:
        """A handle to a world that exists. Raises WorldError otherwise."""
        return World(self, self.run(control.world(name)))

    def worlds(self) -> tuple[WorldRecord, ...]:
        """Every world of the server."""
        return self.run(control.list_worlds())
