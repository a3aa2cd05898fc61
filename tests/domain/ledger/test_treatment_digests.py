"""The treatments a digest holds: stable, plausible, spread over year and age."""

from itertools import pairwise

import pytest

from simulator.domain.digests import digest
from simulator.domain.ledger.treatments import treatments_of, year_words
from simulator.domain.pool import is_inpatient


def test_the_words_are_those_of_the_digest_of_person_and_year(key):
    words = year_words(key, 5, 2026)
    raw = digest(key, 5 * 128 + 2)
    assert b"".join(word.to_bytes(8, "little") for word in words) == raw


def test_different_people_and_years_have_different_words(key):
    words = {year_words(key, index, year) for index in range(50) for year in range(2024, 2100)}
    assert len(words) == 50 * 76


@pytest.fixture(scope="module")
def by_age(key):
    def treatments(index, age):
        words, bills = treatments_of(year_words(key, index, 2025), age)
        return [(word, bills[word & 0xFF][word >> 8 & 0x3FF]) for word in words]

    return {
        age: [treatments(index, age) for index in range(3_000)] for age in (10, 30, 50, 70, 90, 130)
    }


def test_treatments_are_in_order_and_their_bills_are_sound(by_age):
    for years in by_age.values():
        for year in years:
            assert len(year) <= 7
            assert all(before[0] <= after[0] for before, after in pairwise(year))
            for _, (kind, total, in_scope) in year:
                assert 0 <= kind <= 6
                assert 0 < in_scope < total < 10_000_000
                assert total * 3 // 4 - 1 <= in_scope


def test_the_old_are_treated_and_admitted_more_often_than_the_young(by_age):
    def treatments(age):
        return sum(len(year) for year in by_age[age])

    def stays(age):
        return sum(is_inpatient(bill[0]) for year in by_age[age] for _, bill in year)

    assert treatments(10) < treatments(30) < treatments(50) < treatments(70) < treatments(90)
    assert stays(10) < stays(30) < stays(50) < stays(70) < stays(90)
    assert treatments(130) == treatments(90)


def test_treatments_are_spread_over_the_whole_year(by_age):
    quarters = [0] * 4
    for year in by_age[50]:
        for moment, _ in year:
            quarters[moment >> 62] += 1
    assert max(quarters) * 10 < min(quarters) * 12


def test_most_bills_of_a_kind_are_small(by_age):
    totals = sorted(
        bill[1] for years in by_age.values() for year in years for _, bill in year if bill[0] == 3
    )
    assert totals[len(totals) // 2] < sum(totals) // len(totals)
