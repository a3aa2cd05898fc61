"""OAuth as WeChat speaks it: codes, tokens, refreshes, and each number it refuses with."""

import pytest


def errcode(answer):
    return answer["errcode"]


def test_code_is_exchanged_for_tokens_and_an_open_id(wechat) -> None:
    granted = wechat.authorise()
    assert set(granted) == {"access_token", "expires_in", "refresh_token", "openid", "scope"}
    assert (granted["expires_in"], granted["scope"]) == (7200, "snsapi_userinfo")
    token, open_id = granted["access_token"], granted["openid"]
    assert wechat.get("/sns/auth", access_token=token, openid=open_id) == {
        "errcode": 0,
        "errmsg": "ok",
    }
    profile = wechat.get("/sns/userinfo", access_token=token, openid=open_id)
    assert profile["openid"] == open_id
    assert profile["nickname"][0] == wechat.person["name"][0]
    assert "*" in profile["nickname"]


def test_code_works_once_and_reuse_ends_what_came_of_it(wechat) -> None:
    code = wechat.consent_code()
    granted = wechat.exchange(code)
    assert errcode(wechat.exchange(code)) == 40163
    token = granted["access_token"]
    assert errcode(wechat.get("/sns/auth", access_token=token, openid=granted["openid"])) == 42007
    assert errcode(wechat.refresh(granted["refresh_token"])) == 42007


def test_code_expires_after_five_minutes_of_the_worlds_clock(wechat) -> None:
    early, late = wechat.consent_code(), wechat.consent_code()
    wechat.world.advance(seconds=299)
    assert "access_token" in wechat.exchange(early)
    wechat.world.advance(seconds=1)
    assert errcode(wechat.exchange(late)) == 42003


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"appid": ""}, 41002),
        ({"secret": ""}, 41004),
        ({"code": ""}, 41008),
        ({"grant_type": ""}, 40002),
        ({"grant_type": "refresh_token"}, 40002),
        ({"appid": "wx0000000000000000"}, 40013),
        ({"appid": "x" * 65}, 40013),
        ({"secret": "0" * 32}, 40125),
        ({"secret": "é"}, 40125),
        ({"code": "0" * 40}, 40029),
        ({"code": "é"}, 40029),
    ],
)
def test_exchange_tells_what_is_missing_or_wrong(wechat, changed, expected) -> None:
    code = wechat.consent_code()
    answer = wechat.exchange(code, **changed)
    assert errcode(answer) == expected
    assert " rid: " in answer["errmsg"]
    if "code" not in changed:
        assert "access_token" in wechat.exchange(code), "the code is still good"


def test_another_applications_code_is_unknown_and_stays_good(wechat) -> None:
    body = {"platform": "wechat", "name": "另一个应用"}
    other = wechat.world.control("POST", "/applications", body).data
    code = wechat.consent_code(app_id=other["app_id"])
    assert errcode(wechat.exchange(code)) == 40029
    own = wechat.exchange(code, appid=other["app_id"], secret=other["secret"])
    assert "access_token" in own


def test_refresh_prolongs_a_good_token_and_replaces_an_expired_one(wechat) -> None:
    granted = wechat.authorise()
    token, open_id = granted["access_token"], granted["openid"]
    wechat.world.advance(hours=1)
    assert wechat.refresh(granted["refresh_token"])["access_token"] == token
    wechat.world.advance(seconds=7200)
    assert errcode(wechat.get("/sns/auth", access_token=token, openid=open_id)) == 42001
    renewed = wechat.refresh(granted["refresh_token"])
    assert renewed["access_token"] != token
    assert renewed["refresh_token"] == granted["refresh_token"]
    assert errcode(wechat.get("/sns/auth", access_token=token, openid=open_id)) == 40001
    wechat.world.advance(days=30)
    assert errcode(wechat.refresh(granted["refresh_token"])) == 42002


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"refresh_token": ""}, 41003),
        ({"refresh_token": "0" * 40}, 40030),
        ({"appid": ""}, 41002),
        ({"grant_type": "authorization_code"}, 40002),
    ],
)
def test_refresh_tells_what_is_missing_or_wrong(wechat, changed, expected) -> None:
    granted = wechat.authorise()
    assert errcode(wechat.refresh(granted["refresh_token"], **changed)) == expected


def test_token_opens_what_was_consented_to(wechat) -> None:
    granted = wechat.authorise("snsapi_base")
    query = {"access_token": granted["access_token"], "openid": granted["openid"]}
    assert errcode(wechat.get("/sns/auth", **query)) == 0
    assert errcode(wechat.get("/sns/userinfo", **query)) == 48001


def test_token_and_open_id_must_belong_together(wechat) -> None:
    granted = wechat.authorise()
    token = granted["access_token"]
    assert errcode(wechat.get("/sns/auth", access_token=token, openid="o" * 28)) == 40003
    assert errcode(wechat.get("/sns/auth", access_token=token)) == 41009
    assert errcode(wechat.get("/sns/auth", openid=granted["openid"])) == 41001
    assert errcode(wechat.get("/sns/auth", access_token="x", openid=granted["openid"])) == 40014
    unknown = wechat.get("/sns/auth", access_token="0" * 40, openid=granted["openid"])
    assert errcode(unknown) == 40001


def test_suspended_and_revoked_applications_are_refused(wechat) -> None:
    code, granted = wechat.consent_code(), wechat.authorise()
    query = {"access_token": granted["access_token"], "openid": granted["openid"]}
    wechat.set_state("suspended")
    assert errcode(wechat.exchange(code)) == 50002
    assert errcode(wechat.get("/sns/auth", **query)) == 50002
    wechat.set_state("active")
    assert errcode(wechat.get("/sns/auth", **query)) == 0
    wechat.set_state("revoked")
    assert errcode(wechat.exchange(code)) == 48004
    assert errcode(wechat.get("/sns/auth", **query)) == 42007
    wechat.set_state("unregistered")
    assert errcode(wechat.exchange(code)) == 40013


def test_impostor_is_refused_and_noted_in_the_journal(wechat) -> None:
    body = {"platform": "wechat", "name": wechat.application["name"]}
    impostor = wechat.world.control("POST", "/applications", body).data
    answer = wechat.exchange("0" * 40, appid=impostor["app_id"], secret=impostor["secret"])
    assert errcode(answer) == 40013
    entry = wechat.world.control("GET", "/journal").data["items"][-1]
    assert entry["code"] == "authorisation.application_impostor"
    assert impostor["secret"] not in str(entry)


def test_challenge_must_be_answered(wechat) -> None:
    challenge = "c" * 43
    query = {"appid": wechat.app_id, "redirect_uri": "http://localhost/callback"}
    query |= {"response_type": "code", "scope": "snsapi_base", "code_challenge": challenge}
    form = {name: wechat.person[name] for name in ("card_number", "card_password")}
    answer = wechat.raw("POST", "/connect/oauth2/authorize", query, data=form)
    code = answer.headers["location"].partition("code=")[2]
    assert errcode(wechat.exchange(code)) == 40029
    assert "openid" in wechat.exchange(code, code_verifier=challenge)
