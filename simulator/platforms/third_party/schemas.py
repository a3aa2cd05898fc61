"""What the consent form holds, and what the queries of both platforms have in common."""

import re
from typing import Any, Final

from marshmallow import EXCLUDE, Schema, ValidationError, fields
from marshmallow.validate import Length

from simulator.domain.authorisation import pkce
from simulator.web.fields import choice, text

_LONGEST_SCOPE: Final = 200
_SEPARATORS: Final = re.compile(r"[,\s]+")


class Scopes(fields.Field[list[str]]):
    """Scopes in one text, with commas or spaces between them."""

    def __init__(self, **rest: Any) -> None:
        super().__init__(**rest)
        self.metadata = {**self.metadata, "type": "string", "minLength": 1}

    def _deserialize(self, value: Any, attr: str | None, data: Any, **_rest: Any) -> list[str]:
        if not isinstance(value, str) or not 0 < len(value) <= _LONGEST_SCOPE:
            raise ValidationError(f"expected a text of at most {_LONGEST_SCOPE} characters")
        return [scope for scope in _SEPARATORS.split(value) if scope]


def _challenge(value: str) -> None:
    if not pkce.is_challenge(value):
        raise ValidationError("expected 43 to 128 of A-Z a-z 0-9 . _ ~ -")


class AuthorisationQuery(Schema):
    """What comes with every authorisation request; parameters without meaning here are let be,
    since applications send many (*observed*)."""

    class Meta:
        unknown = EXCLUDE

    redirect_uri = text(2000, required=True)
    scopes = Scopes(data_key="scope", required=True)
    state = fields.String(validate=Length(max=512), metadata={"description": "comes back as it is"})
    code_challenge = fields.String(
        validate=_challenge, metadata={"description": "PKCE, RFC 7636; may be left out"}
    )
    code_challenge_method = choice(*pkce.METHODS, metadata={"description": "plain if left out"})


class DecisionBody(Schema):
    """The consent form. Of the two pairs one is needed to accept; the method tells which."""

    class Meta:
        unknown = EXCLUDE

    decision = choice("accept", "refuse", load_default="accept")
    method = choice("card", "account")
    card_number = text(40)
    card_password = text(64)
    phone = text(40)
    password = text(256)
