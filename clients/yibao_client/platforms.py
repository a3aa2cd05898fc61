"""The platforms of a world: where they are, and reference clients on them."""

from typing import TYPE_CHECKING

from yibao_client.local import LocalClient
from yibao_client.local_values import LocalSession
from yibao_client.national import NationalClient
from yibao_client.results import Session
from yibao_client.retry import RetryPolicy
from yibao_client.shell import DEFAULT_TIMEOUT_S

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
