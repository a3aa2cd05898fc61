"""Bearer tokens: they lead to their account, in their world, for their use alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.services import tokens

PHONE = "13800138000"


@pytest.fixture
def state(app, world):
    return app.worlds.find(world.name)


def test_token_leads_to_its_phone_and_digest(state) -> None:
    token = tokens.issue(state, "access", PHONE)
    assert tokens.read(state, "access", token.text) == token
    assert token.phone == PHONE


def test_token_text_tells_neither_phone_nor_digest(state) -> None:
    issued = [tokens.issue(state, "access", PHONE) for _ in range(50)]
    assert len({token.text for token in issued}) == 50
    assert len({token.text[-6:] for token in issued}) > 40
    assert not [token for token in issued if token.digest in token.text]


@pytest.mark.parametrize("kind", ["refresh", "challenge", "ticket"])
def test_token_of_another_kind_reads_as_another(state, kind) -> None:
    token = tokens.issue(state, "access", PHONE)
    found = tokens.read(state, kind, token.text)
    assert found is None or found.digest != token.digest


def test_token_of_another_world_reads_as_another(app, make_world) -> None:
    one, other = (app.worlds.find(make_world(seed=1).name) for _ in range(2))
    token = tokens.issue(one, "access", PHONE)
    found = tokens.read(other, "access", token.text)
    assert found is None or found.digest != token.digest


@given(st.text("0123456789abcdef", min_size=42, max_size=42))
def test_text_of_the_right_shape_reads_as_itself_or_nothing(app, text) -> None:
    found = tokens.read(app.worlds.find("default"), "access", text)
    assert found is None or (found.text == text and found.phone.isdecimal())


def test_every_part_of_a_token_counts(state) -> None:
    token = tokens.issue(state, "access", PHONE)
    for place, character in enumerate(token.text):
        other = "0" if character != "0" else "1"
        found = tokens.read(state, "access", token.text[:place] + other + token.text[place + 1 :])
        assert found is None or (found.phone, found.digest) != (token.phone, token.digest)


@given(st.text(max_size=41) | st.text(min_size=43, max_size=60))
def test_text_of_another_length_is_no_token(app, text) -> None:
    assert tokens.read(app.worlds.find("default"), "access", text) is None


@pytest.mark.parametrize("character", ["é", "*", "=", " ", "g", "１"])
def test_text_of_other_characters_is_no_token(state, character) -> None:
    assert tokens.read(state, "access", character * 42) is None
    assert tokens.read(state, "access", "0" * 41 + character) is None
