"""How legacy portals write their answers: bare JSON, and refusals as a page; always HTTP 200."""

from collections.abc import Mapping
from typing import Any, Final

from simulator.errors import SimulatorError
from simulator.platforms.local.absence import absence, absence_form, is_absence
from simulator.platforms.local.legacy.pages import refusal_page
from simulator.web.call import Call
from simulator.web.operations import RefusalForm
from simulator.web.reply import Reply, json_reply

_HTML: Final = "text/html"


class LegacyDialect:
    """The data itself; a refusal is an HTML page."""

    def success(self, call: Call, data: Any, status: int) -> Reply:
        """The data, which already has the indicators' names."""
        return json_reply(data)

    def refusal(self, call: Call, error: SimulatorError) -> Reply:
        """The page with HTTP 200; where no legacy portal is, as the modern interface refuses."""
        if is_absence(call, error):
            return absence(call, error)
        return Reply(200, refusal_page(error), [("content-type", f"{_HTML}; charset=utf-8")])

    def envelope_schema(self, data: Mapping[str, Any]) -> dict[str, Any]:
        """The JSON schema of a success answer: that of its data."""
        return dict(data)

    def refusal_form(self, kind: type[SimulatorError]) -> RefusalForm:
        """HTTP 200 and a page, or what says that there is no legacy portal."""
        return absence_form(kind) or RefusalForm(200, _HTML, {"type": "string"})
