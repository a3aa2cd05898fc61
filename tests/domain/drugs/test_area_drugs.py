"""What areas list, pay and find, held against a reference that looks at every drug."""

from unicodedata import normalize

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.domain.drugs import AreaDrugs, Drug, drugs_of
from simulator.domain.regions import Area, pooling_areas

PARTS = ["沙坦", "片", "参 颗粒", "头孢", "注射液　托", "替尼 胶囊", "x", "解毒"]
QUERIES = st.none() | st.sampled_from(PARTS) | st.text("沙坦片拉 　颗粒", max_size=3)


@pytest.fixture(scope="session")
def listed(hangzhou: AreaDrugs, everything: list[Drug]) -> set[int]:
    return {n for n, drug in enumerate(everything) if hangzhou.by_code(drug.code) is not None}


def fits(
    drug: Drug,
    name: str | None,
    code: str | None,
    drug_class: str | None,
    reimbursement_class: str | None,
) -> bool:
    return (
        all(term in drug.name for term in (name or "").split())
        and drug.code.startswith(normalize("NFKC", code or "").strip().upper())
        and drug_class in (None, drug.drug_class)
        and reimbursement_class in (None, drug.reimbursement_class)
    )


@settings(max_examples=60, deadline=None)
@given(
    name=QUERIES,
    code=st.none() | st.sampled_from(["X", "Z", "xa02", " ＸJ01", "XC09CA", "ZA", "Q", " "]),
    drug_class=st.none() | st.sampled_from(["西药", "中成药"]),
    reimbursement_class=st.none() | st.sampled_from(["甲", "乙", "丙"]),
)
def test_a_search_finds_what_fits_and_nothing_else(
    hangzhou: AreaDrugs,
    everything: list[Drug],
    listed: set[int],
    name: str | None,
    code: str | None,
    drug_class: str | None,
    reimbursement_class: str | None,
) -> None:
    expected = [
        number
        for number, drug in enumerate(everything)
        if number in listed and fits(drug, name, code, drug_class, reimbursement_class)
    ]
    found = hangzhou.search(
        name=name, code=code, drug_class=drug_class, reimbursement_class=reimbursement_class
    )
    assert list(found) == expected


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_every_part_of_every_name_finds_it(
    hangzhou: AreaDrugs, everything: list[Drug], listed: set[int], data: st.DataObject
) -> None:
    number = data.draw(st.sampled_from(sorted(listed)))
    name = everything[number].name
    start = data.draw(st.integers(0, len(name) - 1))
    part = name[start : data.draw(st.integers(start + 1, len(name)))]
    assert number in hangzhou.search(name=part)


def test_class_jia_is_listed_everywhere_and_others_not_all(
    hangzhou: AreaDrugs, everything: list[Drug], listed: set[int]
) -> None:
    def share(reimbursement_class: str) -> float:
        of_class = {
            n
            for n, drug in enumerate(everything)
            if drug.reimbursement_class == reimbursement_class
        }
        return len(of_class & listed) / len(of_class)

    assert share("甲") == 1
    assert 0.88 < share("乙") < 0.96
    assert 0.4 < share("丙") < 0.75


def test_what_the_insured_pay_themselves_goes_by_class(everything: list[Drug]) -> None:
    shares: dict[str, set[int]] = {}
    for drug in everything:
        shares.setdefault(drug.reimbursement_class, set()).add(drug.self_pay_ratio)
    assert shares["甲"] == {0}
    assert shares["丙"] == {10_000}
    assert all(500 <= share <= 3_000 for share in shares["乙"])


def test_areas_differ_in_shares_ceilings_and_lists() -> None:
    one, other = (drugs_of(7, pooling_areas()[number]) for number in (100, 200))
    assert list(one.search()) != list(other.search())
    assert list(one.search(reimbursement_class="甲")) == list(
        other.search(reimbursement_class="甲")
    )
    assert one.at(5).price_ceiling_fen != other.at(5).price_ceiling_fen
    own = {
        frozenset(
            drug.self_pay_ratio
            for number in range(0, 3_000, 29)
            if (drug := drugs_of(7, area).at(number)).reimbursement_class == "乙"
        )
        for area in pooling_areas()[::40]
    }
    assert len(own) > 2


@settings(max_examples=25, deadline=None)
@given(area=st.sampled_from(pooling_areas()), seed=st.integers(0, 2**128 - 1))
def test_every_area_lists_thousands_at_whole_prices(area: Area, seed: int) -> None:
    drugs = AreaDrugs(seed, area)
    found = drugs.search()
    assert len(found) > 2_000
    for number in found[::97]:
        drug = drugs.at(number)
        assert isinstance(drug.price_ceiling_fen, int)
        assert 100 < drug.price_ceiling_fen < 1_000_000
        assert drug.region == area.admdvs
        assert drugs.by_code(drug.code) == drug


def test_prices_are_mostly_low_and_sometimes_high(everything: list[Drug]) -> None:
    prices = sorted(drug.price_ceiling_fen for drug in everything)
    assert prices[len(prices) // 2] < 6_000
    assert prices[-1] > 100_000


def test_a_drug_the_area_leaves_out_is_not_found_there(
    hangzhou: AreaDrugs, everything: list[Drug], listed: set[int]
) -> None:
    left_out = next(n for n in range(len(everything)) if n not in listed)
    assert hangzhou.by_code(everything[left_out].code) is None
    assert left_out not in hangzhou.search(code=everything[left_out].code)
    assert hangzhou.by_code("XA02") is None


def test_unknown_classes_are_refused_with_the_known_ones(hangzhou: AreaDrugs) -> None:
    with pytest.raises(ValueError, match="西药、中成药"):
        hangzhou.search(drug_class="中药")
    with pytest.raises(ValueError, match="甲、乙、丙"):
        hangzhou.search(reimbursement_class="丁")


def test_an_areas_drugs_are_made_once() -> None:
    area = pooling_areas()[3]
    assert drugs_of(5, area) is drugs_of(5, area)
