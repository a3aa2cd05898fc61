"""What a refusal says, and the error that carries it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, ClassVar

from yibao_client.errors.base import YibaoError

_NOT_SHOWN = frozenset({"challenge"})
"""Details that open something: they are kept out of texts, which end up in logs."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """What a platform said when it refused."""

    code: str
    message: str
    status: int
    """HTTP status; 200 from a platform that answers refusals so."""
    details: Mapping[str, Any] = field(default_factory=dict)
    retry_after: timedelta | None = None
    request_id: str | None = None
    """Under this id the control API explains the answer."""


class RefusedError(YibaoError):
    """The platform understood the call and refused it."""

    prefixes: ClassVar[tuple[str, ...]] = ()
    """The codes and families of codes (dotted prefixes) this class stands for."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal)
        self.refusal = refusal

    def __str__(self) -> str:
        asked = f", request {self.request_id}" if self.request_id else ""
        shown = {name: value for name, value in self.details.items() if name not in _NOT_SHOWN}
        details = f" {shown}" if shown else ""
        return f"{self.code}: {self.message} (HTTP {self.status}{asked}){details}"

    @property
    def code(self) -> str:
        return self.refusal.code

    @property
    def message(self) -> str:
        return self.refusal.message

    @property
    def status(self) -> int:
        return self.refusal.status

    @property
    def details(self) -> Mapping[str, Any]:
        return self.refusal.details

    @property
    def retry_after(self) -> timedelta | None:
        """How long to wait, by the platform's clock, which need not run as yours does."""
        return self.refusal.retry_after

    @property
    def request_id(self) -> str | None:
        return self.refusal.request_id

    def _count(self, name: str) -> int | None:
        value = self.details.get(name)
        return value if isinstance(value, int) and not isinstance(value, bool) else None

    def _text(self, name: str) -> str | None:
        value = self.details.get(name)
        return value if isinstance(value, str) else None

    def _instant(self, name: str) -> datetime | None:
        """A time with an offset."""
        try:
            found = datetime.fromisoformat(self._text(name) or "")
        except ValueError:
            return None
        return found if found.tzinfo is not None else None
