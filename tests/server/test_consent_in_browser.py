"""The consent page in a real browser, without JavaScript, on a narrow telephone."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from playwright.sync_api import Browser, Page, Route

NARROW = {"width": 360, "height": 740}
BACK = "http://app.test.invalid/callback"


class Telephone:
    """A person with a browser, asked for consent by an application of a fresh world."""

    def __init__(self, server: Any, tester: Any, browser: Browser, platform: str) -> None:
        self.client = server.client()
        self.world = tester.world(self.client, clock={"freeze": "2026-06-15T10:00:00+08:00"})
        [self.person] = tester.people(self.client, self.world, 1, insutype="310")
        body = {"platform": platform, "name": "我的应用", "redirect_uris": [BACK]}
        made = self.client.post(f"/_control/worlds/{self.world}/applications", json=body)
        app_id = made.raise_for_status().json()["app_id"]
        path, name, scope = {
            "alipay": ("alipay/oauth2/publicAppAuthorize.htm", "app_id", "auth_user"),
            "wechat": ("wechat/connect/oauth2/authorize", "appid", "snsapi_userinfo"),
        }[platform]
        query = {name: app_id, "scope": scope, "redirect_uri": BACK, "state": "s1"}
        self.url = f"{server.url}/w/{self.world}/{path}?{urlencode(query)}"
        self.context = browser.new_context(viewport=NARROW, java_script_enabled=False)
        self.asked: list[str] = []
        self.page: Page = self.context.new_page()
        self.page.on("request", lambda request: self.asked.append(request.url))
        # The application itself: nothing of this name can be reached.
        self.page.route("http://app.test.invalid/**", self._arrive)
        self.page.goto(self.url)

    @staticmethod
    def _arrive(route: Route) -> None:
        route.fulfill(status=200, content_type="text/html", body="<title>application</title>")

    def fill_card(self, password: str | None = None) -> None:
        self.page.get_by_label("社保卡号").fill(self.person["card_number"])
        self.page.get_by_label("社保卡密码").fill(password or self.person["card_password"])

    def click(self, name: str) -> None:
        self.page.get_by_role("button", name=name).click()

    def arrived_with(self) -> dict[str, str]:
        """The parameters with which the person came back to the application."""
        self.page.wait_for_url(f"{BACK}**")
        query = parse_qs(urlsplit(self.page.url).query)
        return {name: values[0] for name, values in query.items()}

    def is_wider_than_its_screen(self) -> bool:
        """Whether anything has to be scrolled to sideways."""
        right = [
            box["x"] + box["width"]
            for each in self.page.locator("body *:visible").all()
            if (box := each.bounding_box()) is not None
        ]
        return max(right) > NARROW["width"] + 0.5


@pytest.fixture(params=["alipay", "wechat"])
def telephone(request, one_worker, tester, browser) -> Iterator[Telephone]:
    opened = Telephone(one_worker, tester, browser, request.param)
    yield opened
    opened.context.close()


def picture(telephone: Telephone, tmp_path: Path, name: str) -> None:
    telephone.page.screenshot(path=tmp_path / f"{name}.png", full_page=True)


def test_person_consents_with_the_card(telephone, tmp_path) -> None:
    page = telephone.page
    assert page.get_by_role("heading", level=1).inner_text() == "授权确认"
    assert "我的应用" in page.get_by_role("heading", level=2).inner_text()
    assert not page.get_by_label("手机号码").is_visible()
    assert not telephone.is_wider_than_its_screen()
    picture(telephone, tmp_path, "asked")
    telephone.fill_card()
    telephone.click("同意授权")
    back = telephone.arrived_with()
    assert back["state"] == "s1"
    assert len(back.get("auth_code") or back["code"]) == 40


def test_person_consents_with_the_account(telephone, tmp_path) -> None:
    page = telephone.page
    page.get_by_label("国家医保服务平台账号").check()
    assert not page.get_by_label("社保卡号").is_visible()
    picture(telephone, tmp_path, "account")
    page.get_by_label("手机号码").fill(telephone.person["phone"])
    path = f"/_control/worlds/{telephone.world}/people/{telephone.person['id_number']}"
    state = {"registered": True, "password": "Lookup-2026"}
    telephone.client.patch(f"{path}/accounts/national", json=state).raise_for_status()
    page.get_by_label("登录密码").fill("Lookup-2026")
    telephone.click("同意授权")
    assert telephone.arrived_with()["state"] == "s1"


def test_person_refuses(telephone) -> None:
    telephone.click("拒绝")
    back = telephone.arrived_with()
    assert back["state"] == "s1"
    assert not {"code", "auth_code"} & set(back)


def test_third_wrong_card_password_locks_the_card(telephone, tmp_path) -> None:
    page = telephone.page
    for told in ("还可尝试 2 次", "还可尝试 1 次", "请于 2026-06-16 10:00:00 后再试"):
        telephone.fill_card("000000x")
        telephone.click("同意授权")
        assert told in page.get_by_role("alert").inner_text()
        assert page.get_by_label("社保卡号").input_value() == telephone.person["card_number"]
        assert page.get_by_label("社保卡密码").input_value() == ""
        assert not telephone.is_wider_than_its_screen()
    picture(telephone, tmp_path, "locked")
    telephone.fill_card()
    telephone.click("同意授权")
    assert "已锁定" in page.get_by_role("alert").inner_text()


def test_missing_field_is_one_link_away(telephone, tmp_path) -> None:
    page = telephone.page
    page.get_by_label("社保卡号").fill(telephone.person["card_number"])
    telephone.click("同意授权")
    picture(telephone, tmp_path, "missing")
    assert page.title().startswith("出错：")
    page.get_by_role("alert").get_by_role("link", name="请输入社保卡密码").click()
    assert page.locator("#card_password:focus").count() == 1


def test_everything_is_reached_by_keyboard_in_the_order_of_reading(telephone) -> None:
    page, reached = telephone.page, []
    for _ in range(5):
        page.keyboard.press("Tab")
        focused = page.locator(":focus")
        reached.append(focused.get_attribute("id") or focused.inner_text())
    assert reached == ["by-card", "card_number", "card_password", "同意授权", "拒绝"]


def test_enter_in_a_field_consents(telephone) -> None:
    telephone.fill_card()
    telephone.page.get_by_label("社保卡密码").press("Enter")
    assert telephone.arrived_with()["state"] == "s1"


def test_page_asks_nobody_else_for_anything(telephone) -> None:
    assert telephone.asked == [telephone.url]


def test_wrong_redirect_uri_leads_nowhere(telephone, tmp_path) -> None:
    page = telephone.page
    page.goto(telephone.url.replace("app.test.invalid", "evil.test.invalid"))
    picture(telephone, tmp_path, "mismatch")
    assert page.get_by_role("heading", level=1).inner_text() == "无法授权"
    assert page.get_by_role("button").count() == 0
    assert page.get_by_role("link").count() == 0
