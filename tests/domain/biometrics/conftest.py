"""A key, and samples by person, position, noise and seed."""

import pytest

from simulator.domain import biometrics
from simulator.domain.digests import derive_key

LENIENT = biometrics.BiometricPolicy(
    fingerprint_min_quality=0, fingerprint_min_minutiae=0, iris_min_quality=0
)


@pytest.fixture(scope="session")
def key():
    return derive_key(11, "biometrics")


@pytest.fixture(scope="session")
def sample(key):
    """A sample read back, whatever its quality: `sample("iris", 7, 0, noise=0.2, seed=1)`."""

    def make(kind, person, position, **how):
        data = biometrics.template(key, kind, person, position, **how)
        return biometrics.read_sample(data, kind, LENIENT)

    return make
