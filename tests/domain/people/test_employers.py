from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.domain.identifiers import is_uscc
from simulator.domain.people import EPOCH, People, Person
from simulator.domain.people.insurance import is_employed
from simulator.domain.regions import POPULATION, pooling_areas


def test_exactly_those_employed_have_an_employer_of_their_area(sample: Sequence[Person]) -> None:
    for person in sample[:4000]:
        employer = person.employer
        assert (employer is not None) == is_employed(person)
        if employer is not None:
            assert employer.region == person.region
            assert person.index in employer.indices
            assert employer.number == person.employer_number


def test_a_roster_holds_everyone_employed_there_and_nobody_else(
    people: People, sample: Sequence[Person]
) -> None:
    employed = [p for p in sample if p.employer is not None and len(p.employer.indices) < 800][:5]
    assert len(employed) == 5
    for person in employed:
        assert person.employer is not None
        roster = people.roster(person.employer)
        assert person in roster
        assert all(other.employer == person.employer for other in roster)
        others = [people.at(k) for k in person.employer.indices]
        assert [p for p in others if p.employer == person.employer] == roster


@given(st.data())
def test_a_credit_code_is_valid_and_leads_back(people: People, data: st.DataObject) -> None:
    number = data.draw(st.integers(0, len(people.employers) - 1))
    employer = people.employers.at(number)
    assert is_uscc(employer.uscc)
    assert people.employer_by_uscc(employer.uscc) == employer
    county = employer.uscc[2:8]
    assert county[:4] == employer.region[:4]
    assert county[4] == "9"
    assert employer.uscc.startswith("11" if employer.public else "91")
    assert 0 < len(employer.indices) <= 6000


def test_employers_divide_the_population_without_gap_or_overlap(people: People) -> None:
    register = people.employers
    for area in [pooling_areas()[0], pooling_areas()[170], pooling_areas()[-1]]:
        first = register.number_of(area, area.first_index)
        last = register.number_of(area, area.first_index + area.population - 1)
        following = area.first_index
        for number in [*range(first, first + 40)]:
            employer = register.at(number)
            assert employer.indices.start == following
            following = employer.indices.stop
        assert register.at(last).indices.stop == area.first_index + area.population
        assert register.at(first).indices.start == area.first_index
    assert register.at(len(register) - 1).indices.stop == POPULATION


def test_employers_of_one_area_have_names_of_their_own(people: People) -> None:
    area = pooling_areas()[100]
    first = people.employers.number_of(area, area.first_index)
    names = [people.employers.at(number).name for number in range(first, first + 3000)]
    assert len(set(names)) > 2990
    assert all(name.startswith(area.name) for name in names)


def test_employers_under_no_city_are_named_after_the_province(people: People) -> None:
    start = people.area_range("659001").start
    area = people.at(start).area
    name = people.employers.at(people.employers.number_of(area, start)).name
    assert name.startswith("新疆维吾尔自治区")
    assert "直辖" not in name


def test_a_few_employers_are_public_bodies_with_civil_servants(
    people: People, sample: Sequence[Person]
) -> None:
    register = people.employers
    public = [number for number in range(2000) if register.at(number).public]
    assert 30 <= len(public) <= 90
    servants = [p for p in sample if p.employer is not None and p.employer.public]
    assert 20 < len(servants) < 400
    for person in servants:
        # After the last move of anybody, so that the row is that of the present employer.
        assert person.insurance_rows(EPOCH + 731)[0].psn_type in ("1102", "1201")


@pytest.mark.parametrize(
    "uscc", ["", "91110000600037341L", "12110000400688641H", "911100006000373411", "MA"]
)
def test_codes_of_no_employer_find_none(people: People, uscc: str) -> None:
    assert people.employer_by_uscc(uscc) is None


def test_employers_outside_the_register_are_refused(people: People) -> None:
    for number in (-1, len(people.employers)):
        with pytest.raises(ValueError, match=str(number)):
            people.employers.at(number)
