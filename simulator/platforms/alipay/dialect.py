"""How the gateway answers: HTTP 200 whatever comes, one signed object.

The body is `{"<name>":{…},"sign":"…"}`, the signature directly behind the object and over its exact
bytes (documented, and what SDKs need). The name is the method's with underscores, and `_response`;
where the gateway does not know the method, and for refusals of `alipay.system.oauth.token`, it is
`error_response` (observed). Only a world that does not exist has no key to sign with. The header
`X-Yibao-Code` tells the simulator's own code of a refusal.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import orjson

from simulator.errors import (
    MethodNotAllowedError,
    SimulatorError,
    UnknownRouteError,
    UnknownWorldError,
)
from simulator.platforms.alipay.refusals import MESSAGES, told
from simulator.services import application_keys
from simulator.web.call import Call
from simulator.web.operations import RefusalForm
from simulator.web.reply import Reply

CODE_HEADER: Final = "x-yibao-code"
ERROR: Final = "error_response"
_OUTSIDE: Final = (UnknownWorldError, UnknownRouteError, MethodNotAllowedError)
"""Refusals of requests that did not come to the gateway: their status tells."""


@dataclass(frozen=True, slots=True)
class Conversation:
    """What is known of a request when it is answered, kept as `call.session`."""

    answer_name: str
    refusal_name: str
    charset: str


class GatewayDialect:
    """Answers and refusals of the gateway."""

    def success(self, call: Call, data: Any, status: int) -> Reply:
        """The signed answer of a method: `data` is the inner object."""
        conversation: Conversation = call.session
        return _signed(call, conversation.answer_name, data, conversation.charset)

    def refusal(self, call: Call, error: SimulatorError) -> Reply:
        """A refusal in Alipay's words, signed like any answer."""
        refusal = told(error)
        inner = {
            "code": refusal.code,
            "msg": MESSAGES[refusal.code],
            "sub_code": refusal.sub_code,
            "sub_msg": refusal.sub_msg,
        }
        conversation: Conversation | None = call.session
        name, charset = ERROR, "utf-8"
        if conversation is not None:
            name, charset = conversation.refusal_name, conversation.charset
        reply = _signed(call, name, inner, charset)
        reply.headers.append((CODE_HEADER, error.code))
        if isinstance(error, _OUTSIDE):
            reply.status = error.status
        return reply

    def envelope_schema(self, data: Mapping[str, Any]) -> dict[str, Any]:
        """One object named after the method, and the signature."""
        return {
            "type": "object",
            "properties": {"sign": {"type": "string"}},
            "additionalProperties": {"allOf": [dict(data), {"not": {"required": ["sub_code"]}}]},
            "required": ["sign"],
        }

    def refusal_form(self, kind: type[SimulatorError]) -> RefusalForm:
        """The same body with code and sub-code."""
        status = kind.status if issubclass(kind, _OUTSIDE) else 200
        members = ("code", "msg", "sub_code", "sub_msg")
        inner = {
            "type": "object",
            "properties": {name: {"type": "string"} for name in members},
            "required": list(members),
        }
        schema = {
            "type": "object",
            "properties": {"sign": {"type": "string"}},
            "additionalProperties": inner,
            "required": ["sign"],
        }
        return RefusalForm(status, "application/json", schema)


def _signed(call: Call, name: str, inner: Mapping[str, Any], charset: str) -> Reply:
    content = _encoded(inner, charset)
    sign = ""
    if hasattr(call, "world"):
        sign = application_keys.sign(application_keys.platform_pair(call.world), content)
    body = b'{"%s":%s,"sign":"%s"}' % (name.encode(), content, sign.encode())
    return Reply(200, body, [("content-type", f"application/json;charset={charset}")])


def _encoded(inner: Mapping[str, Any], charset: str) -> bytes:
    """An object as JSON in a charset; characters that it lacks make all of them escaped."""
    content = orjson.dumps(inner)
    if charset == "utf-8":
        return content
    try:
        return content.decode().encode(charset)
    except UnicodeEncodeError:
        return json.dumps(inner, separators=(",", ":")).encode()
