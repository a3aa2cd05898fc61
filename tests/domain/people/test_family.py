from collections import Counter
from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from simulator.domain.people import People, Person
from simulator.domain.regions import POPULATION

INDICES = st.integers(0, POPULATION - 1)
BACK = {"spouse": {"spouse"}, "father": {"child"}, "mother": {"child"}}


def _relatives(person: Person, relation: str) -> list[int]:
    return [tie.index for tie in person.family if tie.relation == relation]


@given(INDICES)
def test_every_tie_is_known_to_the_other_end(people: People, index: int) -> None:
    person = people.at(index)
    for tie in person.family:
        other = people.at(tie.index)
        expected = BACK.get(tie.relation, {"father" if person.sex == "male" else "mother"})
        backward = {back.relation for back in other.family if back.index == index}
        assert backward == expected


@given(INDICES)
def test_nobody_is_related_twice_or_to_themselves(people: People, index: int) -> None:
    others = [tie.index for tie in people.at(index).family]
    assert len(set(others)) == len(others)
    assert index not in others


@given(INDICES)
def test_ties_are_plausible_in_sex_age_and_place(people: People, index: int) -> None:
    person = people.at(index)
    for tie in person.family:
        other = people.at(tie.index)
        assert other.region == person.region
        years_older = person.generation.year - other.generation.year
        if tie.relation == "spouse":
            assert other.sex != person.sex
            assert abs(years_older) <= 5
            for end in (person, other):
                assert end.generation.age >= (22 if end.sex == "male" else 20)
        elif tie.relation == "mother":
            assert other.sex == "female"
            assert 22 <= years_older <= 32
        elif tie.relation == "father":
            assert other.sex == "male"
            assert _relatives(other, "spouse") == _relatives(person, "mother")
        else:
            assert tie.relation == "child"
            assert years_older <= -17


@given(INDICES)
def test_nobody_has_two_spouses_mothers_or_fathers(people: People, index: int) -> None:
    counts = Counter(tie.relation for tie in people.at(index).family)
    assert max(counts["spouse"], counts["mother"], counts["father"]) <= 1
    assert counts["father"] <= counts["mother"]


@given(INDICES)
def test_spouses_have_the_same_children(people: People, index: int) -> None:
    person = people.at(index)
    for spouse in _relatives(person, "spouse"):
        assert _relatives(people.at(spouse), "child") == _relatives(person, "child")


def test_families_are_of_ordinary_size(sample: Sequence[Person]) -> None:
    married, children, women, minors, with_mother = 0, 0, 0, 0, 0
    for person in sample[:3000]:
        if person.sex == "female" and 45 <= person.generation.age < 90:
            women += 1
            married += len(_relatives(person, "spouse"))
            children += len(_relatives(person, "child"))
        elif person.generation.age < 18:
            minors += 1
            with_mother += len(_relatives(person, "mother"))
    assert 0.7 < married / women < 0.95
    assert 1.2 < children / women < 2.5
    assert with_mother > 0.95 * minors


def test_the_very_old_have_no_crowd_of_children(people: People) -> None:
    area = people.at(0).area
    block = 2 * (1932 - 1916) + 1
    counts = [
        len(_relatives(people.at(people.index_of(area, block, rank)), "child"))
        for rank in range(300)
    ]
    assert 1 < sum(counts) / len(counts) < 4
    assert max(counts) < 12
