"""What a request to the gateway looks like, for its description; it is read by `parameters`.

Common parameters may stand in the address or in the form, whichever the SDK does, so none of them
is required in one place.
"""

from marshmallow import INCLUDE, Schema, fields

from simulator.platforms.alipay.method_table import METHODS
from simulator.platforms.alipay.parameters import CHARSETS


def _parameter(description: str, example: str) -> fields.String:
    return fields.String(metadata={"description": description, "example": example})


class GatewayQuery(Schema):
    """The parameters that every method has."""

    app_id = _parameter("the application", "2021999900000001")
    method = fields.String(metadata={"description": "a method", "examples": list(METHODS)})
    charset = _parameter(f"of names, values and answer: {', '.join(CHARSETS)}", "utf-8")
    sign_type = _parameter("SHA256withRSA", "RSA2")
    sign = _parameter(
        "base64 of the signature over all other parameters that have a value, sorted, k=v&…", "…"
    )
    timestamp = _parameter("yyyy-MM-dd HH:mm:ss", "2026-06-15 10:00:00")
    version = _parameter("of the interface", "1.0")
    format = _parameter("of the answer", "json")
    auth_token = _parameter("the access token of whoever let the application in", "")


class GatewayForm(Schema):
    """What a method takes besides."""

    class Meta:
        unknown = INCLUDE

    biz_content = _parameter("JSON, the parameters of most methods", "{}")
    grant_type = _parameter("of alipay.system.oauth.token", "authorization_code")
    code = _parameter("of alipay.system.oauth.token", "")
    refresh_token = _parameter("of alipay.system.oauth.token", "")


class GatewayAnswer(Schema):
    """The inner object: code and msg, and what the method answers."""

    class Meta:
        unknown = INCLUDE
