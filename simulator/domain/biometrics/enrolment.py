"""The life of an enrolled sample: one kind of one account, verified within the tries of an hour.

It is `none`, `enrolled`, or `blocked` after too many samples that did not match. The rules,
*assumed*:

- A newer sample replaces the enrolled one, unless it is blocked. The failures stay.
- A sample that does not match costs a try, whether it is another finger of the person or somebody
  else's. The one that takes the last try still tells its own reason; every sample after it is
  refused until an hour has passed since the oldest failure that counts.
- A match forgets the failures. A sensor that timed out, and bytes that could not be read, cost
  nothing: nobody was compared.
- Customer service or a tester resets: nothing is enrolled then, and nothing counted.

A real platform cannot tell the wrong finger from the wrong person. The simulator can, as it knows
every finger: it says which, so that a test can tell them apart as well.
"""

from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final, Literal

from simulator.domain import china_time
from simulator.domain.biometrics.comparison import (
    Sample,
    position_of,
    read_sample,
    similarity,
)
from simulator.domain.biometrics.policy import BiometricPolicy
from simulator.domain.biometrics.samples import Kind

Phase = Literal["none", "enrolled", "blocked"]
Event = Literal[
    "enrol", "match", "mismatch", "last_mismatch", "sensor_timeout", "hour_passes", "reset"
]
Outcome = Literal[
    "enrolled",
    "matched",
    "not_matched",
    "wrong_position",
    "sensor_timeout",
    "too_many_tries",
    "not_enrolled",
    "not_offered",
]

TRANSITIONS: Final[Mapping[Phase, Mapping[Event, Phase]]] = {
    "none": {"enrol": "enrolled", "reset": "none"},
    "enrolled": {
        "enrol": "enrolled",
        "match": "enrolled",
        "mismatch": "enrolled",
        "last_mismatch": "blocked",
        "sensor_timeout": "enrolled",
        "reset": "none",
    },
    "blocked": {
        "enrol": "blocked",
        "match": "blocked",
        "mismatch": "blocked",
        "sensor_timeout": "blocked",
        "hour_passes": "enrolled",
        "reset": "none",
    },
}
"""Phase × event → phase; what is missing cannot happen. Tests hold the functions to it."""

_WRONG_POSITION: Final[Mapping[Kind, str]] = {
    "fingerprint": "biometrics.wrong_finger",
    "iris": "biometrics.wrong_eye",
}


@dataclass(frozen=True, slots=True)
class BiometricState:
    """What is remembered of one kind for one account; JSON-friendly."""

    template: str = ""
    """The enrolled sample, base64; empty when there is none."""
    position: int | None = None
    """Which finger or eye of the account's person it is; None when it is nobody's or another's."""
    enrolled_ms: int | None = None
    failures_ms: tuple[int, ...] = ()
    """Instants of the samples that did not match, oldest first; no more than one policy counts."""


NOT_ENROLLED: Final = BiometricState()


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of a sample. `score` is None where nothing was compared."""

    outcome: Outcome
    threshold: float
    score: float | None = None
    tries_left: int = 0


def phase_of(state: BiometricState, policy: BiometricPolicy, now_ms: int) -> Phase:
    """The phase at an instant."""
    if not state.template:
        return "none"
    return "enrolled" if tries_left(state, policy, now_ms) else "blocked"


def tries_left(state: BiometricState, policy: BiometricPolicy, now_ms: int) -> int:
    """Samples that may fail to match before the next is refused."""
    return max(0, policy.max_tries_per_hour - len(_recent(state, now_ms)))


def retry_at(state: BiometricState, policy: BiometricPolicy, now_ms: int) -> int | None:
    """When a blocked kind takes samples again, milliseconds; None unless it is blocked."""
    recent = _recent(state, now_ms)
    if len(recent) < policy.max_tries_per_hour:
        return None
    return recent[-policy.max_tries_per_hour] + china_time.HOUR_MS


def enrol(
    state: BiometricState,
    policy: BiometricPolicy,
    now_ms: int,
    data: bytes,
    *,
    kind: Kind,
    key: bytes,
    person: int,
) -> tuple[BiometricState, Outcome]:
    """The state after the bytes of a sample were enrolled for a person, or why they were not.

    Raises SampleError for bytes that cannot be compared.
    """
    if kind not in policy.kinds:
        return state, "not_offered"
    if phase_of(state, policy, now_ms) == "blocked":
        return state, "too_many_tries"
    sample = read_sample(data, kind, policy)
    enrolled = replace(
        state,
        template=b64encode(data).decode("ascii"),
        position=position_of(sample, key, person, policy),
        enrolled_ms=now_ms,
    )
    return enrolled, "enrolled"


def verify(
    state: BiometricState,
    policy: BiometricPolicy,
    now_ms: int,
    data: bytes | None,
    *,
    kind: Kind,
    key: bytes,
    person: int,
) -> tuple[BiometricState, Verdict]:
    """The state after the bytes of a sample were verified, and the verdict.

    `data` is None when the sensor timed out. Raises SampleError for bytes that cannot be compared.
    """
    threshold = policy.threshold(kind)
    left = tries_left(state, policy, now_ms)
    if kind not in policy.kinds:
        return state, Verdict("not_offered", threshold)
    if not state.template:
        return state, Verdict("not_enrolled", threshold)
    if not left:
        return state, Verdict("too_many_tries", threshold)
    if data is None:
        return state, Verdict("sensor_timeout", threshold, tries_left=left)
    sample = read_sample(data, kind, policy)
    score = similarity(_enrolled(state, kind), sample)
    if score >= threshold:
        matched = replace(state, failures_ms=())
        return matched, Verdict("matched", threshold, score, policy.max_tries_per_hour)
    failed = replace(state, failures_ms=(*_recent(state, now_ms), now_ms))
    outcome = _reason(state, sample, key, person, policy)
    return failed, Verdict(outcome, threshold, score, left - 1)


def reset() -> BiometricState:
    """The state after customer service or a tester began anew."""
    return NOT_ENROLLED


def refusal_code(outcome: Outcome, kind: Kind) -> str | None:
    """The stable code of an outcome, such as `biometrics.wrong_finger`; None for success."""
    if outcome in ("enrolled", "matched"):
        return None
    return _WRONG_POSITION[kind] if outcome == "wrong_position" else f"biometrics.{outcome}"


def _recent(state: BiometricState, now_ms: int) -> tuple[int, ...]:
    return tuple(at for at in state.failures_ms if now_ms < at + china_time.HOUR_MS)


def _enrolled(state: BiometricState, kind: Kind) -> Sample:
    # Thresholds of quality may have risen since; what was enrolled stays good.
    lenient = BiometricPolicy(
        fingerprint_min_quality=0, fingerprint_min_minutiae=0, iris_min_quality=0
    )
    return read_sample(b64decode(state.template), kind, lenient)


def _reason(
    state: BiometricState, sample: Sample, key: bytes, person: int, policy: BiometricPolicy
) -> Outcome:
    if state.position is None:
        return "not_matched"
    shown = position_of(sample, key, person, policy)
    return "not_matched" if shown in (None, state.position) else "wrong_position"
