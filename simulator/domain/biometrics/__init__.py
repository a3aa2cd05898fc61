"""Fingerprint and iris samples: made, read, compared, enrolled. docs/biometrics.md has figures."""

from simulator.domain.biometrics.comparison import (
    POSITIONS,
    Sample,
    kind_of,
    position_of,
    read_sample,
    similarity,
    template,
)
from simulator.domain.biometrics.enrolment import (
    NOT_ENROLLED,
    BiometricState,
    Outcome,
    Phase,
    Verdict,
    enrol,
    phase_of,
    refusal_code,
    reset,
    retry_at,
    tries_left,
    verify,
)
from simulator.domain.biometrics.fingerprints import Fingerprint, Minutia, fingerprint_template
from simulator.domain.biometrics.irises import Iris, iris_template
from simulator.domain.biometrics.policy import BiometricPolicy
from simulator.domain.biometrics.samples import DEFAULT_NOISE, KINDS, Kind, SampleError

__all__ = [
    "DEFAULT_NOISE",
    "KINDS",
    "NOT_ENROLLED",
    "POSITIONS",
    "BiometricPolicy",
    "BiometricState",
    "Fingerprint",
    "Iris",
    "Kind",
    "Minutia",
    "Outcome",
    "Phase",
    "Sample",
    "SampleError",
    "Verdict",
    "enrol",
    "fingerprint_template",
    "iris_template",
    "kind_of",
    "phase_of",
    "position_of",
    "read_sample",
    "refusal_code",
    "reset",
    "retry_at",
    "similarity",
    "template",
    "tries_left",
    "verify",
]
