"""Real name: every phase × event, the tries of the day, cards that expire, the register."""

from dataclasses import replace

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from simulator.domain import china_time, real_name
from simulator.domain.digests import derive_key
from simulator.domain.real_name import (
    UNVERIFIED,
    AcceptedCard,
    CardFacts,
    RealNamePolicy,
    RealNameState,
    RegisterFacts,
)

POLICY = RealNamePolicy()
NOON = china_time.from_iso("2025-03-01T12:00:00+08:00")
TODAY = china_time.day_of(NOON)
MIDNIGHT = china_time.start_of_day(TODAY + 1)
HOUR, DAY = china_time.HOUR_MS, china_time.DAY_MS
WAIT = POLICY.accepted_card_lifetime_s * china_time.SECOND_MS
ALICE, BOB = 7, 8
LONG_TERM = AcceptedCard(ALICE, None)


def with_card(state=UNVERIFIED, at=NOON, policy=POLICY, card=LONG_TERM):
    state, outcome = real_name.record_card(state, policy, at, card)
    assert outcome == "accepted"
    return state


def verified(at=NOON, policy=POLICY, card=LONG_TERM):
    state, outcome = real_name.record_face(
        with_card(at=at, policy=policy, card=card), policy, at, person=card.person, accepted=True
    )
    assert outcome == "accepted"
    return state


def refused(state, times, at=NOON, policy=POLICY):
    """Cards refused; what came of each."""
    outcomes = []
    for _ in range(times):
        state, outcome = real_name.record_card(state, policy, at, None)
        outcomes.append(outcome)
    return state, outcomes


def face(state, *, accepted, at=NOON, policy=POLICY, person=ALICE):
    return real_name.record_face(state, policy, at, person=person, accepted=accepted)


def test_card_and_then_face_verify():
    state = with_card()
    assert real_name.phase_of(state, POLICY, NOON) == "id_card_accepted"
    assert real_name.waiting_card(state, POLICY, NOON) == ALICE
    assert real_name.verified_person(state, POLICY, NOON) is None
    state, _ = face(state, accepted=True, at=NOON + HOUR // 4)
    assert real_name.phase_of(state, POLICY, NOON + HOUR) == "verified"
    assert real_name.verified_person(state, POLICY, NOON + HOUR) == ALICE
    assert real_name.waiting_card(state, POLICY, NOON + HOUR) is None


def test_refused_face_leaves_the_card_and_a_better_one_verifies():
    state, outcome = face(with_card(), accepted=False)
    assert outcome == "refused"
    assert real_name.tries_left(state, POLICY, NOON) == 4
    assert face(state, accepted=True)[1] == "accepted"


def test_fifth_refusal_is_told_and_the_next_upload_is_not_judged():
    state, outcomes = refused(UNVERIFIED, 6)
    assert outcomes == ["refused"] * 5 + ["daily_limit"]
    assert real_name.phase_of(state, POLICY, NOON) == "rejected"
    assert real_name.record_card(state, POLICY, NOON, LONG_TERM) == (state, "daily_limit")


def test_refused_cards_and_faces_share_the_tries():
    state, _ = refused(with_card(), 3)
    for left in (1, 0):
        state, outcome = face(state, accepted=False)
        assert (outcome, real_name.tries_left(state, POLICY, NOON)) == ("refused", left)
    assert face(state, accepted=True) == (state, "daily_limit")


def test_tries_return_at_midnight_in_china():
    state, _ = refused(UNVERIFIED, 5)
    assert real_name.tries_return_at(NOON) == MIDNIGHT
    assert real_name.tries_left(state, POLICY, MIDNIGHT - 1) == 0
    assert real_name.tries_left(state, POLICY, MIDNIGHT) == 5
    assert refused(state, 5, at=MIDNIGHT)[1] == ["refused"] * 5


def test_accepted_uploads_cost_no_try():
    state = UNVERIFIED
    for _ in range(20):
        state = with_card(state)
    assert real_name.tries_left(state, POLICY, NOON) == 5


def test_card_waits_exactly_as_long_as_the_policy_says():
    state = with_card()
    assert face(state, accepted=True, at=NOON + WAIT - 1)[1] == "accepted"
    assert face(state, accepted=True, at=NOON + WAIT) == (state, "card_needed")
    assert real_name.phase_of(state, POLICY, NOON + WAIT) == "unverified"


def test_face_without_a_card_is_not_judged_and_costs_nothing():
    assert face(UNVERIFIED, accepted=False) == (UNVERIFIED, "card_needed")


def test_face_compared_with_a_card_since_replaced_is_worth_nothing():
    state = with_card(with_card(), card=AcceptedCard(BOB, None))
    assert face(state, accepted=True, person=ALICE) == (state, "card_needed")
    assert real_name.verified_person(face(state, accepted=True, person=BOB)[0], POLICY, NOON) == BOB


def test_verified_account_needs_no_face():
    state = verified()
    assert face(state, accepted=False) == (state, "not_needed")


def test_card_is_valid_through_its_last_day():
    state = verified(card=AcceptedCard(ALICE, TODAY))
    assert real_name.phase_of(state, POLICY, MIDNIGHT - 1) == "verified"
    assert real_name.phase_of(state, POLICY, MIDNIGHT) == "expired"
    assert real_name.verified_person(state, POLICY, MIDNIGHT) is None


def test_policy_may_let_a_verified_account_outlive_its_card():
    policy = RealNamePolicy(verified_ends_with_card=False)
    state = verified(policy=policy, card=AcceptedCard(ALICE, TODAY))
    assert real_name.phase_of(state, policy, NOON + 9000 * DAY) == "verified"


def test_long_term_card_never_expires():
    assert real_name.phase_of(verified(), POLICY, NOON + 30_000 * DAY) == "verified"


def test_expired_account_is_verified_again_by_a_new_card_and_a_face():
    state = verified(card=AcceptedCard(ALICE, TODAY))
    state = with_card(state, at=MIDNIGHT, card=AcceptedCard(ALICE, TODAY + 3650))
    assert real_name.phase_of(state, POLICY, MIDNIGHT) == "id_card_accepted"
    state, outcome = face(state, accepted=True, at=MIDNIGHT)
    assert outcome == "accepted"
    assert real_name.phase_of(state, POLICY, MIDNIGHT) == "verified"


def test_newer_card_prolongs_a_verified_account_without_a_face():
    state = verified(card=AcceptedCard(ALICE, TODAY))
    state = with_card(state, card=AcceptedCard(ALICE, TODAY + 1))
    assert real_name.phase_of(state, POLICY, MIDNIGHT) == "verified"
    assert real_name.phase_of(state, POLICY, MIDNIGHT + DAY) == "expired"


@pytest.mark.parametrize("at", [NOON, MIDNIGHT])
def test_account_never_changes_hands_by_a_card(at):
    state = verified(card=AcceptedCard(ALICE, TODAY))
    with pytest.raises(ValueError, match="for the account of 7"):
        real_name.record_card(state, POLICY, at, AcceptedCard(BOB, None))


def test_expired_card_cannot_be_recorded_as_accepted():
    with pytest.raises(ValueError, match="has expired"):
        real_name.record_card(UNVERIFIED, POLICY, NOON, AcceptedCard(ALICE, TODAY - 1))


def test_waiting_card_expires_at_midnight_when_that_comes_first():
    late = MIDNIGHT - 60_000
    state = with_card(at=late, card=AcceptedCard(ALICE, TODAY))
    assert real_name.phase_of(state, POLICY, MIDNIGHT - 1) == "id_card_accepted"
    assert real_name.phase_of(state, POLICY, MIDNIGHT) == "expired"
    # and when the wait has ended before, the card's validity says nothing any more
    early = with_card(at=NOON, card=AcceptedCard(ALICE, TODAY))
    assert real_name.phase_of(early, POLICY, MIDNIGHT) == "unverified"


def test_account_whose_person_was_taken_over_is_nobodys_and_takes_any_card():
    left = real_name.take_over()
    assert left.person is None
    assert real_name.phase_of(with_card(left, card=AcceptedCard(BOB, None)), POLICY, NOON) == (
        "id_card_accepted"
    )


@pytest.mark.parametrize("name", ["tries_per_day", "accepted_card_lifetime_s"])
def test_policy_without_a_try_or_a_wait_is_refused(name):
    with pytest.raises(ValueError, match=name):
        RealNamePolicy(**{name: 0})


def test_policy_with_more_deceased_than_people_is_refused():
    with pytest.raises(ValueError, match="0…1000"):
        RealNamePolicy(deceased_per_mille=1001)


# --- every phase × event ------------------------------------------------------------------------

EVENTS = list(dict.fromkeys(e for row in real_name.TRANSITIONS.values() for e in row))
EVENING = MIDNIGHT - 60_000
ENDS_TODAY = AcceptedCard(ALICE, TODAY)


def arranged(phase, event):
    """A state that is in a phase in the evening and can show the event, when anything can."""
    expires = event == "card_expires" or (phase, event) == ("rejected", "day_ends_card_expired")
    card = ENDS_TODAY if expires else LONG_TERM
    match phase:
        case "unverified":
            return UNVERIFIED
        case "id_card_accepted":
            return with_card(at=EVENING, card=card)
        case "verified":
            return verified(at=EVENING, card=card)
        case "expired":
            old = AcceptedCard(ALICE, TODAY - 1)
            return verified(at=EVENING - DAY, card=old)
    begun = UNVERIFIED if event == "day_ends" else with_card(at=EVENING, card=card)
    return refused(begun, 5, at=EVENING)[0]


def after(phase, event):
    state, now = arranged(phase, event), EVENING
    assert real_name.phase_of(state, POLICY, now) == phase
    match event:
        case "card_accepted":
            state, _ = real_name.record_card(state, POLICY, now, LONG_TERM)
        case "card_refused":
            state, _ = real_name.record_card(state, POLICY, now, None)
        case "face_accepted" | "face_refused":
            state, _ = face(state, accepted=event == "face_accepted", at=now)
        case "last_try_refused":
            state, _ = refused(state, 5, at=now)
        case "wait_ends":
            now += WAIT
        case "card_expires" | "day_ends" | "day_ends_card_waits" | "day_ends_card_expired":
            now = MIDNIGHT
        case "person_moves":
            state = real_name.take_over()
        case "operator_verify":
            state = real_name.verify_by_operator(ALICE, now)
        case "reset":
            state = real_name.reset()
    return real_name.phase_of(state, POLICY, now)


# Until the wait or the validity has ended, the day has too, which is an event of its own.
SHOWN_ELSEWHERE = {("rejected", "wait_ends"), ("rejected", "card_expires")}


@pytest.mark.parametrize("event", EVENTS)
@pytest.mark.parametrize("phase", real_name.TRANSITIONS)
def test_every_event_leads_where_the_table_says(phase, event):
    if (phase, event) in SHOWN_ELSEWHERE:
        assert event not in real_name.TRANSITIONS[phase]
        return
    # what is missing from the table changes nothing
    assert after(phase, event) == real_name.TRANSITIONS[phase].get(event, phase)


# --- against a model ----------------------------------------------------------------------------


class RealNameMachine(RuleBasedStateMachine):
    """The phases follow the table whatever the order, and the tries of a day are never exceeded."""

    @initialize(tries=st.integers(1, 4), outlives=st.booleans())
    def begin(self, tries, outlives):
        self.policy = RealNamePolicy(tries_per_day=tries, verified_ends_with_card=not outlives)
        self.state, self.now, self.refusals = UNVERIFIED, NOON, {}

    def moved(self, event, state):
        before = real_name.phase_of(self.state, self.policy, self.now)
        self.state = state
        target = real_name.TRANSITIONS[before][event]
        assert real_name.phase_of(state, self.policy, self.now) == target

    def count(self):
        day = china_time.day_of(self.now)
        self.refusals[day] = self.refusals.get(day, 0) + 1
        return self.refusals[day] == self.policy.tries_per_day

    @rule(days=st.none() | st.integers(0, 3))
    def card_is_accepted(self, days):
        valid_until = None if days is None else china_time.day_of(self.now) + days
        card = AcceptedCard(ALICE, valid_until)
        state, outcome = real_name.record_card(self.state, self.policy, self.now, card)
        if outcome == "accepted":
            self.moved("card_accepted", state)
        else:
            assert (outcome, state) == ("daily_limit", self.state)

    @rule()
    def card_is_refused(self):
        state, outcome = real_name.record_card(self.state, self.policy, self.now, None)
        if outcome == "refused":
            self.moved("last_try_refused" if self.count() else "card_refused", state)
        else:
            assert (outcome, state) == ("daily_limit", self.state)

    @rule(accepted=st.booleans())
    def face_is_judged(self, accepted):
        state, outcome = real_name.record_face(
            self.state, self.policy, self.now, person=ALICE, accepted=accepted
        )
        match outcome:
            case "accepted":
                self.moved("face_accepted", state)
            case "refused":
                self.moved("last_try_refused" if self.count() else "face_refused", state)
            case _:
                assert state == self.state

    @rule(ms=st.sampled_from([1, WAIT, HOUR, MIDNIGHT - NOON, DAY]))
    def time_passes(self, ms):
        self.now += ms

    @rule()
    def begin_anew(self):
        self.moved("reset", real_name.reset())
        self.refusals.clear()

    @rule()
    def person_moves(self):
        self.moved("person_moves", real_name.take_over())
        self.refusals.clear()

    @rule()
    def tester_verifies(self):
        self.moved("operator_verify", real_name.verify_by_operator(ALICE, self.now))
        self.refusals.clear()

    @invariant()
    def tries_are_those_of_the_day(self):
        if hasattr(self, "state"):
            used = self.refusals.get(china_time.day_of(self.now), 0)
            left = real_name.tries_left(self.state, self.policy, self.now)
            assert left == self.policy.tries_per_day - used


RealNameMachine.TestCase.settings = settings(max_examples=60, stateful_step_count=25)
TestRealNameMachine = RealNameMachine.TestCase


# --- the register -------------------------------------------------------------------------------

READ = CardFacts("110199199001012345", "王芳", 726_468, TODAY + 100)
REGISTER = RegisterFacts(ALICE, READ.id_number, READ.name, READ.birth, phone_person=ALICE)


def problems(read=READ, register=REGISTER, day=TODAY, policy=POLICY):
    return real_name.register_problems(read, register, day, policy=policy)


def test_card_that_agrees_with_the_register_has_no_problem():
    assert problems() == ()


def test_number_of_nobody_is_not_found():
    assert problems(register=None) == ("real_name.not_found",)


@pytest.mark.parametrize("wrong", [{"name": "王方"}, {"id_number": "1"}, {"birth": 726_469}])
def test_any_field_that_differs_from_the_register_is_a_mismatch(wrong):
    assert problems(replace(READ, **wrong)) == ("real_name.mismatch",)


def test_card_is_expired_from_the_day_after_its_last():
    assert problems(day=TODAY + 100) == ()
    assert problems(day=TODAY + 101) == ("real_name.id_expired",)
    assert problems(replace(READ, valid_until=None), day=TODAY + 40_000) == ()


def test_card_of_a_deceased_person_is_refused():
    assert problems(register=replace(REGISTER, is_deceased=True)) == ("real_name.deceased",)


def test_account_bound_to_another_person_takes_no_card_of_this_one():
    bound = replace(REGISTER, account_person=BOB)
    for owner in ("phone_holder", "anyone"):
        assert problems(register=bound, policy=RealNamePolicy(card_owner=owner)) == (
            "real_name.other_person",
        )
    assert problems(register=replace(REGISTER, account_person=ALICE, phone_person=BOB)) == ()


def test_new_account_takes_the_card_of_the_holder_of_its_phone_unless_policy_says_otherwise():
    foreign = replace(REGISTER, phone_person=BOB)
    assert problems(register=foreign) == ("real_name.other_person",)
    assert problems(register=foreign, policy=RealNamePolicy(card_owner="anyone")) == ()
    assert problems(register=replace(REGISTER, phone_person=None)) == ()


def test_person_verified_elsewhere_is_refused_or_moves_whatever_the_phone():
    taken = replace(REGISTER, verified_elsewhere=True, phone_person=BOB)
    assert problems(register=taken) == ("real_name.already_verified",)
    assert problems(register=taken, policy=RealNamePolicy(same_person="move")) == ()


def test_every_problem_is_named_and_a_mismatch_comes_first():
    register = replace(
        REGISTER, is_deceased=True, verified_elsewhere=True, account_person=BOB, name="李四"
    )
    assert problems(register=register, day=TODAY + 101) == (
        "real_name.mismatch",
        "real_name.id_expired",
        "real_name.deceased",
        "real_name.already_verified",
        "real_name.other_person",
    )


def test_a_share_of_the_oldest_is_deceased_and_always_the_same():
    key = derive_key(1, "register.deceased")
    found = [k for k in range(20_000) if real_name.is_deceased(key, k, 80, POLICY)]
    assert 320 < len(found) < 480  # 20 per mille of 20,000, four standard deviations
    assert all(real_name.is_deceased(key, k, 95, POLICY) for k in found)
    assert not any(real_name.is_deceased(key, k, 79, POLICY) for k in found)


@given(st.integers(0, 2**32), st.integers(80, 110))
def test_nobody_is_deceased_where_the_policy_says_so(index, age):
    key = derive_key(1, "register.deceased")
    nobody, everybody = (RealNamePolicy(deceased_per_mille=n) for n in (0, 1000))
    assert not real_name.is_deceased(key, index, age, nobody)
    assert real_name.is_deceased(key, index, age, everybody)


@pytest.mark.parametrize("value", [UNVERIFIED, with_card(), verified(card=ENDS_TODAY), POLICY])
def test_values_survive_the_store(value):
    assert msgspec.json.decode(msgspec.json.encode(value), type=type(value)) == value


def test_state_of_earlier_days_reads_back_with_defaults():
    assert msgspec.json.decode(b"{}", type=RealNameState) == UNVERIFIED
