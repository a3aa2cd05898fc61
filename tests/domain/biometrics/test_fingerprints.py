"""Fingerprints: what a finger looks like, and how prints are laid on each other."""

import pytest

from simulator.domain.biometrics import Fingerprint, Minutia, fingerprints
from simulator.domain.biometrics.fingerprint_matching import (
    MAX_COMPARED,
    fingerprint_similarity,
)


def moved(print_, *, turn=0, right=0, down=0):
    """The print laid on the sensor another way."""
    minutiae = []
    for found in print_.minutiae:
        x, y = fingerprints.turned(found.x, found.y, turn)
        direction = (found.direction + turn) % 256
        minutiae.append(found._replace(x=x + right, y=y + down, direction=direction))
    return Fingerprint(tuple(minutiae))


@pytest.mark.parametrize("finger", range(10))
def test_finger_has_as_many_minutiae_as_real_ones_on_the_sensor(sample, finger):
    for person in range(20):
        found = sample("fingerprint", person, finger).minutiae
        assert 34 <= len(found) <= 52
        assert all(64 <= m.x < 449 and m.type in (1, 2) and m.quality == 100 for m in found)
        places = [(m.x, m.y) for m in found]
        apart = min(
            (a - c) ** 2 + (b - d) ** 2 for n, (a, b) in enumerate(places) for c, d in places[:n]
        )
        assert apart >= 36


def test_print_is_exactly_like_itself(sample):
    for person in range(20):
        own = sample("fingerprint", person, 1)
        assert fingerprint_similarity(own, own) == 1


@pytest.mark.parametrize("turn", [-28, -9, 0, 4, 28])
def test_turned_and_shifted_print_is_still_the_same_finger(sample, turn):
    for person in range(10):
        own = sample("fingerprint", person, 2)
        laid = moved(own, turn=turn, right=60, down=-45)
        assert fingerprint_similarity(own, laid) > 0.8


def test_print_upside_down_is_not_recognised(sample):
    own = sample("fingerprint", 1, 2)
    assert fingerprint_similarity(own, moved(own, turn=128)) < 0.15


def test_half_a_print_scores_half(sample):
    own = sample("fingerprint", 1, 3)
    half = Fingerprint(own.minutiae[::2])
    assert 0.4 < fingerprint_similarity(own, half) <= 0.56


def test_directions_must_agree_too(sample):
    own = sample("fingerprint", 1, 3)
    scrambled = Fingerprint(
        tuple(
            m._replace(direction=(m.direction + 64 * n) % 256) for n, m in enumerate(own.minutiae)
        )
    )
    assert fingerprint_similarity(own, scrambled) < 0.2


def test_minutiae_heaped_on_one_place_count_as_one(sample):
    heap = Fingerprint(tuple(Minutia(256, 256, 8 * n % 256, 1, 100) for n in range(128)))
    assert fingerprint_similarity(heap, heap) == 1
    assert fingerprint_similarity(heap, sample("fingerprint", 1, 1)) < 0.1


def test_print_that_covers_the_whole_sensor_is_like_nobody(sample):
    # What a forger would hand in who knows nothing of the finger.
    carpet = Fingerprint(
        tuple(
            Minutia(90 + 30 * (n % 12), 60 + 36 * (n // 12), 37 * n % 256, 1, 100)
            for n in range(128)
        )
    )
    for person in range(30):
        assert fingerprint_similarity(sample("fingerprint", person, 0), carpet) < 0.2


def test_only_the_best_minutiae_are_compared(sample):
    own = sample("fingerprint", 1, 4)
    doubtful = [
        Minutia(9000 + 40 * n, 9000, 0, 1, 1) for n in range(MAX_COMPARED - len(own.minutiae), 60)
    ]
    padded = Fingerprint((*own.minutiae, *doubtful))
    assert fingerprint_similarity(own, padded) >= (len(own.minutiae) / MAX_COMPARED) * 0.85


def test_noise_takes_from_the_quality_and_the_likeness(sample):
    scores, qualities = [], []
    for noise in (0.1, 0.3, 0.5, 0.8):
        pairs = [
            (sample("fingerprint", n, 0), sample("fingerprint", n, 0, noise=noise, seed=n))
            for n in range(30)
        ]
        scores.append(sum(fingerprint_similarity(*pair) for pair in pairs))
        qualities.append(sum(noisy.quality for _, noisy in pairs))
    assert scores == sorted(scores, reverse=True)
    assert qualities == sorted(qualities, reverse=True)


def test_invented_minutiae_are_not_listed_last(sample):
    noisy = sample("fingerprint", 1, 0, noise=0.5, seed=3).minutiae
    assert list(noisy) == sorted(noisy, key=lambda m: (m.y, m.x))
