"""Why platforms differ: `GET /_control/worlds/{w}/explain/balance`."""

import pytest

PLATFORMS = ["local", "national", "alipay", "wechat"]


@pytest.fixture
def person(world):
    return world.person()


@pytest.fixture
def explain(world, person):
    return lambda: world.control("GET", f"/explain/balance?person={person['id_number']}").data


@pytest.fixture
def post(world, person):
    def book(type_code="110", amount="5.00", **rest):
        body = {"type": type_code, "amount": amount, **rest}
        path = f"/people/{person['id_number']}/ledger"
        return world.control("POST", path, body).data["entry"]

    return book


def fen(amount):
    return int(amount.replace(".", ""))


def test_platforms_agree_when_nothing_is_on_its_way(explain, person) -> None:
    found = explain()
    assert found["person"] == {
        name: person[name] for name in ("id_number", "name", "region", "index")
    }
    assert found["agree_at"] == found["now"] == "2026-06-15T10:00:00+08:00"
    assert list(found["platforms"]) == PLATFORMS
    for view in found["platforms"].values():
        assert view["agrees"] is True
        assert (view["amount"], view["difference"]) == (found["truth"]["amount"], "0.00")
        assert (view["missing"], view["missing_total"]) == ([], 0)
        assert view["as_of"] <= found["now"]
    assert found["platforms"]["national"]["as_of"] == "2026-06-15T09:30:00+08:00"


def test_new_entry_is_missing_with_its_time_of_arrival_and_the_reasons(explain, post) -> None:
    entry = post(amount="88.50")
    found = explain()
    local = found["platforms"]["local"]
    assert (local["agrees"], local["amount"]) == (True, found["truth"]["amount"])
    arrivals = {}
    for name in ("national", "alipay", "wechat"):
        view = found["platforms"][name]
        assert (view["agrees"], view["difference"]) == (False, "-88.50")
        [missing] = view["missing"]
        assert (missing["id"], missing["type_name"], missing["amount"]) == (
            entry["id"],
            "调整",
            "88.50",
        )
        assert missing["at"] == missing["booked_at"] == found["now"]
        assert missing["arrives_at"] == view["agrees_at"]
        arrivals[name] = missing["arrives_at"]
    why = {name: found["platforms"][name]["missing"][0]["why"] for name in arrivals}
    assert why == {"national": ["lag", "jitter"], "alipay": ["lag", "jitter"], "wechat": ["lag"]}
    assert "2026-06-15T10:30" <= arrivals["national"] <= "2026-06-15T10:40:00+08:00"
    assert arrivals["wechat"] == "2026-06-15T11:00:00+08:00"
    assert found["agree_at"] == max(arrivals.values())


def test_everything_arrives_when_it_was_said_to(world, explain, post) -> None:
    _ = post()
    views = explain()["platforms"].items()
    for name, view in sorted(views, key=lambda view: view[1]["agrees_at"]):
        _ = world.control("PATCH", "/clock", {"freeze": view["agrees_at"]}).data
        assert explain()["platforms"][name]["agrees"] is True


@pytest.mark.parametrize(
    ("replication", "why", "arrives_at"),
    [
        ({"lag_s": 60}, ["lag"], "2026-06-15T10:01:00+08:00"),
        ({"batch_times": ["02:00", "14:00"]}, ["batch"], "2026-06-15T14:00:00+08:00"),
        (
            {"outages": [{"from": "2026-06-15T09:00", "until": "2026-06-15T12:00"}]},
            ["outage"],
            "2026-06-15T12:00:00+08:00",
        ),
        (
            {
                "daily_outages": [{"from": "09:00", "until": "12:00"}],
                "catch_up_s": 3600,
                "lag_s": 3600,
            },
            ["lag", "outage"],
            "2026-06-15T12:30:00+08:00",
        ),
    ],
)
def test_each_cause_is_named(world, explain, post, replication, why, arrives_at) -> None:
    national = {"lag_s": 0, "jitter_s": 0} | replication
    world.set_policy({"platforms": {"national": {"replication": national}}})
    _ = post()
    [missing] = explain()["platforms"]["national"]["missing"]
    assert (missing["why"], missing["arrives_at"]) == (why, arrives_at)


def test_policy_of_the_area_that_insures_the_person_counts(world, explain, post, person) -> None:
    world.set_policy({"regions": {person["region"]: {"replication.lag_s": 3 * 3600}}})
    _ = post()
    assert explain()["platforms"]["national"]["agrees_at"] >= "2026-06-15T13:00:00+08:00"


def jittered(ordered):
    values = {"lag_s": 0, "jitter_s": 3600, "ordered": ordered}
    return {"platforms": {"national": {"replication": values}}}


def overtaking(world, explain, post):
    """Post every five minutes until a later entry would arrive before an earlier one."""
    for _ in range(12):
        _ = post()
        world.advance(minutes=5)
    return explain()["platforms"]["national"]


def test_ordered_platform_waits_for_what_was_booked_earlier(world, explain, post) -> None:
    world.set_policy(jittered(ordered=True))
    missing = overtaking(world, explain, post)["missing"]
    arrivals = [each["arrives_at"] for each in reversed(missing)]
    assert arrivals == sorted(arrivals)
    assert any("order" in each["why"] for each in missing)


def test_unordered_platform_shows_later_entries_first(world, explain, post) -> None:
    world.set_policy(jittered(ordered=False))
    missing = overtaking(world, explain, post)["missing"]
    arrivals = [each["arrives_at"] for each in reversed(missing)]
    assert arrivals != sorted(arrivals)
    assert any("unordered" in each["why"] for each in missing)


def test_back_dated_entry_is_known_only_from_its_booking(world, explain, post) -> None:
    _ = post(amount="700.00", at="2026-01-05T08:00:00+08:00")
    national = explain()["platforms"]["national"]
    [missing] = national["missing"]
    assert missing["at"] == "2026-01-05T08:00:00+08:00"
    assert missing["booked_at"] == "2026-06-15T10:00:00+08:00"
    assert national["difference"] == "-700.00"


def test_payment_that_a_back_dated_entry_has_changed_shows_both_amounts(world) -> None:
    for person in world.people(count=100):
        ledger = world.control("GET", f"/people/{person['id_number']}/ledger").data["items"]
        short = [
            each for each in ledger if each["settlement"] and float(each["settlement"]["cash"])
        ]
        if short:
            break
    else:
        pytest.fail("nobody of a hundred ever paid in cash")
    body = {"type": "110", "amount": "5000.00", "at": "2024-01-02T08:00:00+08:00"}
    _ = world.control("POST", f"/people/{person['id_number']}/ledger", body).data
    path = f"/explain/balance?person={person['id_number']}"
    national = world.control("GET", path).data["platforms"]["national"]
    changed = {each["id"]: each for each in national["differing"]}
    assert short[-1]["id"] in changed
    entry = changed[short[-1]["id"]]
    assert entry["amount"] == short[-1]["amount"]
    assert fen(entry["true_amount"]) < fen(entry["amount"])
    assert national["differing_total"] == len(changed)
    assert entry["agrees_at"] == national["missing"][0]["arrives_at"]
    assert fen(national["difference"]) == -sum(
        [fen(each["amount"]) for each in national["missing"]]
        + [fen(each["true_amount"]) - fen(each["amount"]) for each in national["differing"]]
    )


def test_resident_has_no_amount_but_a_pool_that_may_lag(world) -> None:
    person = world.person(insutype="390")
    body = {"type": "201", "amount": "30000", "care": {"level": 3, "inpatient": True}}
    _ = world.control("POST", f"/people/{person['id_number']}/ledger", body).data
    path = f"/explain/balance?person={person['id_number']}"
    found = world.control("GET", path).data
    national = found["platforms"]["national"]
    assert found["truth"]["amount"] is national["amount"] is national["difference"] is None
    assert national["agrees"] is False
    assert national["missing"][0]["amount"] == "0.00"
    truth = found["truth"]["pooled_fund"]
    assert fen(national["pooled_fund"]["paid"]) < fen(truth["paid"])
    _ = world.control("PATCH", "/clock", {"freeze": found["agree_at"]}).data
    after = world.control("GET", path).data
    assert all(view["agrees"] for view in after["platforms"].values())
    assert after["platforms"]["national"]["pooled_fund"] == truth


def test_new_year_shows_first_where_entries_are_booked(make_world) -> None:
    world = make_world(clock={"freeze": "2026-01-01T00:10:00+08:00"})
    person = world.person(insutype="390")
    path = f"/explain/balance?person={person['id_number']}"
    found = world.control("GET", path).data
    assert found["truth"]["pooled_fund"]["year"] == 2026
    national = found["platforms"]["national"]
    assert (national["pooled_fund"]["year"], national["agrees"]) == (2025, False)
    assert national["agrees_at"] == "2026-01-01T00:30:00+08:00"
    _ = world.control("PATCH", "/clock", {"freeze": found["agree_at"]}).data
    assert world.control("GET", path).data["platforms"]["national"]["agrees"] is True


def test_long_outage_lists_the_most_recent_and_counts_all(make_world) -> None:
    world = make_world()
    person = world.person()
    outage = {"from": "2024-01-01T00:00:01", "until": "2026-06-20T00:00"}
    world.set_policy({"replication": {"outages": [outage]}})
    for _ in range(201):
        body = {"type": "110", "amount": "1.00"}
        _ = world.control("POST", f"/people/{person['id_number']}/ledger", body).data
    found = world.control("GET", f"/explain/balance?person={person['id_number']}").data
    national = found["platforms"]["national"]
    assert national["as_of"] == "2024-01-01T00:00:00+08:00"
    assert len(national["missing"]) == 200
    assert national["missing_total"] > 200
    at = [each["at"] for each in national["missing"]]
    assert at == sorted(at, reverse=True)
    assert found["agree_at"] == "2026-06-20T00:00:00+08:00"


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ("", 400, "request.invalid"),
        ("?person=", 400, "request.invalid"),
        ("?person=12", 400, "request.invalid"),
        ("?persons=110199199001011234", 400, "request.invalid"),
        ("?person=110101190001010000", 404, "person.unknown"),
    ],
)
def test_question_about_nobody_is_refused(world, query, status, code) -> None:
    refusal = world.control("GET", f"/explain/balance{query}")
    assert (refusal.status, refusal.code) == (status, code)


def test_unknown_world_is_refused(client) -> None:
    answer = client.get("/_control/worlds/nowhere/explain/balance?person=110101190001010000")
    assert (answer.status_code, answer.get_json()["code"]) == (404, "world.unknown")
