"""Grants: held to their table of states, and to a reference model under random histories."""

from dataclasses import replace

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule

from simulator.domain.authorisation import AuthorisationPolicy, Grant, grants
from simulator.domain.authorisation.grants import TRANSITIONS, NewTokens

ROTATE = AuthorisationPolicy(300, 7200, 86_400, refresh="rotate")
EXTEND = replace(ROTATE, refresh="extend")
FRESH = NewTokens("a1", "r1")
START_MS = 1000


def grant(policy=ROTATE, now_ms=START_MS, **rest) -> Grant:
    access_ms, refresh_ms = grants.lifetimes(policy, now_ms)
    given = {"grant_id": "g0", "app_id": "app", "access_digest": "a0", "refresh_digest": "r0"}
    return Grant(
        **(given | rest),
        registration=1,
        scopes=("auth_user",),
        access_expires_ms=access_ms,
        refresh_expires_ms=refresh_ms,
        granted_ms=now_ms,
    )


LATER = {"active": START_MS, "dormant": START_MS + 7_200_000, "ended": START_MS + 86_400_000}


def after(event: str, kept, now_ms: int):
    """The grants after an event, and the instant of it."""
    match event:
        case "access_expires":
            return kept, LATER["dormant"]
        case "refresh_expires":
            return kept, LATER["ended"]
        case "refresh":
            return grants.refresh(kept, ROTATE, now_ms, "r0", FRESH)[0], now_ms
        case "refresh_reused":
            return grants.refresh(kept, ROTATE, now_ms, "r-1", FRESH)[0], now_ms
        case "code_reused":
            return grants.end(kept, now_ms, "code_reused", grant_id="g0"), now_ms
        case "revoke":
            return grants.end(kept, now_ms, "person", grant_id="g0"), now_ms
        case "authorise_again":
            other = grant(now_ms=now_ms, grant_id="g1", access_digest="a2", refresh_digest="r2")
            return grants.begin(kept, other, now_ms), now_ms


@pytest.mark.parametrize("event", sorted({e for row in TRANSITIONS.values() for e in row}))
@pytest.mark.parametrize("phase", TRANSITIONS)
def test_event_leads_where_the_table_says(phase, event) -> None:
    kept = (grant(previous_refresh_digest="r-1"),)
    assert grants.phase_of(kept[0], LATER[phase]) == phase
    if event in TRANSITIONS[phase]:
        kept, now_ms = after(event, kept, LATER[phase])
        assert grants.phase_of(kept[0], now_ms) == TRANSITIONS[phase][event]
    else:
        assert event in ("access_expires", "refresh_expires")


def test_rotation_gives_a_new_pair_and_ends_the_old_tokens() -> None:
    kept, refreshed = grants.refresh((grant(),), ROTATE, 5000, "r0", FRESH)
    assert refreshed.outcome == "ok"
    assert grants.of_access(kept, "a0") is None
    assert grants.of_access(kept, "a1").access_expires_ms == 5000 + 7_200_000
    assert kept[0].refresh_expires_ms == 5000 + 86_400_000


def test_rotated_refresh_token_that_comes_again_ends_the_grant_where_policy_says_so() -> None:
    kept, _ = grants.refresh((grant(),), ROTATE, 5000, "r0", FRESH)
    lenient = replace(ROTATE, reuse_revokes=False)
    same, refreshed = grants.refresh(kept, lenient, 5000, "r0", FRESH)
    assert (refreshed.outcome, same) == ("reused", kept)
    ended, refreshed = grants.refresh(kept, ROTATE, 5000, "r0", FRESH)
    assert (refreshed.outcome, ended[0].ended_by) == ("reused", "refresh_reused")


def test_extension_prolongs_a_good_access_token_and_replaces_an_expired_one() -> None:
    kept, _ = grants.refresh((grant(),), EXTEND, 5000, "r0", FRESH)
    assert (kept[0].access_digest, kept[0].generation) == ("a0", 0)
    assert kept[0].access_expires_ms == 5000 + 7_200_000
    expired_ms = kept[0].access_expires_ms
    kept, _ = grants.refresh(kept, EXTEND, expired_ms, "r0", FRESH)
    assert (kept[0].access_digest, kept[0].generation) == ("a1", 1)
    assert kept[0].refresh_digest == "r0"
    assert kept[0].refresh_expires_ms == START_MS + 86_400_000


def test_access_never_outlives_a_refresh_token_that_stays() -> None:
    late_ms = START_MS + 86_399_000
    kept, _ = grants.refresh((grant(),), EXTEND, late_ms, "r0", FRESH)
    assert kept[0].access_expires_ms == START_MS + 86_400_000
    near_end, _ = grants.refresh(kept, EXTEND, late_ms + 1, "r0", FRESH)
    assert near_end[0].access_expires_ms == START_MS + 86_400_000


def test_refusals_of_refresh_tokens_are_told_apart() -> None:
    def outcome(kept, now_ms, digest="r0"):
        remaining, refreshed = grants.refresh(kept, ROTATE, now_ms, digest, FRESH)
        assert remaining is kept
        return refreshed.outcome

    ended = grants.end((grant(),), 2000, "person", grant_id="g0")
    assert outcome((grant(),), LATER["ended"]) == "expired"
    assert outcome(ended, 2000) == "ended"
    assert outcome((grant(),), 2000, "x") == "unknown"


def test_policy_that_contradicts_itself_is_refused() -> None:
    with pytest.raises(ValueError, match="expected at least access_lifetime_s, 7200"):
        AuthorisationPolicy(300, 7200, 7199)


def test_ended_grants_are_remembered_for_a_while() -> None:
    kept = ()
    for number in range(grants.ENDED_KEPT + 5):
        new = grant(grant_id=f"g{number}", access_digest=f"a{number}", refresh_digest=f"r{number}")
        kept = grants.begin(kept, new, START_MS)
    assert [each.grant_id for each in kept] == [
        f"g{number}" for number in range(4, grants.ENDED_KEPT + 5)
    ]
    assert [each.ended_by for each in kept] == ["replaced"] * grants.ENDED_KEPT + [None]


class GrantHistories(RuleBasedStateMachine):
    """Random authorisations, refreshes, endings and waits of one person, against a model that
    keeps for each token only until when it is good."""

    tokens = Bundle("tokens")

    def __init__(self) -> None:
        super().__init__()
        self.kept: tuple[Grant, ...] = ()
        self.now_ms = START_MS
        self.count = 0
        self.good: dict[str, int] = {}
        """By access token, until when it opens anything."""
        self.live: dict[str, tuple[str, str]] = {}
        """By application, the tokens of its grant that nobody has ended."""
        self.refresh_ends: dict[str, int] = {}

    def end_live(self, app_id: str) -> None:
        access, refresh = self.live.pop(app_id, (None, None))
        self.good.pop(access, None)
        self.refresh_ends.pop(refresh, None)

    def fresh(self) -> NewTokens:
        self.count += 1
        return NewTokens(f"a{self.count}", f"r{self.count}")

    @rule(target=tokens, app_id=st.sampled_from(["one", "two"]))
    def authorise(self, app_id):
        new = self.fresh()
        begun = replace(
            grant(ROTATE, self.now_ms, grant_id=f"g{self.count}", app_id=app_id),
            access_digest=new.access_digest,
            refresh_digest=new.refresh_digest,
        )
        self.kept = grants.begin(self.kept, begun, self.now_ms)
        self.end_live(app_id)
        self.live[app_id] = (new.access_digest, new.refresh_digest)
        self.good[new.access_digest] = begun.access_expires_ms
        self.refresh_ends[new.refresh_digest] = begun.refresh_expires_ms
        return new.refresh_digest

    @rule(target=tokens, token=tokens, policy=st.sampled_from([ROTATE, EXTEND]))
    def refresh(self, token, policy):
        new = self.fresh()
        known = grants.of_refresh(self.kept, token)
        self.kept, refreshed = grants.refresh(self.kept, policy, self.now_ms, token, new)
        is_good = self.now_ms < self.refresh_ends.get(token, 0)
        assert (refreshed.outcome == "ok") is is_good
        if refreshed.outcome == "reused":
            self.end_live(known.app_id)
        if not is_good:
            return token
        app_id = next(each for each, (_, refresh) in self.live.items() if refresh == token)
        access, _ = self.live[app_id]
        lasts_ms = self.now_ms + policy.access_lifetime_s * 1000
        if policy is ROTATE:
            self.end_live(app_id)
            self.live[app_id] = (new.access_digest, new.refresh_digest)
            self.good[new.access_digest] = lasts_ms
            ends_ms = self.now_ms + policy.refresh_lifetime_s * 1000
            self.refresh_ends[new.refresh_digest] = ends_ms
            return new.refresh_digest
        lasts_ms = min(lasts_ms, self.refresh_ends[token])
        if self.now_ms < self.good[access]:
            self.good[access] = lasts_ms
        else:
            del self.good[access]
            self.live[app_id] = (new.access_digest, token)
            self.good[new.access_digest] = lasts_ms
        return token

    @rule(app_id=st.sampled_from(["one", "two"]), by=st.sampled_from(["person", "tester"]))
    def end(self, app_id, by):
        self.kept = grants.end(self.kept, self.now_ms, by, app_id=app_id)
        self.end_live(app_id)

    @rule(seconds=st.sampled_from([1, 3600, 7199, 7200, 40_000, 86_400]))
    def wait(self, seconds):
        self.now_ms += seconds * 1000

    @invariant()
    def exactly_the_good_tokens_open_something(self):
        opening = {
            each.access_digest
            for each in self.kept
            if grants.phase_of(each, self.now_ms) == "active"
            and grants.of_access(self.kept, each.access_digest) is each
        }
        assert opening == {token for token, until in self.good.items() if self.now_ms < until}

    @invariant()
    def an_application_has_one_grant_at_most(self):
        live = [each.app_id for each in self.kept if grants.phase_of(each, self.now_ms) != "ended"]
        assert len(live) == len(set(live))
        assert len(self.kept) <= len(live) + grants.ENDED_KEPT + 2


TestGrantHistories = GrantHistories.TestCase
TestGrantHistories.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
