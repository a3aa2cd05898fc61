import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.domain.people import People
from simulator.domain.regions import POPULATION, pooling_areas

INSUTYPES = st.sampled_from([None, "310", "390"])
AREAS = st.sampled_from([None, *(area.admdvs for area in pooling_areas())])


@given(AREAS, INSUTYPES, st.data())
def test_a_page_holds_people_of_the_area_and_insurance(
    people: People, admdvs: str | None, insutype: str | None, data: st.DataObject
) -> None:
    listing = people.listing(admdvs, insutype)
    offset = data.draw(st.integers(0, listing.total - 5))
    page = listing.page(offset, 5)
    assert len({person.index for person in page}) == 5
    for person in page:
        assert admdvs in (None, person.region)
        assert insutype is None or (insutype == "310") == person.is_employee


def test_totals_add_up() -> None:
    people = People(1)
    assert people.listing().total == POPULATION
    assert people.listing(None, "310").total + people.listing(None, "390").total == POPULATION
    for insutype in (None, "310", "390"):
        by_area = sum(people.listing(a.admdvs, insutype).total for a in pooling_areas())
        assert by_area == people.listing(None, insutype).total


@pytest.mark.parametrize("insutype", ["310", "390"])
def test_totals_are_those_of_a_count(people: People, insutype: str) -> None:
    listing = people.listing("540400", insutype)
    ranks = {
        block: people.block_size(area, block)
        for area in [people.at(people.area_range("540400").start).area]
        for block in (60, 61, 140, 141)
    }
    area = people.at(people.area_range("540400").start).area
    for block, size in ranks.items():
        counted = sum(
            people.at(people.index_of(area, block, rank)).is_employee for rank in range(size)
        )
        employees = people.at(people.index_of(area, block, 0)).generation.employees_per_mille
        assert counted == size * employees // 1000
    assert 0 < listing.total < area.population


def test_pages_follow_each_other_without_repeats_to_the_end(people: People) -> None:
    listing = people.listing("540400", "310")
    seen = set()
    for offset in range(0, 3000, 500):
        seen |= {person.index for person in listing.page(offset, 500)}
    assert len(seen) == 3000
    assert len(listing.page(listing.total - 3, 10)) == 3
    assert listing.page(listing.total, 10) == []
    assert listing.page(listing.total + 10**9, 10) == []


def test_a_listing_is_stable_and_differs_by_seed(people: People) -> None:
    assert people.listing("330100").page(9, 3) == people.listing("330199").page(9, 3)
    indices = [person.index for person in people.listing("330100").page(0, 20)]
    others = [person.index for person in People(8).listing("330100").page(0, 20)]
    assert indices != others
    assert indices != sorted(indices)


def test_a_listing_of_all_spans_the_country(people: People) -> None:
    for insutype in (None, "310", "390"):
        page = people.listing(None, insutype).page(1_000_000, 200)
        assert len({person.area.province for person in page}) > 20
        assert insutype is None or {p.is_employee for p in page} == {insutype == "310"}


def test_what_cannot_be_listed_is_refused(people: People) -> None:
    with pytest.raises(ValueError, match="999999"):
        people.listing("999999")
    with pytest.raises(ValueError, match="'320'"):
        people.listing(None, "320")
    with pytest.raises(ValueError, match="-1"):
        people.listing().page(-1, 5)
    with pytest.raises(ValueError, match="-2"):
        people.listing().page(0, -2)
