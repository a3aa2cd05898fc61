"""User ids and open ids: of the form that applications know, and read back without a table."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.domain.applications import PLATFORMS
from simulator.services import third_party_ids as ids

INDEX = st.integers(0, 1_325_999_999)
FORMS = {"wechat": r"o[A-Za-z0-9_-]{27}", "alipay": r"0[0-9a-f]{40}"}


@pytest.fixture(scope="module")
def state(app):
    return app.worlds.find("default")


@given(index=INDEX)
def test_user_id_leads_back_to_its_person(state, index) -> None:
    person = state.people.at(index)
    text = ids.user_id(state, person)
    assert re.fullmatch(r"2088[0-9]{12}", text)
    assert ids.person_of_user_id(state, text) == person


@pytest.mark.parametrize("platform", PLATFORMS)
@given(index=INDEX)
def test_open_id_leads_back_to_its_person_for_its_application_alone(state, platform, index) -> None:
    person = state.people.at(index)
    text = ids.open_id(state, platform, "one", person)
    assert re.fullmatch(FORMS[platform], text)
    assert ids.person_of_open_id(state, platform, "one", text) == person
    assert ids.person_of_open_id(state, platform, "two", text) is None
    other = next(each for each in PLATFORMS if each != platform)
    assert ids.person_of_open_id(state, other, "one", text) is None
    assert ids.open_id(state, platform, "two", person) != text


@pytest.mark.parametrize("platform", PLATFORMS)
def test_every_character_of_an_open_id_counts(state, platform) -> None:
    text = ids.open_id(state, platform, "one", state.people.at(7))
    for place, character in enumerate(text):
        for other in {"1", "2", "b", "c"} - {character}:
            changed = text[:place] + other + text[place + 1 :]
            assert ids.person_of_open_id(state, platform, "one", changed) is None


@given(text=st.text(max_size=45) | st.from_regex(r"2088[0-9]{12}", fullmatch=True))
def test_made_up_ids_lead_to_nobody_or_to_whom_they_belong(state, text) -> None:
    person = ids.person_of_user_id(state, text)
    assert person is None or ids.user_id(state, person) == text
    for platform in PLATFORMS:
        assert ids.person_of_open_id(state, platform, "one", text) is None


@pytest.mark.parametrize(
    "text",
    ["2088", "2088" + "x" * 12, "2088" + "１" * 12, "0" + "g" * 40, "o" + "*" * 27, "o" + "é" * 27],
)
def test_text_of_another_form_leads_to_nobody(state, text) -> None:
    assert ids.person_of_user_id(state, text) is None
    for platform in PLATFORMS:
        assert ids.person_of_open_id(state, platform, "one", text) is None
