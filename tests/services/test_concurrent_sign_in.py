"""Many at once at one account: exactly as many evaluated as there are attempts."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from simulator.app import create_app
from simulator.settings import Settings

THREADS = 64


@pytest.fixture(params=["memory", "file"])
def apps(request, tmp_path):
    """Two applications on one store, as two workers would be; in memory they are one."""
    if request.param == "memory":
        app = create_app()
        return [app, app]
    settings = Settings(store=f"sqlite:///{tmp_path}/state.sqlite")
    return [create_app(settings, worker=name) for name in ("0", "1")]


@pytest.fixture
def person(apps):
    client = apps[0].test_client()
    frozen = {"freeze": "2026-06-15T10:00:00+08:00"}
    assert client.post("/_control/worlds", json={"name": "c", "clock": frozen}).status_code == 201
    people = client.get("/_control/worlds/c/people?insutype=310&limit=20").get_json()["items"]
    return next(each for each in people if each["registered"]["national"])


def at_once(apps, path, body):
    barrier = Barrier(THREADS)

    def call(number):
        client = apps[number % len(apps)].test_client()
        barrier.wait(timeout=30)
        return client.post("/w/c/national/api/v1" + path, json=body(number))

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(call, range(THREADS), timeout=60))


def codes(answers):
    return Counter(each.get_json()["code"] for each in answers)


def test_sixty_four_wrong_passwords_are_exactly_five_evaluated_failures(apps, person) -> None:
    answers = at_once(
        apps, "/sessions", lambda n: {"phone": person["phone"], "password": f"Wrong-{n}"}
    )
    assert codes(answers) == {"sign_in.wrong_password": 4, "sign_in.locked": 60}
    told = [
        each.get_json()["data"]["remaining_attempts"] for each in answers if each.status_code == 401
    ]
    assert sorted(told) == [1, 2, 3, 4]
    client = apps[1].test_client()
    path = f"/_control/worlds/c/people/{person['id_number']}/accounts/national"
    assert client.get(path).get_json()["failures"] == 5
    moved = client.patch("/_control/worlds/c/clock", json={"advance": "PT20M"})
    assert moved.status_code == 200
    body = {"phone": person["phone"], "password": person["default_password"]}
    assert client.post("/w/c/national/api/v1/sessions", json=body).status_code == 200


def test_right_passwords_at_once_all_open_sessions(apps, person) -> None:
    body = {"phone": person["phone"], "password": person["default_password"]}
    answers = at_once(apps, "/sessions", lambda _n: body)
    assert codes(answers) == {0: THREADS}
    tokens = {each.get_json()["data"]["access_token"] for each in answers}
    assert len(tokens) == THREADS
    path = f"/_control/worlds/c/people/{person['id_number']}/accounts/national"
    assert apps[0].test_client().get(path).get_json()["sessions"] == 10


def test_one_code_registers_once(apps, person) -> None:
    client = apps[0].test_client()
    phone = "13800138000"
    body = {"phone": phone, "purpose": "register"}
    assert client.post("/w/c/national/api/v1/sms-codes", json=body).status_code == 200
    code = client.get(f"/_control/worlds/c/inbox?to={phone}").get_json()["items"][0]["code"]
    body = {"phone": phone, "sms_code": code, "password": "Lookup-2026"}
    answers = at_once(apps, "/accounts", lambda _n: body)
    assert codes(answers) == {0: 1, "sms.wrong_code": THREADS - 1}


def test_one_refresh_token_is_exchanged_once_and_then_ends_the_session(apps, person) -> None:
    client = apps[0].test_client()
    body = {"phone": person["phone"], "password": person["default_password"]}
    session = client.post("/w/c/national/api/v1/sessions", json=body).get_json()["data"]
    body = {"refresh_token": session["refresh_token"]}
    found = codes(at_once(apps, "/sessions/refresh", lambda _n: body))
    assert found == {0: 1, "session.refresh_reused": 1, "session.invalid": THREADS - 2}


def test_codes_asked_for_at_once_are_one(apps, person) -> None:
    body = {"phone": person["phone"], "purpose": "sign_in"}
    answers = at_once(apps, "/sms-codes", lambda _n: body)
    assert codes(answers) == {0: 1, "sms.too_soon": THREADS - 1}
    inbox = f"/_control/worlds/c/inbox?to={person['phone']}"
    assert apps[0].test_client().get(inbox).get_json()["total"] == 1


def test_account_cannot_be_overdrawn_by_spending_at_once(apps, person) -> None:
    client = apps[0].test_client()
    ledger = f"/_control/worlds/c/people/{person['id_number']}/ledger"
    balance = client.get(ledger).get_json()["balance"]
    barrier = Barrier(THREADS)

    def spend(number):
        barrier.wait(timeout=30)
        body = {"type": "205", "amount": balance}
        return apps[number % 2].test_client().post(ledger, json=body).status_code

    with ThreadPoolExecutor(THREADS) as pool:
        statuses = Counter(pool.map(spend, range(THREADS), timeout=60))
    assert statuses == {201: 1, 409: THREADS - 1}
    assert client.get(ledger).get_json()["balance"] == "0.00"


def test_journal_of_many_threads_is_whole(apps, person) -> None:
    phone = person["phone"]
    _ = at_once(apps, "/sessions", lambda n: {"phone": phone, "password": f"Wrong-{n}"})
    kept = []
    for app in {id(app): app for app in apps}.values():
        found = app.test_client().get("/_control/worlds/c/journal?limit=1000").get_json()
        kept += [each["request_id"] for each in found["items"]]
    assert len(set(kept)) == THREADS
