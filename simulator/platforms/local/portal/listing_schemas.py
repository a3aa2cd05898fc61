"""What the portal's lists and e-credential take and answer.

Names of institutions are observed on the national web front end (domain-facts.md §5: medinsCode,
medinsName, hospLv, openElec, uscc, addr, pageNum, pageSize, list, total), hilist* are those of call
1312 in camelCase (§4); the others are *assumed*.
"""

from marshmallow import fields

from simulator.domain.drugs import DRUG_CLASSES, REIMBURSEMENT_CLASSES
from simulator.platforms.insurer.schemas import DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE
from simulator.platforms.local import schemas as local
from simulator.platforms.local.catalogues import LEVEL_CHOICES
from simulator.platforms.local.portal.schemas import InsuranceRowAnswer
from simulator.platforms.local.portal.spelling import CamelSchema
from simulator.web.fields import QueryFlag, QueryNumber, choice, flag, text


class _PageQuery(CamelSchema):
    page = QueryNumber(1, 10**9, load_default=1, data_key="pageNum")
    page_size = QueryNumber(1, MAX_PAGE_SIZE, load_default=DEFAULT_PAGE_SIZE)


class _PageAnswer(CamelSchema):
    total = fields.Integer()
    page_num = fields.Integer()
    page_size = fields.Integer()


class HospitalQuery(_PageQuery):
    name = text(50, data_key="medinsName", metadata={"description": "parts of the name"})
    level = choice(*LEVEL_CHOICES, data_key="medinsLv", metadata={"description": "3 or 三级甲等"})
    designated = QueryFlag()
    pharmacies = QueryFlag(load_default=False, metadata={"description": "pharmacies instead"})


class HospitalAnswer(CamelSchema):
    medins_code = fields.String()
    medins_name = fields.String()
    medins_type_name = fields.String()
    medins_lv_name = fields.String()
    hosp_lv = fields.Integer(metadata={"description": "1 to 3; 0 where not rated"})
    addr = fields.String()
    designated = flag(metadata={"description": "定点: the insurance pays there"})
    open_elec = flag(metadata={"description": "whether e-credentials are taken"})
    uscc = fields.String(metadata={"description": "unified social credit code"})
    admdvs = fields.String()
    county = fields.String()


class HospitalsAnswer(_PageAnswer):
    items = fields.List(fields.Nested(HospitalAnswer), data_key="list")


class DrugQuery(_PageQuery):
    name = text(50, data_key="hilistName", metadata={"description": "parts of the name"})
    code = text(23, data_key="hilistCode", metadata={"description": "what the code begins with"})
    drug_class = choice(*DRUG_CLASSES)
    reimbursement_class = choice(*REIMBURSEMENT_CLASSES)


class DrugAnswer(CamelSchema):
    hilist_code = fields.String()
    hilist_name = fields.String()
    drug_class = choice(*DRUG_CLASSES)
    therapeutic_class = fields.String()
    dosage_form = fields.String()
    specification = fields.String()
    maker = fields.String()
    reimbursement_class = choice(*REIMBURSEMENT_CLASSES)
    self_pay_ratio = fields.String(metadata={"description": "share paid before the pool, 0.1000"})
    price_ceiling = fields.String(metadata={"description": "yuan, for one pack"})
    admdvs = fields.String()


class DrugsAnswer(_PageAnswer):
    items = fields.List(fields.Nested(DrugAnswer), data_key="list")


class CredentialAnswer(CamelSchema, local.CredentialAnswer):
    """As the modern interface's."""


class DecodedAnswer(CamelSchema):
    ec_token = fields.String(metadata={"description": "40 characters that stand for the person"})
    ec_index_no = fields.String()
    auth_no = fields.String()
    psn_no = fields.String()
    psn_name = fields.String(metadata={"description": "masked"})
    certno = fields.String(metadata={"description": "ID number, masked"})
    gend = choice("male", "female")
    brdy = fields.String(metadata={"format": "date"})
    insu_org = fields.String(metadata={"description": "admdvs of the pooling area"})
    insu_info = fields.List(fields.Nested(InsuranceRowAnswer))
    issued_at = fields.String(metadata={"format": "date-time"})
