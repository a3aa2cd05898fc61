"""Subscribe messages: one for each permission."""

import pytest


@pytest.fixture
def let_in(wechat):
    """The application, let in by the person; its token, and its low-balance template."""
    granted, token = wechat.authorise(), wechat.token()
    low_balance, _ = wechat.templates(token)
    return wechat, granted, token, low_balance


def test_permission_allows_one_message(let_in) -> None:
    wechat, granted, token, template = let_in
    open_id = granted["openid"]
    assert wechat.send(token, template, open_id)["errcode"] == 43101
    answer = wechat.permit(granted, template)
    assert answer == {"errcode": 0, "errmsg": "ok", template: "accept"}
    assert wechat.send(token, template, open_id) == {"errcode": 0, "errmsg": "ok"}
    assert wechat.send(token, template, open_id)["errcode"] == 43101
    [message] = wechat.inbox()
    assert message["purpose"] == "low_balance"
    assert "账户余额：12.30元" in message["text"]


def test_permissions_add_up_and_are_of_one_template(let_in) -> None:
    wechat, granted, token, template = let_in
    _, payment = wechat.templates(token)
    wechat.permit(granted, template, payment)
    wechat.permit(granted, template)
    open_id = granted["openid"]
    sent = [wechat.send(token, each, open_id)["errcode"] for each in [template, payment] * 3]
    assert sent == [0, 0, 0, 43101, 43101, 43101]


def test_rejection_permits_nothing(let_in) -> None:
    wechat, granted, token, template = let_in
    assert wechat.permit(granted, template, accept=False)[template] == "reject"
    assert wechat.send(token, template, granted["openid"])["errcode"] == 43101
    assert wechat.inbox() == []


def test_whoever_has_not_let_the_application_in_is_no_follower(let_in) -> None:
    wechat, granted, token, template = let_in
    wechat.permit(granted, template)
    path = f"/people/{wechat.person['id_number']}/authorisations"
    [listed] = wechat.world.control("GET", path).data["items"]
    assert wechat.world.control("DELETE", f"{path}/{listed['id']}").status == 204
    assert wechat.send(token, template, granted["openid"])["errcode"] == 43004
    wechat.authorise()
    assert wechat.send(token, template, granted["openid"])["errcode"] == 0, "it was not used up"


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"touser": ""}, 41009),
        ({"touser": "o" * 28}, 40003),
        ({"touser": 5}, 40003),
        ({"template_id": "x"}, 40037),
        ({"template_id": None}, 40037),
        ({"data": {}}, 47003),
        ({"data": []}, 47003),
        ({"data": {"amount1": "1"}}, 47003),
        ({"data": {"amount1": {"value": "1.00"}}}, 47003),
    ],
)
def test_message_tells_what_is_missing_or_wrong(let_in, changed, expected) -> None:
    wechat, granted, token, template = let_in
    wechat.permit(granted, template)
    assert wechat.send(token, template, granted["openid"], **changed)["errcode"] == expected
    assert wechat.send(token, template, granted["openid"])["errcode"] == 0, "nothing was used up"


@pytest.mark.parametrize(
    ("field", "value"),
    [("amount1", "12345678901"), ("amount2", "五十"), ("time3", "morning"), ("thing4", "长" * 21)],
)
def test_value_that_does_not_fit_its_field_is_named(let_in, field, value) -> None:
    wechat, granted, token, template = let_in
    wechat.permit(granted, template)
    values = {"amount1": "1", "amount2": "2", "time3": "2026-06-15 10:00", "thing4": "好"}
    data = {name: {"value": given} for name, given in (values | {field: value}).items()}
    answer = wechat.send(token, template, granted["openid"], data=data)
    assert answer["errcode"] == 47003
    assert answer["errmsg"].startswith(f"argument invalid! data.{field}.value invalid")


def test_templates_differ_from_application_to_application(let_in) -> None:
    wechat, granted, _, template = let_in
    body = {"platform": "wechat", "name": "另一个应用"}
    other = wechat.world.control("POST", "/applications", body).data
    token = wechat.fetch_token(appid=other["app_id"], secret=other["secret"])["access_token"]
    assert template not in wechat.templates(token)
    assert wechat.send(token, template, granted["openid"])["errcode"] == 40003


def test_asking_for_an_unknown_template_permits_none(let_in) -> None:
    wechat, granted, token, template = let_in
    assert wechat.permit(granted, template, "x")["errcode"] == 40037
    assert wechat.permit(granted)["errcode"] == 40037
    assert wechat.send(token, template, granted["openid"])["errcode"] == 43101


def set_alert(wechat, granted, threshold):
    headers = {"Authorization": f"Bearer {granted['access_token']}"}
    answer = wechat.raw(
        "PUT", "/yibao/v1/alerts/balance", json={"threshold": threshold}, headers=headers
    )
    assert answer.status_code == 200, answer.get_data(as_text=True)


def book(wechat, kind, amount):
    path = f"/people/{wechat.person['id_number']}/ledger"
    _ = wechat.world.control("POST", path, {"type": kind, "amount": amount}).data


def cross(wechat, granted):
    """Have the balance that WeChat shows fall below the threshold once."""
    book(wechat, "104", "5000.00")
    wechat.world.advance(hours=3)
    shown = wechat.raw(
        "GET",
        "/yibao/v1/balance",
        headers={"Authorization": f"Bearer {granted['access_token']}"},
    ).get_json()["data"]["personal_account"]["amount"]
    set_alert(wechat, granted, f"{float(shown) - 100:.2f}")
    book(wechat, "205", "4000.00")
    wechat.world.advance(hours=3)


def test_alert_comes_as_a_message_once_and_to_the_inbox_each_time(let_in) -> None:
    wechat, _, _, template = let_in
    wechat.world.set_policy({"platforms": {"wechat": {"authorisation.access_lifetime_s": 864000}}})
    granted = wechat.authorise()
    wechat.permit(granted, template)
    cross(wechat, granted)
    [message] = wechat.inbox()
    assert message["purpose"] == "low_balance"
    assert len(wechat.inbox("notice")) == 1
    cross(wechat, granted)
    assert len(wechat.inbox()) == 1, "the permission was used up"
    assert len(wechat.inbox("notice")) == 2
    assert wechat.send(wechat.token(), template, granted["openid"])["errcode"] == 43101


def test_alert_asked_for_again_needs_another_permission(let_in) -> None:
    wechat, granted, _, template = let_in
    wechat.world.set_policy({"platforms": {"wechat": {"authorisation.access_lifetime_s": 864000}}})
    granted = wechat.authorise()
    wechat.permit(granted, template)
    cross(wechat, granted)
    control = wechat.world.control

    def redelivered():
        """How the latest attempt of the alert as a message ended."""
        [alert] = control("GET", "/alerts").data["items"]
        path = f"/alerts/{alert['id']}/redeliver?channel=subscribe_message"
        deliveries = control("POST", path).data["deliveries"]
        [delivery] = [each for each in deliveries if each["channel"] == "subscribe_message"]
        assert delivery["target"] == granted["openid"]
        return delivery["attempts"][-1]

    refused = redelivered()
    assert refused["outcome"] == "refused"
    assert "no permission" in refused["error"]
    wechat.permit(granted, template)
    assert redelivered()["outcome"] == "delivered"
    assert len(wechat.inbox()) == 2
