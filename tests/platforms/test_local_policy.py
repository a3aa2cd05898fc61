"""What pooling areas may do differently, and that records tell which area was asked."""

import pytest

HERE, ELSEWHERE = "330100", "110100"


@pytest.fixture
def here(world):
    return world.local(HERE)


@pytest.fixture
def there(world):
    return world.local(ELSEWHERE)


def set_here(world, **policy):
    world.set_policy({"regions": {HERE: policy}})


def failures(local, times):
    person = local.person()
    return [local.try_password(person) for _ in range(times)]


def test_lockout_of_an_area(world, here, there) -> None:
    set_here(world, lockout={"threshold": 2, "wait_s": 60})
    assert [each.status for each in failures(here, 2)] == [401, 423]
    assert failures(here, 1)[0].headers["Retry-After"] == "60"
    for other in (there, world):
        assert failures(other, 2)[-1].details == {"remaining_attempts": 3}


def test_codes_of_an_area(world, here, there) -> None:
    set_here(world, sms={"digits": 4, "lifetime_s": 30, "resend_after_s": 5})
    body = {"purpose": "register"}
    told = here.ask("POST", "/sms-codes", body | {"phone": "13800138000"}).data
    assert told == {"expires_in": 30, "resend_in": 5}
    assert len(here.last_code("13800138000")) == 4
    told = there.ask("POST", "/sms-codes", body | {"phone": "13800138000"}).data
    assert told == {"expires_in": 300, "resend_in": 60}
    assert len(there.last_code("13800138000")) == 6


def test_second_factor_of_an_area(world, here, there) -> None:
    set_here(world, second_factor={"methods": ["none"]})
    for local, code in ((here, "second_factor.unavailable"), (there, None)):
        token = local.sign_in(local.person())
        answer = local.ask("PUT", "/account/second-factor", {"method": "sms"}, token=token)
        assert answer.code == code


def test_second_factor_that_an_area_demands(world, here, there) -> None:
    set_here(world, second_factor={"methods": ["sms"]})
    person = here.person()
    asked = here.try_password(person, person["default_password"])
    assert (asked.status, asked.code) == (401, "sign_in.second_factor_required")
    _ = there.sign_in(there.person())


def test_benefits_of_an_area(here, there) -> None:
    shown = []
    for local in (here, there):
        token = local.sign_in(local.person(insutype="390"))
        shown.append(local.ask("GET", "/balance", token=token).data["pooled_fund"])
    assert shown[0]["deductible"] != shown[1]["deductible"]


def test_always_200_of_an_area(world, here, there) -> None:
    set_here(world, envelope={"always_200": True})
    refusals = [local.ask("GET", "/balance") for local in (here, there, world)]
    assert [each.status for each in refusals] == [200, 401, 401]
    assert {each.code for each in refusals} == {"session.missing"}


def test_policy_is_found_under_any_code_of_the_area(world) -> None:
    world.set_policy({"regions": {"330106": {"envelope": {"always_200": True}}}})
    for code in ("330100", "330199", "330102"):
        assert world.local(code).ask("GET", "/balance").status == 200


def test_policy_of_all_local_platforms_leaves_the_national_one_alone(world, here, there) -> None:
    world.set_policy({"platforms": {"local": {"envelope": {"always_200": True}}}})
    answers = [each.ask("GET", "/balance").status for each in (here, there, world)]
    assert answers == [200, 200, 401]


def test_latency_of_an_area_is_in_the_journal(app, world, here, there) -> None:
    """Asked without the carrier, which would wait: the delay is what it is told to wait."""
    set_here(world, latency={"distribution": "fixed", "delay_ms": 700})
    delays = []
    for each in (here, there, world):
        environ = {
            "REQUEST_METHOD": "GET",
            "PATH_INFO": f"{each.base}/balance",
            "QUERY_STRING": "",
        }
        delays.append(app.answer(environ).delay_ms)
    assert delays == [700, 0, 0]
    items = world.control("GET", "/journal").data["items"]
    assert [(each["region"], each["delay_ms"]) for each in items] == [
        (HERE, 700),
        (ELSEWHERE, 0),
        (None, 0),
    ]


class TestRecords:
    @pytest.mark.parametrize("spelling", ["330100", "330199", "330106"])
    def test_journal_and_explanation_tell_platform_and_area(self, world, spelling) -> None:
        refusal = world.local(spelling).ask("GET", "/balance")
        told = world.control("GET", f"/explain/request/{refusal.request_id}").data["request"]
        assert (told["platform"], told["region"]) == ("local", HERE)
        assert told["path"] == f"/local/{spelling}/api/v1/balance"
        assert told["operation"] == "read_balance"

    def test_journal_can_be_asked_for_one_area(self, world, here, there) -> None:
        for each in (here, there, world, here):
            _ = each.ask("GET", "/balance")
        for query, count in (
            ("platform=local", 3),
            (f"platform=local&region={HERE}", 2),
            (f"region={ELSEWHERE}", 1),
            ("region=330106", 0),
            ("", 4),
        ):
            assert world.control("GET", f"/journal?{query}").data["total"] == count, query

    def test_area_is_not_known_of_a_request_to_none(self, world) -> None:
        refusal = world.local("990000").ask("GET", "/balance")
        told = world.control("GET", f"/explain/request/{refusal.request_id}").data["request"]
        assert (told["platform"], told["region"], told["code"]) == ("local", None, "region.unknown")

    def test_account_is_told_with_its_area(self, here) -> None:
        person = here.person()
        state = here.account(person)
        assert (state["platform"], state["region"]) == ("local", HERE)
