"""Anomalies through the control API, and what the platforms then answer."""

from decimal import Decimal

import pytest

from simulator.domain.anomalies import ANOMALIES

AT_ONCE = {"replication": {"lag_s": 0, "jitter_s": 0, "batch_every_s": 0}}
SHARES = [f"anomalies.{name}_per_mille" for name, each in ANOMALIES.items() if not each.shown_only]


@pytest.fixture
def world(make_world):
    made = make_world()
    made.set_policy(AT_ONCE)
    return made


@pytest.fixture
def person(world):
    return world.person()


def path(person):
    return f"/people/{person['id_number']}/anomalies"


def choose(world, person, **anomalies):
    items = world.control("PUT", path(person), anomalies).data["items"]
    return {item["name"]: item for item in items}


def states(world, person):
    return {item["name"]: item for item in world.control("GET", path(person)).data["items"]}


def ledger(world, person):
    """Entries oldest first, and the balance."""
    data = world.control("GET", f"/people/{person['id_number']}/ledger").data
    return data["items"][::-1], data["balance"]


def amounts(entries):
    return [(each["type"], each["amount"], each["at"]) for each in entries]


def holds_together(world, person):
    """The entries of a person, after a check that they are what every ledger has to be."""
    entries, balance = ledger(world, person)
    total = Decimal(0)
    for entry in entries:
        total += Decimal(entry["amount"])
        if entry["balance_after"] is not None:
            assert Decimal(entry["balance_after"]) == total >= 0
        parts = entry["settlement"]
        if parts is not None:
            money = {
                name: Decimal(parts[name])
                for name in ("total", "fund_pay", "person_pay", "account_pay", "cash", "mutual_aid")
            }
            assert money["total"] == money["fund_pay"] + money["person_pay"]
            paid = money["account_pay"] + money["cash"] + money["mutual_aid"]
            assert money["person_pay"] == paid
            assert min(money.values()) >= 0
    assert (None if balance is None else Decimal(balance)) in (None, total)
    return entries


def test_all_anomalies_are_listed_and_an_ordinary_person_has_none(world, person):
    found = states(world, person)
    assert list(found) == list(ANOMALIES)
    for name, item in found.items():
        assert (item["active"], item["by"], item["since"], item["entries"]) == (
            False,
            None,
            None,
            [],
        )
        assert (item["zh"], item["en"]) == (ANOMALIES[name].zh, ANOMALIES[name].en)
    assert {n for n, i in found.items() if i["problem"]} == {"zero_for_no_account"}


def test_those_whom_the_population_has_moved_or_suspended_are_told_apart(world):
    rows = {}
    for each in world.people(count=400):
        for row in each["insurance"]:
            if row["state"] in ("suspended", "ended") and row["insutype"] == "310":
                rows.setdefault(row["state"], (each, row["until"]))
    for name, state in (("suspended", "suspended"), ("moved", "ended")):
        who, day = rows[state]
        item = states(world, who)[name]
        assert (item["active"], item["by"], item["since"]) == (True, "derived", day)


def test_choosing_leaves_other_anomalies_alone_until_they_are_taken_back(world, person):
    choose(world, person, year_end_gap=True)
    found = choose(world, person, pre_transfer={"since": "2026-02-03"})
    assert [n for n, i in found.items() if i["active"]] == ["pre_transfer", "year_end_gap"]
    assert found["pre_transfer"]["since"] == "2026-02-03"
    found = choose(world, person, year_end_gap=False)
    assert [n for n, i in found.items() if i["active"]] == ["pre_transfer"]
    assert states(world, person) == found


def test_what_is_taken_back_leaves_no_trace(world, person):
    before = ledger(world, person)
    everything = {n: True for n in ANOMALIES if n not in ("zero_for_no_account", "moved")}
    choose(world, person, **everything)
    assert ledger(world, person) != before
    choose(world, person, **dict.fromkeys(everything, False))
    assert ledger(world, person) == before
    choose(world, person, **dict.fromkeys(everything))
    assert ledger(world, person) == before
    assert not any(item["active"] for item in states(world, person).values())


def test_null_leaves_an_anomaly_to_policy_and_false_does_not(world, person):
    world.set_policy({"anomalies.year_end_gap_per_mille": 1000})
    assert states(world, person)["year_end_gap"]["by"] == "policy"
    assert not choose(world, person, year_end_gap=False)["year_end_gap"]["active"]
    assert choose(world, person, year_end_gap=True)["year_end_gap"]["by"] == "person"
    assert choose(world, person, year_end_gap=None)["year_end_gap"]["by"] == "policy"


def test_other_people_and_other_worlds_stay_as_they_are(world, make_world, person):
    twin = make_world()
    someone = world.person(skip=1)
    before = ledger(world, someone)
    choose(world, person, year_end_gap=True)
    assert ledger(world, someone) == before
    assert not any(item["active"] for item in states(twin, person).values())
    assert ledger(twin, person) != ledger(world, person)
    _ = world.control("POST", "/reset").data
    assert ledger(world, person) == ledger(twin, person)


def test_the_same_choice_has_the_same_outcome_in_worlds_of_one_seed(world, make_world, person):
    twin = make_world()
    wanted = {"pre_transfer": True, "reversed_payment": True, "care_elsewhere": True}
    assert choose(world, person, **wanted) == choose(twin, person, **wanted)
    assert ledger(world, person) == ledger(twin, person)


def test_suspended_person_is_still_shown_the_balance(world, person):
    token = world.sign_in(person)
    before = world.ask("GET", "/balance", token=token).data["personal_account"]
    item = choose(world, person, suspended=True)["suspended"]
    assert item["since"] == "2026-06-15"
    after = world.ask("GET", "/balance", token=token).data["personal_account"]
    assert (before["state"], after["state"]) == ("normal", "suspended")
    assert after["amount"] == before["amount"] != "0.00"
    row = world.ask("GET", "/insurance", token=token).data["items"][0]
    assert (row["state"], row["until"]) == ("suspended", "2026-06-15")
    _, at_first = ledger(world, person)
    world.advance(days=62)
    assert ledger(world, person)[1] <= at_first
    record = world.control("GET", f"/people/{person['id_number']}").data
    assert record["insurance"][0]["state"] == "suspended"


def test_moved_person_has_two_rows_and_one_balance(world, person):
    choose(world, person, moved={"since": "2026-03-02", "region": "440300"})
    rows = world.ask("GET", "/insurance", token=world.sign_in(person)).data["items"]
    assert [(row["state"], row["region"]) for row in rows] == [
        ("normal", person["region"]),
        ("ended", "440300"),
    ]
    assert rows[0]["since"] == rows[1]["until"] == "2026-03-02"
    entries = holds_together(world, person)
    assert states(world, person)["moved"]["entries"] == ["D202620701", "D202610701"]
    assert {e["region"] for e in entries if e["at"] < "2026-03-02"} == {"440300"}
    assert {e["region"] for e in entries if e["at"] > "2026-03-03"} == {person["region"]}


def test_retired_people_can_be_suspended_and_moved(world):
    retired = next(
        each
        for each in world.people(count=400)
        if each["insurance"][0]["psn_type"] == "1201" and len(each["insurance"]) == 1
    )
    choose(world, retired, moved={"since": "2026-02-01"}, suspended=True)
    record = world.control("GET", f"/people/{retired['id_number']}").data["insurance"]
    assert [(row["psn_type"], row["state"]) for row in record] == [
        ("1201", "suspended"),
        ("1201", "ended"),
    ]
    holds_together(world, retired)


def test_local_platform_serves_whom_its_area_insures_on_that_day(world, person):
    def sign_in(region):
        body = {"phone": person["phone"], "password": person["default_password"]}
        url = f"/w/{world.name}/local/{region}/api/v1/sessions"
        return world.client.post(url, json=body)

    choose(world, person, moved={"since": "2026-06-16", "region": "440300"})
    assert sign_in(person["region"]).get_json()["code"] == "region.not_insured_here"
    world.advance(days=1)
    assert sign_in(person["region"]).get_json().get("code") != "region.not_insured_here"
    assert sign_in("440300").get_json()["code"] == "region.not_insured_here"


def test_balance_can_be_a_number_by_choice_and_by_policy(world, person):
    token = world.sign_in(person)

    def amount():
        return world.ask("GET", "/balance", token=token).data["personal_account"]["amount"]

    text = amount()
    choose(world, person, balance_as_number=True)
    assert amount() == float(text)
    assert isinstance(amount(), float)
    world.set_policy({"platforms": {"national": {"anomalies.balance_as_number": True}}})
    choose(world, person, balance_as_number=False)
    assert amount() == text
    choose(world, person, balance_as_number=None)
    assert amount() == float(text)


def test_somebody_without_an_account_can_be_shown_nothing_or_nought(world):
    resident = world.person(insutype="390")
    token = world.sign_in(resident)

    def account():
        return world.ask("GET", "/balance", token=token).data["personal_account"]

    assert account() is None
    choose(world, resident, zero_for_no_account=True)
    assert account() == {"amount": "0.00", "currency": "CNY", "state": "normal"}
    choose(world, resident, balance_as_number=True)
    assert account()["amount"] == 0
    assert not isinstance(account()["amount"], str)
    rows = world.ask("GET", "/insurance", token=token).data["items"]
    assert [row["has_personal_account"] for row in rows] == [False]
    choose(world, resident, zero_for_no_account=None, balance_as_number=None)
    world.set_policy({"anomalies.zero_for_no_account": True})
    assert account()["amount"] == "0.00"
    choose(world, resident, zero_for_no_account=False)
    assert account() is None


def test_transactions_name_the_place_of_care_and_what_was_reversed(world, person):
    found = choose(world, person, care_elsewhere={"region": "440300"}, reversed_payment=True)
    items = world.ask("GET", "/transactions?page_size=100", token=world.sign_in(person)).data
    by_id = {each["id"]: each for each in items["items"]}
    elsewhere = [by_id[i] for i in found["care_elsewhere"]["entries"] if i in by_id]
    assert elsewhere
    for entry in elsewhere:
        assert entry["region"] == person["region"]
        assert entry["settlement"]["care_region"] == "440300"
    refund = by_id[found["reversed_payment"]["entries"][-1]]
    paid = by_id[refund["reference"]]
    assert Decimal(refund["amount"]) == -Decimal(paid["amount"]) > 0
    assert paid["reference"] is None


class TestMutualAid:
    def test_account_pays_what_the_relative_would_have_paid(self, world, person):
        relatives = {each["id_number"]: each for each in person["family"]}
        before = {number: ledger(world, {"id_number": number})[0] for number in relatives}
        item = choose(world, person, mutual_aid=True)["mutual_aid"]
        assert item["relative"] in relatives
        holder = {each["id"]: each for each in holds_together(world, person)}
        helped = {e["at"]: e for e in holds_together(world, {"id_number": item["relative"]})}
        unhelped = {each["at"]: each for each in before[item["relative"]]}
        assert item["entries"]
        for entry in (holder[number] for number in item["entries"]):
            paid = -Decimal(entry["amount"])
            parts, were = helped[entry["at"]]["settlement"], unhelped[entry["at"]]["settlement"]
            assert Decimal(parts["mutual_aid"]) == paid > 0
            assert Decimal(parts["cash"]) == Decimal(were["cash"]) - paid
            assert parts["account_pay"] == were["account_pay"]
            assert entry["type"] == "201"
            assert "家庭共济" in entry["note"]
            assert "*" in entry["note"]
            assert entry["settlement"] is None
        others = [each for each in helped.values() if each["settlement"]["mutual_aid"] == "0.00"]
        assert [each for each in others if unhelped[each["at"]] != each] == []

    def test_who_helps_and_who_is_helped_are_told(self, world, person):
        number = choose(world, person, mutual_aid=True)["mutual_aid"]["relative"]
        assert choose(world, person, mutual_aid=True)["mutual_aid"]["relative"] == number
        theirs = states(world, {"id_number": number})["mutual_aid"]
        assert (theirs["active"], theirs["helped_by"]) == (False, person["id_number"])
        choose(world, person, mutual_aid=False)
        assert states(world, {"id_number": number})["mutual_aid"]["helped_by"] is None

    def test_relative_can_be_chosen_and_nobody_else(self, world, person):
        for relative in person["family"]:
            wanted = {"relative": relative["id_number"], "since": "2025-01-01"}
            item = choose(world, person, mutual_aid=wanted)["mutual_aid"]
            assert item["relative"] == relative["id_number"]
            entries, _ = ledger(world, person)
            at = [each["at"] for each in entries if each["id"] in item["entries"]]
            assert all(each >= "2025-01-01" for each in at)
            assert len({each[:4] for each in at}) == len(at)
        stranger = {"relative": world.person(skip=1)["id_number"]}
        refusal = world.control("PUT", path(person), {"mutual_aid": stranger})
        assert refusal.code == "anomaly.not_applicable"

    def test_who_is_helped_does_not_help_and_is_helped_by_one(self, world):
        holder = spouse = None
        for each in world.people(count=200):
            ties = {tie["relation"]: tie["id_number"] for tie in each["family"]}
            if "spouse" in ties and "child" in ties:
                other = world.control("GET", f"/people/{ties['spouse']}").data
                if other["insurance"][0]["insutype"] == "310":
                    holder, spouse = each, other
                    break
        assert holder is not None
        children = [t["id_number"] for t in holder["family"] if t["relation"] == "child"]
        choose(world, holder, mutual_aid={"relative": spouse["id_number"]})
        refusal = world.control("PUT", path(spouse), {"mutual_aid": True})
        assert refusal.code == "anomaly.not_applicable"
        assert "own care" in refusal.details["problem"]
        choose(world, holder, mutual_aid={"relative": children[0]})
        wanted = {"mutual_aid": {"relative": children[0]}}
        refusal = world.control("PUT", path(spouse), wanted)
        assert refusal.code == "anomaly.not_applicable"
        assert "another account" in refusal.details["problem"]
        choose(world, holder, mutual_aid=False)
        found = choose(world, spouse, **wanted)
        assert found["mutual_aid"]["relative"] == children[0]

    def test_relative_who_begins_to_help_others_is_helped_no_more(self, world):
        world.set_policy({"anomalies.mutual_aid_per_mille": 1000})
        active, idle = [], []
        for each in world.people(count=30):
            item = states(world, each)["mutual_aid"]
            (active if item["active"] else idle).append(item)
        # everybody with an account means to help, so only those without can be helped
        assert {each["problem"] for each in idle} <= {
            None,
            "no relative is left whom the account could help",
            "the person has no relatives in the population",
        }
        assert active
        for item in active:
            helped = world.control("GET", f"/people/{item['relative']}").data
            assert helped["insurance"][0]["insutype"] == "390"
            holds_together(world, helped)


@pytest.mark.parametrize("insutype", ["310", "390"])
def test_ledgers_hold_together_when_everything_befalls_everybody(world, insutype):
    world.set_policy(dict.fromkeys(SHARES, 1000))
    people = world.people(insutype=insutype, count=25)
    types = set()
    for each in people:
        types |= {entry["type"] for entry in holds_together(world, each)}
        token = world.ask(
            "POST", "/sessions", {"phone": each["phone"], "password": each["default_password"]}
        )
        if token.status == 201:
            data = world.ask("GET", "/balance", token=token.data["access_token"]).data
            account = data["personal_account"]
            assert (account and account["amount"]) == ledger(world, each)[1]
    if insutype == "310":
        assert types >= {"101", "102", "108", "109", "113", "201", "203", "206"}
    else:
        assert types == {"201"}


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"year_end_gapp": True}, "year_end_gapp"),
        ({"suspended": 1}, "suspended"),
        ({"suspended": "true"}, "suspended"),
        ({"suspended": []}, "suspended"),
        ({"balance_as_number": {}}, "balance_as_number"),
        ({"moved": {"since": "2023-12-31"}}, "moved"),
        ({"moved": {"since": "2100-01-01"}}, "moved"),
        ({"moved": {"since": "yesterday"}}, "moved"),
        ({"moved": {"region": "000000"}}, "moved"),
        ({"moved": {"region": 440300}}, "moved"),
        ({"moved": {"relative": "110101199003078881"}}, "moved"),
        ({"mutual_aid": {"relative": "110101199003078881"}}, "mutual_aid"),
        ({"mutual_aid": {"relative": "x"}}, "mutual_aid"),
    ],
)
def test_malformed_choices_are_refused_with_the_place_and_change_nothing(
    world, person, asked, field
):
    refusal = world.control("PUT", path(person), {"pre_transfer": True, **asked})
    assert (refusal.status, refusal.code) == (400, "request.invalid")
    assert list(refusal.details["fields"]) == [field]
    assert not states(world, person)["pre_transfer"]["active"]


def test_unknown_name_is_answered_with_the_nearest(world, person):
    refusal = world.control("PUT", path(person), {"year_end_gab": True})
    assert "year_end_gap" in refusal.details["fields"]["year_end_gab"][0]
    refusal = world.control("PUT", path(person), {"moved": {"form": "440300"}})
    assert "region" in refusal.details["fields"]["moved"]["form"][0]


@pytest.mark.parametrize(
    "name",
    [
        "pre_transfer",
        "reversed_payment",
        "year_end_gap",
        "suspended",
        "moved",
        "mutual_aid",
        "balance_as_number",
    ],
)
def test_anomalies_of_an_account_are_refused_for_somebody_without_one(world, name):
    resident = world.person(insutype="390")
    refusal = world.control("PUT", path(resident), {name: True, "care_elsewhere": True})
    assert (refusal.status, refusal.code) == (409, "anomaly.not_applicable")
    assert refusal.details["anomaly"] == name
    assert not states(world, resident)["care_elsewhere"]["active"]
    _ = world.control("PUT", path(resident), {name: False}).data


@pytest.mark.parametrize(
    ("chosen", "asked", "at_fault"),
    [
        ({}, {"zero_for_no_account": True}, "zero_for_no_account"),
        (
            {"suspended": {"since": "2026-02-01"}},
            {"moved": {"since": "2026-02-02"}},
            "moved",
        ),
        (
            {"moved": {"since": "2026-02-02"}},
            {"suspended": {"since": "2026-02-01"}},
            "suspended",
        ),
        (
            {"moved": {"region": "440300"}},
            {"care_elsewhere": {"region": "440300"}},
            "care_elsewhere",
        ),
        (
            {"care_elsewhere": {"region": "440300"}},
            {"moved": {"region": "440300"}},
            "care_elsewhere",
        ),
    ],
)
def test_what_cannot_be_together_is_refused(world, person, chosen, asked, at_fault):
    choose(world, person, **chosen)
    before = states(world, person)
    refusal = world.control("PUT", path(person), asked)
    assert (refusal.status, refusal.code) == (409, "anomaly.not_applicable")
    assert refusal.details["anomaly"] == at_fault
    assert refusal.details["problem"]
    assert states(world, person) == before


@pytest.mark.parametrize("name", ["moved", "care_elsewhere"])
def test_the_region_that_insures_a_person_is_no_other_region(world, person, name):
    refusal = world.control("PUT", path(person), {name: {"region": person["region"]}})
    assert (refusal.code, refusal.details["anomaly"]) == ("anomaly.not_applicable", name)


def test_a_posted_expense_stays_covered(world, person):
    _, balance = ledger(world, person)
    expense = {"type": "204", "amount": balance, "at": "2026-06-14"}
    _ = world.control("POST", f"/people/{person['id_number']}/ledger", expense)
    expense = {"type": "204", "amount": "1.00", "at": "2027-01-01T03:00:00+08:00"}
    _ = world.control("POST", f"/people/{person['id_number']}/ledger", expense).data
    refusal = world.control("PUT", path(person), {"year_end_gap": {"since": "2026-10-01"}})
    assert (refusal.code, refusal.details["anomaly"]) == ("anomaly.not_applicable", "year_end_gap")
    assert "no longer cover" in refusal.details["problem"]
    _ = world.control("PUT", path(person), {"year_end_gap": {"since": "2027-10-01"}}).data


def test_posting_respects_what_is_irregular(world, person):
    choose(world, person, year_end_gap=True)
    expense = {"type": "204", "amount": "1.00", "at": "2026-01-01T03:00:00+08:00"}
    refusal = world.control("POST", f"/people/{person['id_number']}/ledger", expense)
    assert refusal.code == "ledger.overdrawn"


def test_nobody_is_unknown_to_the_anomaly_calls(world):
    for method, body in (("GET", None), ("PUT", {"suspended": True})):
        answer = world.control(method, "/people/110101199003078881/anomalies", body)
        assert (answer.status, answer.code) == (404, "person.unknown")
