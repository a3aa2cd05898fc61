"""What the alert calls of the control API take and answer."""

from marshmallow import fields

from simulator.control.schemas import MAX_LIMIT
from simulator.web.fields import Amount, QueryNumber, StrictSchema, choice, id_number, text, whole

PLATFORMS = ("alipay", "wechat")
"""The platforms with applications that watch balances."""

_PERSON = {"description": "resident ID number"}
_APP_ID = {"description": "id of the application"}


def _instant(**rest: object) -> fields.String:
    return fields.String(metadata={"format": "date-time"}, **rest)  # type: ignore[arg-type]  # marshmallow's own


class AlertsQuery(StrictSchema):
    person = id_number(metadata=_PERSON)
    platform = choice(*PLATFORMS)
    limit = QueryNumber(1, MAX_LIMIT, load_default=100)


class AlertBody(StrictSchema):
    person = id_number(required=True, metadata=_PERSON)
    platform = choice(*PLATFORMS, required=True)
    app_id = text(64, required=True, metadata=_APP_ID)
    threshold_fen = Amount(data_key="threshold", required=True)
    webhook_url = fields.String(
        allow_none=True, load_default=None, metadata={"description": "where to post what fires"}
    )
    open_id = text(128, load_default="", metadata={"description": "what the webhook calls them"})


class AlertRemoval(StrictSchema):
    person = id_number(required=True, metadata=_PERSON)
    platform = choice(*PLATFORMS, required=True)
    app_id = text(64, required=True, metadata=_APP_ID)


class RedeliveryQuery(StrictSchema):
    channel = text(40, load_default="webhook", metadata={"description": "webhook, inbox, …"})


class AttemptAnswer(StrictSchema):
    at = _instant()
    outcome = choice("delivered", "failed", "refused")
    status = whole(100, 599, allow_none=True, metadata={"description": "HTTP status, if any"})
    error = fields.String(allow_none=True)


class DeliveryAnswer(StrictSchema):
    channel = fields.String()
    target = fields.String()
    state = choice("waiting", "sending", "delivered", "given_up")
    due_at = _instant(allow_none=True)
    attempts = fields.List(fields.Nested(AttemptAnswer))


class WatchAnswer(StrictSchema):
    person = fields.String()
    platform = fields.String()
    app_id = fields.String()
    open_id = fields.String()
    threshold = fields.String()
    state = choice("armed", "low")
    balance = fields.String(metadata={"description": "what the platform shows"})
    set_at = _instant()
    checked_at = _instant()
    webhook_url = fields.String(allow_none=True)
    webhook_secret = fields.String(metadata={"description": "webhooks are signed with it"})
    fired = fields.Integer(metadata={"description": "how often it has fired"})


class FiredAlertAnswer(StrictSchema):
    id = fields.String()
    person = fields.String()
    platform = fields.String()
    app_id = fields.String()
    threshold = fields.String()
    balance = fields.String()
    as_of = _instant()
    fired_at = _instant()
    deliveries = fields.List(fields.Nested(DeliveryAnswer))


class AlertsAnswer(StrictSchema):
    items = fields.List(fields.Nested(FiredAlertAnswer))
    total = fields.Integer()
    watches = fields.List(fields.Nested(WatchAnswer))
    settled = fields.Boolean(
        metadata={"description": "false: so much time has passed that more is still being fired"}
    )
