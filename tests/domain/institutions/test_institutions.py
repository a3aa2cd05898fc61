"""What institutions there are, in one area closely and in all areas by sample."""

import re
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.domain.identifiers import is_uscc
from simulator.domain.institutions import (
    LEVELS,
    TIERS,
    AreaInstitutions,
    Hospital,
    institution_by_code,
    institutions_of,
)
from simulator.domain.name_search import normalise
from simulator.domain.people import People
from simulator.domain.regions import pooling_areas, resolve


def area_institutions(seed: int, number: int) -> AreaInstitutions:
    return AreaInstitutions(seed, pooling_areas()[number])


AREAS = st.integers(0, len(pooling_areas()) - 1)
SEEDS = st.integers(0, 2**128 - 1)


def test_codes_have_the_observed_form_and_lead_back(
    hangzhou: AreaInstitutions, everything: list[Hospital]
) -> None:
    counties = {county.code for county in hangzhou.area.counties}
    for number, hospital in enumerate(everything):
        letter = "P" if hospital.kind == "pharmacy" else "H"
        assert re.fullmatch(rf"{letter}{hospital.county}[5-9][0-9]{{4}}", hospital.code)
        assert hospital.county in counties
        assert hangzhou.number_of(hospital.code) == number
    assert hangzhou.by_code(everything[17].code) == everything[17]


def test_no_code_credit_code_or_name_is_used_twice(everything: list[Hospital]) -> None:
    for field in ("code", "uscc", "name"):
        values = [getattr(hospital, field) for hospital in everything]
        assert len(set(values)) == len(values), field


def test_credit_codes_are_valid_and_of_a_county_never_assigned(
    hangzhou: AreaInstitutions, everything: list[Hospital]
) -> None:
    assigned = {county.code for area in pooling_areas() for county in area.counties}
    for hospital in everything:
        assert is_uscc(hospital.uscc)
        assert hospital.uscc[2:6] == hangzhou.area.id_prefix
        assert hospital.uscc[2:8] not in assigned
    assert People(7).employer_by_uscc(everything[-1].uscc) is None


def test_levels_are_shared_out_plausibly(everything: list[Hospital]) -> None:
    hospitals = [hospital for hospital in everything if hospital.kind != "pharmacy"]
    tiers = Counter(hospital.tier for hospital in hospitals)
    assert 0 < tiers[3] < tiers[2] < tiers[1] < tiers[0]
    assert tiers[3] < len(hospitals) // 100
    assert {hospital.level for hospital in everything} == set(LEVELS)
    for hospital in everything:
        assert TIERS[hospital.level if hospital.tier == 0 else hospital.level[:2]] == hospital.tier


def test_most_hospitals_and_some_clinics_are_designated(everything: list[Hospital]) -> None:
    def share(tier: int) -> float:
        flags = [h.designated for h in everything if h.tier == tier and h.kind != "pharmacy"]
        return sum(flags) / len(flags)

    assert share(3) == 1
    assert share(2) > 0.9
    assert 0.5 < share(0) < 0.75
    assert any(not hospital.accepts_e_credential for hospital in everything if hospital.designated)
    for hospital in everything:
        assert hospital.designated or not hospital.accepts_e_credential


def test_names_and_addresses_tell_where_an_institution_is(
    hangzhou: AreaInstitutions, everything: list[Hospital]
) -> None:
    county_names = {county.code: county.name for county in hangzhou.area.counties}
    for hospital in everything:
        place = "浙江省杭州市" + county_names[hospital.county]
        assert hospital.address.startswith(place)
        assert hospital.name.startswith("杭州")
        assert hospital.region == "330100"
    names = {hospital.name for hospital in everything}
    assert "杭州市西湖区人民医院" in names
    assert any(name.endswith("街道社区卫生服务中心") for name in names)


def test_every_area_has_institutions_with_names_of_their_own() -> None:
    for area in pooling_areas():
        institutions = AreaInstitutions(3, area)
        names = [
            name
            for pharmacies in (False, True)
            for number in institutions.search(pharmacies=pharmacies)[::61]
            for name in [institutions.at(number).name]
        ]
        assert len(set(names)) == len(names), area.name
        assert all(normalise(name) == name for name in names)
        assert len(institutions) > 1_000
        last = institutions.at(len(institutions) - 1)
        assert institutions.by_code(last.code) == last


@pytest.mark.parametrize("admdvs", ["441900", "659000", "419000", "110100", "500100", "469000"])
def test_names_stay_distinct_where_cities_have_no_counties_and_where_they_are_large(
    admdvs: str,
) -> None:
    area = resolve(admdvs)
    assert area is not None
    institutions = AreaInstitutions(11, area)
    # What the search looks through, held against what each institution says of itself.
    for pharmacies in (False, True):
        found = institutions.search(name=area.province_name[0], pharmacies=pharmacies)
        numbers = institutions.search(pharmacies=pharmacies)
        names = [institutions.at(number).name for number in numbers]
        assert len(set(names)) == len(names)
        expected = [
            n for n, name in zip(numbers, names, strict=True) if area.province_name[0] in name
        ]
        assert found == expected
        assert not any("直辖" in name for name in names)


@settings(max_examples=25, deadline=None)
@given(area=AREAS, seed=SEEDS, data=st.data())
def test_any_institution_of_any_area_and_seed_is_found_by_its_code(
    area: int, seed: int, data: st.DataObject
) -> None:
    institutions = area_institutions(seed, area)
    number = data.draw(st.integers(0, len(institutions) - 1))
    hospital = institutions.at(number)
    assert len(hospital.code) == 12
    assert institutions.number_of(hospital.code) == number
    assert is_uscc(hospital.uscc)
    assert hospital.region == pooling_areas()[area].admdvs
    assert institution_by_code(seed, hospital.code) == hospital
    assert area_institutions(seed, area).at(number) == hospital


@settings(max_examples=25, deadline=None)
@given(area=AREAS, seed=st.integers(0, 2**64))
def test_another_seed_has_other_institutions(area: int, seed: int) -> None:
    one, other = area_institutions(seed, area), area_institutions(seed + 1, area)
    numbers = range(0, len(one), len(one) // 50)
    for field in ("code", "uscc", "address"):
        same = sum(getattr(one.at(n), field) == getattr(other.at(n), field) for n in numbers)
        assert same <= 2, field


def test_larger_areas_have_more_institutions() -> None:
    areas = sorted(pooling_areas(), key=lambda area: area.population)
    sizes = [len(AreaInstitutions(1, area)) for area in areas]
    assert sizes == sorted(sizes)
    assert sizes[0] > 1_000
    assert sizes[-1] > 10_000


@pytest.mark.parametrize(
    "code",
    [
        "",
        "H",
        "H33010690000",
        "h33010290968",
        "H330102909680",
        "H3301029096８",
        "D33010290968",
        "H99999990968",
        "H110101",
        "H33010200001",
        "H33010249999",
        "P44190099999x",
    ],
)
def test_codes_of_nothing_find_nothing(hangzhou: AreaInstitutions, code: str) -> None:
    assert hangzhou.by_code(code) is None
    assert institution_by_code(7, code) is None


def test_most_codes_are_nobodys(hangzhou: AreaInstitutions) -> None:
    taken = [
        number
        for digits in range(50_000, 100_000, 7)
        if (number := hangzhou.number_of(f"H330106{digits}")) is not None
    ]
    assert len(set(taken)) == len(taken)
    assert 0 < len(taken) < 200


def test_an_institution_of_another_area_is_not_found_here(hangzhou: AreaInstitutions) -> None:
    other = area_institutions(7, 0).at(5)
    assert hangzhou.by_code(other.code) is None
    assert institution_by_code(7, other.code) == other


@pytest.mark.parametrize("number", [-1, 10**9])
def test_numbers_outside_the_area_are_refused(hangzhou: AreaInstitutions, number: int) -> None:
    with pytest.raises(ValueError, match=str(number)):
        hangzhou.at(number)


def test_an_areas_institutions_are_made_once() -> None:
    area = pooling_areas()[3]
    assert institutions_of(5, area) is institutions_of(5, area)
