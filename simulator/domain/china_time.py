"""Instants and civil dates as the platforms write them: China standard time, +08:00.

An instant is an integer of milliseconds since the Unix epoch; a civil date is a proleptic
Gregorian ordinal (`datetime.date.toordinal`). China has kept one offset without daylight saving
since 1991, so both convert by plain arithmetic. This module never asks what time it is.
"""

from datetime import UTC, date, datetime, timedelta, timezone
from functools import lru_cache

CHINA = timezone(timedelta(hours=8), "CST")

SECOND_MS = 1_000
MINUTE_MS = 60 * SECOND_MS
HOUR_MS = 60 * MINUTE_MS
DAY_MS = 24 * HOUR_MS

_OFFSET_MS = 8 * HOUR_MS
_UNIX_EPOCH_ORDINAL = date(1970, 1, 1).toordinal()
_UNIX_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def day_of(instant_ms: int) -> int:
    """The civil date in China at an instant, as an ordinal."""
    return (instant_ms + _OFFSET_MS) // DAY_MS + _UNIX_EPOCH_ORDINAL


def start_of_day(day: int) -> int:
    """The instant at which a civil date begins in China."""
    return (day - _UNIX_EPOCH_ORDINAL) * DAY_MS - _OFFSET_MS


def to_iso(instant_ms: int) -> str:
    """ISO 8601 with offset +08:00; milliseconds only where there are any."""
    days, within_ms = divmod(instant_ms + _OFFSET_MS, DAY_MS)
    seconds, milliseconds = divmod(within_ms, SECOND_MS)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    fraction = f".{milliseconds:03d}" if milliseconds else ""
    day = _day_text(days + _UNIX_EPOCH_ORDINAL)
    return f"{day}T{hours:02d}:{minutes:02d}:{seconds:02d}{fraction}+08:00"


def day_to_iso(day: int) -> str:
    """A civil date as ISO 8601."""
    return _day_text(day)


# A history shows a few dozen days, an answer one or two, and most answers the same.
@lru_cache(maxsize=4096)
def _day_text(day: int) -> str:
    return date.fromordinal(day).isoformat()


def from_iso(text: str) -> int:
    """The instant an ISO 8601 text names, milliseconds; a text without offset is China time.

    Raises ValueError when the text is no ISO 8601 date or date-time.
    """
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=CHINA)
    return (moment - _UNIX_EPOCH) // timedelta(milliseconds=1)
