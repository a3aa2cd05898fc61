"""Samples in bytes: what is made reads back, and no bytes at all do harm."""

import struct
from zlib import crc32

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.domain import biometrics
from simulator.domain.biometrics import BiometricPolicy, SampleError, samples
from simulator.domain.digests import derive_key

POLICY = BiometricPolicy()
LENIENT = BiometricPolicy(fingerprint_min_quality=0, fingerprint_min_minutiae=0, iris_min_quality=0)
KEY = derive_key(3, "biometrics")
kinds = st.sampled_from(biometrics.KINDS)
PLACES = [(kind, place) for kind in biometrics.KINDS for place in biometrics.POSITIONS[kind]]


def refusal(data, kind="fingerprint", policy=POLICY):
    with pytest.raises(SampleError) as raised:
        biometrics.read_sample(data, kind, policy)
    return raised.value


def framed(code, payload, *, magic=b"YBBS", version=1, length=None):
    length = len(payload) if length is None else length
    plain = struct.pack(">4sBBHI", magic, version, code, length, 0)
    return plain[:8] + crc32(plain + payload).to_bytes(4, "big") + payload


@pytest.mark.parametrize(("kind", "place"), PLACES)
def test_sample_of_an_ordinary_sensor_reads_back_as_its_kind(kind, place):
    data = biometrics.template(KEY, kind, 5, place, noise=samples.DEFAULT_NOISE, seed=1)
    assert len(data) <= samples.MAX_SAMPLE_BYTES
    assert biometrics.kind_of(biometrics.read_sample(data, kind, POLICY)) == kind


@given(kinds, st.integers(0, 2**40), st.integers(0, 1), st.floats(0, 1), st.integers())
def test_every_noise_and_seed_gives_a_sample(kind, person, place, noise, seed):
    data = biometrics.template(KEY, kind, person, place, noise=noise, seed=seed)
    assert biometrics.template(KEY, kind, person, place, noise=noise, seed=seed) == data
    read = biometrics.read_sample(data, kind, LENIENT)
    assert 0 <= read.quality <= 1


# Sums over the bytes; they hold the templates to be the same on every machine and release, since
# evidence that was written down must go on matching.
@pytest.mark.parametrize(
    ("kind", "place", "noise", "checksum"),
    [
        ("fingerprint", 3, 0.0, "fe304b3f"),
        ("fingerprint", 3, 0.35, "4d6a8d32"),
        ("iris", 1, 0.0, "db044b9f"),
        ("iris", 1, 0.35, "e89a751e"),
    ],
)
def test_templates_are_the_same_bytes_everywhere(kind, place, noise, checksum):
    data = biometrics.template(KEY, kind, 123_456_789, place, noise=noise, seed=4)
    assert f"{crc32(data):08x}" == checksum


@pytest.mark.parametrize("kind", biometrics.KINDS)
def test_person_position_seed_and_key_each_change_the_bytes(kind):
    made = {
        biometrics.template(key, kind, person, place, noise=0.1, seed=seed)
        for key in (KEY, KEY[::-1])
        for person in (1, 2)
        for place in (0, 1)
        for seed in (0, 1)
    }
    assert len(made) == 16


@pytest.mark.parametrize("kind", biometrics.KINDS)
@pytest.mark.parametrize("noise", [-0.1, 1.1, float("nan"), float("inf")])
def test_noise_outside_its_range_is_refused(kind, noise):
    with pytest.raises(ValueError, match="sensor noise"):
        biometrics.template(KEY, kind, 1, 0, noise=noise)


@pytest.mark.parametrize(("kind", "place"), [("fingerprint", 10), ("iris", 2), ("iris", -1)])
def test_finger_or_eye_that_nobody_has_is_refused(kind, place):
    with pytest.raises(ValueError, match=f"{place}; expected"):
        biometrics.template(KEY, kind, 1, place)


@settings(max_examples=300)
@given(st.binary(max_size=1100), kinds)
def test_bytes_of_any_sort_are_refused_with_a_code(data, kind):
    assert refusal(data, kind).code == "biometrics.not_a_sample"


@settings(max_examples=300)
@given(st.integers(0, 255), st.binary(max_size=1024), kinds)
def test_well_framed_rubbish_is_read_or_refused_and_nothing_else(code, payload, kind):
    data = framed(code, payload)
    try:
        read = biometrics.read_sample(data, kind, POLICY)
    except SampleError:
        # The right answer to most; any other exception fails the test.
        return
    own = biometrics.read_sample(biometrics.template(KEY, kind, 1, 0), kind, POLICY)
    assert 0 <= biometrics.similarity(read, own) <= 1


minutiae = st.lists(
    st.tuples(st.integers(0, 2), st.integers(0, 16383), st.integers(0, 16383), st.integers(0, 255)),
    min_size=12,
    max_size=128,
)


@settings(max_examples=60, deadline=None)
@given(minutiae)
def test_any_list_of_minutiae_can_be_compared(listed):
    payload = b"".join(
        struct.pack(">HHBB", kind << 14 | x, y, direction, 90) for kind, x, y, direction in listed
    )
    read = biometrics.read_sample(framed(1, payload), "fingerprint", POLICY)
    own = biometrics.read_sample(
        biometrics.template(KEY, "fingerprint", 1, 0), "fingerprint", POLICY
    )
    for first, second in ((read, own), (own, read), (read, read)):
        assert 0 <= biometrics.similarity(first, second) <= 1


@pytest.mark.parametrize("kind", biometrics.KINDS)
def test_any_damaged_byte_is_noticed(kind):
    data = biometrics.template(KEY, kind, 1, 0)
    for at in range(len(data)):
        damaged = data[:at] + bytes((data[at] ^ 1,)) + data[at + 1 :]
        assert refusal(damaged, kind).code == "biometrics.not_a_sample"


@pytest.mark.parametrize("kind", biometrics.KINDS)
def test_truncated_and_prolonged_samples_are_none(kind):
    data = biometrics.template(KEY, kind, 1, 0)
    for wrong in (b"", data[:11], data[:-1], data + b"\0", data + bytes(2000)):
        assert refusal(wrong, kind).code == "biometrics.not_a_sample"


@pytest.mark.parametrize(
    "data",
    [
        framed(1, bytes(72), magic=b"YBBT"),
        framed(1, bytes(72), version=2),
        framed(3, bytes(72)),
        framed(1, bytes(72), length=71),
        framed(1, bytes(73)),
        framed(1, b"\xff" * 72),
        framed(1, bytes(6 * 129)),
        framed(2, bytes(511)),
    ],
)
def test_frames_and_payloads_out_of_shape_are_no_samples(data):
    assert refusal(data).code == "biometrics.not_a_sample"


def test_sample_of_the_other_kind_is_named():
    iris = biometrics.template(KEY, "iris", 1, 0)
    error = refusal(iris, "fingerprint")
    assert error.code == "biometrics.wrong_kind"
    assert "iris, not fingerprint" in str(error)


@pytest.mark.parametrize("kind", biometrics.KINDS)
def test_worst_sensor_is_too_noisy_and_says_by_how_much(kind):
    for seed in range(50):
        error = refusal(biometrics.template(KEY, kind, seed, 0, noise=1.0, seed=seed), kind)
        assert error.code == "biometrics.noisy"
        assert error.measured < error.needed


def test_few_minutiae_are_too_few():
    payload = b"".join(struct.pack(">HHBB", 1 << 14 | 100 + 20 * n, 100, 0, 100) for n in range(11))
    error = refusal(framed(1, payload))
    assert (error.code, error.measured, error.needed) == ("biometrics.noisy", 11, 12)


def test_empty_samples_are_noisy_and_like_nothing():
    assert refusal(framed(1, b"")).code == "biometrics.noisy"
    assert refusal(framed(2, bytes(512)), "iris").code == "biometrics.noisy"
    for kind, payload, score in (("fingerprint", b"", 0), ("iris", bytes(512), 0.5)):
        code = biometrics.KINDS.index(kind) + 1
        empty = biometrics.read_sample(framed(code, payload), kind, LENIENT)
        assert biometrics.similarity(empty, empty) == score


def test_kinds_cannot_be_compared_with_each_other(sample):
    with pytest.raises(ValueError, match="one kind"):
        biometrics.similarity(sample("iris", 1, 0), sample("fingerprint", 1, 0))
