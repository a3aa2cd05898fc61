"""Hospitals and drugs of a pooling area, over HTTP."""

from urllib.parse import quote

import pytest

REGION = "330100"


@pytest.fixture
def area(world):
    return world.local(REGION)


def listed(area, path, **query):
    return area.ask("GET", path, query_string=query).data


def test_area_lists_thousands_of_hospitals_and_of_drugs(area) -> None:
    assert listed(area, "/hospitals")["total"] > 1000
    assert listed(area, "/drugs")["total"] > 1000


def test_pages_follow_each_other_without_gap_or_repetition(area) -> None:
    for path, query in (("/hospitals", {"level": "3"}), ("/drugs", {"name": "片"})):
        query = {"page_size": 7} | query
        first = listed(area, path, **query)
        codes = []
        for page in range(1, -(-first["total"] // 7) + 1):
            codes += [item["code"] for item in listed(area, path, page=page, **query)["items"]]
        assert len(codes) == len(set(codes)) == first["total"] > 14
        assert listed(area, path, page=10**6, **query)["items"] == []


def test_parts_of_a_chinese_name_find_it(area) -> None:
    name = listed(area, "/hospitals", page_size=1)["items"][0]["name"]
    part = name[2:5]
    found = listed(area, "/hospitals", name=part, page_size=100)["items"]
    assert name in [item["name"] for item in found]
    assert all(part in item["name"] for item in found)
    assert listed(area, "/hospitals", name="没有这样的医院")["total"] == 0


def test_query_in_plain_chinese_is_read_like_an_escaped_one(area) -> None:
    def total(query: str) -> int:
        # As WSGI hands it over: one character for each byte.
        environ = {"QUERY_STRING": query}
        answer = area.ask("GET", "/hospitals", environ_overrides=environ)
        return answer.data["total"]

    plain = "name=人民".encode().decode("latin-1")
    assert total(plain) == total("name=" + quote("人民")) > 0
    kept = area.control("GET", "/journal?path=/local&limit=2").data["items"]
    assert len({entry["query"] for entry in kept}) == 1


def test_level_is_taken_as_number_as_level_and_with_its_grade(area) -> None:
    by_number = listed(area, "/hospitals", level="3")["total"]
    assert by_number == listed(area, "/hospitals", level="三级")["total"]
    assert 0 < listed(area, "/hospitals", level="三级甲等")["total"] <= by_number
    items = listed(area, "/hospitals", level="2", page_size=100)["items"]
    assert {item["tier"] for item in items} == {2}


def test_designated_ones_and_pharmacies_can_be_told_apart(area) -> None:
    for wanted in (True, False):
        items = listed(area, "/hospitals", designated=str(wanted).lower())["items"]
        assert {item["designated"] for item in items} == {wanted}
    pharmacies = listed(area, "/hospitals", pharmacies="true")["items"]
    assert {item["code"][0] for item in pharmacies} == {"P"}


def test_drugs_are_found_by_the_beginning_of_a_code_and_by_class(area) -> None:
    western = listed(area, "/drugs", code="XA02")["items"]
    assert western
    assert all(item["code"].startswith("XA02") and len(item["code"]) == 23 for item in western)
    assert listed(area, "/drugs", **{"class": "中成药"})["items"][0]["code"][0] == "Z"
    free = listed(area, "/drugs", reimbursement_class="甲")["items"]
    assert {item["self_pay_ratio"] for item in free} == {"0.0000"}


def test_one_of_each_can_be_read_by_its_code(area) -> None:
    for path in ("/hospitals", "/drugs"):
        item = listed(area, path)["items"][0]
        assert area.ask("GET", f"{path}/{item['code']}").data == item
        refusal = area.ask("GET", f"{path}/H00000000000")
        assert (refusal.status, refusal.code) == (404, "catalogue.not_listed")


@pytest.mark.parametrize(
    "query",
    ["level=9", "page=0", "page_size=101", "designated=perhaps", "name=", "class=x", "colour=red"],
)
def test_bad_parameter_is_refused_and_named(area, query) -> None:
    for path in ("/hospitals", "/drugs"):
        refusal = area.ask("GET", f"{path}?{query}")
        assert (refusal.status, refusal.code) == (400, "request.invalid")
        assert list(refusal.details["fields"]) == [query.partition("=")[0]]


def test_areas_differ_and_so_do_seeds(make_world) -> None:
    world, other = make_world(seed=1), make_world(seed=2)
    codes = [
        tuple(item["code"] for item in listed(each.local(region), "/hospitals")["items"])
        for each, region in ((world, "330100"), (world, "510100"), (other, "330100"))
    ]
    assert len(set(codes)) == 3
    again = listed(make_world(seed=1).local("330100"), "/hospitals")["items"]
    assert tuple(item["code"] for item in again) == codes[0]
