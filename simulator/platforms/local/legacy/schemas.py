"""What the legacy calls take and answer, by the names of the wire.

Indicator names that are observed (domain-facts.md §5): aac001 person number, aac002 ID number,
aac003 name, aac004 sex, aab301 region, aae005 phone, aaz500 card number, akc087 balance, akc255
paid from the account, akc261 cash. The other indicators and the names from pinyin initials are
*assumed*; docs/local-platforms.md lists them all. Loaded bodies have the insurer's names again.
"""

from typing import Any, Final

from marshmallow import ValidationError, fields, validates_schema

from simulator.domain.ledger import ENTRY_TYPES
from simulator.platforms.insurer import schemas
from simulator.services.sms_codes import PURPOSES
from simulator.web.fields import (
    Base64,
    Instant,
    QueryNumber,
    StrictSchema,
    card_number,
    choice,
    id_number,
    phone,
    text,
)

FLAGS: Final = ("0", "1")
_WHO: Final = {"id_number": "aac002", "card_number": "aaz500", "phone": "aae005"}
_PROOF: Final = {"password": "password", "sms_code": "yzm"}


def _phone(**rest: Any) -> fields.String:
    return phone(data_key="aae005", **rest)


def _code(**rest: Any) -> fields.String:
    return text(16, data_key="yzm", **rest)


def _money(what: str, **rest: Any) -> fields.String:
    return fields.String(metadata={"description": f"{what}, yuan"}, **rest)


def _instant() -> fields.String:
    return fields.String(metadata={"format": "date-time"})


class NothingBody(StrictSchema):
    """A form without fields."""


class DoneAnswer(StrictSchema):
    msg = choice("操作成功")


class SmsCodeBody(StrictSchema):
    phone = _phone(required=True)
    purpose = choice(*PURPOSES, required=True, data_key="lx")


class SmsCodeAnswer(StrictSchema):
    yxq = fields.Integer(metadata={"description": "有效期: seconds until the code expires"})
    cfjg = fields.Integer(metadata={"description": "重发间隔: seconds until another"})


class RegistrationBody(StrictSchema):
    phone = _phone(required=True)
    sms_code = _code(required=True)
    password = text(256, required=True)
    card_number = card_number(data_key="aaz500")


class LoginBody(StrictSchema):
    id_number = id_number(data_key="aac002")
    card_number = card_number(data_key="aaz500")
    phone = _phone()
    password = text(256)
    sms_code = _code()
    challenge = text(200, metadata={"description": "second factor: from the page that asked"})
    factor_code = text(16, data_key="ecyzm", metadata={"description": "second factor: code"})
    sample = Base64(metadata={"description": "second factor: fingerprint or iris, base64"})

    @validates_schema
    def check_alternatives(self, data: dict[str, Any], **_rest: Any) -> None:
        for names in (_WHO, _PROOF):
            if sum(name in data for name in names) != 1:
                wanted = ", ".join(names.values())
                raise ValidationError(f"exactly one of {wanted} is expected", next(iter(names)))
        answers = sum(name in data for name in ("factor_code", "sample"))
        if answers != ("challenge" in data):
            raise ValidationError(
                "challenge is expected together with one of ecyzm, sample", "challenge"
            )


class PasswordResetBody(StrictSchema):
    phone = _phone(required=True)
    sms_code = _code(required=True)
    new_password = text(256, required=True, data_key="newPassword")


class PasswordChangeBody(StrictSchema):
    old_password = text(256, required=True, data_key="password")
    new_password = text(256, required=True, data_key="newPassword")


class SecondFactorBody(StrictSchema):
    method = choice(*schemas.SECOND_FACTORS, required=True, data_key="ecyz")


class HistoryBody(schemas.TransactionQuery):
    from_ms = Instant(data_key="aae030", metadata={"description": "first day or instant"})
    until_ms = Instant(
        data_key="aae031", end_of_day=True, metadata={"description": "last day or instant"}
    )
    type = choice(*ENTRY_TYPES, data_key="lx", metadata={"description": "entry type"})
    page = QueryNumber(1, 10**9, load_default=1)
    page_size = QueryNumber(
        1, schemas.MAX_PAGE_SIZE, load_default=schemas.DEFAULT_PAGE_SIZE, data_key="rows"
    )


class TicketBody(schemas.TicketBody):
    kind = choice("unlock", "balance", required=True, data_key="lx")
    phone = _phone(metadata={"description": "unlock: the account"})
    name = text(50, data_key="aac003", metadata={"description": "unlock: proof of identity"})
    id_number = id_number(data_key="aac002", metadata={"description": "unlock: proof of identity"})


class TicketReferenceBody(StrictSchema):
    ticket_id = text(200, required=True, data_key="gdh")


class InsuranceRowAnswer(StrictSchema):
    aae140 = fields.String(metadata={"description": "险种: insutype"})
    xzmc = fields.String(metadata={"description": "险种名称"})
    aac066 = fields.String(metadata={"description": "参保身份: psn_type"})
    sfmc = fields.String(metadata={"description": "身份名称"})
    aac008 = choice("0", "1", "2", "3", metadata={"description": "参保状态: psn_insu_stas"})
    aab301 = fields.String(metadata={"description": "admdvs of the pooling area"})
    tcqmc = fields.String(metadata={"description": "统筹区名称"})
    aab004 = fields.String(allow_none=True, metadata={"description": "employer"})
    grzh = choice(*FLAGS, metadata={"description": "1: there is a personal account"})
    aae030 = fields.String(allow_none=True, metadata={"format": "date"})
    aae031 = fields.String(allow_none=True, metadata={"format": "date"})


class AccountAnswer(StrictSchema):
    aac001 = fields.String(allow_none=True, metadata={"description": "person number"})
    aac002 = fields.String(allow_none=True, metadata={"description": "ID number, masked"})
    aac003 = fields.String(allow_none=True, metadata={"description": "name, masked"})
    aac004 = choice("1", "2", allow_none=True, metadata={"description": "1 male, 2 female"})
    aab301 = fields.String(metadata={"description": "admdvs of the pooling area"})
    aae005 = fields.String(metadata={"description": "phone, masked"})
    aaz500 = fields.String(allow_none=True, metadata={"description": "card number, masked"})
    rzzt = choice(*schemas.REAL_NAME_STATES, metadata={"description": "实名认证状态"})
    glzt = choice(*FLAGS, metadata={"description": "1: local insurance is linked"})
    ecyz = choice(*schemas.SECOND_FACTORS, metadata={"description": "二次验证方式"})
    mmts = fields.Integer(allow_none=True, metadata={"description": "days the password is good"})
    mmtx = choice(*FLAGS, metadata={"description": "1: the password should be changed"})
    aae036 = _instant()


class NewAccountAnswer(StrictSchema):
    aae005 = fields.String(metadata={"description": "phone, masked"})
    aaz500 = fields.String(allow_none=True, metadata={"description": "card number, masked"})
    rzzt = choice(*schemas.REAL_NAME_STATES, metadata={"description": "实名认证状态"})
    rows = fields.List(fields.Nested(InsuranceRowAnswer))


class SessionAnswer(StrictSchema):
    yxq = fields.Integer(metadata={"description": "seconds until the session ends"})
    mmts = fields.Integer(allow_none=True, metadata={"description": "days the password is good"})
    mmtx = choice(*FLAGS, metadata={"description": "1: the password should be changed"})
    rows = fields.List(fields.Nested(InsuranceRowAnswer))


class SecondFactorAnswer(StrictSchema):
    ecyz = choice(*schemas.SECOND_FACTORS)


class InsuranceAnswer(StrictSchema):
    rows = fields.List(fields.Nested(InsuranceRowAnswer))
    total = fields.Integer()


class BalanceAnswer(StrictSchema):
    akc087 = schemas.amount_shown(allow_none=True)
    zhzt = choice("normal", "suspended", allow_none=True, metadata={"description": "账户状态"})
    aae001 = fields.Integer(metadata={"description": "year of the pool's figures"})
    qfx = _money("起付线: deductible")
    qfxlj = _money("起付线累计: deductible used")
    akc260 = _money("paid by the pool")
    fdxye = _money("封顶线余额: cap left")
    aae036 = _instant()


class HistoryRowAnswer(StrictSchema):
    lsh = fields.String(metadata={"description": "流水号: id"})
    lx = fields.String(metadata={"description": "entry type"})
    lxmc = fields.String(metadata={"description": "its name"})
    je = _money("金额: amount, signed")
    akc087 = _money("balance after", allow_none=True)
    aae036 = _instant()
    aab301 = fields.String(metadata={"description": "admdvs of the pooling area that booked it"})
    akc264 = _money("whole cost", allow_none=True)
    akc260 = _money("paid by the pool", allow_none=True)
    grzf = _money("个人支付: borne by the person", allow_none=True)
    akc255 = _money("paid from the account", allow_none=True)
    akc261 = _money("in cash", allow_none=True)
    gjzf = _money("共济支付: from a relative's account", allow_none=True)
    yydj = fields.Integer(
        allow_none=True, metadata={"description": "医院等级: 1 to 3, 0 a pharmacy"}
    )
    zybz = choice(*FLAGS, allow_none=True, metadata={"description": "1: as an inpatient"})
    aae013 = fields.String(metadata={"description": "note"})


class HistoryAnswer(StrictSchema):
    rows = fields.List(fields.Nested(HistoryRowAnswer))
    total = fields.Integer()
    page = fields.Integer()
    aae036 = _instant()


class IdCardAnswer(StrictSchema):
    rzzt = choice(*schemas.REAL_NAME_STATES)
    aac003 = fields.String(metadata={"description": "masked"})
    aac002 = fields.String(metadata={"description": "masked"})
    aae030 = fields.String(metadata={"format": "date"})
    aae031 = fields.String(allow_none=True, metadata={"format": "date"})
    htjc = choice("none", "mouth_open", metadata={"description": "活体检测: what must be shown"})


class FaceAnswer(StrictSchema):
    rzzt = choice(*schemas.REAL_NAME_STATES)
    aac003 = fields.String(metadata={"description": "masked"})
    xsd = fields.Float(metadata={"description": "相似度: similarity"})
    yz = fields.Float(metadata={"description": "阈值: threshold"})


class EntrySumAnswer(StrictSchema):
    lx = fields.String()
    lxmc = fields.String()
    bs = fields.Integer(metadata={"description": "笔数: number of entries"})
    je = _money("their sum")


class ReconciliationAnswer(StrictSchema):
    rows = fields.List(fields.Nested(EntrySumAnswer))
    akc087 = _money("balance", allow_none=True)
    aae036 = _instant()


class TicketAnswer(StrictSchema):
    gdh = fields.String(metadata={"description": "工单号"})
    lx = choice("unlock", "balance")
    zt = choice("received", "in_review", "resolved", "rejected")
    aae036 = _instant()
    xczt = fields.String(
        allow_none=True,
        metadata={"format": "date-time", "description": "when the state changes next"},
    )
    dzd = fields.Nested(ReconciliationAnswer, allow_none=True, metadata={"description": "对账单"})
