"""What each section of a policy may hold: one marshmallow field per value, with its range."""

from typing import Any

from marshmallow import Schema, fields
from marshmallow.validate import Length, OneOf, Range

from simulator.domain import captcha
from simulator.domain.authorisation.policy import LONGEST_CODE_S
from simulator.domain.gateway import LARGEST_BIZ_CONTENT
from simulator.policy.windows import SimulatedInstant, TimeOfDay

_YEAR_S = 366 * 86_400
_LARGEST_UPLOAD = 10_000_000
"""A front and a back of this size are the largest body that the server reads."""
_CENTURY_S = 100 * _YEAR_S
_WEEK_S = 7 * 86_400
_MOST_RETRIES = 20
_MOST_WINDOWS = 48
"""Batch times and outages: one each half hour is enough for a day."""


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


def _window(instant: type[fields.String]) -> fields.Nested:
    members = {"from": instant(required=True), "until": instant(required=True)}
    return fields.Nested(Schema.from_dict(dict(members)))


def _lockout() -> fields.Nested:
    return _section(
        mode=fields.String(validate=OneOf(["fixed", "multiple", "linear", "permanent"])),
        threshold=_whole(1, 1000),
        wait_s=_whole(1, _CENTURY_S),
        max_wait_s=_whole(1, _CENTURY_S),
        reset_after_s=_whole(1, _CENTURY_S),
        permanent_after=_whole(1, 1000, allow_none=True),
        disclosed=_Flag(),
    )


SECTIONS: dict[str, fields.Field[Any]] = {
    "accounts": _section(shared_with_national=_Flag()),
    "local": _section(
        dialect=fields.String(validate=OneOf(["by_region", "modern", "portal", "legacy"]))
    ),
    "registration": _section(
        registered_percent=_whole(0, 100),
        card_number=fields.String(validate=OneOf(["optional", "required"])),
    ),
    "envelope": _section(always_200=_Flag()),
    "latency": _section(
        distribution=fields.String(validate=OneOf(["fixed", "uniform", "normal", "lognormal"])),
        delay_ms=_whole(0, 600_000),
        spread_ms=_whole(0, 600_000),
        sigma_percent=_whole(0, 400),
        max_ms=_whole(0, 600_000),
    ),
    "sign_in": _section(discloses_unknown_account=_Flag()),
    "lockout": _lockout(),
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
    "replication": _section(
        lag_s=_whole(0, _YEAR_S),
        jitter_s=_whole(0, _WEEK_S),
        batch_every_s=_whole(0, _YEAR_S),
        batch_times=fields.List(TimeOfDay(), validate=Length(max=_MOST_WINDOWS)),
        ordered=_Flag(),
        outages=fields.List(_window(SimulatedInstant), validate=Length(max=_MOST_WINDOWS)),
        daily_outages=fields.List(_window(TimeOfDay), validate=Length(max=_MOST_WINDOWS)),
        catch_up_s=_whole(0, _YEAR_S),
    ),
    "anomalies": _section(
        pre_transfer_per_mille=_whole(0, 1000),
        reversed_payment_per_mille=_whole(0, 1000),
        year_end_gap_per_mille=_whole(0, 1000),
        suspended_per_mille=_whole(0, 1000),
        moved_per_mille=_whole(0, 1000),
        mutual_aid_per_mille=_whole(0, 1000),
        care_elsewhere_per_mille=_whole(0, 1000),
        balance_as_number=_Flag(),
        zero_for_no_account=_Flag(),
    ),
    "alerts": _section(
        retry_after_s=fields.List(_whole(0, _YEAR_S), validate=Length(max=_MOST_RETRIES)),
        webhook_timeout_s=_whole(1, 60),
        kept=_whole(1, 200),
    ),
    "support": _section(
        review_after_s=_whole(0, _YEAR_S),
        unlock_after_s=_whole(0, _YEAR_S),
        balance_after_s=_whole(0, _YEAR_S),
    ),
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
    "e_credential": _section(
        lifetime_s=_whole(1, _YEAR_S), single_use=_Flag(), newer_ends_older=_Flag()
    ),
    "authorisation": _section(
        code_lifetime_s=_whole(1, LONGEST_CODE_S),
        access_lifetime_s=_whole(1, _CENTURY_S),
        refresh_lifetime_s=_whole(1, _CENTURY_S),
        refresh=fields.String(validate=OneOf(["rotate", "extend"])),
        reuse_revokes=_Flag(),
        redirect_match=fields.String(validate=OneOf(["exact", "host"])),
        chart_link_lifetime_s=_whole(1, _YEAR_S),
    ),
    "card_password": _lockout(),
    "open_platform": _section(
        daily_calls=_whole(0, 1_000_000_000, allow_none=True), busy_per_mille=_whole(0, 1000)
    ),
    "client_token": _section(lifetime_s=_whole(1, _YEAR_S), overlap_s=_whole(0, _YEAR_S)),
    "user_query": _section(
        timestamp_tolerance_s=_whole(0, _YEAR_S),
        pay_authorisation_s=_whole(1, _YEAR_S),
        masks_identity=_Flag(),
    ),
    "face_service": _section(lifetime_s=_whole(1, _YEAR_S), tries_per_day=_whole(1, 1000)),
    "gateway": _section(
        rate_per_second=_whole(1, 1_000_000, allow_none=True),
        timestamp_tolerance_s=_whole(0, _CENTURY_S, allow_none=True),
        max_biz_content_bytes=_whole(1000, LARGEST_BIZ_CONTENT),
        masks_identity=_Flag(),
        bound_elsewhere_per_mille=_whole(0, 1000),
        certify_lifetime_s=_whole(1, _CENTURY_S),
        discloses_fail_reason=_Flag(),
    ),
    "captcha": _section(
        length=_whole(captcha.SHORTEST, captcha.LONGEST), lifetime_s=_whole(1, _YEAR_S)
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
