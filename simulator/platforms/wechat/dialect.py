"""How WeChat answers: HTTP 200 whatever comes, with errcode and errmsg when it refuses.

Two refusals are the simulator's own and keep their status: a path or a world that does not exist,
and a failure of the simulator itself. Behind the words stands the request's id, as `rid` (observed
with an id of WeChat's own): it is what explain/request of the control API asks for.
"""

from collections.abc import Mapping
from typing import Any, Final

from simulator.errors import SimulatorError, UnknownRouteError, UnknownWorldError
from simulator.platforms.wechat.errcodes import errcode_of
from simulator.web.call import Call
from simulator.web.operations import RefusalForm
from simulator.web.reply import Reply, json_reply

_OWN: Final = (UnknownRouteError, UnknownWorldError)


def _status(kind: type[SimulatorError]) -> int:
    return kind.status if kind is SimulatorError or issubclass(kind, _OWN) else 200


class WeChatDialect:
    """`{"errcode": 40029, "errmsg": "invalid code rid: …"}`; the names can be told otherwise."""

    def __init__(self, code: str = "errcode", message: str = "errmsg") -> None:
        self._code = code
        self._message = message

    def success(self, call: Call, data: Any, status: int) -> Reply:
        """What a view answers, as it is."""
        return json_reply(data, status)

    def refusal(self, call: Call, error: SimulatorError) -> Reply:
        """The number and the words of a refusal."""
        found = errcode_of(error)
        answer = {
            self._code: found.errcode,
            self._message: f"{found.errmsg} rid: {call.request_id}",
        }
        return json_reply(answer, _status(type(error)))

    def envelope_schema(self, data: Mapping[str, Any]) -> dict[str, Any]:
        """Answers have no envelope."""
        return dict(data)

    def refusal_form(self, kind: type[SimulatorError]) -> RefusalForm:
        """The same body for all."""
        properties = {
            self._code: {"type": "integer", "not": {"const": 0}},
            self._message: {"type": "string"},
        }
        schema = {"type": "object", "required": list(properties), "properties": properties}
        return RefusalForm(_status(kind), "application/json", schema)
