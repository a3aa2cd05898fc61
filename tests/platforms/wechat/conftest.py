"""One application of WeChat in a fresh world, and a person who can let it in."""

import hmac
from io import BytesIO
from itertools import count
from urllib.parse import parse_qs, urlsplit

import pytest
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from simulator.domain import china_time

CALLBACK = "http://localhost:5000/callback"
GOOD_VALUES = {
    "amount1": "12.30元",
    "amount2": "¥50",
    "time3": "2026年6月15日 10:00",
    "thing4": "余额不足",
}


class WeChat:
    """What an application, its back end and the person's phone do; answers are plain JSON."""

    def __init__(self, world, application, person) -> None:
        self.world = world
        self.application = application
        self.person = person
        self.app_id = application["app_id"]
        self.secret = application["secret"]
        self._numbers = count(1)

    def raw(self, method, path, query=None, **rest):
        url = f"/w/{self.world.name}/wechat{path}"
        return self.world.client.open(url, method=method, query_string=query or {}, **rest)

    def get(self, path, **query):
        return self._read(self.raw("GET", path, query))

    def post(self, path, body, **query):
        return self._read(self.raw("POST", path, query, json=body))

    def _read(self, answer):
        assert answer.status_code == 200, answer.get_data(as_text=True)[:300]
        return answer.get_json()

    def consent_code(self, scope="snsapi_userinfo", *, app_id=None):
        """A code, as it comes back when the person has accepted."""
        query = {
            "appid": app_id or self.app_id,
            "redirect_uri": CALLBACK,
            "response_type": "code",
            "scope": scope,
        }
        form = {name: self.person[name] for name in ("card_number", "card_password")}
        answer = self.raw("POST", "/connect/oauth2/authorize", query, data=form)
        assert answer.status_code == 302, answer.get_data(as_text=True)[:300]
        return parse_qs(urlsplit(answer.headers["location"]).query)["code"][0]

    def exchange(self, code, /, **changed):
        query = {"appid": self.app_id, "secret": self.secret, "code": code}
        query |= {"grant_type": "authorization_code"} | changed
        return self.get("/sns/oauth2/access_token", **query)

    def authorise(self, scope="snsapi_userinfo"):
        return self.exchange(self.consent_code(scope))

    def refresh(self, refresh_token, /, **changed):
        query = {"appid": self.app_id, "grant_type": "refresh_token"}
        return self.get(
            "/sns/oauth2/refresh_token", **(query | {"refresh_token": refresh_token} | changed)
        )

    def fetch_token(self, **changed):
        query = {"appid": self.app_id, "secret": self.secret, "grant_type": "client_credential"}
        return self.get("/cgi-bin/token", **(query | changed))

    def stable_token(self, **changed):
        body = {"appid": self.app_id, "secret": self.secret, "grant_type": "client_credential"}
        return self.post("/cgi-bin/stable_token", body | changed)

    def token(self):
        return self.fetch_token()["access_token"]

    def templates(self, token):
        listed = self.get("/wxaapi/newtmpl/gettemplate", access_token=token)["data"]
        return [each["priTmplId"] for each in listed]

    def permit(self, granted, *ids, **body):
        return self.post(
            "/wx/requestSubscribeMessage",
            {"tmplIds": list(ids)} | body,
            access_token=granted["access_token"],
        )

    def send(self, token, template_id, open_id, /, **changed):
        values = {name: {"value": value} for name, value in GOOD_VALUES.items()}
        body = {"touser": open_id, "template_id": template_id, "data": values}
        return self.post("/cgi-bin/message/subscribe/send", body | changed, access_token=token)

    def inbox(self, kind="subscribe_message"):
        path = f"/inbox?to={self.person['phone']}&kind={kind}"
        return self.world.control("GET", path).data["items"]

    def signed(self, timestamp=None, *, secret=None, request_id=None):
        """Headers of a user query."""
        if timestamp is None:
            timestamp = self.now_ms()
        key = (secret or self.application["partner_secret"]).encode()
        text = f"{self.application['partner_id']}{timestamp}".encode()
        return {
            "god-portal-timestamp": str(timestamp),
            "god-portal-signature": hmac.new(key, text, "sha256").hexdigest(),
            "god-portal-request-id": request_id or f"request-{next(self._numbers)}",
        }

    def query_user(self, code, open_id, headers=None, *, partner_id=None, **rest):
        path = f"/api/mipuserquery/userQuery/{partner_id or self.application['partner_id']}"
        body = {"qrcode": code, "openid": open_id}
        headers = self.signed() if headers is None else headers
        return self._read(self.raw("POST", path, json=body, headers=headers, **rest))

    def now_ms(self):
        return china_time.from_iso(self.world.control("GET", "/clock").data["now"])

    def face_key(self, token, **changed):
        body = {"name": self.person["name"], "id_card_number": self.person["id_number"]}
        return self.post(
            "/cityservice/face/identify/getuseridkey", body | changed, access_token=token
        )

    def shoot(self, key, open_id, photo):
        query = {"appid": self.app_id, "openid": open_id, "user_id_key": key}
        boundary, body = encode_multipart({"photo": FileStorage(BytesIO(photo), "photo.jpg")})
        content_type = f"multipart/form-data; boundary={boundary}"
        path = "/wx/startFacialRecognitionVerify"
        return self._read(self.raw("POST", path, query, data=body, content_type=content_type))

    def close_camera(self, key, open_id):
        query = {"appid": self.app_id, "openid": open_id, "user_id_key": key}
        return self._read(self.raw("POST", "/wx/cancelFacialRecognitionVerify", query))

    def face_result(self, token, ticket):
        body = {"verify_result": ticket}
        return self.post("/cityservice/face/identify/getinfo", body, access_token=token)

    def set_state(self, state, app_id=None):
        path = f"/applications/wechat/{app_id or self.app_id}"
        return self.world.control("PATCH", path, {"state": state}).data


@pytest.fixture
def make_wechat(make_world):
    def make(**body):
        world = make_world(**body)
        listed = world.control("GET", "/applications?platform=wechat").data["items"]
        application = next(each for each in listed if each["state"] == "active")
        return WeChat(world, application, world.person())

    return make


@pytest.fixture
def wechat(make_wechat):
    return make_wechat()
