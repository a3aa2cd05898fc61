"""What the control API's calls about applications, authorisations and cards take and answer."""

from typing import Any, Final

from marshmallow import ValidationError, fields, validates_schema
from marshmallow.validate import Length

from simulator.domain.applications import (
    PLATFORMS,
    SCOPES,
    TRANSITIONS,
    is_app_id,
    is_redirect_uri,
    normalised_name,
)
from simulator.services.application_keys import PublicKeyError, read_public_key
from simulator.web.fields import Instant, StrictSchema, choice, flag, text

_MOST_URIS: Final = 20
_LONGEST_KEY: Final = 4000
_STATES: Final = tuple(TRANSITIONS)
_APP_ID_FORMS: Final = {"alipay": "16 digits", "wechat": "wx and 16 of 0-9 a-f"}


class PublicKey(fields.Field[str]):
    """An RSA public key, PEM or one line of base64, as PEM."""

    def __init__(self, **rest: Any) -> None:
        super().__init__(**rest)
        self.metadata = {**self.metadata, "type": "string"}

    def _deserialize(self, value: Any, attr: str | None, data: Any, **_rest: Any) -> str:
        if not isinstance(value, str) or len(value) > _LONGEST_KEY or not value.isascii():
            raise ValidationError(f"expected a text of at most {_LONGEST_KEY} characters")
        try:
            return read_public_key(value)
        except PublicKeyError as error:
            raise ValidationError(
                f"{error}; expected an RSA public key as PEM or as one line of base64"
            ) from None


def _redirect_uri(value: str) -> None:
    if not is_redirect_uri(value):
        raise ValidationError("expected an absolute http or https URI in ASCII, without fragment")


def _redirect_uris() -> fields.List[str]:
    return fields.List(
        fields.String(validate=[Length(1, 2000), _redirect_uri]), validate=Length(1, _MOST_URIS)
    )


def _visible(value: str) -> None:
    if not normalised_name(value):
        raise ValidationError("nothing of this name can be seen")


class ApplicationsQuery(StrictSchema):
    platform = choice(*PLATFORMS)


class ApplicationBody(StrictSchema):
    platform = choice(*PLATFORMS, required=True)
    name = fields.String(
        required=True,
        validate=[Length(1, 60), _visible],
        metadata={"description": "as people are shown it"},
    )
    app_id = text(40, metadata={"description": "a synthetic one if left out"})
    owner = text(100, metadata={"description": "the company, as people are shown it"})
    redirect_uris = _redirect_uris()
    scopes = fields.List(
        fields.String(), validate=Length(1, 10), metadata={"description": "all if left out"}
    )
    state = choice(*_STATES)
    public_key_pem = PublicKey(
        data_key="public_key",
        metadata={"description": "Alipay: RSA, PEM or base64; derived from the seed if left out"},
    )

    @validates_schema
    def _check(self, data: dict[str, Any], **_rest: Any) -> None:
        platform = data.get("platform")
        if platform not in PLATFORMS:
            return
        problems: dict[str, list[str]] = {}
        if "app_id" in data and not is_app_id(platform, data["app_id"]):
            problems["app_id"] = [f"expected {_APP_ID_FORMS[platform]}"]
        unknown = [scope for scope in data.get("scopes", ()) if scope not in SCOPES[platform]]
        if unknown:
            known = ", ".join(SCOPES[platform])
            problems["scopes"] = [f"unknown: {', '.join(unknown)[:80]}; known: {known}"]
        if platform != "alipay" and "public_key_pem" in data:
            problems["public_key_pem"] = ["only Alipay's applications have one"]
        if problems:
            raise ValidationError(problems)


class ApplicationPatchBody(StrictSchema):
    state = choice(*_STATES)
    redirect_uris = _redirect_uris()


class ApplicationAnswer(StrictSchema):
    platform = choice(*PLATFORMS)
    app_id = fields.String()
    name = fields.String()
    owner = fields.String()
    state = choice(*_STATES)
    redirect_uris = fields.List(fields.String())
    scopes = fields.List(fields.String())
    impostor_of = fields.String(
        allow_none=True, metadata={"description": "id of the application whose name it goes by"}
    )
    secret = fields.String(allow_none=True, metadata={"description": "WeChat: appsecret"})
    partner_id = fields.String(allow_none=True, metadata={"description": "WeChat: mipuserquery"})
    partner_secret = fields.String(allow_none=True)


class ApplicationsAnswer(StrictSchema):
    items = fields.List(fields.Nested(ApplicationAnswer))
    total = fields.Integer()


class PublicKeyAnswer(StrictSchema):
    pem = fields.String()
    base64 = fields.String(metadata={"description": "in one line"})


class PrivateKeyAnswer(StrictSchema):
    pkcs1_pem = fields.String()
    pkcs1_base64 = fields.String(metadata={"description": "in one line; most SDKs"})
    pkcs8_pem = fields.String()
    pkcs8_base64 = fields.String(metadata={"description": "in one line; Java SDKs"})


class KeysAnswer(StrictSchema):
    private_key = fields.Nested(
        PrivateKeyAnswer,
        allow_none=True,
        metadata={"description": "the application's; null where its owner brought the public key"},
    )
    public_key = fields.Nested(
        PublicKeyAnswer, allow_none=True, metadata={"description": "the application's"}
    )
    platform_public_key = fields.Nested(
        PublicKeyAnswer,
        allow_none=True,
        metadata={"description": "checks the platform's answers; null where they are not signed"},
    )


class AuthorisationAnswer(StrictSchema):
    id = fields.String()
    platform = choice(*PLATFORMS)
    app_id = fields.String()
    application = fields.String(allow_none=True, metadata={"description": "its name"})
    scopes = fields.List(fields.String())
    state = choice("active", "dormant", "ended")
    ended_by = choice(
        "person",
        "application",
        "tester",
        "platform",
        "replaced",
        "code_reused",
        "refresh_reused",
        allow_none=True,
        metadata={"description": "null while it lasts, and where it expired"},
    )
    open_id = fields.String()
    user_id = fields.String(allow_none=True, metadata={"description": "Alipay's"})
    granted_at = fields.String(metadata={"format": "date-time"})
    access_expires_at = fields.String(metadata={"format": "date-time"})
    refresh_expires_at = fields.String(metadata={"format": "date-time"})


class AuthorisationsAnswer(StrictSchema):
    items = fields.List(fields.Nested(AuthorisationAnswer))
    total = fields.Integer()


class PayAuthorisationAnswer(StrictSchema):
    pay_auth_no = fields.String()
    id_number = fields.String(metadata={"description": "the person who said yes, unmasked"})
    name = fields.String()
    expires_at = fields.String(metadata={"format": "date-time"})
    state = choice("valid", "expired")


class CardBody(StrictSchema):
    locked = flag()
    locked_until_ms = Instant(data_key="locked_until", metadata={"format": "date-time"})

    @validates_schema
    def _check(self, data: dict[str, Any], **_rest: Any) -> None:
        if data.get("locked") is False and "locked_until_ms" in data:
            raise ValidationError({"locked_until_ms": ["a card set free has none"]})
        if not data:
            raise ValidationError({"locked": ["missing: nothing would change"]})


class CardAnswer(StrictSchema):
    card_number = fields.String()
    locked = flag()
    locked_until = fields.String(allow_none=True, metadata={"format": "date-time"})
    failures = fields.Integer(metadata={"description": "wrong passwords that count now"})
    remaining_attempts = fields.Integer()
