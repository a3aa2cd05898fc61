"""E-credentials: issuing, decoding, forgetting, and every phase × event."""

from dataclasses import replace

import msgspec
import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from simulator.domain import china_time, e_credential
from simulator.domain.e_credential import KEPT, ECredential, ECredentialPolicy, Presentation

POLICY = ECredentialPolicy()
REUSABLE = ECredentialPolicy(single_use=False)
S = china_time.SECOND_MS
NOW = china_time.from_iso("2025-03-01T12:00:00+08:00")
END = NOW + 60 * S


def issued(*names, policy=POLICY, at=NOW):
    kept = ()
    for name in names:
        kept = e_credential.issue(kept, policy, at, name)
    return kept


def decoded(kept, name="a", *, policy=POLICY, at=NOW):
    return e_credential.decode(kept, policy, at, name)


def outcome(kept, name="a", *, policy=POLICY, at=NOW):
    return e_credential.look_up(kept, policy, at, name).outcome


def test_new_token_is_good_until_exactly_the_end_of_its_lifetime():
    kept = issued("a")
    assert kept == (ECredential("a", NOW, END),)
    assert outcome(kept, at=END - 1) == "ok"
    assert outcome(kept, at=END) == "expired"


def test_token_works_once_and_is_told_used_ever_after():
    kept, first = decoded(issued("a"), at=NOW + 5)
    assert first == Presentation("ok", ECredential("a", NOW, END, NOW + 5))
    for at in (NOW + 5, END, END + 10**9):
        again, second = decoded(kept, at=at)
        assert (again, second.outcome) == (kept, "used")


def test_reusable_token_works_until_it_expires():
    kept, _ = decoded(issued("a"), policy=REUSABLE)
    again, second = decoded(kept, policy=REUSABLE, at=END - 1)
    assert again is kept
    assert second.credential.used_ms == NOW
    assert outcome(kept, policy=REUSABLE, at=END) == "expired"


def test_expired_token_is_not_used_up():
    kept = issued("a")
    again, found = decoded(kept, at=END)
    assert again is kept
    assert found.outcome == "expired"


@pytest.mark.parametrize("name", ["", "b", "aa", "A", "中文"])
def test_any_other_token_is_unknown(name):
    kept = issued("a")
    assert decoded(kept, name) == (kept, Presentation("unknown", None))


def test_new_token_leaves_the_older_one_alone():
    kept = issued("a", "b")
    assert (outcome(kept, "a"), outcome(kept, "b")) == ("ok", "ok")


def test_new_token_ends_older_ones_where_policy_says_so():
    ending = replace(POLICY, newer_ends_older=True)
    used, _ = decoded(issued("u"), "u")
    kept = e_credential.issue(used, ending, NOW + 1, "a")
    kept = e_credential.issue(kept, ending, NOW + 2, "b")
    at = NOW + 2
    found = [outcome(kept, name, policy=ending, at=at) for name in "uab"]
    assert found == ["used", "expired", "ok"]
    assert kept[1].expires_ms == at


def test_ending_never_makes_a_token_live_longer():
    ending = replace(POLICY, newer_ends_older=True)
    kept = e_credential.issue(issued("a"), ending, END + 5, "b")
    assert kept[0].expires_ms == END


def test_oldest_token_is_forgotten():
    names = [f"n{number}" for number in range(KEPT + 1)]
    kept = issued(*names)
    assert len(kept) == KEPT
    assert [outcome(kept, name) for name in (names[0], names[1], names[-1])] == [
        "unknown",
        "ok",
        "ok",
    ]


def test_kept_tokens_survive_storage():
    kept, _ = decoded(issued("a", "b"))
    raw = msgspec.json.encode(kept)
    assert msgspec.json.decode(raw, type=e_credential.ECredentials) == kept


CASES = [
    (phase, event)
    for phase, row in e_credential.TRANSITIONS.items()
    for event in ("decode", "decode_where_reusable", "lifetime_ends", "newer_ends_it")
    if event in row
]


@pytest.mark.parametrize(("phase", "event"), CASES)
def test_every_event_leads_where_the_table_says(phase, event):
    policy = REUSABLE if event == "decode_where_reusable" else POLICY
    kept, at = issued("a"), NOW + 1
    if phase == "used":
        kept, _ = decoded(kept)
    elif phase == "expired":
        at = END
    assert e_credential.phase_of(kept[0], policy, at) == phase
    if event.startswith("decode"):
        kept, _ = decoded(kept, policy=policy, at=at)
    elif event == "lifetime_ends":
        at = END
    else:
        kept = e_credential.issue(kept, replace(policy, newer_ends_older=True), at, "b")
    expected = e_credential.TRANSITIONS[phase][event]
    assert e_credential.phase_of(kept[0], policy, at) == expected


class Tokens(RuleBasedStateMachine):
    """Any order of issuing, decoding and waiting, against a dictionary that forgets nothing."""

    @initialize(single_use=st.booleans(), ending=st.booleans(), lifetime_s=st.integers(1, 90))
    def begin(self, single_use, ending, lifetime_s):
        self.policy = ECredentialPolicy(lifetime_s, single_use, ending)
        self.now_ms = NOW
        self.kept = ()
        self.model = {}

    @rule()
    def issue(self):
        if self.policy.newer_ends_older:
            for facts in self.model.values():
                facts["end"] = min(facts["end"], self.now_ms)
        name = f"n{len(self.model)}"
        self.kept = e_credential.issue(self.kept, self.policy, self.now_ms, name)
        self.model[name] = {"end": self.now_ms + self.policy.lifetime_s * S, "used": False}

    @rule(wait_s=st.integers(0, 60))
    def wait(self, wait_s):
        self.now_ms += wait_s * S

    @rule(back=st.integers(0, KEPT + 3))
    def decode(self, back):
        name = f"n{len(self.model) - 1 - back}"
        expected = self.expected(name)
        self.kept, found = e_credential.decode(self.kept, self.policy, self.now_ms, name)
        assert found.outcome == expected
        if expected == "ok":
            self.model[name]["used"] = True

    def expected(self, name):
        if name not in list(self.model)[-KEPT:]:
            return "unknown"
        facts = self.model[name]
        if self.policy.single_use and facts["used"]:
            return "used"
        return "ok" if self.now_ms < facts["end"] else "expired"

    @invariant()
    def nothing_is_kept_twice(self):
        digests = [each.digest for each in self.kept]
        assert digests == list(self.model)[-KEPT:]


test_tokens_follow_the_model = Tokens.TestCase
