"""One call of a platform as data: the same table makes the routes, the checks and OpenAPI."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from marshmallow import Schema

from simulator.errors import SimulatorError
from simulator.web.reply import Reply

if TYPE_CHECKING:
    from simulator.web.call import Call


class Dialect(Protocol):
    """How one platform writes its answers."""

    def success(self, call: "Call", data: Any, status: int) -> Reply:
        """The answer to a call that was carried out."""

    def refusal(self, call: "Call", error: SimulatorError) -> Reply:
        """The answer to a call that was refused."""

    def envelope_schema(self, data: Mapping[str, Any]) -> dict[str, Any]:
        """The JSON schema of a success answer around the schema of its data."""

    def refusal_schema(self) -> dict[str, Any]:
        """The JSON schema of a refusal."""


@dataclass(frozen=True, slots=True)
class Operation:
    """One call: where it is, what it takes, what it answers, how it may be refused.

    `path` is relative to the platform's prefix, with parameters in braces (`/tickets/{ticket_id}`).
    `view` gets the call and the path parameters as keyword arguments and answers the data that the
    platform's dialect puts into its envelope, or a finished Reply.
    """

    name: str
    method: str
    path: str
    view: Callable[..., Any]
    summary: str
    answer: Schema | None = None
    """Describes `data` of the success answer; None: an answer without content."""
    media_type: str | None = None
    """Of an answer that is not JSON; the view returns a Reply then."""
    body: Schema | None = None
    files: Mapping[str, str] | None = None
    """Names and descriptions of the files of a multipart/form-data body; all are needed."""
    max_body_bytes: int | None = None
    """Largest body where it is not the server's setting for JSON."""
    slow: bool = False
    """Takes so long that it is carried out beside the other requests, in a thread."""
    query: Schema | None = None
    status: int = 200
    signed_in: bool = False
    """Needs a session; the kernel has the platform identify it before the view runs."""
    maybe_signed_in: bool = False
    """Needs a session in some cases, which the view itself tells apart."""
    refusals: tuple[type[SimulatorError], ...] = ()
    """The refusals of its own, beside those every call shares."""
    path_notes: Mapping[str, str] | None = None
    """What each path parameter is, for OpenAPI."""


@dataclass(frozen=True, slots=True)
class Platform:
    """One platform's calls under one prefix, in one dialect."""

    name: str
    prefix: str
    dialect: Dialect
    operations: tuple[Operation, ...]
    title: str
    in_world: bool = True
    """Whether the URL prefix selects a world, whose journal keeps the request."""
    admit: Callable[["Call"], None] | None = None
    """Runs before anything else of a call, to refuse callers."""
    identify: Callable[["Call"], Any] | None = None
    """Finds the session of a signed-in call, or refuses."""
