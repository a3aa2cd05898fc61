"""Searches against a reference that looks at every institution."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.domain.institutions import LEVELS, TIERS, AreaInstitutions, Hospital

PARTS = [
    "西湖",
    "人民医院",
    "第二",
    "诊所",
    "口腔",
    "街道",
    "村",
    "堂",
    "杭州 医院",
    "富阳区　卫生",
]
QUERIES = st.none() | st.sampled_from(PARTS) | st.text("西湖 中医院康人民　", max_size=4)


def fits(hospital: Hospital, name: str | None, level: str | None, designated: bool | None) -> bool:
    return (
        all(term in hospital.name for term in (name or "").split())
        and (level is None or hospital.level.startswith(level))
        and (designated is None or hospital.designated is designated)
    )


@settings(max_examples=60, deadline=None)
@given(
    name=QUERIES,
    level=st.none() | st.sampled_from([*LEVELS, *TIERS]),
    designated=st.none() | st.booleans(),
    pharmacies=st.booleans(),
)
def test_a_search_finds_what_fits_and_nothing_else(
    hangzhou: AreaInstitutions,
    everything: list[Hospital],
    name: str | None,
    level: str | None,
    designated: bool | None,
    pharmacies: bool,
) -> None:
    expected = [
        number
        for number, hospital in enumerate(everything)
        if (hospital.kind == "pharmacy") is pharmacies and fits(hospital, name, level, designated)
    ]
    found = hangzhou.search(name=name, level=level, designated=designated, pharmacies=pharmacies)
    assert list(found) == expected


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_every_part_of_every_name_finds_it(
    hangzhou: AreaInstitutions, everything: list[Hospital], data: st.DataObject
) -> None:
    number = data.draw(st.integers(0, len(everything) - 1))
    name = everything[number].name
    start = data.draw(st.integers(0, len(name) - 1))
    part = name[start : data.draw(st.integers(start + 1, len(name)))]
    pharmacies = everything[number].kind == "pharmacy"
    assert number in hangzhou.search(name=part, pharmacies=pharmacies)
    spaced = f"　{part} {name[0]} "
    assert number in hangzhou.search(name=spaced, pharmacies=pharmacies)


def test_lists_show_the_best_level_first(
    hangzhou: AreaInstitutions, everything: list[Hospital]
) -> None:
    tiers = [everything[number].tier for number in hangzhou.search(name="人民医院")]
    assert tiers == sorted(tiers, reverse=True)
    assert everything[hangzhou.search(designated=True)[0]].level == "三级甲等"


def test_a_search_without_conditions_is_every_hospital_and_no_pharmacy(
    hangzhou: AreaInstitutions, everything: list[Hospital]
) -> None:
    hospitals, pharmacies = hangzhou.search(), hangzhou.search(name=" ", pharmacies=True)
    assert [*hospitals, *pharmacies] == list(range(len(everything)))
    assert {everything[number].kind for number in pharmacies} == {"pharmacy"}


@pytest.mark.parametrize("level", ["", "四级", "三", "甲等", "三级 甲等"])
def test_an_unknown_level_is_refused_with_the_known_ones(
    hangzhou: AreaInstitutions, level: str
) -> None:
    with pytest.raises(ValueError, match="三级甲等"):
        hangzhou.search(level=level)
