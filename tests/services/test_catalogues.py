import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.domain.institutions import institution_by_code
from simulator.domain.regions import Area, pooling_areas
from simulator.services import catalogues
from simulator.services.visit import Visit
from simulator.web.kernel import SimulatorFlask


@pytest.fixture(scope="session")
def hangzhou(app: SimulatorFlask) -> Visit:
    return visit_to(app, "330100")


def visit_to(app: SimulatorFlask, region: str | None) -> Visit:
    found = app.worlds.find("default")
    return Visit(found, "local", found.now_ms(), region)


def test_every_page_of_hospitals_together_is_the_whole_list(hangzhou: Visit) -> None:
    def page(number: int) -> list[str]:
        answer = catalogues.hospitals(hangzhou, name="卫生", page=number, page_size=90)
        return [hospital.code for hospital in answer.items]

    total = catalogues.hospitals(hangzhou, name="卫生").total
    pages = -(-total // 90)
    assert pages > 3
    codes = [code for number in range(1, pages + 1) for code in page(number)]
    assert len(codes) == len(set(codes)) == total
    assert page(pages + 1) == page(10**9) == []


@settings(max_examples=25, deadline=None)
@given(region=st.sampled_from(pooling_areas()))
def test_every_area_has_hospitals_and_drugs(app: SimulatorFlask, region: Area) -> None:
    admdvs = region.admdvs
    visit = visit_to(app, admdvs)
    hospitals = catalogues.hospitals(visit, name="医院", designated=True, page_size=5)
    assert len(hospitals.items) == 5
    for hospital in hospitals.items:
        assert hospital.region == admdvs
        assert catalogues.hospital(visit, hospital.code) == hospital
    drugs = catalogues.drugs(visit, drug_class="西药", page=3, page_size=5)
    assert drugs.total > len(drugs.items) == 5
    for drug in drugs.items:
        assert drug.region == admdvs
        assert catalogues.drug(visit, drug.code) == drug


def test_conditions_are_passed_on(hangzhou: Visit) -> None:
    (only,) = catalogues.hospitals(hangzhou, name="杭州市 第一人民医院", level="三级").items
    assert only.name == "杭州市第一人民医院"
    assert only.designated
    pharmacies = catalogues.hospitals(hangzhou, pharmacies=True, designated=False, page_size=3)
    assert {each.code[0] for each in pharmacies.items} == {"P"}
    assert not any(each.designated for each in pharmacies.items)
    drugs = catalogues.drugs(hangzhou, name="片", code="xa", reimbursement_class="甲")
    assert drugs.items
    for drug in drugs.items:
        assert drug.name.endswith("片")
        assert drug.code.startswith("XA")
        assert drug.reimbursement_class == "甲"


def test_a_hospital_of_another_area_is_unknown_here(app: SimulatorFlask, hangzhou: Visit) -> None:
    elsewhere = catalogues.hospitals(visit_to(app, "110100")).items[0]
    assert catalogues.hospital(hangzhou, elsewhere.code) is None
    assert institution_by_code(hangzhou.world.seed, elsewhere.code) == elsewhere
    assert catalogues.drug(hangzhou, "XA02BCA211A012010100154") is None


@pytest.mark.parametrize("region", [None, "999999"])
def test_a_platform_of_no_area_has_no_catalogues(app: SimulatorFlask, region: str | None) -> None:
    visit = visit_to(app, region)
    for ask in (catalogues.hospitals, catalogues.drugs):
        with pytest.raises(ValueError, match="pooling area"):
            ask(visit)


@pytest.mark.parametrize(
    "wrong", [{"page": 0}, {"page_size": 0}, {"page_size": 101}, {"level": "特级"}]
)
def test_what_cannot_be_asked_is_refused(hangzhou: Visit, wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r".+"):
        catalogues.hospitals(hangzhou, **wrong)  # type: ignore[arg-type]
