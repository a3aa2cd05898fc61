"""Reading the fields of an answer: each value has one accepted form, or the answer is malformed.

Money comes as text with two decimals and becomes a Decimal. Some platforms write it as a JSON
number; it is taken as it is written, never through binary floating point, and refused when it is
finer than a fen. Instants carry an offset or are refused.
Fields that are not asked for are ignored: a platform may add some at any time.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NoReturn, Self, TypeVar

T = TypeVar("T")

_MONEY = re.compile(r"-?[0-9]+\.[0-9]{2}")
_MONEY_NUMBER = re.compile(r"(-?[0-9]+)(?:\.([0-9]{1,2}))?")
_SHARE = re.compile(r"0(\.[0-9]+)?|1(\.0+)?")


class MalformedError(ValueError):
    """A field that is missing or has another form than the contract's; says which."""


class NumberAsWritten(float):
    """A JSON number with a fraction or an exponent, and its digits."""

    written: str

    def __new__(cls, written: str | float) -> Self:
        number = super().__new__(cls, written)
        number.written = str(written)
        return number


class Fields:
    """One JSON object of an answer, with the path that led to it for error messages."""

    __slots__ = ("_path", "_values")

    def __init__(self, value: object, path: str = "data") -> None:
        if not isinstance(value, Mapping):
            raise MalformedError(f"{path} is {_kind(value)}, expected an object")
        self._values: Mapping[str, Any] = value
        self._path = path

    @property
    def raw(self) -> Mapping[str, Any]:
        """The object as it came."""
        return self._values

    def text(self, name: str) -> str:
        value = self._get(name)
        return value if isinstance(value, str) else self._refuse(name, value, "text")

    def count(self, name: str) -> int:
        """A whole number."""
        value = self._get(name)
        if isinstance(value, bool) or not isinstance(value, int):
            return self._refuse(name, value, "a whole number")
        return value

    def measure(self, name: str) -> float:
        """A figure of quality or likeness; never money."""
        value = self._get(name)
        if isinstance(value, bool) or not isinstance(value, int | float):
            return self._refuse(name, value, "a number")
        return float(value)

    def flag(self, name: str) -> bool:
        value = self._get(name)
        return value if isinstance(value, bool) else self._refuse(name, value, "true or false")

    def money(self, name: str) -> Decimal:
        """An amount in yuan, exact."""
        value = self._get(name)
        if isinstance(value, str) and _MONEY.fullmatch(value):
            return Decimal(value)
        if digits := _MONEY_NUMBER.fullmatch(_as_written(value)):
            return Decimal(f"{digits[1]}.{digits[2] or '':0<2}")
        return self._refuse(name, value, 'an amount with two decimals ("1234.56" or 1234.56)')

    def share(self, name: str) -> Decimal:
        """A part of one, exact: 0 to 1."""
        value = self._get(name)
        if not isinstance(value, str) or not _SHARE.fullmatch(value):
            return self._refuse(name, value, 'a share of one as text ("0.10")')
        return Decimal(value)

    def instant(self, name: str) -> datetime:
        value = self._get(name)
        if isinstance(value, str):
            try:
                moment = datetime.fromisoformat(value)
            except ValueError:
                pass
            else:
                if moment.tzinfo is not None:
                    return moment
        return self._refuse(name, value, "an ISO 8601 time with an offset")

    def day(self, name: str) -> date:
        value = self._get(name)
        if isinstance(value, str):
            try:
                return date.fromisoformat(value)
            except ValueError:
                pass
        return self._refuse(name, value, "an ISO 8601 date")

    def child(self, name: str) -> "Fields":
        return Fields(self._get(name), f"{self._path}.{name}")

    def rows(self, name: str, read: "Callable[[Fields], T]") -> tuple[T, ...]:
        """A list of objects, each read the same way."""
        value = self._get(name)
        if not isinstance(value, list):
            return self._refuse(name, value, "a list")
        return tuple(
            read(Fields(row, f"{self._path}.{name}[{place}]")) for place, row in enumerate(value)
        )

    def texts(self, name: str) -> tuple[str, ...]:
        value = self._get(name)
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            return self._refuse(name, value, "a list of texts")
        return tuple(value)

    def maybe(self, name: str, read: Callable[[str], T]) -> T | None:
        """What `read` (a bound method of this object) makes of a field; None for null or absent."""
        return None if self._values.get(name) is None else read(name)

    def _get(self, name: str) -> object:
        try:
            return self._values[name]
        except KeyError:
            raise MalformedError(f"{self._path}.{name} is missing") from None

    def _refuse(self, name: str, value: object, expected: str) -> NoReturn:
        shown = "" if isinstance(value, Mapping | list) else f" {str(value)[:40]!r}"
        raise MalformedError(f"{self._path}.{name} is {_kind(value)}{shown}, expected {expected}")


def _as_written(value: object) -> str:
    """The digits of a number, as far as they are known."""
    if isinstance(value, NumberAsWritten):
        return value.written
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else ""


def _kind(value: object) -> str:
    names: dict[type, str] = {
        type(None): "null",
        bool: "a boolean",
        int: "a number",
        float: "a number",
        NumberAsWritten: "a number",
    }
    names |= {str: "text", list: "a list"}
    return names.get(type(value), "an object")
