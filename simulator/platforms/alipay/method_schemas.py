"""What the gateway's methods take (names and lengths documented, domain-facts.md §6).

Whatever else an application sends along is let be.
"""

from base64 import b64decode
from typing import Any, Final

import orjson
from marshmallow import EXCLUDE, Schema, ValidationError, fields, validates_schema
from marshmallow.validate import Length, Regexp

from simulator.web.fields import choice, id_number, text

_LONGEST_PICTURE: Final = 1_400_000
_ID: Final = 64


class Parameters(Schema):
    """The parameters of one method."""

    class Meta:
        unknown = EXCLUDE


class Picture(fields.Field[bytes]):
    """A picture as base64 text."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **_rest: Any) -> bytes:
        if not isinstance(value, str) or not 0 < len(value) <= _LONGEST_PICTURE:
            raise ValidationError(f"expected base64 text of at most {_LONGEST_PICTURE} characters")
        try:
            return b64decode("".join(value.split()), validate=True)
        except ValueError:
            raise ValidationError("expected base64 text") from None


class ObjectOrText(fields.Nested):
    """An object, or one that was written into a text first, as older SDKs do (observed)."""

    def _deserialize(
        self, value: Any, attr: str | None, data: Any, partial: Any = None, **rest: Any
    ) -> Any:
        if isinstance(value, str):
            try:
                value = orjson.loads(value)
            except orjson.JSONDecodeError:
                raise ValidationError("expected a JSON object") from None
        return super()._deserialize(value, attr, data, partial=partial, **rest)


class TokenParameters(Parameters):
    """Of alipay.system.oauth.token; which of them are needed depends on the first."""

    grant_type = text(40)
    code = text(_ID)
    refresh_token = text(_ID)


class NoParameters(Parameters):
    """Of alipay.user.info.share, whose auth_token says it all."""


class CardParameters(Parameters):
    """Of alipay.commerce.medical.card.query."""

    buyer_id = text(_ID)
    open_id = text(_ID)
    auth_code = text(_ID)
    card_org_no = text(_ID)
    ins_type = choice("YB", "RS", load_default="RS")
    scene = text(32)
    return_url = text(2048)

    @validates_schema
    def _says_whose(self, data: dict[str, Any], **_rest: Any) -> None:
        if not {"buyer_id", "open_id", "auth_code"} & data.keys():
            raise ValidationError({"buyer_id": ["or open_id or auth_code is needed"]})


class CardOfSignedInParameters(Parameters):
    """Of alipay.commerce.medical.card.auth.query."""

    ins_code = text(_ID)
    patient_cert_no = id_number()
    patient_cert_type = text(32)
    relation_type = text(32)


class ConsentParameters(Parameters):
    """Of alipay.commerce.medical.authinfo.auth.query."""

    alipay_user_id = text(_ID)
    open_id = text(_ID)
    req_biz_no = text(_ID, required=True)
    call_url = text(2000, required=True)
    ins_code = text(_ID)
    org_code = text(_ID, required=True)
    org_chnl_crtf_code = text(_ID)
    org_app_id = text(_ID)
    ol_biz_type_code = text(32)

    @validates_schema
    def _says_who(self, data: dict[str, Any], **_rest: Any) -> None:
        if not {"alipay_user_id", "open_id"} & data.keys():
            raise ValidationError({"alipay_user_id": ["or open_id is needed"]})


class Identity(Parameters):
    """identity_param of a certification."""

    identity_type = choice("CERT_INFO", required=True)
    cert_type = choice("IDENTITY_CARD", required=True)
    cert_name = text(64, required=True)
    cert_no = id_number(required=True)


class MerchantConfig(Parameters):
    """merchant_config of a certification."""

    return_url = text(2048)


class CertificationParameters(Parameters):
    """Of alipay.user.certify.open.initialize."""

    outer_order_no = fields.String(
        required=True,
        validate=[
            Length(1, 32),
            Regexp(r"^[A-Za-z0-9]*\Z", error="expected letters and digits"),
        ],
    )
    biz_code = choice("FACE", "CERT_PHOTO", "CERT_PHOTO_FACE", "SMART_FACE", required=True)
    identity_param = ObjectOrText(Identity, required=True)
    merchant_config = ObjectOrText(MerchantConfig)
    face_contrast_picture = Picture()


class CertificationQuery(Parameters):
    """Of alipay.user.certify.open.query."""

    certify_id = text(_ID, required=True)


class MessageArgument(Parameters):
    """One of msg_arg_list."""

    key = text(64, required=True)
    value = fields.String(required=True, validate=Length(max=512))


class MessageParameters(Parameters):
    """Of alipay.commerce.medical.message.notify."""

    biz_type = text(_ID, required=True)
    template_code = text(_ID, required=True)
    out_msg_id = text(_ID, required=True)
    to_user_id = text(_ID)
    to_open_id = text(_ID)
    msg_arg_list = fields.List(
        fields.Nested(MessageArgument), load_default=list, validate=Length(max=50)
    )

    @validates_schema
    def _says_to_whom(self, data: dict[str, Any], **_rest: Any) -> None:
        if not {"to_user_id", "to_open_id"} & data.keys():
            raise ValidationError({"to_user_id": ["or to_open_id is needed"]})
