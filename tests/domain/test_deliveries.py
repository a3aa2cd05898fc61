"""The lifecycle of a delivery: claims, retries on the world's clock, and ends."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.domain.alerts import AlertPolicy
from simulator.domain.deliveries import (
    KEPT_ATTEMPTS,
    LOST,
    TRANSITIONS,
    Attempt,
    Claim,
    Delivery,
    claimed,
    concluded,
    is_due,
    redelivered,
    released,
)

POLICY = AlertPolicy(retry_after_s=(60, 300))
NOW_MS = 1_000_000
CLAIM = Claim("me", NOW_MS, until_real_ms=50)
OK = Attempt(NOW_MS, "delivered", 204)
BAD = Attempt(NOW_MS, "failed", 500, "answered 500")
NEVER = Attempt(NOW_MS, "refused", None, "no")


def delivery(state="waiting", **rest):
    claim = CLAIM if state == "sending" else None
    return Delivery("webhook", "http://127.0.0.1/", NOW_MS, state=state, claim=claim, **rest)


EVENTS = {
    "claim": lambda each: claimed(each, CLAIM),
    "succeed": lambda each: concluded(each, POLICY, "me", OK),
    "fail": lambda each: concluded(each, POLICY, "me", BAD),
    "fail_last": lambda each: concluded(replace(each, tries=2), POLICY, "me", BAD),
    "refuse": lambda each: concluded(each, POLICY, "me", NEVER),
    "redeliver": lambda each: redelivered(each, NOW_MS),
}


@pytest.mark.parametrize("state", TRANSITIONS)
@pytest.mark.parametrize("event", EVENTS)
def test_every_state_moves_as_its_table_says(state, event):
    if event == "claim" and event not in TRANSITIONS[state]:
        assert not is_due(delivery(state), NOW_MS)
        return
    after = EVENTS[event](delivery(state))
    assert after.state == TRANSITIONS[state].get(event, state)
    assert (after.claim is not None) == (after.state == "sending")


def test_it_waits_for_its_instant_of_the_world():
    assert not is_due(delivery(), NOW_MS - 1)
    assert is_due(delivery(), NOW_MS)
    assert not is_due(delivery("sending"), NOW_MS)


def test_waits_follow_the_policy_and_then_it_is_given_up():
    each, due = delivery(), []
    for number in range(3):
        at_ms = NOW_MS + number
        each = claimed(each, Claim("me", at_ms, 50))
        each = concluded(each, POLICY, "me", replace(BAD, at_ms=at_ms))
        due.append((each.state, each.due_ms - at_ms))
    assert due[:2] == [("waiting", 60_000), ("waiting", 300_000)]
    assert (each.state, len(each.attempts)) == ("given_up", 3)


def test_claim_that_ran_out_is_an_attempt_and_is_followed_at_once():
    each = delivery("sending")
    assert released(each, POLICY, NOW_MS + 5, real_now_ms=49) is each
    after = released(each, POLICY, NOW_MS + 5, real_now_ms=50)
    assert (after.state, after.due_ms, after.claim) == ("waiting", NOW_MS + 5, None)
    assert after.attempts == (Attempt(NOW_MS, "failed", error=LOST),)
    assert released(delivery("sending", tries=2), POLICY, NOW_MS, 50).state == "given_up"


def test_failure_counts_only_for_who_holds_the_claim_and_success_always():
    each = claimed(delivery(), Claim("other", NOW_MS, 90))
    assert concluded(each, POLICY, "me", BAD) is each
    assert concluded(each, POLICY, "me", NEVER) is each
    assert concluded(each, POLICY, "me", OK).state == "delivered"
    assert concluded(delivery("given_up"), POLICY, "me", OK).state == "delivered"


def test_asked_for_again_it_has_all_its_attempts():
    each = redelivered(delivery("given_up", tries=3, attempts=(BAD,) * 3), NOW_MS + 9)
    assert (each.state, each.due_ms, each.tries, len(each.attempts)) == (
        "waiting",
        NOW_MS + 9,
        0,
        3,
    )


def test_only_so_many_attempts_are_remembered():
    each = delivery(attempts=(BAD,) * KEPT_ATTEMPTS)
    assert concluded(each, POLICY, "me", OK).attempts == (*(BAD,) * (KEPT_ATTEMPTS - 1), OK)


@given(st.lists(st.sampled_from(["claim", "ok", "bad", "lost", "wait"]), min_size=1, max_size=40))
def test_nothing_is_sent_after_a_recorded_success(steps):
    each, now_ms, real_ms, sent, succeeded = delivery(), NOW_MS, 0, 0, False
    for step in steps:
        each = released(each, POLICY, now_ms, real_ms)
        if step == "claim" and is_due(each, now_ms):
            assert not succeeded
            sent += 1
            each = claimed(each, Claim(str(sent), now_ms, real_ms + 10))
        elif step == "ok" and each.claim is not None:
            each = concluded(each, POLICY, each.claim.holder, replace(OK, at_ms=now_ms))
            succeeded = True
        elif step == "bad" and each.claim is not None:
            each = concluded(each, POLICY, each.claim.holder, replace(BAD, at_ms=now_ms))
        elif step == "lost":
            real_ms += 10
        elif step == "wait":
            now_ms += 100_000
    assert sent <= 1 + len(POLICY.retry_after_s)
    assert each.state == "delivered" or not succeeded
