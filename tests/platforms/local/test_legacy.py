"""What is particular to the legacy portal: the cookies, the page that refuses, the indicators."""

from html.parser import HTMLParser

import pytest

HOME = "/local/330100/legacy"


@pytest.fixture
def person(legacy):
    return legacy.world.person()


def log_in(legacy, person, **changes):
    fields = {"aac002": person["id_number"], "password": person["default_password"]} | changes
    return legacy.form("/login.do", fields)


class Page(HTMLParser):
    """The text and the tags of a page; fails where a tag is not closed as it was opened."""

    VOID = ("meta", "input")

    def __init__(self, text) -> None:
        super().__init__()
        self.open, self.texts, self.tags = [], [], []
        self.feed(text)
        self.close()
        assert not self.open

    def handle_starttag(self, tag, attrs) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data) -> None:
        self.texts.append(data.strip())


def page_of(outcome):
    return Page(outcome.response.get_data(as_text=True))


def test_refusal_is_a_page_with_status_200(legacy, person) -> None:
    refusal = log_in(legacy, person, password="Wrong-0000")
    assert refusal.response.status_code == 200
    assert refusal.response.content_type == "text/html; charset=utf-8"
    page = page_of(refusal)
    assert "社会保障号或密码错误" in page.texts
    meta = {attrs.get("name"): attrs.get("content") for tag, attrs in page.tags if tag == "meta"}
    assert meta["yibao-code"] == "sign_in.wrong_password"


def test_page_escapes_what_was_sent(legacy) -> None:
    text = "\"'><script>alert(1)</script>"
    refusal = legacy.form("/login.do", {text: text})
    assert text in refusal.details["fields"]
    page = page_of(refusal)
    assert "script" not in {tag for tag, _ in page.tags}


def test_page_that_asks_for_the_second_factor_holds_the_challenge(legacy, person) -> None:
    legacy.world.set_account(person, second_factor="sms")
    asked = log_in(legacy, person)
    inputs = [attrs for tag, attrs in page_of(asked).tags if tag == "input"]
    assert [each["name"] for each in inputs] == ["challenge"]
    code = legacy.world.last_code(person["phone"])
    assert log_in(legacy, person, challenge=inputs[0]["value"], ecyzm=code).code is None


@pytest.mark.parametrize(
    ("changes", "at_fault"),
    [
        ({"aae005": "13800138000"}, {"aac002"}),
        ({"yzm": "123456"}, {"password"}),
        ({"password": ""}, {"password"}),
        ({"challenge": "x"}, {"challenge"}),
        ({"ecyzm": "123456"}, {"challenge"}),
        ({"aac002": "1"}, {"aac002"}),
        ({"aac02": "1"}, {"aac02"}),
    ],
)
def test_login_names_the_indicators_at_fault(legacy, person, changes, at_fault) -> None:
    refusal = log_in(legacy, person, **changes)
    assert refusal.code == "request.invalid"
    assert set(refusal.details["fields"]) == at_fault


def test_login_sets_cookies_for_its_own_path_alone(legacy, person) -> None:
    reply = log_in(legacy, person).response
    cookies = reply.headers.getlist("Set-Cookie")
    assert [each.partition("=")[0] for each in cookies] == ["JSESSIONID", "REMEMBERME"]
    for each in cookies:
        assert each.endswith(f"; Path=/w/{legacy.world.name}{HOME}; HttpOnly")


def test_browser_is_carried_through_by_its_cookies(legacy, person, app) -> None:
    browser = app.test_client()
    fields = {"aaz500": person["card_number"].lower(), "password": person["default_password"]}
    ask = [browser.post(legacy.base + "/login.do", data=fields).get_json()["yxq"]]
    assert ask == [7200]
    assert browser.post(legacy.base + "/queryBalance.do").get_json()["akc087"]
    legacy.world.advance(hours=2)
    assert "登录已过期" in browser.post(legacy.base + "/queryBalance.do").get_data(as_text=True)
    assert browser.post(legacy.base + "/renew.do").get_json()["yxq"] == 7200
    assert browser.post(legacy.base + "/queryBalance.do").get_json()["akc087"]
    assert browser.post(legacy.base + "/logout.do").get_json() == {"msg": "操作成功"}
    assert "请先登录" in browser.post(legacy.base + "/queryBalance.do").get_data(as_text=True)
    assert "请先登录" in browser.post(legacy.base + "/renew.do").get_data(as_text=True)


@pytest.mark.parametrize("cookie", ["", "JSESSIONID", "JSESSIONID=", "XJSESSIONID=a; b", ";;="])
def test_request_without_the_cookie_shows_no_session(legacy, cookie) -> None:
    response = legacy.client.post(legacy.base + "/queryBalance.do", headers={"Cookie": cookie})
    assert legacy.read(response).code == "session.missing"


def test_bearer_token_shows_no_session(legacy, person) -> None:
    session = legacy.sign_in("phone", person["phone"], password=person["default_password"]).done
    headers = {"Authorization": f"Bearer {session.access}"}
    response = legacy.client.post(legacy.base + "/queryBalance.do", headers=headers)
    assert legacy.read(response).code == "session.missing"


def test_account_tells_the_person_by_indicators(legacy, person) -> None:
    session = legacy.sign_in("phone", person["phone"], password=person["default_password"]).done
    told = legacy.form("/queryAccount.do", session=session).done
    assert told["aac001"] == person["psn_no"]
    assert told["aac004"] == {"male": "1", "female": "2"}[person["sex"]]
    assert told["aab301"] == "330100"
    assert told["aac003"][0] == person["name"][0]


def test_history_takes_days_and_a_type(legacy, person) -> None:
    session = legacy.sign_in("phone", person["phone"], password=person["default_password"]).done
    fields = {"aae030": "2025-01-01", "aae031": "2025-12-31", "lx": "101", "rows": "100"}
    told = legacy.form("/queryHistory.do", fields, session).done
    assert told["total"] == len(told["rows"]) == 12
    assert {row["lx"] for row in told["rows"]} == {"101"}
    assert {row["aae036"][:4] for row in told["rows"]} == {"2025"}
    backwards = fields | {"aae031": "2024-12-31"}
    refusal = legacy.form("/queryHistory.do", backwards, session)
    assert set(refusal.details["fields"]) == {"aae031"}


def test_secrets_stay_out_of_the_journal(legacy, person) -> None:
    legacy.send_code(person["phone"], "sign_in")
    code = legacy.world.last_code(person["phone"])
    _ = legacy.sign_in("phone", person["phone"], sms_code=code).done
    # refused before it is understood: kept under the names that were sent
    spoilt = {"aae005": person["phone"], "yzm": "hunter2", "ecyzm": "hunter2", "x": "1"}
    assert legacy.form("/login.do", spoilt).code == "request.invalid"
    legacy.form("/login.do", {"aac002": person["id_number"], "aaz500": person["card_number"]})
    kept = legacy.world.control("GET", "/journal?platform=local").response.get_data(as_text=True)
    names = ("phone", "id_number", "card_number")
    for secret in ("hunter2", *(person[name] for name in names)):
        assert secret not in kept
    assert f'"{code}"' not in kept
