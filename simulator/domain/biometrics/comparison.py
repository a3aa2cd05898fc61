"""Samples of either kind: made for a person, read from bytes, compared, found among a person's."""

from collections.abc import Mapping
from typing import Final

from simulator.domain.biometrics.fingerprint_matching import fingerprint_similarity
from simulator.domain.biometrics.fingerprints import (
    FINGERS,
    Fingerprint,
    fingerprint_template,
    parse_fingerprint,
)
from simulator.domain.biometrics.irises import (
    EYES,
    Iris,
    iris_similarity,
    iris_template,
    parse_iris,
)
from simulator.domain.biometrics.policy import BiometricPolicy
from simulator.domain.biometrics.samples import Kind, SampleError, unpack

Sample = Fingerprint | Iris

POSITIONS: Final[Mapping[Kind, range]] = {"fingerprint": FINGERS, "iris": EYES}
"""What a person has of each kind: ten fingers, two eyes."""


def template(
    key: bytes,
    kind: Kind,
    person_index: int,
    position: int,
    *,
    noise: float = 0.0,
    seed: int = 0,
) -> bytes:
    """A sample of a person's finger or eye; see `fingerprint_template` and `iris_template`."""
    make = fingerprint_template if kind == "fingerprint" else iris_template
    return make(key, person_index, position, noise=noise, seed=seed)


def kind_of(sample: Sample) -> Kind:
    """The kind of a sample."""
    return "fingerprint" if isinstance(sample, Fingerprint) else "iris"


def read_sample(data: bytes, kind: Kind, policy: BiometricPolicy) -> Sample:
    """The sample in some bytes, fit to be compared.

    Raises SampleError: `biometrics.not_a_sample` for bytes of any other sort,
    `biometrics.wrong_kind` for a sample of the other kind, `biometrics.noisy` when too little of
    it can be used. Nothing else, whatever the bytes.
    """
    found, payload = unpack(data)
    sample: Sample = parse_fingerprint(payload) if found == "fingerprint" else parse_iris(payload)
    if found != kind:
        raise SampleError("biometrics.wrong_kind", f"this is a sample of kind {found}, not {kind}")
    if isinstance(sample, Fingerprint):
        count, fewest = len(sample.minutiae), policy.fingerprint_min_minutiae
        if count < fewest:
            raise _noisy("minutiae", count, fewest)
        needed = policy.fingerprint_min_quality
    else:
        needed = policy.iris_min_quality
    if sample.quality < needed:
        raise _noisy("quality", round(sample.quality, 4), needed)
    return sample


def similarity(first: Sample, second: Sample) -> float:
    """The score of two samples, 0…1. Raises ValueError for samples of different kinds."""
    if isinstance(first, Fingerprint) and isinstance(second, Fingerprint):
        return fingerprint_similarity(first, second)
    if isinstance(first, Iris) and isinstance(second, Iris):
        return iris_similarity(first, second)
    raise ValueError("a fingerprint and an iris cannot be compared; expected two of one kind")


def position_of(
    sample: Sample, key: bytes, person_index: int, policy: BiometricPolicy
) -> int | None:
    """Which of a person's fingers or eyes a sample shows; None when it is none of them.

    It is compared with what a sensor without noise would see, up to ten times; the first match
    counts, since a person's own fingers are as different as strangers'.
    """
    kind, threshold = kind_of(sample), policy.threshold(kind_of(sample))
    for position in POSITIONS[kind]:
        ideal = _parsed(template(key, kind, person_index, position))
        if similarity(ideal, sample) >= threshold:
            return position
    return None


def _parsed(data: bytes) -> Sample:
    kind, payload = unpack(data)
    return parse_fingerprint(payload) if kind == "fingerprint" else parse_iris(payload)


def _noisy(what: str, measured: float, needed: float) -> SampleError:
    return SampleError(
        "biometrics.noisy",
        f"{what} {measured}, and at least {needed} is needed: touch or look again",
        measured=measured,
        needed=needed,
    )
