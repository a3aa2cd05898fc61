"""Two workers are one server: what one of them changes, the other sees at once."""

import threading
from collections import Counter
from decimal import Decimal
from typing import Any

import httpx
import pytest

NATIONAL = "/national/api/v1"
THREADS = 64
ROUNDS = 10


@pytest.fixture
def workers(two_workers: Any) -> list[httpx.Client]:
    """A connection to each of the two workers."""
    found: list[httpx.Client] = two_workers.connection_to_each_worker(2)
    return found


def test_world_of_one_worker_is_the_others_at_once(
    workers: list[httpx.Client], tester: Any
) -> None:
    here, there = workers
    for _ in range(20):
        world = tester.world(here, seed=3)
        path = f"/_control/worlds/{world}"
        assert there.get(path).json()["seed"] == 3
        assert there.get(f"/w/{world}{NATIONAL}/balance").json()["code"] == "session.missing"
        assert here.delete(path).status_code == 204
        assert there.get(path).json()["code"] == "world.unknown"
        assert there.get(f"/w/{world}{NATIONAL}/balance").json()["code"] == "world.unknown"


def test_clock_and_policy_of_one_worker_are_the_others_at_once(
    workers: list[httpx.Client], tester: Any
) -> None:
    here, there = workers
    world = tester.world(here, clock={"freeze": "2026-11-22T08:00:00+08:00"})
    for minute in range(1, 31):
        moved = tester.clock(here, world, advance=60)["now"]
        assert there.get(f"/_control/worlds/{world}/clock").json()["now"] == moved
        assert moved == f"2026-11-22T08:{minute:02}:00+08:00"
        here.patch(f"/_control/worlds/{world}/policy", json={"sms.digits": 4 + minute % 5})
        phone = f"142000000{minute:02}"
        there.post(
            f"/w/{world}{NATIONAL}/sms-codes", json={"phone": phone, "purpose": "register"}
        ).raise_for_status()
        inbox = here.get(f"/_control/worlds/{world}/inbox", params={"to": phone}).json()
        assert len(inbox["items"][0]["code"]) == 4 + minute % 5
        assert inbox["items"][0]["at"] == moved


def test_token_of_one_worker_opens_the_other_until_the_world_is_reset(
    workers: list[httpx.Client], tester: Any
) -> None:
    here, there = workers
    world = tester.world(
        here,
        clock={"freeze": "2026-11-22T08:00:00+08:00"},
        policy={
            "registration": {"registered_percent": 100},
            "replication": {"lag_s": 0, "jitter_s": 0},
        },
    )
    [person] = tester.people(there, world, 1, insutype="310")
    token = tester.sign_in(here, world, person).json()["data"]["access_token"]
    bearer = {"authorization": f"Bearer {token}"}
    before = there.get(f"/w/{world}{NATIONAL}/balance", headers=bearer).json()
    here.post(
        f"/_control/worlds/{world}/people/{person['id_number']}/ledger",
        json={"type": "110", "amount": "88.50"},
    ).raise_for_status()
    after = there.get(f"/w/{world}{NATIONAL}/balance", headers=bearer).json()
    amounts = [Decimal(b["data"]["personal_account"]["amount"]) for b in (before, after)]
    assert amounts[1] - amounts[0] == Decimal("88.50")

    here.post(f"/_control/worlds/{world}/reset").raise_for_status()
    refused = there.get(f"/w/{world}{NATIONAL}/balance", headers=bearer)
    assert refused.json()["code"] == "session.invalid"
    token = tester.sign_in(there, world, person).json()["data"]["access_token"]
    again = here.get(f"/w/{world}{NATIONAL}/balance", headers={"authorization": f"Bearer {token}"})
    assert again.json() == before


def test_journal_holds_the_requests_of_both_workers_in_order(
    workers: list[httpx.Client], tester: Any
) -> None:
    here, there = workers
    world = tester.world(here)
    sent = []
    for number in range(50):
        client = workers[number % 2]
        request_id = f"r-{number:02}"
        client.get(f"/w/{world}{NATIONAL}/balance", headers={"x-request-id": request_id})
        sent.append(request_id)
    journal = f"/_control/worlds/{world}/journal"
    for client in workers:
        items = client.get(journal).json()["items"]
        assert [item["request_id"] for item in items] == sent
    assert there.delete(journal).status_code == 204
    assert here.get(journal).json() == {"items": [], "total": 0}
    explained = f"/_control/worlds/{world}/explain/request/r-07"
    assert here.get(explained).json()["code"] == "journal.unknown_request"


def test_long_poll_in_one_worker_gets_what_the_other_captures(
    workers: list[httpx.Client], tester: Any
) -> None:
    here, there = workers
    world = tester.world(here)
    answers: list[Any] = []

    def wait() -> None:
        inbox = f"/_control/worlds/{world}/inbox"
        answers.append(there.get(inbox, params={"to": "14200000009", "wait": 30}).json())

    waiting = threading.Thread(target=wait)
    waiting.start()
    for phone in ("14200000008", "14200000009"):
        here.post(
            f"/w/{world}{NATIONAL}/sms-codes", json={"phone": phone, "purpose": "register"}
        ).raise_for_status()
    waiting.join(30)
    [answer] = answers
    assert [item["to"] for item in answer["items"]] == ["14200000009"]
    assert len(answer["items"][0]["code"]) == 6


def test_64_threads_of_wrong_passwords_are_five_failures(two_workers: Any, tester: Any) -> None:
    """The lockout counts what happened, whatever happened at the same time and wherever."""
    control = two_workers.client()
    world = tester.world(
        control,
        clock={"freeze": "2026-11-22T08:00:00+08:00"},
        policy={"registration": {"registered_percent": 100}},
    )
    people = tester.people(control, world, ROUNDS)
    for person in people:
        # A password of the person's own is hashed, so that judging it takes its time.
        account = f"/_control/worlds/{world}/people/{person['id_number']}/accounts/national"
        control.patch(account, json={"password": "Right-2026"}).raise_for_status()
    clients = [two_workers.client(limits=httpx.Limits(max_connections=1)) for _ in range(THREADS)]
    together = threading.Barrier(THREADS)
    answers: dict[str, list[httpx.Response]] = {person["phone"]: [] for person in people}

    def guess(client: httpx.Client) -> None:
        client.get("/healthz")  # the connection stands when the guessing begins
        for person in people:
            together.wait(30)
            answers[person["phone"]].append(tester.sign_in(client, world, person, "Wrong-2026"))

    threads = [threading.Thread(target=guess, args=(client,)) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    for given in answers.values():
        codes = Counter(answer.json()["code"] for answer in given)
        assert codes == {"sign_in.wrong_password": 4, "sign_in.locked": THREADS - 4}
        wrong = [answer.json()["data"] for answer in given if answer.status_code == 401]
        assert sorted(data["remaining_attempts"] for data in wrong) == [1, 2, 3, 4]
        until = {a.json()["data"]["locked_until"] for a in given if a.status_code == 423}
        assert until == {"2026-11-22T08:20:00+08:00"}
        assert len({answer.headers["x-request-id"].partition("-")[0] for answer in given}) == 2

    [person, *_] = people
    for advance in (0, 19 * 60 + 59):
        tester.clock(control, world, advance=advance)
        refused = tester.sign_in(control, world, person, "Right-2026")
        assert refused.json()["code"] == "sign_in.locked"
    tester.clock(control, world, advance=1)
    assert tester.sign_in(control, world, person, "Right-2026").status_code == 200
