"""How one call runs from start to end: signing, refreshing an expired session, trying again.

The conversation is a generator that never touches a socket or a clock. It yields steps; whoever
drives it carries them out, blocking or not, and sends back the response or throws the transport's
error in. So the protocol is written once for both clients.

Rules: an access token that has expired is refreshed once, if a refresh token is held, and the call
repeated. So is a call whose token another call has renewed while it was under way: the platform
knows nothing of the old token any more, and calls it invalid. Everything else is `RetryPolicy`'s
decision.
"""

from collections.abc import Callable, Generator
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar

from yibao_client.errors import SessionError, SessionExpiredError, YibaoError
from yibao_client.exchange import Operation, Request, Response
from yibao_client.results import Session
from yibao_client.retry import RetryPolicy

T = TypeVar("T")
S = TypeVar("S", bound=Session)


@dataclass(frozen=True, slots=True)
class Send:
    """Carry this to the server; send back its Response."""

    request: Request


@dataclass(frozen=True, slots=True)
class Wait:
    """Let this much real time pass."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Refresh:
    """Renew the session, unless another call has already replaced this access token.

    Two calls must not do it at once: a refresh token used twice revokes the session.
    """

    stale_token: str


@dataclass(frozen=True, slots=True)
class Settle:
    """Let a renewal of the session that another call has begun come to its end."""


Step = Send | Wait | Refresh | Settle
Conversation = Generator[Step, Response | None, T]


class SessionKeeper(Generic[S]):
    """Holds the current session of one client, and knows how to renew it."""

    __slots__ = ("_refresh", "session")

    def __init__(self, session: S | None, refresh: Callable[[str], Operation[S]]) -> None:
        self.session = session
        self._refresh = refresh

    def held(self) -> S:
        """The session. Raises LookupError when nobody is signed in."""
        if self.session is None:
            raise LookupError("nobody is signed in: call sign_in, or give the client a session")
        return self.session

    def renewal(self) -> Operation[S] | None:
        """The call that renews the session, or None without a refresh token."""
        if self.session is None or self.session.refresh_token is None:
            return None
        return self._refresh(self.session.refresh_token)

    def is_stale(self, token: str) -> bool:
        """Whether `token` is still the current access token, so that renewing it is due."""
        return self.session is not None and self.session.access_token == token


def converse(
    operation: Operation[T],
    keeper: SessionKeeper[Any] | None,
    retry: RetryPolicy,
    jitter: Callable[[], float],
) -> Conversation[T]:
    """The steps of one call; its return value is the typed result."""
    attempt, refreshed = 1, False
    while True:
        request, token = _signed(operation.request, keeper)
        step: Step
        try:
            response = yield Send(request)
            if response is None:
                raise TypeError("a Send step must be answered with a Response")
            return operation.parse(response)
        except SessionError as refusal:
            if refreshed or token is None or keeper is None:
                raise
            refreshed = True
            if isinstance(refusal, SessionExpiredError):
                if keeper.renewal() is None:
                    raise
                step = Refresh(token)
            else:
                yield Settle()
                if keeper.session is None or keeper.is_stale(token):
                    raise
                continue
        except YibaoError as error:
            wait = retry.wait_before_next(operation.request, error, attempt, jitter)
            if wait is None:
                raise
            attempt, step = attempt + 1, Wait(wait)
        yield step


def renew(keeper: SessionKeeper[Any], stale_token: str) -> Conversation[None]:
    """The steps that renew a session. To be driven under the client's lock.

    A refusal ends the session for good: the client forgets it. When no answer comes, the session is
    kept, since nobody knows whether it was renewed.
    """
    operation = keeper.renewal() if keeper.is_stale(stale_token) else None
    if operation is None:
        return
    response = yield Send(operation.request)
    if response is None:
        raise TypeError("a Send step must be answered with a Response")
    try:
        keeper.session = operation.parse(response)
    except SessionError:
        keeper.session = None
        raise


def _signed(request: Request, keeper: SessionKeeper[Any] | None) -> tuple[Request, str | None]:
    if keeper is None or keeper.session is None or not request.signed_in:
        return request, None
    token = keeper.session.access_token
    headers = {**request.headers, "authorization": f"Bearer {token}"}
    return replace(request, headers=headers), token
