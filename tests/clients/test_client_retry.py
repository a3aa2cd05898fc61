"""When a request is sent again, and when it must not be."""

from datetime import timedelta

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from yibao_client import NEVER, RetryPolicy
from yibao_client.errors import (
    ConnectionFailedError,
    ConnectionLostError,
    ProtocolError,
    RateLimitedError,
    Refusal,
    RequestTimeoutError,
    ServerFailureError,
    WrongPasswordError,
    refused,
)
from yibao_client.exchange import Request

READ = Request("GET", "/x", "x", idempotent=True)


def test_read_is_repeated_until_the_platform_is_back(platform, answers) -> None:
    platform.script = [
        httpx.ConnectError("refused"),
        answers.refusal("system.busy", 503),
        answers.balance(),
    ]
    assert platform.client().balance().pooled_fund.year == 2026
    assert len(platform.requests) == 3
    assert len(platform.waits) == 2
    assert 0.05 <= platform.waits[0] <= 0.1 <= platform.waits[1] <= 0.2


def test_read_gives_up_with_the_last_error(platform, answers) -> None:
    platform.script = [answers.refusal("system.busy", 503)]
    with pytest.raises(ServerFailureError):
        platform.client().balance()
    assert len(platform.requests) == 3


def test_maintenance_page_with_502_is_passing_too(platform, answers) -> None:
    platform.script = [httpx.Response(502, html="<h1>Bad gateway</h1>"), answers.balance()]
    platform.client().balance()
    assert len(platform.requests) == 2


def test_wait_named_by_the_server_is_kept(platform, answers) -> None:
    platform.script = [
        answers.refusal("rate.limited", 429, headers={"Retry-After": "3"}),
        answers.balance(),
    ]
    platform.client().balance()
    assert platform.waits == [3.0]


def test_rate_limit_answered_with_status_200_is_recognised(platform, answers) -> None:
    platform.script = [
        answers.refusal("rate.limited", 200, headers={"Retry-After": "1"}),
        answers.balance(),
    ]
    platform.client().balance()
    assert platform.waits == [1.0]


def test_wait_longer_than_ours_is_raised_at_once(platform, answers) -> None:
    platform.script = [answers.refusal("rate.limited", 429, headers={"Retry-After": "600"})]
    with pytest.raises(RateLimitedError) as caught:
        platform.client().balance()
    assert caught.value.retry_after == timedelta(minutes=10)
    assert len(platform.requests) == 1
    assert platform.waits == []


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(503, html="down"),
        httpx.ConnectError("refused"),
        httpx.Response(429, json={"code": "rate.limited", "type": "error", "message": ""}),
    ],
)
@pytest.mark.parametrize(
    "call",
    [
        lambda client: client.sign_in(phone="14000000001", password="x"),
        lambda client: client.register("14000000001", "123456", "x"),
        lambda client: client.send_sms_code("14000000001", "register"),
        lambda client: client.change_password("x", "y"),
        lambda client: client.open_ticket("balance"),
    ],
)
def test_call_that_is_not_idempotent_is_sent_once(platform, answer, call) -> None:
    platform.script = [answer]
    with pytest.raises((ProtocolError, ConnectionFailedError, RateLimitedError)):
        call(platform.client())
    assert len(platform.requests) == 1


def test_wrong_password_is_never_tried_again(platform, answers) -> None:
    platform.script = [answers.refusal("sign_in.wrong_password", 401, {"remaining_attempts": 4})]
    with pytest.raises(WrongPasswordError):
        platform.client().sign_in(phone="14000000001", password="x")
    assert len(platform.requests) == 1


def test_timed_out_read_is_not_repeated(platform) -> None:
    platform.script = [httpx.ReadTimeout("slow")]
    with pytest.raises(RequestTimeoutError):
        platform.client().balance()
    assert len(platform.requests) == 1


def test_broken_connection_is_told_from_one_never_made(platform) -> None:
    platform.script = [httpx.RemoteProtocolError("closed")]
    with pytest.raises(ConnectionLostError):
        platform.client(retries=NEVER).balance()
    platform.script = [httpx.ConnectTimeout("slow")]
    with pytest.raises(ConnectionFailedError):
        platform.client(retries=NEVER).balance()


@given(
    attempt=st.integers(1, 10_000),
    jitter=st.floats(0, 1, exclude_max=True),
    named=st.none() | st.integers(0, 10**9),
)
def test_wait_never_exceeds_the_longest(attempt: int, jitter: float, named: int | None) -> None:
    policy = RetryPolicy(attempts=10_000, first_wait_s=0.1, longest_wait_s=5.0)
    retry_after = None if named is None else timedelta(seconds=named)
    error = refused(Refusal("rate.limited", "", 429, {}, retry_after))
    wait = policy.wait_before_next(READ, error, attempt, lambda: jitter)
    assert wait is None or 0 <= wait <= 5.0
    assert (wait is None) == (attempt == 10_000 or (named or 0) > 5)


def test_policy_that_cannot_be_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one attempt"):
        RetryPolicy(attempts=0)
