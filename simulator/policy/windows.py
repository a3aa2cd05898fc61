"""Instants, times of the day and the windows between them, as a policy writes them."""

import re
from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError, fields

from simulator.domain.china_time import DAY_MS, HOUR_MS, MINUTE_MS, from_iso, to_iso
from simulator.domain.ledger import END_MS, EPOCH_MS

_TIME_OF_DAY = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])|24:00", re.ASCII)
_LONGEST = 40


class TimeOfDay(fields.String):
    """A time of the day, `"02:00"`; `"24:00"` is the end of it."""

    words = "a time of the day"

    def _deserialize(self, value: Any, attr: str | None, data: Any, **rest: Any) -> str:
        if not isinstance(value, str) or _TIME_OF_DAY.fullmatch(value) is None:
            raise ValidationError('expected a time of the day such as "02:00"')
        return value


class SimulatedInstant(fields.String):
    """An instant of the simulated world as ISO 8601; without offset it is China time."""

    words = "an instant as ISO 8601"

    def _deserialize(self, value: Any, attr: str | None, data: Any, **rest: Any) -> str:
        if not isinstance(value, str) or len(value) > _LONGEST:
            raise ValidationError("expected an ISO 8601 text")
        try:
            instant_ms = from_iso(value)
        except (ValueError, OverflowError):
            raise ValidationError(
                'expected ISO 8601, such as "2026-01-31T08:00:00+08:00"'
            ) from None
        if not EPOCH_MS <= instant_ms <= END_MS:
            raise ValidationError(f"outside {to_iso(EPOCH_MS)} … {to_iso(END_MS)}")
        return value


def replication_values(section: Mapping[str, Any]) -> dict[str, Any]:
    """A `replication` section as the domain's policy takes it: texts as milliseconds."""
    values = dict(section)
    times_ms = map(time_of_day_ms, values.pop("batch_times"))
    values["batch_times_ms"] = [time_ms % DAY_MS for time_ms in times_ms]
    for name, instant in (("outages", from_iso), ("daily_outages", time_of_day_ms)):
        values[name] = [
            {"starts_ms": instant(window["from"]), "ends_ms": instant(window["until"])}
            for window in section[name]
        ]
    return values


def time_of_day_ms(text: str) -> int:
    """Milliseconds from midnight to a time of the day, at most a day."""
    hours, minutes = text.split(":")
    return int(hours) * HOUR_MS + int(minutes) * MINUTE_MS
