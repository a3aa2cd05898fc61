"""Signing in, tokens and their ends, on the national platform and the local ones."""

import pytest

ASKED_AT = ("national", "local")

PASSWORD = "Another-2027"


@pytest.fixture
def person(world):
    return world.person()


def refresh(world, token):
    return world.ask("POST", "/sessions/refresh", {"refresh_token": token})


def account(world, token):
    return world.ask("GET", "/account", token=token)


def test_session_tells_lifetime_and_password_age(world, person) -> None:
    session = world.open_session(person)
    assert session["token_type"] == "Bearer"
    assert session["expires_in"] == 7200
    assert session["password_reminder"] is False
    assert 30 <= session["password_expires_in_days"] <= 90


@pytest.mark.parametrize("name", ["phone", "id_number"])
def test_sign_in_by_phone_or_id_number_with_password(world, person, name) -> None:
    body = {name: person[name], "password": person["default_password"]}
    assert account(world, world.ask("POST", "/sessions", body).data["access_token"]).status == 200


@pytest.mark.parametrize("name", ["phone", "id_number"])
def test_sign_in_by_phone_or_id_number_with_code(world, person, name) -> None:
    body = {name: person[name], "sms_code": world.code(person["phone"], "sign_in")}
    assert account(world, world.ask("POST", "/sessions", body).data["access_token"]).status == 200


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"phone": "13800138000"},
        {"password": "x"},
        {"phone": "13800138000", "id_number": "110101199003078881", "password": "x"},
        {"phone": "13800138000", "password": "x", "sms_code": "123456"},
    ],
)
def test_exactly_one_name_and_one_proof_are_expected(world, body) -> None:
    refusal = world.ask("POST", "/sessions", body)
    assert (refusal.status, refusal.code) == (400, "request.invalid")


@pytest.mark.parametrize("proof", [{"password": PASSWORD}, {"sms_code": "123456"}])
def test_unknown_account_is_told_or_hidden_by_policy(world, proof) -> None:
    newcomer = world.person(registered=False)
    for name in ("phone", "id_number"):
        refusal = world.ask("POST", "/sessions", {name: newcomer[name], **proof})
        assert (refusal.status, refusal.code) == (404, "account.unknown")
    world.set_policy({"sign_in.discloses_unknown_account": False})
    for name in ("phone", "id_number"):
        refusal = world.ask("POST", "/sessions", {name: newcomer[name], **proof})
        assert (refusal.status, refusal.code) == (401, "sign_in.wrong_password")
        told = world.control("GET", f"/explain/request/{refusal.request_id}").data
        assert told["reason"] == {"really": "account.unknown"}


def test_unverified_account_is_not_found_by_id_number(world, person) -> None:
    world.set_account(person, real_name="unverified")
    body = {"id_number": person["id_number"], "password": person["default_password"]}
    assert world.ask("POST", "/sessions", body).code == "account.unknown"
    _ = world.sign_in(person)


def test_access_token_expires_at_its_end(world, person) -> None:
    token = world.sign_in(person)
    world.advance(seconds=7199.999)
    assert account(world, token).status == 200
    world.advance(seconds=0.001)
    refusal = account(world, token)
    assert (refusal.status, refusal.code) == (401, "session.expired")
    assert refusal.headers["WWW-Authenticate"] == "Bearer"


def test_refresh_rotates_both_tokens(world, person) -> None:
    first = world.open_session(person)
    world.advance(hours=3)
    second = refresh(world, first["refresh_token"]).data
    assert account(world, second["access_token"]).status == 200
    assert account(world, first["access_token"]).code == "session.invalid"
    assert {first["access_token"], first["refresh_token"]}.isdisjoint(
        {second["access_token"], second["refresh_token"]}
    )


def test_reused_refresh_token_ends_the_session_of_both_holders(world, person) -> None:
    first, other = world.open_session(person), world.open_session(person)
    second = refresh(world, first["refresh_token"]).data
    refusal = refresh(world, first["refresh_token"])
    assert (refusal.status, refusal.code) == (401, "session.refresh_reused")
    assert account(world, second["access_token"]).code == "session.invalid"
    assert refresh(world, second["refresh_token"]).code == "session.invalid"
    assert account(world, other["access_token"]).status == 200


def test_refresh_token_expires_at_its_end(world, person) -> None:
    session = world.open_session(person)
    world.advance(days=30)
    refusal = refresh(world, session["refresh_token"])
    assert (refusal.status, refusal.code) == (401, "session.expired")


def test_tokens_are_good_for_one_thing_alone(world, person) -> None:
    session = world.open_session(person)
    assert account(world, session["refresh_token"]).code == "session.invalid"
    assert refresh(world, session["access_token"]).code == "session.invalid"


def test_sign_out_ends_this_session_alone(world, person) -> None:
    session, other = world.open_session(person), world.open_session(person)
    answer = world.ask("DELETE", "/sessions/current", token=session["access_token"])
    assert (answer.status, answer.response.data) == (204, b"")
    assert account(world, session["access_token"]).code == "session.invalid"
    assert refresh(world, session["refresh_token"]).code == "session.invalid"
    assert account(world, other["access_token"]).status == 200


def test_one_session_too_many_ends_the_oldest(world, person) -> None:
    world.set_policy({"session.max_sessions": 2})
    tokens = [world.sign_in(person) for _ in range(3)]
    assert [account(world, token).status for token in tokens] == [401, 200, 200]
    assert world.account(person)["sessions"] == 2


@pytest.mark.parametrize("token", ["x", "a" * 42, "é" * 42, " " * 42, "0" * 42, "a" * 500])
def test_token_never_issued_is_invalid(world, token) -> None:
    assert account(world, token).code == "session.invalid"
    assert refresh(world, token[:200]).code == "session.invalid"


@pytest.mark.parametrize("header", ["", "Bearer", "Basic dTpw", "bearer"])
def test_missing_bearer_token_is_told_apart_from_an_invalid_one(world, header) -> None:
    refusal = world.ask("GET", "/balance", headers={"Authorization": header})
    assert (refusal.status, refusal.code) == (401, "session.missing")
    assert world.ask("GET", "/balance").code == "session.missing"


def test_scheme_is_read_in_any_case(world, person) -> None:
    header = f"bEARER {world.sign_in(person)}"
    assert world.ask("GET", "/balance", headers={"Authorization": header}).status == 200


def test_token_of_another_world_is_invalid_even_with_the_same_seed(make_world) -> None:
    one, other = make_world(seed=3), make_world(seed=3)
    person = one.person()
    session = one.open_session(person)
    _ = other.open_session(person)
    assert account(other, session["access_token"]).code == "session.invalid"
    assert refresh(other, session["refresh_token"]).code == "session.invalid"
    assert account(one, session["access_token"]).status == 200


def test_token_from_before_a_reset_is_invalid(world, person) -> None:
    session = world.open_session(person)
    _ = world.control("POST", "/reset").data
    assert account(world, session["access_token"]).code == "session.invalid"
    assert refresh(world, session["refresh_token"]).code == "session.invalid"


def test_token_of_a_removed_account_is_invalid(world, person) -> None:
    session = world.open_session(person)
    world.set_account(person, registered=False)
    assert account(world, session["access_token"]).code == "session.invalid"
    assert refresh(world, session["refresh_token"]).code == "session.invalid"


def change_password(world, token, old, new=PASSWORD):
    body = {"old_password": old, "new_password": new}
    return world.ask("PUT", "/account/password", body, token=token)


def reset_password(world, person, new=PASSWORD):
    code = world.code(person["phone"], "reset_password")
    body = {"phone": person["phone"], "sms_code": code, "new_password": new}
    return world.ask("POST", "/password-resets", body)


@pytest.mark.parametrize("way", ["change", "reset"])
def test_another_password_ends_all_sessions(world, person, way) -> None:
    session, other = world.open_session(person), world.open_session(person)
    if way == "change":
        answer = change_password(world, other["access_token"], person["default_password"])
    else:
        answer = reset_password(world, person)
    assert answer.data == {"changed": True}
    for each in (session, other):
        assert account(world, each["access_token"]).code == "session.invalid"
        assert refresh(world, each["refresh_token"]).code == "session.invalid"
    assert world.try_password(person, person["default_password"]).code == "sign_in.wrong_password"
    _ = world.sign_in(person, PASSWORD)


@pytest.mark.parametrize("way", ["change", "reset"])
def test_present_and_recent_passwords_cannot_come_back(world, person, way) -> None:
    world.set_policy({"password.history": 2, "sms": {"resend_after_s": 0, "daily_limit": 100}})
    present = person["default_password"]

    def choose(new):
        if way == "reset":
            return reset_password(world, person, new)
        return change_password(world, world.sign_in(person, present), present, new)

    for new in ("Second-2", "Third-33", "Fourth-4"):
        assert choose(new).data == {"changed": True}
        present = new
    for recent in ("Fourth-4", "Third-33", "Second-2"):
        refusal = choose(recent)
        assert (refusal.status, refusal.code) == (400, "password.reused")
    # two before the present one are remembered: the default password is free again
    world.set_policy({"password.forbid_personal": False})
    assert choose(person["default_password"]).data == {"changed": True}


def test_refused_reset_does_not_use_up_the_code(world, person) -> None:
    world.set_policy({"password.forbid_personal": False})
    code = world.code(person["phone"], "reset_password")
    body = {"phone": person["phone"], "sms_code": code}
    for new, refusal in (
        ("weak", "password.too_weak"),
        (person["default_password"], "password.reused"),
    ):
        answer = world.ask("POST", "/password-resets", body | {"new_password": new})
        assert answer.code == refusal
    answer = world.ask("POST", "/password-resets", body | {"new_password": PASSWORD})
    assert answer.data == {"changed": True}


def test_reset_with_a_wrong_code_is_refused_and_costs_a_try(world, person) -> None:
    _ = world.code(person["phone"], "reset_password")
    body = {"phone": person["phone"], "sms_code": "0000000", "new_password": PASSWORD}
    refusal = world.ask("POST", "/password-resets", body)
    assert (refusal.status, refusal.code) == (400, "sms.wrong_code")
    assert refusal.details == {"remaining_attempts": 4}
    _ = world.sign_in(person)


def test_default_password_of_before_is_no_longer_known_without_the_person(world, person) -> None:
    assert reset_password(world, person).data == {"changed": True}
    world.set_account(person, real_name="unverified")
    world.advance(minutes=1)
    assert reset_password(world, person, "Second-2").data == {"changed": True}
    assert world.try_password(person, person["default_password"]).code == "sign_in.wrong_password"


@pytest.mark.parametrize("id_number", ["110101199003078881", "11010119900307888x"])
def test_id_number_of_nobody_has_no_account(world, id_number) -> None:
    body = {"id_number": id_number, "password": PASSWORD}
    assert world.ask("POST", "/sessions", body).code == "account.unknown"


def test_reset_without_account_is_refused(world) -> None:
    newcomer = world.person(registered=False)
    assert reset_password(world, newcomer).code == "account.unknown"


def test_weak_new_password_is_refused_before_the_old_one_is_judged(world, person) -> None:
    token = world.sign_in(person)
    assert change_password(world, token, "Wrong-0000", "weak").code == "password.too_weak"
    assert world.account(person)["failures"] == 0


def test_reminder_comes_first_then_the_change_is_forced(world, person) -> None:
    world.set_account(person, password="Aging-2026")
    world.advance(days=76, seconds=-1)
    assert world.open_session(person, "Aging-2026")["password_reminder"] is False
    world.advance(seconds=1)
    session = world.open_session(person, "Aging-2026")
    assert (session["password_reminder"], session["password_expires_in_days"]) == (True, 14)
    world.advance(days=14, seconds=-1)
    assert world.open_session(person, "Aging-2026")["password_expires_in_days"] == 1
    world.advance(seconds=1)
    refusal = world.try_password(person, "Aging-2026")
    assert (refusal.status, refusal.code) == (403, "sign_in.password_expired")
    assert refusal.details == {"max_age_days": 90}
    assert reset_password(world, person).data == {"changed": True}
    session = world.open_session(person, PASSWORD)
    assert (session["password_reminder"], session["password_expires_in_days"]) == (False, 90)


def test_expired_password_does_not_end_an_open_session_nor_stop_a_code(world, person) -> None:
    changed_at = "2026-03-17T11:00:00+08:00"
    world.set_account(person, password="Aging-2026", password_changed_at=changed_at)
    token = world.sign_in(person, "Aging-2026")
    world.advance(hours=1)
    assert world.try_password(person, "Aging-2026").code == "sign_in.password_expired"
    shown = account(world, token).data["security"]
    assert (shown["password_expires_in_days"], shown["password_reminder"]) == (0, True)
    body = {"phone": person["phone"], "sms_code": world.code(person["phone"], "sign_in")}
    assert world.ask("POST", "/sessions", body).data["password_expires_in_days"] == 0


def test_password_from_the_start_ages_though_nobody_touches_it(world, person) -> None:
    left = world.open_session(person)["password_expires_in_days"]
    untouched = world.person(skip=1)
    since = world.account(untouched)["password_changed_at"]
    world.advance(days=20)
    assert world.account(untouched)["password_changed_at"] == since
    assert world.open_session(person)["password_expires_in_days"] == left - 20
    world.advance(days=90)
    assert world.try_password(untouched, untouched["default_password"]).code == (
        "sign_in.password_expired"
    )


def test_wrong_password_is_not_told_that_it_has_expired(world, person) -> None:
    world.set_account(person, password_changed_at="2026-01-01")
    assert world.try_password(person).code == "sign_in.wrong_password"
