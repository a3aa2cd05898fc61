"""How the insurer's platforms write their answers: one JSON envelope for success and refusal.

The success envelope is observed (domain-facts.md §5), the refusal's codes are the simulator's own.
"""

from collections.abc import Mapping
from typing import Any, Final

import orjson

from simulator.errors import SimulatorError
from simulator.web.call import Call
from simulator.web.operations import RefusalForm
from simulator.web.reply import JSON, Reply, json_reply

_REFUSAL: Final = {
    "type": "object",
    "required": ["code", "type", "message", "data"],
    "properties": {
        "code": {"type": "string", "examples": ["sign_in.locked"]},
        "type": {"const": "error"},
        "message": {"type": "string"},
        "data": {"type": "object"},
    },
}


class EnvelopeDialect:
    """`{"code", "type", "message", "data"}` around everything."""

    def success(self, call: Call, data: Any, status: int) -> Reply:
        """The data in a success envelope; None is an answer without content."""
        if data is None:
            return Reply(204)
        return Reply(
            status,
            orjson.dumps({"code": 0, "type": "success", "message": "成功", "data": data}),
            [JSON],
        )

    def refusal(self, call: Call, error: SimulatorError) -> Reply:
        """The refusal in its envelope; with HTTP 200 where the policy says `always_200`."""
        reply = json_reply(
            {
                "code": error.code,
                "type": "error",
                "message": error.message_zh,
                "data": error.details,
            },
            error.status,
        )
        if error.retry_after_s is not None:
            reply.headers.append(("retry-after", str(error.retry_after_s)))
        if error.status == 401:
            reply.headers.append(("www-authenticate", "Bearer"))
        world = getattr(call, "world", None)
        if world is not None and world.policy(call.platform.name, call.region).envelope.always_200:
            reply.status = 200
        return reply

    def envelope_schema(self, data: Mapping[str, Any]) -> dict[str, Any]:
        """The JSON schema of a success answer around that of its data."""
        return {
            "type": "object",
            "required": ["code", "type", "message", "data"],
            "properties": {
                "code": {"const": 0},
                "type": {"const": "success"},
                "message": {"type": "string"},
                "data": dict(data),
            },
        }

    def refusal_form(self, kind: type[SimulatorError]) -> RefusalForm:
        """The fitting status itself, and one shape for all."""
        return RefusalForm(kind.status, "application/json", _REFUSAL)
