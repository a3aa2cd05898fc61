from collections import Counter
from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from simulator.domain.people import Person
from simulator.domain.people.names import name_for

DIGESTS = st.binary(min_size=16, max_size=16)


@given(DIGESTS, st.booleans())
def test_a_name_is_two_to_four_chinese_characters(digest: bytes, male: bool) -> None:
    name = name_for(digest, male=male)
    assert 2 <= len(name) <= 4
    assert all("\u4e00" <= character <= "\u9fff" for character in name)
    assert name == name_for(digest, male=male)


def test_the_extreme_digests_have_names() -> None:
    for digest in (bytes(16), b"\xff" * 16):
        assert name_for(digest, male=True)
        assert name_for(digest, male=False)


def test_surnames_have_their_known_frequency(sample: Sequence[Person]) -> None:
    surnames = Counter(person.name[0] for person in sample[:6000])
    assert {"王", "李", "张"} == {surname for surname, _ in surnames.most_common(3)}
    assert 0.05 < surnames["王"] / 6000 < 0.1


def test_names_are_many_and_differ_by_sex(sample: Sequence[Person]) -> None:
    names = [person.name for person in sample[:6000]]
    assert len(set(names)) > 4500
    given = {
        sex: Counter(person.name[-1] for person in sample[:6000] if person.sex == sex)
        for sex in ("male", "female")
    }
    assert given["female"]["芳"] > 5 > given["male"]["芳"]
    assert given["male"]["强"] > 5 > given["female"]["强"]


def test_secrets_and_names_differ_between_people(sample: Sequence[Person]) -> None:
    assert len({person.card_password for person in sample[:1000]}) > 980
