"""Whether to send a request again, and how long to wait first.

Only requests that are idempotent are repeated: a sign-in never is (a second wrong password counts
again), nor is a registration. The decision is a pure function over this package's own errors, and
the waiting is done by whoever drives the conversation. That is why no retry library is used: it
would own the loop and the sleep, once for blocking callers and once more for asynchronous ones.
"""

from collections.abc import Callable
from dataclasses import dataclass

from yibao_client.errors import (
    ConnectionFailedError,
    ConnectionLostError,
    ProtocolError,
    RateLimitedError,
    RefusedError,
    YibaoError,
)
from yibao_client.exchange import Request

_PASSING = frozenset({429, 502, 503, 504})
"""Statuses that say: not now. RFC 9110 §15.6, RFC 6585 §4."""


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How stubborn a client is. Times are real seconds."""

    attempts: int = 3
    """How often a request is sent at most; 1: never again."""
    first_wait_s: float = 0.1
    longest_wait_s: float = 5.0
    """A server that names a longer wait is believed, and the error is raised at once."""

    def __post_init__(self) -> None:
        if self.attempts < 1 or self.first_wait_s < 0 or self.longest_wait_s < 0:
            raise ValueError(f"{self}: at least one attempt, and waits of zero or more")

    def wait_before_next(
        self, request: Request, error: YibaoError, attempt: int, jitter: Callable[[], float]
    ) -> float | None:
        """Seconds to wait before the next attempt, or None to give up and raise `error`.

        `attempt` counts from 1; `jitter` answers a number in [0, 1). Without a word from the server
        the wait lies between half and all of first_wait_s × 2^(attempt − 1).
        """
        if not request.idempotent or attempt >= self.attempts or not _passes(error):
            return None
        named = error.retry_after if isinstance(error, RefusedError | ProtocolError) else None
        if named is not None:
            wait = named.total_seconds()
            return wait if wait <= self.longest_wait_s else None
        wait = min(self.first_wait_s * 2.0 ** min(attempt - 1, 64), self.longest_wait_s)
        return wait * (1 + jitter()) / 2


NEVER = RetryPolicy(attempts=1)


def _passes(error: YibaoError) -> bool:
    if isinstance(error, ConnectionFailedError | ConnectionLostError | RateLimitedError):
        return True
    return isinstance(error, RefusedError | ProtocolError) and error.status in _PASSING
