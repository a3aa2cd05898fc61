"""What the modern local platform's calls take and answer beyond the insurer's; see api.md."""

from marshmallow import fields

from simulator.domain.drugs import DRUG_CLASSES, REIMBURSEMENT_CLASSES
from simulator.platforms.insurer import schemas
from simulator.platforms.insurer.schemas import DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE
from simulator.platforms.local.catalogues import LEVEL_CHOICES
from simulator.web.fields import (
    QueryFlag,
    QueryNumber,
    StrictSchema,
    card_number,
    choice,
    flag,
    text,
)


class RegistrationBody(schemas.RegistrationBody):
    card_number = card_number(
        metadata={"description": "social-security card; its holder's insurance is linked"}
    )


class AccountAnswer(schemas.AccountAnswer):
    card_number = fields.String(allow_none=True, metadata={"description": "masked"})
    linked = flag(metadata={"description": "whether local insurance is linked to the account"})


class NewAccountAnswer(schemas.NewAccountAnswer):
    account = fields.Nested(AccountAnswer)
    insurance = fields.List(fields.Nested(schemas.InsuranceRowAnswer))


class SessionAnswer(schemas.SessionAnswer):
    insurance = fields.List(
        fields.Nested(schemas.InsuranceRowAnswer),
        metadata={"description": "the local insurance linked to the account"},
    )


class _PageQuery(StrictSchema):
    name = text(50, metadata={"description": "parts of the name, in any order"})
    page = QueryNumber(1, 10**9, load_default=1)
    page_size = QueryNumber(1, MAX_PAGE_SIZE, load_default=DEFAULT_PAGE_SIZE)


class _PageAnswer(StrictSchema):
    total = fields.Integer()
    page = fields.Integer()
    page_size = fields.Integer()


class HospitalQuery(_PageQuery):
    level = choice(*LEVEL_CHOICES, metadata={"description": "3, 三级 or 三级甲等"})
    designated = QueryFlag()
    pharmacies = QueryFlag(load_default=False, metadata={"description": "pharmacies instead"})


class HospitalAnswer(StrictSchema):
    code = fields.String()
    name = fields.String()
    kind = fields.String()
    level = fields.String()
    tier = fields.Integer(metadata={"description": "1 to 3; 0 where not rated"})
    address = fields.String()
    designated = flag(metadata={"description": "定点: the insurance pays there"})
    accepts_e_credential = flag()
    uscc = fields.String(metadata={"description": "unified social credit code"})
    region = fields.String(metadata={"description": "admdvs of the pooling area"})
    county = fields.String()


class HospitalsAnswer(_PageAnswer):
    items = fields.List(fields.Nested(HospitalAnswer))


class DrugQuery(_PageQuery):
    code = text(23, metadata={"description": "what the code begins with"})
    drug_class = choice(*DRUG_CLASSES, data_key="class")
    reimbursement_class = choice(*REIMBURSEMENT_CLASSES)


class DrugAnswer(StrictSchema):
    code = fields.String()
    name = fields.String()
    drug_class = choice(*DRUG_CLASSES)
    therapeutic_class = fields.String()
    dosage_form = fields.String()
    specification = fields.String()
    maker = fields.String()
    reimbursement_class = choice(*REIMBURSEMENT_CLASSES)
    self_pay_ratio = fields.String(metadata={"description": "share paid before the pool, 0.1000"})
    price_ceiling = fields.String(metadata={"description": "yuan, for one pack"})
    region = fields.String(metadata={"description": "admdvs of the pooling area"})


class DrugsAnswer(_PageAnswer):
    items = fields.List(fields.Nested(DrugAnswer))


class CredentialAnswer(StrictSchema):
    token = fields.String(metadata={"description": "28 digits"})
    expires_in = fields.Integer(metadata={"description": "seconds"})
    expires_at = fields.String(metadata={"format": "date-time"})
    svg = fields.String(metadata={"description": "path of the QR code"})
    png = fields.String(metadata={"description": "path of the QR code"})
    pdf = fields.String(metadata={"description": "path of a page to print"})


class TokenBody(StrictSchema):
    token = text(100, required=True)


class TokenQuery(StrictSchema):
    token = text(100, required=True)


class DecodedAnswer(StrictSchema):
    ec_token = fields.String(metadata={"description": "40 characters that stand for the person"})
    ec_index_no = fields.String()
    auth_no = fields.String()
    psn_no = fields.String()
    name = fields.String(metadata={"description": "masked"})
    id_number = fields.String(metadata={"description": "masked"})
    sex = choice("male", "female")
    birth_date = fields.String(metadata={"format": "date"})
    region = fields.String(metadata={"description": "admdvs of the pooling area"})
    insurance = fields.List(fields.Nested(schemas.InsuranceRowAnswer))
    issued_at = fields.String(metadata={"format": "date-time"})
