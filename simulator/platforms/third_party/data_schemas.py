"""What the data calls of third-party platforms take and answer; api.md fixes the first names."""

from typing import Final

from marshmallow import fields

from simulator.domain.charts import MOST_MONTHS
from simulator.web.fields import Amount, QueryNumber, StrictSchema, choice, flag, text, whole

DEFAULT_MONTHS: Final = 12
_LONGEST_LINK: Final = 200


def _instant(description: str = "") -> fields.String:
    return fields.String(metadata={"format": "date-time", "description": description})


def _months() -> QueryNumber:
    return QueryNumber(
        1,
        MOST_MONTHS,
        load_default=DEFAULT_MONTHS,
        metadata={"description": "the last so many months, the present one included"},
    )


class ChartQuery(StrictSchema):
    months = _months()


class ChartPageQuery(StrictSchema):
    months = _months()
    page_token = text(_LONGEST_LINK, metadata={"description": "of a link to the page"})


class MonthAnswer(StrictSchema):
    month = fields.String(metadata={"examples": ["2026-06"]})
    closing_balance = fields.String(
        allow_none=True, metadata={"description": "at its end or so far; null without an account"}
    )
    income = fields.String(metadata={"description": "what came into the account"})
    spending = fields.String(metadata={"description": "what left it"})
    carried_over = fields.String(
        metadata={"description": "signed: from one year to the next, neither income nor spending"}
    )
    fund_paid = fields.String(metadata={"description": "what the pool paid for care"})


class ChartAnswer(StrictSchema):
    items = fields.List(fields.Nested(MonthAnswer), metadata={"description": "oldest first"})
    total = fields.Integer()
    has_personal_account = flag()
    as_of = _instant("the instant that this is true of")


class ChartLinkAnswer(StrictSchema):
    url = fields.String(metadata={"description": "path and query of the page, on this server"})
    expires_in = whole(1, 10**9, metadata={"description": "seconds"})
    expires_at = _instant()


class FamilyMemberAnswer(StrictSchema):
    member = fields.String(metadata={"description": "names the member in other calls"})
    relation = choice("spouse", "father", "mother", "child")
    relation_name = fields.String()
    name = fields.String(metadata={"description": "masked"})
    shares_balance = flag(metadata={"description": "whether the member has agreed to be seen"})


class FamilyAnswer(StrictSchema):
    items = fields.List(fields.Nested(FamilyMemberAnswer))
    total = fields.Integer()


class AlertBody(StrictSchema):
    threshold_fen = Amount(data_key="threshold", required=True)
    webhook_url = fields.String(
        allow_none=True, load_default=None, metadata={"description": "where to post what fires"}
    )


class AlertAnswer(StrictSchema):
    threshold = fields.String()
    state = choice("armed", "low", metadata={"description": "low: not above it until it recovers"})
    balance = fields.String(metadata={"description": "what the platform shows"})
    set_at = _instant()
    webhook_url = fields.String(allow_none=True)
    webhook_secret = fields.String(metadata={"description": "webhooks are signed with it"})


class DeliveryAnswer(StrictSchema):
    channel = fields.String()
    state = choice("waiting", "sending", "delivered", "given_up")
    attempts = fields.Integer()


class FiredAnswer(StrictSchema):
    id = fields.String()
    threshold = fields.String()
    balance = fields.String()
    as_of = _instant("the instant that the balance is of")
    fired_at = _instant()
    deliveries = fields.List(fields.Nested(DeliveryAnswer))


class AlertsAnswer(StrictSchema):
    alert = fields.Nested(AlertAnswer, allow_none=True)
    items = fields.List(fields.Nested(FiredAnswer), metadata={"description": "newest first"})
    total = fields.Integer(metadata={"description": "how often it has fired"})
