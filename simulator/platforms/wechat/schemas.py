"""What WeChat's calls take and answer. Parameters without meaning here are let be (*observed*);
an empty one counts as missing (*observed*)."""

from typing import Any, Final

from marshmallow import EXCLUDE, Schema, fields, pre_load
from marshmallow.validate import Length, OneOf

from simulator.platforms.wechat.errcodes import MISSING
from simulator.web.fields import choice, flag, text

_LONGEST_TOKEN: Final = 512
"""Documented: so much is to be kept for one."""


class LenientSchema(Schema):
    """A schema that takes anything else as well."""

    class Meta:
        unknown = EXCLUDE

    @pre_load
    def _drop_empty(self, data: Any, **_rest: Any) -> Any:
        if not isinstance(data, dict):
            # To be refused as what it is.
            return data
        return {name: value for name, value in data.items() if value != ""}


class AnySchema(LenientSchema):
    """Anything at all."""


def _needed(longest: int, **rest: Any) -> fields.String:
    said: dict[str, Any] = {"required": MISSING, "null": MISSING}
    return fields.String(required=True, validate=Length(1, longest), error_messages=said, **rest)


class ExchangeQuery(LenientSchema):
    app_id = _needed(64, data_key="appid")
    secret = _needed(128)
    code = _needed(_LONGEST_TOKEN)
    grant_type = choice("authorization_code", required=True)
    code_verifier = text(200, metadata={"description": "PKCE, RFC 7636, where it was begun with"})


class RefreshQuery(LenientSchema):
    app_id = _needed(64, data_key="appid")
    grant_type = choice("refresh_token", required=True)
    refresh_token = _needed(_LONGEST_TOKEN)


class UserQuery(LenientSchema):
    access_token = _needed(_LONGEST_TOKEN, metadata={"description": "a person's"})
    open_id = _needed(64, data_key="openid")
    lang = choice("zh_CN", "zh_TW", "en")


class ClientTokenQuery(LenientSchema):
    grant_type = choice("client_credential", required=True)
    app_id = _needed(64, data_key="appid")
    secret = _needed(128)


class StableTokenBody(ClientTokenQuery):
    force_refresh = flag(load_default=False)


class MessageValueBody(LenientSchema):
    value = _needed(200)


class MessageBody(LenientSchema):
    to_user = _needed(64, data_key="touser", metadata={"description": "an open id"})
    template_id = _needed(64)
    page = text(1024)
    data = fields.Dict(
        keys=fields.String(validate=Length(1, 40)),
        values=fields.Nested(MessageValueBody),
        required=True,
        validate=Length(1, 30),
    )
    miniprogram_state = choice("developer", "trial", "formal")
    lang = choice("zh_CN", "en_US", "zh_HK", "zh_TW")


class SubscribeQuery(LenientSchema):
    access_token = _needed(_LONGEST_TOKEN, metadata={"description": "a person's"})


class SubscribeBody(LenientSchema):
    template_ids = fields.List(
        fields.String(validate=Length(1, 64)),
        data_key="tmplIds",
        required=True,
        validate=Length(1, 5),
    )
    accept = flag(load_default=True, metadata={"description": "whether the person says yes"})


class FaceKeyBody(LenientSchema):
    name = _needed(60)
    id_number = _needed(18, data_key="id_card_number")


class FaceResultBody(LenientSchema):
    verify_result = _needed(128)


class CameraQuery(LenientSchema):
    app_id = _needed(64, data_key="appid")
    open_id = _needed(64, data_key="openid", metadata={"description": "whose phone it is"})
    user_id_key = _needed(128)


class UserQueryBody(LenientSchema):
    code = _needed(_LONGEST_TOKEN, data_key="qrcode")
    open_id = _needed(64, data_key="openid")


# --- answers ------------------------------------------------------------------------------------


class GrantAnswer(Schema):
    access_token = fields.String()
    expires_in = fields.Integer(metadata={"description": "seconds"})
    refresh_token = fields.String()
    openid = fields.String()
    scope = fields.String(metadata={"description": "with commas between them"})


class ProfileAnswer(Schema):
    openid = fields.String()
    nickname = fields.String()
    sex = fields.Integer()
    language = fields.String()
    city = fields.String()
    province = fields.String()
    country = fields.String()
    headimgurl = fields.String()
    privilege = fields.List(fields.String())


class DoneAnswer(Schema):
    errcode = fields.Integer(validate=OneOf([0]))
    errmsg = fields.String()


class ClientTokenAnswer(Schema):
    access_token = fields.String()
    expires_in = fields.Integer(metadata={"description": "seconds"})


class TemplateAnswer(Schema):
    template_id = fields.String(data_key="priTmplId")
    title = fields.String()
    content = fields.String()
    example = fields.String()
    type = fields.Integer(metadata={"description": "2: a one-time subscription"})


class TemplatesAnswer(DoneAnswer):
    data = fields.List(fields.Nested(TemplateAnswer))


class FaceKeyAnswer(DoneAnswer):
    user_id_key = fields.String()
    expires_in = fields.Integer(metadata={"description": "seconds"})


class CameraAnswer(DoneAnswer):
    verify_result = fields.String()


class FaceResultAnswer(DoneAnswer):
    identify_ret = fields.Integer(metadata={"description": "0 passed; what really came of it"})
    identify_time = fields.Integer(metadata={"description": "seconds since 1970"})
    finish_time = fields.Integer(metadata={"description": "seconds since 1970"})
    validate_data = fields.String()
    openid = fields.String()
    user_id_key = fields.String()
    id_card_number_md5 = fields.String()
    name_utf8_md5 = fields.String()


class UserFoundAnswer(Schema):
    code = fields.Integer(validate=OneOf([0]))
    message = fields.String()
    user_name = fields.String()
    user_card_no = fields.String()
    pay_auth_no = fields.String()
    family_pay_auth_no = fields.String(metadata={"description": "always empty here"})
