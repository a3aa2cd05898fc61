"""Marshmallow fields for what the platforms take: identifiers, times, amounts, pages.

All are strict: a number is not taken for a text nor a text for a number.
"""

import re
from base64 import b64decode
from typing import Any

from marshmallow import Schema, ValidationError, fields
from marshmallow.validate import Length, OneOf, Range, Regexp

from simulator.domain import china_time
from simulator.services.ledgers import fen

_DECIMAL = re.compile(r"-?[0-9]{1,9}(\.[0-9]{1,9})?", re.ASCII)
PHONE_PATTERN = r"^1[3-9][0-9]{9}$"
ID_NUMBER_PATTERN = r"^[0-9]{17}[0-9Xx]$"
CARD_NUMBER_PATTERN = r"^[A-Za-z][0-9]{8}$"

_FIRST_MS = china_time.from_iso("0001-01-01")
_LAST_MS = china_time.from_iso("9999-12-31T23:59:59.999")


class StrictSchema(Schema):
    """A schema that refuses what it does not know."""


class Flag(fields.Boolean):
    """True or false, nothing that equals it: marshmallow takes 1 where it takes True."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **rest: Any) -> bool:
        if isinstance(value, bool):
            return value
        raise self.make_error("invalid", input=value)


class Instant(fields.Field[int]):
    """An ISO 8601 date or date-time as milliseconds; without offset it is China time."""

    def __init__(self, *, end_of_day: bool = False, **rest: Any) -> None:
        super().__init__(**rest)
        self._end_of_day = end_of_day

    def _deserialize(self, value: Any, attr: str | None, data: Any, **_rest: Any) -> int:
        if not isinstance(value, str) or len(value) > 40:
            raise ValidationError("expected an ISO 8601 text")
        # A plus sign that was not escaped in a query arrives as a space.
        text = value.strip().replace(" ", "+") if "T" in value else value.strip()
        try:
            instant_ms = china_time.from_iso(text)
        except (ValueError, OverflowError):
            raise ValidationError(
                'expected ISO 8601, such as "2026-01-31" or "2026-01-31T08:00:00+08:00"'
            ) from None
        if not _FIRST_MS <= instant_ms <= _LAST_MS:
            # China's calendar ends hours before that of other zones does.
            raise ValidationError("expected a year in 0001…9999 of China time")
        if self._end_of_day:
            return instant_ms + (china_time.DAY_MS if len(text) <= 10 else 1)
        return instant_ms


def phone(**rest: Any) -> fields.String:
    """A mobile number."""
    error = "expected 11 digits: 1, then 3 to 9, then 9 more"
    return fields.String(validate=[_exactly(11, error), Regexp(PHONE_PATTERN, error=error)], **rest)


def id_number(**rest: Any) -> fields.String:
    """A resident ID number; whether it is anybody's is another question."""
    error = "expected 17 digits and a digit or X"
    return fields.String(
        validate=[_exactly(18, error), Regexp(ID_NUMBER_PATTERN, error=error)], **rest
    )


def card_number(**rest: Any) -> fields.String:
    """A social-security card number."""
    error = "expected a letter and 8 digits"
    return fields.String(
        validate=[_exactly(9, error), Regexp(CARD_NUMBER_PATTERN, error=error)], **rest
    )


def _exactly(characters: int, error: str) -> Length:
    # In Python's patterns, unlike in JSON schema's, $ lets a line feed follow.
    return Length(equal=characters, error=error)


def text(longest: int, *, shortest: int = 1, **rest: Any) -> fields.String:
    """A text of bounded length."""
    return fields.String(validate=Length(shortest, longest), **rest)


def choice(*values: str, **rest: Any) -> fields.String:
    """One of a few texts."""
    return fields.String(validate=OneOf(values), **rest)


def flag(**rest: Any) -> Flag:
    """True or false, nothing that looks like it."""
    return Flag(**rest)


def whole(low: int, high: int, **rest: Any) -> fields.Integer:
    """A whole number in a range, as a number."""
    return fields.Integer(strict=True, validate=Range(low, high), **rest)


class Base64(fields.Field[bytes]):
    """Bytes as base64 text, standard alphabet, at most some kilobytes."""

    _LONGEST = 8192

    def _deserialize(self, value: Any, attr: str | None, data: Any, **_rest: Any) -> bytes:
        if not isinstance(value, str) or not 0 < len(value) <= self._LONGEST:
            raise ValidationError(f"expected base64 text of at most {self._LONGEST} characters")
        try:
            return b64decode(value, validate=True)
        except ValueError:
            raise ValidationError("expected base64 text") from None


class Amount(fields.Field[int]):
    """Yuan above 0 with at most two decimals, as text or number, read as fen."""

    def __init__(self, **rest: Any) -> None:
        super().__init__(**rest)
        accepted: list[dict[str, Any]] = [
            {"type": "string", "pattern": r"^[0-9]{1,12}(\.[0-9]{1,2})?$", "examples": ["88.50"]},
            {"type": "number", "exclusiveMinimum": 0},
        ]
        self.metadata = {"anyOf": accepted, **self.metadata}

    def _deserialize(self, value: Any, attr: str | None, data: Any, **_rest: Any) -> int:
        is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
        amount_fen = fen(str(value)) if is_number or isinstance(value, str) else None
        if not amount_fen:
            raise ValidationError(
                'expected yuan above 0 with at most two decimals, such as "88.50", without a sign'
            )
        return amount_fen


class QueryDecimal(fields.Field[float]):
    """A decimal number written in a query."""

    def __init__(self, low: float, high: float, **rest: Any) -> None:
        super().__init__(**rest)
        self.low, self.high = low, high

    def _deserialize(self, value: Any, attr: str | None, data: Any, **_rest: Any) -> float:
        is_number = isinstance(value, str) and _DECIMAL.fullmatch(value)
        if not is_number or not self.low <= float(value) <= self.high:
            raise ValidationError(f"expected a number in {self.low}…{self.high}")
        return float(value)


class QueryFlag(fields.Field[bool]):
    """`true` or `false` written in a query."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **_rest: Any) -> bool:
        if value not in ("true", "false", "1", "0"):
            raise ValidationError("expected true or false")
        return value in ("true", "1")


class QueryNumber(fields.Field[int]):
    """A whole number written in a query."""

    def __init__(self, low: int, high: int, **rest: Any) -> None:
        super().__init__(**rest)
        self.low, self.high = low, high

    def _deserialize(self, value: Any, attr: str | None, data: Any, **_rest: Any) -> int:
        is_number = isinstance(value, str) and value.isascii() and value.isdecimal()
        if not is_number or len(value) > 12 or not self.low <= int(value) <= self.high:
            raise ValidationError(f"expected a whole number in {self.low}…{self.high}")
        return int(value)
