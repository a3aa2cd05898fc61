"""What is kept of a request: no secret, no whole identifier, bounded in size."""

import json
from urllib.parse import parse_qs, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.web.masking import mask, mask_query, mask_text

ID_NUMBER = "110101199003078881"
PHONE = "13800138000"
CARD = "A12345678"
IDENTIFIERS = (ID_NUMBER, PHONE, CARD)


@pytest.mark.parametrize(
    "name",
    [
        "password",
        "new_password",
        "oldPassword",
        "sms_code",
        "access_token",
        "password_digest",
        "yzm",
        "ecyzm",
        "ewm",
        "refresh_token",
        "challenge",
        "Authorization",
        "app_secret",
        "sample",
    ],
)
@pytest.mark.parametrize("wrap", [lambda s: s, lambda s: [s], lambda s: {"x": s}, lambda s: [[s]]])
def test_secret_is_hidden_whatever_its_shape(name, wrap) -> None:
    assert "hunter2" not in json.dumps(mask({name: wrap("hunter2")}))
    assert "hunter2" not in json.dumps(mask({"deep": [{name: wrap("hunter2")}]}))


@pytest.mark.parametrize("name", ["name", "psn_name", "cert_name", "aac003"])
def test_name_of_a_person_is_masked(name) -> None:
    assert mask({name: "王小明"}) == {name: "王*明"}
    assert mask({"proof": [{name: "王明"}]}) == {"proof": [{name: "王*"}]}
    assert (
        mask({name: ["王小明"], "name_of_hospital": "王府医院"})["name_of_hospital"] == "王府医院"
    )
    assert len(mask({name: "王" * 60_000})[name]) <= 200


def test_names_of_what_is_hidden_stay() -> None:
    assert mask({"password": "x", "phone": PHONE}) == {"password": "***", "phone": "138****8000"}
    assert mask({"token": {"a": 1}}) == {"token": {"a": "***"}}


def test_messages_about_secret_fields_stay() -> None:
    details = {"fields": {"password": ["Missing data for required field."]}}
    assert mask(details) == details


@pytest.mark.parametrize("number", IDENTIFIERS)
@pytest.mark.parametrize("text", ["{}", "+{}", "号码{}。", "{};{}", "a {} b", "/path/{}/x"])
def test_identifier_is_masked_within_text(number, text) -> None:
    assert number not in mask_text(text.format(number, number))


@pytest.mark.parametrize("prefix", ["+86", "86", "0086"])
def test_phone_is_masked_behind_a_country_code(prefix) -> None:
    assert mask_text(prefix + PHONE) == prefix + "138****8000"


@pytest.mark.parametrize("value", [int(PHONE), int(ID_NUMBER), float(PHONE), -int(PHONE)])
def test_identifier_is_masked_when_sent_as_a_number(value) -> None:
    assert str(abs(int(value))) not in json.dumps(mask([value]))


def test_identifier_is_masked_as_a_name() -> None:
    assert PHONE not in json.dumps(mask({PHONE: 1}))
    assert PHONE not in mask_query(f"{PHONE}=1")


@given(st.integers(0, 230), st.sampled_from(IDENTIFIERS))
def test_cut_leaves_no_readable_part_of_an_identifier(offset, number) -> None:
    kept = mask_text("甲" * offset + number)
    assert len(kept) <= 200
    assert number[6:14] not in kept or number == CARD
    assert number not in kept
    if number == PHONE:
        assert number[:7] not in kept


@pytest.mark.parametrize("value", [None, True, 12, 1.5, "text", [], {}, 12345678])
def test_harmless_values_stay(value) -> None:
    assert mask(value) == value


def test_size_is_bounded() -> None:
    assert len(mask("x" * 10**6)) == 200
    assert len(mask(list(range(1000)))) == 50
    assert len(mask({str(n): n for n in range(1000)})) == 50
    deep: object = "bottom"
    for _ in range(500):
        deep = [deep]
    assert "bottom" not in json.dumps(mask(deep))


def test_query_keeps_names_and_hides_secrets() -> None:
    kept = mask_query(f"code=123456&to={PHONE}&page=2&empty=")
    assert kept == "code=***&to=138****8000&page=2&empty="


def test_long_query_is_cut_between_parameters() -> None:
    query = "&".join(f"p{n}={PHONE}" for n in range(200))
    kept = mask_query(query)
    assert len(kept) < 1000
    assert PHONE[:8] not in kept


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@given(json_values)
def test_any_json_value_can_be_kept(value) -> None:
    assert len(json.dumps(mask(value))) < 10**6


@given(st.text(max_size=300))
def test_any_query_can_be_kept(text) -> None:
    assert len(mask_query(text)) < 10**4


def test_json_within_a_query_is_masked_by_its_names() -> None:
    sent = urlencode({"biz_content": '{"auth_code": "28763443", "cert_no": "110101199003078881"}'})
    kept = parse_qs(mask_query(sent))["biz_content"][0]
    assert kept == '{"auth_code":"***","cert_no":"110101********8881"}'


def test_broken_json_within_a_query_is_hidden() -> None:
    assert parse_qs(mask_query("biz_content={%22auth_code%22:%22287634")) == {
        "biz_content": ["***"]
    }


def test_long_json_within_a_query_is_cut() -> None:
    kept = parse_qs(mask_query("biz_content=[" + ",".join(["123456"] * 60) + "]"))
    assert len(kept["biz_content"][0]) == 201
