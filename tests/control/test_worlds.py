"""Worlds through the control API: isolated, any number, reset to what they were."""

import json

import pytest

from simulator.app import create_app
from simulator.settings import Settings
from simulator.store.sqlite import SqliteStore


def make(client, **body):
    return client.post("/_control/worlds", json=body)


def observe(world):
    """What can be seen of a world, codes derived from its counters included."""
    person, newcomer = world.person(), world.person(registered=False)
    seen = [
        world.control("GET", path).json
        for path in ("", "/clock", "/policy", "/people?limit=5", "/inbox", "/journal")
    ]
    seen[0]["clock"].pop("real_now")
    seen[1].pop("real_now")
    seen.append(world.control("GET", f"/people/{person['id_number']}/ledger").json)
    seen += [world.account(each) for each in (person, newcomer)]
    seen.append(world.code(person["phone"], "sign_in"))
    seen.append(world.ask("GET", "/balance", token=world.sign_in(person)).json)
    return json.dumps(seen, ensure_ascii=False)


def disturb(world):
    person, newcomer = world.person(), world.person(registered=False)
    for _ in range(5):
        world.try_password(person)
    code = world.code(newcomer["phone"], "register")
    body = {"phone": newcomer["phone"], "sms_code": code, "password": "Lookup-2026"}
    assert world.ask("POST", "/accounts", body).status == 201
    posted = {"type": "110", "amount": "10"}
    _ = world.control("POST", f"/people/{person['id_number']}/ledger", posted).data
    world.advance(days=3)
    world.set_policy({"lockout.wait_s": 5, "envelope.always_200": True})
    _ = world.control("DELETE", "/journal").data


def test_reset_world_is_exactly_as_when_it_was_made(make_world) -> None:
    clock = {"freeze": "2026-03-01T08:00:00+08:00"}
    world = make_world(seed=5, clock=clock, policy={"sms.digits": 8})
    untouched = make_world(seed=5, clock=clock, policy={"sms.digits": 8})
    disturb(world)
    assert world.control("POST", "/reset").status == 200
    expected = observe(untouched).replace(untouched.name, world.name)
    assert observe(world) == expected


@pytest.mark.parametrize("end", ["reset", "delete"])
def test_state_of_a_world_that_ended_takes_no_room(end) -> None:
    store = SqliteStore()
    client = create_app(store=store).test_client()
    assert make(client, name="brief").status_code == 201
    body = {"phone": "13800138000", "purpose": "register"}
    assert client.post("/w/brief/national/api/v1/sms-codes", json=body).status_code == 200
    if end == "reset":
        assert client.post("/_control/worlds/brief/reset").status_code == 200
    else:
        assert client.delete("/_control/worlds/brief").status_code == 204
    rows = store._connection.execute
    assert rows("SELECT count(*) FROM value WHERE partition != 0").fetchone() == (0,)
    assert rows("SELECT count(*) FROM item").fetchone() == (0,)


def test_reset_takes_a_running_clock_back_too(make_world) -> None:
    world = make_world(clock={"advance": "P30D", "scale": 0.000001})
    made_at = world.control("GET").data["clock"]["now"]
    world.advance(days=30)
    reset = world.control("POST", "/reset").data
    assert reset["clock"]["now"][:10] == made_at[:10]
    assert reset["clock"]["scale"] == 0.000001


def test_worlds_of_one_seed_do_not_see_each_other(make_world) -> None:
    disturbed, other, third = (make_world(seed=5) for _ in range(3))
    disturb(disturbed)
    assert observe(other).replace(other.name, "") == observe(third).replace(third.name, "")


def test_seeds_make_different_people(make_world) -> None:
    one, other = make_world(seed=5), make_world(seed=6)
    numbers = [{each["id_number"] for each in world.people(count=50)} for world in (one, other)]
    assert not numbers[0] & numbers[1]


def test_any_number_of_worlds(client) -> None:
    names = [make(client).get_json()["name"] for _ in range(300)]
    listed = client.get("/_control/worlds").get_json()
    assert set(names) <= {each["name"] for each in listed["items"]}
    assert listed["total"] == len(listed["items"])
    assert len(set(names)) == 300
    for name in names:
        assert client.delete(f"/_control/worlds/{name}").status_code == 204
    listed = client.get("/_control/worlds").get_json()
    assert not set(names) & {each["name"] for each in listed["items"]}


def test_making_a_world_writes_no_file(tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    client = create_app().test_client()
    assert make(client, name="x").status_code == 201
    assert list(tmp_path.iterdir()) == []


def test_world_tells_what_it_was_made_of(client) -> None:
    body = {
        "name": "told",
        "seed": 42,
        "clock": {"freeze": "2026-01-01", "advance": "PT1H"},
        "policy": {"lockout.threshold": 3},
    }
    world = make(client, **body).get_json()
    world["clock"].pop("real_now")
    assert world == {
        "name": "told",
        "url": "/w/told",
        "seed": 42,
        "clock": {"now": "2026-01-01T01:00:00+08:00", "mode": "frozen", "scale": 1},
        "made_at": "2026-01-01T01:00:00+08:00",
        "policy": {"lockout": {"threshold": 3}},
        "warnings": [],
    }
    again = make(client, name="told")
    assert (again.status_code, again.get_json()["code"]) == (409, "world.exists")
    assert client.delete("/_control/worlds/told").status_code == 204
    assert client.get("/_control/worlds/told").get_json()["code"] == "world.unknown"


@pytest.mark.parametrize("name", ["A", "a.b_c-9", "0", "x" * 64, "a..b"])
def test_odd_but_acceptable_name_works_in_every_path(client, name) -> None:
    assert make(client, name=name).status_code == 201
    assert client.get(f"/w/{name}/national/api/v1/balance").status_code == 401
    assert client.get(f"/_control/worlds/{name}/clock").status_code == 200
    assert client.delete(f"/_control/worlds/{name}").status_code == 204


@pytest.mark.parametrize(
    "name", ["", ".", "..", "-a", "a/b", "a b", "世界", "x" * 65, "a\n", "a%2fb", "a\x00", 5]
)
def test_name_that_would_not_fit_a_path_is_refused(client, name) -> None:
    refusal = make(client, name=name)
    assert (refusal.status_code, refusal.get_json()["code"]) == (400, "request.invalid")
    assert list(refusal.get_json()["details"]["fields"]) == ["name"]


@pytest.mark.parametrize("seed", [-1, 2**64, 1.5, "1", True, None])
def test_seed_is_a_whole_number_of_64_bits(client, seed) -> None:
    assert make(client, seed=seed).get_json()["code"] == "request.invalid"


@pytest.mark.parametrize("name", ["nope", "%00", "..", "x" * 3000, "世界", "%2e%2e", "a%20b"])
def test_unknown_world_says_how_to_make_one(client, name) -> None:
    answer = client.get(f"/w/{name}/national/api/v1/balance")
    assert (answer.status_code, answer.get_json()["code"]) == (404, "world.unknown")
    assert "POST /_control/worlds" in answer.get_json()["data"]["hint"]
    assert client.get(f"/_control/worlds/{name}").status_code == 404


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", ""),
        ("DELETE", ""),
        ("POST", "/reset"),
        ("GET", "/clock"),
        ("PATCH", "/clock"),
        ("GET", "/policy"),
        ("PATCH", "/policy"),
        ("GET", "/people"),
        ("GET", "/people/110101199003078881"),
        ("GET", "/people/110101199003078881/ledger"),
        ("POST", "/people/110101199003078881/ledger"),
        ("GET", "/people/110101199003078881/accounts/national"),
        ("PATCH", "/people/110101199003078881/accounts/national"),
        ("GET", "/inbox?wait=5"),
        ("GET", "/journal"),
        ("DELETE", "/journal"),
        ("GET", "/explain/request/x"),
    ],
)
def test_every_call_about_an_unknown_world_says_so(client, method, path) -> None:
    bodies = {
        "/clock": {"freeze": True},
        "/people/110101199003078881/ledger": {"type": "110", "amount": "1"},
        "/people/110101199003078881/accounts/national": {"locked": True},
    }
    answer = client.open(f"/_control/worlds/nope{path}", method=method, json=bodies.get(path, {}))
    assert (answer.status_code, answer.get_json()["code"]) == (404, "world.unknown")


def test_default_world_exists_and_is_protected() -> None:
    client = create_app(Settings(seed=9)).test_client()
    assert client.get("/_control/worlds/default").get_json()["seed"] == 9
    refusal = client.delete("/_control/worlds/default")
    assert (refusal.status_code, refusal.get_json()["code"]) == (409, "world.protected")
    assert make(client, name="default").get_json()["code"] == "world.exists"
    assert make(client).get_json()["seed"] == 9
    assert client.post("/_control/worlds/default/reset").status_code == 200
    paths = ("/national/api/v1/account", "/w/default/national/api/v1/account")
    person = client.get("/_control/worlds/default/people?limit=1").get_json()["items"][0]
    account = f"/_control/worlds/default/people/{person['id_number']}/accounts/national"
    _ = client.patch(account, json={"registered": True, "password": "Lookup-2026"})
    body = {"phone": person["phone"], "password": "Lookup-2026"}
    session = client.post("/national/api/v1/sessions", json=body).get_json()["data"]
    headers = {"Authorization": f"Bearer {session['access_token']}"}
    assert {client.get(path, headers=headers).status_code for path in paths} == {200}


def test_deleted_world_takes_its_state_with_it(make_world, client) -> None:
    world = make_world(name="phoenix")
    token = world.sign_in(world.person())
    assert world.control("DELETE").status == 204
    assert world.ask("GET", "/balance", token=token).code == "world.unknown"
    reborn = make_world(name="phoenix")
    assert reborn.ask("GET", "/balance", token=token).code == "session.invalid"
    assert reborn.control("GET", "/inbox").data["items"] == []


def test_realistic_numbers_come_with_a_warning_and_only_from_the_start(make_world) -> None:
    world = make_world(policy={"id_space": "realistic"})
    [warning] = world.control("GET").data["warnings"]
    assert "real person" in warning
    person = world.person()
    _ = world.sign_in(person)
    refusal = world.control("PATCH", "/policy", {"id_space": "unassigned"})
    assert (refusal.status, refusal.code) == (400, "policy.invalid")
    assert list(refusal.details["fields"]) == ["id_space"]
    plain = make_world()
    assert plain.control("PATCH", "/policy", {"id_space": "realistic"}).code == "policy.invalid"
    assert plain.person()["id_number"] != person["id_number"]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"nmae": "x"}, "request.invalid"),
        ({"policy": {"lockout": {"treshold": 3}}}, "policy.invalid"),
        ({"policy": []}, "request.invalid"),
        ({"clock": {"freeze": "2023-01-01"}}, "clock.out_of_range"),
        ({"clock": {"freeze": "2099-12-31", "advance": "P2D"}}, "clock.out_of_range"),
        ({"clock": {"advance": "P70000D"}}, "request.invalid"),
        ({"clock": {"freeze": True, "scale": 2}}, "request.invalid"),
        ({"clock": {"freeze": False}}, "request.invalid"),
        ({"clock": {"follow": False}}, "request.invalid"),
    ],
)
def test_world_that_cannot_be_made_leaves_no_trace(client, body, code) -> None:
    before = client.get("/_control/worlds").get_json()["total"]
    refusal = make(client, **body)
    assert (refusal.status_code, refusal.get_json()["code"]) == (400, code)
    assert client.get("/_control/worlds").get_json()["total"] == before


class TestAccess:
    """Who may use the control API."""

    def test_without_a_token_this_machine_alone(self) -> None:
        client = create_app().test_client()
        for address, status in (("127.0.0.1", 200), ("::1", 200), ("10.0.0.7", 401)):
            answer = client.get("/_control/worlds", environ_base={"REMOTE_ADDR": address})
            assert answer.status_code == status
        assert answer.get_json()["code"] == "control.unauthorised"

    @pytest.mark.parametrize(
        ("header", "status"),
        [
            ("Bearer sesame", 200),
            ("Bearer sesam", 401),
            ("Bearer sesame ", 401),
            ("sesame", 401),
            ("", 401),
            ("Bearer 芝麻", 401),
        ],
    )
    def test_with_a_token_whoever_shows_it(self, header, status) -> None:
        client = create_app(Settings(control_token="sesame")).test_client()
        for address in ("127.0.0.1", "10.0.0.7"):
            headers = {"Authorization": header.encode().decode("latin-1")}
            base = {"REMOTE_ADDR": address}
            answer = client.get("/_control/worlds", headers=headers, environ_base=base)
            assert answer.status_code == status

    def test_refused_caller_changes_nothing(self) -> None:
        client = create_app(Settings(control_token="sesame")).test_client()
        assert make(client, name="sneaked").status_code == 401
        headers = {"Authorization": "Bearer sesame"}
        listed = client.get("/_control/worlds", headers=headers).get_json()
        assert [each["name"] for each in listed["items"]] == ["default"]

    def test_platforms_need_no_control_token(self) -> None:
        client = create_app(Settings(control_token="sesame")).test_client()
        assert client.get("/national/api/v1/balance").get_json()["code"] == "session.missing"
