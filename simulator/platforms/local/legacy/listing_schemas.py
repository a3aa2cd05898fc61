"""What the legacy lists and e-credential take and answer; all indicators here are *assumed*."""

from marshmallow import fields

from simulator.domain.drugs import DRUG_CLASSES, REIMBURSEMENT_CLASSES
from simulator.platforms.insurer.schemas import DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE
from simulator.platforms.local.catalogues import LEVEL_CHOICES
from simulator.platforms.local.legacy.schemas import FLAGS, InsuranceRowAnswer
from simulator.web.fields import QueryFlag, QueryNumber, StrictSchema, choice, text


class _PageBody(StrictSchema):
    page = QueryNumber(1, 10**9, load_default=1)
    page_size = QueryNumber(1, MAX_PAGE_SIZE, load_default=DEFAULT_PAGE_SIZE, data_key="rows")


class HospitalBody(_PageBody):
    name = text(50, data_key="akb021", metadata={"description": "parts of the name"})
    level = choice(*LEVEL_CHOICES, data_key="aka101", metadata={"description": "3 or 三级甲等"})
    designated = QueryFlag(data_key="ddbz", metadata={"description": "定点标志"})
    pharmacies = QueryFlag(
        load_default=False, data_key="yd", metadata={"description": "药店: pharmacies instead"}
    )


class HospitalAnswer(StrictSchema):
    akb020 = fields.String(metadata={"description": "机构编码: code"})
    akb021 = fields.String(metadata={"description": "机构名称: name"})
    jglb = fields.String(metadata={"description": "机构类别: kind"})
    aka101 = fields.String(metadata={"description": "等级: level"})
    aae006 = fields.String(metadata={"description": "地址: address"})
    ddbz = choice(*FLAGS, metadata={"description": "定点标志: 1 the insurance pays there"})
    dzpz = choice(*FLAGS, metadata={"description": "电子凭证: 1 e-credentials are taken"})
    aab301 = fields.String(metadata={"description": "admdvs of the pooling area"})


class HospitalsAnswer(StrictSchema):
    rows = fields.List(fields.Nested(HospitalAnswer))
    total = fields.Integer()
    page = fields.Integer()


class DrugBody(_PageBody):
    name = text(50, data_key="aka061", metadata={"description": "parts of the name"})
    code = text(23, data_key="aka060", metadata={"description": "what the code begins with"})
    drug_class = choice(*DRUG_CLASSES, data_key="yplb", metadata={"description": "药品类别"})
    reimbursement_class = choice(
        *REIMBURSEMENT_CLASSES, data_key="aka065", metadata={"description": "甲乙类"}
    )


class DrugAnswer(StrictSchema):
    aka060 = fields.String(metadata={"description": "药品编码: code"})
    aka061 = fields.String(metadata={"description": "药品名称: name"})
    yplb = choice(*DRUG_CLASSES, metadata={"description": "药品类别: class"})
    aka065 = choice(*REIMBURSEMENT_CLASSES, metadata={"description": "reimbursement class"})
    aka070 = fields.String(metadata={"description": "剂型: dosage form"})
    aka074 = fields.String(metadata={"description": "规格: specification"})
    sccj = fields.String(metadata={"description": "生产厂家: maker"})
    zfbl = fields.String(metadata={"description": "自付比例: share paid before the pool"})
    aka068 = fields.String(metadata={"description": "最高限价: price ceiling, yuan"})
    aab301 = fields.String(metadata={"description": "admdvs of the pooling area"})


class DrugsAnswer(StrictSchema):
    rows = fields.List(fields.Nested(DrugAnswer))
    total = fields.Integer()
    page = fields.Integer()


class CredentialAnswer(StrictSchema):
    ewm = fields.String(metadata={"description": "二维码: the token, 28 digits"})
    yxq = fields.Integer(metadata={"description": "seconds until it expires"})
    svg = fields.String(metadata={"description": "path of the QR code"})
    png = fields.String(metadata={"description": "path of the QR code"})
    pdf = fields.String(metadata={"description": "path of a page to print"})


class TokenBody(StrictSchema):
    token = text(100, required=True, data_key="ewm")


class DecodedAnswer(StrictSchema):
    ectoken = fields.String(metadata={"description": "40 characters that stand for the person"})
    sqh = fields.String(metadata={"description": "授权号: what showing the token authorised"})
    aac001 = fields.String(metadata={"description": "person number"})
    aac002 = fields.String(metadata={"description": "ID number, masked"})
    aac003 = fields.String(metadata={"description": "name, masked"})
    aac004 = choice("1", "2", metadata={"description": "1 male, 2 female"})
    aac006 = fields.String(metadata={"format": "date"})
    aab301 = fields.String(metadata={"description": "admdvs of the pooling area"})
    rows = fields.List(fields.Nested(InsuranceRowAnswer))
