"""The parameters of a request to the gateway, wherever they stand, and what is signed of them.

SDKs put some into the address and some into the form (documented, domain-facts.md §6); together
they are one set. Names and values are in the charset that the parameter `charset` names; the
signature covers all of them but itself, those without a value left out, sorted, as `k=v&…`
(documented), and in that charset.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import parse_qsl

import orjson

from simulator.domain import gateway
from simulator.errors import (
    InvalidParameterError,
    MissingParameterError,
    NoKeyOfTypeError,
    RequestError,
    StaleTimestampError,
)
from simulator.services.visit import Visit
from simulator.web.call import Call
from simulator.web.parsing import once_each, read_text

CHARSETS: Final[Mapping[str, str]] = {"utf-8": "utf-8", "gbk": "gbk", "gb2312": "gbk"}
"""By the names that requests have for them, what Python calls them (documented)."""

REQUIRED: Final = ("method", "app_id", "sign_type", "sign", "timestamp", "version")
_FORM: Final = "application/x-www-form-urlencoded"
_CHARSET: Final = re.compile(r"(?:^|&)charset=([^&]*)", re.ASCII)
_MOST: Final = 100
_LONGEST_NAME: Final = 100


@dataclass(frozen=True, slots=True)
class Parameters:
    """What was sent, each name once, and in which charset."""

    values: Mapping[str, str]
    charset: str

    def signed_content(self) -> bytes:
        """The bytes that the signature covers."""
        pairs = sorted(self.values.items())
        text = "&".join(f"{name}={value}" for name, value in pairs if value and name != "sign")
        return text.encode(self.charset)

    def for_journal(self, content: Any) -> dict[str, Any]:
        """All of it with biz_content as it was understood, so that its names can be masked."""
        if content is None:
            return dict(self.values)
        return {**self.values, "biz_content": content}


def read_parameters(call: Call, *, max_bytes: int) -> Parameters:
    """The parameters of a call, from its address and its form.

    Raises BodyTooLargeError, WrongContentTypeError, InvalidParameterError for an unknown charset,
    or RequestError where something cannot be read or is given more than once.
    """
    query = call.environ.get("QUERY_STRING") or ""
    body = b""
    if call.environ["REQUEST_METHOD"] == "POST":
        body = read_text(call, _FORM, max_bytes=max_bytes, charsets=CHARSETS)
    raw = query.encode("latin-1")
    if body:
        raw = raw + b"&" + body if raw else body
    charset = _charset(query) or _charset(body.decode("latin-1")) or "utf-8"
    try:
        pairs = parse_qsl(
            raw.decode(charset),
            keep_blank_values=True,
            max_num_fields=_MOST,
            encoding=charset,
            errors="strict",
        )
    except ValueError:
        raise RequestError(details={"fields": {"": [f"not a form in {charset}"]}}) from None
    return Parameters(once_each([(name[:_LONGEST_NAME], value) for name, value in pairs]), charset)


def _charset(text: str) -> str | None:
    """The charset that a query or a form names. Raises InvalidParameterError."""
    found = _CHARSET.search(text)
    if found is None or not found[1]:
        return None
    charset = CHARSETS.get(found[1].lower())
    if charset is None:
        raise _invalid("charset", found[1], list(CHARSETS))
    return charset


def check_common(visit: Visit, values: Mapping[str, str]) -> None:
    """Raises what is wrong with the parameters that every request has, signature and id apart.

    MissingParameterError, InvalidParameterError, NoKeyOfTypeError or StaleTimestampError.
    """
    for name in REQUIRED:
        if not values.get(name):
            raise MissingParameterError(details={"parameter": name})
    if values["sign_type"] == "RSA":
        raise NoKeyOfTypeError
    if values["sign_type"] != "RSA2":
        raise _invalid("sign_type", values["sign_type"], ["RSA2"])
    if values["version"] != "1.0":
        raise _invalid("version", values["version"], ["1.0"])
    if values.get("format", "json").lower() != "json":
        raise _invalid("format", values["format"], ["json"])
    if values.get("encrypt_type"):
        raise _invalid("encrypt_type", values["encrypt_type"], [])
    if values.get("app_auth_token"):
        raise _invalid("app_auth_token", "", [])
    try:
        sent_ms = gateway.read_timestamp(values["timestamp"])
    except ValueError:
        raise _invalid("timestamp", values["timestamp"], ["yyyy-MM-dd HH:mm:ss"]) from None
    if gateway.is_stale(visit.policy.gateway, sent_ms, visit.now_ms):
        told = {
            "timestamp": values["timestamp"],
            "now": gateway.write_timestamp(visit.now_ms),
            "timestamp_tolerance_s": visit.policy.gateway.timestamp_tolerance_s,
        }
        raise StaleTimestampError(details=told)


def read_biz_content(values: Mapping[str, str], *, max_bytes: int) -> dict[str, Any]:
    """The object of `biz_content`; an absent one is empty. Raises RequestError."""
    text = values.get("biz_content", "")
    if not text:
        return {}
    if len(text) > max_bytes or len(text.encode()) > max_bytes:
        raise _unfit(f"longer than {max_bytes} bytes")
    try:
        content = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise _unfit(f"not JSON: {error.msg}, column {error.colno}") from None
    if not isinstance(content, dict):
        raise _unfit("a JSON object is expected")
    return content


def _unfit(problem: str) -> RequestError:
    return RequestError(details={"fields": {"biz_content": [problem]}})


def _invalid(name: str, value: str, accepted: list[str]) -> InvalidParameterError:
    return InvalidParameterError(
        details={"parameter": name, "value": value[:40], "accepted": accepted}
    )
