"""Every pooling area has a local platform, found under any code that names the area."""

import pytest

from simulator.domain.regions import pooling_areas

AREAS = pooling_areas()


def account_at(client, place):
    answer = client.get(f"/local/{place}/api/v1/account")
    return answer.status_code, answer.get_json()["code"]


def test_every_pooling_area_answers(client) -> None:
    assert len(AREAS) > 330
    for area in AREAS:
        assert account_at(client, area.admdvs) == (401, "session.missing"), area


def test_every_pooling_area_serves_its_people(world) -> None:
    for area in AREAS[::9]:
        local = world.local(area.admdvs)
        person = local.person()
        assert person["region"] == area.admdvs
        session = local.open_session(person)
        assert session["insurance"][0]["region"] == area.admdvs
        balance = local.ask("GET", "/balance", token=session["access_token"]).data
        truth = world.control("GET", f"/people/{person['id_number']}/ledger").data["balance"]
        assert balance["personal_account"]["amount"] == truth
        assert balance["as_of"] == "2026-06-15T10:00:00+08:00"


def test_every_code_of_an_area_leads_to_it(world) -> None:
    area = next(each for each in AREAS if each.admdvs == "330100")
    person = world.local(area.admdvs).person()
    token = world.local(area.admdvs).sign_in(person)
    for code in (area.admdvs, "330199", *(county.code for county in area.counties)):
        assert world.local(code).ask("GET", "/balance", token=token).status == 200, code


@pytest.mark.parametrize("code", ["110000", "119900", "110100", "110199", "110105"])
def test_municipality_is_one_area_under_any_of_its_codes(world, code) -> None:
    person = world.local("110100").person()
    assert world.local(code).sign_in(person)


@pytest.mark.parametrize(
    "place",
    [
        "000000",
        "999999",
        "330000",
        "339900",
        "990000",
        "710000",
        "810000",
        "33010",
        "3301000",
        "0330100",
        "+330100",
        " 330100",
        "330100%20",
        "330100%00",
        "３３０１００",
        "%ff%fe",
        "%2e%2e",
        "admdvs",
        "{admdvs}",
        "浙江",
        "-",
        "x" * 3000,
    ],
)
def test_code_of_no_area_is_refused(world, place) -> None:
    for method, path in (("GET", "/balance"), ("POST", "/sessions"), ("PUT", "/account/password")):
        refusal = world.local(place).ask(method, path)
        assert (refusal.status, refusal.code) == (404, "region.unknown")
        assert len(refusal.details["region"]) <= 40
        assert refusal.json["message"]
    ticket = world.local(place).ask("GET", "/support/tickets/x")
    assert ticket.code == "region.unknown"


@pytest.mark.parametrize("path", ["/local", "/local/", "/local/330100", "/local/330100/api/v1"])
def test_area_without_a_call_is_no_route(client, path) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer.get_json()["code"]) == (404, "route.unknown")


def test_misspelt_call_is_met_with_near_ones(client) -> None:
    body = client.get("/local/330100/api/v1/balanse").get_json()
    assert body["data"]["near"][0].endswith("/local/{admdvs}/api/v1/balance")


def test_unknown_world_is_told_before_the_area(client) -> None:
    answer = client.get("/w/nope/local/990000/api/v1/balance")
    assert (answer.status_code, answer.get_json()["code"]) == (404, "world.unknown")


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS", "DELETE"])
def test_other_methods_find_the_call_too(client, method) -> None:
    answer = client.open("/local/330100/api/v1/balance", method=method)
    assert answer.status_code == {"HEAD": 401, "OPTIONS": 204, "DELETE": 405}[method]
