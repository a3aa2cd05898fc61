import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.domain.coined_words import brands, numeral, places, road, walk


@given(number=st.integers(0, 2**40), size=st.integers(1, 2000))
def test_a_walk_visits_everything_once(number: int, size: int) -> None:
    start, stride = walk(b"k" * 32, number, size)
    assert {(start + stride * step) % size for step in range(size)} == set(range(size))


def test_words_are_distinct_pairs_of_characters() -> None:
    for words in (places(), brands()):
        assert len(set(words)) == len(words) > 1_500
        assert {len(word) for word in words} == {2}


@pytest.mark.parametrize(
    ("number", "text"), [(1, "一"), (10, "十"), (12, "十二"), (20, "二十"), (47, "四十七")]
)
def test_numerals(number: int, text: str) -> None:
    assert numeral(number) == text


@given(number=st.integers(0, 2**64 - 1))
def test_an_address_ends_in_a_house_number(number: int) -> None:
    address = road(number)
    assert address[:2] in places()
    assert address.endswith("号")
    assert 1 <= int("".join(c for c in address if c.isdigit())) <= 680
