"""A world's time, as a tester moves it."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from yibao_client.control_values import WorldClock
from yibao_client.operations import control as calls

if TYPE_CHECKING:
    from yibao_client.control import ControlClient


class Clock:
    """The world's time. It never goes backwards."""

    def __init__(self, control: "ControlClient", world: str) -> None:
        self._control = control
        self._world = world

    def now(self) -> datetime:
        return self._control.run(calls.clock(self._world)).now

    def advance(
        self,
        by: timedelta | None = None,
        *,
        days: int = 0,
        hours: int = 0,
        minutes: int = 0,
        seconds: int = 0,
        milliseconds: int = 0,
    ) -> datetime:
        """Let time pass at once, running or frozen; answers the new time."""
        total = (by or timedelta()) + timedelta(
            days=days, hours=hours, minutes=minutes, seconds=seconds, milliseconds=milliseconds
        )
        return self._change({"advance": _duration(total)}).now

    def freeze(self, at: datetime | None = None) -> datetime:
        """Stop the clock, now or at an aware time that is not in the past."""
        if at is not None and at.tzinfo is None:
            raise ValueError(f"{at!r} has no offset; a naive time could mean any instant")
        return self._change({"freeze": True if at is None else at.isoformat()}).now

    def scale(self, factor: int | float) -> datetime:
        """Let the world's time run `factor` times as fast as real time."""
        return self._change({"scale": factor}).now

    def follow(self) -> datetime:
        """Let the world's time run with real time again."""
        return self._change({"follow": True}).now

    def _change(self, change: Mapping[str, Any]) -> WorldClock:
        return self._control.run(calls.change_clock(self._world, change))


def _duration(span: timedelta) -> int | str:
    """Whole seconds as a number, anything finer as ISO 8601."""
    microseconds = span // timedelta(microseconds=1)
    seconds, fraction = divmod(microseconds, 1_000_000)
    if fraction % 1000:
        raise ValueError(f"{span} is finer than a millisecond")
    return f"PT{seconds}.{fraction // 1000:03d}S" if fraction else seconds
