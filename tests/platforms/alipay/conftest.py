"""An application that talks to the gateway: signs what it asks, and checks what it is answered."""

import re
from base64 import b64decode, b64encode
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import orjson
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from werkzeug.test import TestResponse

CALLBACK = "http://127.0.0.1:5000/callback"
SHAPE = re.compile(rb'\{"([a-z_]+)":(\{.*\}),"sign":"([A-Za-z0-9+/=]*)"\}', re.DOTALL)


def encoding_of(values: dict[str, str]) -> str:
    """What an application writes in when it names a charset."""
    return "gbk" if values.get("charset", "").lower() in ("gbk", "gb2312") else "utf-8"


@dataclass(frozen=True)
class Told:
    """An answer of the gateway, its signature checked."""

    name: str
    inner: dict[str, Any]
    response: TestResponse

    @property
    def refusal(self) -> tuple[str, str] | None:
        """Code and sub-code of a refusal."""
        if "sub_code" not in self.inner:
            return None
        return self.inner["code"], self.inner["sub_code"]

    @property
    def own_code(self) -> str | None:
        """The simulator's code of a refusal."""
        return self.response.headers.get("X-Yibao-Code")

    @property
    def data(self) -> dict[str, Any]:
        assert self.refusal is None, self.inner
        return self.inner


@dataclass
class Application:
    """One application of a world, with its key."""

    world: Any
    app_id: str
    private_key: Any
    platform_key: Any

    def parameters(self, method: str, biz: Any = None, /, **more: str | None) -> dict[str, str]:
        """All parameters of a request but the signature."""
        values = {
            "app_id": self.app_id,
            "method": method,
            "charset": "utf-8",
            "sign_type": "RSA2",
            "timestamp": "2026-06-15 10:00:00",
            "version": "1.0",
            "format": "json",
        }
        if biz is not None:
            values["biz_content"] = biz if isinstance(biz, str) else orjson.dumps(biz).decode()
        return {name: value for name, value in (values | more).items() if value is not None}

    def sign(self, values: dict[str, str]) -> str:
        text = "&".join(f"{name}={value}" for name, value in sorted(values.items()) if value)
        raw = text.encode(encoding_of(values))
        return b64encode(self.private_key.sign(raw, PKCS1v15(), SHA256())).decode()

    def call(self, method: str, biz: Any = None, /, **more: str | None) -> Told:
        """Ask the gateway; everything in the form."""
        values = self.parameters(method, biz, **more)
        return self.send(values | {"sign": self.sign(values)})

    def send(self, values: dict[str, str], **rest: Any) -> Told:
        """Send parameters as they are."""
        rest.setdefault("data", urlencode(values, encoding=encoding_of(values)))
        rest.setdefault("content_type", "application/x-www-form-urlencoded")
        return self.read(self.world.client.open(self.url, method="POST", **rest))

    @property
    def url(self) -> str:
        return f"/w/{self.world.name}/alipay/gateway.do"

    def read(self, response: TestResponse) -> Told:
        """The answer, if its shape and signature are in order."""
        assert response.status_code == 200, response.data[:300]
        shape = SHAPE.fullmatch(response.data)
        assert shape is not None, response.data[:300]
        self.platform_key.verify(b64decode(shape[3]), shape[2], PKCS1v15(), SHA256())
        charset = response.headers["Content-Type"].rpartition("charset=")[2]
        inner = orjson.loads(shape[2].decode(charset))
        return Told(shape[1].decode(), inner, response)

    def consent(self, person: dict[str, Any], scope: str = "auth_user") -> str:
        """Have a person let the application in by their card; the code."""
        query = {"app_id": self.app_id, "scope": scope, "redirect_uri": CALLBACK}
        answer = self.world.client.post(
            f"/w/{self.world.name}/alipay/oauth2/publicAppAuthorize.htm?{urlencode(query)}",
            data={"card_number": person["card_number"], "card_password": person["card_password"]},
        )
        assert answer.status_code == 302, answer.get_data(as_text=True)
        return parse_qs(urlsplit(answer.headers["Location"]).query)["auth_code"][0]

    def tokens(self, person: dict[str, Any], scope: str = "auth_user") -> dict[str, Any]:
        """The tokens that come of a person's consent."""
        code = self.consent(person, scope)
        return self.call(
            "alipay.system.oauth.token", grant_type="authorization_code", code=code
        ).data


Join = Callable[..., Application]


@pytest.fixture
def join() -> Join:
    """Makes an application of a world speak: the first one, one of a state, or a new one."""

    def join_world(world: Any, state: str = "active", **new: Any) -> Application:
        if new:
            made = world.control("POST", "/applications", {"platform": "alipay"} | new).data
            app_id = made["app_id"]
        else:
            listed = world.control("GET", "/applications?platform=alipay").data["items"]
            app_id = next(each["app_id"] for each in listed if each["state"] == state)
        keys = world.control("GET", f"/applications/alipay/{app_id}/keys").data
        private = serialization.load_pem_private_key(
            keys["private_key"]["pkcs8_pem"].encode(), None
        )
        public = serialization.load_pem_public_key(keys["platform_public_key"]["pem"].encode())
        return Application(world, app_id, private, public)

    return join_world


@pytest.fixture
def application(world: Any, join: Join) -> Application:
    return join(world)
