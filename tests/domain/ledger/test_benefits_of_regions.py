"""Benefits: the packaged layers, a world's own, and what is refused."""

from pathlib import Path

import pytest
import yaml

import simulator.domain
from simulator.domain.ledger import BenefitsBook, BenefitsError


def test_a_city_lies_over_its_province_over_the_default(book):
    default, province, city = (book.of(region) for region in ("230100", "330200", "330100"))
    assert (default.transfer_day, province.transfer_day, city.transfer_day) == (15, 8, 6)
    assert city.interest_rate == province.interest_rate != default.interest_rate
    assert city.in_service.deductible_fen == province.in_service.deductible_fen
    assert city.in_service.ratios[4:] == (9200, 8800, 8400)
    assert city.retired.ratios == default.retired.ratios


def test_every_group_pays_more_at_lower_levels_and_more_for_the_retired(book):
    file = Path(simulator.domain.__file__).parent / "data" / "benefits.yaml"
    layers = yaml.safe_load(file.read_text(encoding="utf-8"))
    provinces = [f"{code}0100" for code in layers["provinces"]]
    for region in ("230100", *provinces, *layers["cities"]):
        benefits = book.of(region)
        for terms in (benefits.in_service, benefits.retired, benefits.resident):
            assert list(terms.ratios[1:4]) == sorted(terms.ratios[1:4], reverse=True)
            assert list(terms.ratios[4:7]) == sorted(terms.ratios[4:7], reverse=True)
        pairs = zip(benefits.retired.ratios, benefits.in_service.ratios, strict=True)
        assert all(retired >= working for retired, working in pairs)


def test_a_worlds_layers_lie_over_all_packaged_ones():
    book = BenefitsBook(
        {
            "default": {"interest_rate": 0, "resident": {"deductible_fen": 1}},
            "provinces": {"33": {"transfer_day": 28}},
            "cities": {"330100": {"resident": {"inpatient": [3, 2, 1]}}},
        }
    )
    city = book.of("330100")
    assert (city.interest_rate, city.transfer_day) == (0, 28)
    assert city.resident.deductible_fen == 1
    assert city.resident.ratios[4:] == (3, 2, 1)
    assert book.of("230100").interest_rate == 0


def test_a_later_change_of_the_given_mapping_changes_nothing():
    override = {"default": {"interest_rate": 7}}
    book = BenefitsBook(override)
    override["default"]["interest_rate"] = 9
    assert book.of("110100").interest_rate == 7


@pytest.mark.parametrize(
    ("override", "message"),
    [
        ({"province": {}}, r"unknown key 'province'; did you mean 'provinces'\?"),
        ({"default": {"transfer_dya": 3}}, r"default: unknown key 'transfer_dya'; did you mean"),
        ({"default": {"transfer_day": 29}}, r"default.transfer_day: 29 is not an integer in 1…28"),
        ({"default": {"interest_rate": 1.5}}, r"1\.5 is not an integer"),
        ({"default": {"interest_rate": True}}, "True is not an integer"),
        ({"default": {"retired_monthly_fen": -1}}, "-1 is not an integer"),
        ({"default": {"resident": {"pharmacy": 10_001}}}, r"default.resident.pharmacy: 10001"),
        ({"default": {"resident": {"inpatient": [1, 2]}}}, "not a list of three ratios"),
        ({"default": {"resident": {"inpatient": [1, 2, "3"]}}}, r"inpatient\[3\]: '3'"),
        ({"default": {"resident": 3}}, "default.resident: 3 is not a mapping"),
        ({"provinces": {33: {}}}, "provinces: 33 is not a text of 2 digits"),
        ({"cities": {"33": {}}}, "cities: '33' is not a text of 6 digits"),
        ({"cities": []}, "cities: .* is not a mapping"),
    ],
)
def test_unsound_benefits_are_refused_with_place_and_value(override, message):
    with pytest.raises(BenefitsError, match=message):
        BenefitsBook(override)


def test_made_up_regions_do_not_grow_the_book_without_bound(book):
    for number in range(10_000):
        book.of(f"{number:06d}")
    assert len(book._regions) <= 4096
    assert book.of("330100").transfer_day == 6
