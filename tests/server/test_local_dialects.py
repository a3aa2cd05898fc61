"""The sessions of portal and legacy portal through the server: headers and cookies of their own."""

from hashlib import sha256

import httpx
import pytest

WORLD = "/w/carried"
CONTROL = "/_control/worlds/carried"


@pytest.fixture
def api(start):
    with httpx.Client(base_url=start().url, timeout=30) as api:
        _ = api.post("/_control/worlds", json={"name": "carried"}).raise_for_status()
        yield api


def somebody_in(api, region):
    people = api.get(f"{CONTROL}/people?region={region}&insutype=310&limit=20").json()["items"]
    return next(each for each in people if each["registered"]["local"])


def test_portal_is_shown_the_session_in_its_header(api) -> None:
    person, portal = somebody_in(api, "320100"), f"{WORLD}/local/320100/portal"
    uuid = api.get(portal + "/user/captcha").json()["data"]["uuid"]
    login = {
        "username": person["id_number"],
        "password": sha256(person["default_password"].encode()).hexdigest(),
        "code": api.get(f"{CONTROL}/captchas/{uuid}").json()["answer"],
        "uuid": uuid,
    }
    session = api.post(portal + "/user/login", json=login).json()["data"]
    token = {"accessToken": session["accessToken"]}
    assert api.get(portal + "/psn/balance", headers=token).json()["data"]["balc"]
    assert api.get(portal + "/psn/balance").json()["type"] == "session.missing"


def test_legacy_portal_keeps_the_session_in_cookies(api) -> None:
    person, legacy = somebody_in(api, "410100"), f"{WORLD}/local/410100/legacy"
    login = {"aac002": person["id_number"], "password": person["default_password"]}
    assert api.post(legacy + "/login.do", data=login).json()["yxq"] == 7200
    assert {each.name for each in api.cookies.jar} == {"JSESSIONID", "REMEMBERME"}
    assert api.post(legacy + "/queryBalance.do").json()["akc087"]
    first = api.cookies["JSESSIONID"]
    assert api.post(legacy + "/renew.do").json()["yxq"] == 7200
    assert api.cookies["JSESSIONID"] != first
    assert api.post(legacy + "/queryBalance.do").json()["akc087"]
    assert api.post(legacy + "/logout.do").json() == {"msg": "操作成功"}
    assert not list(api.cookies.jar)
    page = api.post(legacy + "/queryBalance.do")
    assert (page.status_code, "请先登录" in page.text) == (200, True)
