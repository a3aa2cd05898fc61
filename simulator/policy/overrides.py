"""What a world may set: checked by marshmallow, merged as RFC 7396 says (null removes)."""

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from functools import cache
from typing import Any

from marshmallow import Schema, ValidationError, fields
from marshmallow.validate import OneOf

from simulator.domain import regions
from simulator.errors import PolicyError
from simulator.policy.effective import (
    ContradictionError,
    defaults,
    effective_policy,
    platform_defaults,
)
from simulator.policy.sections import SECTIONS

NATIONAL = "national"
"""The platform of all areas, whose accounts others may share."""
SOURCE = "local"
"""Where entries are booked: one platform for each pooling area."""
FOLLOWERS = (NATIONAL, "alipay", "wechat")
"""The platforms that follow the source."""
PLATFORMS = (NATIONAL, SOURCE, "alipay", "wechat")
"""The platforms whose policy can be set apart."""

_WINDOW = ("from", "until")
"""What an outage in a list of them holds."""

_DEEPEST = 8
"""Levels a patch may have; regions.330100.lockout.wait_s has four."""


_Place = Schema.from_dict(SECTIONS, name="PlacePolicy")


class _PolicySchema(Schema):
    id_space = fields.String(validate=OneOf(["unassigned", "realistic"]))
    platforms = fields.Dict(
        keys=fields.String(validate=OneOf(PLATFORMS)), values=fields.Nested(_Place)
    )
    regions = fields.Dict(keys=fields.String(), values=fields.Nested(_Place))


@cache
def policy_schema() -> Schema:
    """The schema of what a world may set."""
    return Schema.from_dict({**_PolicySchema._declared_fields, **SECTIONS}, name="Policy")()


def merge_policy(present: Mapping[str, Any], patch: Any) -> dict[str, Any]:
    """What a world sets after a patch; dotted names (`"lockout.wait_s": 60`) are understood.

    Null takes a value back to its default, and so do sections and places. Latency may be a plain
    number of milliseconds. Raises PolicyError with the path of each value at fault.
    """
    if not isinstance(patch, Mapping):
        raise PolicyError(details={"fields": {"": ["a JSON object is expected"]}})
    if _is_deeper(patch, _DEEPEST):
        raise PolicyError(details={"fields": {"": [f"nested deeper than {_DEEPEST} levels"]}})
    expanded = _with_area_codes(_expand(patch))
    # What is empty or null does not come through the merge, however it is misspelt.
    wrong = dict(_misnamed(expanded, policy_schema().fields))
    try:
        checked: dict[str, Any] = policy_schema().load(_merge(present, expanded))
    except ValidationError as error:
        raise PolicyError(details={"fields": wrong | _paths(error.messages)}) from None
    if wrong:
        raise PolicyError(details={"fields": wrong})
    _check_together(checked)
    return checked


def _check_together(overrides: Mapping[str, Any]) -> None:
    if "replication" in overrides.get("platforms", {}).get(SOURCE, {}):
        problem = f"the {SOURCE} platforms are the source: nothing is replicated to them"
        raise PolicyError(details={"fields": {f"platforms.{SOURCE}.replication": [problem]}})
    for platform, sections in overrides.get("platforms", {}).items():
        for name in sections.get("anomalies", {}):
            if name.endswith("_per_mille"):
                path = f"platforms.{platform}.anomalies.{name}"
                problem = "people are the same on every platform: set it for the world or a region"
                raise PolicyError(details={"fields": {path: [problem]}})
    # Where nothing is set apart, one platform stands for all that have no defaults of their own.
    platforms = [*{*overrides.get("platforms", {}), *platform_defaults(), SOURCE}]
    for platform in sorted(platforms, key=PLATFORMS.index):
        for region in (*overrides.get("regions", {}), None):
            try:
                effective_policy(overrides, platform, region)
            except ContradictionError as error:
                place = platform if region is None else f"{platform}, {region}"
                path = error.path and _where_set(overrides, platform, region, error.path)
                raise PolicyError(details={"fields": {path: [f"{place}: {error}"]}}) from None


def _where_set(overrides: Mapping[str, Any], platform: str, region: str | None, path: str) -> str:
    """The path of the value in force: of the most particular place that sets it."""
    section, name = path.split(".")[:2]
    for kind, place in (("regions", region), ("platforms", platform)):
        if name in overrides.get(kind, {}).get(place, {}).get(section, {}):
            return f"{kind}.{place}.{path}"
    return path


def _is_deeper(value: Any, levels: int) -> bool:
    """Whether objects are nested deeper than so many levels, those of dotted names included."""
    if not isinstance(value, Mapping):
        return False
    return any(
        str(name).count(".") >= levels or _is_deeper(below, levels - 1 - str(name).count("."))
        for name, below in value.items()
    )


def _expand(patch: Mapping[str, Any]) -> dict[str, Any]:
    """Dotted names as nested objects, and a bare latency as a fixed one."""
    plain: dict[str, Any] = {}
    for name, value in patch.items():
        head, dot, rest = str(name).partition(".")
        inner = {rest: value} if dot else value
        if isinstance(inner, Mapping):
            inner = _expand(inner)
            if isinstance(plain.get(head), dict):
                inner = _merge(plain[head], inner, keep_null=True)
        elif head == "latency" and isinstance(inner, int) and not isinstance(inner, bool):
            inner = {"distribution": "fixed", "delay_ms": inner}
        plain[head] = inner
    return plain


def _with_area_codes(patch: dict[str, Any]) -> dict[str, Any]:
    """Each pooling area under its own code, whichever of its codes was given."""
    places = patch.get("regions")
    if not isinstance(places, Mapping):
        return patch
    own: dict[str, Any] = {}
    for code, value in places.items():
        area = regions.resolve(code)
        own = _merge(own, {area.admdvs if area else code: value}, keep_null=True)
    return patch | {"regions": own}


def _misnamed(
    patch: Mapping[str, Any], known: Mapping[str, fields.Field[Any]], path: str = ""
) -> Iterator[tuple[str, list[str]]]:
    """Paths of the names that no policy has, with what would be accepted."""
    for name, value in patch.items():
        inner = f"{path}.{name}".lstrip(".")
        field = known.get(name)
        if field is None:
            yield inner, [_unknown(inner)]
        elif isinstance(value, Mapping) and isinstance(field, fields.Nested):
            yield from _misnamed(value, field.schema.fields, inner)
        elif isinstance(value, Mapping) and not isinstance(field, fields.Dict):
            yield inner, ["not an object; null takes it back to its default"]
        elif isinstance(value, Mapping):
            for place, below in value.items():
                if name == "platforms" and place not in PLATFORMS:
                    yield f"{inner}.{place}", [f"unknown; known: {', '.join(PLATFORMS)}"]
                elif name == "regions" and regions.resolve(place) is None:
                    yield f"{inner}.{place}", ["not a pooling area"]
                elif isinstance(below, Mapping):
                    yield from _misnamed(below, _Place().fields, f"{inner}.{place}")


def _merge(
    present: Mapping[str, Any], patch: Mapping[str, Any], *, keep_null: bool = False
) -> dict[str, Any]:
    merged = dict(present)
    for name, value in patch.items():
        if value is None and not keep_null:
            merged.pop(name, None)
        elif isinstance(value, Mapping):
            below = merged.get(name)
            merged[name] = _merge(
                below if isinstance(below, Mapping) else {}, value, keep_null=keep_null
            )
            if not merged[name] and not keep_null:
                del merged[name]
        else:
            merged[name] = value
    return merged


def _paths(messages: Any, path: str = "") -> dict[str, list[str]]:
    """Marshmallow's nested messages as one flat object, keyed by dotted path."""
    if isinstance(messages, list):
        if messages == ["Unknown field."]:
            messages = [_unknown(path)]
        return {path: [str(message) for message in messages]}
    found: dict[str, list[str]] = {}
    for name, below in messages.items():
        # Dict fields report under "value"; the name itself is the path a reader knows.
        inner = path if name in ("value", "key", "_schema") else f"{path}.{name}".lstrip(".")
        found |= _paths(below, inner)
    return found


def _unknown(path: str) -> str:
    section, _, name = path.rpartition(".")
    known: list[str] = sorted(defaults())
    last = section.rpartition(".")[2]
    if isinstance(defaults().get(last), dict):
        known = sorted(defaults()[last])
    elif not section:
        known += ["platforms", "regions"]
    if section.rpartition(".")[0].endswith("outages"):
        known = sorted(_WINDOW)
    near = get_close_matches(name, known, n=1)
    return f"unknown; did you mean {near[0]!r}?" if near else f"unknown; known: {', '.join(known)}"
