"""The journal and its explanations through the control API."""

import json

import pytest

from simulator.app import create_app
from simulator.settings import Settings


@pytest.fixture
def person(world):
    return world.person()


def journal(world, query=""):
    return world.control("GET", f"/journal{query}").data["items"]


def explain(world, request_id):
    return world.control("GET", f"/explain/request/{request_id}")


def test_every_platform_call_is_kept_with_its_answer(world, person) -> None:
    answer = world.try_password(person)
    [entry] = journal(world)
    assert entry["request_id"] == answer.request_id
    assert (entry["method"], entry["path"]) == ("POST", "/national/api/v1/sessions")
    assert (entry["platform"], entry["operation"]) == ("national", "sign_in")
    assert (entry["status"], entry["code"]) == (401, "sign_in.wrong_password")
    assert entry["details"] == {"remaining_attempts": 4}
    assert entry["at"] == "2026-06-15T10:00:00+08:00"
    assert entry["subject"] == f"{person['phone'][:3]}****{person['phone'][-4:]}"
    assert entry["duration_us"] > 0


def test_refusals_outside_any_call_are_kept_too(world) -> None:
    _ = world.ask("GET", "/balanse")
    _ = world.ask("DELETE", "/balance")
    codes = [(each["operation"], each["code"]) for each in journal(world)]
    assert codes == [(None, "route.unknown"), (None, "route.method_not_allowed")]


def test_no_secret_of_a_whole_flow_is_kept(world) -> None:
    newcomer, person = world.person(registered=False), world.person()
    secrets = ["Lookup-2026", "Another-2027", person["default_password"]]
    secrets += [each[name] for each in (newcomer, person) for name in ("id_number", "phone")]
    secrets += [person["card_number"]]
    code = world.code(newcomer["phone"], "register")
    body = {"phone": newcomer["phone"], "sms_code": code, "password": "Lookup-2026"}
    _ = world.ask("POST", "/accounts", body).data
    secrets.append(code)
    session = world.open_session(person)
    secrets += [session["access_token"], session["refresh_token"]]
    token = session["access_token"]
    _ = world.ask("GET", f"/balance?id={person['id_number']}&phone={person['phone']}", token=token)
    _ = world.ask("GET", f"/balance?access_token={token}&card={person['card_number']}")
    body = {"refresh_token": session["refresh_token"]}
    secrets.append(world.ask("POST", "/sessions/refresh", body).data["access_token"])
    body = {"id_number": person["id_number"], "password": person["default_password"]}
    _ = world.ask("POST", "/sessions", body)
    nested = {"phone": int(person["phone"]), "password": [["Another-2027"]], "x": {"y": [body]}}
    _ = world.ask("POST", "/sessions", nested)
    _ = world.ask("POST", "/sessions", [[body]])
    world.set_account(person, second_factor="sms")
    asked = world.try_password(person, person["default_password"]).details
    secrets += [asked["challenge"], world.last_code(person["phone"])]
    proof = {"challenge": asked["challenge"], "code": world.last_code(person["phone"])}
    body = {"phone": person["phone"], "password": person["default_password"]}
    _ = world.ask("POST", "/sessions", body | {"second_factor": proof})
    kept = json.dumps(journal(world), ensure_ascii=False)
    assert [secret for secret in secrets if secret in kept] == []
    assert "***" in kept


def test_identifier_in_a_path_is_masked(world, person) -> None:
    for name in ("id_number", "phone", "card_number"):
        _ = world.ask("GET", f"/people/{person[name]}/balance")
    kept = json.dumps(journal(world))
    assert not [name for name in ("id_number", "phone", "card_number") if person[name] in kept]
    assert len(journal(world, "?path=/national/api/v1/people/")) == 3


def test_filters_select(world, person) -> None:
    token = world.sign_in(person)
    _ = world.ask("GET", "/balance", token=token)
    _ = world.ask("GET", "/balance")
    assert [each["status"] for each in journal(world, "?operation=read_balance")] == [200, 401]
    assert [each["operation"] for each in journal(world, "?status=401")] == ["read_balance"]
    assert len(journal(world, "?code=session.missing")) == 1
    assert len(journal(world, "?path=/national/api/v1/bal")) == 2
    assert len(journal(world, "?platform=national")) == 3
    assert journal(world, "?platform=moon") == []
    found = world.control("GET", "/journal?limit=1").data
    assert (len(found["items"]), found["total"]) == (1, 3)
    assert found["items"][0]["status"] == 401


def test_cursor_and_instant_tell_what_is_new(world) -> None:
    _ = world.ask("GET", "/balance")
    [first] = journal(world)
    assert journal(world, f"?since={first['cursor']}") == []
    second = world.ask("GET", "/account")
    [entry] = journal(world, f"?since={first['cursor']}")
    assert entry["request_id"] == second.request_id
    assert len(journal(world, "?since=2000-01-01")) == 2
    assert journal(world, "?since=2099-01-01") == []


def test_clearing_forgets_what_was_and_keeps_what_comes(world) -> None:
    before = world.ask("GET", "/balance")
    assert world.control("DELETE", "/journal").status == 204
    assert journal(world) == []
    assert explain(world, before.request_id).code == "journal.unknown_request"
    after = world.ask("GET", "/balance")
    assert [each["request_id"] for each in journal(world)] == [after.request_id]


def test_worlds_have_journals_of_their_own(make_world) -> None:
    one, other = make_world(), make_world()
    answer = one.ask("GET", "/balance")
    assert journal(other) == []
    assert explain(other, answer.request_id).code == "journal.unknown_request"


def test_reset_forgets_the_journal(world) -> None:
    _ = world.ask("GET", "/balance")
    _ = world.control("POST", "/reset").data
    assert journal(world) == []


def test_explanation_of_a_refusal_tells_more_than_the_caller_learnt(world, person) -> None:
    for _ in range(4):
        answer = world.try_password(person)
    told = explain(world, answer.request_id).data
    assert told["outcome"] == "refused"
    assert told["meaning"] == "The password is wrong."
    assert told["message_zh"] == answer.json["message"]
    assert told["reason"] == {"failures": 4, "threshold": 5}
    assert told["request"]["request_id"] == answer.request_id
    locked = explain(world, world.try_password(person).request_id).data
    assert locked["reason"]["locked_until"] == "2026-06-15T10:20:00+08:00"


def test_explanation_of_a_call_that_was_carried_out(world, person) -> None:
    answer = world.try_password(person, person["default_password"])
    told = explain(world, answer.request_id).data
    assert (told["outcome"], told["message_zh"], told["reason"]) == ("carried_out", None, {})


@pytest.mark.parametrize("request_id", ["x", "x" * 2000, "%00", "请求"])
def test_request_never_seen_is_unknown(world, request_id) -> None:
    refusal = explain(world, request_id)
    assert (refusal.status, refusal.code) == (404, "journal.unknown_request")


def test_request_id_given_by_the_caller_is_kept(world) -> None:
    answer = world.ask("GET", "/balance", headers={"X-Request-Id": "mine-1"})
    assert answer.request_id == "mine-1"
    assert explain(world, "mine-1").data["request"]["code"] == "session.missing"


def test_journal_is_bounded_and_keeps_the_newest() -> None:
    client = create_app(Settings(journal_bytes=64 * 1024)).test_client()
    for number in range(600):
        headers = {"X-Request-Id": f"r{number}"}
        client.get("/national/api/v1/balance", headers=headers)
    items = client.get("/_control/worlds/default/journal?limit=1000").get_json()["items"]
    assert 50 < len(items) < 600
    newest = [f"r{number}" for number in range(600 - len(items), 600)]
    assert [each["request_id"] for each in items] == newest
    gone = client.get("/_control/worlds/default/explain/request/r0").get_json()
    assert gone["code"] == "journal.unknown_request"


def test_huge_request_is_kept_cut(world) -> None:
    body = {"phone": "1" * 20_000, **{f"k{n}": "v" * 100 for n in range(300)}}
    answer = world.ask("POST", "/sms-codes", body)
    assert answer.code == "request.invalid"
    [entry] = journal(world)
    assert entry["request_id"] == answer.request_id
    assert len(json.dumps(entry)) < 64 * 1024


def test_control_calls_are_not_in_the_journal(world) -> None:
    _ = world.control("GET", "/people")
    assert journal(world) == []


@pytest.mark.parametrize("query", ["status=99", "status=x", "limit=0", "since=x", "colour=red"])
def test_query_that_makes_no_sense_is_refused(world, query) -> None:
    assert world.control("GET", f"/journal?{query}").code == "request.invalid"
