"""One call of a platform as data: the same table makes the routes, the checks and OpenAPI."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Protocol

from marshmallow import Schema

from simulator.errors import (
    SessionExpiredError,
    SessionInvalidError,
    SessionMissingError,
    SimulatorError,
)
from simulator.web.reply import Reply

if TYPE_CHECKING:
    from simulator.web.call import Call


PLACE: Final = "admdvs"
"""The parameter of a prefix that names the pooling area whose platform is asked."""


BEARER: Final[Mapping[str, str]] = {"type": "http", "scheme": "bearer"}
"""The OpenAPI security scheme of an access token in the header Authorization."""


@dataclass(frozen=True, slots=True)
class RefusalForm:
    """What a refusal of some kind looks like from outside."""

    status: int
    media_type: str
    schema: Mapping[str, Any]
    name: str = "Refusal"
    """Tells the schemas of one dialect apart where it has several."""


class Dialect(Protocol):
    """How one platform writes its answers."""

    def success(self, call: "Call", data: Any, status: int) -> Reply:
        """The answer to a call that was carried out."""

    def refusal(self, call: "Call", error: SimulatorError) -> Reply:
        """The answer to a call that was refused."""

    def envelope_schema(self, data: Mapping[str, Any]) -> dict[str, Any]:
        """The JSON schema of a success answer around the schema of its data."""

    def refusal_form(self, kind: type[SimulatorError]) -> RefusalForm:
        """The status and the body that a kind of refusal has."""


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
    form: bool = False
    """The body comes as a form (application/x-www-form-urlencoded), not as JSON."""
    any_content_type: bool = False
    """A JSON body is taken whatever its content type says, as platforms do that never look."""
    files: Mapping[str, str] | None = None
    """Names and descriptions of the files of a multipart/form-data body; all are needed."""
    max_body_bytes: int | None = None
    """Largest body where it is not the server's setting for JSON."""
    slow: "bool | Callable[[Call], bool]" = False
    """Takes so long that it is carried out beside the other requests, in a thread; or whether a
    call does."""
    raw: bool = False
    """The view reads query and body itself; their schemas here describe them and are not used. What
    it read of either it leaves in `call.body`, for the journal."""
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
    """Where its calls are; may hold `{admdvs}`, the pooling area."""
    dialect: Dialect
    operations: tuple[Operation, ...]
    title: str
    in_world: bool = True
    """Whether the URL prefix selects a world, whose journal keeps the request."""
    admit: Callable[["Call"], None] | None = None
    """Runs before anything else of a call, to refuse callers."""
    locate: Callable[["Call"], str] | None = None
    """Which pooling area a call is made at, from its place; or refuses."""
    identify: Callable[["Call"], Any] | None = None
    """Finds the session of a signed-in call, or refuses."""
    credential: Mapping[str, str] = field(default_factory=lambda: BEARER)
    """How a caller shows its session, as an OpenAPI security scheme."""
    credential_refusals: tuple[type[SimulatorError], ...] = (
        SessionMissingError,
        SessionInvalidError,
        SessionExpiredError,
    )
    """How a call is refused that shows no session, an unknown or an expired one; then others."""
    speaks: str = ""
    """Tells the interfaces of one platform apart where it has several."""

    @property
    def interface(self) -> str:
        """A name no other interface has."""
        return f"{self.name}_{self.speaks}" if self.speaks else self.name
