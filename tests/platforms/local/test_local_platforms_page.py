"""docs/local-platforms.md names every call and every name of the legacy wire."""

import re

import pytest
from marshmallow import fields

from simulator.platforms.local.legacy.platform import legacy_platform
from simulator.platforms.local.platform import local_platform
from simulator.platforms.local.portal.platform import portal_platform


@pytest.fixture
def page(pytestconfig):
    return (pytestconfig.rootpath / "docs/local-platforms.md").read_text("utf-8")


def test_table_of_calls_is_complete(page) -> None:
    rows = re.findall(r"^\| `(\w+)` \| (.*) \| (.*) \| (.*) \|$", page, re.MULTILINE)
    for column, platform in enumerate(
        (local_platform(), portal_platform(), legacy_platform()), start=1
    ):
        told = {row[0]: row[column] for row in rows if row[column] != "–"}
        assert told == {each.name: f"`{each.method} {each.path}`" for each in platform.operations}


def names_of(schema):
    """Every name that a schema has on the wire, those of nested objects too."""
    for name, declared in schema.fields.items():
        yield declared.data_key or name
        inner = declared.inner if isinstance(declared, fields.List) else declared
        if isinstance(inner, fields.Nested):
            yield from names_of(inner.schema)


def test_every_legacy_name_is_explained(page) -> None:
    tables = re.findall(r"^\| (`[^|]*`) \| [^|]* \|$", page, re.MULTILINE)
    told = {name for cell in tables for name in re.findall(r"`(\w+)`", cell)}
    schemas = {
        schema
        for each in legacy_platform().operations
        for schema in (each.body, each.query, each.answer)
        if schema is not None
    }
    assert told == {name for schema in schemas for name in names_of(schema)}
