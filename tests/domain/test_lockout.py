"""Lockout: the rules one by one, every phase × event, Keycloak's bugs, and a reference model."""

from dataclasses import replace

import msgspec
import pytest
from hypothesis import assume, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from simulator.domain import china_time, lockout
from simulator.domain.lockout import LockoutPolicy, LockoutState

START = china_time.from_iso("2025-03-01T09:00:00+08:00")
S = china_time.SECOND_MS
DAY = china_time.DAY_MS

FIXED = LockoutPolicy()
MULTIPLE = LockoutPolicy(mode="multiple", wait_s=30, max_wait_s=900)
LINEAR = LockoutPolicy(mode="linear", wait_s=30, max_wait_s=900)
PERMANENT = LockoutPolicy(mode="permanent")


def after_failures(count, policy, *, at=START, state=lockout.OPEN):
    for _ in range(count):
        state = lockout.record_failure(state, policy, at)
    return state


def waits_of(policy, failures):
    """The waits, in seconds, that failures bring, each made as soon as the account is free."""
    state, now, waits = lockout.OPEN, START, []
    for _ in range(failures):
        state = lockout.record_failure(state, policy, now)
        until = lockout.locked_until(state, now)
        waits.append(0 if until is None else (until - now) // S)
        now = now if until is None else until
    return waits


def test_fifth_wrong_password_locks_for_twenty_minutes():
    state = after_failures(4, FIXED)
    assert not lockout.is_locked(state, START)
    state = after_failures(1, FIXED, state=state)
    assert lockout.is_locked(state, START)
    assert lockout.locked_until(state, START) == START + 1200 * S
    assert state.locked_since_ms == START


def test_account_is_free_exactly_at_the_end_of_the_lock():
    state = after_failures(5, FIXED)
    end = START + 1200 * S
    assert lockout.is_locked(state, end - 1)
    assert not lockout.is_locked(state, end)
    assert lockout.locked_until(state, end) is None


def test_failures_while_locked_change_nothing():
    state = after_failures(5, FIXED)
    assert lockout.record_failure(state, FIXED, START + 1199 * S) == state


def test_right_password_while_locked_does_not_unlock():
    state = after_failures(5, FIXED)
    assert lockout.record_success(state, FIXED, START + S) == state


def test_remaining_attempts_count_down_and_start_over_after_a_fixed_lock():
    state, seen = lockout.OPEN, []
    for _ in range(6):
        seen.append(lockout.remaining_attempts(state, FIXED, START))
        state = lockout.record_failure(state, FIXED, START)
    assert seen == [5, 4, 3, 2, 1, 0]
    assert lockout.remaining_attempts(state, FIXED, START + 1200 * S) == 5


def test_remaining_attempts_after_a_growing_lock_is_one():
    state = after_failures(5, LINEAR)
    assert lockout.remaining_attempts(state, LINEAR, START + 30 * S) == 1


def test_success_forgets_the_failures():
    state = lockout.record_success(after_failures(4, FIXED), FIXED, START)
    assert state == lockout.OPEN
    assert lockout.remaining_attempts(state, FIXED, START) == 5


def test_count_clears_after_a_day_without_failure_and_not_a_moment_sooner():
    state = after_failures(4, FIXED)
    assert lockout.remaining_attempts(state, FIXED, START + DAY - 1) == 1
    assert lockout.remaining_attempts(state, FIXED, START + DAY) == 5
    assert lockout.is_locked(lockout.record_failure(state, FIXED, START + DAY - 1), START + DAY)
    assert not lockout.is_locked(lockout.record_failure(state, FIXED, START + DAY), START + DAY)


def test_each_failure_begins_the_reset_time_anew():
    state = after_failures(1, FIXED)
    state = after_failures(1, FIXED, at=START + DAY - 1, state=state)
    assert lockout.remaining_attempts(state, FIXED, START + DAY) == 3


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        (FIXED, [0, 0, 0, 0, 1200, 0, 0, 0, 0, 1200, 0]),
        (MULTIPLE, [0, 0, 0, 0, 30, 30, 30, 30, 30, 60, 60]),
        (LINEAR, [0, 0, 0, 0, 30, 60, 90, 120, 150, 180, 210]),
    ],
    ids=lambda each: getattr(each, "mode", ""),
)
def test_waits_follow_the_formula_of_the_mode(policy, expected):
    assert waits_of(policy, 11) == expected


@pytest.mark.parametrize("policy", [MULTIPLE, LINEAR], ids=lambda each: each.mode)
def test_no_wait_exceeds_the_maximum(policy):
    capped = replace(policy, max_wait_s=70)
    assert max(waits_of(capped, 40)) == 70


def test_mode_permanent_bars_at_the_threshold_for_good():
    state = after_failures(5, PERMANENT)
    assert state.permanent
    assert lockout.is_locked(state, START + 10_000 * DAY)
    assert lockout.locked_until(state, START) is None


@pytest.mark.parametrize("policy", [FIXED, MULTIPLE, LINEAR], ids=lambda each: each.mode)
def test_lockout_after_the_permitted_temporary_ones_is_for_good(policy):
    policy = replace(policy, threshold=2, permanent_after=2)
    state, now = lockout.OPEN, START
    temporary = 0
    while not state.permanent:
        state = lockout.record_failure(state, policy, now)
        until = lockout.locked_until(state, now)
        if until is not None:
            temporary, now = temporary + 1, until
    assert temporary == 2


def test_no_temporary_lockout_permitted_bars_at_the_first():
    assert after_failures(5, replace(FIXED, permanent_after=0)).permanent


def test_success_between_lockouts_starts_their_count_over():
    policy = replace(FIXED, threshold=1, permanent_after=1)
    state = lockout.record_failure(lockout.OPEN, policy, START)
    now = START + 1200 * S
    state = lockout.record_success(state, policy, now)
    state = lockout.record_failure(state, policy, now)
    assert lockout.is_locked(state, now)
    assert not state.permanent


def test_clear_lifts_any_lock():
    assert lockout.clear() == lockout.OPEN
    assert not lockout.is_locked(lockout.clear(), START)


def test_operator_locks_until_an_instant_or_for_good():
    until = lockout.lock_by_operator(lockout.OPEN, START, START + 5)
    assert lockout.is_locked(until, START + 4)
    assert not lockout.is_locked(until, START + 5)
    for_good = lockout.lock_by_operator(until, START, None)
    assert for_good.permanent
    assert not lockout.lock_by_operator(for_good, START, START + 5).permanent


def test_operator_lock_that_would_have_ended_is_refused():
    with pytest.raises(ValueError, match="expected an instant after now"):
        lockout.lock_by_operator(lockout.OPEN, START, START)


@pytest.mark.parametrize("name", ["threshold", "wait_s", "max_wait_s", "reset_after_s"])
def test_policy_of_nothing_is_refused(name):
    with pytest.raises(ValueError, match=name):
        LockoutPolicy(**{name: 0})


# --- what went wrong in Keycloak ---------------------------------------------------------------


def test_reset_time_is_not_applied_in_mode_permanent():
    """keycloak/keycloak issue 28821."""
    policy = replace(PERMANENT, reset_after_s=5)
    state = after_failures(4, policy)
    assert lockout.record_failure(state, policy, START + 60 * S).permanent


def test_reset_time_does_not_lift_a_lock_for_good():
    policy = replace(FIXED, permanent_after=0, reset_after_s=5)
    state = after_failures(5, policy)
    assert lockout.is_locked(state, START + 10 * S)
    assert lockout.phase_of(state, policy, START + 10 * S) == "barred"


@pytest.mark.parametrize("leftover", [{"wait_s": 1}, {"permanent_after": 7}, {"max_wait_s": 1}])
def test_settings_of_temporary_lockouts_do_not_leak_into_mode_permanent(leftover):
    """keycloak/keycloak issue 30969."""
    assert after_failures(5, replace(PERMANENT, **leftover)).permanent


def test_lock_taken_under_one_mode_survives_a_change_of_mode():
    state = after_failures(5, FIXED)
    for policy in (MULTIPLE, LINEAR, PERMANENT):
        assert lockout.phase_of(state, policy, START) == "locked"
        assert lockout.record_failure(state, policy, START) == state


def test_very_long_waits_do_not_overflow():
    """keycloak/keycloak issue 30939: 21,900 days broke the lock there."""
    long = 21_900 * 86_400
    state = after_failures(5, replace(FIXED, wait_s=long, max_wait_s=long))
    assert lockout.locked_until(state, START) == START + long * S


@pytest.mark.parametrize("policy", [FIXED, MULTIPLE, LINEAR], ids=lambda each: each.mode)
def test_no_lock_reaches_past_the_last_writable_instant(policy):
    endless = 10**15
    state = after_failures(5, replace(policy, wait_s=endless, max_wait_s=endless))
    until = lockout.locked_until(state, START)
    assert until == lockout.FAR_END_MS
    assert china_time.to_iso(until) == "9999-12-31T23:59:59.999+08:00"
    by_operator = lockout.lock_by_operator(lockout.OPEN, START, 10**18)
    assert lockout.locked_until(by_operator, START) == lockout.FAR_END_MS


@pytest.mark.parametrize("policy", [FIXED, MULTIPLE, LINEAR], ids=lambda each: each.mode)
def test_reset_time_shorter_than_the_wait_neither_shortens_the_lock_nor_confuses_the_count(policy):
    """keycloak/keycloak issue 46634."""
    policy = replace(policy, wait_s=20, max_wait_s=20, reset_after_s=10)
    state = after_failures(5, policy)
    assert lockout.is_locked(state, START + 19 * S)
    assert lockout.remaining_attempts(state, policy, START + 20 * S) == 5


def test_reading_around_the_reset_boundary_agrees_with_recording():
    for now in (START + DAY - 1, START + DAY, START + DAY + 1):
        state = after_failures(3, FIXED)
        before = lockout.remaining_attempts(state, FIXED, now)
        after = lockout.remaining_attempts(lockout.record_failure(state, FIXED, now), FIXED, now)
        assert after == before - 1


def test_failures_while_locked_do_not_lengthen_the_lock():
    """keycloak/keycloak issue 20353 asked for it; here they do not count."""
    state = after_failures(15, replace(MULTIPLE, threshold=2))
    assert lockout.locked_until(state, START) == START + 30 * S


def test_right_passwords_at_the_same_time_never_lock():
    state = lockout.OPEN
    for _ in range(100):
        state = lockout.record_success(state, FIXED, START)
    assert state == lockout.OPEN


# --- every phase × event -----------------------------------------------------------------------

NEARLY = replace(FIXED, threshold=3)
IN_PHASE = {
    "open": lockout.OPEN,
    "counting": LockoutState(failures=1, last_failure_ms=START),
    "locked": LockoutState(3, START, START, START + 1200 * S, False, 1),
    "barred": LockoutState(3, START, START, None, True, 0),
}


def phase_after(phase, event):
    state = IN_PHASE[phase]
    now = START + S
    policy = NEARLY
    if event == "failure":
        state = lockout.record_failure(state, policy, now)
    elif event in ("locking_failure", "barring_failure"):
        policy = replace(
            policy, threshold=1, permanent_after=0 if event == "barring_failure" else None
        )
        state = lockout.record_failure(state, policy, now)
    elif event == "success":
        state = lockout.record_success(state, policy, now)
    elif event == "reset_time_passes":
        now = START + DAY
    elif event == "wait_ends":
        now = START + 1200 * S
    elif event == "wait_ends_count_goes_on":
        policy, now = replace(policy, mode="linear"), START + 1200 * S
    elif event == "clear":
        state = lockout.clear()
    elif event == "operator_lock":
        state = lockout.lock_by_operator(state, now, now + S)
    elif event == "operator_bar":
        state = lockout.lock_by_operator(state, now, None)
    else:
        raise AssertionError(event)
    return lockout.phase_of(state, policy, now)


def test_states_of_the_test_are_in_their_phases():
    for phase, state in IN_PHASE.items():
        assert lockout.phase_of(state, NEARLY, START + S) == phase


@pytest.mark.parametrize(
    ("phase", "event"),
    [(phase, event) for phase, row in lockout.TRANSITIONS.items() for event in row],
)
def test_every_event_leads_where_the_table_says(phase, event):
    assert phase_after(phase, event) == lockout.TRANSITIONS[phase][event]


@pytest.mark.parametrize("phase", ["locked", "barred"])
@pytest.mark.parametrize("event", ["locking_failure", "barring_failure"])
def test_events_missing_from_the_table_do_not_leave_the_phase(phase, event):
    assert event not in lockout.TRANSITIONS[phase]
    assert phase_after(phase, event) == phase


@pytest.mark.parametrize("state", IN_PHASE.values(), ids=IN_PHASE)
def test_state_survives_the_store(state):
    assert msgspec.json.decode(msgspec.json.encode(state), type=LockoutState) == state


def test_policy_survives_the_store():
    for policy in (FIXED, MULTIPLE, LINEAR, PERMANENT):
        assert msgspec.json.decode(msgspec.json.encode(policy), type=LockoutPolicy) == policy


# --- against a reference model -----------------------------------------------------------------

POLICIES = st.builds(
    LockoutPolicy,
    mode=st.sampled_from(["fixed", "multiple", "linear", "permanent"]),
    threshold=st.integers(1, 4),
    wait_s=st.integers(1, 40),
    max_wait_s=st.integers(1, 100),
    reset_after_s=st.integers(1, 120),
    permanent_after=st.none() | st.integers(0, 3),
)


class LockoutAgainstModel(RuleBasedStateMachine):
    """The model has a wall clock: it acts on each millisecond boundary as time passes it.

    It keeps the failures as a list of instants and walks up to each wait step by step, so that it
    shares neither the lazy settling nor the formulas with the code.
    """

    @initialize(policy=POLICIES)
    def begin(self, policy):
        self.policy = policy
        self.now = START
        self.state = lockout.OPEN
        self.failures = []
        self.latest = None
        self.served = 0
        self.locked_to = None
        self.barred = False

    # the model

    def forget(self):
        self.failures, self.latest, self.served = [], None, 0

    def wait(self):
        wait = 0
        for number in range(1, len(self.failures) + 1):
            if self.policy.mode == "fixed":
                wait = self.policy.wait_s
            elif (self.policy.mode == "linear" and number >= self.policy.threshold) or (
                self.policy.mode == "multiple" and number % self.policy.threshold == 0
            ):
                wait += self.policy.wait_s
        return min(wait, self.policy.max_wait_s) * S

    def is_free(self):
        return not self.barred and self.locked_to is None

    def pass_time(self, span):
        self.now += span
        if self.barred:
            return
        if self.locked_to is not None and self.locked_to <= self.now:
            self.locked_to = None
            if self.policy.mode == "fixed":
                self.failures = []
        if (
            self.locked_to is None
            and self.latest is not None
            and self.policy.mode != "permanent"
            and self.now - self.latest >= self.policy.reset_after_s * S
        ):
            self.forget()

    # what happens

    @rule()
    def wrong_password(self):
        self.state = lockout.record_failure(self.state, self.policy, self.now)
        if not self.is_free():
            return
        self.failures.append(self.now)
        self.latest = self.now
        if len(self.failures) < self.policy.threshold:
            return
        enough = self.policy.permanent_after
        if self.policy.mode == "permanent" or (enough is not None and self.served >= enough):
            self.barred = True
        else:
            self.served += 1
            self.locked_to = self.now + self.wait()

    @rule()
    def right_password(self):
        self.state = lockout.record_success(self.state, self.policy, self.now)
        if self.is_free():
            self.forget()

    @rule()
    def cleared(self):
        self.state = lockout.clear()
        self.forget()
        self.locked_to, self.barred = None, False

    @rule(span=st.integers(1, 200 * S))
    def operator_locks(self, span):
        self.state = lockout.lock_by_operator(self.state, self.now, self.now + span)
        self.locked_to, self.barred = self.now + span, False

    @rule()
    def operator_bars(self):
        self.state = lockout.lock_by_operator(self.state, self.now, None)
        self.locked_to, self.barred = None, True

    @rule(span=st.integers(0, 150 * S))
    def time_passes(self, span):
        self.pass_time(span)

    @precondition(lambda self: self.locked_to is not None)
    @rule(offset=st.sampled_from([-1, 0, 1]))
    def time_passes_to_the_end_of_the_lock(self, offset):
        assume(self.locked_to + offset >= self.now)
        self.pass_time(self.locked_to + offset - self.now)

    @precondition(lambda self: self.latest is not None)
    @rule(offset=st.sampled_from([-1, 0, 1]))
    def time_passes_to_the_reset(self, offset):
        at = self.latest + self.policy.reset_after_s * S + offset
        assume(at >= self.now)
        self.pass_time(at - self.now)

    # what is seen

    @invariant()
    def looks_the_same(self):
        assert lockout.is_locked(self.state, self.now) == (not self.is_free())
        assert self.state.permanent == self.barred
        assert lockout.locked_until(self.state, self.now) == self.locked_to
        left = max(1, self.policy.threshold - len(self.failures)) if self.is_free() else 0
        assert lockout.remaining_attempts(self.state, self.policy, self.now) == left
        expected = "counting" if self.failures else "open"
        if not self.is_free():
            expected = "barred" if self.barred else "locked"
        assert lockout.phase_of(self.state, self.policy, self.now) == expected

    @invariant()
    def survives_the_store(self):
        self.state = msgspec.json.decode(msgspec.json.encode(self.state), type=LockoutState)


LockoutAgainstModel.TestCase.settings = settings(
    max_examples=150, stateful_step_count=40, deadline=None
)
TestLockoutAgainstModel = LockoutAgainstModel.TestCase
