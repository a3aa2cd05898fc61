"""A method of the gateway as data, and the call that one is carried out for."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from marshmallow import Schema

from simulator.domain.applications import Application, Right
from simulator.domain.people import Person
from simulator.errors import OpenIdUnknownError, SimulatorError
from simulator.services import third_party_ids
from simulator.services.authorisation import OpenGrant
from simulator.services.visit import Visit


@dataclass(frozen=True, slots=True)
class MethodCall:
    """A request whose sender, signature and form are in order."""

    visit: Visit
    application: Application
    opened: OpenGrant | None
    """What the auth_token opens; there for methods that need one."""
    given: dict[str, Any]
    """The method's own parameters, as its schema understands them."""
    base_url: str
    """Where the platform's pages are, the world's prefix included: `http://127.0.0.1/alipay`."""
    about: Callable[[Person], None]
    """Notes for the journal whom the call turned out to be about."""

    @property
    def granted(self) -> OpenGrant:
        """What the auth_token opens."""
        assert self.opened is not None, "a method that needs a token is not carried out without"
        return self.opened

    def person(self, user_id: str | None, open_id: str | None) -> Person:
        """Who is meant by a user id or by the application's open id. Raises OpenIdUnknownError."""
        world, found = self.visit.world, None
        if open_id is not None:
            app_id = self.application.app_id
            found = third_party_ids.person_of_open_id(world, "alipay", app_id, open_id)
        elif user_id is not None:
            found = third_party_ids.person_of_user_id(world, user_id)
        if found is None:
            raise OpenIdUnknownError
        self.about(found)
        return found


@dataclass(frozen=True, slots=True)
class Method:
    """One method: what it takes and from where, whom it needs, what it answers."""

    name: str
    view: Callable[[MethodCall], dict[str, Any]]
    takes: Schema
    """Its own parameters; unknown ones are let be, as the real gateway does (*assumed*)."""
    takes_from: Literal["biz_content", "parameters"] = "biz_content"
    signed_in: bool = False
    """Whether it acts for whoever let the application in: needs auth_token."""
    right: Right | None = None
    """What the application's scopes, and the token's where there is one, must open."""
    tells_code: bool = True
    """Whether an answer begins with code 10000."""
    refusals_by_name: bool = True
    """Whether refusals come under the method's name, not as error_response."""
    refusals: tuple[type[SimulatorError], ...] = ()
    """Those of its own."""

    @property
    def answer_name(self) -> str:
        """`alipay.user.info.share` → `alipay_user_info_share_response`."""
        return f"{self.name.replace('.', '_')}_response"
