"""Who is befallen by which anomaly: by choice, by derivation, by policy, in this order."""

from dataclasses import fields, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.domain.anomalies import (
    ANOMALIES,
    AnomalyPolicy,
    Choice,
    resolve,
    standing,
    traits_of,
)
from simulator.domain.china_time import DAY_MS, HOUR_MS
from simulator.domain.digests import derive_key
from simulator.domain.ledger import EPOCH_DAY
from simulator.domain.people import People
from simulator.domain.regions import POPULATION

KEY = derive_key(7, "anomalies")
PEOPLE = People(7, "unassigned")
NOBODY = AnomalyPolicy(0, 0, 0, 0, 0, 0, 0, balance_as_number=False, zero_for_no_account=False)
EVERYBODY = AnomalyPolicy(
    1000, 1000, 1000, 1000, 1000, 1000, 1000, balance_as_number=True, zero_for_no_account=True
)
SHARED = [name for name, anomaly in ANOMALIES.items() if not anomaly.shown_only]
SAMPLE = [PEOPLE.at(k) for k in range(0, POPULATION, POPULATION // 3_000)]

indexes = st.integers(0, POPULATION - 1)
shares = st.integers(0, 1000)
policies = st.builds(AnomalyPolicy, *([shares] * 7), st.booleans(), st.booleans())
days = st.integers(EPOCH_DAY, EPOCH_DAY + 1_500)
regions = st.none() | st.sampled_from(["110100", "330100", "440300"])
choices = st.dictionaries(
    st.sampled_from(list(ANOMALIES)), st.builds(Choice, st.booleans(), days, regions)
)


def found(person, chosen=(), policy=NOBODY):
    return resolve(person, dict(chosen), policy, traits_of(KEY, person))


def first(wanted):
    return next(person for person in SAMPLE if wanted(person))


def ordinary(person):
    member = person.membership()
    return person.is_employee and member.suspended_on is member.moved_on is None


def test_by_default_only_what_the_population_has_is_in_force():
    for person in SAMPLE:
        member = person.membership()
        active = found(person)
        derived = {"suspended": member.suspended_on, "moved": member.moved_on}
        assert {name: each.from_day for name, each in active.items()} == {
            name: day for name, day in derived.items() if day is not None
        }
        assert {each.by for each in active.values()} <= {"derived"}
        assert standing(member, {}, active, traits_of(KEY, person)) == member


def test_a_share_of_everybody_befalls_all_whom_it_concerns():
    for person in SAMPLE[:400]:
        active = set(found(person, policy=EVERYBODY))
        if not person.is_employee:
            assert active == {"care_elsewhere", "balance_as_number", "zero_for_no_account"}
            continue
        # of a suspension and a later move only one can be
        assert active >= set(SHARED) - {"moved", "suspended"}
        assert active & {"moved", "suspended"}
        assert "zero_for_no_account" not in active


@pytest.mark.parametrize("name", SHARED)
def test_a_share_is_of_that_size_and_keeps_those_of_a_smaller_one(name):
    def befallen(per_mille):
        policy = replace(NOBODY, **{f"{name}_per_mille": per_mille})
        return {
            person.index
            for person in SAMPLE
            if ordinary(person) and name in found(person, policy=policy)
        }

    count = sum(map(ordinary, SAMPLE))
    small, large = befallen(100), befallen(300)
    assert small < large
    assert count * 60 < len(small) * 1000 < count * 140
    assert count * 240 < len(large) * 1000 < count * 360


def test_shares_of_different_anomalies_befall_different_people():
    one = replace(NOBODY, pre_transfer_per_mille=300)
    other = replace(NOBODY, year_end_gap_per_mille=300)
    both = [
        (set(found(person, policy=one)), set(found(person, policy=other)))
        for person in SAMPLE
        if ordinary(person)
    ]
    together = sum(bool(first and second) for first, second in both)
    assert len(both) * 60 < together * 1000 < len(both) * 120


def test_a_choice_goes_before_derivation_and_derivation_before_policy():
    suspended = first(lambda person: person.membership().suspended_on is not None)
    policy = replace(NOBODY, suspended_per_mille=1000)
    derived = found(suspended, policy=policy)["suspended"]
    assert (derived.by, derived.from_day) == ("derived", suspended.membership().suspended_on)
    day = EPOCH_DAY + 9
    chosen = found(suspended, {"suspended": Choice(True, day)}, policy)["suspended"]
    assert (chosen.by, chosen.from_day) == ("person", day)
    assert "suspended" not in found(suspended, {"suspended": Choice(False)}, policy)
    someone = first(ordinary)
    assert found(someone, policy=policy)["suspended"].by == "policy"
    assert "suspended" not in found(someone, {"suspended": Choice(False)}, policy)


@settings(max_examples=300, deadline=None)
@given(indexes, choices, policies)
def test_what_is_in_force_never_contradicts_itself(index, chosen, policy):
    person = PEOPLE.at(index)
    if not person.is_employee:
        chosen = {n: c for n, c in chosen.items() if ANOMALIES[n].befalls(has_account=False)}
    traits = traits_of(KEY, person)
    active = resolve(person, chosen, policy, traits)
    assert active == resolve(person, dict(chosen), policy, traits_of(KEY, person))
    for name in active:
        assert ANOMALIES[name].befalls(has_account=person.is_employee)
    for name, choice in chosen.items():
        if not choice.active:
            assert name not in active
    member = standing(person.membership(), chosen, active, traits)
    assert (member.suspended_on is not None) == ("suspended" in active)
    assert (member.moved_on is not None) == ("moved" in active)
    if "moved" in active:
        assert member.moved_from is not None
        if "suspended" in active:
            assert member.moved_on <= member.suspended_on
    if "care_elsewhere" in active:
        assert member.irregular.care_region not in {None, member.region, member.moved_from}
        assert member.irregular.care_region == active["care_elsewhere"].region


@given(indexes)
def test_traits_stay_within_what_the_page_says(index):
    traits = traits_of(KEY, PEOPLE.at(index))
    assert len(traits.ranks) == len(NOBODY.shares())
    assert all(0 <= rank < 1000 for rank in traits.ranks)
    assert 2 * DAY_MS <= traits.pre_transfer_lead_ms <= 9 * DAY_MS
    assert 2 * DAY_MS <= traits.reversal_after_ms <= 12 * DAY_MS
    assert 5 * HOUR_MS <= traits.year_end_gap_ms <= 90 * HOUR_MS
    assert traits.year_end_gap_ms % HOUR_MS == 0


def test_traits_depend_on_the_seed():
    person = SAMPLE[5]
    assert traits_of(KEY, person) == traits_of(KEY, person)
    assert traits_of(KEY, person) != traits_of(derive_key(8, "anomalies"), person)


def test_every_anomaly_is_told_in_both_languages_and_has_its_place_in_policy():
    for name, anomaly in ANOMALIES.items():
        assert anomaly.name == name
        assert any("\u4e00" <= each <= "\u9fff" for each in anomaly.zh)
        assert anomaly.en.isascii()
        assert anomaly.en.endswith(".")
    shares_by_name = dict(NOBODY.shares())
    in_policy = {field.name.removesuffix("_per_mille") for field in fields(AnomalyPolicy)}
    assert in_policy == set(ANOMALIES)
    assert list(shares_by_name) == SHARED


def test_nobody_is_befallen_when_all_shares_are_nothing():
    assert NOBODY.befalls_nobody
    for name in SHARED:
        assert not replace(NOBODY, **{f"{name}_per_mille": 1}).befalls_nobody
