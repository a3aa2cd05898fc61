"""What the anomaly calls of the control API take and answer."""

from typing import Any

from marshmallow import ValidationError, fields

from simulator.domain.anomalies import ANOMALIES
from simulator.domain.china_time import to_iso
from simulator.domain.ledger import END_MS, EPOCH_MS
from simulator.web.fields import Instant, StrictSchema, choice, flag, id_number, text
from simulator.web.parsing import explain_fields


class AnomalyWish(fields.Field[Any]):
    """true, false, null, or an object that says what is wanted: a mapping, or as it was given."""

    def __init__(self, wish: type[StrictSchema] | None = None) -> None:
        documented: dict[str, Any] = {"type": "boolean"}
        if wish is not None:
            members = {
                field.data_key or name: {"type": "string", **field.metadata}
                for name, field in wish().fields.items()
            }
            documented = {
                "oneOf": [
                    {"type": ["boolean", "null"]},
                    {"type": "object", "properties": members, "additionalProperties": False},
                ]
            }
        super().__init__(allow_none=True, metadata=documented)
        self._wish = wish

    def _deserialize(self, value: Any, attr: str | None, data: Any, **_rest: Any) -> Any:
        if isinstance(value, bool):
            return value
        if self._wish is None or not isinstance(value, dict):
            object_too = "" if self._wish is None else " or an object"
            raise ValidationError(f"expected true, false, null{object_too}")
        schema = self._wish()
        try:
            return schema.load(value)
        except ValidationError as error:
            raise ValidationError(explain_fields(schema, error.messages)) from None


class SinceDay(Instant):
    """A day of the simulated time."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **rest: Any) -> int:
        instant_ms = super()._deserialize(value, attr, data, **rest)
        if not EPOCH_MS <= instant_ms <= END_MS:
            raise ValidationError(f"outside {to_iso(EPOCH_MS)} … {to_iso(END_MS)}")
        return instant_ms


class _Since(StrictSchema):
    since_ms = SinceDay(
        data_key="since",
        metadata={"description": "the day on which it begins", "format": "date"},
    )


class _SinceAndRegion(_Since):
    region = text(6, shortest=6, metadata={"description": "code of another pooling area"})


class _SinceAndRelative(_Since):
    relative = id_number(metadata={"description": "ID number of a relative"})


class AnomaliesBody(StrictSchema):
    pre_transfer = AnomalyWish(_Since)
    reversed_payment = AnomalyWish(_Since)
    year_end_gap = AnomalyWish(_Since)
    suspended = AnomalyWish(_Since)
    moved = AnomalyWish(_SinceAndRegion)
    mutual_aid = AnomalyWish(_SinceAndRelative)
    care_elsewhere = AnomalyWish(_SinceAndRegion)
    balance_as_number = AnomalyWish()
    zero_for_no_account = AnomalyWish()


class AnomalyAnswer(StrictSchema):
    name = choice(*ANOMALIES)
    active = flag()
    by = choice("person", "policy", "derived", allow_none=True)
    since = fields.String(allow_none=True, metadata={"format": "date"})
    region = fields.String(
        allow_none=True, metadata={"description": "moved from, or where care is taken"}
    )
    relative = fields.String(
        allow_none=True, metadata={"description": "whom the account helps (mutual_aid)"}
    )
    helped_by = fields.String(
        allow_none=True, metadata={"description": "whose account helps the person (mutual_aid)"}
    )
    entries = fields.List(
        fields.String(), metadata={"description": "latest entries of the ledger that show it"}
    )
    problem = fields.String(
        allow_none=True, metadata={"description": "why the person cannot have it"}
    )
    zh = fields.String()
    en = fields.String()


class AnomaliesAnswer(StrictSchema):
    items = fields.List(fields.Nested(AnomalyAnswer))
    total = fields.Integer()
