"""What the insurer's calls take and answer; api.md fixes the names."""

from typing import Any

from marshmallow import ValidationError, fields, validates_schema

from simulator.domain.ledger import ENTRY_TYPES
from simulator.services.sms_codes import PURPOSES
from simulator.web.fields import (
    Base64,
    Instant,
    QueryNumber,
    StrictSchema,
    choice,
    flag,
    id_number,
    phone,
    text,
    whole,
)

MAX_PAGE_SIZE = 100
DEFAULT_PAGE_SIZE = 20

REAL_NAME_STATES = ("unverified", "id_card_accepted", "verified", "rejected", "expired")
SECOND_FACTORS = ("none", "sms", "fingerprint", "iris")


def _new_password(**rest: Any) -> fields.String:
    return text(256, required=True, **rest)


def _sms_code(**rest: Any) -> fields.String:
    return text(16, **rest)


def _as_of() -> fields.String:
    return fields.String(
        metadata={"format": "date-time", "description": "the instant that this is true of"}
    )


class SmsCodeBody(StrictSchema):
    phone = phone(required=True)
    purpose = choice(*PURPOSES, required=True)


class SmsCodeAnswer(StrictSchema):
    expires_in = whole(1, 10**9, metadata={"description": "seconds until the code expires"})
    resend_in = whole(0, 10**9, metadata={"description": "seconds until another may be asked for"})


class RegistrationBody(StrictSchema):
    phone = phone(required=True)
    sms_code = _sms_code(required=True)
    password = _new_password()


class SecurityAnswer(StrictSchema):
    second_factor = choice(*SECOND_FACTORS)
    password_expires_in_days = fields.Integer(allow_none=True)
    password_reminder = flag()


class RealNameAnswer(StrictSchema):
    state = choice(*REAL_NAME_STATES)
    name = fields.String(allow_none=True, metadata={"description": "masked"})
    id_number = fields.String(allow_none=True, metadata={"description": "masked"})


class AccountAnswer(StrictSchema):
    phone = fields.String(metadata={"description": "masked"})
    real_name = fields.Nested(RealNameAnswer)
    security = fields.Nested(SecurityAnswer)
    registered_at = fields.String(metadata={"format": "date-time"})


class NewAccountAnswer(StrictSchema):
    account = fields.Nested(AccountAnswer)


class SecondFactorProof(StrictSchema):
    challenge = text(200, required=True)
    code = _sms_code()
    sample = Base64(metadata={"description": "of the method fingerprint or iris"})

    @validates_schema
    def check_one(self, data: dict[str, Any], **_rest: Any) -> None:
        if ("code" in data) == ("sample" in data):
            raise ValidationError("exactly one of code and sample is expected", "code")


class SessionBody(StrictSchema):
    phone = phone()
    id_number = id_number()
    password = text(256)
    sms_code = _sms_code()
    second_factor = fields.Nested(SecondFactorProof)

    @validates_schema
    def check_alternatives(self, data: dict[str, Any], **_rest: Any) -> None:
        for one, other in (("phone", "id_number"), ("password", "sms_code")):
            if (one in data) == (other in data):
                raise ValidationError(f"exactly one of {one} and {other} is expected", one)


class SessionAnswer(StrictSchema):
    access_token = fields.String()
    refresh_token = fields.String()
    token_type = choice("Bearer")
    expires_in = whole(1, 10**10, metadata={"description": "seconds"})
    password_expires_in_days = fields.Integer(allow_none=True)
    password_reminder = flag()


class RefreshBody(StrictSchema):
    refresh_token = text(200, required=True)


class PasswordResetBody(StrictSchema):
    phone = phone(required=True)
    sms_code = _sms_code(required=True)
    new_password = _new_password()


class PasswordChangeBody(StrictSchema):
    old_password = text(256, required=True)
    new_password = _new_password()


class ChangedAnswer(StrictSchema):
    changed = flag()


class SecondFactorBody(StrictSchema):
    method = choice(*SECOND_FACTORS, required=True)


class SecondFactorAnswer(StrictSchema):
    method = choice(*SECOND_FACTORS)


class EmployerAnswer(StrictSchema):
    uscc = fields.String()
    name = fields.String()


class InsuranceRowAnswer(StrictSchema):
    insutype = fields.String()
    insutype_name = fields.String()
    psn_type = fields.String()
    psn_type_name = fields.String()
    state = choice("not_insured", "normal", "suspended", "ended")
    region = fields.String(metadata={"description": "admdvs of the pooling area"})
    region_name = fields.String()
    employer = fields.Nested(EmployerAnswer, allow_none=True)
    has_personal_account = flag()
    since = fields.String(allow_none=True, metadata={"format": "date"})
    until = fields.String(allow_none=True, metadata={"format": "date"})


class InsuranceAnswer(StrictSchema):
    items = fields.List(fields.Nested(InsuranceRowAnswer))
    total = fields.Integer()
    as_of = _as_of()


def amount_shown(*, allow_none: bool = False) -> fields.Raw:
    """The balance of a personal account, which is what an anomaly writes otherwise."""
    return fields.Raw(
        allow_none=allow_none,
        metadata={
            # That it may be null is added where the document is made.
            "type": ["string", "number"],
            "description": "a number only where an anomaly makes it one"
            + ("; null for a person without account, which is not 0.00" if allow_none else ""),
        },
    )


class PersonalAccountAnswer(StrictSchema):
    amount = amount_shown()
    currency = choice("CNY")
    state = choice("normal", "suspended")


class PooledFundAnswer(StrictSchema):
    year = fields.Integer()
    deductible = fields.String()
    deductible_used = fields.String()
    paid = fields.String()
    cap_left = fields.String()


class BalanceAnswer(StrictSchema):
    personal_account = fields.Nested(
        PersonalAccountAnswer,
        allow_none=True,
        metadata={"description": "null for a person who has none, which is not 0.00"},
    )
    pooled_fund = fields.Nested(PooledFundAnswer)
    as_of = _as_of()


class TransactionQuery(StrictSchema):
    from_ms = Instant(data_key="from", metadata={"description": "first day or instant"})
    until_ms = Instant(
        data_key="to", end_of_day=True, metadata={"description": "last day or instant"}
    )
    type = choice(*ENTRY_TYPES, metadata={"description": "ledger entry type"})
    page = QueryNumber(1, 10**9, load_default=1)
    page_size = QueryNumber(1, MAX_PAGE_SIZE, load_default=DEFAULT_PAGE_SIZE)

    @validates_schema
    def check_order(self, data: dict[str, Any], **_rest: Any) -> None:
        if "from_ms" in data and "until_ms" in data and data["from_ms"] >= data["until_ms"]:
            raise ValidationError("lies before the beginning of the span", "until_ms")


class SettlementAnswer(StrictSchema):
    total = fields.String(metadata={"description": "whole cost (medfee_sumamt)"})
    fund_pay = fields.String(metadata={"description": "paid by the pool (fund_pay_sumamt)"})
    person_pay = fields.String(metadata={"description": "borne by the person (psn_pay)"})
    account_pay = fields.String(metadata={"description": "from the account (acct_pay)"})
    cash = fields.String(metadata={"description": "in cash (cash_payamt)"})
    mutual_aid = fields.String(metadata={"description": "from a relative (acct_mulaid_pay)"})
    hospital_level = fields.Integer(metadata={"description": "1 to 3; 0 is a pharmacy"})
    inpatient = flag()
    care_region = fields.String(
        allow_none=True,
        metadata={"description": "where the care was taken, when elsewhere than insured"},
    )


class TransactionAnswer(StrictSchema):
    id = fields.String()
    type = fields.String()
    type_name = fields.String()
    amount = fields.String(metadata={"description": "signed"})
    balance_after = fields.String(allow_none=True)
    at = fields.String(metadata={"format": "date-time"})
    region = fields.String()
    settlement = fields.Nested(SettlementAnswer, allow_none=True)
    note = fields.String()
    reference = fields.String(
        allow_none=True, metadata={"description": "id of the entry this one clears or takes back"}
    )


class TransactionsAnswer(StrictSchema):
    items = fields.List(fields.Nested(TransactionAnswer))
    total = fields.Integer()
    page = fields.Integer()
    page_size = fields.Integer()
    as_of = _as_of()


class SampleBody(StrictSchema):
    sample = Base64(required=True)


class VerificationBody(StrictSchema):
    sample = Base64()
    sensor_timeout = flag(metadata={"description": "true: the sensor saw nothing in time"})

    @validates_schema
    def check_one(self, data: dict[str, Any], **_rest: Any) -> None:
        if ("sample" in data) == bool(data.get("sensor_timeout")):
            raise ValidationError("exactly one of sample and sensor_timeout is expected", "sample")


class EnrolmentAnswer(StrictSchema):
    kind = choice("fingerprint", "iris")
    enrolled = flag()
    sample_bytes = fields.Integer()


class VerificationAnswer(StrictSchema):
    kind = choice("fingerprint", "iris")
    matched = flag()
    score = fields.Float()
    threshold = fields.Float()
    code = fields.String(allow_none=True, metadata={"description": "why it does not match"})
    tries_left = fields.Integer()


class IdCardAnswer(StrictSchema):
    state = choice(*REAL_NAME_STATES)
    name = fields.String(metadata={"description": "masked"})
    id_number = fields.String(metadata={"description": "masked"})
    valid_from = fields.String(metadata={"format": "date"})
    valid_until = fields.String(
        allow_none=True, metadata={"format": "date", "description": "null: 长期, without end"}
    )
    liveness = choice("none", "mouth_open", metadata={"description": "what the face must show"})
    measured = fields.Dict(metadata={"description": "figures and thresholds of both photographs"})


class FaceAnswer(StrictSchema):
    state = choice(*REAL_NAME_STATES)
    name = fields.String(metadata={"description": "masked"})
    score = fields.Float(metadata={"description": "similarity of the face and the portrait"})
    threshold = fields.Float()
    measured = fields.Dict(metadata={"description": "figures and thresholds"})


class TicketBody(StrictSchema):
    kind = choice("unlock", "balance", required=True)
    phone = phone(metadata={"description": "unlock: the account"})
    name = text(50, metadata={"description": "unlock: proof of identity"})
    id_number = id_number(metadata={"description": "unlock: proof of identity"})

    @validates_schema
    def check_proof(self, data: dict[str, Any], **_rest: Any) -> None:
        proof = ("phone", "name", "id_number")
        if data.get("kind") == "unlock":
            missing = [name for name in proof if name not in data]
            if missing:
                raise ValidationError({name: ["needed to unlock an account"] for name in missing})
        extra = [name for name in proof if name in data]
        if data.get("kind") == "balance" and extra:
            raise ValidationError({name: ["only to unlock an account"] for name in extra})


class EntrySumAnswer(StrictSchema):
    type = fields.String()
    type_name = fields.String()
    count = fields.Integer()
    amount = fields.String()


class PendingAnswer(StrictSchema):
    type = fields.String()
    type_name = fields.String()
    amount = fields.String()
    at = fields.String(metadata={"format": "date-time"})
    expected_at = fields.String(metadata={"format": "date-time"})


class ReconciliationAnswer(StrictSchema):
    by_type = fields.List(fields.Nested(EntrySumAnswer))
    balance = fields.String(allow_none=True, metadata={"description": "what this platform shows"})
    as_of = _as_of()
    authoritative_balance = fields.String(
        allow_none=True, metadata={"description": "what the local platform shows at that time"}
    )
    pending = fields.List(
        fields.Nested(PendingAnswer),
        metadata={"description": "not here yet, the newest first"},
    )
    pending_total = fields.Integer()
    explanation = fields.String(metadata={"description": "the same as a sentence in Chinese"})


class TicketAnswer(StrictSchema):
    id = fields.String()
    kind = choice("unlock", "balance")
    state = choice("received", "in_review", "resolved", "rejected")
    created_at = fields.String(metadata={"format": "date-time"})
    next_change_at = fields.String(allow_none=True, metadata={"format": "date-time"})
    reconciliation = fields.Nested(ReconciliationAnswer, allow_none=True)
