"""How portals write their answers: one envelope, always with HTTP 200.

The names `code`, `message`, `data`, `success` and `type` are observed (domain-facts.md §5); what
they hold in a refusal is *assumed*: the fitting status as `code`, the simulator's own code as
`type`.
"""

from collections.abc import Mapping
from typing import Any, Final

from simulator.errors import SimulatorError
from simulator.platforms.local.absence import absence, absence_form, is_absence
from simulator.platforms.local.portal.spelling import in_camel
from simulator.web.call import Call
from simulator.web.operations import RefusalForm
from simulator.web.reply import Reply, json_reply

_NAMES: Final = ["code", "message", "data", "success", "type"]

_REFUSAL: Final = {
    "type": "object",
    "required": _NAMES,
    "properties": {
        "code": {"type": "integer", "minimum": 400, "examples": [423]},
        "message": {"type": "string"},
        "data": {"type": "object"},
        "success": {"const": False},
        "type": {"type": "string", "examples": ["sign_in.locked"]},
    },
}

_MESSAGES: Final = {"sign_in.wrong_password": "用户名或者密码不正确"}
"""What portals say instead of the insurer's words; observed, domain-facts.md §8."""


class PortalDialect:
    """`{"code", "message", "data", "success", "type"}` around everything."""

    def success(self, call: Call, data: Any, status: int) -> Reply:
        """The data, which already has the portal's names, in a success envelope."""
        return json_reply(
            {"code": 0, "message": "成功", "data": data, "success": True, "type": "success"}
        )

    def refusal(self, call: Call, error: SimulatorError) -> Reply:
        """The refusal with HTTP 200; where no portal is, as the modern interface refuses."""
        if is_absence(call, error):
            return absence(call, error)
        data = in_camel(error.details)
        if error.retry_after_s is not None:
            data["retryAfter"] = error.retry_after_s
        return json_reply(
            {
                "code": error.status,
                "message": _MESSAGES.get(error.code, error.message_zh),
                "data": data,
                "success": False,
                "type": error.code,
            }
        )

    def envelope_schema(self, data: Mapping[str, Any]) -> dict[str, Any]:
        """The JSON schema of a success answer around that of its data."""
        return {
            "type": "object",
            "required": _NAMES,
            "properties": {
                "code": {"const": 0},
                "message": {"type": "string"},
                "data": dict(data),
                "success": {"const": True},
                "type": {"const": "success"},
            },
        }

    def refusal_form(self, kind: type[SimulatorError]) -> RefusalForm:
        """HTTP 200 and the envelope, or what says that there is no portal."""
        return absence_form(kind) or RefusalForm(200, "application/json", _REFUSAL)
