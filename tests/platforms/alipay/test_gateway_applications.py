"""Who may ask the gateway, for what, and how often."""

import pytest

SHARE = "alipay.user.info.share"
CARD = "alipay.commerce.medical.card.query"
NOTIFY = "alipay.commerce.medical.message.notify"
PASSED = ("40004", "USER_NOT_EXIST")


def ask(application):
    """A request that only fails because there is nobody of that id."""
    return application.call(CARD, {"buyer_id": "x"})


def reason(world, told):
    request_id = told.response.headers["X-Request-Id"]
    return world.control("GET", f"/explain/request/{request_id}").data["reason"]


@pytest.mark.parametrize(
    ("state", "refusal"),
    [
        ("active", PASSED),
        ("suspended", ("40006", "isv.insufficient-isv-permissions")),
        ("revoked", ("40002", "isv.invalid-app-id")),
        ("unregistered", ("40002", "isv.invalid-app-id")),
    ],
)
def test_state_decides_whether_an_application_may_ask(world, join, state, refusal) -> None:
    assert ask(join(world, state)).refusal == refusal


def test_unknown_application_is_refused(application) -> None:
    application.app_id = "2021999900000000"
    assert ask(application).refusal == ("40002", "isv.invalid-app-id")


def test_nobody_without_the_key_learns_how_an_application_stands(world, application, join) -> None:
    suspended = join(world, "suspended")
    application.app_id = suspended.app_id
    assert ask(application).refusal == ("40002", "isv.invalid-signature")


def test_application_under_anothers_name_is_an_impostor(world, application, join) -> None:
    told = ask(join(world, name="医保查询 示例"))
    assert told.refusal == ("40002", "isv.suspected-attack")
    assert reason(world, told)["impostor"] == "name"
    assert reason(world, told)["genuine"] == application.app_id


def test_method_that_no_scope_of_the_application_opens_is_not_permitted(world, join) -> None:
    modest = join(world, name="只要标识", scopes=["auth_base"])
    told = ask(modest)
    assert told.refusal == ("40006", "isv.insufficient-isv-permissions")
    assert told.inner["msg"] == "Insufficient Permissions"
    tokens = modest.tokens(world.person(), "auth_base")
    assert "access_token" in tokens


def test_applications_own_key_is_the_one_that_counts(world, join) -> None:
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import rsa

    own = rsa.generate_private_key(65537, 2048)
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    pem = own.public_key().public_bytes(serialization.Encoding.PEM, form).decode()
    genuine = join(world)
    body = {"platform": "alipay", "name": "自带密钥", "public_key": pem}
    genuine.app_id = world.control("POST", "/applications", body).data["app_id"]
    assert ask(genuine).refusal == ("40002", "isv.invalid-signature")
    genuine.private_key = own
    assert ask(genuine).refusal == PASSED


# --- limits -----------------------------------------------------------------------------------


def test_requests_beyond_the_rate_are_refused_until_the_next_second(world, application) -> None:
    world.set_policy({"gateway.rate_per_second": 3})
    outcomes = [ask(application).refusal for _ in range(5)]
    limited = ("40005", "isv.app-call-limited")
    assert outcomes == [PASSED] * 3 + [limited] * 2
    assert ask(application).inner["msg"] == "Call Limited"
    world.advance(seconds=1)
    assert ask(application).refusal == PASSED


def test_rate_is_counted_per_application_and_only_for_its_own_requests(world, join) -> None:
    world.set_policy({"gateway.rate_per_second": 1})
    first, second = join(world), join(world, name="第二个")
    forged = first.parameters(CARD, {}) | {"sign": "AAAA"}
    for _ in range(3):
        assert first.send(forged).refusal == ("40002", "isv.invalid-signature")
    assert ask(first).refusal == PASSED
    assert ask(second).refusal == PASSED
    assert ask(first).refusal == ("40005", "isv.app-call-limited")


def test_daily_quota_is_counted_per_method(world, application) -> None:
    world.set_policy({"open_platform.daily_calls": 2})
    outcomes = [ask(application).refusal for _ in range(3)]
    assert outcomes == [PASSED, PASSED, ("40005", "isv.method-call-limited")]
    other = application.call("alipay.user.certify.open.query", {"certify_id": "x"})
    assert other.refusal == ("40004", "CERTIFY_ID_NOT_EXIST")
    world.advance(days=1)
    assert ask(application).refusal == PASSED


def test_busy_platform_is_unavailable(world, application) -> None:
    world.set_policy({"open_platform.busy_per_mille": 1000})
    told = ask(application)
    assert told.refusal == ("20000", "isp.unknow-error")
    assert told.inner["msg"] == "Service Currently Unavailable"


def test_failure_of_the_simulator_is_told_as_one_of_the_gateway(
    world, application, monkeypatch, caplog
) -> None:
    monkeypatch.setattr("simulator.services.signed_requests.sender", lambda *_given: 1 / 0)
    assert ask(application).refusal == ("20000", "aop.unknow-error")
    assert "ZeroDivisionError" in caplog.text


# --- access tokens ----------------------------------------------------------------------------


def share(application, token):
    return application.call(SHARE, auth_token=token).refusal


@pytest.mark.parametrize("token", [None, "", "x", "0" * 40, "é"])
def test_absent_and_unknown_tokens_are_refused(application, token) -> None:
    told = application.call(SHARE, auth_token=token)
    assert told.refusal == ("20001", "aop.invalid-auth-token")
    assert told.name == "alipay_user_info_share_response"


def test_token_of_another_application_is_refused(world, application, join) -> None:
    token = application.tokens(world.person())["access_token"]
    told = join(world, name="第二个").call(SHARE, auth_token=token)
    assert told.refusal == ("20001", "aop.invalid-auth-token")
    assert reason(world, told) == {"token_of": application.app_id}


def test_token_expires_with_its_lifetime(world, application) -> None:
    tokens = application.tokens(world.person())
    world.advance(seconds=tokens["expires_in"] - 1)
    assert share(application, tokens["access_token"]) is None
    world.advance(seconds=1)
    assert share(application, tokens["access_token"]) == ("20001", "aop.auth-token-time-out")


def test_token_ends_when_the_person_withdraws(world, application) -> None:
    token = application.tokens(world.person())["access_token"]
    path = f"/w/{world.name}/alipay/yibao/v1/authorisation"
    world.client.delete(path, headers={"Authorization": f"Bearer {token}"})
    assert share(application, token) == ("20001", "aop.invalid-auth-token")


def test_token_of_a_narrower_consent_does_not_open_more(world, application) -> None:
    token = application.tokens(world.person(), "auth_base")["access_token"]
    assert share(application, token) == ("20001", "aop.invalid-auth-token")


def test_token_of_a_suspended_application_opens_nothing(world, application) -> None:
    token = application.tokens(world.person())["access_token"]
    path = f"/applications/alipay/{application.app_id}"
    _ = world.control("PATCH", path, {"state": "suspended"}).data
    assert share(application, token) == ("40006", "isv.insufficient-isv-permissions")
    _ = world.control("PATCH", path, {"state": "active"}).data
    assert share(application, token) is None
