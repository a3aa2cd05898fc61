"""Keeping, renewing and ending a session, blocking and asynchronous."""

import asyncio
import json
import threading
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from yibao_client import AsyncNationalClient, Session
from yibao_client.errors import ConnectionLostError, SessionError, SessionExpiredError


class RotatingPlatform:
    """Accepts only the newest access token, and each refresh token once, as the real one does."""

    def __init__(self, answers, callers: int = 1) -> None:
        self.answers = answers
        self.callers = callers
        """So many must have found their session expired before any of them is told."""
        self.stale = 0
        self.all_stale = threading.Event()
        self.second_refresh = threading.Event()
        self.number = 1
        self.refreshes = 0
        self.lock = threading.Lock()

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/sessions/refresh"):
            return self._refresh(json.loads(request.content)["refresh_token"])
        with self.lock:
            if request.headers["authorization"] == f"Bearer access-{self.number}":
                return self.answers.balance()
            self.stale += 1
            if self.stale >= self.callers:
                self.all_stale.set()
        if not self.all_stale.wait(10):
            raise AssertionError("the callers did not all arrive")
        return self.answers.expired()

    def _refresh(self, token: str) -> httpx.Response:
        with self.lock:
            self.refreshes += 1
            if self.refreshes > 1:
                self.second_refresh.set()
        if self.callers > 1:
            # Leaves a second one the time to come, if nothing keeps it from coming.
            self.second_refresh.wait(0.1)
        with self.lock:
            if token != f"refresh-{self.number}":
                return self.answers.refusal("session.refresh_reused", 401)
            self.number += 1
            return self.answers.session(self.number)

    async def answer_task(self, request: httpx.Request) -> httpx.Response:
        """The same for tasks: in a thread of its own, so that the others get their turn."""
        return await asyncio.to_thread(self, request)


class ForgetfulPlatform(RotatingPlatform):
    """Knows nothing of a token once it is renewed: of two calls, the later one is told so.

    It is told while the renewal is under way, before the new tokens have reached the client.
    """

    def __init__(self, answers) -> None:
        super().__init__(answers)
        self.renewed = threading.Event()
        self.told = threading.Event()

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/sessions/refresh"):
            self.renewed.set()
            if not self.told.wait(10):
                raise AssertionError("no second call came")
            return super().__call__(request)
        if request.headers["authorization"] != "Bearer access-0":
            return super().__call__(request)
        with self.lock:
            self.stale += 1
            is_first = self.stale == 1
        if is_first:
            return self.answers.expired()
        if not self.renewed.wait(10):
            raise AssertionError("nobody renewed the session")
        self.told.set()
        return self.answers.refusal("session.invalid", 401)


OLD = Session("access-0", "refresh-1")


def test_tokens_of_a_sign_in_are_used_from_then_on(platform, answers) -> None:
    platform.script = [answers.session(7), answers.balance()]
    client = platform.client()
    session = client.sign_in(phone="14000000001", password="secret")
    client.balance()
    assert session == client.session
    assert platform.requests[1].headers["authorization"] == "Bearer access-7"
    assert "secret" not in repr(session)
    assert "access-7" not in repr(session)


def test_without_a_session_no_token_is_sent(platform, answers) -> None:
    platform.script = [answers.refusal("session.missing", 401)]
    with pytest.raises(SessionError):
        platform.client().balance()
    assert "authorization" not in platform.requests[0].headers


def test_expired_session_is_renewed_and_the_call_repeated(platform, answers) -> None:
    platform.script = [RotatingPlatform(answers)]
    client = platform.client(session=OLD)
    assert client.balance().pooled_fund.year == 2026
    assert platform.paths == [
        "GET /national/api/v1/balance",
        "POST /national/api/v1/sessions/refresh",
        "GET /national/api/v1/balance",
    ]
    assert client.session.access_token == "access-2"


def test_session_is_renewed_once_for_each_call_at_most(platform, answers) -> None:
    platform.script = [answers.expired(), answers.session(2), answers.expired()]
    with pytest.raises(SessionExpiredError):
        platform.client(session=OLD).balance()
    assert len(platform.requests) == 3


def test_expired_session_without_refresh_token_is_raised(platform, answers) -> None:
    platform.script = [answers.expired()]
    with pytest.raises(SessionExpiredError):
        platform.client(session=Session("access-0")).balance()
    assert len(platform.requests) == 1


def test_refused_renewal_ends_the_session(platform, answers) -> None:
    platform.script = [answers.expired(), answers.refusal("session.invalid", 401)]
    client = platform.client(session=OLD)
    with pytest.raises(SessionError) as caught:
        client.balance()
    assert caught.value.code == "session.invalid"
    assert client.session is None


def test_renewal_without_an_answer_keeps_the_session_and_is_not_repeated(platform, answers) -> None:
    platform.script = [answers.expired(), httpx.ReadError("gone")]
    client = platform.client(session=OLD)
    with pytest.raises(ConnectionLostError):
        client.balance()
    assert client.session == OLD
    assert len(platform.requests) == 2


def test_threads_that_find_the_session_expired_renew_it_once(platform, answers) -> None:
    rotating = RotatingPlatform(answers, callers=8)
    platform.script = [rotating]
    client = platform.client(session=OLD)
    with ThreadPoolExecutor(8) as pool:
        balances = list(pool.map(lambda _: client.balance(), range(32)))
    assert len(balances) == 32
    assert rotating.stale == 8
    assert rotating.refreshes == 1


def test_thread_whose_token_another_has_renewed_repeats_its_call(platform, answers) -> None:
    forgetful = ForgetfulPlatform(answers)
    platform.script = [forgetful]
    client = platform.client(session=OLD)
    with ThreadPoolExecutor(2) as pool:
        balances = list(pool.map(lambda _: client.balance(), range(2)))
    assert (len(balances), forgetful.stale, forgetful.refreshes) == (2, 2, 1)


def test_task_whose_token_another_has_renewed_repeats_its_call(answers) -> None:
    forgetful = ForgetfulPlatform(answers)

    async def read_both() -> int:
        async with AsyncNationalClient(
            "http://platform.test/national",
            transport=httpx.MockTransport(forgetful.answer_task),
            session=OLD,
        ) as client:
            return len(await asyncio.gather(client.balance(), client.balance()))

    assert asyncio.run(read_both()) == 2
    assert (forgetful.stale, forgetful.refreshes) == (2, 1)


def test_invalid_session_that_nobody_has_renewed_is_raised(platform, answers) -> None:
    platform.script = [answers.refusal("session.invalid", 401)]
    client = platform.client(session=OLD)
    with pytest.raises(SessionError):
        client.balance()
    assert client.session == OLD
    assert len(platform.requests) == 1


def test_tasks_that_find_the_session_expired_renew_it_once(answers) -> None:
    rotating = RotatingPlatform(answers, callers=4)

    async def read_all() -> int:
        async with AsyncNationalClient(
            "http://platform.test/national",
            transport=httpx.MockTransport(rotating.answer_task),
            session=OLD,
        ) as client:
            return len(await asyncio.gather(*(client.balance() for _ in range(4))))

    assert asyncio.run(read_all()) == 4
    assert rotating.stale == 4
    assert rotating.refreshes == 1


def test_sign_out_forgets_the_session_even_when_the_platform_has(platform, answers) -> None:
    for answer in (httpx.Response(204), answers.refusal("session.invalid", 401)):
        platform.script = [answer]
        client = platform.client(session=Session("access-1"))
        client.sign_out()
        assert client.session is None


def test_change_of_password_forgets_the_session_that_it_revokes(platform, answers) -> None:
    platform.script = [answers.success({"changed": True})]
    client = platform.client(session=OLD)
    client.change_password("old", "new")
    assert client.session is None


def test_explicit_refresh_answers_the_new_session(platform, answers) -> None:
    platform.script = [answers.session(2)]
    client = platform.client(session=OLD)
    assert client.refresh().access_token == "access-2"
    client.session = None
    with pytest.raises(LookupError, match="sign_in"):
        client.refresh()


def test_async_client_retries_and_waits_as_the_blocking_one(platform, answers) -> None:
    platform.script = [
        httpx.ConnectError("refused"),
        answers.refusal("rate.limited", 429, headers={"Retry-After": "2"}),
        answers.balance(),
    ]

    async def read() -> int:
        async with platform.async_client() as client:
            return (await client.balance()).pooled_fund.year

    assert asyncio.run(read()) == 2026
    assert platform.waits[1] == 2.0
