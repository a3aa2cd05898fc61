"""How the consent pages answer: as pages, whatever goes wrong."""

from collections.abc import Mapping
from typing import Any, Final

from simulator.errors import (
    ApplicationError,
    RedirectMismatchError,
    RefusedByUserError,
    RequestError,
    SimulatorError,
)
from simulator.platforms.third_party.pages import page
from simulator.web.call import Call
from simulator.web.operations import RefusalForm
from simulator.web.reply import Reply

_UNTRUSTWORTHY: Final = (ApplicationError, RedirectMismatchError)


class PageDialect:
    """Refusals as error pages of one brand; views answer with finished pages."""

    def __init__(self, brand: str) -> None:
        self._brand = brand

    def success(self, call: Call, data: Any, status: int) -> Reply:
        """The page that a view has made."""
        assert isinstance(data, Reply)
        return data

    def refusal(self, call: Call, error: SimulatorError) -> Reply:
        """An error page: it leads nowhere, since nobody knows whose the address would be."""
        message = error.message_zh
        if isinstance(error, RequestError):
            message = f"{message}：{'、'.join(_names(error))}"
        if isinstance(error, _UNTRUSTWORTHY):
            title, advice = "无法授权", "请勿在来历不明的应用中输入个人信息，并联系应用的开发者。"
        else:
            title, advice = "页面无法显示", "请返回原应用重新发起授权。"
        return page(
            "error.html",
            error,
            brand=self._brand,
            title=title,
            message=message,
            advice=advice,
            request_id=call.request_id,
        )

    def envelope_schema(self, data: Mapping[str, Any]) -> dict[str, Any]:
        """Pages have no envelope."""
        return dict(data)

    def refusal_form(self, kind: type[SimulatorError]) -> RefusalForm:
        """A page with the fitting status; a person's own refusal leads back to the application."""
        status = 302 if issubclass(kind, RefusedByUserError) else kind.status
        return RefusalForm(status, "text/html", {"type": "string"}, "Page")


def _names(error: RequestError) -> list[str]:
    """The parameters at fault."""
    fields = error.details.get("fields")
    return [str(name)[:40] for name in fields if name] if isinstance(fields, Mapping) else []
