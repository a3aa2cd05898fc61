"""Lockout on national and local platforms: its modes, what it discloses, and the ways out."""

import pytest

ASKED_AT = ("national", "local")


@pytest.fixture
def person(world):
    return world.person()


def fail(world, person, times=1):
    return [world.try_password(person) for _ in range(times)]


def test_fifth_wrong_password_locks_for_twenty_minutes(world, person) -> None:
    answers = fail(world, person, 4)
    assert [each.code for each in answers] == ["sign_in.wrong_password"] * 4
    assert [each.status for each in answers] == [401] * 4
    assert [each.details["remaining_attempts"] for each in answers] == [4, 3, 2, 1]
    [locked] = fail(world, person)
    assert (locked.status, locked.code) == (423, "sign_in.locked")
    assert locked.details == {"locked_until": "2026-06-15T10:20:00+08:00"}
    assert locked.headers["Retry-After"] == "1200"
    assert world.try_password(person, person["default_password"]).status == 423
    world.advance(seconds=1199.999)
    refusal = world.try_password(person, person["default_password"])
    assert refusal.headers["Retry-After"] == "1"
    world.advance(seconds=0.001)
    _ = world.sign_in(person)


def test_failures_while_locked_do_not_count(world, person) -> None:
    _ = fail(world, person, 5)
    before = world.account(person)
    assert {each.status for each in fail(world, person, 10)} == {423}
    assert world.account(person) == before
    world.advance(minutes=20)
    [after] = fail(world, person)
    assert after.details == {"remaining_attempts": 4}


def test_right_password_forgets_the_failures(world, person) -> None:
    _ = fail(world, person, 4)
    _ = world.sign_in(person)
    assert fail(world, person)[0].details == {"remaining_attempts": 4}


def test_a_day_without_failure_forgets_the_count(world, person) -> None:
    _ = fail(world, person, 4)
    world.advance(hours=23, minutes=59)
    assert world.account(person)["failures"] == 4
    world.advance(minutes=1)
    assert world.account(person)["failures"] == 0
    assert fail(world, person)[0].details == {"remaining_attempts": 4}


def test_lock_refuses_a_code_too(world, person) -> None:
    _ = fail(world, person, 5)
    code = world.code(person["phone"], "sign_in")
    body = {"phone": person["phone"], "sms_code": code}
    assert world.ask("POST", "/sessions", body).status == 423
    world.advance(minutes=20)
    assert world.ask("POST", "/sessions", body).code == "sms.expired"


def test_lock_of_one_account_leaves_others_and_open_sessions_alone(world, person) -> None:
    token = world.sign_in(person)
    _ = fail(world, person, 5)
    assert world.ask("GET", "/balance", token=token).status == 200
    _ = world.sign_in(world.person(skip=1))


def test_failures_by_phone_and_by_id_number_are_one_count(world, person) -> None:
    _ = fail(world, person, 4)
    body = {"id_number": person["id_number"], "password": "Wrong-0000"}
    assert world.ask("POST", "/sessions", body).status == 423


def locks(world, person, times):
    """Fail until locked, several times over; the waits in seconds as told."""
    waits = []
    for _ in range(times):
        for _ in range(100):
            [answer] = fail(world, person)
            if answer.status == 423:
                break
        wait_s = int(answer.headers["Retry-After"])
        waits.append(wait_s)
        world.advance(seconds=wait_s)
    return waits


@pytest.mark.parametrize(
    ("mode", "waits"),
    [
        ("fixed", [60, 60, 60, 60, 60, 60]),
        ("multiple", [60, 60, 60, 120, 120, 120]),
        ("linear", [60, 120, 180, 240, 300, 300]),
    ],
)
def test_waits_of_each_mode(world, person, mode, waits) -> None:
    world.set_policy({"lockout": {"mode": mode, "threshold": 3, "wait_s": 60, "max_wait_s": 300}})
    assert locks(world, person, 6) == waits


def test_longer_waits_stop_at_the_maximum(world, person) -> None:
    lockout = {"mode": "multiple", "threshold": 1, "wait_s": 60, "max_wait_s": 100}
    world.set_policy({"lockout": lockout})
    assert locks(world, person, 3) == [60, 100, 100]


def test_permanent_lock_has_no_end_and_no_retry_after(world, person) -> None:
    world.set_policy({"lockout": {"mode": "permanent", "threshold": 2}})
    locked = fail(world, person, 2)[-1]
    assert locked.status == 423
    assert locked.details == {"locked_until": None}
    assert "Retry-After" not in locked.headers
    world.advance(days=365)
    assert world.try_password(person, person["default_password"]).status == 423
    assert world.account(person)["locked"] is True
    assert world.account(person)["locked_until"] is None


def test_lock_after_the_permitted_temporary_ones_is_permanent(world, person) -> None:
    world.set_policy({"lockout": {"threshold": 1, "wait_s": 60, "permanent_after": 2}})
    assert locks(world, person, 2) == [60, 60]
    assert fail(world, person)[0].details == {"locked_until": None}


@pytest.mark.parametrize("attempts", [1, 5, 9])
def test_undisclosed_lock_answers_as_a_wrong_password(world, person, attempts) -> None:
    world.set_policy({"lockout.disclosed": False})
    answers = fail(world, person, attempts)
    answers.append(fail(world, person)[0])
    shown = {(each.status, each.code, str(each.details)) for each in answers}
    assert shown == {(401, "sign_in.wrong_password", "{}")}
    assert not any("Retry-After" in each.headers for each in answers)


def test_undisclosed_lock_refuses_the_right_password_until_it_ends(world, person) -> None:
    world.set_policy({"lockout.disclosed": False})
    _ = fail(world, person, 5)
    refusal = world.try_password(person, person["default_password"])
    assert (refusal.status, refusal.code) == (401, "sign_in.wrong_password")
    told = world.control("GET", f"/explain/request/{refusal.request_id}").data
    assert told["reason"]["really"] == "sign_in.locked"
    assert told["reason"]["locked_until"] == "2026-06-15T10:20:00+08:00"
    world.advance(minutes=20)
    _ = world.sign_in(person)


def change_password(world, token, old):
    body = {"old_password": old, "new_password": "Another-2027"}
    return world.ask("PUT", "/account/password", body, token=token)


def test_wrong_old_password_counts_like_one_at_sign_in(world, person) -> None:
    token = world.sign_in(person)
    answers = [change_password(world, token, "Wrong-0000") for _ in range(5)]
    assert [each.code for each in answers[:4]] == ["password.wrong_old"] * 4
    assert [each.details["remaining_attempts"] for each in answers[:4]] == [4, 3, 2, 1]
    assert (answers[4].status, answers[4].code) == (423, "sign_in.locked")
    assert change_password(world, token, person["default_password"]).status == 423
    assert world.try_password(person, person["default_password"]).status == 423


def test_undisclosed_lock_cannot_be_told_while_changing_the_password(world, person) -> None:
    world.set_policy({"lockout.disclosed": False})
    token = world.sign_in(person)
    answers = [change_password(world, token, "Wrong-0000") for _ in range(7)]
    shown = {(each.status, each.code, str(each.details)) for each in answers}
    assert shown == {(403, "password.wrong_old", "{}")}
    assert change_password(world, token, person["default_password"]).code == "password.wrong_old"


def test_reset_clears_the_lock(world, person) -> None:
    _ = fail(world, person, 5)
    code = world.code(person["phone"], "reset_password")
    body = {"phone": person["phone"], "sms_code": code, "new_password": "Another-2027"}
    assert world.ask("POST", "/password-resets", body).data == {"changed": True}
    assert world.account(person)["locked"] is False
    _ = world.sign_in(person, "Another-2027")


def unlock_ticket(world, person, **changes):
    body = {key: person[key] for key in ("phone", "name", "id_number")} | changes
    return world.ask("POST", "/support/tickets", {"kind": "unlock", **body})


def test_unlock_ticket_clears_the_lock_once_it_is_resolved(world, person) -> None:
    world.set_policy({"lockout.wait_s": 86400})
    _ = fail(world, person, 5)
    ticket = unlock_ticket(world, person)
    assert ticket.status == 201
    path = f"/support/tickets/{ticket.data['id']}"
    assert ticket.data["state"] == "received"
    assert ticket.data["next_change_at"] == "2026-06-15T10:01:00+08:00"
    world.advance(minutes=1)
    assert world.ask("GET", path).data["state"] == "in_review"
    world.advance(minutes=8, seconds=59)
    assert world.try_password(person, person["default_password"]).status == 423
    world.advance(seconds=1)
    resolved = world.ask("GET", path).data
    assert (resolved["state"], resolved["next_change_at"]) == ("resolved", None)
    assert world.account(person)["locked"] is False
    _ = world.sign_in(person)


@pytest.mark.parametrize("wrong", [{"name": "某某某"}, {"id_number": "110101199003078881"}])
def test_unlock_ticket_with_wrong_proof_is_rejected_no_sooner(world, person, wrong) -> None:
    world.set_policy({"lockout.wait_s": 86400})
    _ = fail(world, person, 5)
    ticket = unlock_ticket(world, person, **wrong)
    assert ticket.status == 201
    path = f"/support/tickets/{ticket.data['id']}"
    world.advance(seconds=599)
    assert world.ask("GET", path).data["state"] == "in_review"
    world.advance(seconds=1)
    assert world.ask("GET", path).data["state"] == "rejected"
    assert world.try_password(person, person["default_password"]).status == 423


def test_ticket_lifts_a_permanent_lock_and_not_one_that_began_later(world, person) -> None:
    world.set_policy({"lockout": {"mode": "permanent", "threshold": 1}})
    _ = fail(world, person)
    _ = unlock_ticket(world, person).data
    world.advance(minutes=11)
    _ = world.sign_in(person)
    _ = fail(world, person)
    world.advance(minutes=11)
    assert world.try_password(person, person["default_password"]).status == 423


def test_unlock_ticket_of_an_unverified_account_is_judged_by_whose_phone_it_is(world) -> None:
    person = world.person()
    world.set_account(person, real_name="unverified", locked=True)
    ticket = unlock_ticket(world, person).data
    world.advance(minutes=10)
    assert world.ask("GET", f"/support/tickets/{ticket['id']}").data["state"] == "resolved"


def test_unlock_ticket_without_account_or_proof_is_refused(world, person) -> None:
    newcomer = world.person(registered=False)
    refusal = unlock_ticket(world, newcomer)
    assert (refusal.status, refusal.code) == (404, "account.unknown")
    partial = world.ask("POST", "/support/tickets", {"kind": "unlock", "phone": person["phone"]})
    assert partial.code == "request.invalid"
    assert set(partial.details["fields"]) == {"name", "id_number"}


def test_effect_of_a_dropped_ticket_stays(world, person) -> None:
    world.set_policy({"lockout.wait_s": 86400, "support.unlock_after_s": 60})
    _ = fail(world, person, 5)
    _ = unlock_ticket(world, person).data
    world.advance(minutes=1)
    for _ in range(21):
        _ = unlock_ticket(world, person, name="某某某").data
    assert world.account(person)["locked"] is False
    _ = world.sign_in(person)
