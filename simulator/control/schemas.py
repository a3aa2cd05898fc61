"""What the control API's calls take; answers are described field by field where they are plain."""

from typing import Any, ClassVar

from marshmallow import INCLUDE, ValidationError, fields, validates_schema
from marshmallow.validate import Equal

from simulator.domain.applications import IMPOSTORS
from simulator.domain.clock import DurationError, ScaleError, parse_duration, parse_scale
from simulator.domain.ledger import ENTRY_TYPES
from simulator.domain.replication import REASONS
from simulator.services.inbox import KINDS
from simulator.web.fields import (
    Amount,
    Instant,
    QueryDecimal,
    QueryFlag,
    QueryNumber,
    StrictSchema,
    choice,
    flag,
    id_number,
    text,
    whole,
)

MAX_WAIT_S = 60
MAX_LIMIT = 1000


class _Documented(fields.Field[int]):
    """A field of several types, with what OpenAPI shall say of them."""

    documented: ClassVar[dict[str, Any]] = {}

    def __init__(self, **rest: Any) -> None:
        super().__init__(**rest)
        self.metadata = {**self.documented, **self.metadata}


class Duration(_Documented):
    """Seconds (90, "90", 1.5) or an ISO 8601 duration ("PT20M"), as milliseconds."""

    documented: ClassVar = {
        "anyOf": [{"type": "number", "minimum": 0}, {"type": "string", "examples": ["PT20M"]}]
    }

    def _deserialize(self, value: Any, attr: str | None, data: Any, **_rest: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, (int, float, str)):
            raise ValidationError('expected seconds or a duration such as "PT20M"')
        try:
            return parse_duration(value)
        except DurationError as error:
            raise ValidationError(str(error)) from None


class Scale(_Documented):
    """World time per real time, as millionths."""

    documented: ClassVar = {
        "anyOf": [
            {"type": "number", "exclusiveMinimum": 0, "maximum": 1_000_000},
            {"type": "string", "examples": ["0.25"]},
        ]
    }

    def _deserialize(self, value: Any, attr: str | None, data: Any, **_rest: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, (int, float, str)):
            raise ValidationError("expected a number such as 60")
        try:
            return parse_scale(value)
        except ScaleError as error:
            raise ValidationError(str(error) or "expected a number such as 60") from None


def _date_time() -> fields.String:
    return fields.String(metadata={"format": "date-time"})


class InstantOrNow(Instant):
    """An instant, or true for the present one."""

    def __init__(self, **rest: Any) -> None:
        super().__init__(**rest)
        accepted = [{"type": "string", "format": "date-time"}, {"const": True}]
        self.metadata = {**self.metadata, "anyOf": accepted}

    def _deserialize(self, value: Any, attr: str | None, data: Any, **rest: Any) -> Any:
        return value if value is True else super()._deserialize(value, attr, data, **rest)


class ClockBody(StrictSchema):
    freeze = InstantOrNow(metadata={"description": "stop at this instant; true: where it is"})
    advance_ms = Duration(data_key="advance", metadata={"description": "jump forward"})
    scale = Scale(metadata={"description": "run on at this many times real time"})
    follow = flag(
        validate=Equal(True, error="only true: freeze or scale it otherwise"),
        metadata={"description": "true: show real time again", "const": True},
    )

    @validates_schema
    def check_together(self, data: dict[str, Any], **_rest: Any) -> None:
        given = [name for name in ("freeze", "scale", "follow") if name in data]
        if len(given) > 1:
            raise ValidationError(f"does not go with {given[0]}", given[1])


class ClockChangeBody(ClockBody):
    @validates_schema
    def check_any(self, data: dict[str, Any], **_rest: Any) -> None:
        if not data:
            raise ValidationError("one of freeze, advance, scale, follow is expected", "")


class WorldBody(StrictSchema):
    name = text(64)
    seed = whole(0, 2**64 - 1)
    clock = fields.Nested(ClockBody)
    policy = fields.Dict(metadata={"description": "what differs from the defaults"})


class PolicyBody(StrictSchema):
    """Any object: the policy has a schema of its own, which explains itself."""

    class Meta:
        unknown = INCLUDE


class ClockAnswer(StrictSchema):
    now = fields.String(metadata={"format": "date-time"})
    mode = choice("follow", "frozen")
    scale = fields.Float(metadata={"description": "times real time"})
    real_now = fields.String(metadata={"format": "date-time"})


class WorldAnswer(StrictSchema):
    name = fields.String()
    url = fields.String(metadata={"description": "path prefix of its platforms"})
    seed = fields.Integer()
    clock = fields.Nested(ClockAnswer)
    made_at = fields.String(metadata={"format": "date-time"})
    policy = fields.Dict(metadata={"description": "what differs from the defaults"})
    warnings = fields.List(fields.String())


class WorldsAnswer(StrictSchema):
    items = fields.List(fields.Nested(WorldAnswer))
    total = fields.Integer()


class PeopleQuery(StrictSchema):
    region = text(6, metadata={"description": "admdvs of a pooling area, 330100"})
    insutype = choice("310", "390")
    offset = QueryNumber(0, 10**10, load_default=0)
    limit = QueryNumber(1, MAX_LIMIT, load_default=20)


class PersonAnswer(StrictSchema):
    index = fields.Integer()
    id_number = fields.String()
    name = fields.String()
    sex = choice("male", "female")
    birth_date = fields.String(metadata={"format": "date"})
    phone = fields.String()
    region = fields.String()
    region_name = fields.String()
    card_number = fields.String()
    card_password = fields.String()
    psn_no = fields.String()
    default_password = fields.String()
    insurance = fields.List(fields.Dict())
    employer = fields.Dict(allow_none=True)
    family = fields.List(fields.Dict())
    registered = fields.Dict()


class PeopleAnswer(StrictSchema):
    items = fields.List(fields.Nested(PersonAnswer))
    total = fields.Integer()


class CareBody(StrictSchema):
    level = whole(0, 3, required=True, metadata={"description": "hospital level; 0: pharmacy"})
    inpatient = flag(load_default=False)
    in_scope_fen = Amount(data_key="in_scope")


class LedgerBody(StrictSchema):
    type = choice(*ENTRY_TYPES, required=True)
    amount_fen = Amount(data_key="amount", required=True)
    at_ms = Instant(data_key="at")
    note = text(200, shortest=0, load_default="")
    care = fields.Nested(CareBody, metadata={"description": "settle the amount as medical care"})

    @validates_schema
    def check_care(self, data: dict[str, Any], **_rest: Any) -> None:
        if "care" in data and data.get("type") != "201":
            raise ValidationError("only with type 201, a medical payment", "care")


class LedgerAnswer(StrictSchema):
    entry = fields.Dict()
    balance = fields.String(allow_none=True)


class LedgerEntriesAnswer(StrictSchema):
    items = fields.List(fields.Dict())
    total = fields.Integer()
    balance = fields.String(allow_none=True)


class _PhotographQuery(StrictSchema):
    blur = QueryDecimal(0, 50, load_default=0.0, metadata={"description": "sigma, pixels"})
    darkness = QueryDecimal(
        0, 1, load_default=1.0, metadata={"description": "factor on the light; 1 is enough"}
    )
    brightness = QueryDecimal(
        1, 10, load_default=1.0, metadata={"description": "factor on the exposure; 1 is right"}
    )
    glare = QueryDecimal(
        0, 1, load_default=0.0, metadata={"description": "radius of a mirrored lamp, in widths"}
    )
    rotate = QueryDecimal(-360, 360, load_default=0.0, metadata={"description": "degrees"})
    noise = QueryDecimal(0, 100, load_default=2.0, metadata={"description": "grey levels"})
    seed = QueryNumber(0, 2**31, load_default=0, metadata={"description": "another photograph"})


class CardPhotographQuery(_PhotographQuery):
    expired = QueryFlag(load_default=False)


class FacePhotographQuery(_PhotographQuery):
    other = text(18, metadata={"description": "true, or the ID number of who is in the picture"})
    mouth_open = QueryFlag(load_default=False, metadata={"description": "answers the challenge"})


class SampleQuery(StrictSchema):
    noise = QueryDecimal(0, 1, load_default=0.2, metadata={"description": "of the sensor"})
    position = QueryNumber(0, 9, load_default=0, metadata={"description": "finger or eye"})
    seed = QueryNumber(0, 2**31, load_default=0, metadata={"description": "another touch"})


class SampleAnswer(StrictSchema):
    kind = choice("fingerprint", "iris")
    position = fields.Integer()
    sample = fields.String(metadata={"contentEncoding": "base64"})


class AccountBody(StrictSchema):
    registered = flag()
    real_name = choice("unverified", "verified")
    locked = flag()
    locked_until_ms = Instant(data_key="locked_until")
    password = text(256)
    password_changed_ms = Instant(data_key="password_changed_at")
    second_factor = choice("none", "sms")

    @validates_schema
    def check_together(self, data: dict[str, Any], **_rest: Any) -> None:
        if not data:
            raise ValidationError("at least one change is expected", "")
        if "locked" in data and "locked_until_ms" in data:
            raise ValidationError("does not go with locked", "locked_until")


class AccountStateAnswer(StrictSchema):
    platform = fields.String()
    region = fields.String(
        allow_none=True, metadata={"description": "admdvs of a local platform's pooling area"}
    )
    phone = fields.String()
    registered = flag()
    registered_at = fields.String(allow_none=True)
    real_name = fields.String(allow_none=True)
    locked = flag()
    locked_until = fields.String(allow_none=True)
    failures = fields.Integer()
    remaining_attempts = fields.Integer(allow_none=True)
    second_factor = fields.String(allow_none=True)
    sessions = fields.Integer()
    password_changed_at = fields.String(allow_none=True)
    password_state = fields.String(allow_none=True)
    has_default_password = flag()


class SinceField(_Documented):
    """A number that an earlier answer gave, or an ISO 8601 instant."""

    documented: ClassVar = {"type": "string", "examples": ["17", "2026-01-31T08:00:00+08:00"]}

    def _deserialize(self, value: Any, attr: str | None, data: Any, **rest: Any) -> Any:
        if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) < 20:
            return ("number", int(value))
        return ("instant", Instant()._deserialize(value, attr, data, **rest))


class InboxQuery(StrictSchema):
    to = text(20)
    kind = choice(*KINDS)
    since = SinceField(metadata={"description": "id of the last message seen, or an instant"})
    wait = QueryNumber(0, MAX_WAIT_S, load_default=0, metadata={"description": "seconds"})
    limit = QueryNumber(1, MAX_LIMIT, load_default=100)


class MessageAnswer(StrictSchema):
    id = fields.Integer()
    kind = fields.String()
    to = fields.String()
    platform = fields.String()
    purpose = fields.String()
    text = fields.String()
    code = fields.String(allow_none=True)
    at = fields.String(metadata={"format": "date-time"})


class InboxAnswer(StrictSchema):
    items = fields.List(fields.Nested(MessageAnswer))
    total = fields.Integer()


class CaptchaAnswer(StrictSchema):
    id = fields.String()
    answer = fields.String(metadata={"description": "the text of the picture"})
    expires_at = fields.String(metadata={"format": "date-time"})
    used = fields.Boolean(metadata={"description": "whether it was answered, rightly or wrongly"})


class JournalQuery(StrictSchema):
    platform = text(40)
    region = text(6, metadata={"description": "admdvs of the pooling area that was asked"})
    operation = text(60)
    path = text(200, metadata={"description": "beginning of the path"})
    status = QueryNumber(100, 599)
    code = text(60)
    impostor = choice(*IMPOSTORS)
    since = SinceField(metadata={"description": "cursor of an entry, or an instant of real time"})
    limit = QueryNumber(1, MAX_LIMIT, load_default=100)


class JournalEntryAnswer(StrictSchema):
    request_id = fields.String()
    cursor = fields.String(metadata={"description": "for `since`"})
    at = fields.String(metadata={"description": "the world's time", "format": "date-time"})
    real_at = fields.String(metadata={"format": "date-time"})
    platform = fields.String()
    region = fields.String(
        allow_none=True,
        metadata={"description": "admdvs of the pooling area asked; null on one of all areas"},
    )
    operation = fields.String(allow_none=True)
    method = fields.String()
    path = fields.String()
    query = fields.String()
    body = fields.Raw(allow_none=True)
    status = fields.Integer()
    code = fields.String(allow_none=True)
    subject = fields.String(allow_none=True)
    duration_us = fields.Integer()
    delay_ms = fields.Integer()
    details = fields.Dict(allow_none=True)
    impostor = fields.String(
        allow_none=True,
        metadata={
            "description": "by what a caller claimed to be a known application, wrongly",
            "enum": [*IMPOSTORS, None],
        },
    )


class JournalAnswer(StrictSchema):
    items = fields.List(fields.Nested(JournalEntryAnswer))
    total = fields.Integer()


class ExplanationAnswer(StrictSchema):
    request = fields.Nested(JournalEntryAnswer)
    outcome = choice("carried_out", "refused")
    meaning = fields.String()
    message_zh = fields.String(allow_none=True)
    reason = fields.Dict(metadata={"description": "what only the tester is told"})


class BalanceExplanationQuery(StrictSchema):
    person = id_number(required=True, metadata={"description": "resident ID number"})


class PoolShownAnswer(StrictSchema):
    year = fields.Integer()
    region = fields.String()
    deductible_used = fields.String()
    paid = fields.String()
    cap_left = fields.String()


class ShownAnswer(StrictSchema):
    amount = fields.String(allow_none=True, metadata={"description": "null without an account"})
    account_state = choice("normal", "suspended", allow_none=True)
    pooled_fund = fields.Nested(PoolShownAnswer)
    as_of = _date_time()


class TruthAnswer(ShownAnswer):
    entries = fields.Integer()


class ExplainedEntryAnswer(StrictSchema):
    id = fields.String()
    type = fields.String()
    type_name = fields.String()
    at = _date_time()
    amount = fields.String()


class MissingAnswer(ExplainedEntryAnswer):
    booked_at = _date_time()
    arrives_at = _date_time()
    why = fields.List(choice(*REASONS))


class DifferingAnswer(ExplainedEntryAnswer):
    true_amount = fields.String(
        allow_none=True, metadata={"description": "null: the source no longer has the entry"}
    )
    agrees_at = _date_time()


class PlatformViewAnswer(ShownAnswer):
    agrees = flag()
    agrees_at = _date_time()
    difference = fields.String(
        allow_none=True, metadata={"description": "amount less that of the truth"}
    )
    missing = fields.List(fields.Nested(MissingAnswer))
    missing_total = fields.Integer()
    differing = fields.List(fields.Nested(DifferingAnswer))
    differing_total = fields.Integer()


class ExplainedPersonAnswer(StrictSchema):
    id_number = fields.String()
    name = fields.String()
    region = fields.String()
    index = fields.Integer()


class BalanceExplanationAnswer(StrictSchema):
    person = fields.Nested(ExplainedPersonAnswer)
    now = _date_time()
    truth = fields.Nested(TruthAnswer)
    platforms = fields.Dict(keys=fields.String(), values=fields.Nested(PlatformViewAnswer))
    agree_at = _date_time()
