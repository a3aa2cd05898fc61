"""One-time codes: sending limits, redeeming, and every phase × event."""

import re

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.domain import china_time, one_time_codes
from simulator.domain.one_time_codes import CodePolicy, PhoneCodes, Redemption, SendRefusal

POLICY = CodePolicy()
S = china_time.SECOND_MS
NOON = china_time.from_iso("2025-03-01T12:00:00+08:00")
NEW = PhoneCodes()


def sent(state, *, at=NOON, purpose="sign_in", code="123456", policy=POLICY):
    result = one_time_codes.issue(state, policy, purpose, at, code)
    assert isinstance(result, PhoneCodes), result
    return result


def refused(state, *, at, purpose="sign_in", policy=POLICY):
    result = one_time_codes.issue(state, policy, purpose, at, "000000")
    assert isinstance(result, SendRefusal), result
    return result


def redeem(state, code, *, at=NOON, purpose="sign_in"):
    return one_time_codes.redeem(state, purpose, at, code)


def outcome(state, code, *, at=NOON, purpose="sign_in"):
    return redeem(state, code, at=at, purpose=purpose)[1].outcome


def test_right_code_works_once():
    state, first = redeem(sent(NEW), "123456")
    assert first == Redemption("ok", 0)
    assert redeem(state, "123456")[1] == Redemption("none", 0)


def test_code_that_was_never_sent_is_none():
    assert outcome(NEW, "123456") == "none"


def test_code_is_bound_to_its_purpose():
    state = sent(NEW, purpose="register")
    assert outcome(state, "123456", purpose="sign_in") == "none"
    assert outcome(state, "123456", purpose="register") == "ok"


def test_code_expires_exactly_at_the_end_of_its_lifetime():
    state = sent(NEW)
    assert outcome(state, "123456", at=NOON + 300 * S - 1) == "ok"
    assert outcome(state, "123456", at=NOON + 300 * S) == "expired"


def test_fifth_wrong_code_ends_the_challenge():
    state, seen = sent(NEW), []
    for _ in range(5):
        state, result = redeem(state, "654321")
        seen.append((result.outcome, result.remaining_tries))
    assert seen == [*(("wrong", left) for left in (4, 3, 2, 1)), ("too_many_tries", 0)]
    assert outcome(state, "123456") == "too_many_tries"


def test_exhausted_challenge_stays_exhausted_when_its_lifetime_ends():
    state = sent(NEW)
    for _ in range(5):
        state, _ = redeem(state, "654321")
    assert outcome(state, "123456", at=NOON + 3000 * S) == "too_many_tries"


def test_new_code_replaces_the_older_one_and_brings_the_tries_back():
    state, _ = redeem(sent(NEW), "999999")
    state = sent(state, at=NOON + 60 * S, code="222222")
    _, wrong = redeem(state, "123456", at=NOON + 61 * S)
    assert wrong == Redemption("wrong", 4)
    assert outcome(state, "222222", at=NOON + 61 * S) == "ok"


def test_challenge_keeps_the_tries_it_was_sent_with():
    state = sent(NEW, policy=CodePolicy(max_tries=1))
    assert outcome(state, "654321") == "too_many_tries"


@pytest.mark.parametrize("code", ["", "1234567", "１２３４５６", "中文", "\ud800", "12345\x00"])
def test_any_text_may_be_presented_and_is_wrong(code):
    assert outcome(sent(NEW), code) == "wrong"


def test_resend_waits_for_the_interval_and_says_how_long():
    state = sent(NEW)
    assert refused(state, at=NOON + 59_999) == SendRefusal("too_soon", NOON + 60 * S, 1)
    sent(state, at=NOON + 60 * S)


def test_resend_interval_holds_after_the_code_was_used():
    state, _ = redeem(sent(NEW), "123456")
    assert refused(state, at=NOON + S).reason == "too_soon"


def test_resend_interval_is_per_purpose():
    state = sent(sent(NEW, purpose="register"), purpose="sign_in")
    assert [each.purpose for each in state.challenges] == ["register", "sign_in"]


def filled(count, *, at=NOON):
    state = NEW
    for number in range(count):
        state = sent(state, at=at, purpose=f"purpose-{number}")
    return state


def test_daily_limit_counts_all_purposes_and_names_midnight_in_china():
    state = filled(10)
    refusal = refused(state, at=NOON + 3600 * S, purpose="one more")
    midnight = china_time.from_iso("2025-03-02T00:00:00+08:00")
    assert refusal == SendRefusal("daily_limit", midnight, midnight - NOON - 3600 * S)


def test_daily_limit_starts_over_at_midnight_in_china():
    midnight = china_time.from_iso("2025-03-02T00:00:00+08:00")
    state = filled(10)
    assert refused(state, at=midnight - 1, purpose="x").reason == "daily_limit"
    assert sent(state, at=midnight, purpose="x").sent_that_day == 1


def test_refusal_names_the_limit_that_lasts_longer():
    assert refused(filled(10), at=NOON + S, purpose="purpose-9").reason == "daily_limit"
    before_midnight = china_time.from_iso("2025-03-01T23:59:50+08:00")
    late = filled(10, at=before_midnight)
    refusal = refused(late, at=before_midnight + S, purpose="purpose-9")
    assert refusal.reason == "too_soon"
    sent(late, at=refusal.retry_at_ms, purpose="purpose-9")


def test_refusal_changes_nothing_and_using_codes_does_not_refund_them():
    state = filled(10)
    state, _ = redeem(state, "123456", purpose="purpose-0")
    assert refused(state, at=NOON + 120 * S, purpose="purpose-0").reason == "daily_limit"


def test_clock_that_lags_over_midnight_does_not_open_the_day_before():
    midnight = china_time.from_iso("2025-03-02T00:00:00+08:00")
    state = filled(10, at=midnight)
    assert refused(state, at=midnight - 1, purpose="x").reason == "daily_limit"
    with_one = sent(NEW, at=midnight)
    assert sent(with_one, at=midnight - 1, purpose="x").day == china_time.day_of(midnight)


@given(
    st.lists(
        st.tuples(st.integers(0, 40_000 * S), st.sampled_from(["register", "sign_in"])),
        max_size=60,
    )
)
def test_limits_hold_over_any_sequence_of_requests(requests):
    state, now, log = NEW, NOON, []
    policy = CodePolicy(resend_after_s=600, daily_limit=3)
    for passed, purpose in requests:
        now += passed
        today = [at for at, _ in log if china_time.day_of(at) == china_time.day_of(now)]
        same = [at for at, whose in log if whose == purpose]
        allowed = len(today) < 3 and all(now - at >= 600 * S for at in same)
        result = one_time_codes.issue(state, policy, purpose, now, "1")
        assert isinstance(result, PhoneCodes) == allowed
        if isinstance(result, PhoneCodes):
            state = result
            log.append((now, purpose))
        else:
            assert result.wait_ms > 0
            again = one_time_codes.issue(state, policy, purpose, result.retry_at_ms, "1")
            assert isinstance(again, PhoneCodes)
    assert state.sent_ever == len(log)


# --- every phase × event -----------------------------------------------------------------------


def in_phase(phase):
    """A phone whose sign-in challenge is in a phase a minute after noon."""
    if phase == "none":
        return NEW
    if phase == "expired":
        return sent(NEW, policy=CodePolicy(lifetime_s=60))
    state = sent(NEW)
    if phase == "used":
        state, _ = redeem(state, "123456")
    if phase == "exhausted":
        for _ in range(5):
            state, _ = redeem(state, "0")
    return state


def phase_of(state, at):
    return one_time_codes.phase_of(one_time_codes.find(state, "sign_in"), at)


def phase_after(phase, event):
    state, now = in_phase(phase), NOON + 60 * S
    assert phase_of(state, now) == phase
    if event == "send":
        state = sent(state, at=now, code="777777")
    elif event == "right_code":
        state, _ = redeem(state, "123456", at=now)
    elif event == "wrong_code":
        state, _ = redeem(state, "0", at=now)
    elif event == "last_wrong_code":
        for _ in range(5):
            state, _ = redeem(state, "0", at=now)
    elif event == "lifetime_ends":
        now = NOON + 300 * S
    else:
        raise AssertionError(event)
    return phase_of(state, now)


EVENTS = ["send", "right_code", "wrong_code", "last_wrong_code", "lifetime_ends"]


@pytest.mark.parametrize("event", EVENTS)
@pytest.mark.parametrize("phase", one_time_codes.TRANSITIONS)
def test_every_event_leads_where_the_table_says(phase, event):
    # what is missing from the table changes nothing
    assert phase_after(phase, event) == one_time_codes.TRANSITIONS[phase].get(event, phase)


def test_state_and_policy_survive_the_store():
    state, _ = redeem(filled(3), "0", purpose="purpose-1")
    assert msgspec.json.decode(msgspec.json.encode(state), type=PhoneCodes) == state
    assert msgspec.json.decode(msgspec.json.encode(POLICY), type=CodePolicy) == POLICY


# --- the codes themselves ----------------------------------------------------------------------

KEY = bytes(range(32))


def test_code_depends_on_everything_that_is_given():
    base = {"phone": "16000000001", "purpose": "sign_in", "counter": 0}
    codes = {
        one_time_codes.derive_code(KEY, **base),
        one_time_codes.derive_code(KEY[::-1], **base),
        *(
            one_time_codes.derive_code(KEY, **(base | change))
            for change in ({"phone": "16000000002"}, {"purpose": "register"}, {"counter": 1})
        ),
    }
    assert len(codes) == 5
    assert one_time_codes.derive_code(KEY, **base) in codes


def test_code_is_the_same_in_every_release():
    code = one_time_codes.derive_code(KEY, phone="16000000001", purpose="sign_in", counter=0)
    assert code == "602980"


@given(st.integers(1, 10), st.integers(0, 10**6))
def test_code_has_exactly_its_digits(digits, counter):
    code = one_time_codes.derive_code(KEY, phone="1", purpose="p", counter=counter, digits=digits)
    assert re.fullmatch(rf"[0-9]{{{digits}}}", code)


def test_first_digits_of_codes_are_spread():
    codes = [
        one_time_codes.derive_code(KEY, phone="1", purpose="p", counter=number)
        for number in range(1000)
    ]
    counts = [sum(code[0] == digit for code in codes) for digit in "0123456789"]
    assert all(60 < count < 140 for count in counts)
