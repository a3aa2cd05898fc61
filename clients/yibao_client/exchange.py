"""One exchange as plain values: what is asked, what was answered, how the answer is understood.

Nothing here sends anything. Any transport that can carry a `Request` and bring back a `Response`
can run any `Operation`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from email.utils import parsedate_to_datetime
from typing import Any, Generic, TypeVar

from yibao_client.errors import ProtocolError
from yibao_client.fields import MalformedError

T_co = TypeVar("T_co", covariant=True)

_EXCERPT = 200


@dataclass(frozen=True, slots=True)
class Upload:
    """One file of a multipart body."""

    name: str
    content: bytes = field(repr=False)
    media_type: str


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked of a server, relative to its base URL."""

    method: str
    path: str
    name: str
    """Says which call it is, without its parameters: for statistics and messages."""
    json: Mapping[str, Any] | None = field(default=None, repr=False)
    form: Mapping[str, str] | None = field(default=None, repr=False)
    """The body of a form, where it is one instead of JSON."""
    params: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    files: Mapping[str, Upload] = field(default_factory=dict)
    idempotent: bool = False
    """Whether sending it twice does no more than sending it once."""
    signed_in: bool = False
    """Whether it wants the bearer token of a session."""


@dataclass(frozen=True, slots=True)
class Response:
    """What came back. Header names are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)

    @property
    def retry_after(self) -> timedelta | None:
        """The Retry-After header, in either form of RFC 9110; None when absent or unreadable."""
        value = self.headers.get("retry-after", "").strip()
        if value.isascii() and value.isdigit():
            return timedelta(seconds=min(int(value), _LONGEST_WAIT_S))
        try:
            # A date is read against the server's own Date, so that no clock is needed here.
            wait = parsedate_to_datetime(value) - parsedate_to_datetime(self.headers["date"])
        except (KeyError, TypeError, ValueError):
            return None
        return max(wait, timedelta(0))

    @property
    def excerpt(self) -> str:
        """The beginning of the body, readable."""
        return self.body[: _EXCERPT * 4].decode("utf-8", "replace")[:_EXCERPT].strip()


_LONGEST_WAIT_S = 10 * 365 * 24 * 3600
"""Keeps an absurd header from overflowing a timedelta."""


@dataclass(frozen=True, slots=True)
class Operation(Generic[T_co]):
    """One call of a platform: its request, and what its answer means."""

    request: Request
    read: Callable[[Response], T_co]
    """Raises RefusedError for a refusal, MalformedError for an answer that is not understood."""

    def parse(self, response: Response) -> T_co:
        """The typed result. Raises RefusedError or ProtocolError."""
        try:
            return self.read(response)
        except MalformedError as error:
            raise ProtocolError(
                f"{self.request.name}: {error}",
                response.status,
                response.excerpt,
                response.retry_after,
            ) from error
