"""The root of the tree, and what goes wrong without a refusal."""

from datetime import timedelta


class YibaoError(Exception):
    """Base of everything this package raises about a call."""


class TransportError(YibaoError):
    """No answer came back from the server."""


class ConnectionFailedError(TransportError):
    """The server was never reached, so the call had no effect."""


class ConnectionLostError(TransportError):
    """The connection broke before the answer was whole; the call may have had its effect."""


class RequestTimeoutError(TransportError):
    """The answer did not come in time; the call may have had its effect."""


class ProtocolError(YibaoError):
    """An answer that is not the platform's own: a maintenance page, bad JSON, a missing field."""

    def __init__(
        self, problem: str, status: int, excerpt: str = "", retry_after: timedelta | None = None
    ) -> None:
        super().__init__(problem, status, excerpt, retry_after)
        self.problem = problem
        self.status = status
        """HTTP status; 0 when the answer could not be read far enough to tell."""
        self.excerpt = excerpt
        """The beginning of the body."""
        self.retry_after = retry_after

    def __str__(self) -> str:
        shown = f": {self.excerpt!r}" if self.excerpt else ""
        return f"{self.problem} (HTTP {self.status}){shown}"


class NoMessageError(YibaoError):
    """The captured inbox stayed empty for as long as was waited."""


class NobodyFitsError(YibaoError):
    """No person of the world is as asked for."""
