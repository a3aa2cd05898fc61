"""Authorisation codes: bound to whoever asked, good once, told apart when they are not good."""

from base64 import urlsafe_b64encode
from dataclasses import replace
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.domain.authorisation import AuthorisationCode, codes, pkce
from simulator.domain.authorisation.codes import TRANSITIONS, Presented

VERIFIER = "a-verifier.of~enough_characters-0123456789-ABCD"
CODE = AuthorisationCode("d1", "app", 1, "http://localhost/back", ("auth_user",), 1000, 301_000)
SHOWN = Presented("d1", "app", 1)


def used(code: AuthorisationCode) -> AuthorisationCode:
    return replace(code, grant_id="g0")


STATES = {
    "pending": (CODE, 300_999),
    "used": (used(CODE), 1000),
    "expired": (CODE, 301_000),
}


@pytest.mark.parametrize("phase", TRANSITIONS)
@pytest.mark.parametrize("event", ["exchange", "unfit_exchange", "lifetime_ends"])
def test_event_leads_where_the_table_says(phase, event) -> None:
    code, now_ms = STATES[phase]
    assert codes.phase_of(code, now_ms) == phase
    if event not in TRANSITIONS[phase]:
        assert (phase, event) == ("expired", "lifetime_ends")
        return
    kept = (code,)
    if event == "lifetime_ends":
        now_ms = code.expires_ms
    else:
        shown = SHOWN if event == "exchange" else replace(SHOWN, app_id="other")
        kept, _ = codes.use(kept, shown, now_ms, "g1")
    assert codes.phase_of(kept[0], now_ms) == TRANSITIONS[phase][event]


def test_code_is_exchanged_once_and_remembers_for_what() -> None:
    kept, first = codes.use((CODE,), SHOWN, 2000, "g1")
    assert (first.outcome, first.code.grant_id) == ("ok", "g1")
    again, second = codes.use(kept, SHOWN, 2000, "g2")
    assert (second.outcome, second.code.grant_id) == ("used", "g1")
    assert again is kept
    assert codes.use(kept, SHOWN, 10**12, "g2")[1].outcome == "used"


def test_code_expires_exactly_at_its_instant() -> None:
    assert codes.use((CODE,), SHOWN, 300_999, "g")[1].outcome == "ok"
    assert codes.use((CODE,), SHOWN, 301_000, "g")[1].outcome == "expired"


@pytest.mark.parametrize(
    ("change", "outcome"),
    [
        ({"digest": "d2"}, "unknown"),
        ({"app_id": "other"}, "other_application"),
        ({"registration": 2}, "other_application"),
        ({"redirect_uri": "http://localhost/other"}, "redirect_mismatch"),
    ],
)
def test_unfit_exchange_is_refused_and_spoils_nothing(change, outcome) -> None:
    kept = (CODE,)
    remaining, use = codes.use(kept, replace(SHOWN, **change), 2000, "g")
    assert use.outcome == outcome
    assert remaining is kept
    shown = replace(SHOWN, redirect_uri=CODE.redirect_uri)
    assert codes.use(remaining, shown, 2000, "g")[1].outcome == "ok"


def test_other_applications_learn_nothing_of_the_state_of_a_code() -> None:
    foreign = replace(SHOWN, app_id="other")
    for code, now_ms in STATES.values():
        assert codes.use((code,), foreign, now_ms, "g")[1].outcome == "other_application"


def test_latest_codes_are_remembered() -> None:
    kept = ()
    for number in range(codes.KEPT + 3):
        kept = codes.issue(kept, replace(CODE, digest=f"d{number}"))
    assert [each.digest for each in kept] == [f"d{n}" for n in range(3, codes.KEPT + 3)]


def s256(verifier: str) -> str:
    return urlsafe_b64encode(sha256(verifier.encode()).digest()).decode().rstrip("=")


@pytest.mark.parametrize(("challenge", "method"), [(VERIFIER, "plain"), (s256(VERIFIER), "S256")])
def test_challenge_wants_its_verifier(challenge, method) -> None:
    kept = (replace(CODE, challenge=challenge, challenge_method=method),)
    for wrong in (None, "", "short", VERIFIER + "x", challenge if method == "S256" else "é" * 50):
        remaining, use = codes.use(kept, replace(SHOWN, verifier=wrong), 2000, "g")
        assert (use.outcome, remaining) == ("pkce_failed", kept)
    assert codes.use(kept, replace(SHOWN, verifier=VERIFIER), 2000, "g")[1].outcome == "ok"


def test_challenge_of_rfc_7636_appendix_b_is_answered() -> None:
    verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
    challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
    assert pkce.is_challenge(challenge)
    assert pkce.is_answered(challenge, "S256", verifier)
    assert not pkce.is_answered(challenge, "plain", verifier)


@given(st.text(max_size=42) | st.text(min_size=129, max_size=140))
def test_text_of_another_length_is_no_challenge(text) -> None:
    assert not pkce.is_challenge(text)
