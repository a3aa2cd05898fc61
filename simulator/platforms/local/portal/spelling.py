"""Names as the portal spells them: the insurer's own in camelCase."""

from functools import cache
from typing import Any

from marshmallow import fields

from simulator.web.fields import StrictSchema

_AS_SENT = "fields"
"""Below this member of a refusal's details are names that the caller sent."""


@cache
def camel(name: str) -> str:
    """`second_factor` as `secondFactor`."""
    first, *others = name.split("_")
    return first + "".join(each.capitalize() for each in others)


def in_camel(value: Any) -> Any:
    """A JSON value with its objects' names in camelCase, whatever their depth."""
    if isinstance(value, dict):
        return {
            camel(name): below if name == _AS_SENT else in_camel(below)
            for name, below in value.items()
        }
    if isinstance(value, list):
        return [in_camel(each) for each in value]
    return value


class CamelSchema(StrictSchema):
    """A schema whose fields are called in camelCase on the wire."""

    def on_bind_field(self, field_name: str, field_obj: fields.Field[Any]) -> None:
        if field_obj.data_key is None:
            field_obj.data_key = camel(field_name)
