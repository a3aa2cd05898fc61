"""Writes the tables of the reference pages from the code: `python -m tools.reference_tables`.

A page holds a table between two marks, `<!-- table: NAME -->` and `<!-- end -->`; everything else
is written by hand. With --check nothing is written, and a page out of step ends it with status 1.
"""

import re
import sys
from collections.abc import Callable, Iterator, Sequence
from difflib import unified_diff
from pathlib import Path
from typing import Any

from marshmallow import fields, validate

from simulator.errors import error_types
from simulator.policy import defaults
from simulator.policy.overrides import policy_schema
from simulator.policy.windows import SimulatedInstant, TimeOfDay

DOCS = Path(__file__).parents[1] / "docs"
PAGES = ("errors.md", "policy.md")

_TABLE = re.compile(r"(<!-- table: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)
_VALUE = re.compile(
    r"(?P<indent> *)(?P<name>\w+):(?P<value>.*?)"
    r"(?: # (?P<known>documented|observed|assumed): (?P<meaning>.+))?"
)


class ReferenceTableError(Exception):
    """Something that has no place in a table yet: which, and what it lacks."""


def errors_table() -> Iterator[str]:
    """Every code, once, in the order of the tree."""
    yield from _head("code", "status", "what the person is told", "what the developer is told")
    told: set[str] = set()
    for kind in error_types():
        if "code" not in vars(kind):
            continue
        if kind.code in told:
            raise ReferenceTableError(f"{kind.__name__} repeats the code {kind.code}")
        told.add(kind.code)
        yield _row(f"`{kind.code}`", kind.status, kind.zh, kind.en)


def policy_table() -> Iterator[str]:
    """Every value of the packaged defaults, with what it accepts and how well it is known."""
    yield from _head("value", "default", "accepts", "known", "what it does")
    for name, value, known, meaning in policy_values():
        accepts = accepted(name)
        yield _row(f"`{name}`", f"`{_as_json(value)}`", accepts, known, meaning)


def policy_values() -> Iterator[tuple[str, Any, str, str]]:
    """Dotted name, default, how well it is known, meaning; read from the commented file.

    Raises ReferenceTableError for a value without its label or its meaning.
    """
    section = ""
    for line in _defaults_text().splitlines():
        if not line or line.startswith("#"):
            continue
        found = _VALUE.fullmatch(line)
        if found is None:
            raise ReferenceTableError(f"defaults.yaml: cannot read {line!r}")
        if not found["value"].strip():
            section = found["name"]
            if section == "platforms":
                return  # a table of its own
            continue
        if found["known"] is None:
            raise ReferenceTableError(f"defaults.yaml: {line!r} lacks its label or its meaning")
        if found["indent"]:
            value = defaults()[section][found["name"]]
            yield f"{section}.{found['name']}", value, found["known"], found["meaning"]
        else:
            value = defaults()[found["name"]]
            yield found["name"], value, found["known"], found["meaning"]


def platforms_table() -> Iterator[str]:
    """What platforms differ in by default."""
    yield from _head("platform", "value", "default", "known", "why")
    _, _, block = _defaults_text().partition("\nplatforms:\n")
    place: list[str] = []
    for line in block.splitlines():
        found = _VALUE.fullmatch(line)
        if found is None:
            raise ReferenceTableError(f"defaults.yaml: cannot read {line!r}")
        depth = len(found["indent"]) // 2 - 1
        place = [*place[:depth], found["name"]]
        if found["known"] is not None:
            platform, *name = place
            yield _row(
                platform,
                f"`{'.'.join(name)}`",
                f"`{found['value'].strip()}`",
                found["known"],
                found["meaning"],
            )
        elif found["value"].strip():
            raise ReferenceTableError(f"defaults.yaml: {line!r} lacks its label or its meaning")


def _defaults_text() -> str:
    path = Path(__file__).parents[1] / "simulator" / "policy" / "defaults.yaml"
    return path.read_text("utf-8")


def accepted(name: str) -> str:
    """What the policy's schema accepts for a dotted name, in words."""
    schema = policy_schema()
    *sections, last = name.split(".")
    for section in sections:
        nested = schema.fields[section]
        assert isinstance(nested, fields.Nested)
        schema = nested.schema
    field = schema.fields[last]
    words = _accepted_by(field)
    return f"{words}, `null`" if field.allow_none else words


def _accepted_by(field: fields.Field[Any]) -> str:
    if isinstance(field, fields.Boolean):
        return "`true`, `false`"
    if isinstance(field, fields.List):
        return f"a list of {_accepted_by(field.inner)}"
    if isinstance(field, fields.Nested):
        return ", ".join(
            f"`{name}` ({_accepted_by(member)})" for name, member in field.schema.fields.items()
        )
    if isinstance(field, (TimeOfDay, SimulatedInstant)):
        return field.words
    for validator in field.validators:
        if isinstance(validator, validate.OneOf):
            return ", ".join(f"`{choice}`" for choice in validator.choices)
        if isinstance(validator, validate.Range):
            return f"{validator.min:,} … {validator.max:,}"
    raise ReferenceTableError(f"no words for what {type(field).__name__} accepts")


def _as_json(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return "[" + ", ".join(map(_as_json, value)) + "]"
    return str(value)


def _head(*titles: str) -> Iterator[str]:
    yield _row(*titles)
    yield "|" + "---|" * len(titles)


def _row(*cells: object) -> str:
    return "| " + " | ".join(str(cell).replace("|", r"\|") for cell in cells) + " |"


TABLES: dict[str, Callable[[], Iterator[str]]] = {
    "errors": errors_table,
    "policy": policy_table,
    "platforms": platforms_table,
}


def brought_up_to_date(page: str) -> str:
    """The text of a page with its tables as they should be."""

    def table(found: re.Match[str]) -> str:
        return found[1] + "\n".join(TABLES[found[2]]()) + "\n" + found[3]

    return _TABLE.sub(table, page)


def main(arguments: Sequence[str]) -> int:
    """Write the pages, or with --check compare them; answers the exit status."""
    out_of_step = False
    for name in PAGES:
        path = DOCS / name
        present = path.read_text("utf-8")
        wanted = brought_up_to_date(present)
        if wanted == present:
            continue
        out_of_step = True
        if "--check" in arguments:
            lines = unified_diff(
                present.splitlines(), wanted.splitlines(), name, "code", lineterm=""
            )
            sys.stdout.write("\n".join(lines) + "\n")
        else:
            path.write_text(wanted, "utf-8")
            sys.stdout.write(f"wrote {path}\n")
    return int(out_of_step and "--check" in arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
