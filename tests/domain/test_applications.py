"""Applications: their states, their ids and names, and where they may send people."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.domain.applications import (
    PLATFORMS,
    SCOPES,
    TRANSITIONS,
    Application,
    change_state,
    event_leading_to,
    is_app_id,
    is_redirect_uri,
    normalised_name,
    redirect_matches,
    rights,
    synthetic_app_id,
)

EVENTS = {event for row in TRANSITIONS.values() for event in row}


def application(state: str) -> Application:
    return Application("2021999900000001", "alipay", "名称", "公司", state, (), ("auth_user",))


@pytest.mark.parametrize("event", sorted(EVENTS))
@pytest.mark.parametrize("state", TRANSITIONS)
def test_event_leads_where_the_table_says(state, event) -> None:
    if event not in TRANSITIONS[state]:
        with pytest.raises(KeyError):
            change_state(application(state), event)
        return
    changed = change_state(application(state), event)
    assert changed.state == TRANSITIONS[state][event]
    assert event_leading_to(state, changed.state) == event


@pytest.mark.parametrize("state", TRANSITIONS)
def test_state_that_no_step_leads_to_is_not_found(state) -> None:
    reached = set(TRANSITIONS[state].values())
    assert {each for each in TRANSITIONS if event_leading_to(state, each) is None} == (
        set(TRANSITIONS) - reached
    )


def test_whatever_ends_grants_begins_another_registration() -> None:
    counted = {
        (state, event): change_state(application(state), event).registration
        for state, row in TRANSITIONS.items()
        for event in row
    }
    assert {pair for pair, registration in counted.items() if registration == 2} == {
        ("active", "revoke"),
        ("active", "unregister"),
        ("suspended", "revoke"),
        ("suspended", "unregister"),
    }


@pytest.mark.parametrize("platform", PLATFORMS)
@given(number=st.integers(0, 2**32 - 1))
def test_synthetic_ids_have_the_form_and_show_what_they_are(platform, number) -> None:
    app_id = synthetic_app_id(platform, number)
    assert is_app_id(platform, app_id)
    assert app_id.startswith({"alipay": "20219999", "wechat": "wx00000000"}[platform])


@pytest.mark.parametrize(
    ("platform", "text"),
    [
        ("alipay", "202199990000000"),
        ("alipay", "20219999000000011"),
        ("alipay", "２０２１９９９９０００００００１"),
        ("alipay", "wx0123456789abcdef"),
        ("wechat", "wx0123456789ABCDEF"),
        ("wechat", "0123456789abcdef01"),
        ("wechat", "wx0123456789abcdef\n"),
    ],
)
def test_text_of_another_form_is_no_id(platform, text) -> None:
    assert not is_app_id(platform, text)


@pytest.mark.parametrize(
    "name",
    [
        "医保查询ABC",
        " 医保 查询 abc ",
        "医保查询ＡＢＣ",
        "医保\u200b查询abc\ufeff",
        "\u202d医保查询abc",
        "医保查询a\0bc",
    ],
)
def test_names_that_read_alike_are_alike(name) -> None:
    assert normalised_name(name) == "医保查询abc"


def test_scopes_open_what_they_say() -> None:
    assert rights("alipay", ["auth_base"]) == {"identity"}
    assert rights("alipay", ["auth_base", "auth_user"]) == {"identity", "profile", "insurance"}
    assert rights("wechat", ["auth_user", "anything"]) == set()
    for scopes in SCOPES.values():
        assert all("identity" in opened for opened in scopes.values())


@pytest.mark.parametrize(
    "uri",
    [
        "http://127.0.0.1/callback",
        "https://app.example/a/b?c=d&e",
        "http://[::1]:8000/",
        "http://app.example",
    ],
)
def test_absolute_web_addresses_may_be_redirected_to(uri) -> None:
    assert is_redirect_uri(uri)
    assert redirect_matches([uri], uri, "exact")
    assert redirect_matches([uri], uri, "host")


@pytest.mark.parametrize(
    "uri",
    [
        "",
        "/callback",
        "//app.example/callback",
        "app.example/callback",
        "javascript:alert(1)",
        "ftp://app.example/",
        "http://",
        "http:///callback",
        "http://app.example/#part",
        "http://user@app.example/",
        "http://app.example@evil.example/",
        "http://app.example\\@evil.example/",
        "http://app.example/\r\nSet-Cookie: a=b",
        "http://app.example/a b",
        "http://应用.example/",
        "http://app.example:99999/",
        "http://app.example:0/",
        "http://[::1/",
        "http://app.example/" + "x" * 2000,
    ],
)
def test_other_addresses_may_not(uri) -> None:
    assert not is_redirect_uri(uri)
    assert not redirect_matches([uri], uri, "exact")
    assert not redirect_matches([uri], uri, "host")


@pytest.mark.parametrize(
    ("registered", "presented", "exact", "host"),
    [
        ("https://app.example/back", "https://app.example/back", True, True),
        ("https://app.example/back", "https://APP.example:443/back", True, True),
        ("https://app.example/back", "https://app.example/other", False, True),
        ("https://app.example/back", "https://app.example/back?x=1", False, True),
        ("https://app.example/back", "https://app.example/back/", False, True),
        ("https://app.example/back", "http://app.example/back", False, False),
        ("https://app.example/back", "https://app.example:8443/back", False, False),
        ("https://app.example/back", "https://app.example.evil.example/back", False, False),
        ("https://app.example/back", "https://evil.example/app.example/back", False, False),
        ("http://127.0.0.1/back", "http://127.0.0.1:54321/back", True, True),
        ("http://localhost:1/back", "http://localhost:2/back", True, True),
        ("http://127.0.0.1/back", "http://localhost/back", False, False),
        ("http://127.0.0.1", "http://127.0.0.1:1/", True, True),
    ],
)
def test_presented_address_is_compared_as_policy_says(registered, presented, exact, host) -> None:
    registered = ["https://unrelated.example/", registered]
    assert redirect_matches(registered, presented, "exact") is exact
    assert redirect_matches(registered, presented, "host") is host
