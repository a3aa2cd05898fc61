"""What is particular to the portal: the digest of the password, the image captcha, the envelope."""

from base64 import b64decode
from hashlib import sha256
from io import BytesIO

import pytest
from PIL import Image


@pytest.fixture
def person(portal):
    return portal.world.person()


def digest(text):
    return sha256(text.encode()).hexdigest()


def log_in(portal, person, **changes):
    body = {
        "username": person["phone"],
        "password": digest(person["default_password"]),
        "loginType": "password",
        **portal.captcha(),
        **changes,
    }
    kept = {name: value for name, value in body.items() if value is not None}
    return portal.ask("POST", "/user/login", kept)


def test_captcha_is_a_picture(portal) -> None:
    told = portal.ask("GET", "/user/captcha").done
    head, _, data = told["image"].partition(",")
    assert head == "data:image/png;base64"
    assert told["expiresIn"] == 120
    with Image.open(BytesIO(b64decode(data, validate=True))) as picture:
        picture.load()
        assert (picture.format, picture.size) == ("PNG", (120, 44))


def test_login_takes_the_digest_in_either_case(portal, person) -> None:
    upper = digest(person["default_password"]).upper()
    assert log_in(portal, person).done["accessToken"]
    assert log_in(portal, person, password=upper).done["refreshToken"]


@pytest.mark.parametrize(
    "password", ["Yibao@123456", "0" * 63, "0" * 65, "g" * 64, "0" * 63 + "\n"]
)
def test_password_that_is_no_digest_is_refused_and_counts_for_nothing(
    portal, person, password
) -> None:
    refusal = log_in(portal, person, password=password)
    assert refusal.code == "request.invalid"
    assert "SHA-256" in refusal.details["fields"]["password"][0]
    assert log_in(portal, person, password="0" * 64).details == {"remainingAttempts": 4}


def test_password_itself_opens_nothing_when_sent_as_its_own_digest(portal, person) -> None:
    """The digest of a digest is another password's."""
    twice = digest(digest(person["default_password"]))
    assert log_in(portal, person, password=twice).code == "sign_in.wrong_password"


def test_captcha_is_good_once(portal, person) -> None:
    captcha = portal.captcha()
    _ = log_in(portal, person, **captcha).done
    refusal = log_in(portal, person, **captcha)
    assert (refusal.code, refusal.message) == ("captcha.used", "验证码已失效，请刷新")


def test_wrong_captcha_is_used_up_and_counts_as_no_wrong_password(portal, person) -> None:
    captcha = portal.captcha()
    refusal = log_in(portal, person, password="0" * 64, **captcha | {"code": "0000"})
    assert (refusal.code, refusal.message) == ("captcha.wrong", "验证码错误！")
    assert log_in(portal, person, **captcha).code == "captcha.used"
    assert portal.world.account(person)["failures"] == 0


def test_captcha_expires(portal, person) -> None:
    captcha = portal.captcha()
    portal.world.advance(minutes=2)
    assert log_in(portal, person, **captcha).code == "captcha.expired"


def test_captcha_of_another_world_is_unknown(portal, drive, person) -> None:
    foreign = drive("portal").captcha()
    assert log_in(portal, person, **foreign).code == "captcha.unknown"


def test_captcha_is_case_insensitive(portal, person) -> None:
    captcha = portal.captcha()
    assert log_in(portal, person, **captcha | {"code": captcha["code"].lower()}).code is None


@pytest.mark.parametrize(
    ("changes", "at_fault"),
    [
        ({"code": None}, {"code"}),
        ({"uuid": None, "code": None}, {"uuid", "code"}),
        ({"password": None}, {"password"}),
        ({"loginType": "sms"}, {"smsCode", "password", "code", "uuid"}),
        ({"loginType": "face"}, {"loginType"}),
        ({"username": "somebody"}, {"username"}),
        ({"smsCode": "123456"}, {"smsCode"}),
        ({"secondFactor": {"challenge": "x"}}, {"secondFactor"}),
    ],
)
def test_login_names_the_fields_at_fault_as_the_portal_does(
    portal, person, changes, at_fault
) -> None:
    refusal = log_in(portal, person, **changes)
    assert refusal.code == "request.invalid"
    assert set(refusal.details["fields"]) == at_fault


def test_refusal_tells_the_fitting_status_in_the_envelope_alone(portal, person) -> None:
    portal.world.set_account(person, locked=True)
    refusal = log_in(portal, person)
    assert refusal.response.status_code == 200
    body = refusal.response.get_json()
    assert (body["code"], body["type"], body["success"]) == (423, "sign_in.locked", False)
    assert body["data"] == {
        "lockedUntil": "2026-06-15T10:20:00+08:00",
        "retryAfter": 1200,
    }


@pytest.mark.parametrize("header", [{}, {"accessToken": ""}, {"Authorization": "Bearer x"}])
def test_session_is_shown_in_its_own_header(portal, header) -> None:
    response = portal.client.get(portal.base + "/psn/balance", headers=header)
    assert portal.read(response).code == "session.missing"


def test_secrets_stay_out_of_the_journal(portal, person) -> None:
    session = log_in(portal, person).done
    portal.ask("POST", "/user/refreshToken", {"refreshToken": session["refreshToken"]})
    kept = portal.world.control("GET", "/journal").response.get_data(as_text=True)
    secrets = (
        digest(person["default_password"]),
        person["phone"],
        *map(session.get, ("accessToken", "refreshToken")),
    )
    for secret in secrets:
        assert secret not in kept
    assert "local" in kept
