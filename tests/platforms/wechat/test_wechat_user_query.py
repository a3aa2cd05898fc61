"""The insurance user query: its signature, its code, and the number it answers."""

import pytest

from simulator.services.user_queries import signature


@pytest.fixture
def open_id(wechat):
    return wechat.authorise()["openid"]


def test_partner_learns_who_the_person_is(wechat, open_id) -> None:
    found = wechat.query_user(wechat.consent_code(), open_id)
    assert found["code"] == 0
    assert found["message"] == "success"
    assert found["user_name"] == wechat.person["name"]
    assert found["user_card_no"] == wechat.person["id_number"]
    assert found["pay_auth_no"].startswith("AUTH")


def test_policy_can_mask_the_person(wechat, open_id) -> None:
    wechat.world.set_policy({"user_query.masks_identity": True})
    found = wechat.query_user(wechat.consent_code(), open_id)
    assert (
        found["user_card_no"]
        == wechat.person["id_number"][:6] + "********" + (wechat.person["id_number"][14:])
    )
    assert "*" in found["user_name"]


def test_signature_is_a_known_one() -> None:
    # printf 200000011735689600000 | openssl dgst -sha256 -hmac simsecret
    expected = "23fa29778c2401b1c18580c11d899f595ae3dce7b02a6c276a8ba6e93737856b"
    assert signature("simsecret", "20000001", "1735689600000") == expected


def test_number_is_good_for_fifteen_minutes(wechat, open_id) -> None:
    number = wechat.query_user(wechat.consent_code(), open_id)["pay_auth_no"]

    def told():
        return wechat.world.control("GET", f"/pay-authorisations/{number}").data

    assert told()["id_number"] == wechat.person["id_number"]
    wechat.world.advance(seconds=899)
    assert told()["state"] == "valid"
    wechat.world.advance(seconds=1)
    assert told()["state"] == "expired"


@pytest.mark.parametrize("change", [lambda n: n[:-1] + str(9 - int(n[-1])), lambda n: "AUTH1"])
def test_made_up_number_is_unknown(wechat, open_id, change) -> None:
    number = change(wechat.query_user(wechat.consent_code(), open_id)["pay_auth_no"])
    answer = wechat.world.control("GET", f"/pay-authorisations/{number}")
    assert (answer.status, answer.code) == (404, "pay_authorisation.unknown")


def test_code_is_used_up_without_touching_what_was_granted(wechat) -> None:
    granted, code = wechat.authorise(), wechat.consent_code()
    assert wechat.query_user(code, granted["openid"])["code"] == 0
    assert wechat.query_user(code, granted["openid"])["code"] == 40163
    assert wechat.exchange(code)["errcode"] == 40163
    query = {"access_token": granted["access_token"], "openid": granted["openid"]}
    assert wechat.get("/sns/auth", **query)["errcode"] == 0


def test_code_and_open_id_must_be_one_persons_and_reach_far_enough(wechat, open_id) -> None:
    code = wechat.consent_code()
    assert wechat.query_user(code, "o" * 28)["code"] == 40003
    wechat.person = wechat.world.person(skip=1)
    assert wechat.query_user(wechat.consent_code(), open_id)["code"] == 40029
    basic = wechat.consent_code("snsapi_base")
    theirs = wechat.authorise()["openid"]
    assert wechat.query_user(basic, theirs)["code"] == 48001
    assert "access_token" in wechat.exchange(basic), "the code is still good"
    assert wechat.query_user(code, open_id)["code"] == 0
    late = wechat.consent_code()
    wechat.world.advance(minutes=5)
    assert wechat.query_user(late, theirs)["code"] == 42003


def test_wrong_signature_is_refused(wechat, open_id) -> None:
    code = wechat.consent_code()
    for headers in (
        wechat.signed(secret="another"),
        wechat.signed() | {"god-portal-timestamp": str(wechat.now_ms() + 1)},
        wechat.signed() | {"god-portal-signature": "é"},
    ):
        assert wechat.query_user(code, open_id, headers)["code"] == 401001
    noted = wechat.world.control("GET", "/journal?impostor=signature").data["items"]
    assert [each["impostor"] for each in noted] == ["signature"] * 3
    upper = wechat.signed()
    upper["god-portal-signature"] = upper["god-portal-signature"].upper()
    assert wechat.query_user(code, open_id, upper)["code"] == 0


def test_timestamp_far_from_the_worlds_clock_is_refused(wechat, open_id) -> None:
    now, quarter = wechat.now_ms(), 900_000
    code = wechat.consent_code()
    for timestamp in (now - quarter - 1, now + quarter + 1, "x", "-1", "1" * 40):
        assert wechat.query_user(code, open_id, wechat.signed(timestamp))["code"] == 401002
    assert wechat.query_user(code, open_id, wechat.signed(now - quarter))["code"] == 0
    wechat.world.set_policy({"user_query.timestamp_tolerance_s": 0})
    code = wechat.consent_code()
    assert wechat.query_user(code, open_id, wechat.signed(1))["code"] == 0


def test_request_id_is_taken_once(wechat, open_id) -> None:
    headers = wechat.signed(request_id="the same")
    assert wechat.query_user(wechat.consent_code(), open_id, headers)["code"] == 0
    code = wechat.consent_code()
    assert wechat.query_user(code, open_id, headers)["code"] == 401003
    again = wechat.signed(wechat.now_ms() + 1, request_id="the same")
    assert wechat.query_user(code, open_id, again)["code"] == 401003
    assert wechat.query_user(code, open_id)["code"] == 0
    wechat.world.advance(minutes=31)
    later = wechat.signed(request_id="the same")
    assert wechat.query_user(wechat.consent_code(), open_id, later)["code"] == 0


def test_headers_and_body_are_needed(wechat, open_id) -> None:
    code, headers = wechat.consent_code(), wechat.signed()
    for name in headers:
        assert wechat.query_user(code, open_id, headers | {name: ""})["code"] == 40035
        assert wechat.query_user(code, open_id, headers | {name: "x" * 200})["code"] == 40035
    assert wechat.query_user("", open_id)["code"] == 41008
    assert wechat.query_user(code, "")["code"] == 41009


def test_unknown_partner_is_refused(wechat, open_id) -> None:
    code = wechat.consent_code()
    assert wechat.query_user(code, open_id, partner_id="99999999")["code"] == 40013
    wechat.set_state("suspended")
    assert wechat.query_user(code, open_id)["code"] == 50002


def test_neither_code_nor_number_is_in_the_journal(wechat, open_id) -> None:
    code = wechat.consent_code()
    found = wechat.query_user(code, open_id)
    entry = wechat.world.control("GET", "/journal").data["items"][-1]
    assert entry["operation"] == "query_user"
    for secret in (code, found["pay_auth_no"], found["user_card_no"]):
        assert secret not in str(entry)
