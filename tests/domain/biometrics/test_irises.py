"""Irises: distances, shifts and masks, and how far eyes are apart."""

from itertools import pairwise
from statistics import fmean, pstdev

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.domain.biometrics import Iris, irises

WHOLE = (1 << irises.BITS) - 1
words = st.integers(0, WHOLE)


def turned(iris, columns):
    def turn(bits):
        by = columns * 16 % 2048
        return (bits << by | bits >> 2048 - by) & WHOLE

    return Iris(turn(iris.code), turn(iris.mask))


@given(words)
def test_code_is_at_no_distance_from_itself(code):
    assert irises.hamming_distance(Iris(code, WHOLE), Iris(code, WHOLE)) == 0


@given(words, words)
def test_distance_is_the_same_either_way(first, second):
    one, other = Iris(first, WHOLE), Iris(second, WHOLE)
    assert irises.hamming_distance(one, other) == irises.hamming_distance(other, one)


@pytest.mark.parametrize("columns", [-8, -3, 1, 8])
def test_tilted_head_is_made_up_for(sample, columns):
    iris = sample("iris", 1, 0, noise=0.1)
    assert irises.hamming_distance(iris, turned(iris, columns)) == 0


@pytest.mark.parametrize("columns", [-9, 9, 64])
def test_head_tilted_further_is_another_eye(sample, columns):
    iris = sample("iris", 1, 0)
    assert irises.hamming_distance(iris, turned(iris, columns)) > 0.15


def test_masked_bits_do_not_count(sample):
    iris = sample("iris", 1, 0)
    hidden = (1 << 700) - 1
    spoilt = Iris(iris.code ^ hidden, WHOLE)
    assert irises.hamming_distance(iris, spoilt) > 0.3
    assert irises.hamming_distance(iris, Iris(spoilt.code, WHOLE & ~hidden)) == 0


def test_mask_that_leaves_almost_nothing_proves_nothing(sample):
    iris = sample("iris", 1, 0)
    few = (1 << irises.BITS // 4 - 1) - 1
    assert irises.hamming_distance(iris, Iris(iris.code & few, few)) == 0.5


def test_distance_is_the_share_of_differing_bits():
    every_fourth = int("1" * 512, 16)
    assert irises.hamming_distance(Iris(0, WHOLE), Iris(every_fourth, WHOLE)) == 0.25
    assert irises.iris_similarity(Iris(0, WHOLE), Iris(every_fourth, WHOLE)) == 0.75


def test_different_eyes_have_the_freedom_of_real_ones(sample):
    pairs = [(sample("iris", n, 0), sample("iris", n, 1)) for n in range(400)]
    distances = [(a.code ^ b.code).bit_count() / irises.BITS for a, b in pairs]
    mean, deviation = fmean(distances), pstdev(distances)
    assert abs(mean - 0.5) < 0.01
    assert 200 < mean * (1 - mean) / deviation**2 < 310


def test_more_noise_leaves_less_of_an_iris(sample):
    def mean(noise, what):
        return fmean(what(sample("iris", n, 0, noise=noise, seed=n)) for n in range(40))

    noises = (0.0, 0.2, 0.4, 0.6)
    qualities = [mean(noise, lambda iris: iris.quality) for noise in noises]
    assert qualities[0] == 1
    assert all(more > less for more, less in pairwise(qualities))


def test_sample_hides_what_its_mask_hides(sample):
    for seed in range(20):
        iris = sample("iris", 1, 0, noise=0.7, seed=seed)
        assert not iris.code & ~iris.mask
