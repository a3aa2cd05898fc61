"""What a world may set: checked by marshmallow, merged as RFC 7396 says (null removes)."""

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from functools import cache
from typing import Any

from marshmallow import Schema, ValidationError, fields
from marshmallow.validate import Length, OneOf, Range

from simulator.domain import regions
from simulator.errors import PolicyError
from simulator.policy.effective import defaults, effective_policy

PLATFORMS = ("national",)
"""The platforms whose policy can be set apart."""

_YEAR_S = 366 * 86_400
_LARGEST_UPLOAD = 10_000_000
"""A front and a back of this size are the largest body that the server reads."""
_SECOND_FACTORS = ["none", "sms", "fingerprint", "iris"]
_CENTURY_S = 100 * _YEAR_S
_DEEPEST = 8
"""Levels a patch may have; regions.330100.lockout.wait_s has four."""


def _whole(low: int, high: int, *, allow_none: bool = False) -> fields.Integer:
    return fields.Integer(strict=True, validate=Range(low, high), allow_none=allow_none)


class _Number(fields.Float):
    """A number, not a text that looks like one."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **rest: Any) -> float:
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise self.make_error("invalid", input=value)
        return super()._deserialize(value, attr, data, **rest)


def _number(low: float, high: float) -> fields.Float:
    return _Number(validate=Range(low, high))


class _Flag(fields.Boolean):
    """True or false: marshmallow's own takes 1 where it takes True."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **rest: Any) -> bool:
        if isinstance(value, bool):
            return value
        raise self.make_error("invalid", input=value)


def _section(**members: fields.Field[Any]) -> fields.Nested:
    return fields.Nested(Schema.from_dict(dict(members)))


_SECTIONS: dict[str, fields.Field[Any]] = {
    "registration": _section(registered_percent=_whole(0, 100)),
    "envelope": _section(always_200=_Flag()),
    "latency": _section(
        distribution=fields.String(validate=OneOf(["fixed", "uniform", "normal", "lognormal"])),
        delay_ms=_whole(0, 600_000),
        spread_ms=_whole(0, 600_000),
        sigma_percent=_whole(0, 400),
        max_ms=_whole(0, 600_000),
    ),
    "sign_in": _section(discloses_unknown_account=_Flag()),
    "lockout": _section(
        mode=fields.String(validate=OneOf(["fixed", "multiple", "linear", "permanent"])),
        threshold=_whole(1, 1000),
        wait_s=_whole(1, _CENTURY_S),
        max_wait_s=_whole(1, _CENTURY_S),
        reset_after_s=_whole(1, _CENTURY_S),
        permanent_after=_whole(1, 1000, allow_none=True),
        disclosed=_Flag(),
    ),
    "sms": _section(
        digits=_whole(4, 8),
        lifetime_s=_whole(1, _YEAR_S),
        resend_after_s=_whole(0, 86_400),
        max_tries=_whole(1, 1000),
        daily_limit=_whole(1, 100_000),
    ),
    "password": _section(
        min_length=_whole(1, 64),
        max_length=_whole(8, 256),
        classes=_whole(1, 4),
        forbid_personal=_Flag(),
        history=_whole(0, 24),
        max_age_days=_whole(1, 36_500),
        reminder_after_days=_whole(0, 36_500),
    ),
    "session": _section(
        access_lifetime_s=_whole(1, _CENTURY_S),
        refresh_lifetime_s=_whole(1, _CENTURY_S),
        max_sessions=_whole(1, 100),
    ),
    "second_factor": _section(
        methods=fields.List(
            fields.String(validate=OneOf(["none", "sms", "fingerprint", "iris"])),
            validate=Length(min=1),
        ),
        lifetime_s=_whole(1, _YEAR_S),
        max_tries=_whole(1, 1000),
    ),
    "support": _section(
        review_after_s=_whole(0, _YEAR_S),
        unlock_after_s=_whole(0, _YEAR_S),
        balance_after_s=_whole(0, _YEAR_S),
    ),
}

_SECTIONS |= {
    "real_name": _section(
        tries_per_day=_whole(1, 1000),
        accepted_card_lifetime_s=_whole(1, _YEAR_S),
        same_person=fields.String(validate=OneOf(["refuse", "move"])),
        card_owner=fields.String(validate=OneOf(["phone_holder", "anyone"])),
        verified_ends_with_card=_Flag(),
        deceased_per_mille=_whole(0, 1000),
        deceased_from_age=_whole(0, 200),
    ),
    "liveness": _section(challenge=fields.String(validate=OneOf(["none", "mouth_open"]))),
    "biometrics": _section(
        kinds=fields.List(fields.String(validate=OneOf(["fingerprint", "iris"]))),
        fingerprint_threshold=_number(0, 1),
        iris_threshold=_number(0, 1),
        fingerprint_min_quality=_number(0, 1),
        fingerprint_min_minutiae=_whole(0, 128),
        iris_min_quality=_number(0, 1),
        max_tries_per_hour=_whole(1, 1000),
    ),
    "upload": _section(
        max_bytes=_whole(1000, _LARGEST_UPLOAD),
        max_pixels=_whole(10_000, 200_000_000),
        max_memory_bytes=_whole(1_000_000, 1_000_000_000),
    ),
    "card_photo": _section(
        min_short_side=_number(1, 10_000),
        min_luminance=_number(0, 255),
        max_glare=_number(0, 1),
        max_portrait_glare=_number(0, 1),
        min_portrait_faceness=_number(-100, 100),
        min_sharpness=_number(0, 10_000),
        min_label=_number(-1, 1),
        min_digit=_number(-1, 1),
        min_text=_number(-1, 1),
    ),
    "face_photo": _section(
        min_short_side=_number(1, 10_000),
        min_faceness=_number(-100, 100),
        min_luminance=_number(0, 255),
        max_over_exposed=_number(0, 1),
        max_blur=_number(0, 100),
        min_similarity=_number(-1, 1),
        min_mouth_opening=_number(-10, 10),
    ),
}

_Place = Schema.from_dict(_SECTIONS, name="PlacePolicy")


class _PolicySchema(Schema):
    id_space = fields.String(validate=OneOf(["unassigned", "realistic"]))
    platforms = fields.Dict(
        keys=fields.String(validate=OneOf(PLATFORMS)), values=fields.Nested(_Place)
    )
    regions = fields.Dict(keys=fields.String(), values=fields.Nested(_Place))


@cache
def policy_schema() -> Schema:
    """The schema of what a world may set."""
    return Schema.from_dict({**_PolicySchema._declared_fields, **_SECTIONS}, name="Policy")()


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
    platforms = [*overrides.get("platforms", {}), PLATFORMS[0]]
    for platform in platforms:
        for region in (*overrides.get("regions", {}), None):
            try:
                effective_policy(overrides, platform, region)
            except ValueError as error:
                place = platform if region is None else f"{platform}, {region}"
                raise PolicyError(details={"fields": {"": [f"{place}: {error}"]}}) from None


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
        elif isinstance(value, Mapping) and isinstance(field, fields.Dict):
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
    near = get_close_matches(name, known, n=1)
    return f"unknown; did you mean {near[0]!r}?" if near else f"unknown; known: {', '.join(known)}"
