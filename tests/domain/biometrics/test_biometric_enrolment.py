"""Enrolled samples: every phase × event, what each failure is called, and the tries of an hour."""

import msgspec
import pytest

from simulator.domain import biometrics, china_time
from simulator.domain.biometrics import (
    NOT_ENROLLED,
    BiometricPolicy,
    BiometricState,
    SampleError,
    enrolment,
)

POLICY = BiometricPolicy()
NOON = china_time.from_iso("2025-03-01T12:00:00+08:00")
MINUTE, HOUR = china_time.MINUTE_MS, china_time.HOUR_MS
ALICE, BOB = 7, 8
KINDS = biometrics.KINDS


@pytest.fixture
def touch(key):
    """Bytes from an ordinary sensor: of Alice's thumb or right eye, unless told otherwise."""

    def make(kind="fingerprint", *, person=ALICE, position=0, noise=0.2, seed=1):
        return biometrics.template(key, kind, person, position, noise=noise, seed=seed)

    return make


@pytest.fixture
def enrolled(key, touch):
    def make(kind="fingerprint", *, at=NOON, policy=POLICY, state=NOT_ENROLLED, **how):
        data = touch(kind, **how)
        state, outcome = biometrics.enrol(state, policy, at, data, kind=kind, key=key, person=ALICE)
        assert outcome == "enrolled"
        return state

    return make


@pytest.fixture
def verify(key):
    def run(state, data, kind="fingerprint", *, at=NOON, policy=POLICY):
        return biometrics.verify(state, policy, at, data, kind=kind, key=key, person=ALICE)

    return run


@pytest.fixture
def failed(verify, touch):
    """The state after Bob tried a number of times, a minute apart."""

    def make(state, times, kind="fingerprint", *, at=NOON):
        for n in range(times):
            state, verdict = verify(state, touch(kind, person=BOB), kind, at=at + n * MINUTE)
            assert verdict.outcome == "not_matched"
        return state

    return make


@pytest.mark.parametrize("kind", KINDS)
def test_fresh_sample_of_the_enrolled_matches(kind, enrolled, verify, touch):
    for seed in range(2, 12):
        state, verdict = verify(enrolled(kind), touch(kind, seed=seed), kind)
        assert verdict.outcome == "matched"
        assert verdict.score >= verdict.threshold == POLICY.threshold(kind)
        assert biometrics.refusal_code(verdict.outcome, kind) is None
        assert biometrics.tries_left(state, POLICY, NOON) == 5


@pytest.mark.parametrize(
    ("kind", "other", "code"),
    [
        ("fingerprint", {"position": 1}, "biometrics.wrong_finger"),
        ("fingerprint", {"position": 9}, "biometrics.wrong_finger"),
        ("iris", {"position": 1}, "biometrics.wrong_eye"),
        ("fingerprint", {"person": BOB}, "biometrics.not_matched"),
        ("iris", {"person": BOB}, "biometrics.not_matched"),
    ],
)
def test_wrong_finger_and_wrong_person_are_told_apart(kind, other, code, enrolled, verify, touch):
    state, verdict = verify(enrolled(kind), touch(kind, **other), kind)
    assert biometrics.refusal_code(verdict.outcome, kind) == code
    assert verdict.score < verdict.threshold
    assert (verdict.tries_left, biometrics.tries_left(state, POLICY, NOON)) == (4, 4)


def test_right_finger_that_scores_too_low_is_not_called_the_wrong_one(
    key, enrolled, verify, touch, sample
):
    # Each is close enough to the finger itself, and too far from the other.
    strict = BiometricPolicy(fingerprint_threshold=0.5)
    state = enrolled(policy=strict, noise=0.4)
    assert state.position == 0
    fresh = sample("fingerprint", ALICE, 0, noise=0.4, seed=2)
    assert biometrics.position_of(fresh, key, ALICE, strict) == 0
    _, verdict = verify(state, touch(noise=0.4, seed=2), policy=strict)
    assert (verdict.outcome, verdict.score < 0.5) == ("not_matched", True)


def test_finger_of_another_person_may_be_enrolled_and_only_it_matches(enrolled, verify, touch):
    state = enrolled(person=BOB)
    assert state.position is None
    assert verify(state, touch(person=BOB, seed=5))[1].outcome == "matched"
    assert verify(state, touch())[1].outcome == "not_matched"


def test_fifth_failure_tells_its_reason_and_blocks(enrolled, verify, touch, failed):
    state = failed(enrolled(), 5)
    now = NOON + 5 * MINUTE
    assert biometrics.phase_of(state, POLICY, now) == "blocked"
    assert biometrics.retry_at(state, POLICY, now) == NOON + HOUR
    state_after, verdict = verify(state, touch(), at=now)
    assert (state_after, verdict.outcome, verdict.score) == (state, "too_many_tries", None)
    assert biometrics.refusal_code("too_many_tries", "iris") == "biometrics.too_many_tries"


def test_blocked_until_the_oldest_failure_is_an_hour_old(enrolled, verify, touch, failed):
    state = failed(enrolled(), 5)
    assert verify(state, touch(), at=NOON + HOUR - 1)[1].outcome == "too_many_tries"
    state, verdict = verify(state, touch(person=BOB), at=NOON + HOUR)
    assert (verdict.outcome, verdict.tries_left) == ("not_matched", 0)
    # the next oldest was a minute later
    assert biometrics.retry_at(state, POLICY, NOON + HOUR) == NOON + HOUR + MINUTE


def test_policy_made_stricter_blocks_by_its_own_count(enrolled, failed):
    state = failed(enrolled(), 4)
    strict = BiometricPolicy(max_tries_per_hour=2)
    now = NOON + 10 * MINUTE
    assert biometrics.tries_left(state, strict, now) == 0
    assert biometrics.retry_at(state, strict, now) == NOON + 2 * MINUTE + HOUR
    assert biometrics.retry_at(state, POLICY, now) is None


def test_match_forgets_the_failures(enrolled, verify, touch, failed):
    state = failed(enrolled(), 4)
    state, verdict = verify(state, touch())
    assert (verdict.outcome, verdict.tries_left) == ("matched", 5)
    assert state.failures_ms == ()


def test_new_enrolment_replaces_the_old_one_and_keeps_the_failures(enrolled, verify, touch, failed):
    state = enrolled(state=failed(enrolled(), 3), position=4)
    assert biometrics.tries_left(state, POLICY, NOON) == 2
    assert verify(state, touch(position=4, seed=9))[1].outcome == "matched"
    assert verify(state, touch(position=0))[1].outcome == "wrong_position"


def test_sensor_that_timed_out_costs_nothing(enrolled, verify):
    state = enrolled()
    after, verdict = verify(state, None)
    assert (after, verdict.outcome, verdict.tries_left) == (state, "sensor_timeout", 5)


@pytest.mark.parametrize(
    ("kind", "noise", "code"),
    [("fingerprint", 1.0, "biometrics.noisy"), ("iris", 0.0, "biometrics.wrong_kind")],
)
def test_sample_that_cannot_be_compared_is_refused_and_counts_nowhere(
    kind, noise, code, enrolled, verify, touch
):
    with pytest.raises(SampleError) as raised:
        verify(enrolled(), touch(kind, noise=noise))
    assert raised.value.code == code


def test_nothing_enrolled_is_said_before_any_sample_is_read(verify):
    assert verify(NOT_ENROLLED, b"rubbish")[1].outcome == "not_enrolled"
    assert verify(NOT_ENROLLED, None)[1].outcome == "not_enrolled"


def test_kind_that_the_platform_does_not_offer_is_refused(key, touch, enrolled, verify):
    policy = BiometricPolicy(kinds=("iris",))
    assert verify(enrolled(), touch(), policy=policy)[1].outcome == "not_offered"
    assert biometrics.enrol(
        NOT_ENROLLED, policy, NOON, touch(), kind="fingerprint", key=key, person=ALICE
    ) == (NOT_ENROLLED, "not_offered")


def test_enrolled_sample_stays_good_when_quality_is_asked_higher(enrolled, verify, touch):
    strict = BiometricPolicy(fingerprint_min_quality=0.9)
    state = enrolled(noise=0.4)
    assert verify(state, touch(noise=0.0), policy=strict)[1].outcome == "matched"


@pytest.mark.parametrize(
    "wrong",
    [
        {"kinds": ("voice",)},
        {"max_tries_per_hour": 0},
        {"iris_threshold": 1.5},
        {"fingerprint_min_quality": -0.1},
    ],
)
def test_policy_that_makes_no_sense_is_refused(wrong):
    with pytest.raises(ValueError, match="biometric"):
        BiometricPolicy(**wrong)


def test_fingers_and_eyes_are_found_among_a_persons(key, sample):
    for finger in range(10):
        seen = sample("fingerprint", ALICE, finger, noise=0.2, seed=3)
        assert biometrics.position_of(seen, key, ALICE, POLICY) == finger
    eye = sample("iris", ALICE, 1, noise=0.2, seed=3)
    assert biometrics.position_of(eye, key, ALICE, POLICY) == 1
    assert biometrics.position_of(eye, key, BOB, POLICY) is None


EVENTS = list(dict.fromkeys(e for row in enrolment.TRANSITIONS.values() for e in row))


@pytest.mark.parametrize("event", EVENTS)
@pytest.mark.parametrize("phase", enrolment.TRANSITIONS)
def test_every_event_leads_where_the_table_says(phase, event, key, touch, enrolled, verify, failed):
    state, now = NOT_ENROLLED, NOON + 10 * MINUTE
    if phase != "none":
        state = failed(enrolled("iris"), 5 if phase == "blocked" else 0, "iris")
    assert biometrics.phase_of(state, POLICY, now) == phase
    match event:
        case "enrol":
            state, _ = biometrics.enrol(
                state, POLICY, now, touch("iris"), kind="iris", key=key, person=ALICE
            )
        case "match":
            state, _ = verify(state, touch("iris", seed=2), "iris", at=now)
        case "mismatch" | "last_mismatch":
            for _ in range(5 if event == "last_mismatch" else 1):
                state, _ = verify(state, touch("iris", person=BOB), "iris", at=now)
        case "sensor_timeout":
            state, _ = verify(state, None, "iris", at=now)
        case "hour_passes":
            now += HOUR
        case "reset":
            state = biometrics.reset()
    # what is missing from the table changes nothing
    expected = enrolment.TRANSITIONS[phase].get(event, phase)
    assert biometrics.phase_of(state, POLICY, now) == expected


@pytest.mark.parametrize("kind", KINDS)
def test_state_survives_the_store_and_still_matches(kind, enrolled, verify, touch, failed):
    state = failed(enrolled(kind), 2, kind)
    decoded = msgspec.json.decode(msgspec.json.encode(state), type=BiometricState)
    assert decoded == state
    assert verify(decoded, touch(kind, seed=4), kind)[1].outcome == "matched"


def test_policy_survives_the_store():
    assert msgspec.json.decode(msgspec.json.encode(POLICY), type=BiometricPolicy) == POLICY
