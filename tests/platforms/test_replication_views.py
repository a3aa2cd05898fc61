"""One truth, many replicas: what the local and the national platform show of the same account."""

import re
from datetime import datetime, timedelta

import pytest

ARRIVED = {"minutes": 41}
"""Longer than the national platform's lag and jitter together."""


@pytest.fixture
def person(world):
    return next(each for each in world.people(count=60) if all(each["registered"].values()))


@pytest.fixture
def local(world, person):
    return reader(world.local(person["region"]), person)


@pytest.fixture
def national(world, person):
    return reader(world, person)


def reader(platform, person):
    token = platform.sign_in(person)
    return lambda path: platform.ask("GET", path, token=token).data


def fen(amount: str) -> int:
    return int(amount.replace(".", ""))


def amount(read) -> int:
    return fen(read("/balance")["personal_account"]["amount"])


def post(world, person, type_code="110", value="88.50", **rest):
    body = {"type": type_code, "amount": value, **rest}
    path = f"/people/{person['id_number']}/ledger"
    return world.control("POST", path, body).data["entry"]


def ids(read):
    items, page = [], 1
    while True:
        found = read(f"/transactions?page_size=100&page={page}")
        items += [each["id"] for each in found["items"]]
        if len(items) >= found["total"]:
            return items
        page += 1


def test_payment_shows_locally_at_once_and_nationally_after_the_lag(
    world, person, local, national
) -> None:
    before = amount(national)
    assert amount(local) == before
    entry = post(world, person)
    assert (amount(local), amount(national)) == (before + 8850, before)
    assert ids(local) == [entry["id"], *ids(national)]
    world.advance(minutes=29)
    assert amount(national) == before
    world.advance(minutes=12)
    assert amount(national) == before + 8850
    assert ids(local) == ids(national)


def test_every_answer_says_what_instant_it_is_true_of(world, person, local, national) -> None:
    for path in ("/balance", "/transactions", "/insurance"):
        assert local(path)["as_of"] == "2026-06-15T10:00:00+08:00"
        assert national(path)["as_of"] == "2026-06-15T09:30:00+08:00"


def test_as_of_stands_still_during_an_outage_and_catches_up(world, person) -> None:
    outage = {"from": "2026-06-15T10:00", "until": "2026-06-15T12:00"}
    values = {"lag_s": 0, "jitter_s": 0, "outages": [outage], "catch_up_s": 3600}
    world.set_policy(
        {
            "platforms": {"national": {"replication": values}},
            "session": {"access_lifetime_s": 86_400},
        }
    )
    national, seen = reader(world, person), []
    for _ in range(9):
        seen.append(national("/balance")["as_of"][11:16])
        world.advance(minutes=30)
    # Three hours of backlog arrive in the hour after the outage.
    expected = ["09:59"] * 4 + ["10:00", "11:30", "13:00", "13:30", "14:00"]
    assert seen == expected


def test_back_dated_entry_changes_the_replica_only_when_it_arrives(
    world, person, local, national
) -> None:
    before = amount(national)
    entry = post(world, person, value="500.00", at="2026-03-01T08:00:00+08:00")
    assert amount(local) >= before + 1
    assert entry["id"] in ids(local)
    assert amount(national) == before
    assert entry["id"] not in ids(national)
    world.advance(**ARRIVED)
    assert amount(national) == amount(local)
    assert ids(national) == ids(local)


def test_world_without_delay_shows_the_same_everywhere(world, person, local, national) -> None:
    world.set_policy({"replication": {"lag_s": 0, "jitter_s": 0, "batch_every_s": 0}})
    _ = post(world, person)
    assert local("/balance") == national("/balance")
    assert local("/transactions") == national("/transactions")
    assert local("/insurance") == national("/insurance")


def test_policy_of_the_pooling_area_rules_the_national_view_of_its_people(
    world, person, national
) -> None:
    world.set_policy({"regions": {person["region"]: {"replication.lag_s": 7200}}})
    assert national("/balance")["as_of"] == "2026-06-15T08:00:00+08:00"


def test_unordered_replica_shows_what_has_arrived_with_its_own_balances(
    world, person, national
) -> None:
    values = {"lag_s": 0, "jitter_s": 7200, "ordered": False}
    world.set_policy({"platforms": {"national": {"replication": values}}})
    booked = []
    for _ in range(12):
        booked.insert(0, post(world, person, value="1.00")["id"])
        world.advance(minutes=5)
    found = national("/transactions?page_size=100")
    shown = [each["id"] for each in found["items"] if each["id"] in booked]
    missing = set(booked) - set(shown)
    assert missing
    assert shown
    assert booked.index(shown[0]) < max(booked.index(each) for each in missing)
    assert fen(found["items"][0]["balance_after"]) == amount(national)
    for newer, older in zip(found["items"], found["items"][1:], strict=False):
        assert fen(newer["balance_after"]) - fen(newer["amount"]) == fen(older["balance_after"])


def test_suspension_shows_nationally_when_it_has_arrived(make_world) -> None:
    for person in make_world(clock={"freeze": "2025-12-31"}).people(count=1000):
        row = person["insurance"][0]
        if all(person["registered"].values()) and row["state"] == "suspended":
            break
    else:
        pytest.fail("nobody is suspended among a thousand")
    # A world of the same seed, ten minutes after the suspension began.
    world = make_world(clock={"freeze": f"{row['until']}T00:10:00+08:00"})
    local, national = reader(world.local(person["region"]), person), reader(world, person)
    assert state(local) == ("suspended", "suspended")
    assert state(national) == ("normal", "normal")
    path = f"/explain/balance?person={person['id_number']}"
    view = world.control("GET", path).data["platforms"]["national"]
    assert (view["account_state"], view["agrees"]) == ("normal", False)
    assert view["agrees_at"] == f"{row['until']}T00:30:00+08:00"
    world.advance(minutes=20)
    assert state(national) == ("suspended", "suspended")


def state(read):
    account = read("/balance")["personal_account"]["state"]
    return account, read("/insurance")["items"][0]["state"]


class TestBalanceTicket:
    """Customer service tells the insured person what is on its way."""

    def resolved(self, platform, person, *, before_decision=lambda: None):
        token = platform.sign_in(person)
        ticket = platform.ask("POST", "/support/tickets", {"kind": "balance"}, token=token).data
        platform.advance(minutes=20)
        before_decision()
        platform.advance(minutes=10)
        found = platform.ask("GET", f"/support/tickets/{ticket['id']}", token=token).data
        assert found["state"] == "resolved"
        return found["reconciliation"]

    def test_national_one_names_what_has_not_arrived(self, world, person) -> None:
        found = self.resolved(
            world, person, before_decision=lambda: post(world, person, value="12.00")
        )
        [pending] = found["pending"]
        assert (pending["type"], pending["amount"]) == ("110", "12.00")
        assert pending["at"] == "2026-06-15T10:20:00+08:00"
        assert "2026-06-15T10:50" <= pending["expected_at"] <= "2026-06-15T11:00:00+08:00"
        assert fen(found["authoritative_balance"]) == fen(found["balance"]) + 1200
        assert found["pending_total"] == 1
        assert "1笔" in found["explanation"]
        [promised] = re.findall(r"\d{4}-\d\d-\d\d \d\d:\d\d", found["explanation"])
        late = datetime.fromisoformat(f"{promised}+08:00") - datetime.fromisoformat(
            pending["expected_at"]
        )
        assert timedelta(0) <= late < timedelta(minutes=1)

    def test_answer_stays_as_it_was_given(self, world, person) -> None:
        token = world.sign_in(person)
        ticket = world.ask("POST", "/support/tickets", {"kind": "balance"}, token=token).data
        world.advance(minutes=30)
        path = f"/support/tickets/{ticket['id']}"
        first = world.ask("GET", path, token=token).data
        world.advance(minutes=5)
        _ = post(world, person, value="700.00", at="2026-02-01T08:00:00+08:00")
        world.advance(minutes=50)
        assert world.ask("GET", path, token=token).data == first

    def test_local_one_has_nothing_pending(self, world, person) -> None:
        local = world.local(person["region"])
        found = self.resolved(local, person, before_decision=lambda: post(world, person))
        assert (found["pending"], found["pending_total"]) == ([], 0)
        assert found["authoritative_balance"] == found["balance"]
        assert found["as_of"] == "2026-06-15T10:30:00+08:00"
        assert "一致" in found["explanation"]

    def test_resident_has_no_balance_in_it(self, world) -> None:
        person = world.person(insutype="390")
        found = self.resolved(world, person)
        assert found["balance"] is found["authoritative_balance"] is None

    def test_new_year_is_on_its_way_without_any_entry(self, make_world) -> None:
        world = make_world(clock={"freeze": "2025-12-31T23:45:00+08:00"})
        found = self.resolved(world, world.person(insutype="390"), before_decision=lambda: None)
        assert found["as_of"] == "2025-12-31T23:45:00+08:00"
        assert found["pending"] == []
        assert "2026-01-01 00:30" in found["explanation"]
