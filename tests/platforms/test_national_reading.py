"""What a verified person reads on national and local platforms, and the ticket that explains it."""

import itertools
import re

import pytest

ASKED_AT = ("national", "local")
AS_OF = {"national": "2026-06-15T09:30:00+08:00", "local": "2026-06-15T10:00:00+08:00"}
AS_OF_AFTER_HALF_AN_HOUR = {
    "national": "2026-06-15T10:00:00+08:00",
    "local": "2026-06-15T10:30:00+08:00",
}
"""By platform: the national one is half an hour behind (test_replication_views.py)."""


@pytest.fixture
def person(world):
    return world.person()


@pytest.fixture
def read(world, person):
    token = world.sign_in(person)
    return lambda path, **rest: world.ask("GET", path, token=token, **rest)


def fen(amount: str) -> int:
    assert re.fullmatch(r"-?\d+\.\d\d", amount), amount
    return int(amount.replace(".", ""))


def history(read, query=""):
    items, page = [], 1
    while True:
        found = read(f"/transactions?page_size=100&page={page}{query}").data
        items += found["items"]
        if len(items) >= found["total"]:
            return items
        page += 1


def test_profile_is_masked(read, person) -> None:
    account = read("/account").data
    id_number = person["id_number"]
    assert account["real_name"]["state"] == "verified"
    assert account["real_name"]["id_number"] == f"{id_number[:6]}********{id_number[14:]}"
    assert account["real_name"]["name"] != person["name"]
    assert account["phone"] == f"{person['phone'][:3]}****{person['phone'][-4:]}"
    assert set(account["security"]) == {
        "second_factor",
        "password_expires_in_days",
        "password_reminder",
    }


def test_balance_is_the_sum_of_the_history(world, read) -> None:
    items = history(read)
    balance = read("/balance").data
    assert balance["personal_account"]["currency"] == "CNY"
    assert fen(balance["personal_account"]["amount"]) == sum(fen(each["amount"]) for each in items)
    assert balance["personal_account"]["amount"] == items[0]["balance_after"]
    assert balance["as_of"] == AS_OF[world.kind]
    pool = balance["pooled_fund"]
    assert pool["year"] == 2026
    assert fen(pool["deductible_used"]) <= fen(pool["deductible"])


def test_no_identifier_is_answered_unmasked(world, person, read) -> None:
    secrets = [person[name] for name in ("id_number", "phone", "card_number", "psn_no")]
    for path in ("/account", "/insurance", "/balance", "/transactions?page_size=100"):
        text = read(path).response.get_data(as_text=True)
        assert not [secret for secret in secrets if secret in text]


def test_history_is_newest_first_with_the_balance_after_each(read) -> None:
    items = history(read)
    assert [each["at"] for each in items] == sorted((each["at"] for each in items), reverse=True)
    for newer, older in itertools.pairwise(items):
        before = fen(newer["balance_after"]) - fen(newer["amount"])
        assert before == fen(older["balance_after"])


def test_pages_cut_the_history_without_gap_or_overlap(read) -> None:
    whole = history(read)
    first, second = (read(f"/transactions?page={n}&page_size=7").data for n in (1, 2))
    assert first["items"] + second["items"] == whole[:14]
    assert (first["total"], first["page"], first["page_size"]) == (len(whole), 1, 7)
    assert read("/transactions?page=1000000").data["items"] == []
    assert len(read("/transactions").data["items"]) == 20


def test_filters_select_by_type_and_by_day(read) -> None:
    whole = history(read)
    transfers = history(read, "&type=101")
    assert transfers == [each for each in whole if each["type"] == "101"] != []
    day = transfers[3]["at"][:10]
    of_day = history(read, f"&from={day}&to={day}")
    assert of_day == [each for each in whole if each["at"][:10] == day] != []
    since = transfers[3]["at"].replace("+", "%2B")
    assert history(read, f"&from={since}") == [
        each for each in whole if each["at"] >= transfers[3]["at"]
    ]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("page_size=101", "page_size"),
        ("page_size=0", "page_size"),
        ("page=0", "page"),
        ("page=x", "page"),
        ("page=1.0", "page"),
        ("type=999", "type"),
        ("from=yesterday", "from"),
        ("from=2026-02-01&to=2026-01-01", "to"),
        ("form=2026-02-01", "form"),
    ],
)
def test_query_that_cannot_be_answered_is_refused_with_its_field(read, query, field) -> None:
    refusal = read(f"/transactions?{query}")
    assert (refusal.status, refusal.code) == (400, "request.invalid")
    assert list(refusal.details["fields"]) == [field]


def test_misspelt_query_parameter_is_met_with_a_hint(read) -> None:
    assert "'from'" in read("/transactions?form=2026-02-01").details["fields"]["form"][0]
    assert read("/transactions?_=1718", headers={}).status == 200


def test_posted_entry_shows_at_once_where_nothing_delays_it(world, person, read) -> None:
    world.set_policy({"replication": {"lag_s": 0, "jitter_s": 0}})
    before = fen(read("/balance").data["personal_account"]["amount"])
    body = {"type": "110", "amount": "88.50", "note": "更正"}
    _ = world.control("POST", f"/people/{person['id_number']}/ledger", body).data
    assert fen(read("/balance").data["personal_account"]["amount"]) == before + 8850
    newest = read("/transactions?page_size=1").data["items"][0]
    assert (newest["type"], newest["amount"], newest["note"]) == ("110", "88.50", "更正")


def test_settlement_parts_add_up(world, person, read) -> None:
    body = {"type": "201", "amount": "30000", "care": {"level": 3, "inpatient": True}}
    _ = world.control("POST", f"/people/{person['id_number']}/ledger", body).data
    world.advance(minutes=40)
    parts = read("/transactions?page_size=1").data["items"][0]["settlement"]
    assert parts["total"] == "30000.00"
    assert fen(parts["total"]) == fen(parts["fund_pay"]) + fen(parts["person_pay"])
    own = fen(parts["account_pay"]) + fen(parts["cash"]) + fen(parts["mutual_aid"])
    assert fen(parts["person_pay"]) == own
    assert (parts["hospital_level"], parts["inpatient"]) == (3, True)


def test_resident_has_no_account_rather_than_an_empty_one(world) -> None:
    person = world.person(insutype="390")
    token = world.sign_in(person)
    balance = world.ask("GET", "/balance", token=token).data
    assert balance["personal_account"] is None
    assert fen(balance["pooled_fund"]["cap_left"]) > 0
    rows = world.ask("GET", "/insurance", token=token).data["items"]
    assert all(row["has_personal_account"] is False for row in rows if row["insutype"] == "390")
    for item in world.ask("GET", "/transactions", token=token).data["items"]:
        assert item["balance_after"] is None


def test_insurance_rows_name_what_their_codes_mean(world, person, read) -> None:
    found = read("/insurance").data
    assert found["total"] == len(found["items"]) >= 1
    row = next(each for each in found["items"] if each["insutype"] == "310")
    assert row["has_personal_account"] is True
    assert row["state"] in ("normal", "suspended", "ended")
    assert all(row[name] for name in ("insutype_name", "psn_type_name", "region_name"))


def test_suspended_person_still_sees_the_balance(world) -> None:
    for person in world.people(insutype="310", count=1000):
        rows = person["insurance"]
        if person["registered"][world.kind] and rows[0]["state"] == "suspended":
            break
    else:
        pytest.fail("nobody is suspended among a thousand")
    token = world.sign_in(person)
    account = world.ask("GET", "/balance", token=token).data["personal_account"]
    assert account["state"] == "suspended"


def test_balance_ticket_answers_with_the_reconciliation(world, person, read) -> None:
    token = world.sign_in(person)
    ticket = world.ask("POST", "/support/tickets", {"kind": "balance"}, token=token)
    assert ticket.status == 201
    assert (ticket.data["state"], ticket.data["reconciliation"]) == ("received", None)
    path = f"/support/tickets/{ticket.data['id']}"
    world.advance(minutes=30)
    resolved = read(path).data
    assert resolved["state"] == "resolved"
    found = resolved["reconciliation"]
    assert found["as_of"] == AS_OF_AFTER_HALF_AN_HOUR[world.kind]
    total = sum(fen(each["amount"]) for each in found["by_type"])
    assert total == fen(found["balance"])
    assert sum(each["count"] for each in found["by_type"]) == read("/transactions").data["total"]
    body = {"type": "110", "amount": "5.00"}
    _ = world.control("POST", f"/people/{person['id_number']}/ledger", body).data
    world.advance(minutes=1)
    assert read(path).data["reconciliation"]["as_of"] == found["as_of"]


def test_balance_ticket_is_seen_by_its_holder_alone(world, person, read) -> None:
    token = world.sign_in(person)
    ticket = world.ask("POST", "/support/tickets", {"kind": "balance"}, token=token).data
    path = f"/support/tickets/{ticket['id']}"
    assert world.ask("GET", path).code == "session.missing"
    other = world.sign_in(world.person(skip=1))
    refusal = world.ask("GET", path, token=other)
    assert (refusal.status, refusal.code) == (404, "ticket.unknown")


@pytest.mark.parametrize("reference", ["x", "a" * 42])
def test_ticket_never_opened_is_unknown(read, reference) -> None:
    refusal = read(f"/support/tickets/{reference}")
    assert (refusal.status, refusal.code) == (404, "ticket.unknown")


def test_forgotten_ticket_is_unknown(world, person, read) -> None:
    token = world.sign_in(person)
    body = {"kind": "balance"}
    tickets = [world.ask("POST", "/support/tickets", body, token=token).data for _ in range(21)]
    assert read(f"/support/tickets/{tickets[0]['id']}").code == "ticket.unknown"
    assert read(f"/support/tickets/{tickets[1]['id']}").status == 200


def test_balance_ticket_needs_session_and_real_name(world, person) -> None:
    body = {"kind": "balance"}
    assert world.ask("POST", "/support/tickets", body).code == "session.missing"
    token = world.sign_in(person)
    world.set_account(person, real_name="unverified", password="Another-2027")
    assert world.ask("POST", "/support/tickets", body, token=token).code == "session.invalid"
    token = world.sign_in(person, "Another-2027")
    assert world.ask("POST", "/support/tickets", body, token=token).code == "real_name.required"
    extra = world.ask("POST", "/support/tickets", body | {"phone": person["phone"]}, token=token)
    assert extra.code == "request.invalid"


def test_same_seed_and_clock_give_the_same_bytes(make_world) -> None:
    one, other = make_world(seed=11), make_world(seed=11)
    for person in one.people(count=5):
        if not person["registered"]["national"]:
            continue
        texts = [
            [
                each.ask("GET", path, token=token).response.data
                for path in ("/balance", "/transactions", "/insurance", "/account")
            ]
            for each in (one, other)
            for token in [each.sign_in(person)]
        ]
        assert texts[0] == texts[1]
