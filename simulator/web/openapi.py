"""The OpenAPI 3.1 document, made from the tables of operations and their marshmallow schemas."""

import re
from collections.abc import Iterable
from importlib.metadata import version
from typing import Any

from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin
from marshmallow import Schema, fields

from simulator.errors import (
    BodyTooLargeError,
    ControlAccessError,
    MalformedJsonError,
    RequestError,
    SimulatorError,
    UnknownRegionError,
    UnknownWorldError,
    WrongContentTypeError,
)
from simulator.web.fields import Base64, Instant, QueryDecimal, QueryFlag, QueryNumber
from simulator.web.operations import PLACE, Operation, Platform

_PATH_PARAMETER = re.compile(r"\{(\w+)\}")
_BODY_REFUSALS = (MalformedJsonError, WrongContentTypeError, BodyTooLargeError)
_DESCRIPTION = """\
A stand-in for the Chinese basic medical insurance (医保) platforms. Every platform path also exists
below `/w/<world>`, for an isolated world with a clock, people, policy and records of its own; the
paths without it belong to the world `default`. All people are synthetic.

Refusals carry a stable `code`. Amounts are texts in yuan with two decimals, times ISO 8601 with
offset +08:00.
"""


def openapi_document(platforms: Iterable[Platform]) -> dict[str, Any]:
    """The document of all platforms, as plain data."""
    plugin = MarshmallowPlugin(schema_name_resolver=_schema_name)
    spec = APISpec(
        title="yibao-simulator",
        version=version("yibao-simulator"),
        openapi_version="3.1.0",
        plugins=[plugin],
        info={"description": _DESCRIPTION, "license": {"name": "MIT", "identifier": "MIT"}},
        servers=[
            {"url": "/", "description": "the world `default`"},
            {
                "url": "/w/{world}",
                "description": "another world (platform calls only)",
                "variables": {"world": {"default": "default"}},
            },
        ],
    )
    assert plugin.converter is not None
    # apispec's own annotations leave these two calls untyped.
    plugin.converter.add_attribute_function(_own_field)  # type: ignore[no-untyped-call]
    for platform in platforms:
        spec.tag({"name": platform.title})
        scheme = _scheme_name(platform)
        if scheme not in spec.components.security_schemes:
            spec.components.security_scheme(scheme, dict(platform.credential))
        for operation in platform.operations:
            spec.path(
                path=platform.prefix + operation.path,
                operations={
                    operation.method.lower(): _operation(platform, operation, spec, plugin)
                },
            )
    document = spec.to_dict()
    for name, schema in document["components"]["schemas"].items():
        if name.endswith("Answer") and "properties" in schema:
            # Every member of an answer is always there; what does not apply is null.
            schema["required"] = list(schema["properties"])
    return document


def _scheme_name(platform: Platform) -> str:
    """What the document calls the way in which a session is shown: bearer, or the name it has."""
    return platform.credential.get("name") or platform.credential["scheme"]


def _operation(
    platform: Platform, operation: Operation, spec: APISpec, plugin: MarshmallowPlugin
) -> dict[str, Any]:
    described: dict[str, Any] = {
        "operationId": f"{platform.interface}.{operation.name}",
        "summary": operation.summary,
        "tags": [platform.title],
        "parameters": _parameters(platform, operation, plugin),
        "responses": _responses(platform, operation, spec, plugin),
    }
    if operation.body is not None:
        media_type = "application/x-www-form-urlencoded" if operation.form else "application/json"
        described["requestBody"] = {
            "required": True,
            "content": {media_type: {"schema": operation.body}},
        }
    elif operation.files is not None:
        properties = {
            name: {"type": "string", "format": "binary", "description": description}
            for name, description in operation.files.items()
        }
        schema = {"type": "object", "required": list(properties), "properties": properties}
        described["requestBody"] = {
            "required": True,
            "content": {"multipart/form-data": {"schema": schema}},
        }
    scheme = _scheme_name(platform)
    if operation.signed_in:
        described["security"] = [{scheme: []}]
    elif operation.maybe_signed_in or platform.admit is not None:
        described["security"] = [{scheme: []}, {}]
    return described


def _parameters(
    platform: Platform, operation: Operation, plugin: MarshmallowPlugin
) -> list[dict[str, Any]]:
    notes = {PLACE: "admdvs of a pooling area, such as 330100"} | dict(operation.path_notes or {})
    parameters: list[dict[str, Any]] = [
        {
            "name": name,
            "in": "path",
            "required": True,
            "description": notes.get(name, ""),
            "schema": {"type": "string", "minLength": 1},
        }
        for name in _PATH_PARAMETER.findall(platform.prefix + operation.path)
    ]
    if operation.query is not None:
        assert plugin.converter is not None
        for name, field in operation.query.load_fields.items():
            schema = plugin.converter.field2property(field)
            description = schema.pop("description", "")
            parameters.append(
                {
                    "name": field.data_key or name,
                    "in": "query",
                    "description": description,
                    "required": field.required,
                    "schema": schema,
                }
            )
    return parameters


def _responses(
    platform: Platform, operation: Operation, spec: APISpec, plugin: MarshmallowPlugin
) -> dict[str, Any]:
    dialect = platform.dialect
    responses: dict[str, Any] = {}
    if operation.media_type is not None:
        responses[str(operation.status)] = {
            "description": "carried out",
            "content": {operation.media_type: {"schema": {"type": "string", "format": "binary"}}},
        }
    elif operation.answer is None:
        responses[str(operation.status)] = {"description": "done"}
    else:
        assert plugin.converter is not None
        data = plugin.converter.resolve_nested_schema(  # type: ignore[no-untyped-call]
            operation.answer
        )
        responses[str(operation.status)] = {
            "description": "carried out",
            "content": {"application/json": {"schema": dialect.envelope_schema(data)}},
        }
    for refusal in sorted(_refusals(platform, operation), key=lambda kind: kind.code):
        form = dialect.refusal_form(refusal)
        name = f"{platform.interface}.{form.name}"
        if name not in spec.components.schemas:
            spec.components.schema(name, dict(form.schema))
        present = responses.setdefault(str(form.status), {"description": ""})
        line = f"`{refusal.code}`: {refusal.en}"
        present["description"] = "\n\n".join(filter(None, [present["description"], line]))
        schema = {"$ref": f"#/components/schemas/{name}"}
        _add_schema(present.setdefault("content", {}), form.media_type, schema)
    return responses


def _add_schema(content: dict[str, Any], media_type: str, schema: dict[str, Any]) -> None:
    """Another schema for bodies of a media type: with one status for all, the body tells which."""
    present = content.setdefault(media_type, {"schema": schema})["schema"]
    alternatives = present.get("oneOf", [present])
    if schema not in alternatives:
        content[media_type] = {"schema": {"oneOf": [*alternatives, schema]}}


def _refusals(platform: Platform, operation: Operation) -> Iterable[type[SimulatorError]]:
    found: dict[type[SimulatorError], None] = dict.fromkeys(operation.refusals)
    # Any call may be given a query parameter it does not know.
    found[RequestError] = None
    if platform.in_world:
        found[UnknownWorldError] = None
    if platform.locate is not None:
        found[UnknownRegionError] = None
    if platform.admit is not None:
        found[ControlAccessError] = None
    if operation.body is not None:
        found |= dict.fromkeys(_BODY_REFUSALS)
        if operation.form:
            del found[MalformedJsonError]
    if operation.signed_in or operation.maybe_signed_in:
        found |= dict.fromkeys(platform.credential_refusals)
    return found


def _schema_name(schema: type[Schema] | Schema) -> str:
    kind = schema if isinstance(schema, type) else type(schema)
    # simulator.control.schemas, simulator.platforms.local.schemas
    return f"{kind.__module__.split('.')[-2]}.{kind.__name__}"


def _own_field(self: Any, field: fields.Field[Any], **_rest: Any) -> dict[str, Any]:
    """What apispec cannot know of the simulator's own fields."""
    if isinstance(field, QueryNumber):
        return {"type": "integer", "minimum": field.low, "maximum": field.high}
    if isinstance(field, QueryDecimal):
        return {"type": "number", "minimum": field.low, "maximum": field.high}
    if isinstance(field, QueryFlag):
        return {"type": "boolean"}
    if isinstance(field, Base64):
        return {"type": "string", "contentEncoding": "base64"}
    if isinstance(field, Instant) and "anyOf" not in field.metadata:
        return {"type": "string", "examples": ["2026-01-31T08:00:00+08:00"]}
    return {}
