"""Sessions: opening, checking, rotating, revoking, and every phase × event."""

from dataclasses import replace

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.domain import china_time, sessions
from simulator.domain.sessions import Session, SessionPolicy

POLICY = SessionPolicy()
S = china_time.SECOND_MS
NOW = china_time.from_iso("2025-03-01T12:00:00+08:00")
ACCESS_END = NOW + 7200 * S
REFRESH_END = NOW + 2_592_000 * S


def opened(kept=(), *, name="1", at=NOW, policy=POLICY):
    return sessions.open_session(
        kept,
        policy,
        at,
        session_id=f"s{name}",
        access_digest=f"a{name}",
        refresh_digest=f"r{name}",
    )


def rotated(kept, refresh, *, to="2", at=NOW):
    return sessions.rotate(
        kept, POLICY, at, refresh, new_access_digest=f"a{to}", new_refresh_digest=f"r{to}"
    )


def test_access_token_opens_its_session():
    kept = opened(opened(), name="2")
    check = sessions.check_access(kept, "a2", NOW)
    assert (check.outcome, check.session) == ("valid", kept[1])


def test_access_token_expires_exactly_at_the_end_of_its_lifetime():
    kept = opened()
    assert sessions.check_access(kept, "a1", ACCESS_END - 1).outcome == "valid"
    assert sessions.check_access(kept, "a1", ACCESS_END).outcome == "expired"


@pytest.mark.parametrize("token", ["", "a", "r1", "a11", "中文"])
def test_any_other_token_is_unknown(token):
    assert sessions.check_access(opened(), token, NOW) == sessions.AccessCheck("unknown", None)


def test_refresh_gives_a_new_pair_with_new_lifetimes():
    later = NOW + 1000 * S
    rotation = rotated(opened(), "r1", at=later)
    assert rotation.outcome == "rotated"
    assert rotation.session == Session(
        "s1", "a2", "r2", "r1", ACCESS_END + 1000 * S, REFRESH_END + 1000 * S, NOW
    )
    assert rotation.sessions == (rotation.session,)


def test_refresh_ends_the_old_access_token_at_once():
    kept = rotated(opened(), "r1").sessions
    assert sessions.check_access(kept, "a1", NOW).outcome == "unknown"
    assert sessions.check_access(kept, "a2", NOW).outcome == "valid"


def test_refresh_revives_a_session_whose_access_token_has_expired():
    rotation = rotated(opened(), "r1", at=REFRESH_END - 1)
    assert sessions.check_access(rotation.sessions, "a2", REFRESH_END).outcome == "valid"


def test_refresh_token_expires_exactly_at_the_end_of_its_lifetime():
    rotation = rotated(opened(), "r1", at=REFRESH_END)
    assert (rotation.outcome, rotation.sessions, rotation.session) == ("expired", (), None)


def test_reuse_of_a_refresh_token_ends_that_session_alone():
    kept = rotated(opened(opened(name="other"), name="1"), "r1").sessions
    rotation = rotated(kept, "r1", to="3")
    assert rotation.outcome == "reused"
    assert rotation.session.session_id == "s1"
    assert [each.session_id for each in rotation.sessions] == ["sother"]
    assert sessions.check_access(rotation.sessions, "a2", NOW).outcome == "unknown"


def test_unknown_refresh_token_changes_nothing():
    kept = opened()
    rotation = rotated(kept, "nothing")
    assert (rotation.outcome, rotation.sessions, rotation.session) == ("unknown", kept, None)


def test_access_token_is_no_refresh_token():
    assert rotated(opened(), "a1").outcome == "unknown"


def test_order_of_sign_ins_survives_a_refresh():
    kept = opened(opened(name="x"), name="y")
    kept = rotated(kept, "rx", to="z").sessions
    assert [each.session_id for each in kept] == ["sx", "sy"]


def test_one_session_too_many_ends_the_oldest_sign_in():
    kept = ()
    for number in range(11):
        kept = opened(kept, name=str(number), at=NOW + number)
    assert [each.session_id for each in kept] == [f"s{number}" for number in range(1, 11)]


def test_ended_sessions_make_room_first():
    policy = SessionPolicy(max_sessions=2)
    kept = opened(opened(name="old"), name="new", at=NOW + S, policy=policy)
    kept = opened(kept, name="newest", at=REFRESH_END, policy=policy)
    assert [each.session_id for each in kept] == ["snew", "snewest"]


def test_revoke_ends_one_session():
    kept = opened(opened(name="x"), name="y")
    assert [each.session_id for each in sessions.revoke(kept, "sx")] == ["sy"]
    assert sessions.revoke(kept, "unknown") == kept


def test_revoke_all_ends_every_session_or_all_but_one():
    kept = opened(opened(name="x"), name="y")
    assert sessions.revoke_all(kept) == ()
    assert [each.session_id for each in sessions.revoke_all(kept, keep="sy")] == ["sy"]


@pytest.mark.parametrize(
    "limits", [{"refresh_lifetime_s": 7199}, {"max_sessions": 0}], ids=lambda each: next(iter(each))
)
def test_policy_that_makes_no_sense_is_refused(limits):
    with pytest.raises(ValueError, match="expected at least"):
        SessionPolicy(**limits)


def test_tightest_policy_allows_one_session_without_a_dormant_time():
    policy = SessionPolicy(access_lifetime_s=60, refresh_lifetime_s=60, max_sessions=1)
    kept = opened(opened(name="x", policy=policy), name="y", policy=policy)
    assert [each.session_id for each in kept] == ["sy"]
    assert sessions.phase_of(kept[0], NOW + 60 * S) == "ended"


# --- every phase × event -----------------------------------------------------------------------

INSTANT_OF = {"active": NOW + S, "dormant": ACCESS_END, "ended": REFRESH_END}
EVENTS = ["access_expires", "refresh_expires", "refresh", "refresh_reused", "revoke"]


def phase_after(phase, event):
    # rotated once, so that there is a refresh token to use again
    kept = rotated(opened(name="0"), "r0", to="1").sessions
    now = INSTANT_OF[phase]
    assert sessions.phase_of(kept[0], now) == phase
    if event == "access_expires":
        now = max(now, ACCESS_END)
    elif event == "refresh_expires":
        now = REFRESH_END
    elif event == "refresh":
        kept = rotated(kept, "r1", at=now).sessions
    elif event == "refresh_reused":
        kept = rotated(kept, "r0", at=now).sessions
    elif event == "revoke":
        kept = sessions.revoke(kept, "s0")
    else:
        raise AssertionError(event)
    return sessions.phase_of(kept[0], now) if kept else "ended"


@pytest.mark.parametrize("event", EVENTS)
@pytest.mark.parametrize("phase", sessions.TRANSITIONS)
def test_every_event_leads_where_the_table_says(phase, event):
    expected = sessions.TRANSITIONS[phase].get(event)
    if expected is None:
        # what is missing has happened before, or comes with an earlier event
        assert (phase, event) in {
            ("active", "refresh_expires"),
            ("dormant", "access_expires"),
            ("ended", "access_expires"),
            ("ended", "refresh_expires"),
        }
    else:
        assert phase_after(phase, event) == expected


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["open", "refresh", "reuse", "revoke", "wait"]), st.integers(0, 20)
        ),
        max_size=40,
    )
)
def test_no_token_is_good_twice_and_no_dead_one_comes_back(steps):
    policy = SessionPolicy(access_lifetime_s=10, refresh_lifetime_s=60, max_sessions=3)
    kept, now, serial = (), NOW, 0
    spent = set()
    for what, number in steps:
        target = kept[number % len(kept)] if kept else None
        before = {each.access_digest for each in kept}
        serial += 1
        new = {"new_access_digest": f"a{serial}", "new_refresh_digest": f"r{serial}"}
        if what == "open":
            kept = opened(kept, name=str(serial), at=now, policy=policy)
        elif what == "wait":
            now += number * S
        elif target is None:
            continue
        elif what == "refresh":
            kept = sessions.rotate(kept, policy, now, target.refresh_digest, **new).sessions
        elif what == "reuse" and target.previous_refresh_digest is not None:
            previous = target.previous_refresh_digest
            kept = sessions.rotate(kept, policy, now, previous, **new).sessions
            assert target.session_id not in {each.session_id for each in kept}
        elif what == "revoke":
            kept = sessions.revoke(kept, target.session_id)
        spent |= before - {each.access_digest for each in kept}
        assert len(kept) <= 3
        assert [each.signed_in_ms for each in kept] == sorted(each.signed_in_ms for each in kept)
        for token in spent:
            assert sessions.check_access(kept, token, now).outcome == "unknown"


def test_sessions_and_policy_survive_the_store():
    kept = rotated(opened(opened(name="x")), "rx").sessions
    decoded = msgspec.json.decode(msgspec.json.encode(kept), type=sessions.Sessions)
    assert decoded == kept
    changed = replace(POLICY, max_sessions=3)
    assert msgspec.json.decode(msgspec.json.encode(changed), type=SessionPolicy) == changed
