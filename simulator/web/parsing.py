"""From the bytes of a request to values that fit the operation's schemas, or a clear refusal."""

from collections.abc import Collection, Mapping
from difflib import get_close_matches
from io import BytesIO
from typing import Any
from urllib.parse import parse_qsl

import orjson
from marshmallow import Schema, ValidationError
from marshmallow.fields import Nested
from werkzeug.exceptions import HTTPException
from werkzeug.formparser import FormDataParser
from werkzeug.http import parse_options_header

from simulator.errors import (
    BodyTooLargeError,
    MalformedJsonError,
    RequestError,
    WrongContentTypeError,
)
from simulator.web.call import Call

BODY_TOO_LARGE = "yibao.body_too_large"
"""Set in the environment by a carrier that refused to read a body to its end."""

_MOST_PARTS = 10
_MOST_FIELDS = 100
_LONGEST_NAME = 100


def read_json(call: Call, *, max_bytes: int, any_content_type: bool = False) -> Any:
    """The JSON body of a call; an absent body is an empty object.

    Raises BodyTooLargeError, WrongContentTypeError or MalformedJsonError.
    """
    accepted = None if any_content_type else "application/json"
    text = read_text(call, accepted, max_bytes=max_bytes)
    if not text:
        return {}
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise MalformedJsonError(
            details={"line": error.lineno, "column": error.colno, "problem": error.msg}
        ) from None


def read_form(call: Call, schema: Schema, *, max_bytes: int) -> dict[str, str]:
    """The fields of a form; an absent body is an empty one. Empty fields count as not given, if the
    schema knows them.

    Raises BodyTooLargeError, WrongContentTypeError, or RequestError when the body is broken or a
    field is given more than once.
    """
    text = read_text(call, "application/x-www-form-urlencoded", max_bytes=max_bytes)
    if not text:
        return {}
    try:
        pairs = parse_qsl(
            text.decode(), keep_blank_values=True, max_num_fields=_MOST_FIELDS, errors="strict"
        )
    except ValueError:
        raise RequestError(details={"fields": {"": ["not a form in UTF-8"]}}) from None
    fields = once_each(pairs)
    known = {field.data_key or name for name, field in schema.load_fields.items()}
    return {name: value for name, value in fields.items() if value or name not in known}


def once_each(pairs: list[tuple[str, str]]) -> dict[str, str]:
    """Names and values. Raises RequestError where a name is given more than once."""
    values = dict(pairs)
    if len(values) < len(pairs):
        twice = sorted({name for name in values if sum(name == n for n, _ in pairs) > 1})
        raise RequestError(details={"fields": {name: ["given more than once"] for name in twice}})
    return values


def read_text(
    call: Call, accepted: str | None, *, max_bytes: int, charsets: Collection[str] = ("utf-8",)
) -> bytes:
    """The bytes of a textual body of one content type, which names one of these charsets or none.

    Where no content type is told to be accepted, whatever is said of it is let be.
    Raises BodyTooLargeError or WrongContentTypeError.
    """
    environ = call.environ
    length = _body_length(environ)
    if length > max_bytes or BODY_TOO_LARGE in environ:
        raise BodyTooLargeError(details={"max_bytes": max_bytes})
    text: bytes = environ["wsgi.input"].read(length) if length > 0 else b""
    if not text or accepted is None:
        return text
    content_type = environ.get("CONTENT_TYPE") or ""
    media_type, _, parameters = content_type.partition(";")
    named = parameters.lower().replace(" ", "").replace('"', "")
    is_readable = not named or named.removeprefix("charset=") in charsets
    if media_type.strip().lower() != accepted or not is_readable:
        raise WrongContentTypeError(
            details={"content_type": content_type[:200], "accepted": accepted}
        )
    return text


def read_files(call: Call, wanted: Mapping[str, str], *, max_bytes: int) -> dict[str, bytes]:
    """The files of a multipart/form-data body, by field name; what clients call them is ignored.

    Raises BodyTooLargeError, WrongContentTypeError, or RequestError when the body is broken, a
    file is missing, or something else is there.
    """
    environ = call.environ
    length = _body_length(environ)
    if length > max_bytes or BODY_TOO_LARGE in environ:
        raise BodyTooLargeError(details={"max_bytes": max_bytes})
    content_type = environ.get("CONTENT_TYPE") or ""
    media_type, options = parse_options_header(content_type)
    if media_type != "multipart/form-data" or not options.get("boundary"):
        raise WrongContentTypeError(
            details={"content_type": content_type[:200], "accepted": "multipart/form-data"}
        )
    parser = FormDataParser(
        stream_factory=lambda *_args, **_rest: BytesIO(),
        # Counts what is buffered of files too; the length is bounded above.
        max_form_memory_size=max_bytes + 1,
        max_form_parts=_MOST_PARTS,
        silent=False,
    )
    try:
        _, texts, files = parser.parse(environ["wsgi.input"], media_type, length, options)
    except (ValueError, HTTPException):
        raise RequestError(details={"fields": {"": ["not a multipart/form-data body"]}}) from None
    # A part may have no name at all, or one that is as long as the body.
    problems = {(name or "")[:_LONGEST_NAME]: ["not expected; a file is"] for name in texts}
    problems |= {
        (name or "")[:_LONGEST_NAME]: ["unknown file"] for name in files if name not in wanted
    }
    problems |= {name: ["given more than once"] for name in files if len(files.getlist(name)) > 1}
    problems |= {name: ["missing file"] for name in wanted if name not in files}
    if problems:
        raise RequestError(details={"fields": problems, "files": list(wanted)})
    return {name: files[name].stream.read() for name in wanted}


def _body_length(environ: Mapping[str, Any]) -> int:
    try:
        return int(environ.get("CONTENT_LENGTH") or 0)
    except ValueError:
        raise RequestError(details={"fields": {"Content-Length": ["not a number"]}}) from None


def load(schema: Schema, value: Any) -> dict[str, Any]:
    """The value as the schema understands it. Raises RequestError naming each field at fault."""
    if not isinstance(value, dict):
        raise RequestError(details={"fields": {"": ["a JSON object is expected"]}})
    if not value and not schema.load_fields:
        # Nothing to check, which marshmallow would take 3 µs to find out.
        return {}
    try:
        loaded: dict[str, Any] = schema.load(value)
    except ValidationError as error:
        raise RequestError(details={"fields": explain_fields(schema, error.messages)}) from None
    return loaded


def explain_fields(schema: Schema, messages: Any) -> dict[str, Any]:
    """Marshmallow's messages under the names on the wire, and the accepted ones for an unknown."""
    on_the_wire = {name: field.data_key or name for name, field in schema.load_fields.items()}
    known = list(on_the_wire.values())
    unknown = [schema.error_messages["unknown"]]
    fields: dict[str, Any] = {"": messages}
    if isinstance(messages, dict):
        # Checks of several fields at once call them by the names that they have in the schema.
        fields = {
            str(name if said == unknown else on_the_wire.get(name, name)): said
            for name, said in messages.items()
        }
    for name in fields:
        if name in ("", "_schema"):
            continue
        if name in known:
            fields[name] = _explain_below(schema, str(name), fields[name])
            continue
        near = get_close_matches(str(name), known, n=1)
        hint = f"did you mean {near[0]!r}?" if near else f"known: {', '.join(known) or 'none'}"
        fields[name] = [f"unknown field; {hint}"]
    return fields


def _explain_below(schema: Schema, name: str, messages: Any) -> Any:
    """The messages about an object within the value, explained in the same way."""
    within = next((f for n, f in schema.load_fields.items() if (f.data_key or n) == name), None)
    if isinstance(messages, dict) and isinstance(within, Nested):
        return explain_fields(within.schema, messages)
    if isinstance(messages, dict):
        # Of the members of a list, by position; JSON knows texts for names only.
        return {str(place): said for place, said in messages.items()}
    # Two checks that a value fails may say the same.
    return list(dict.fromkeys(messages)) if isinstance(messages, list) else messages


def load_query(schema: Schema | None, call: Call) -> dict[str, Any]:
    """The query parameters, checked. A repeated or unknown one is refused.

    Names that begin with an underscore are the cache-busters that many HTTP clients add: ignored.
    """
    pairs = [(name, value) for name, value in call.raw_query() if not name.startswith("_")]
    if not pairs and schema is None:
        return {}
    return load(schema or Schema(), once_each(pairs))
