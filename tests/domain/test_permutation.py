from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.domain.permutation import MAX_SIZE, Permutation

KEYS = st.binary(min_size=16, max_size=64)
TWEAKS = st.integers(0, 2**44 - 1)


@given(st.integers(1, 3000), KEYS, TWEAKS)
def test_every_number_has_one_image_and_one_origin(size: int, key: bytes, tweak: int) -> None:
    permutation = Permutation(size, key)
    images = [permutation.forward(number, tweak) for number in range(size)]
    assert sorted(images) == list(range(size))
    assert [permutation.inverse(image, tweak) for image in images] == list(range(size))


@given(st.data(), st.integers(1, MAX_SIZE), KEYS, TWEAKS)
def test_large_domains_are_permuted_within_themselves(
    data: st.DataObject, size: int, key: bytes, tweak: int
) -> None:
    number = data.draw(st.integers(0, size - 1))
    permutation = Permutation(size, key)
    image = permutation.forward(number, tweak)
    assert 0 <= image < size
    assert permutation.inverse(image, tweak) == number
    assert permutation.forward(permutation.inverse(number, tweak), tweak) == number


@pytest.mark.parametrize("size", [0, -1, MAX_SIZE + 1])
def test_sizes_out_of_bounds_are_refused(size: int) -> None:
    with pytest.raises(ValueError, match=str(size)):
        Permutation(size, bytes(32))


def _chi_square(counts: Counter[int], cells: int, total: int) -> float:
    expected = total / cells
    return sum((counts[cell] - expected) ** 2 / expected for cell in range(cells))


@pytest.mark.parametrize("size", [500, 4990, 40_000])
def test_neighbours_do_not_stay_neighbours(size: int) -> None:
    permutation = Permutation(size, b"neighbours are scattered")
    images = [permutation.forward(number) for number in range(size)]
    steps = Counter((later - earlier) % size * 20 // size for earlier, later in pairwise(images))
    # 19 degrees of freedom: 60 is exceeded by chance once in two hundred thousand keys.
    assert _chi_square(steps, 20, size - 1) < 60


def test_keys_and_tweaks_select_unrelated_permutations() -> None:
    size, samples = 1000, 20_000
    one, other = Permutation(size, bytes(16)), Permutation(size, bytes(15) + b"\1")
    by_tweak = Counter(
        (one.forward(7, tweak) - one.forward(8, tweak)) % size * 20 // size
        for tweak in range(samples)
    )
    by_key = Counter(
        (one.forward(7, tweak) - other.forward(7, tweak)) % size * 20 // size
        for tweak in range(samples)
    )
    assert _chi_square(by_tweak, 20, samples) < 60
    assert _chi_square(by_key, 20, samples) < 60
