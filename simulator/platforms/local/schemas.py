"""What the modern local platform's calls take and answer beyond the insurer's; see api.md."""

from marshmallow import fields

from simulator.platforms.insurer import schemas
from simulator.web.fields import card_number, flag


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
