"""A finished answer, independent of the interface that carries it (WSGI or RSGI)."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import orjson

from simulator.errors import SimulatorError

JSON = ("content-type", "application/json")


@dataclass(slots=True)
class Reply:
    """What goes back to the caller, and when.

    `delay_ms` is injected latency: the carrier waits that long without holding a thread. `pending`
    marks an answer that is not there yet: the carrier calls it again, a little later, until it
    returns a reply without `pending`; the body here is what is sent when the caller gives up.
    `work` marks an answer that takes long to compute: the carrier calls it where that holds nobody
    up, and sends what it returns. `refusal` is what a view refused with an answer of its own, such
    as a form shown again: the journal is told.
    """

    status: int
    body: bytes = b""
    headers: list[tuple[str, str]] = field(default_factory=list)
    delay_ms: int = 0
    pending: "Callable[[], Reply] | None" = None
    work: "Callable[[], Reply] | None" = None
    refusal: SimulatorError | None = None


def json_reply(value: Any, status: int = 200) -> Reply:
    """A JSON answer; Chinese text stays UTF-8."""
    return Reply(status, orjson.dumps(value), [JSON])
