"""The second factor: methods, and every phase × event of a challenge."""

import msgspec
import pytest

from simulator.domain import china_time, second_factor
from simulator.domain.second_factor import SecondFactorChallenge, SecondFactorPolicy

POLICY = SecondFactorPolicy()
S = china_time.SECOND_MS
NOW = china_time.from_iso("2025-03-01T12:00:00+08:00")
MINE = {"token_digest": "token", "account": "alice", "attempt": "first"}


def challenged(policy=POLICY):
    return second_factor.challenge(policy, NOW, method="sms", **MINE)


def answered(challenge, *, right, at=NOW, **other):
    return second_factor.answer(challenge, at, is_right=right, **(MINE | other))


def test_right_answer_passes_once():
    challenge, outcome = answered(challenged(), right=True)
    assert outcome == "ok"
    assert answered(challenge, right=True) == (challenge, "unknown")


@pytest.mark.parametrize("foreign", MINE)
def test_challenge_is_bound_to_its_token_its_account_and_its_attempt(foreign):
    challenge = challenged()
    assert answered(challenge, right=True, **{foreign: "another"}) == (challenge, "unknown")


def test_answer_without_a_challenge_is_unknown():
    assert answered(None, right=True) == (None, "unknown")


def test_challenge_expires_exactly_at_the_end_of_its_lifetime():
    assert answered(challenged(), right=True, at=NOW + 300 * S - 1)[1] == "ok"
    assert answered(challenged(), right=True, at=NOW + 300 * S)[1] == "expired"


def test_fifth_wrong_answer_exhausts_the_challenge():
    challenge, seen = challenged(), []
    for _ in range(5):
        challenge, outcome = answered(challenge, right=False)
        seen.append((outcome, second_factor.remaining_tries(challenge)))
    assert seen == [*(("wrong", left) for left in (4, 3, 2, 1)), ("too_many_tries", 0)]
    assert answered(challenge, right=True) == (challenge, "too_many_tries")


def test_method_none_has_no_challenge():
    with pytest.raises(ValueError, match="no challenge"):
        second_factor.challenge(POLICY, NOW, method="none", **MINE)


def test_platform_offers_the_methods_of_its_policy():
    for method in ("none", "sms", "fingerprint", "iris"):
        assert second_factor.is_offered(method, POLICY)
    assert not second_factor.is_offered("voice", POLICY)
    assert not second_factor.is_offered("sms", SecondFactorPolicy(methods=("none", "iris")))


@pytest.mark.parametrize(
    ("chosen", "methods", "in_force"),
    [
        ("sms", ("none", "sms"), "sms"),
        ("none", ("none", "sms"), "none"),
        ("none", ("sms",), "sms"),
        ("iris", ("none", "sms"), "none"),
    ],
)
def test_method_in_force_follows_the_platform(chosen, methods, in_force):
    policy = SecondFactorPolicy(methods=methods)
    assert second_factor.method_in_force(chosen, policy) == in_force


def test_platform_without_any_method_is_refused():
    with pytest.raises(ValueError, match="at least"):
        SecondFactorPolicy(methods=())


EVENTS = ["right_answer", "wrong_answer", "last_wrong_answer", "lifetime_ends"]


def in_phase(phase):
    """A challenge that is in a phase a minute after noon."""
    if phase == "expired":
        return challenged(SecondFactorPolicy(lifetime_s=60))
    challenge = challenged()
    if phase == "passed":
        challenge, _ = answered(challenge, right=True)
    if phase == "exhausted":
        for _ in range(5):
            challenge, _ = answered(challenge, right=False)
    return challenge


def phase_after(phase, event):
    challenge, now = in_phase(phase), NOW + 60 * S
    assert second_factor.phase_of(challenge, now) == phase
    if event == "lifetime_ends":
        now = NOW + 300 * S
    else:
        for _ in range(5 if event == "last_wrong_answer" else 1):
            challenge, _ = answered(challenge, right=event == "right_answer", at=now)
    return second_factor.phase_of(challenge, now)


@pytest.mark.parametrize("event", EVENTS)
@pytest.mark.parametrize("phase", second_factor.TRANSITIONS)
def test_every_event_leads_where_the_table_says(phase, event):
    # what is missing from the table changes nothing
    assert phase_after(phase, event) == second_factor.TRANSITIONS[phase].get(event, phase)


@pytest.mark.parametrize("phase", second_factor.TRANSITIONS)
def test_challenge_survives_the_store(phase):
    challenge = in_phase(phase)
    decoded = msgspec.json.decode(msgspec.json.encode(challenge), type=SecondFactorChallenge)
    assert decoded == challenge


def test_policy_survives_the_store():
    assert msgspec.json.decode(msgspec.json.encode(POLICY), type=SecondFactorPolicy) == POLICY
