"""The chart page for people: figure and figures of the account, on one page without a script.

The picture is part of the page, so that nothing else has to be asked for and no token stands in
the page. A browser opens it by a link that the application had made; programs may show the access
token as with any other call.
"""

from base64 import b64encode
from typing import Any, Final

from simulator.domain.charts import MOST_MONTHS, Month
from simulator.domain.identifiers import mask_name, mask_phone
from simulator.platforms.insurer.visits import visit_of
from simulator.platforms.third_party.data import PAGE_TOKEN, SVG, insured, readable
from simulator.platforms.third_party.pages import page
from simulator.services import balance, chart_links, charts
from simulator.services.ledgers import yuan
from simulator.web.call import Call
from simulator.web.reply import Reply

SPANS: Final = (6, 12, 24, MOST_MONTHS)
"""Spans of months that the page offers. *Assumed*."""


class ChartPage:
    """The view of one platform; `brand` is what the platform calls itself."""

    def __init__(self, brand: str) -> None:
        self._brand = brand

    def show(self, call: Call) -> Reply:
        from simulator.imaging.chart_picture import chart_svg

        token, months = call.query.get(PAGE_TOKEN), call.query["months"]
        if token is None:
            call.identify()
        else:
            call.session = chart_links.follow(visit_of(call), token)
            call.subject = mask_phone(call.session.person.phone)
        visit, opened = insured(call)
        shown = balance.balance_of(visit, opened.person)
        chart = charts.balance_chart(visit, opened.person, months)
        picture = b64encode(chart_svg(chart.months, readable(chart.as_of_ms))).decode()
        return page(
            "chart.html",
            None,
            brand=self._brand,
            application=opened.application.name,
            name=mask_name(opened.person.name),
            amount=None if shown.amount_fen is None else yuan(shown.amount_fen),
            suspended=shown.account_state == balance.SUSPENDED,
            as_of=readable(chart.as_of_ms),
            picture=f"data:{SVG};base64,{picture}",
            months=[_row(each) for each in reversed(chart.months)],
            has_account=chart.has_account,
            span=months,
            spans=[(each, _address(each, token)) for each in SPANS],
        )


def _row(month: Month) -> dict[str, Any]:
    closing_fen = month.closing_fen
    return {
        "month": month.label,
        "closing": None if closing_fen is None else yuan(closing_fen),
        "income": yuan(month.income_fen),
        "spending": yuan(month.spending_fen),
        "fund_paid": yuan(month.fund_paid_fen),
    }


def _address(months: int, token: str | None) -> str:
    """The same page over another span."""
    return f"?months={months}" + ("" if token is None else f"&{PAGE_TOKEN}={token}")
