"""What the client makes of answers, proper and improper."""

import json
from datetime import timedelta
from decimal import Decimal

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from yibao_client.errors import (
    LockedError,
    ProtocolError,
    RealNameRequiredError,
    WorldError,
    YibaoError,
)
from yibao_client.exchange import Response
from yibao_client.operations import national


def test_success_is_read_into_exact_money_and_aware_time(platform, answers) -> None:
    platform.script = [answers.balance("1234.56")]
    balance = platform.client().balance()
    assert balance.personal_account.amount == Decimal("1234.56")
    assert balance.pooled_fund.deductible_used == Decimal("200.10")
    assert balance.as_of.utcoffset() == timedelta(hours=8)


def test_no_account_is_not_an_account_with_nothing_in_it(platform, answers) -> None:
    envelope = json.loads(answers.balance("0.00").content)
    platform.script = [httpx.Response(200, json=envelope)]
    assert platform.client().balance().personal_account.amount == Decimal("0.00")
    envelope["data"]["personal_account"] = None
    platform.script = [httpx.Response(200, json=envelope)]
    assert platform.client().balance().personal_account is None


@pytest.mark.parametrize(
    ("written", "amount"),
    [
        ("1234.56", "1234.56"),
        ("0.1", "0.10"),
        ("1234", "1234.00"),
        ("-7.05", "-7.05"),
        ("9007199254740993.01", "9007199254740993.01"),
    ],
)
def test_amount_written_as_a_number_is_taken_digit_for_digit(
    platform, answers, written, amount
) -> None:
    body = answers.balance("1234.56").content.replace(b'"1234.56"', written.encode())
    platform.script = [httpx.Response(200, content=body)]
    assert str(platform.client().balance().personal_account.amount) == amount


@pytest.mark.parametrize(
    "amount", [1234.567, 1e30, True, "1234.5", "1,234.56", "１2.34", "NaN", "", None]
)
def test_amount_in_any_other_form_is_refused(platform, answers, amount) -> None:
    envelope = json.loads(answers.balance().content)
    envelope["data"]["personal_account"]["amount"] = amount
    platform.script = [httpx.Response(200, json=envelope)]
    with pytest.raises(ProtocolError, match=r"data\.personal_account\.amount"):
        platform.client().balance()


@pytest.mark.parametrize("moment", ["2026-11-22T08:00:00", "yesterday", 1700000000])
def test_time_without_an_offset_is_refused(platform, answers, moment) -> None:
    envelope = json.loads(answers.balance().content)
    envelope["data"]["as_of"] = moment
    platform.script = [httpx.Response(200, json=envelope)]
    with pytest.raises(ProtocolError, match=r"data\.as_of"):
        platform.client().balance()


def test_missing_field_is_named(platform, answers) -> None:
    envelope = json.loads(answers.balance().content)
    del envelope["data"]["pooled_fund"]["paid"]
    platform.script = [httpx.Response(200, json=envelope)]
    with pytest.raises(ProtocolError, match=r"data\.pooled_fund\.paid is missing"):
        platform.client().balance()


def test_unknown_fields_are_ignored(platform, answers) -> None:
    envelope = json.loads(answers.balance().content)
    envelope["data"]["new_in_2027"] = {"x": 1.5}
    platform.script = [httpx.Response(200, json=envelope)]
    assert platform.client().balance().pooled_fund.year == 2026


@pytest.mark.parametrize("status", [423, 200])
def test_refusal_is_recognised_by_its_type_whatever_the_status(platform, answers, status) -> None:
    platform.script = [
        answers.refusal(
            "sign_in.locked",
            status,
            {"locked_until": "2026-01-01T08:20:00+08:00"},
            {"Retry-After": "1200", "X-Request-Id": "r-1"},
        )
    ]
    with pytest.raises(LockedError) as caught:
        platform.client().sign_in(phone="14000000001", password="x")
    assert caught.value.status == status
    assert caught.value.retry_after == timedelta(minutes=20)
    assert caught.value.request_id == "r-1"


def test_retry_after_may_be_a_date(platform, answers) -> None:
    headers = {
        "Date": "Sun, 22 Nov 2026 08:00:00 GMT",
        "Retry-After": "Sun, 22 Nov 2026 08:01:30 GMT",
    }
    platform.script = [answers.refusal("sign_in.locked", 423, headers=headers)]
    with pytest.raises(LockedError) as caught:
        platform.client().sign_in(phone="14000000001", password="x")
    assert caught.value.retry_after == timedelta(seconds=90)


@pytest.mark.parametrize(
    ("value", "wait"),
    [
        ("Sun, 22 Nov 2026 07:00:00 GMT", timedelta(0)),
        ("soon", None),
        ("-5", None),
        ("٣", None),
        ("9" * 40, timedelta(days=3650)),
    ],
)
def test_retry_after_that_makes_no_sense_does_no_harm(value, wait) -> None:
    headers = {"date": "Sun, 22 Nov 2026 08:00:00 GMT", "retry-after": value}
    assert Response(503, headers, b"").retry_after == wait


def test_plain_refusal_of_an_unknown_world_is_understood(platform) -> None:
    body = {"code": "world.unknown", "message": "No such world.", "details": {"world": "gone"}}
    platform.script = [httpx.Response(404, json=body)]
    with pytest.raises(WorldError) as caught:
        platform.client().balance()
    assert caught.value.details == {"world": "gone"}


def test_maintenance_page_is_a_protocol_error_that_shows_it(platform) -> None:
    platform.script = [httpx.Response(200, html="<html>系统维护中</html>")]
    with pytest.raises(ProtocolError, match="系统维护中") as caught:
        platform.client().balance()
    assert caught.value.status == 200


def test_success_envelope_under_an_error_status_is_no_success(platform, answers) -> None:
    envelope = json.loads(answers.balance().content)
    platform.script = [httpx.Response(500, json=envelope)]
    with pytest.raises(ProtocolError, match="neither a success nor a refusal"):
        platform.client().balance()


@pytest.mark.parametrize("code", [1, "0", None, "sign_in.locked"])
def test_success_envelope_with_another_code_is_no_success(platform, answers, code) -> None:
    envelope = json.loads(answers.balance().content) | {"code": code}
    platform.script = [httpx.Response(200, json=envelope)]
    with pytest.raises(ProtocolError, match="neither a success nor a refusal"):
        platform.client().balance()


def test_answer_without_content_is_enough_for_a_call_without_result(platform) -> None:
    platform.script = [httpx.Response(204)]
    platform.client().set_second_factor("sms")
    assert platform.last_json == {"method": "sms"}


def test_refusal_of_a_call_without_result_is_raised(platform, answers) -> None:
    platform.script = [answers.refusal("real_name.required", 200)]
    with pytest.raises(RealNameRequiredError):
        platform.client().set_second_factor("sms")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["code", "type", "message", "data", "items", "total", "details"]), inner
        )
    ),
    max_leaves=12,
)


@given(
    body=st.binary(max_size=200) | JSON.map(lambda value: json.dumps(value).encode()),
    status=st.sampled_from([200, 201, 204, 302, 401, 404, 429, 500, 503]),
    retry_after=st.text(max_size=12),
)
def test_no_answer_whatever_breaks_the_client(body: bytes, status: int, retry_after: str) -> None:
    response = Response(status, {"retry-after": retry_after}, body)
    for operation in (national.balance(), national.transactions(), national.sign_out()):
        try:
            operation.parse(response)
        except YibaoError:
            continue
        assert operation.request.name == "sign_out" or b"success" in body or b"items" in body
