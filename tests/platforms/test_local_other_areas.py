"""People whom another pooling area insures, and people who move from one to another."""

from datetime import datetime

import pytest

from simulator.errors import NotInsuredHereError
from simulator.platforms.local.platform import LOCAL_OPERATIONS

HERE, ELSEWHERE = "330100", "110100"
PASSWORD = "Lookup-2026"
READINGS = ("/balance", "/insurance", "/transactions", "/e-credential")


@pytest.fixture
def here(world):
    return world.local(HERE)


@pytest.fixture
def stranger(world):
    """Somebody with a national account, insured elsewhere."""
    found = world.local(ELSEWHERE).people()
    return next(each for each in found if each["registered"]["national"])


def reason(world, answer):
    return world.control("GET", f"/explain/request/{answer.request_id}").data["reason"]


def refused(world, answer):
    """The refusal tells where one is not insured; where one is, the tester alone is told."""
    assert (answer.status, answer.code) == (403, "region.not_insured_here")
    assert answer.details == {"region": HERE}
    assert answer.json["message"] == "没有找到对应的参保人信息。"
    assert reason(world, answer) == {"insured_in": ELSEWHERE}


class TestRefusals:
    def test_registration(self, world, here, stranger) -> None:
        code = here.code(stranger["phone"], "register")
        body = {"phone": stranger["phone"], "sms_code": code, "password": PASSWORD}
        refused(world, here.ask("POST", "/accounts", body))
        refused(world, here.ask("POST", "/accounts", body | {"card_number": "A00000000"}))
        assert here.account(stranger)["registered"] is False

    @pytest.mark.parametrize("name", ["phone", "id_number"])
    @pytest.mark.parametrize("proof", [{"password": PASSWORD}, {"sms_code": "123456"}])
    def test_sign_in_without_account(self, world, here, stranger, name, proof) -> None:
        refused(world, here.ask("POST", "/sessions", {name: stranger[name], **proof}))

    @pytest.mark.parametrize("name", ["phone", "id_number"])
    def test_sign_in_tells_nothing_where_policy_gives_nothing_away(
        self, world, here, stranger, name
    ) -> None:
        world.set_policy({"sign_in.discloses_unknown_account": False})
        answer = here.ask("POST", "/sessions", {name: stranger[name], "password": PASSWORD})
        assert (answer.status, answer.code) == (401, "sign_in.wrong_password")
        assert answer.details == {}
        assert reason(world, answer) == {"really": "account.unknown"}

    @pytest.mark.parametrize("name", ["phone", "id_number"])
    def test_sign_in_with_an_account(self, world, here, stranger, name) -> None:
        here.set_account(stranger, registered=True, password=PASSWORD)
        body = {name: stranger[name], "password": "Wrong-0000"}
        assert here.ask("POST", "/sessions", body).code == "sign_in.wrong_password"
        refused(world, here.ask("POST", "/sessions", body | {"password": PASSWORD}))
        assert here.account(stranger)["sessions"] == 0
        assert here.account(stranger)["failures"] == 0

    def test_sign_in_with_a_code_keeps_the_code(self, world, here, stranger) -> None:
        here.set_account(stranger, registered=True)
        code = here.code(stranger["phone"], "sign_in")
        body = {"phone": stranger["phone"], "sms_code": code}
        for _ in range(7):
            refused(world, here.ask("POST", "/sessions", body))

    def test_card_of_a_stranger_costs_no_try(self, world, here, stranger) -> None:
        nobody = {"phone": "13800138000"}
        world.set_policy({"real_name.tries_per_day": 1})
        token = here.register(nobody)
        for _ in range(2):
            refused(world, here.upload_own_card(token, stranger))
        account = here.ask("GET", "/account", token=token).data
        assert account["real_name"]["state"] == "unverified"
        insured = here.person(registered=False)
        assert here.upload_own_card(token, insured).data["state"] == "id_card_accepted"

    def test_every_call_that_may_refuse_strangers_does_so(self, world, here, stranger) -> None:
        """Signed-in calls, that is: the others are above."""
        world.set_policy({"accounts.shared_with_national": True})
        token = world.sign_in(stranger)
        newcomer = world.local(ELSEWHERE).person(registered=False)
        sample = {"sample": world.sample(stranger, "iris")}
        for operation in LOCAL_OPERATIONS:
            path = operation.path.format(kind="iris") if "{kind}" in operation.path else None
            if operation.path.startswith("/support") and operation.method == "POST":
                answer = here.ask("POST", operation.path, {"kind": "balance"}, token=token)
            elif path is not None:
                answer = here.ask(operation.method, path, sample, token=token)
            elif operation.files is not None and "front" in operation.files:
                unverified = here.register({"phone": "13800138000"})
                answer = here.upload_own_card(unverified, newcomer)
            elif operation.signed_in and operation.method == "GET":
                answer = here.ask("GET", operation.path, token=token)
            else:
                continue
            expected = NotInsuredHereError in operation.refusals
            assert (answer.code == "region.not_insured_here") is expected, operation.name

    def test_unregistered_person_of_the_area_is_only_unknown(self, here) -> None:
        newcomer = here.person(registered=False)
        body = {"phone": newcomer["phone"], "password": PASSWORD}
        assert here.ask("POST", "/sessions", body).code == "account.unknown"

    def test_national_platform_serves_everybody(self, world, stranger) -> None:
        token = world.sign_in(stranger)
        assert world.ask("GET", "/balance", token=token).status == 200


class TestMove:
    """Somebody who moves in the middle of a world's time."""

    @pytest.fixture
    def world(self, make_world):
        return make_world(clock={"freeze": "2025-01-15T10:00:00+08:00"})

    @pytest.fixture
    def mover(self, world):
        """Who moves within the next year, with the old area and the day of the move."""
        for page in range(30):
            query = f"?insutype=310&limit=200&offset={page * 200}"
            for each in world.control("GET", "/people" + query).data["items"]:
                rows = each["insurance"]
                if len(rows) == 1 and rows[0]["region"] != each["region"]:
                    return each, rows[0]["region"]
        pytest.fail("nobody moves among six thousand people")

    @pytest.fixture
    def areas(self, world, mover):
        person, old = mover
        return world.local(old), world.local(person["region"])

    @pytest.fixture
    def move(self, make_world, world, mover):
        """Lets time pass until the last moment of the old area, then until the first of the new."""
        later = make_world()
        path = f"/people/{mover[0]['id_number']}"
        moved_on = later.control("GET", path).data["insurance"][0]["since"]

        def advance() -> None:
            start = datetime.fromisoformat(world.control("GET", "/clock").data["now"])
            move = datetime.fromisoformat(f"{moved_on}T00:00:00+08:00")
            world.advance(seconds=(move - start).total_seconds() - 0.001)
            rows = world.control("GET", path).data["insurance"]
            assert [each["region"] for each in rows] == [mover[1]]
            world.advance(seconds=0.001)

        return advance

    def test_area_of_the_time_serves(self, world, mover, areas, move) -> None:
        person, _ = mover
        old, new = areas
        old.set_account(person, registered=True, password=PASSWORD)
        token = old.sign_in(person, PASSWORD)
        for path in READINGS:
            assert old.ask("GET", path, token=token).status == 200
        before = new.try_password(person)
        assert (before.code, reason(world, before)) == (
            "region.not_insured_here",
            {"insured_in": old.region},
        )
        assert old.ask("GET", "/account", token=token).data["linked"] is True

        move()
        old.set_account(person, password=PASSWORD)
        refusal = old.try_password(person, PASSWORD)
        assert (refusal.code, reason(world, refusal)) == (
            "region.not_insured_here",
            {"insured_in": new.region},
        )
        token = new.register(person)
        _ = new.set_account(person, real_name="verified")
        for path in READINGS:
            assert new.ask("GET", path, token=token).status == 200
        rows = new.ask("GET", "/insurance", token=token).data["items"]
        assert [each["region"] for each in rows] == [new.region, old.region]
        assert [each["state"] for each in rows] == ["normal", "ended"]

    def test_open_session_at_the_old_area_reads_nothing_afterwards(
        self, world, mover, areas, move
    ) -> None:
        person, _ = mover
        old, _ = areas
        world.set_policy({"session.refresh_lifetime_s": 366 * 86_400})
        old.set_account(person, registered=True, password=PASSWORD)
        session = old.open_session(person, PASSWORD)
        move()
        body = {"refresh_token": session["refresh_token"]}
        renewed = old.ask("POST", "/sessions/refresh", body).data
        assert renewed["insurance"] == []
        for path in READINGS:
            refusal = old.ask("GET", path, token=renewed["access_token"])
            assert (refusal.status, refusal.code) == (403, "region.not_insured_here")
        account = old.ask("GET", "/account", token=renewed["access_token"]).data
        assert account["linked"] is False

    def test_account_from_the_start_neither_vanishes_nor_follows(
        self, world, mover, areas, move
    ) -> None:
        person, _ = mover
        world.set_policy({"registration.registered_percent": 100})
        old, new = areas
        registered_at = old.account(person)["registered_at"]
        assert registered_at is not None
        move()
        assert old.account(person)["registered_at"] == registered_at
        assert new.account(person)["registered"] is False

    def test_control_api_means_the_area_of_the_time(self, world, mover, areas, move) -> None:
        person, _ = mover
        old, new = areas
        path = f"/people/{person['id_number']}/accounts/local"
        assert world.control("GET", path).data["region"] == old.region
        move()
        assert world.control("GET", path).data["region"] == new.region
