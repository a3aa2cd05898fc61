"""A person as a value, and what the package itself promises."""

from collections.abc import Sequence

from simulator.domain.people import EPOCH, People, Person


def test_people_of_other_seeds_or_id_spaces_are_other_people(
    people: People, realistic: People
) -> None:
    assert people.at(5) == people.at(5)
    assert people.at(5) != people.at(6)
    assert people.at(5) != People(9).at(5)
    assert people.at(5) != realistic.at(5)
    assert people.at(5) != 5
    assert len({people.at(5), people.at(5), people.at(6)}) == 2


def test_a_person_shown_in_a_log_discloses_nothing(people: People) -> None:
    person = people.at(5)
    shown = repr(person)
    assert "5" in shown
    assert person.id_number not in shown
    assert person.name not in shown


def test_scatter_depends_on_number_and_seed(people: People) -> None:
    values = [people.scatter(number) for number in range(5000)]
    assert len(set(values)) == 5000
    assert all(0 <= value < 1 << 48 for value in values)
    low = sum(value & 0xFFFF for value in values) / len(values)
    assert 32_000 < low < 33_600
    assert People(8).scatter(1) != people.scatter(1)


def test_residents_have_neither_employer_nor_employer_number(sample: Sequence[Person]) -> None:
    resident = next(person for person in sample if not person.is_employee)
    assert resident.employer is None
    assert resident.employer_number is None
    assert len(resident.insurance_rows(EPOCH)) == 1
