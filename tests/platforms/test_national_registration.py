"""Registration and password rules on the national platform and the local ones."""

import pytest

ASKED_AT = ("national", "local")

PASSWORD = "Lookup-2026"


@pytest.fixture
def newcomer(world):
    return world.person(registered=False)


def register(world, phone, password=PASSWORD, code=None):
    body = {
        "phone": phone,
        "sms_code": code or world.code(phone, "register"),
        "password": password,
    }
    return world.ask("POST", "/accounts", body)


def test_new_account_is_unverified_and_masked(world, newcomer) -> None:
    answer = register(world, newcomer["phone"])
    assert answer.status == 201
    account = answer.data["account"]
    assert account["real_name"] == {"state": "unverified", "name": None, "id_number": None}
    assert account["phone"] == newcomer["phone"][:3] + "****" + newcomer["phone"][-4:]
    assert account["registered_at"] == "2026-06-15T10:00:00+08:00"
    token = world.sign_in(newcomer, PASSWORD)
    assert world.ask("GET", "/account", token=token).data == account


@pytest.mark.parametrize("path", ["/balance", "/insurance", "/transactions"])
def test_unverified_account_sees_no_data_of_a_person(world, newcomer, path) -> None:
    _ = register(world, newcomer["phone"]).data
    refusal = world.ask("GET", path, token=world.sign_in(newcomer, PASSWORD))
    assert (refusal.status, refusal.code) == (403, "real_name.required")
    assert refusal.details == {"real_name": "unverified"}


def test_phone_of_nobody_can_register(world) -> None:
    phone = "13800138000"
    assert register(world, phone).status == 201
    body = {"phone": phone, "password": PASSWORD}
    assert world.ask("POST", "/sessions", body).status == 200


def test_registered_phone_is_refused_and_keeps_its_account(world) -> None:
    person = world.person()
    refusal = register(world, person["phone"])
    assert (refusal.status, refusal.code) == (409, "account.exists")
    _ = world.sign_in(person)


def test_share_registered_from_the_start_follows_the_policy(world) -> None:
    registered = [each["registered"][world.kind] for each in world.people(count=600)]
    assert 0.6 < sum(registered) / len(registered) < 0.8
    world.set_policy({"registration.registered_percent": 0})
    assert not any(each["registered"][world.kind] for each in world.people())
    world.set_policy({"registration.registered_percent": 100})
    assert all(each["registered"][world.kind] for each in world.people())


@pytest.mark.parametrize(
    ("password", "rule"),
    [
        ("Ab1", "too_short"),
        ("Ab1" * 30, "too_long"),
        ("abcdefgh", "too_few_classes"),
        ("Abc defgh1", "whitespace"),
        ("Abcdefg1\x07", "not_printable"),
    ],
)
def test_weak_password_is_refused_with_the_rule_it_breaks(world, newcomer, password, rule) -> None:
    refusal = register(world, newcomer["phone"], password)
    assert (refusal.status, refusal.code) == (400, "password.too_weak")
    assert refusal.details["violations"] == [rule]
    assert refusal.details["min_length"] == 8


def test_refused_password_does_not_use_up_the_code(world, newcomer) -> None:
    phone = newcomer["phone"]
    code = world.code(phone, "register")
    assert register(world, phone, "weak", code).code == "password.too_weak"
    assert register(world, phone, PASSWORD, code).status == 201


def test_own_phone_in_the_password_is_refused(world, newcomer) -> None:
    refusal = register(world, newcomer["phone"], f"Ab{newcomer['phone']}")
    assert refusal.details["violations"] == ["contains_phone"]


def test_verified_person_cannot_use_the_own_id_number(world) -> None:
    person = world.person()
    code = world.code(person["phone"], "reset_password")
    for secret in (f"Ab-{person['id_number']}", f"Ab-{person['birth_date'].replace('-', '')}"):
        body = {"phone": person["phone"], "sms_code": code, "new_password": secret}
        refusal = world.ask("POST", "/password-resets", body)
        assert refusal.code == "password.too_weak"
        assert "contains_birth_date" in refusal.details["violations"]


def test_policy_sets_the_password_rules(world, newcomer) -> None:
    world.set_policy({"password": {"min_length": 4, "classes": 1, "forbid_personal": False}})
    assert register(world, newcomer["phone"], "abcd").status == 201
