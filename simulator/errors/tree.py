"""The root of the tree of refusals, and the way from a code to its class."""

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar


class SimulatorError(Exception):
    """Base of all refusals. Subclasses fix the code, the status and both messages."""

    code: ClassVar[str] = "server.error"
    status: ClassVar[int] = 500
    zh: ClassVar[str] = "系统繁忙，请稍后再试！"
    en: ClassVar[str] = "The simulator failed; the traceback is in its log."

    def __init__(
        self,
        *,
        details: Mapping[str, Any] | None = None,
        reason: Mapping[str, Any] | None = None,
        retry_after_s: int | None = None,
        zh: str | None = None,
        en: str | None = None,
    ) -> None:
        self.details = dict(details or {})
        self.reason = dict(reason or {})
        self.retry_after_s = retry_after_s
        self.message_zh = zh or self.zh
        self.message_en = en or self.en
        super().__init__(f"{self.code}: {self.message_en}")


def error_types(root: type[SimulatorError] = SimulatorError) -> Iterator[type[SimulatorError]]:
    """The whole tree below and with `root`, each class once, parents first."""
    yield root
    for child in root.__subclasses__():
        yield from error_types(child)


def error_type(code: str) -> type[SimulatorError] | None:
    """The class that owns a code, or None."""
    return next((kind for kind in error_types() if kind.__dict__.get("code") == code), None)
