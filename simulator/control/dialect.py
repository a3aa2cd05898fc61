"""How the control API writes its answers: plain objects, and one shape for refusals."""

from collections.abc import Mapping
from typing import Any, Final

from simulator.errors import SimulatorError
from simulator.web.call import Call
from simulator.web.operations import RefusalForm
from simulator.web.reply import Reply, json_reply

_REFUSAL: Final = {
    "type": "object",
    "required": ["code", "message", "message_zh", "details"],
    "properties": {
        "code": {"type": "string", "examples": ["world.unknown"]},
        "message": {"type": "string"},
        "message_zh": {"type": "string"},
        "details": {"type": "object"},
    },
}


class PlainDialect:
    """The data itself, or `{"code", "message", "message_zh", "details"}`."""

    def success(self, call: Call, data: Any, status: int) -> Reply:
        """The data; None is an answer without content."""
        return Reply(204) if data is None else json_reply(data, status)

    def refusal(self, call: Call, error: SimulatorError) -> Reply:
        """The refusal, in English first: who reads it is a developer."""
        reply = json_reply(
            {
                "code": error.code,
                "message": error.message_en,
                "message_zh": error.message_zh,
                "details": error.details,
            },
            error.status,
        )
        if error.retry_after_s is not None:
            reply.headers.append(("retry-after", str(error.retry_after_s)))
        return reply

    def envelope_schema(self, data: Mapping[str, Any]) -> dict[str, Any]:
        """The JSON schema of a success answer: that of its data."""
        return dict(data)

    def refusal_form(self, kind: type[SimulatorError]) -> RefusalForm:
        """The fitting status itself, and one shape for all."""
        return RefusalForm(kind.status, "application/json", _REFUSAL)
