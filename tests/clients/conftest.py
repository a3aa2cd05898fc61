"""Worlds of the application in this process, and a platform double that answers from a script."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest

from simulator.web.kernel import SimulatorFlask
from yibao_client import (
    AsyncNationalClient,
    ControlClient,
    NationalClient,
    RetryPolicy,
    Session,
    World,
)

Answer = httpx.Response | Exception | Callable[[httpx.Request], httpx.Response]


@dataclass
class Platform:
    """Each request takes the next answer of the script; the last one stays."""

    script: list[Answer] = field(default_factory=list)
    requests: list[httpx.Request] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)

    def answer(self, request: httpx.Request) -> httpx.Response:
        request.read()
        self.requests.append(request)
        answer = self.script.pop(0) if len(self.script) > 1 else self.script[0]
        if isinstance(answer, Exception):
            raise answer
        return answer(request) if callable(answer) else answer

    def transport(self) -> httpx.MockTransport:
        return httpx.MockTransport(self.answer)

    def client(
        self, *, session: Session | None = None, retries: RetryPolicy | None = None
    ) -> NationalClient:
        return NationalClient(
            "http://platform.test/national",
            transport=self.transport(),
            session=session,
            retries=retries,
            sleep=self.waits.append,
        )

    def async_client(self, *, session: Session | None = None) -> AsyncNationalClient:
        async def wait(seconds: float) -> None:
            self.waits.append(seconds)

        return AsyncNationalClient(
            "http://platform.test/national",
            transport=self.transport(),
            session=session,
            sleep=wait,
        )

    @property
    def paths(self) -> list[str]:
        return [f"{request.method} {request.url.path}" for request in self.requests]

    @property
    def last_json(self) -> Any:
        return json.loads(self.requests[-1].content)


@dataclass(frozen=True)
class Answers:
    """Makes answers as the national platform writes them."""

    def success(self, data: Any, status: int = 200) -> httpx.Response:
        envelope = {"code": 0, "type": "success", "message": "成功", "data": data}
        return httpx.Response(status, json=envelope)

    def refusal(
        self,
        code: str,
        status: int,
        data: dict[str, Any] | None = None,
        headers: dict[str, str] | None = None,
    ) -> httpx.Response:
        envelope = {"code": code, "type": "error", "message": "拒绝", "data": data or {}}
        return httpx.Response(status, json=envelope, headers=headers)

    def balance(self, amount: str = "1234.56") -> httpx.Response:
        return self.success(
            {
                "personal_account": {"amount": amount, "currency": "CNY", "state": "normal"},
                "pooled_fund": {
                    "year": 2026,
                    "deductible": "1300.00",
                    "deductible_used": "200.10",
                    "paid": "0.00",
                    "cap_left": "400000.00",
                },
                "as_of": "2026-11-22T08:00:00+08:00",
            }
        )

    def page(self, items: list[Any], total: int) -> httpx.Response:
        return self.success({"items": items, "total": total, "as_of": "2026-11-22T08:00:00+08:00"})

    def session(self, number: int = 1) -> httpx.Response:
        return self.success(
            {
                "access_token": f"access-{number}",
                "refresh_token": f"refresh-{number}",
                "token_type": "Bearer",
                "expires_in": 7200,
                "password_expires_in_days": 40,
                "password_reminder": False,
            }
        )

    def expired(self) -> httpx.Response:
        return self.refusal("session.expired", 401)


@pytest.fixture
def platform() -> Platform:
    return Platform()


@pytest.fixture
def answers() -> Answers:
    return Answers()


@pytest.fixture(scope="session")
def control(app: SimulatorFlask) -> Iterator[ControlClient]:
    with ControlClient("http://simulator.test", wsgi_app=app) as control:
        yield control


@pytest.fixture
def world(control: ControlClient) -> Iterator[World]:
    world = control.create_world(clock={"freeze": "2026-06-15T10:00:00+08:00"})
    yield world
    world.delete()
