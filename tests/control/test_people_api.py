"""People, their ledgers and accounts through the control API."""

import re

import pytest

from simulator.domain.ledger import ENTRY_TYPES


def test_record_has_what_a_tester_needs(world) -> None:
    person = world.person()
    assert set(person) >= {
        "index",
        "id_number",
        "name",
        "sex",
        "birth_date",
        "phone",
        "region",
        "card_number",
        "card_password",
        "default_password",
        "insurance",
        "employer",
        "family",
        "registered",
    }
    assert re.fullmatch(r"\d{17}[\dX]", person["id_number"])
    assert person["id_number"][6:14] == person["birth_date"].replace("-", "")
    assert (int(person["id_number"][16]) % 2 == 1) is (person["sex"] == "male")
    assert person["registered"] == {"national": True, "local": True}
    path = f"/people/{person['id_number']}"
    assert world.control("GET", path).data == person


def test_id_number_is_found_with_either_form_of_its_check_character(world) -> None:
    person = next(each for each in world.people() if each["id_number"].endswith("X"))
    assert world.control("GET", f"/people/{person['id_number'].lower()}").data == person


def test_people_are_filtered_by_area_and_insurance(world) -> None:
    page = world.control("GET", "/people?region=330100&insutype=390&limit=10").data
    assert len(page["items"]) == 10
    assert page["total"] > 10**6
    for person in page["items"]:
        assert person["region"] == "330100"
        assert "390" in [row["insutype"] for row in person["insurance"]]


def test_pages_of_people_are_stable_and_disjoint(world) -> None:
    whole = world.control("GET", "/people?limit=6").data["items"]
    parts = [
        world.control("GET", f"/people?limit=3&offset={offset}").data["items"] for offset in (0, 3)
    ]
    assert parts[0] + parts[1] == whole
    total = world.control("GET", "/people").data["total"]
    assert total == 1_326_000_000
    assert len(world.control("GET", f"/people?offset={total - 1}").data["items"]) == 1
    assert world.control("GET", f"/people?offset={total}").data["items"] == []


@pytest.mark.parametrize("region", ["999999", "x", "330000", "浙江"])
def test_what_is_no_pooling_area_is_unknown(world, region) -> None:
    refusal = world.control("GET", f"/people?region={region}")
    assert (refusal.status, refusal.code) == (404, "region.unknown")


def test_pooling_area_is_known_by_each_of_its_codes(world) -> None:
    pages = [
        world.control("GET", f"/people?region={code}&limit=3").data
        for code in ("330100", "330199", "330106")
    ]
    assert pages[0] == pages[1] == pages[2]


@pytest.mark.parametrize("id_number", ["x", "110101199003078881", "1" * 18, "%00", "1" * 400, "李"])
@pytest.mark.parametrize(
    ("method", "path"), [("GET", ""), ("GET", "/ledger"), ("GET", "/accounts/national")]
)
def test_number_of_nobody_is_unknown(world, id_number, method, path) -> None:
    refusal = world.control(method, f"/people/{id_number}{path}")
    assert (refusal.status, refusal.code) == (404, "person.unknown")


def test_relatives_are_people_of_the_world(world) -> None:
    person = next(each for each in world.people() if each["family"])
    for relative in person["family"]:
        found = world.control("GET", f"/people/{relative['id_number']}").data
        assert person["id_number"] in [each["id_number"] for each in found["family"]]


class TestLedger:
    @pytest.fixture
    def person(self, world):
        return world.person()

    def post(self, world, person, **body):
        return world.control("POST", f"/people/{person['id_number']}/ledger", body)

    def ledger(self, world, person):
        return world.control("GET", f"/people/{person['id_number']}/ledger").data

    def test_posted_entry_is_merged_in_order(self, world, person) -> None:
        before = self.ledger(world, person)
        posted = self.post(
            world, person, type="110", amount="12.30", at="2026-02-03T04:05:06+08:00"
        )
        assert posted.status == 201
        entry = posted.data["entry"]
        assert (entry["amount"], entry["posted"], entry["type"]) == ("12.30", True, "110")
        after = self.ledger(world, person)
        assert after["total"] == before["total"] + 1
        assert [each["at"] for each in after["items"]] == sorted(
            (each["at"] for each in after["items"]), reverse=True
        )
        assert entry in after["items"]
        assert after["balance"] == posted.data["balance"] == after["items"][0]["balance_after"]

    def test_entry_of_the_future_shows_when_its_time_comes(self, world, person) -> None:
        before = self.ledger(world, person)["total"]
        _ = self.post(world, person, type="110", amount=5, at="2026-06-15T12:00:00+08:00").data
        assert self.ledger(world, person)["total"] == before
        world.advance(hours=2)
        assert self.ledger(world, person)["total"] == before + 1

    @pytest.mark.parametrize("amount", ["88.50", "88.5", 88.5])
    def test_amount_is_exact_however_it_is_written(self, world, person, amount) -> None:
        assert (
            self.post(world, person, type="110", amount=amount).data["entry"]["amount"] == "88.50"
        )

    @pytest.mark.parametrize(
        "amount",
        ["0", "-1", "1.234", "1e5", "", "１", "1,000", 0, -3, 0.001, 1e30, True, None, "9" * 20],
    )
    def test_amount_that_is_no_money_is_refused(self, world, person, amount) -> None:
        refusal = self.post(world, person, type="110", amount=amount)
        assert (refusal.status, refusal.code) == (400, "request.invalid")

    def test_amount_beyond_any_account_is_refused(self, world, person) -> None:
        refusal = self.post(world, person, type="110", amount="9" * 12)
        assert (refusal.status, refusal.code) == (400, "ledger.invalid_posting")

    def test_overdraft_is_refused_and_tells_what_is_there(self, world, person) -> None:
        balance = self.ledger(world, person)["balance"]
        refusal = self.post(world, person, type="205", amount="99999999")
        assert (refusal.status, refusal.code) == (409, "ledger.overdrawn")
        assert refusal.details["available"] == balance
        assert self.ledger(world, person)["balance"] == balance
        emptied = self.post(world, person, type="205", amount=balance)
        assert emptied.data["balance"] == "0.00"

    @pytest.mark.parametrize("helps", [False, True])
    @pytest.mark.parametrize("at", ["2019-12-31", "2100-01-01", "0001-01-01", "9999-12-31"])
    def test_instant_outside_the_simulated_world_is_refused(self, world, person, at, helps) -> None:
        if helps:  # then the ledger of a relative is asked too
            path = f"/people/{person['id_number']}/anomalies"
            _ = world.control("PUT", path, {"mutual_aid": True}).data
        refusal = self.post(world, person, type="110", amount="1", at=at)
        assert (refusal.status, refusal.code) == (400, "ledger.outside_time")

    def test_resident_can_have_settlements_alone(self, world) -> None:
        resident = world.person(insutype="390")
        refusal = self.post(world, resident, type="110", amount="1")
        assert (refusal.status, refusal.code) == (409, "ledger.no_personal_account")
        posted = self.post(world, resident, type="201", amount="9000", care={"level": 2})
        assert posted.data["entry"]["balance_after"] is None
        assert posted.data["balance"] is None

    @pytest.mark.parametrize(
        "body",
        [
            {"type": "999", "amount": "1"},
            {"type": 110, "amount": "1"},
            {"type": "110"},
            {"type": "110", "amount": "1", "care": {"level": 1}},
            {"type": "201", "amount": "1", "care": {"level": 4}},
            {"type": "201", "amount": "1", "care": {}},
            {"type": "110", "amount": "1", "note": "x" * 201},
            {"type": "110", "amount": "1", "at": "soon"},
        ],
    )
    def test_entry_that_makes_no_sense_is_refused(self, world, person, body) -> None:
        before = self.ledger(world, person)
        assert self.post(world, person, **body).code == "request.invalid"
        assert self.ledger(world, person) == before

    @pytest.mark.parametrize(
        "care", [{"level": 0, "inpatient": True}, {"level": 1, "in_scope": "2"}]
    )
    def test_care_that_cannot_be_is_refused(self, world, person, care) -> None:
        refusal = self.post(world, person, type="201", amount="1", care=care)
        assert (refusal.status, refusal.code) == (400, "ledger.invalid_posting")

    def test_every_entry_type_can_be_posted(self, world, person) -> None:
        _ = self.post(world, person, type="110", amount="100000").data
        for code in ENTRY_TYPES:
            posted = self.post(world, person, type=code, amount="1")
            assert posted.status == 201, code
            sign = "" if ENTRY_TYPES[code].income else "-"
            assert posted.data["entry"]["amount"] == f"{sign}1.00"


class TestAccount:
    @pytest.fixture
    def person(self, world):
        return world.person()

    def patch(self, world, person, **body):
        return world.control("PATCH", f"/people/{person['id_number']}/accounts/national", body)

    def test_state_from_the_start(self, world, person) -> None:
        state = world.account(person)
        assert state | {"registered_at": None, "password_changed_at": None} == {
            "platform": "national",
            "region": None,
            "phone": person["phone"],
            "registered": True,
            "registered_at": None,
            "real_name": "verified",
            "locked": False,
            "locked_until": None,
            "failures": 0,
            "remaining_attempts": 5,
            "second_factor": "none",
            "sessions": 0,
            "password_changed_at": None,
            "password_state": "fresh",
            "has_default_password": True,
        }

    def test_account_can_be_removed_and_made(self, world, person) -> None:
        assert self.patch(world, person, registered=False).data["registered"] is False
        assert world.try_password(person, person["default_password"]).code == "account.unknown"
        made = self.patch(world, person, registered=True).data
        assert (made["registered"], made["real_name"]) == (True, "verified")
        assert made["registered_at"] == "2026-06-15T10:00:00+08:00"
        _ = world.sign_in(person)

    def test_account_of_somebody_not_registered_is_shown_empty(self, world) -> None:
        newcomer = world.person(registered=False)
        state = world.account(newcomer)
        assert (state["registered"], state["real_name"]) == (False, None)
        refusal = self.patch(world, newcomer, locked=True)
        assert (refusal.status, refusal.code) == (409, "account.state_refused")
        made = self.patch(world, newcomer, registered=True, real_name="unverified").data
        assert made["real_name"] == "unverified"
        _ = world.sign_in(newcomer)

    def test_removing_goes_with_nothing_else(self, world, person) -> None:
        refusal = self.patch(world, person, registered=False, locked=True)
        assert (refusal.status, refusal.code) == (409, "account.state_refused")
        assert world.account(person)["registered"] is True

    def test_locking_and_unlocking(self, world, person) -> None:
        locked = self.patch(world, person, locked=True).data
        assert locked["locked_until"] == "2026-06-15T10:20:00+08:00"
        assert locked["remaining_attempts"] == 0
        assert world.try_password(person, person["default_password"]).status == 423
        assert self.patch(world, person, locked=False).data["locked"] is False
        _ = world.sign_in(person)

    def test_locking_is_for_good_where_the_policy_locks_for_good(self, make_world) -> None:
        world = make_world(policy={"lockout.mode": "permanent"})
        person = world.person()
        locked = self.patch(world, person, locked=True).data
        assert (locked["locked"], locked["locked_until"]) == (True, None)
        world.advance(days=400)
        refusal = world.try_password(person, person["default_password"])
        assert (refusal.status, refusal.details) == (423, {"locked_until": None})

    def test_locking_until_an_instant(self, world, person) -> None:
        until = "2026-06-16T00:00:00+08:00"
        assert self.patch(world, person, locked_until=until).data["locked_until"] == until
        refusal = self.patch(world, person, locked_until="2026-06-15T10:00:00+08:00")
        assert (refusal.status, refusal.code) == (409, "account.state_refused")
        assert world.account(person)["locked_until"] == until

    def test_verification_can_be_taken_and_given(self, world, person) -> None:
        assert self.patch(world, person, real_name="unverified").data["real_name"] == "unverified"
        token = world.sign_in(person)
        assert world.ask("GET", "/balance", token=token).code == "real_name.required"
        assert self.patch(world, person, real_name="verified").data["real_name"] == "verified"
        assert world.ask("GET", "/balance", token=token).status == 200

    def test_password_can_be_set_weak_and_of_any_age(self, world, person) -> None:
        token = world.sign_in(person)
        state = self.patch(world, person, password="x", password_changed_at="2026-03-20").data
        assert state["password_changed_at"] == "2026-03-20T00:00:00+08:00"
        assert (state["password_state"], state["has_default_password"]) == ("reminder", False)
        assert world.ask("GET", "/account", token=token).code == "session.invalid"
        assert world.open_session(person, "x")["password_reminder"] is True
        refusal = self.patch(world, person, password_changed_at="2026-06-16")
        assert (refusal.status, refusal.code) == (409, "account.state_refused")

    def test_second_factor_must_be_offered(self, world, person) -> None:
        assert self.patch(world, person, second_factor="sms").data["second_factor"] == "sms"
        world.set_policy({"second_factor.methods": ["none"]})
        refusal = self.patch(world, person, second_factor="sms")
        assert (refusal.status, refusal.code) == (409, "account.state_refused")
        _ = world.sign_in(person)

    @pytest.mark.parametrize(
        "body",
        [
            {},
            {"locked": 1},
            {"locked": True, "locked_until": "2027-01-01"},
            {"real_name": "maybe"},
            {"password": ""},
            {"password_changed_at": "0001-01-01T00:00:00+14:00"},
            {"nickname": "x"},
        ],
    )
    def test_patch_that_makes_no_sense_is_refused(self, world, person, body) -> None:
        before = world.account(person)
        assert self.patch(world, person, **body).code == "request.invalid"
        assert world.account(person) == before

    def test_refused_patch_changes_nothing(self, world, person) -> None:
        before = world.account(person)
        body = {"password": "x", "locked": True, "password_changed_at": "2027-01-01"}
        assert self.patch(world, person, **body).code == "account.state_refused"
        assert world.account(person) == before
        _ = world.sign_in(person)

    def test_platform_that_does_not_exist_is_unknown(self, world, person) -> None:
        path = f"/people/{person['id_number']}/accounts/moon"
        for method, body in (("GET", None), ("PATCH", {"locked": True})):
            refusal = world.control(method, path, body)
            assert (refusal.status, refusal.code) == (404, "platform.unknown")
            own = f"local:{person['region']}"
            assert refusal.details["known"] == ["national", "local", own]

    @pytest.mark.parametrize(
        "platform", ["local:", "local:990000", "local:33010", "national:330100", "Local", "local:x"]
    )
    def test_platform_of_no_area_is_unknown(self, world, person, platform) -> None:
        refusal = world.control("GET", f"/people/{person['id_number']}/accounts/{platform}")
        assert (refusal.status, refusal.code) == (404, "platform.unknown")
        assert refusal.details["platform"] == platform

    @pytest.mark.parametrize("spelling", ["{}", "{:.4}99"])
    def test_account_at_the_local_platform_is_apart_from_the_national_one(
        self, world, person, spelling
    ) -> None:
        region = person["region"]
        path = f"/people/{person['id_number']}/accounts/local"
        named = f"{path}:{spelling.format(region)}"
        locked = world.control("PATCH", named, {"registered": True, "locked": True}).data
        assert (locked["platform"], locked["region"]) == ("local", region)
        assert world.control("GET", path).data == locked
        assert world.account(person)["locked"] is False

    def test_record_says_where_somebody_is_registered(self, world, person) -> None:
        for registered in (False, True):
            path = f"/people/{person['id_number']}"
            _ = world.control("PATCH", f"{path}/accounts/local", {"registered": registered}).data
            shown = world.control("GET", path).data["registered"]
            assert shown == {"national": True, "local": registered}

    def test_sessions_are_counted_while_they_live(self, world, person) -> None:
        _ = world.sign_in(person)
        assert world.account(person)["sessions"] == 1
        world.advance(days=30)
        assert world.account(person)["sessions"] == 0
