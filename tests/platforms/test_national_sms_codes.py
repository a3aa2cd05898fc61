"""One-time codes of national and local platforms: limits, lifetime, and what they are bound to."""

import pytest

ASKED_AT = ("national", "local")

PASSWORD = "Lookup-2026"


@pytest.fixture
def newcomer(world):
    return world.person(registered=False)


def register(world, phone, code, password=PASSWORD):
    body = {"phone": phone, "sms_code": code, "password": password}
    return world.ask("POST", "/accounts", body)


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06d}"


def test_code_is_captured_with_its_lifetime_told(world, newcomer) -> None:
    body = {"phone": newcomer["phone"], "purpose": "register"}
    assert world.ask("POST", "/sms-codes", body).data == {"expires_in": 300, "resend_in": 60}
    [message] = world.control("GET", f"/inbox?to={newcomer['phone']}").data["items"]
    assert message["code"] in message["text"]
    assert message["purpose"] == "register"
    assert message["platform"] == world.kind
    assert len(message["code"]) == 6


def test_second_code_is_refused_until_the_resend_interval_has_passed(world, newcomer) -> None:
    phone = newcomer["phone"]
    first = world.code(phone, "register")
    world.advance(seconds=59)
    refusal = world.ask("POST", "/sms-codes", {"phone": phone, "purpose": "register"})
    assert (refusal.status, refusal.code) == (429, "sms.too_soon")
    assert refusal.headers["Retry-After"] == "1"
    assert refusal.details == {"retry_in": 1}
    world.advance(seconds=1)
    second = world.code(phone, "register")
    assert second != first
    assert register(world, phone, first).code == "sms.wrong_code"
    assert register(world, phone, second).status == 201


def test_purposes_do_not_wait_for_each_other(world, newcomer) -> None:
    _ = world.code(newcomer["phone"], "register")
    _ = world.code(newcomer["phone"], "sign_in")


def test_code_expires_exactly_at_the_end_of_its_lifetime(world, newcomer) -> None:
    code = world.code(newcomer["phone"], "register")
    world.advance(minutes=5)
    refusal = register(world, newcomer["phone"], code)
    assert (refusal.status, refusal.code) == (400, "sms.expired")


def test_code_works_until_just_before_the_end_of_its_lifetime(world, newcomer) -> None:
    code = world.code(newcomer["phone"], "register")
    world.advance(seconds=299.999)
    assert register(world, newcomer["phone"], code).status == 201


def test_fifth_wrong_code_kills_the_code(world, newcomer) -> None:
    phone = newcomer["phone"]
    code = world.code(phone, "register")
    for left in (4, 3, 2, 1):
        refusal = register(world, phone, wrong(code))
        assert (refusal.status, refusal.code) == (400, "sms.wrong_code")
        assert refusal.details == {"remaining_attempts": left}
    assert register(world, phone, wrong(code)).code == "sms.too_many_tries"
    refusal = register(world, phone, code)
    assert (refusal.status, refusal.code) == (429, "sms.too_many_tries")
    world.advance(minutes=1)
    assert register(world, phone, world.code(phone, "register")).status == 201


def test_eleventh_code_of_a_day_is_refused_until_midnight_in_china(world, newcomer) -> None:
    phone = newcomer["phone"]
    for _ in range(10):
        _ = world.code(phone, "register")
        world.advance(minutes=1)
    refusal = world.ask("POST", "/sms-codes", {"phone": phone, "purpose": "reset_password"})
    assert (refusal.status, refusal.code) == (429, "sms.daily_limit")
    until_midnight_s = (13 * 60 + 50) * 60
    assert refusal.headers["Retry-After"] == str(until_midnight_s)
    world.advance(seconds=until_midnight_s)
    _ = world.code(phone, "reset_password")


def test_code_works_once(world) -> None:
    person = world.person()
    code = world.code(person["phone"], "sign_in")
    body = {"phone": person["phone"], "sms_code": code}
    assert world.ask("POST", "/sessions", body).status == 200
    assert world.ask("POST", "/sessions", body).code == "sms.wrong_code"


def test_code_is_bound_to_its_purpose(world) -> None:
    person = world.person()
    code = world.code(person["phone"], "reset_password")
    refusal = world.ask("POST", "/sessions", {"phone": person["phone"], "sms_code": code})
    assert refusal.code == "sms.wrong_code"


def test_code_is_bound_to_its_phone(world) -> None:
    person, other = world.person(), world.person(skip=1)
    code = world.code(person["phone"], "sign_in")
    refusal = world.ask("POST", "/sessions", {"phone": other["phone"], "sms_code": code})
    assert refusal.code == "sms.wrong_code"
    assert world.ask("POST", "/sessions", {"phone": person["phone"], "sms_code": code}).data


def test_code_never_sent_is_wrong(world, newcomer) -> None:
    assert register(world, newcomer["phone"], "000000").code == "sms.wrong_code"


def test_policy_sets_digits_and_limits(world, newcomer) -> None:
    world.set_policy({"sms": {"digits": 4, "lifetime_s": 30, "resend_after_s": 0}})
    phone = newcomer["phone"]
    body = {"phone": phone, "purpose": "register"}
    assert world.ask("POST", "/sms-codes", body).data == {"expires_in": 30, "resend_in": 0}
    assert len(world.last_code(phone)) == 4
    assert world.ask("POST", "/sms-codes", body).status == 200


def test_same_seed_sends_the_same_codes_at_any_time(make_world) -> None:
    one, other = make_world(seed=7), make_world(seed=7)
    other.advance(days=40)
    different = make_world(seed=8)
    phone = one.person()["phone"]
    assert one.code(phone, "sign_in") == other.code(phone, "sign_in")
    assert one.last_code(phone) != different.code(phone, "sign_in")
