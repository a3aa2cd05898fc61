"""The face service, decided by real pictures, and its trap."""

from hashlib import md5

import pytest


@pytest.fixture
def ready(wechat):
    granted, token = wechat.authorise(), wechat.token()
    return wechat, token, granted["openid"]


def check(ready, photo, **asked):
    """What came of a check: errcode and identify_ret."""
    wechat, token, open_id = ready
    key = wechat.face_key(token, **asked)["user_id_key"]
    taken = wechat.shoot(key, open_id, photo)
    assert taken["errcode"] == 0
    result = wechat.face_result(token, taken["verify_result"])
    assert result["errcode"] == 0, "the trap: it is said to have gone well"
    return result["identify_ret"]


def picture(wechat, what="face", **conditions):
    return wechat.world.picture(wechat.person, what, **conditions)


def test_own_face_passes_and_the_result_tells_whose_it_was(ready) -> None:
    wechat, token, open_id = ready
    key = wechat.face_key(token)["user_id_key"]
    taken = wechat.shoot(key, open_id, picture(wechat))
    result = wechat.face_result(token, taken["verify_result"])
    assert (result["errcode"], result["identify_ret"]) == (0, 0)
    assert (result["openid"], result["user_id_key"]) == (open_id, key)
    assert result["name_utf8_md5"] == md5(wechat.person["name"].encode()).hexdigest()
    assert result["id_card_number_md5"] == md5(wechat.person["id_number"].encode()).hexdigest()


@pytest.mark.parametrize(
    ("what", "conditions", "expected"),
    [
        ("face", {"other": True}, 10004),
        ("face", {"brightness": 3}, 10005),
        ("face", {"darkness": 0.2}, 10010),
        ("back", {}, 10002),
    ],
)
def test_picture_decides_behind_errcode_0(ready, what, conditions, expected) -> None:
    wechat, *_ = ready
    assert check(ready, picture(wechat, what, **conditions)) == expected


def test_name_and_number_must_be_one_persons(ready) -> None:
    wechat, *_ = ready
    photo = picture(wechat)
    assert check(ready, photo, name="王小明") == 10003
    assert check(ready, photo, id_card_number="110101199003078881") == 10026
    assert check(ready, photo, id_card_number="x") == 10026
    lower = wechat.person["id_number"].lower()
    assert check(ready, photo, id_card_number=lower) == 0


def test_dead_people_are_no_users(ready) -> None:
    wechat, *_ = ready
    photo = picture(wechat)
    everybody = {"deceased_per_mille": 1000, "deceased_from_age": 0}
    wechat.world.set_policy({"real_name": everybody})
    assert check(ready, photo) == 10018


def test_challenge_of_policy_must_be_answered(ready) -> None:
    wechat, *_ = ready
    wechat.world.set_policy({"liveness.challenge": "mouth_open"})
    assert check(ready, picture(wechat)) == 10028
    assert check(ready, picture(wechat, mouth_open=True)) == 0


def test_person_may_give_up_or_come_too_late(ready) -> None:
    wechat, token, open_id = ready
    key = wechat.face_key(token)["user_id_key"]

    def result(taken):
        return wechat.face_result(token, taken["verify_result"])["identify_ret"]

    assert result(wechat.close_camera(key, open_id)) == 90100
    wechat.world.advance(seconds=599)
    assert result(wechat.shoot(key, open_id, picture(wechat))) == 0
    wechat.world.advance(seconds=1)
    assert result(wechat.shoot(key, open_id, picture(wechat))) == 10020


def test_pictures_of_a_number_are_limited_per_day(ready) -> None:
    wechat, *_ = ready
    wechat.world.set_policy({"face_service.tries_per_day": 2})
    photo = picture(wechat)
    assert [check(ready, photo) for _ in range(3)] == [0, 0, 10042]
    wechat.world.advance(hours=14)
    fresh = wechat, wechat.token(), ready[2]
    assert check(fresh, photo) == 0


def test_keys_and_results_are_the_applications_own(ready) -> None:
    wechat, token, open_id = ready
    photo = picture(wechat)
    assert wechat.shoot("x", open_id, photo)["errcode"] == 10041
    assert wechat.face_result(token, "x")["errcode"] == 10017
    key = wechat.face_key(token)["user_id_key"]
    assert wechat.shoot(key, "o" * 28, photo)["errcode"] == 40003
    ticket = wechat.shoot(key, open_id, photo)["verify_result"]
    body = {"platform": "wechat", "name": "另一个应用"}
    other = wechat.world.control("POST", "/applications", body).data
    theirs = wechat.fetch_token(appid=other["app_id"], secret=other["secret"])["access_token"]
    assert wechat.face_result(theirs, ticket)["errcode"] == 10017


def test_bytes_that_are_no_picture_cost_nothing(ready) -> None:
    wechat, token, open_id = ready
    wechat.world.set_policy({"face_service.tries_per_day": 1})
    key = wechat.face_key(token)["user_id_key"]
    photo = picture(wechat)
    assert wechat.shoot(key, open_id, b"text")["errcode"] == 40137
    assert wechat.shoot(key, open_id, photo + bytes(10_000_000))["errcode"] == 40009
    taken = wechat.shoot(key, open_id, photo)
    assert wechat.face_result(token, taken["verify_result"])["identify_ret"] == 0
