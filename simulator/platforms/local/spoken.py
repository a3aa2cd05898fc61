"""The calls of the modern interface under the paths and names of another dialect."""

from dataclasses import replace
from typing import Any, Final

from simulator.platforms.local.platform import LOCAL_OPERATIONS
from simulator.web.operations import Operation

_MODERN: Final = {operation.name: operation for operation in LOCAL_OPERATIONS}


def spoken(name: str, path: str, **differences: Any) -> Operation:
    """A modern call elsewhere; what it can be refused for stays, and it answers HTTP 200."""
    return replace(_MODERN[name], path=path, status=200, **differences)


def refusals_of(name: str) -> tuple[Any, ...]:
    """What a modern call can be refused for."""
    return _MODERN[name].refusals
