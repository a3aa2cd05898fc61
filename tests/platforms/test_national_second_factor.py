"""The second factor at sign-in on the national platform and the local ones."""

import pytest

ASKED_AT = ("national", "local")


@pytest.fixture
def person(world):
    """Somebody whose account asks for a second factor."""
    person = world.person()
    token = world.sign_in(person)
    body = {"method": "sms"}
    assert world.ask("PUT", "/account/second-factor", body, token=token).data == body
    return person


def begin(world, person):
    refusal = world.try_password(person, person["default_password"])
    assert (refusal.status, refusal.code) == (401, "sign_in.second_factor_required")
    return refusal.details


def finish(world, person, challenge, code, **changes):
    proof = {"challenge": challenge, "code": code}
    body = {"phone": person["phone"], "password": person["default_password"]} | changes
    return world.ask("POST", "/sessions", body | {"second_factor": proof})


def wrong(code):
    return f"{(int(code) + 1) % 10**6:06d}"


def test_setting_is_shown(world, person) -> None:
    asked = begin(world, person)
    token = finish(world, person, asked["challenge"], world.last_code(person["phone"])).data
    shown = world.ask("GET", "/account", token=token["access_token"]).data
    assert shown["security"]["second_factor"] == "sms"
    assert world.account(person)["second_factor"] == "sms"


def test_challenge_tells_method_and_lifetime_and_sends_a_code(world, person) -> None:
    asked = begin(world, person)
    assert (asked["method"], asked["expires_in"]) == ("sms", 300)
    message = world.control("GET", f"/inbox?to={person['phone']}").data["items"][-1]
    assert message["purpose"] == "second_factor"


def test_code_sent_by_the_sign_in_opens_the_session_once(world, person) -> None:
    asked = begin(world, person)
    code = world.last_code(person["phone"])
    assert finish(world, person, asked["challenge"], code).data["access_token"]
    again = finish(world, person, asked["challenge"], code)
    assert (again.status, again.code) == (401, "sign_in.second_factor_expired")


def test_code_asked_for_with_its_purpose_opens_the_session_too(world, person) -> None:
    asked = begin(world, person)
    code = world.code(person["phone"], "second_factor")
    assert finish(world, person, asked["challenge"], code).data["access_token"]


def test_second_factor_stands_behind_a_sign_in_code_too(world, person) -> None:
    code = world.code(person["phone"], "sign_in")
    body = {"phone": person["phone"], "sms_code": code}
    asked = world.ask("POST", "/sessions", body)
    assert asked.code == "sign_in.second_factor_required"
    second = world.last_code(person["phone"])
    for answer, expected in ((wrong(second), 401), (second, 200), (second, 400)):
        proof = {"challenge": asked.details["challenge"], "code": answer}
        assert world.ask("POST", "/sessions", body | {"second_factor": proof}).status == expected


def test_wrong_code_costs_a_try_and_the_last_ends_the_challenge(world, person) -> None:
    asked = begin(world, person)
    code = world.last_code(person["phone"])
    for left in (4, 3, 2, 1):
        refusal = finish(world, person, asked["challenge"], wrong(code))
        assert (refusal.status, refusal.code) == (401, "sign_in.second_factor_wrong")
        assert refusal.details == {"remaining_attempts": left}
    for answer in (wrong(code), code):
        assert finish(world, person, asked["challenge"], answer).code == (
            "sign_in.second_factor_expired"
        )


def test_challenge_expires(world, person) -> None:
    asked = begin(world, person)
    code = world.last_code(person["phone"])
    world.advance(minutes=5)
    refusal = finish(world, person, asked["challenge"], code)
    assert refusal.code == "sign_in.second_factor_expired"


def test_challenge_of_another_account_is_worthless(world, person) -> None:
    other = world.person(skip=1)
    world.set_account(other, second_factor="sms")
    foreign = begin(world, other)
    asked = begin(world, person)
    code = world.last_code(person["phone"])
    refusal = finish(world, person, foreign["challenge"], code)
    assert refusal.code == "sign_in.second_factor_expired"
    assert finish(world, person, asked["challenge"], code).status == 200


def test_wrong_password_with_a_right_code_opens_nothing(world, person) -> None:
    asked = begin(world, person)
    code = world.last_code(person["phone"])
    refusal = finish(world, person, asked["challenge"], code, password="Wrong-0000")
    assert refusal.code == "sign_in.wrong_password"


def test_asking_again_too_soon_leaves_the_challenge_answerable(world, person) -> None:
    asked = begin(world, person)
    world.advance(seconds=10)
    refusal = world.try_password(person, person["default_password"])
    assert (refusal.status, refusal.code) == (429, "sms.too_soon")
    assert refusal.headers["Retry-After"] == "50"
    code = world.last_code(person["phone"])
    assert finish(world, person, asked["challenge"], code).status == 200


def test_asking_again_later_replaces_challenge_and_code(world, person) -> None:
    first, code = begin(world, person), world.last_code(person["phone"])
    world.advance(minutes=1)
    second = begin(world, person)
    assert finish(world, person, first["challenge"], code).code == "sign_in.second_factor_expired"
    answer = finish(world, person, second["challenge"], world.last_code(person["phone"]))
    assert answer.status == 200


def test_no_code_left_today_refuses_the_sign_in(world, person) -> None:
    world.set_policy({"sms": {"daily_limit": 1}})
    _ = world.code(person["phone"], "sign_in")
    refusal = world.try_password(person, person["default_password"])
    assert (refusal.status, refusal.code) == (429, "sms.daily_limit")


def test_expired_password_is_told_only_after_the_second_factor(world, person) -> None:
    world.set_account(person, password_changed_at="2026-01-01")
    asked = begin(world, person)
    answer = finish(world, person, asked["challenge"], world.last_code(person["phone"]))
    assert answer.code == "sign_in.password_expired"


def test_turning_it_off_asks_no_more(world, person) -> None:
    asked = begin(world, person)
    session = finish(world, person, asked["challenge"], world.last_code(person["phone"])).data
    body = {"method": "none"}
    token = session["access_token"]
    assert world.ask("PUT", "/account/second-factor", body, token=token).data == body
    _ = world.sign_in(person)


@pytest.mark.parametrize("method", ["fingerprint", "iris"])
def test_method_not_offered_is_refused(world, method) -> None:
    person = world.person()
    token = world.sign_in(person)
    world.set_policy({"second_factor.methods": ["none", "sms"]})
    refusal = world.ask("PUT", "/account/second-factor", {"method": method}, token=token)
    assert (refusal.status, refusal.code) == (409, "second_factor.unavailable")
    assert refusal.details == {"method": method, "offered": ["none", "sms"]}
    assert world.account(person)["second_factor"] == "none"


def test_platform_can_demand_one_of_everybody(world) -> None:
    person = world.person()
    world.set_policy({"second_factor.methods": ["sms"]})
    asked = begin(world, person)
    assert finish(world, person, asked["challenge"], world.last_code(person["phone"])).status == 200
