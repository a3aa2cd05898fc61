"""Applications that people have let in, and the data calls they make."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from simulator.domain.applications import SCOPES
from simulator.services import applications, authorisation
from simulator.services.visit import Visit

CONSENT = {
    "alipay": ("/oauth2/publicAppAuthorize.htm", "app_id", "auth_code"),
    "wechat": ("/connect/oauth2/authorize", "appid", "code"),
}
"""By platform: the consent page, and what it calls the application's id and the code."""


@dataclass(frozen=True)
class Access:
    """What one person let one application do on a platform."""

    world: Any
    platform: str
    app_id: str
    granted: authorisation.Granted

    @property
    def token(self) -> str:
        return self.granted.access

    def ask(self, method: str, path: str, body: Any = None, *, token: str | None = None) -> Any:
        """A data call."""
        there = self.world.at(f"{self.platform}/yibao/v1")
        return there.ask(method, path, body, token=self.token if token is None else token)

    def data(self, path: str) -> Any:
        return self.ask("GET", path).data


@pytest.fixture(params=["alipay", "wechat"])
def platform(request) -> str:
    return str(request.param)


@pytest.fixture
def person(world) -> dict[str, Any]:
    found: dict[str, Any] = world.people(count=1)[0]
    return found


LetIn = Callable[..., Access]


@pytest.fixture
def let_in(world, platform) -> LetIn:
    """Has a person consent on the page to an application, and exchanges the code."""

    def let(person: dict[str, Any], *scopes: str, app: int = 0) -> Access:
        found = world.client.application.worlds.find(world.name)
        visit = Visit(found, platform, found.now_ms())
        application = applications.applications(found, platform)[app]
        path, id_name, code_name = CONSENT[platform]
        query = {
            id_name: application.app_id,
            "redirect_uri": application.redirect_uris[0],
            "scope": " ".join(scopes or SCOPES[platform]),
        }
        form = {"card_number": person["card_number"], "card_password": person["card_password"]}
        page = f"/w/{world.name}/{platform}{path}"
        answer = world.client.post(page, query_string=query, data=form)
        assert answer.status_code == 302, answer.get_data(as_text=True)
        [code] = parse_qs(urlsplit(answer.headers["Location"]).query)[code_name]
        granted = authorisation.exchange(visit, application, code)
        return Access(world, platform, application.app_id, granted)

    return let


@pytest.fixture
def access(let_in, person) -> Access:
    """A person who let an application do all it can."""
    return let_in(person)
