"""What the portal's calls take and answer.

Loaded bodies have the insurer's names again, so that the insurer's own calls take them. Names that
are observed: those of the login, and the jargon of domain-facts.md §4 (balc, insutype, psnType,
insuplcAdmdvs, fundPaySumamt, …) in camelCase; all others are *assumed*.
"""

import re
from typing import Any, Final

from marshmallow import ValidationError, fields, post_load, validates_schema
from marshmallow.validate import Length, Regexp

from simulator.platforms.insurer import schemas
from simulator.platforms.local import schemas as local
from simulator.platforms.local.portal.spelling import CamelSchema
from simulator.web.fields import (
    CARD_NUMBER_PATTERN,
    ID_NUMBER_PATTERN,
    PHONE_PATTERN,
    Instant,
    QueryNumber,
    choice,
    flag,
    text,
    whole,
)

LOGIN_TYPES: Final = ("password", "sms")
_KINDS: Final = (
    ("phone", PHONE_PATTERN),
    ("id_number", ID_NUMBER_PATTERN),
    ("card_number", CARD_NUMBER_PATTERN),
)
_USERNAME: Final = "|".join(pattern for _, pattern in _KINDS)
_NOT_A_USERNAME: Final = "expected a phone number, an ID number or a card number"
_NOT_A_DIGEST: Final = "expected a SHA-256: 64 hexadecimal digits"
_WITH: Final = {"password": ("password_digest", "code", "uuid"), "sms": ("sms_code",)}


class SmsCodeBody(CamelSchema, schemas.SmsCodeBody):
    """As the insurer's."""


class SmsCodeAnswer(CamelSchema, schemas.SmsCodeAnswer):
    """As the insurer's."""


class CaptchaAnswer(CamelSchema):
    uuid = fields.String()
    image = fields.String(metadata={"description": "PNG as a data URI, base64"})
    expires_in = whole(1, 10**9, metadata={"description": "seconds"})


class RegistrationBody(CamelSchema, local.RegistrationBody):
    """The password comes as it is (assumed): its strength has to be judged."""


class LoginBody(CamelSchema):
    username = fields.String(
        required=True,
        validate=[Length(max=18, error=_NOT_A_USERNAME), Regexp(_USERNAME, error=_NOT_A_USERNAME)],
        metadata={"description": "phone number, ID number or card number"},
    )
    login_type = choice(*LOGIN_TYPES, load_default="password")
    password_digest = fields.String(
        data_key="password",
        validate=[
            Length(equal=64, error=_NOT_A_DIGEST),
            Regexp("^[0-9A-Fa-f]{64}$", error=_NOT_A_DIGEST),
        ],
        metadata={"description": "its SHA-256, hexadecimal; with loginType password"},
    )
    code = text(16, metadata={"description": "the captcha's answer; with loginType password"})
    uuid = text(64, metadata={"description": "the captcha's; with loginType password"})
    sms_code = text(16, metadata={"description": "with loginType sms"})
    second_factor = fields.Nested(schemas.SecondFactorProof)

    @validates_schema
    def check_login_type(self, data: dict[str, Any], **_rest: Any) -> None:
        wanted = _WITH.get(data.get("login_type", ""), ())
        problems = {name: ["needed with this loginType"] for name in wanted if name not in data}
        for names in _WITH.values():
            for name in names:
                if wanted and name in data and name not in wanted:
                    problems[name] = ["not expected with this loginType"]
        if problems:
            raise ValidationError(problems)

    @post_load
    def name_account(self, data: dict[str, Any], **_rest: Any) -> dict[str, Any]:
        username = data.pop("username").upper()
        kind = next(kind for kind, pattern in _KINDS if re.fullmatch(pattern, username))
        data[kind] = username
        if "password_digest" in data:
            data["password_digest"] = data["password_digest"].lower()
        return data


class RefreshBody(CamelSchema, schemas.RefreshBody):
    """As the insurer's."""


class PasswordResetBody(CamelSchema, schemas.PasswordResetBody):
    """As the insurer's."""


class PasswordChangeBody(CamelSchema, schemas.PasswordChangeBody):
    """As the insurer's."""


class SecondFactorBody(schemas.SecondFactorBody):
    """As the insurer's."""


class TicketBody(CamelSchema, schemas.TicketBody):
    """As the insurer's."""


class DetailQuery(schemas.TransactionQuery):
    from_ms = Instant(data_key="begntime", metadata={"description": "first day or instant"})
    until_ms = Instant(
        data_key="endtime", end_of_day=True, metadata={"description": "last day or instant"}
    )
    page = QueryNumber(1, 10**9, load_default=1, data_key="pageNum")
    page_size = QueryNumber(
        1, schemas.MAX_PAGE_SIZE, load_default=schemas.DEFAULT_PAGE_SIZE, data_key="pageSize"
    )


class InsuranceRowAnswer(CamelSchema):
    insutype = fields.String()
    insutype_name = fields.String()
    psn_type = fields.String()
    psn_type_name = fields.String()
    psn_insu_stas = choice("0", "1", "2", "3")
    insuplc_admdvs = fields.String()
    insuplc_name = fields.String()
    emp_name = fields.String(allow_none=True)
    emp_uscc = fields.String(allow_none=True)
    has_acct = flag(metadata={"description": "whether there is a personal account"})
    psn_insu_date = fields.String(allow_none=True, metadata={"format": "date"})
    paus_insu_date = fields.String(allow_none=True, metadata={"format": "date"})


class InsuranceAnswer(CamelSchema):
    items = fields.List(fields.Nested(InsuranceRowAnswer), data_key="list")
    total = fields.Integer()


class AccountAnswer(CamelSchema):
    phone = fields.String(metadata={"description": "masked"})
    psn_name = fields.String(allow_none=True, metadata={"description": "masked"})
    certno = fields.String(allow_none=True, metadata={"description": "ID number, masked"})
    card_number = fields.String(allow_none=True, metadata={"description": "masked"})
    real_name_state = choice(*schemas.REAL_NAME_STATES)
    linked = flag(metadata={"description": "whether local insurance is linked to the account"})
    second_factor = choice(*schemas.SECOND_FACTORS)
    password_expires_in_days = fields.Integer(allow_none=True)
    password_reminder = flag()
    registered_at = fields.String(metadata={"format": "date-time"})


class NewAccountAnswer(CamelSchema):
    account = fields.Nested(AccountAnswer)
    insu_info = fields.List(fields.Nested(InsuranceRowAnswer))


class SessionAnswer(CamelSchema):
    access_token = fields.String()
    refresh_token = fields.String()
    expires_in = whole(1, 10**10, metadata={"description": "seconds"})
    password_expires_in_days = fields.Integer(allow_none=True)
    password_reminder = flag()
    insu_info = fields.List(fields.Nested(InsuranceRowAnswer))


class NothingAnswer(CamelSchema):
    """An object without members."""


class ChangedAnswer(schemas.ChangedAnswer):
    """As the insurer's."""


class SecondFactorAnswer(schemas.SecondFactorAnswer):
    """As the insurer's."""


class PooledFundAnswer(CamelSchema):
    year = fields.Integer()
    deductible = fields.String()
    deductible_used = fields.String()
    fund_pay_sumamt = fields.String()
    cap_left = fields.String()


class BalanceAnswer(CamelSchema):
    balc = schemas.amount_shown(allow_none=True)
    acct_stas = choice("normal", "suspended", allow_none=True)
    pool = fields.Nested(PooledFundAnswer)
    as_of = fields.String(metadata={"format": "date-time"})


class SettlementAnswer(CamelSchema):
    medfee_sumamt = fields.String(metadata={"description": "whole cost"})
    fund_pay_sumamt = fields.String(metadata={"description": "paid by the pool"})
    psn_pay = fields.String(metadata={"description": "borne by the person"})
    acct_pay = fields.String(metadata={"description": "from the account"})
    cash_payamt = fields.String(metadata={"description": "in cash"})
    acct_mulaid_pay = fields.String(metadata={"description": "from a relative's account"})
    hosp_lv = fields.Integer(metadata={"description": "1 to 3; 0 is a pharmacy"})
    inhosp = flag()


class DetailRowAnswer(CamelSchema):
    id = fields.String()
    type = fields.String()
    type_name = fields.String()
    amt = fields.String(metadata={"description": "signed"})
    balc = fields.String(allow_none=True, metadata={"description": "after the entry"})
    time = fields.String(metadata={"format": "date-time"})
    insuplc_admdvs = fields.String()
    setlinfo = fields.Nested(SettlementAnswer, allow_none=True)
    memo = fields.String()


class DetailAnswer(CamelSchema):
    items = fields.List(fields.Nested(DetailRowAnswer), data_key="list")
    total = fields.Integer()
    page_num = fields.Integer()
    page_size = fields.Integer()
    as_of = fields.String(metadata={"format": "date-time"})


class IdCardAnswer(CamelSchema):
    state = choice(*schemas.REAL_NAME_STATES)
    psn_name = fields.String(metadata={"description": "masked"})
    certno = fields.String(metadata={"description": "ID number, masked"})
    valid_from = fields.String(metadata={"format": "date"})
    valid_until = fields.String(allow_none=True, metadata={"format": "date"})
    liveness = choice("none", "mouth_open", metadata={"description": "what the face must show"})
    measured = fields.Dict(metadata={"description": "figures and thresholds of both photographs"})


class FaceAnswer(CamelSchema):
    state = choice(*schemas.REAL_NAME_STATES)
    psn_name = fields.String(metadata={"description": "masked"})
    score = fields.Float(metadata={"description": "similarity of the face and the portrait"})
    threshold = fields.Float()
    measured = fields.Dict(metadata={"description": "figures and thresholds"})


class EntrySumAnswer(CamelSchema, schemas.EntrySumAnswer):
    """As the insurer's."""


class ReconciliationAnswer(CamelSchema):
    by_type = fields.List(fields.Nested(EntrySumAnswer))
    balance = fields.String(allow_none=True)
    as_of = fields.String(metadata={"format": "date-time"})


class TicketAnswer(CamelSchema, schemas.TicketAnswer):
    reconciliation = fields.Nested(ReconciliationAnswer, allow_none=True)
