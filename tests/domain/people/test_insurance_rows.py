from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.domain.people import EPOCH, People, Person
from simulator.domain.people.generations import MEN_RETIRE_AT, WOMEN_RETIRE_AT
from simulator.domain.people.insurance import is_employed, is_in_service
from simulator.domain.people.wages import contribution_base_fen
from simulator.domain.regions import POPULATION, pooling_areas, resolve

INDICES = st.integers(0, POPULATION - 1)
DAYS = st.integers(EPOCH - 60, EPOCH + 2500)
YEAR_END_2025 = date(2025, 12, 31).toordinal()


def _first(people: Sequence[Person], kind: str) -> Person:
    """The first of the sample whose membership has a day of some kind."""
    return next(p for p in people if getattr(p.membership(), kind) is not None)


def _types(person: Person, day: int) -> list[tuple[str, str, str]]:
    return [(row.insutype, row.psn_type, row.state) for row in person.insurance_rows(day)]


def test_a_resident_has_no_personal_account_and_no_base(sample: Sequence[Person]) -> None:
    for person in sample:
        member = person.membership()
        (first, *_) = person.insurance_rows(EPOCH + 30)
        assert member.employee == person.is_employee == first.has_personal_account
        assert (first.insutype == "310") == member.employee
        assert (member.base_fen > 0) == member.employee
        assert (member.retires_on is not None) == member.employee
        assert (member.index, member.birth) == (person.index, person.birth)


def test_employees_retire_at_the_age_of_their_sex(sample: Sequence[Person]) -> None:
    for person in sample:
        member = person.membership()
        if member.retires_on is None:
            continue
        born, retires = date.fromordinal(person.birth), date.fromordinal(member.retires_on)
        age = MEN_RETIRE_AT if person.sex == "male" else WOMEN_RETIRE_AT
        assert retires.year - born.year == age


def test_a_person_in_service_retires_on_the_day_and_loses_the_employer(
    sample: Sequence[Person],
) -> None:
    person = next(p for p in sample if is_employed(p) and p.membership().suspended_on is None)
    retires_on = person.membership().retires_on
    assert retires_on is not None
    assert person.employer is not None
    before, after = person.insurance_rows(retires_on - 1)[0], person.insurance_rows(retires_on)[0]
    assert before.psn_type in ("1101", "1102")
    assert before.employer == person.employer
    assert (after.psn_type, after.employer, after.state) == ("1201", None, "1")


def test_a_suspended_person_keeps_the_account_and_the_row(sample: Sequence[Person]) -> None:
    person = _first(sample, "suspended_on")
    day = person.membership().suspended_on
    assert day is not None
    assert EPOCH + 31 <= day <= YEAR_END_2025
    before, after = person.insurance_rows(day - 1)[0], person.insurance_rows(day)[0]
    assert (before.state, before.until) == ("1", None)
    assert (after.state, after.until, after.has_personal_account) == ("2", day, True)
    assert (after.since, after.employer) == (before.since, before.employer)


def test_a_moved_person_has_an_ended_row_where_the_account_was(sample: Sequence[Person]) -> None:
    person = _first(sample, "moved_on")
    member = person.membership()
    day = member.moved_on
    assert day is not None
    assert EPOCH - 31 <= day <= YEAR_END_2025
    (before,) = person.insurance_rows(day - 1)
    assert (before.region, before.state, before.until) == (member.moved_from, "1", None)
    now, old = person.insurance_rows(day)
    assert (now.region, now.state, now.since) == (person.region, "1", day)
    assert (old.region, old.state, old.until) == (member.moved_from, "3", day)
    assert old.since == before.since < day


def test_people_move_between_areas_and_mostly_between_provinces(sample: Sequence[Person]) -> None:
    moves = [m for p in sample if (m := p.membership()).moved_from is not None]
    assert len(moves) > 50
    assert all(m.moved_from != m.region for m in moves)
    assert all(m.moved_from and resolve(m.moved_from) is not None for m in moves)
    within = sum(1 for m in moves if m.moved_from and m.moved_from[:2] == m.region[:2])
    assert within < len(moves) / 4


def test_some_in_service_have_a_stopped_resident_insurance_beside(
    sample: Sequence[Person],
) -> None:
    found = [rows for p in sample if len(rows := p.insurance_rows(EPOCH)) > 1]
    beside = [rows for rows in found if rows[1].insutype == "390"]
    assert beside
    for employee, resident in beside:
        assert (employee.insutype, employee.state) == ("310", "1")
        assert (resident.state, resident.until) == ("2", employee.since)
        assert resident.since < employee.since
        assert not resident.has_personal_account


@given(INDICES, DAYS)
def test_rows_are_consistent_on_any_day(people: People, index: int, day: int) -> None:
    person = people.at(index)
    member = person.membership()
    rows = person.insurance_rows(day)
    for row in rows:
        assert row.since <= day
        assert (row.until is None) == (row.state == "1")
        assert row.until is None or row.since < row.until <= day
        assert row.psn_type.startswith("1")
        assert resolve(row.region) is not None
    assert sum(row.state == "1" for row in rows) <= 1
    if member.employee:
        assert any(row.insutype == "310" for row in rows)
    if day >= EPOCH and not (member.moved_on and day < member.moved_on):
        assert rows[0].region == person.region
    if day >= EPOCH + 60:
        assert rows


@given(INDICES, DAYS)
def test_resident_types_follow_age(people: People, index: int, day: int) -> None:
    person = people.at(index)
    born, now = date.fromordinal(person.birth), date.fromordinal(day)
    age = now.year - born.year - ((now.month, now.day) < (born.month, born.day))
    expected = "1401" if age < 18 else "1501" if age < 60 else "1601"
    for row in person.insurance_rows(day):
        if row.insutype == "390" and row.state == "1":
            assert row.psn_type == expected


def test_shares_of_the_population_are_near_the_published_ones(sample: Sequence[Person]) -> None:
    def share(chosen: Iterator[bool]) -> float:
        return sum(chosen) / len(sample)

    # National bulletin of medical security 2024: 28.6 % employees, of whom 27.6 % retired.
    assert share(p.is_employee for p in sample) == pytest.approx(0.286, abs=0.01)
    assert share(is_in_service(p) for p in sample) == pytest.approx(0.207, abs=0.01)
    assert share(p.is_employee and not is_in_service(p) for p in sample) == pytest.approx(
        0.079, abs=0.007
    )
    assert share(p.sex == "male" for p in sample) == pytest.approx(0.513, abs=0.011)


def test_every_kind_of_insurance_occurs(sample: Sequence[Person]) -> None:
    kinds = Counter(kind for person in sample for kind in _types(person, EPOCH + 730))
    for kind in [
        ("310", "1101", "1"),
        ("310", "1101", "2"),
        ("310", "1101", "3"),
        ("310", "1102", "1"),
        ("310", "1103", "1"),
        ("310", "1201", "1"),
        ("390", "1401", "1"),
        ("390", "1501", "1"),
        ("390", "1501", "2"),
        ("390", "1601", "1"),
    ]:
        assert kinds[kind] > 0, kind


def test_veterans_are_among_the_eldest_retired(people: People) -> None:
    area = resolve("110100")
    assert area is not None
    rows = []
    block = 2 * (1930 - 1916)
    for rank in range(min(2000, people.block_size(area, block))):
        person = people.at(people.index_of(area, block, rank))
        if person.is_employee:
            rows.append(person.insurance_rows(EPOCH)[0].psn_type)
    assert set(rows) == {"1201", "1300"}
    assert rows.count("1300") < len(rows) / 5


def test_suspension_never_meets_retirement_within_ten_years(sample: Sequence[Person]) -> None:
    for person in sample:
        member = person.membership()
        if member.suspended_on is not None:
            assert member.retires_on is not None
            assert member.retires_on - member.suspended_on > 3650


def test_contribution_bases_are_whole_yuan_within_the_levied_range() -> None:
    for province in {area.province for area in pooling_areas()}:
        lowest = contribution_base_fen(province, 0)
        highest = contribution_base_fen(province, 65535)
        middle = contribution_base_fen(province, 32768)
        assert lowest % 100 == highest % 100 == 0
        assert 4.9 < highest / lowest <= 5.0
        assert lowest * 15 // 10 == pytest.approx(middle, rel=0.01)


def test_bases_differ_between_people_and_most_are_modest(sample: Sequence[Person]) -> None:
    bases = sorted(m.base_fen for p in sample if (m := p.membership()).employee)
    assert len(set(bases)) > len(bases) / 3
    assert bases[len(bases) // 2] < (bases[0] + bases[-1]) / 3


def test_rows_follow_a_standing_other_than_the_population_says(sample: Sequence[Person]) -> None:
    person = next(p for p in sample if is_employed(p) and len(p.insurance_rows(EPOCH)) == 1)
    moved = replace(person.membership(), moved_on=EPOCH + 50, moved_from="440300")
    (before,) = person.insurance_rows(EPOCH + 49, moved)
    assert (before.region, before.state, before.until) == ("440300", "1", None)
    now, old = person.insurance_rows(EPOCH + 50, moved)
    assert (now.region, now.state, now.since) == (person.region, "1", EPOCH + 50)
    assert (old.region, old.state, old.until) == ("440300", "3", EPOCH + 50)
    own = person.membership()
    assert person.insurance_rows(EPOCH + 50, own) == person.insurance_rows(EPOCH + 50)


def test_row_left_behind_by_a_retired_person_is_a_retired_one(sample: Sequence[Person]) -> None:
    person = next(p for p in sample if (p.membership().retires_on or EPOCH) < EPOCH - 5_000)
    member = replace(person.membership(), moved_on=EPOCH + 50, moved_from="440300")
    now, old = person.insurance_rows(EPOCH + 60, member)
    assert old.psn_type == "1201"
    assert now.psn_type in ("1201", "1300")
