"""An application on a third-party platform and a person who is asked for consent, over HTTP."""

import re
from dataclasses import dataclass, field
from html import unescape
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import orjson
import pytest
from werkzeug.test import TestResponse

BACK = "http://localhost:5000/callback"
SCOPES = {"alipay": "auth_user", "wechat": "snsapi_userinfo"}
PATHS = {
    "alipay": ("/alipay/oauth2/publicAppAuthorize.htm", "app_id"),
    "wechat": ("/wechat/connect/oauth2/authorize", "appid"),
}


@dataclass(frozen=True)
class Page:
    """What a consent page answered."""

    response: TestResponse

    @property
    def status(self) -> int:
        return self.response.status_code

    @property
    def text(self) -> str:
        return self.response.get_data(as_text=True)

    @property
    def code(self) -> str | None:
        return self._meta("code")

    @property
    def details(self) -> Any:
        return orjson.loads(self._meta("details") or "null")

    @property
    def sent_to(self) -> dict[str, str]:
        """The parameters with which the person goes back; fails when nobody does."""
        assert self.status == 302, (self.status, self.code, self.text[-800:])
        location = self.response.headers["Location"]
        assert location.startswith(BACK), location
        return dict(parse_qsl(urlsplit(location).query, keep_blank_values=True))

    def _meta(self, name: str) -> str | None:
        found = re.search(f'<meta name="yibao-{name}" content="([^"]*)">', self.text)
        return found and unescape(found[1])


@dataclass
class Consent:
    """The consent page of a platform in a fresh world."""

    world: Any
    platform: str
    person: dict[str, Any]
    application: dict[str, Any] = field(init=False)

    def __post_init__(self) -> None:
        listed = self.world.control("GET", f"/applications?platform={self.platform}").data
        self.application = next(each for each in listed["items"] if each["state"] == "active")

    def url(self, **changes: str | None) -> str:
        """The address of the page; a parameter that is None is left away."""
        path, name = PATHS[self.platform]
        given: dict[str, str | None] = {
            name: self.application["app_id"],
            "scope": SCOPES[self.platform],
            "redirect_uri": BACK,
            "state": "a&b 状态",
        }
        query = {name: value for name, value in (given | changes).items() if value is not None}
        return f"/w/{self.world.name}{path}?{urlencode(query)}"

    def show(self, **changes: str | None) -> Page:
        return Page(self.world.client.get(self.url(**changes)))

    def post(self, form: dict[str, str], **changes: str | None) -> Page:
        return Page(self.world.client.post(self.url(**changes), data=form))

    def by_card(self, password: str | None = None, **changes: str | None) -> Page:
        form = {
            "card_number": self.person["card_number"],
            "card_password": password or self.person["card_password"],
        }
        return self.post(form, **changes)

    def by_account(self, password: str | None = None) -> Page:
        password = password or self.person["default_password"]
        return self.post({"phone": self.person["phone"], "password": password})

    def last_in_journal(self) -> dict[str, Any]:
        """The latest request of the platform, with the reason that only the tester is told."""
        query = f"/journal?platform={self.platform}"
        entry = self.world.control("GET", query).data["items"][-1]
        path = f"/explain/request/{entry['request_id']}"
        return entry | {"reason": self.world.control("GET", path).data["reason"]}


@pytest.fixture(params=["alipay", "wechat"])
def page(request, world) -> Consent:
    return Consent(world, request.param, world.person())


@pytest.fixture
def alipay(world) -> Consent:
    return Consent(world, "alipay", world.person())


@pytest.fixture
def wechat(world) -> Consent:
    return Consent(world, "wechat", world.person())
