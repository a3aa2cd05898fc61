"""The platforms of a world: where they are, and reference clients on them."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from yibao_client.applications import (
    DEFAULT_REDIRECT_URI,
    AlipayApplication,
    RegisteredApplication,
    WeChatApplication,
)
from yibao_client.clock import Clock
from yibao_client.local import LocalClient
from yibao_client.local_values import LocalSession
from yibao_client.national import NationalClient
from yibao_client.operations import control as calls
from yibao_client.results import Session
from yibao_client.retry import RetryPolicy
from yibao_client.shell import DEFAULT_TIMEOUT_S
from yibao_client.third_party import AlipayClient, WeChatClient
from yibao_client.third_party_values import Grant

if TYPE_CHECKING:
    from yibao_client.control import ControlClient


class NationalPlatform:
    """The world's national platform."""

    def __init__(self, control: "ControlClient", world_url: str) -> None:
        self._control = control
        self.base_url = f"{world_url}/national"
        """What the application under test is pointed at."""

    def client(
        self,
        *,
        session: Session | None = None,
        timeout: float | None = DEFAULT_TIMEOUT_S,
        retries: RetryPolicy | None = None,
    ) -> NationalClient:
        """A new reference client, to be closed by the caller."""
        return NationalClient(
            self.base_url,
            wsgi_app=self._control.wsgi_app,
            session=session,
            timeout=timeout,
            retries=retries,
        )


class LocalPlatform:
    """The local platform of one pooling area of the world."""

    def __init__(self, control: "ControlClient", world_url: str, region: str) -> None:
        self._control = control
        self.region = region
        """admdvs of the pooling area."""
        self.base_url = f"{world_url}/local/{region}"
        """What the application under test is pointed at."""

    def client(
        self,
        *,
        session: LocalSession | None = None,
        timeout: float | None = DEFAULT_TIMEOUT_S,
        retries: RetryPolicy | None = None,
    ) -> LocalClient:
        """A new reference client, to be closed by the caller."""
        return LocalClient(
            self.base_url,
            wsgi_app=self._control.wsgi_app,
            session=session,
            timeout=timeout,
            retries=retries,
        )


class ThirdPartyPlatform:
    """A third-party platform of the world, and the applications registered there."""

    def __init__(self, control: "ControlClient", world: str, world_url: str, name: str) -> None:
        self._control = control
        self._world = world
        self.name = name
        self.base_url = f"{world_url}/{name}"
        """What the application under test is pointed at."""

    def applications(self) -> tuple[RegisteredApplication, ...]:
        """Those of the register, in whatever state, the ready-made ones first."""
        return self._control.run(calls.applications(self._world, self.name))

    def register(
        self,
        name: str,
        *,
        redirect_uris: Sequence[str] = (DEFAULT_REDIRECT_URI,),
        **rest: Any,
    ) -> RegisteredApplication:
        """A new application; one under a name that is taken is an impostor.

        `rest`: `app_id`, `owner`, `scopes`, `state`, `public_key`, as the control API has them.
        """
        wanted = {"platform": self.name, "name": name, "redirect_uris": list(redirect_uris)}
        return self._control.run(calls.make_application(self._world, wanted | rest))

    def patch(self, app_id: str, **change: Any) -> RegisteredApplication:
        """Change an application's `state` or `redirect_uris`."""
        operation = calls.change_application(self._world, self.name, app_id, change)
        return self._control.run(operation)

    def _registered(self, app_id: str | None) -> RegisteredApplication:
        """The application of an id, else the first that is active. Raises LookupError."""
        for each in self.applications():
            if each.app_id == app_id or (app_id is None and each.state == "active"):
                return each
        raise LookupError(f"{self.name} has no application {app_id or 'that is active'}")


class AlipayPlatform(ThirdPartyPlatform):
    """The world's Alipay."""

    def __init__(self, control: "ControlClient", world: str, world_url: str, clock: Clock) -> None:
        super().__init__(control, world, world_url, "alipay")
        self._clock = clock

    def application(self, app_id: str | None = None) -> AlipayApplication:
        """An application with its keys: the one of an id, else the first that is active.

        Raises LookupError for another's id, and for one whose key only its owner has.
        """
        found = self._registered(app_id)
        keys = self._control.run(calls.application_keys(self._world, self.name, found.app_id))
        if keys.private_key is None:
            raise LookupError(f"the key of {found.app_id} is its owner's")
        return AlipayApplication(
            found.app_id, keys.private_key, keys.platform_public_key, found.redirect_uris[0]
        )

    def client(
        self,
        application: AlipayApplication | None = None,
        *,
        session: Grant | None = None,
        timeout: float | None = DEFAULT_TIMEOUT_S,
        retries: RetryPolicy | None = None,
    ) -> AlipayClient:
        """A new reference client, to be closed by the caller; it signs by the world's clock."""
        return AlipayClient(
            self.base_url,
            application or self.application(),
            now=self._clock.now,
            wsgi_app=self._control.wsgi_app,
            session=session,
            timeout=timeout,
            retries=retries,
        )


class WeChatPlatform(ThirdPartyPlatform):
    """The world's WeChat."""

    def __init__(self, control: "ControlClient", world: str, world_url: str) -> None:
        super().__init__(control, world, world_url, "wechat")

    def application(self, app_id: str | None = None) -> WeChatApplication:
        """An application with its secret: the one of an id, else the first that is active.

        Raises LookupError for another's id.
        """
        found = self._registered(app_id)
        return WeChatApplication(found.app_id, found.secret or "", found.redirect_uris[0])

    def client(
        self,
        application: WeChatApplication | None = None,
        *,
        session: Grant | None = None,
        timeout: float | None = DEFAULT_TIMEOUT_S,
        retries: RetryPolicy | None = None,
    ) -> WeChatClient:
        """A new reference client, to be closed by the caller."""
        return WeChatClient(
            self.base_url,
            application or self.application(),
            wsgi_app=self._control.wsgi_app,
            session=session,
            timeout=timeout,
            retries=retries,
        )
