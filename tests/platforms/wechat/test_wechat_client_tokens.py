"""Tokens of applications: one after another, and the stable one."""

import pytest


def errcode(answer):
    return answer["errcode"]


def listed(wechat, token):
    return wechat.get("/wxaapi/newtmpl/gettemplate", access_token=token)["errcode"]


def test_next_token_replaces_the_last_which_works_five_minutes_more(wechat) -> None:
    first, second = wechat.token(), wechat.token()
    assert first != second
    assert (listed(wechat, first), listed(wechat, second)) == (0, 0)
    wechat.world.advance(seconds=300)
    assert (listed(wechat, first), listed(wechat, second)) == (40001, 0)


def test_token_two_generations_old_is_not_the_latest(wechat) -> None:
    first = wechat.token()
    wechat.token()
    wechat.token()
    assert listed(wechat, first) == 40001


def test_token_expires_after_two_hours(wechat) -> None:
    token = wechat.token()
    wechat.world.advance(seconds=7199)
    assert listed(wechat, token) == 0
    wechat.world.advance(seconds=1)
    assert listed(wechat, token) == 42001


def test_stable_token_stays_until_it_is_about_to_expire(wechat) -> None:
    plain, first = wechat.token(), wechat.stable_token()
    assert first["expires_in"] == 7200
    wechat.world.advance(minutes=114)
    again = wechat.stable_token()
    assert again == {"access_token": first["access_token"], "expires_in": 360}
    wechat.world.advance(minutes=1)
    renewed = wechat.stable_token()["access_token"]
    assert renewed != first["access_token"]
    for token in (plain, first["access_token"], renewed):
        assert listed(wechat, token) == 0, "neither line ends the other, nor the one before"


def test_forced_stable_token_ends_the_one_before_at_once(wechat) -> None:
    first = wechat.stable_token()["access_token"]
    forced = wechat.stable_token(force_refresh=True)["access_token"]
    assert (listed(wechat, first), listed(wechat, forced)) == (40001, 0)


def test_token_is_of_one_world_and_of_one_registration(wechat, make_wechat) -> None:
    token = wechat.token()
    elsewhere = make_wechat()
    elsewhere.token()
    assert listed(elsewhere, token) == 40001
    wechat.set_state("suspended")
    assert listed(wechat, token) == 50002
    wechat.set_state("unregistered")
    assert listed(wechat, token) == 40013
    wechat.set_state("active")
    assert listed(wechat, token) == 40001
    assert listed(wechat, wechat.token()) == 0
    assert listed(wechat, token) == 40001, "also after the first token of this registration"


@pytest.mark.parametrize("token", ["x", "é" * 40, "=" * 40, "a" * 600, "a" * 41])
def test_what_is_no_token_is_told_from_an_unknown_one(wechat, token) -> None:
    assert listed(wechat, token) == 40014
    assert listed(wechat, "a" * 40) == 40001
    assert listed(wechat, "") == 41001


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"appid": ""}, 41002),
        ({"secret": ""}, 41004),
        ({"grant_type": "x"}, 40002),
        ({"appid": "wx"}, 40013),
        ({"secret": "x"}, 40125),
    ],
)
def test_both_ways_of_asking_refuse_alike(wechat, changed, expected) -> None:
    assert errcode(wechat.fetch_token(**changed)) == expected
    assert errcode(wechat.stable_token(**changed)) == expected


def test_token_may_be_asked_for_by_post(wechat) -> None:
    query = {"appid": wechat.app_id, "secret": wechat.secret, "grant_type": "client_credential"}
    answer = wechat.raw("POST", "/cgi-bin/token", query, data=b"")
    assert listed(wechat, answer.get_json()["access_token"]) == 0


def test_json_is_taken_whatever_its_content_type(wechat) -> None:
    body = b'{"appid": "%s", "secret": "%s", "grant_type": "client_credential"}'
    data = body % (wechat.app_id.encode(), wechat.secret.encode())
    for content_type in (None, "text/plain", "application/x-www-form-urlencoded"):
        answer = wechat.raw("POST", "/cgi-bin/stable_token", data=data, content_type=content_type)
        assert "access_token" in answer.get_json(), content_type


def test_quota_of_one_kind_of_call_returns_with_the_day(wechat) -> None:
    token = wechat.token()
    wechat.world.set_policy({"open_platform.daily_calls": 2})
    assert [listed(wechat, token) for _ in range(3)] == [0, 0, 45009]
    assert "access_token" in wechat.fetch_token(), "another kind of call"
    wechat.world.advance(hours=13)
    wechat.world.advance(hours=1)
    token = wechat.token()
    assert listed(wechat, token) == 0


def test_busy_platform_says_so_now_and_then(wechat) -> None:
    token = wechat.token()
    wechat.world.set_policy({"open_platform.busy_per_mille": 300})
    path = "/wxaapi/newtmpl/gettemplate"

    def said(number):
        headers = {"X-Request-Id": f"request {number}".replace(" ", "-")}
        answer = wechat.raw("GET", path, {"access_token": token}, headers=headers)
        assert answer.status_code == 200
        return answer.get_json()["errcode"]

    first = [said(number) for number in range(100)]
    assert set(first) == {0, -1}
    assert 15 <= first.count(-1) <= 45
    assert [said(number) for number in range(100)] == first, "each request has its own fate"
