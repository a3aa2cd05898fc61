"""Support tickets: their states by the clock, and what a resolved unlock lifts."""

import itertools

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.domain import china_time, lockout, support
from simulator.domain.support import SupportPolicy, Ticket

POLICY = SupportPolicy()
LOCKOUT = lockout.LockoutPolicy(threshold=2, wait_s=100_000, max_wait_s=100_000)
S = china_time.SECOND_MS
NOW = china_time.from_iso("2025-03-01T12:00:00+08:00")
RESOLVED = NOW + 600 * S


def ticket(kind="unlock", *, proof=True, policy=POLICY):
    return support.open_ticket(policy, NOW, ticket_id="t1", kind=kind, proof_accepted=proof)


def locked_at(instant):
    state = lockout.record_failure(lockout.OPEN, LOCKOUT, instant)
    return lockout.record_failure(state, LOCKOUT, instant)


@pytest.mark.parametrize(
    ("kind", "proof", "after_s", "state"),
    [
        ("unlock", True, 0, "received"),
        ("unlock", True, 59.999, "received"),
        ("unlock", True, 60, "in_review"),
        ("unlock", True, 599.999, "in_review"),
        ("unlock", True, 600, "resolved"),
        ("unlock", False, 599.999, "in_review"),
        ("unlock", False, 600, "rejected"),
        ("balance", False, 600, "in_review"),
        ("balance", False, 1800, "resolved"),
        ("balance", True, 10**9, "resolved"),
    ],
)
def test_ticket_comes_along_by_the_clock(kind, proof, after_s, state):
    assert support.state_of(ticket(kind, proof=proof), NOW + int(after_s * S)) == state


def test_resolution_instant_is_known_from_the_start():
    assert support.resolved_at(ticket()) == RESOLVED
    assert support.resolved_at(ticket(proof=False)) is None
    assert support.resolved_at(ticket("balance", proof=False)) == NOW + 1800 * S


def test_next_change_is_announced():
    assert support.changes_at(ticket(), NOW) == NOW + 60 * S
    assert support.changes_at(ticket(), NOW + 60 * S) == RESOLVED
    assert support.changes_at(ticket(), RESOLVED) is None


def test_ticket_under_way_keeps_its_instants_when_the_policy_changes():
    under_way = ticket(policy=SupportPolicy(review_after_s=0, unlock_after_s=0))
    assert support.state_of(under_way, NOW) == "resolved"


@pytest.mark.parametrize("name", ["unlock_after_s", "balance_after_s"])
def test_decision_before_the_review_is_refused(name):
    with pytest.raises(ValueError, match=name):
        SupportPolicy(**{name: 59})


@given(
    st.sampled_from(["unlock", "balance"]),
    st.booleans(),
    st.lists(st.integers(0, 4000 * S), min_size=2, max_size=10),
)
def test_tickets_move_only_along_the_table(kind, proof, instants):
    mine = ticket(kind, proof=proof)
    after = {state: set(row.values()) for state, row in support.TRANSITIONS.items()}
    reachable = {state: {state} | after[state] for state in after}
    for state in after:
        reachable[state] |= {last for later in after[state] for last in after[later]}
    seen = [support.state_of(mine, NOW + each) for each in sorted(instants)]
    assert all(later in reachable[former] for former, later in itertools.pairwise(seen))


AT = {"received": NOW, "in_review": NOW + 60 * S, "resolved": RESOLVED, "rejected": RESOLVED}
EVENT_AT = {
    "review_begins": (NOW + 60 * S, True),
    "decided_for": (RESOLVED, True),
    "decided_against": (RESOLVED, False),
}


@pytest.mark.parametrize(
    ("state", "event"),
    [(state, event) for state, row in support.TRANSITIONS.items() for event in row],
)
def test_every_event_leads_where_the_table_says(state, event):
    at, proof = EVENT_AT[event]
    mine = ticket(proof=proof)
    assert support.state_of(mine, AT[state]) == state
    assert support.state_of(mine, at - 1) == state
    assert support.state_of(mine, at) == support.TRANSITIONS[state][event]


@pytest.mark.parametrize("state", ["resolved", "rejected"])
def test_decided_tickets_stay_decided(state):
    assert support.TRANSITIONS[state] == {}
    assert support.state_of(ticket(proof=state == "resolved"), 10**15) == state


def test_unlock_takes_effect_at_the_instant_it_is_resolved():
    state = locked_at(NOW - S)
    assert support.apply_unlock(ticket(), state, RESOLVED - 1) == state
    assert support.apply_unlock(ticket(), state, RESOLVED) == lockout.OPEN


def test_unlock_lifts_a_lock_that_began_after_the_ticket_was_received():
    assert support.apply_unlock(ticket(), locked_at(RESOLVED - 1), RESOLVED) == lockout.OPEN


@pytest.mark.parametrize("began", [RESOLVED, RESOLVED + 1])
def test_unlock_does_not_lift_a_lock_that_begins_with_it_or_later(began):
    state = locked_at(began)
    assert support.apply_unlock(ticket(), state, RESOLVED + 10 * S) == state


def test_unlock_looked_at_late_has_taken_effect_all_the_same():
    now = RESOLVED + 50 * S
    state = support.apply_unlock(ticket(), locked_at(NOW), now)
    assert not lockout.is_locked(state, now)


def test_unlock_forgets_failures_from_before_it_and_keeps_later_ones():
    before = lockout.record_failure(lockout.OPEN, LOCKOUT, RESOLVED - 1)
    later = lockout.record_failure(lockout.OPEN, LOCKOUT, RESOLVED)
    assert support.apply_unlock(ticket(), before, RESOLVED) == lockout.OPEN
    assert support.apply_unlock(ticket(), later, RESOLVED) == later


def test_unlock_lifts_locks_for_good_and_locks_of_an_operator():
    barred = lockout.lock_by_operator(lockout.OPEN, NOW, None)
    assert support.apply_unlock(ticket(), barred, RESOLVED) == lockout.OPEN
    late = lockout.lock_by_operator(lockout.OPEN, RESOLVED, None)
    assert support.apply_unlock(ticket(), late, RESOLVED) == late


def test_rejected_unlock_and_balance_tickets_lift_nothing():
    state = locked_at(NOW)
    for mine in (ticket(proof=False), ticket("balance")):
        assert support.apply_unlock(mine, state, NOW + 9999 * S) == state


@given(st.integers(-1000, 1000), st.integers(-1000, 1000))
def test_applying_an_unlock_twice_is_applying_it_once(began_s, looked_s):
    now = RESOLVED + looked_s * S
    once = support.apply_unlock(ticket(), locked_at(RESOLVED + began_s * S), now)
    assert support.apply_unlock(ticket(), once, now) == once


def test_ticket_and_policy_survive_the_store():
    for mine in (ticket(), ticket("balance", proof=False)):
        assert msgspec.json.decode(msgspec.json.encode(mine), type=Ticket) == mine
    assert msgspec.json.decode(msgspec.json.encode(POLICY), type=SupportPolicy) == POLICY
