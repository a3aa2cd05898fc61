"""From consent to the chart page in a real browser, without JavaScript, on a narrow telephone.

The application is this file: it exchanges the code that the browser brings, has a link to the chart
page made, and sends the browser there.
"""

from collections.abc import Iterator
from decimal import Decimal
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from playwright.sync_api import Browser, Page, Route

from yibao_client import AlipayApplication, ControlClient, WeChatApplication

NARROW = {"width": 360, "height": 740}
BACK = "http://app.test.invalid/callback"
PAGES = {
    "alipay": ("oauth2/publicAppAuthorize.htm", "app_id", "auth_user", "auth_code"),
    "wechat": ("connect/oauth2/authorize", "appid", "snsapi_userinfo", "code"),
}
"""By platform: its consent page, what it calls the application, a scope, and the code."""


class Telephone:
    """A person who is asked by an application that shows them their chart."""

    def __init__(self, control: ControlClient, browser: Browser, platform: str) -> None:
        self.server = control.base_url
        self.world = control.create_world(clock={"freeze": "2026-06-15T10:00:00+08:00"})
        self.person = self.world.people.one(insutype="310")
        there = getattr(self.world, platform)
        made = there.register("我的应用", redirect_uris=[BACK])
        application: AlipayApplication | WeChatApplication = there.application(made.app_id)
        self.client = there.client(application)
        self.refused = False
        path, name, scope, self.code_name = PAGES[platform]
        query = {name: made.app_id, "scope": scope, "redirect_uri": BACK, "state": "s1"}
        self.url = f"{there.base_url}/{path}?{urlencode(query)}"
        self.context = browser.new_context(viewport=NARROW, java_script_enabled=False)
        self.page: Page = self.context.new_page()
        self.page.route("http://app.test.invalid/**", self._arrive)
        self.asked: list[str] = []
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.goto(self.url)

    def _arrive(self, route: Route) -> None:
        """What the application does with somebody who comes back."""
        codes = parse_qs(urlsplit(route.request.url).query).get(self.code_name)
        if codes is None:
            self.refused = True
            route.fulfill(status=200, content_type="text/html", body="<title>as you like</title>")
            return
        self.client.exchange(codes[0])
        url = self.server + self.client.chart_link().url
        page = f'<meta http-equiv="refresh" content="0; url={url}"><title>…</title>'
        route.fulfill(status=200, content_type="text/html", body=page)

    def consent(self) -> None:
        self.page.get_by_label("社保卡号").fill(self.person.card_number)
        self.page.get_by_label("社保卡密码").fill(self.person.card_password)
        self.page.get_by_role("button", name="同意授权").click()
        self.page.wait_for_url("**/yibao/v1/charts?*")

    def close(self) -> None:
        self.context.close()
        self.client.close()
        self.world.delete()


@pytest.fixture(params=list(PAGES))
def telephone(request, one_worker, browser) -> Iterator[Telephone]:
    with ControlClient(one_worker.url) as control:
        opened = Telephone(control, browser, request.param)
        yield opened
        opened.close()


def test_person_consents_and_sees_the_chart_and_its_figures(telephone, tmp_path) -> None:
    telephone.consent()
    page = telephone.page
    page.screenshot(path=tmp_path / "chart.png", full_page=True)
    chart = telephone.client.chart()
    shown = page.get_by_role("row").all_inner_texts()
    assert shown[0].split() == ["月份", "月末余额", "收入", "支出", "统筹支付"]
    for row, month in zip(shown[1:], reversed(chart.months), strict=True):
        figures = (month.closing_balance, month.income, month.spending, month.fund_paid)
        assert row.split()[1:] == [str(each) for each in figures]
    assert f"{chart.as_of:%Y-%m-%d %H:%M}" in page.get_by_role("main").inner_text()
    assert str(chart.months[-1].closing_balance) in page.locator(".figure").inner_text()


def test_picture_is_drawn_and_has_words_for_those_who_do_not_see_it(telephone) -> None:
    telephone.consent()
    picture = telephone.page.get_by_role("img")
    assert "见下表" in (picture.get_attribute("alt") or "")
    box = picture.bounding_box()
    assert box is not None
    assert (box["width"], round(box["height"])) == (NARROW["width"], 300)
    # A picture that cannot be drawn leaves an icon; this one has ink of the chart's own colours.
    shot = telephone.page.screenshot(clip=box | {"width": 358, "height": 298})
    assert len(shot) > 8_000


def test_nothing_is_wider_than_the_screen(telephone) -> None:
    for entry_type in ("106", "205", "106"):
        booked = Decimal("98765.43")
        telephone.world.ledger.post(telephone.person.id_number, entry_type, booked)
    telephone.world.clock.advance(hours=3)
    telephone.consent()
    assert "98765.43" in telephone.page.get_by_role("table").inner_text()
    right = [
        box["x"] + box["width"]
        for each in telephone.page.locator("body *:visible").all()
        if (box := each.bounding_box()) is not None
    ]
    assert max(right) <= NARROW["width"] + 0.5


def test_another_span_is_one_link_away_by_keyboard(telephone) -> None:
    telephone.consent()
    page = telephone.page
    assert page.get_by_role("link", name="近12个月").get_attribute("aria-current") == "page"
    page.keyboard.press("Tab")
    assert page.locator(":focus").inner_text() == "近6个月"
    page.keyboard.press("Enter")
    page.wait_for_url("**months=6**")
    assert page.get_by_role("row").count() == 7
    names = [each.get_attribute("scope") for each in page.get_by_role("columnheader").all()]
    assert names == ["col"] * 5


def test_page_asks_for_nothing_else_and_no_address_holds_a_token(telephone) -> None:
    telephone.consent()
    token = telephone.client.session.access_token
    before = len(telephone.asked)
    telephone.page.reload()
    fetched = [url for url in telephone.asked[before:] if not url.startswith("data:")]
    assert fetched == [telephone.page.url]
    assert not [url for url in telephone.asked if token in url]


def test_link_that_has_expired_shows_a_page_that_says_so(telephone) -> None:
    telephone.consent()
    telephone.world.clock.advance(minutes=5)
    telephone.page.reload()
    assert "链接已过期" in telephone.page.get_by_role("alert").inner_text()


def test_person_refuses_and_sees_no_chart(telephone) -> None:
    telephone.page.get_by_role("button", name="拒绝").click()
    telephone.page.wait_for_url(f"{BACK}**")
    assert telephone.refused
    assert telephone.client.session is None
