"""The world's clock: what time it is in a world, and the ways a tester may change that.

A clock either *follows* real time from an anchor, at a scale, or stands *frozen* at one instant.
The rules:

- Time never runs backwards. A change that would move it back is refused; a world starts over only
  when it is reset, that is, when it gets a new clock.
- Time stays within the simulated range, 2024-01-01 to 2099-12-31 China time. A change that asks
  for more is refused; a running clock that arrives at the end stands there.
- Every change takes the world's present instant as its new anchor, so nothing jumps by itself.
  What was less than a millisecond at that moment is dropped.
- Setting the scale sets the clock running from where it is, also when it was frozen.

The clock never asks the machine for the time: real instants are given by the caller. All of it is
*assumed*, being the simulator's own.
"""

import re
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from math import isfinite
from typing import Final, Literal, Self

from simulator.domain import china_time

FIRST_MS: Final = china_time.start_of_day(date(2024, 1, 1).toordinal())
"""The first instant any world shows."""
LAST_MS: Final = china_time.start_of_day(date(2100, 1, 1).toordinal()) - 1
"""The last instant any world shows."""

SCALE_ONE: Final = 1_000_000
"""Scale 1, in the millionths in which scales are kept."""
MAX_SCALE_MICRO: Final = 1_000_000 * SCALE_ONE

_DURATION = re.compile(
    r"P(?:(?P<weeks>\d{1,9})W"
    r"|(?:(?P<days>\d{1,9})D)?"
    r"(?P<time>T(?:(?P<hours>\d{1,9})H)?(?:(?P<minutes>\d{1,9})M)?"
    r"(?:(?P<seconds>\d{1,12}(?:[.,]\d{1,9})?)S)?)?)",
    re.ASCII,
)
_NUMBER = re.compile(r"\d{1,12}(?:\.\d{1,9})?", re.ASCII)
_UNITS_MS = {
    "weeks": 7 * china_time.DAY_MS,
    "days": china_time.DAY_MS,
    "hours": china_time.HOUR_MS,
    "minutes": china_time.MINUTE_MS,
    "seconds": china_time.SECOND_MS,
}


class ClockMovedBackwardsError(ValueError):
    """A change would have moved the world's time back; carries both instants, milliseconds."""

    def __init__(self, now_ms: int, wanted_ms: int) -> None:
        self.now_ms = now_ms
        self.wanted_ms = wanted_ms
        super().__init__(
            f"the world's time is {_shown(now_ms)} and cannot go back to {_shown(wanted_ms)}; "
            "name a later instant, set scale 1 to let the clock run on from where it is, "
            "or reset the world"
        )


class ClockOutOfRangeError(ValueError):
    """An instant outside the simulated range; carries it and the range, milliseconds."""

    def __init__(self, wanted_ms: int) -> None:
        self.wanted_ms = wanted_ms
        self.first_ms = FIRST_MS
        self.last_ms = LAST_MS
        super().__init__(
            f"{_shown(wanted_ms)} is outside the simulated time, "
            f"{_shown(FIRST_MS)} to {_shown(LAST_MS)}"
        )


class ScaleError(ValueError):
    """A clock scale that is no number above 0, or too large, or too fine; carries it."""

    def __init__(self, scale: object) -> None:
        self.scale = scale
        super().__init__(
            f"{scale!r} is no clock scale; expected a number above 0 and at most "
            f"{MAX_SCALE_MICRO // SCALE_ONE}, with at most 6 decimals"
        )


class DurationError(ValueError):
    """A duration that cannot be read, is negative, too long or too fine; carries it."""

    def __init__(self, duration: object) -> None:
        self.duration = duration
        super().__init__(
            f'{duration!r} is no duration; expected seconds (90, "90", 1.5) or ISO 8601 with '
            'weeks, days, hours, minutes or seconds ("PT20M", "P1DT2H"), not negative, not finer '
            "than a millisecond and not longer than the simulated time"
        )


@dataclass(frozen=True, slots=True)
class WorldClock:
    """The clock of one world; every change returns another clock. Instants in milliseconds."""

    mode: Literal["follow", "frozen"]
    real_anchor_ms: int
    """Real instant of the last change; of no meaning while frozen."""
    world_anchor_ms: int
    """The world's instant at that change."""
    scale_micro: int = SCALE_ONE
    """Millionths of a world millisecond per real millisecond, 1 … `MAX_SCALE_MICRO`."""

    @classmethod
    def following(cls, real_ms: int) -> Self:
        """A clock that shows real time. Raises ClockOutOfRangeError."""
        return cls.running_from(real_ms, real_ms)

    @classmethod
    def running_from(cls, real_ms: int, world_ms: int, scale_micro: int = SCALE_ONE) -> Self:
        """A clock that starts at any instant of the range and runs.

        Raises ClockOutOfRangeError, ScaleError.
        """
        return cls("follow", real_ms, _in_range(world_ms), _checked(scale_micro))

    @classmethod
    def frozen_at(cls, world_ms: int) -> Self:
        """A clock that stands at any instant of the range. Raises ClockOutOfRangeError."""
        return cls("frozen", 0, _in_range(world_ms))

    def now(self, real_ms: int) -> int:
        """The world's instant at a real instant.

        A real clock that was set back shows the anchor, never an earlier instant.
        """
        if self.mode == "frozen" or real_ms <= self.real_anchor_ms:
            return self.world_anchor_ms
        elapsed_ms = (real_ms - self.real_anchor_ms) * self.scale_micro // SCALE_ONE
        return min(self.world_anchor_ms + elapsed_ms, LAST_MS)

    def freeze(self, real_ms: int, at_ms: int | None = None) -> "WorldClock":
        """Stop the clock, now or at a later instant of the world.

        Raises ClockMovedBackwardsError, ClockOutOfRangeError.
        """
        now_ms = self.now(real_ms)
        stop_ms = now_ms if at_ms is None else _later(now_ms, at_ms)
        return WorldClock("frozen", real_ms, stop_ms)

    def advance(self, real_ms: int, by_ms: int) -> "WorldClock":
        """Jump forward by a span of the world's time; a frozen clock stays frozen.

        Raises ClockMovedBackwardsError, ClockOutOfRangeError.
        """
        now_ms = self.now(real_ms)
        return WorldClock(self.mode, real_ms, _later(now_ms, now_ms + by_ms), self.scale_micro)

    def set_scale(self, real_ms: int, scale_micro: int) -> "WorldClock":
        """Run on from the present instant at another scale, frozen or not. Raises ScaleError."""
        return WorldClock("follow", real_ms, self.now(real_ms), _checked(scale_micro))

    def follow(self, real_ms: int) -> "WorldClock":
        """Show real time again, at scale 1.

        Raises ClockMovedBackwardsError when the world is ahead of real time,
        ClockOutOfRangeError.
        """
        return WorldClock("follow", real_ms, _later(self.now(real_ms), real_ms))


def parse_scale(value: int | float | str) -> int:
    """A scale as given by a person (60, 0.5, "0.25") in exact millionths.

    A float counts as the shortest decimal number that it prints as. Raises ScaleError.
    """
    number = _exact_number(value)
    if number is not None and 0 < number <= MAX_SCALE_MICRO // SCALE_ONE:
        micro = number * SCALE_ONE
        if micro.denominator == 1:
            return micro.numerator
    raise ScaleError(value)


def parse_duration(value: int | float | str) -> int:
    """Milliseconds of a duration: seconds as a number or text, or ISO 8601 ("PT20M", "P1DT2H").

    Years and months are not accepted, having no fixed length. Raises DurationError.
    """
    milliseconds = _exact_milliseconds(value)
    if (
        milliseconds is None
        or milliseconds.denominator != 1
        or not 0 <= milliseconds <= LAST_MS - FIRST_MS
    ):
        raise DurationError(value)
    return milliseconds.numerator


def _exact_number(value: int | float | str) -> Fraction | None:
    """A plain number, exactly; None when it is none."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return Fraction(value)
    if isinstance(value, float):
        # through the decimal text, so that 0.1 means a tenth and not its binary neighbour
        return Fraction(str(value)) if isfinite(value) else None
    return Fraction(value) if _NUMBER.fullmatch(value) else None


def _exact_milliseconds(value: int | float | str) -> Fraction | None:
    number = _exact_number(value)
    if number is not None:
        return number * china_time.SECOND_MS
    match = _DURATION.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        return None
    parts = {unit: match[unit] for unit in _UNITS_MS if match[unit] is not None}
    if not parts or match["time"] == "T":
        return None
    return sum(
        (Fraction(text.replace(",", ".")) * _UNITS_MS[unit] for unit, text in parts.items()),
        Fraction(0),
    )


def _checked(scale_micro: int) -> int:
    if not 0 < scale_micro <= MAX_SCALE_MICRO:
        raise ScaleError(scale_micro / SCALE_ONE)
    return scale_micro


def _in_range(wanted_ms: int) -> int:
    if not FIRST_MS <= wanted_ms <= LAST_MS:
        raise ClockOutOfRangeError(wanted_ms)
    return wanted_ms


def _later(now_ms: int, wanted_ms: int) -> int:
    if wanted_ms < now_ms:
        raise ClockMovedBackwardsError(now_ms, wanted_ms)
    return _in_range(wanted_ms)


def _shown(instant_ms: int) -> str:
    try:
        return china_time.to_iso(instant_ms)
    except OverflowError:  # beyond what a calendar of four-digit years can name
        return f"{instant_ms} ms since 1970"
