"""The consent pages over HTTP: who is shown what, who goes back with what, who goes nowhere."""

import re

import pytest

from simulator.services import authorisation, third_party_ids
from simulator.services.visit import Visit

CONTROL_ID = {"alipay": "app_id", "wechat": "appid"}


def test_page_says_who_asks_for_what(page) -> None:
    shown = page.show()
    assert (shown.status, shown.code) == (200, None)
    assert shown.response.mimetype == "text/html"
    for text in ("医保查询示例", "示例科技有限公司", page.application["app_id"], "个人账户余额"):
        assert text in shown.text
    assert 'lang="zh-CN"' in shown.text
    base = {"alipay": "auth_base", "wechat": "snsapi_base"}[page.platform]
    less = page.show(scope=base)
    assert "用户标识" in less.text
    assert "个人账户余额" not in less.text


def test_page_loads_nothing_and_is_not_kept(page) -> None:
    shown = page.show()
    policy = shown.response.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert shown.response.headers["Cache-Control"] == "no-store"
    assert not re.search(r"<script|<link|<img|src=|javascript:", shown.text)


def test_every_field_has_its_label(page) -> None:
    text = page.show().text
    fields = set(re.findall(r'<input id="(\w+)"', text))
    assert fields == {"card_number", "card_password", "phone", "password"}
    assert fields == set(re.findall(r'<label for="(\w+)"', text))


@pytest.mark.parametrize("way", ["by_card", "by_account"])
def test_accepting_leads_back_with_a_code_that_is_the_person_s(page, app, way) -> None:
    back = getattr(page, way)().sent_to
    found = app.worlds.find(page.world.name)
    visit = Visit(found, page.platform, found.now_ms())
    application = authorisation.applications.application(
        found, page.platform, page.application["app_id"]
    )
    code = back["auth_code" if page.platform == "alipay" else "code"]
    granted = authorisation.exchange(visit, application, code)
    assert granted.person.id_number == page.person["id_number"]


def test_alipay_sends_its_own_parameters_back(alipay) -> None:
    back = alipay.by_card().sent_to
    assert len(back.pop("auth_code")) == 40
    assert back == {
        "app_id": alipay.application["app_id"],
        "source": "alipay_wallet",
        "scope": "auth_user",
        "state": "a&b 状态",
    }


def test_wechat_sends_code_and_state_back(wechat) -> None:
    back = wechat.by_card().sent_to
    assert set(back) == {"code", "state"}
    assert back["state"] == "a&b 状态"
    assert set(wechat.by_card(state=None).sent_to) == {"code"}


def test_parameters_of_the_redirect_uri_stay(wechat) -> None:
    back = wechat.by_card(redirect_uri="http://localhost:5000/callback?from=menu").sent_to
    assert (back["from"], back["state"]) == ("menu", "a&b 状态")


def test_refusing_leads_back_without_a_code_and_is_journalled(page) -> None:
    back = page.post({"decision": "refuse", "card_number": "", "card_password": ""}).sent_to
    assert back["state"] == "a&b 状态"
    assert not {"code", "auth_code"} & set(back)
    if page.platform == "alipay":
        assert back["error"] == "access_denied"
    entry = page.last_in_journal()
    assert (entry["status"], entry["code"]) == (302, "authorisation.refused_by_user")
    assert (
        page.world.control("GET", f"/people/{page.person['id_number']}/authorisations").data[
            "items"
        ]
        == []
    )


def test_form_that_a_browser_sends_whole_is_understood(page) -> None:
    form = {
        "method": "card",
        "card_number": f" {page.person['card_number'].lower()} ",
        "card_password": page.person["card_password"],
        "phone": "",
        "password": "",
        "decision": "accept",
    }
    assert page.post(form).sent_to


@pytest.mark.parametrize(
    ("form", "missing"),
    [
        ({}, ["card_number", "card_password"]),
        ({"card_number": "A12345678"}, ["card_password"]),
        ({"method": "account"}, ["phone", "password"]),
        ({"phone": "16100000000"}, ["password"]),
    ],
)
def test_missing_fields_are_asked_for_next_to_them(page, form, missing) -> None:
    shown = page.post(form)
    assert (shown.status, shown.code) == (400, "request.invalid")
    assert list(shown.details["fields"]) == missing
    assert 'role="alert"' in shown.text
    for name in missing:
        assert f'<a href="#{name}">' in shown.text
        assert re.search(f'id="{name}"[^>]*aria-invalid="true"', shown.text)
        assert re.search(f'id="{name}"[^>]*aria-describedby="[^"]*{name}-problem"', shown.text)
    assert shown.text.count('aria-invalid="true"') == len(missing)


def test_third_wrong_card_password_locks_the_card_for_a_day(page) -> None:
    for remaining in (2, 1):
        shown = page.by_card("000000x")
        assert (shown.status, shown.code) == (401, "authorisation.wrong_card_password")
        assert shown.details == {"remaining_attempts": remaining}
        assert f"还可尝试 {remaining} 次" in shown.text
    locked = page.by_card("000000x")
    assert (locked.status, locked.code) == (423, "authorisation.card_locked")
    assert locked.response.headers["Retry-After"] == "86400"
    assert locked.details["locked_until"] == "2026-06-16T10:00:00+08:00"
    assert "请于 2026-06-16 10:00:00 后再试" in locked.text
    assert page.by_card().code == "authorisation.card_locked"
    page.world.advance(seconds=86_399)
    assert page.by_card().code == "authorisation.card_locked"
    page.world.advance(seconds=1)
    assert page.by_card().sent_to


def test_right_card_password_forgets_wrong_ones(page) -> None:
    for _ in range(2):
        page.by_card("x")
    assert page.by_card().sent_to
    assert page.by_card("x").details == {"remaining_attempts": 2}


def test_wrong_card_passwords_count_on_both_platforms_together(alipay, wechat) -> None:
    alipay.by_card("x")
    wechat.by_card("x")
    assert alipay.by_card("x").code == "authorisation.card_locked"
    assert wechat.by_card().code == "authorisation.card_locked"
    assert alipay.by_account().sent_to


def test_lockout_of_the_card_follows_its_policy(page) -> None:
    page.world.set_policy({"card_password": {"threshold": 1, "wait_s": 60, "disclosed": False}})
    assert page.by_card("x").code == "authorisation.wrong_card_password"
    hidden = page.by_card()
    assert (hidden.code, hidden.details) == ("authorisation.wrong_card_password", {})
    assert page.last_in_journal()["reason"]["really"] == "authorisation.card_locked"
    page.world.advance(minutes=1)
    assert page.by_card().sent_to
    page.world.set_policy({"card_password": {"mode": "permanent", "disclosed": True}})
    barred = page.by_card("x")
    assert (barred.code, barred.details) == ("authorisation.card_locked", {"locked_until": None})


def test_card_that_nobody_has_is_told_as_portals_do(page) -> None:
    codes = set()
    for letter in "ABCDEFGHIJ":
        form = {"card_number": f"{letter}00000000", "card_password": "000000"}
        shown = page.post(form)
        codes.add(shown.code)
        if shown.code == "authorisation.not_insured":
            assert shown.status == 404
            assert "授权失败！暂未查询到参保信息" in shown.text
    assert "authorisation.not_insured" in codes
    assert page.post({"card_number": "不是卡号", "card_password": "1"}).code == (
        "authorisation.not_insured"
    )


def test_deceased_people_authorise_nothing(page) -> None:
    everybody = {"deceased_per_mille": 1000, "deceased_from_age": 0}
    page.world.set_policy({"real_name": everybody})
    assert page.by_card().code == "authorisation.not_insured"


def test_national_account_has_its_own_lockout(page) -> None:
    for _ in range(4):
        assert page.by_account("Wrong-0000").code == "sign_in.wrong_password"
    assert page.by_account("Wrong-0000").code == "sign_in.locked"
    assert page.by_account().code == "sign_in.locked"
    assert page.world.account(page.person)["locked"]
    assert page.by_card().sent_to


def test_account_with_a_second_factor_is_refused_with_a_way_out(page) -> None:
    page.world.set_account(page.person, second_factor="sms")
    shown = page.by_account()
    assert (shown.status, shown.code) == (403, "authorisation.second_factor")
    assert "社保卡" in shown.text
    assert page.world.control("GET", "/inbox").data["items"] == []
    assert page.by_account("Wrong-0000").code == "sign_in.wrong_password"


def test_account_must_be_somebody_s_and_its_password_fresh(page) -> None:
    page.world.set_account(page.person, real_name="unverified")
    assert page.by_account().code == "real_name.required"
    page.world.set_account(page.person, real_name="verified", password_changed_at="2026-01-01")
    assert page.by_account().code == "sign_in.password_expired"
    newcomer = page.world.person(registered=False)
    form = {"phone": newcomer["phone"], "password": "Wrong-0000"}
    assert page.post(form).code == "account.unknown"


def test_authorising_opens_no_session(page) -> None:
    page.by_account()
    assert page.world.account(page.person)["sessions"] == 0


@pytest.mark.parametrize(
    ("state", "code", "status"),
    [
        ("suspended", "authorisation.application_suspended", 403),
        ("revoked", "authorisation.application_revoked", 403),
        ("unregistered", "authorisation.application_unknown", 400),
    ],
)
def test_application_that_may_not_ask_leads_nowhere(page, state, code, status) -> None:
    path = f"/applications/{page.platform}/{page.application['app_id']}"
    _ = page.world.control("PATCH", path, {"state": state}).data
    for refused in (page.show(), page.by_card(), page.post({"decision": "refuse"})):
        assert (refused.status, refused.code) == (status, code)
        assert "Location" not in refused.response.headers
        assert "<form" not in refused.text


def test_impostors_lead_nowhere_and_the_journal_says_what_they_are(page) -> None:
    foreign = page.by_card(redirect_uri="https://evil.example/callback")
    assert (foreign.status, foreign.code) == (400, "authorisation.redirect_mismatch")
    assert page.last_in_journal()["reason"]["impostor"] == "redirect_uri"
    assert foreign.details == {}
    body = {"platform": page.platform, "name": "医保查询示例"}
    made = page.world.control("POST", "/applications", body).data
    assert made["impostor_of"] == page.application["app_id"]
    namesake = page.by_card(**{CONTROL_ID[page.platform]: made["app_id"]})
    assert (namesake.status, namesake.code) == (403, "authorisation.application_impostor")
    for impostor in ("redirect_uri", "name"):
        noted = page.world.control("GET", f"/journal?impostor={impostor}").data["items"]
        assert [each["impostor"] for each in noted] == [impostor]
    assert page.last_in_journal()["reason"] == {
        "impostor": "name",
        "name": "医保查询示例",
        "genuine": page.application["app_id"],
    }
    for refused in (foreign, namesake):
        assert "evil.example" not in refused.text
        assert "Location" not in refused.response.headers


def test_redirect_uri_is_compared_as_the_platform_does(alipay, wechat) -> None:
    other_path = "http://localhost:5000/callback/other"
    assert wechat.by_card(redirect_uri=other_path).sent_to
    assert alipay.by_card(redirect_uri=other_path).code == "authorisation.redirect_mismatch"
    alipay.world.set_policy({"authorisation.redirect_match": "host"})
    assert alipay.by_card(redirect_uri=other_path).sent_to


@pytest.mark.parametrize("name", ["redirect_uri", "scope", "app"])
def test_parameter_that_is_missing_is_named(page, name) -> None:
    name = CONTROL_ID[page.platform] if name == "app" else name
    shown = page.show(**{name: None})
    assert (shown.status, shown.code) == (400, "request.invalid")
    assert name in shown.text


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"scope": "anything"}, "authorisation.scope_not_offered"),
        ({"scope": "x" * 201}, "request.invalid"),
        ({"state": "x" * 513}, "request.invalid"),
        ({"code_challenge": "short"}, "request.invalid"),
        ({"code_challenge_method": "S512"}, "request.invalid"),
        ({"redirect_uri": "javascript:alert(1)"}, "authorisation.redirect_mismatch"),
        ({"redirect_uri": "http://localhost/callback\r\nX: y"}, "authorisation.redirect_mismatch"),
    ],
)
def test_odd_parameters_are_refused_on_a_page(page, changes, code) -> None:
    for shown in (page.show(**changes), page.by_card(**changes)):
        assert (shown.status, shown.code) == (400, code)
        assert "Location" not in shown.response.headers


def test_parameters_without_meaning_here_are_let_be(page) -> None:
    assert page.show(connect_redirect="1", forcePopup="true").status == 200


def test_several_scopes_come_with_commas(alipay) -> None:
    back = alipay.by_card(scope="auth_user,auth_base,auth_user").sent_to
    assert back["scope"] == "auth_user,auth_base"


def test_what_was_typed_comes_back_escaped_and_secrets_do_not(page) -> None:
    form = {"card_number": '"><b>x', "card_password": "secret-0", "phone": "<i>"}
    shown = page.post(form)
    assert shown.status == 404
    assert "<b>x" not in shown.text
    assert "<i>" not in shown.text
    assert "&lt;b&gt;x" in shown.text
    assert "secret-0" not in shown.text


def test_name_of_an_application_is_text_and_nothing_else(page) -> None:
    body = {
        "platform": page.platform,
        "name": "<script>alert(1)</script>",
        "owner": '"<img src=x>',
    }
    made = page.world.control("POST", "/applications", body).data
    shown = page.show(**{CONTROL_ID[page.platform]: made["app_id"]})
    assert shown.status == 200
    assert "<script" not in shown.text
    assert "<img" not in shown.text


def test_journal_keeps_neither_passwords_nor_whole_numbers(page) -> None:
    page.by_card()
    entry = page.last_in_journal()
    card = page.person["card_number"]
    assert entry["body"] == {
        "decision": "accept",
        "card_number": f"{card[:3]}****{card[-2:]}",
        "card_password": "***",
    }
    phone = page.person["phone"]
    assert entry["subject"] == f"{phone[:3]}****{phone[-4:]}"


def test_page_below_the_prefix_that_is_not_there_says_so_as_a_page(page) -> None:
    path = {"alipay": "/alipay/oauth2/nothing", "wechat": "/wechat/connect/oauth2/nothing"}
    answer = page.world.client.get(path[page.platform])
    assert (answer.status_code, answer.mimetype) == (404, "text/html")


def test_wechat_takes_response_type_code_alone(wechat) -> None:
    assert wechat.show(response_type="code").status == 200
    assert wechat.show(response_type="token").code == "request.invalid"


def test_open_ids_are_shown_to_the_tester(page, app) -> None:
    found = app.worlds.find(page.world.name)
    person = found.people.by_id_number(page.person["id_number"])
    app_id = page.application["app_id"]
    back = page.by_card().sent_to
    code = back["auth_code" if page.platform == "alipay" else "code"]
    application = authorisation.applications.application(found, page.platform, app_id)
    authorisation.exchange(Visit(found, page.platform, found.now_ms()), application, code)
    path = f"/people/{person.id_number}/authorisations"
    [listed] = page.world.control("GET", path).data["items"]
    assert listed["open_id"] == third_party_ids.open_id(found, page.platform, app_id, person)
