"""One request as a view sees it."""

from typing import Any
from urllib.parse import parse_qsl

from simulator.web.operations import Operation, Platform
from simulator.world import World, Worlds

WsgiEnvironment = dict[str, Any]

OTHER_HEADERS = "yibao.other_headers"
"""In the environment: a function from a header's name to its value, where a carrier gives one."""


class Call:
    """The request being answered: its world, what it asks for, and what was learnt on the way."""

    __slots__ = (
        "body",
        "environ",
        "files",
        "now_ms",
        "operation",
        "place",
        "platform",
        "query",
        "region",
        "request_id",
        "session",
        "subject",
        "visit",
        "world",
        "world_name",
        "worlds",
    )

    world: World
    now_ms: int
    """The world's time at which the request is answered, read once."""

    def __init__(
        self,
        environ: WsgiEnvironment,
        worlds: Worlds,
        world_name: str,
        platform: Platform,
        operation: Operation | None,
        request_id: str,
    ) -> None:
        self.environ = environ
        self.worlds = worlds
        self.world_name = world_name
        self.platform = platform
        self.operation = operation
        self.request_id = request_id
        self.body: Any = None
        self.files: dict[str, bytes] = {}
        self.query: dict[str, Any] = {}
        self.place = ""
        """The pooling area as the path writes it."""
        self.region: str | None = None
        """The admdvs of the pooling area whose platform is asked; None on one of all areas."""
        self.session: Any = None
        self.visit: Any = None
        """The call as the use cases know it, once somebody has asked."""
        self.subject: str | None = None
        """The phone number of the account the call is about, once known; for the journal."""

    def enter_world(self) -> None:
        """Bind the world the path names. Raises UnknownWorldError."""
        self.world = self.worlds.find(self.world_name)
        self.now_ms = self.world.now_ms()

    def query_text(self) -> str:
        """The query as sent, without the question mark."""
        text: str = self.environ.get("QUERY_STRING") or ""
        if not text.isascii():
            # Not escaped, as some programs send it: in WSGI each character stands for a byte.
            text = text.encode("latin-1", "replace").decode("utf-8", "replace")
        return text

    def raw_query(self) -> list[tuple[str, str]]:
        """The query parameters as sent, in order."""
        text = self.query_text()
        return parse_qsl(text, keep_blank_values=True) if text else []

    def header(self, name: str) -> str | None:
        """A header as sent, by its name in lower case."""
        value = self.environ.get("HTTP_" + name.upper().replace("-", "_"))
        if value is None:
            # The front hands over few headers ready made, and this for the others.
            read = self.environ.get(OTHER_HEADERS)
            value = read and read(name)
        return value

    def identify(self) -> Any:
        """Whose session the call shows, found as its platform does. Raises a SessionError."""
        assert self.platform.identify is not None
        self.session = self.platform.identify(self)
        return self.session

    @property
    def caller(self) -> str:
        """The address of whoever called, without port."""
        return str(self.environ.get("REMOTE_ADDR", "127.0.0.1"))
