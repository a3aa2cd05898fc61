"""Evidence: facts of a card that hold together, and pictures that depend on nothing else."""

import subprocess
import sys
from datetime import date
from hashlib import sha256
from io import BytesIO
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from simulator.domain.people import EPOCH, People, Person
from simulator.domain.regions import POPULATION, resolve
from simulator.imaging.chances import Chances
from simulator.imaging.ethnicity import ETHNIC_GROUPS
from simulator.imaging.evidence import (
    Conditions,
    card_facts,
    evidence_key,
    face_jpeg,
    id_card_back_jpeg,
    id_card_front_jpeg,
    traits_of,
)
from simulator.imaging.validity import age_on, current_card, expired_card, term_years

PEOPLE = People(5)
KEY = evidence_key(PEOPLE)
DAY = date(2026, 5, 1).toordinal()

INDICES = st.integers(0, POPULATION - 1)
DAYS = st.integers(date(2010, 1, 1).toordinal(), date(2080, 1, 1).toordinal())
BIRTHS = st.integers(date(1916, 1, 1).toordinal(), date(2023, 12, 31).toordinal())

PICTURES = """
from hashlib import sha256
from simulator.domain.people import People
from simulator.imaging.evidence import *
person = People(5).at(77)
key = evidence_key(person.people)
taken = Conditions(blur=0.7, glare=0.05, noise=3, seed=4)
for data in (
    id_card_front_jpeg(key, person, 739737, taken),
    id_card_back_jpeg(key, person, 739737, taken),
    face_jpeg(key, person, taken),
    face_jpeg(key, person, taken, mouth_open=True),
):
    print(sha256(data).hexdigest())
"""


def person(index: int) -> Person:
    return PEOPLE.at(index)


def test_two_processes_draw_the_same_bytes() -> None:
    runs = [
        subprocess.run(
            [sys.executable, "-c", PICTURES],
            capture_output=True,
            text=True,
            timeout=60,
            check=True,
            env={"PYTHONHASHSEED": hash_seed, "PYTHONPATH": ":".join(filter(None, sys.path))},
        ).stdout.split()
        for hash_seed in ("1", "2")
    ]
    assert len(set(runs[0])) == 4
    assert runs[0] == runs[1]
    taken = Conditions(blur=0.7, glare=0.05, noise=3, seed=4)
    front = id_card_front_jpeg(KEY, person(77), 739737, taken)
    assert runs[0][0] == sha256(front).hexdigest()


def test_pictures_have_their_published_sizes() -> None:
    for data, size in (
        (id_card_front_jpeg(KEY, person(1), DAY), (1280, 896)),
        (id_card_back_jpeg(KEY, person(1), DAY), (1280, 896)),
        (face_jpeg(KEY, person(1)), (480, 600)),
    ):
        with Image.open(BytesIO(data)) as picture:
            assert (picture.format, picture.size) == ("JPEG", size)


def test_face_of_another_person_takes_the_place() -> None:
    mine, other = person(1), person(2)
    assert face_jpeg(KEY, mine, other=other) != face_jpeg(KEY, mine)
    assert face_jpeg(KEY, mine, other=mine) == face_jpeg(KEY, mine)


def test_expired_card_differs_on_the_back_alone() -> None:
    someone = person(123_456)
    fronts, backs = (
        [draw(KEY, someone, DAY, expired=expired) for expired in (False, True)]
        for draw in (id_card_front_jpeg, id_card_back_jpeg)
    )
    assert fronts[0] == fronts[1]
    assert backs[0] != backs[1]


def test_another_shot_is_another_photograph_of_the_same_card() -> None:
    one, two = (face_jpeg(KEY, person(1), Conditions(seed=seed)) for seed in (0, 1))
    assert one != two


@settings(max_examples=200, deadline=None)
@given(index=INDICES, day=DAYS)
def test_card_is_valid_on_the_day_and_expired_when_asked(index: int, day: int) -> None:
    someone = person(index)
    facts = card_facts(someone, KEY, day)
    assert facts.valid_from.toordinal() <= day
    assert facts.valid_until is None or day <= facts.valid_until.toordinal()
    expired = card_facts(someone, KEY, day, expired=True)
    assert expired.valid_until is not None
    assert expired.valid_from <= expired.valid_until
    assert expired.valid_until.toordinal() < day
    assert (expired.address, expired.ethnicity) == (facts.address, facts.ethnicity)


@settings(max_examples=300, deadline=None)
@given(birth=BIRTHS, later=st.integers(0, 100 * 365), key=st.binary(min_size=4, max_size=8))
def test_terms_are_those_of_the_law(birth: int, later: int, key: bytes) -> None:
    born, day = date.fromordinal(birth), birth + later
    card = current_card(birth, day, Chances(key, "card"))
    years = term_years(age_on(born, card.valid_from))
    assert card.on(day)
    if card.valid_until is None:
        assert years is None
    else:
        assert years == card.valid_until.year - card.valid_from.year
    old = expired_card(birth, day, Chances(key, "card"))
    assert not old.on(day)
    assert old.valid_until is not None
    if later > 6 * 365 + 366:
        years = term_years(age_on(born, old.valid_from))
        assert years == old.valid_until.year - old.valid_from.year


@pytest.mark.parametrize(
    ("age", "years"), [(0, 5), (15, 5), (16, 10), (25, 10), (26, 20), (45, 20), (46, None)]
)
def test_term_follows_the_age_at_issue(age: int, years: int | None) -> None:
    assert term_years(age) == years


@settings(max_examples=60, deadline=None)
@given(birth=BIRTHS, key=st.binary(min_size=4, max_size=8))
def test_card_changes_only_when_it_is_renewed(birth: int, key: bytes) -> None:
    start = date(2010, 1, 1).toordinal()
    cards = [
        current_card(birth, day, Chances(key, "card"))
        for day in range(max(start, birth + 250), start + 25_000, 29)
    ]
    distinct = list(dict.fromkeys(cards))
    assert cards == sorted(cards, key=lambda card: card.valid_from)
    assert len(distinct) <= 8
    for before, after in pairwise(distinct):
        assert before.valid_until is not None
        assert 0 < (before.valid_until - after.valid_from).days <= 90


def test_age_counts_completed_years() -> None:
    assert age_on(date(2000, 2, 29), date(2016, 2, 28)) == 15
    assert age_on(date(2000, 2, 29), date(2016, 2, 29)) == 16


def test_address_and_authority_lie_in_the_pooling_area() -> None:
    for index in range(0, POPULATION, 9_999_991):
        someone = person(index)
        facts = card_facts(someone, KEY, DAY)
        assert facts.address.startswith(someone.area.province_name)
        counties = [county.name for county in someone.area.counties]
        assert any(name in facts.address for name in counties)
        assert "公安局" in facts.authority


def test_ethnic_groups_follow_census_and_autonomous_areas() -> None:
    assert len(set(ETHNIC_GROUPS)) == 56
    everyone = [
        card_facts(person(index), KEY, DAY).ethnicity for index in range(0, POPULATION, 1_000_003)
    ]
    assert set(everyone) <= set(ETHNIC_GROUPS)
    assert 0.75 < everyone.count("汉") / len(everyone) < 0.92
    lhasa = resolve("540100")
    assert lhasa is not None
    tibetans = [card_facts(person(lhasa.first_index + n), KEY, DAY).ethnicity for n in range(300)]
    assert 0.25 < tibetans.count("藏") / 300 < 0.45


def test_faces_are_of_the_persons_sex_and_do_not_age_with_the_world() -> None:
    for index in range(20):
        someone = person(index)
        assert traits_of(someone, KEY).male is (someone.sex == "male")
    young = next(p for p in map(person, range(1000)) if EPOCH - p.birth < 5 * 365)
    assert traits_of(young, KEY).youth > 0.5


def test_faces_of_two_worlds_differ() -> None:
    other = People(6)
    assert traits_of(person(1), KEY) != traits_of(other.at(1), evidence_key(other))
