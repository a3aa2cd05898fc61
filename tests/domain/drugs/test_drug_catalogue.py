import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.domain.drugs import Drug, DrugCatalogue, catalogue_of
from simulator.domain.drugs.classes import GROUPS, therapeutic_classes
from simulator.domain.drugs.forms import forms_of
from simulator.domain.drugs.naming import MAKERS, maker_code, maker_name, starts

WESTERN = re.compile(r"X[A-V][0-9]{2}[A-Z]{2}[A-Z][0-9]{3}[A-Z][0-9]{3}[0-9]{4}9[0-9]{4}")
PATENT = re.compile(r"Z[A-I][0-9]{2}[A-Z]{2}[A-Z][0-9]{4}[0-9]{4}9[0-9]{4}")
SEEDS = st.integers(0, 2**128 - 1)


def test_codes_have_the_observed_forms(everything: list[Drug]) -> None:
    # The code of domain-facts.md §1 has the form that all are held against, but for its maker.
    assert WESTERN.fullmatch("XA02BCA211A012010190154")
    for drug in everything:
        western = drug.drug_class == "西药"
        assert (WESTERN if western else PATENT).fullmatch(drug.code), drug.code
        assert len(drug.code) == (23 if western else 20)
        assert drug.therapeutic_class == GROUPS[drug.code[:2]]


def test_codes_are_distinct_in_order_and_lead_back(catalogue: DrugCatalogue) -> None:
    codes = [catalogue.at(number).code for number in range(len(catalogue))]
    assert len(codes) > 3_000
    assert codes == sorted(set(codes))
    assert [catalogue.number_of(code) for code in codes] == list(range(len(codes)))


@settings(max_examples=25, deadline=None)
@given(seed=SEEDS)
def test_codes_of_any_seed_rise_and_lead_back(seed: int) -> None:
    catalogue = DrugCatalogue(seed)
    numbers = range(0, len(catalogue), 37)
    codes = [catalogue.at(number).code for number in range(len(catalogue) // 16)]
    assert codes == sorted(set(codes))
    for number in (*numbers, len(catalogue) - 1):
        assert catalogue.number_of(catalogue.at(number).code) == number


@pytest.mark.parametrize(
    "code", ["", "X", "XA02BCA211A012010100154", "Z", "ZZ", "xa02", "H33010290968", "药"]
)
def test_codes_of_no_drug_find_none(catalogue: DrugCatalogue, code: str) -> None:
    assert catalogue.number_of(code) is None


@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_a_prefix_finds_exactly_the_codes_that_begin_with_it(
    catalogue: DrugCatalogue, everything: list[Drug], data: st.DataObject
) -> None:
    code = data.draw(st.sampled_from(everything)).code
    prefix = code[: data.draw(st.integers(0, len(code)))] + data.draw(
        st.sampled_from("  0Z").map(str.strip)
    )
    expected = [n for n, drug in enumerate(everything) if drug.code.startswith(prefix)]
    assert list(catalogue.beginning_with(prefix)) == expected


def test_western_drugs_come_before_patent_ones(
    catalogue: DrugCatalogue, everything: list[Drug]
) -> None:
    classes = [drug.drug_class for drug in everything]
    assert classes.index("中成药") == catalogue.first_patent == classes.count("西药")


def test_entries_differ_in_name_specification_or_maker(everything: list[Drug]) -> None:
    entries = {(drug.name, drug.specification, drug.maker) for drug in everything}
    assert len(entries) > len(everything) * 0.99


def test_names_end_in_their_form_and_hold_the_stem_of_their_class(
    catalogue: DrugCatalogue,
) -> None:
    for number in range(len(catalogue)):
        product = catalogue.at(number)
        assert product.name.endswith(product.form.suffix)
        assert any(stem.strip("~") in product.name for stem in product.therapeutic.stems), (
            product.name
        )
        assert product.form in forms_of(product.therapeutic.forms)
    assert catalogue.named(("头孢",))
    assert catalogue.named(("沙坦片",))


def test_another_seed_has_other_drugs() -> None:
    one, other = catalogue_of(1), catalogue_of(2)
    numbers = range(0, 3_000, 50)
    assert not {one.at(n).code for n in numbers} & {other.at(n).code for n in numbers}
    assert sum(one.at(n).name == other.at(n).name for n in numbers) < 3


def test_the_same_seed_has_the_same_drugs(catalogue: DrugCatalogue) -> None:
    again = DrugCatalogue(7)
    assert len(again) == len(catalogue)
    assert all(again.at(n) == catalogue.at(n) for n in range(0, len(again), 11))


@pytest.mark.parametrize("number", [-1, 10**6])
def test_numbers_outside_the_catalogue_are_refused(catalogue: DrugCatalogue, number: int) -> None:
    with pytest.raises(ValueError, match=str(number)):
        catalogue.at(number)


def test_makers_have_names_and_codes_of_their_own() -> None:
    for shift in (0, 12345):
        names = {maker_name(maker, shift) for maker in range(MAKERS)}
        assert len(names) == MAKERS
        assert all(name.endswith("有限公司") for name in names)
    assert {len(maker_code(maker)) for maker in (0, MAKERS - 1)} == {5}


def test_beginnings_are_distinct_and_in_order_of_their_initials() -> None:
    for drug_class in ("西药", "中成药"):
        initials = [initial for initial, _ in starts(drug_class)]
        assert initials == sorted(initials)
        assert len({text for _, text in starts(drug_class)}) == len(initials)


def test_specifications_of_a_form_differ() -> None:
    for name in {each.forms for each in therapeutic_classes()}:
        for form in forms_of(name):
            assert form.least_fen < form.most_fen
            assert len({form.specification(number) for number in range(16)}) == 16, form.name
