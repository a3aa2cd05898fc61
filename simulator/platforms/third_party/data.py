"""What an application reads and sets for a person who let it, as plain data.

`call.session` is the grant that the access token opens. Every figure is the one that this platform
knows, through its own replica.
"""

from typing import Any, Final

from simulator.domain import china_time
from simulator.domain.charts import Month
from simulator.domain.identifiers import mask_name, mask_phone
from simulator.errors import GrantTokenMissingError, NoAlertError
from simulator.platforms.insurer.reading import balance_data, history_data, insurance_data
from simulator.platforms.insurer.visits import visit_of
from simulator.services import (
    alert_outbox,
    alerts,
    authorisation,
    balance,
    chart_links,
    charts,
    family_sharing,
    third_party_ids,
    withdrawal,
)
from simulator.services.alert_records import AlertRecord, FiredAlert
from simulator.services.applications import platform_of
from simulator.services.authorisation import OpenGrant
from simulator.services.ledgers import yuan
from simulator.services.visit import Visit
from simulator.services.webhook_targets import WebhookTargets
from simulator.web.call import Call
from simulator.web.reply import Reply

_BEARER: Final = "bearer "
SVG: Final = "image/svg+xml"
PAGE_TOKEN: Final = "page_token"
"""The query parameter of a link to the chart page; its name keeps it out of the journal."""

_RELATIONS: Final = {"spouse": "配偶", "father": "父亲", "mother": "母亲", "child": "子女"}


def identify(call: Call) -> OpenGrant:
    """The grant that a call's bearer token opens. Raises a GrantError."""
    header = call.environ.get("HTTP_AUTHORIZATION", "")
    if header[: len(_BEARER)].lower() != _BEARER:
        raise GrantTokenMissingError
    opened = authorisation.authenticate(visit_of(call), header[len(_BEARER) :].strip())
    call.subject = mask_phone(opened.person.phone)
    return opened


def read_balance(call: Call) -> dict[str, Any]:
    visit, opened = insured(call)
    return balance_data(balance.balance_of(visit, opened.person))


def read_transactions(call: Call) -> dict[str, Any]:
    visit, opened = insured(call)
    return history_data(balance.history_of(visit, opened.person), call.query)


def read_insurance(call: Call) -> dict[str, Any]:
    visit, opened = insured(call)
    return insurance_data(visit, opened.person)


def read_chart(call: Call) -> dict[str, Any]:
    visit, opened = insured(call)
    chart = charts.balance_chart(visit, opened.person, call.query["months"])
    return {
        "items": [_month(each) for each in chart.months],
        "total": len(chart.months),
        "has_personal_account": chart.has_account,
        "as_of": china_time.to_iso(chart.as_of_ms),
    }


def draw_chart(call: Call) -> Reply:
    from simulator.imaging.chart_picture import chart_svg

    visit, opened = insured(call)
    chart = charts.balance_chart(visit, opened.person, call.query["months"])
    picture = chart_svg(chart.months, readable(chart.as_of_ms))
    return Reply(200, picture, [("content-type", SVG), ("cache-control", "no-store")])


def make_chart_link(call: Call) -> dict[str, Any]:
    visit, opened = insured(call)
    link = chart_links.issue(visit, opened)
    page = call.environ["PATH_INFO"].removesuffix("/links")
    return {
        "url": f"{page}?{PAGE_TOKEN}={link.text}",
        "expires_in": (link.expires_ms - visit.now_ms) // 1000,
        "expires_at": china_time.to_iso(link.expires_ms),
    }


def list_family(call: Call) -> dict[str, Any]:
    visit, opened = insured(call)
    members = family_sharing.family_of(visit, opened)
    return {
        "items": [
            {
                "member": str(each.number),
                "relation": each.relation,
                "relation_name": _RELATIONS[each.relation],
                "name": mask_name(each.person.name),
                "shares_balance": each.shares,
            }
            for each in members
        ],
        "total": len(members),
    }


def read_family_balance(call: Call, member: str) -> dict[str, Any]:
    visit, opened = insured(call)
    found = family_sharing.sharing_member(visit, opened, member)
    return balance_data(balance.balance_of(visit, found.person))


class AlertCalls:
    """The calls about low-balance alerts; `targets` says where webhooks may go."""

    def __init__(self, targets: WebhookTargets) -> None:
        self._targets = targets

    def put(self, call: Call) -> dict[str, Any]:
        visit, opened = insured(call)
        app_id, platform = opened.application.app_id, platform_of(visit)
        record = alerts.set_alert(
            visit,
            app_id,
            opened.person,
            call.body["threshold_fen"],
            call.body["webhook_url"],
            subject=third_party_ids.open_id(visit.world, platform, app_id, opened.person),
            targets=self._targets,
        )
        return _watch(visit, app_id, record)

    def read(self, call: Call) -> dict[str, Any]:
        visit, opened = insured(call)
        app_id = opened.application.app_id
        try:
            record = alerts.alerts_of(visit, app_id, opened.person)
        except NoAlertError:
            return {"alert": None, "items": [], "total": 0}
        return {
            "alert": _watch(visit, app_id, record),
            "items": [_fired(each) for each in reversed(record.alerts)],
            "total": record.fired_total,
        }

    def remove(self, call: Call) -> None:
        visit, opened = insured(call)
        alerts.remove(visit, opened.application.app_id, opened.person)


def withdraw(call: Call) -> None:
    withdrawal.withdraw(visit_of(call), call.session)


def insured(call: Call) -> tuple[Visit, OpenGrant]:
    """Visit and grant of a call about somebody's insurance. Raises ScopeNotGrantedError."""
    visit, opened = visit_of(call), call.session
    authorisation.require(visit, opened, "insurance")
    return visit, opened


def readable(at_ms: int) -> str:
    """An instant as people read it, to the minute."""
    return china_time.to_iso(at_ms)[:16].replace("T", " ")


def _month(month: Month) -> dict[str, Any]:
    closing_fen = month.closing_fen
    return {
        "month": month.label,
        "closing_balance": None if closing_fen is None else yuan(closing_fen),
        "income": yuan(month.income_fen),
        "spending": yuan(month.spending_fen),
        "carried_over": yuan(month.carried_fen),
        "fund_paid": yuan(month.fund_paid_fen),
    }


def _watch(visit: Visit, app_id: str, record: AlertRecord) -> dict[str, Any]:
    watch = record.watch
    return {
        "threshold": yuan(watch.threshold_fen),
        "state": watch.state,
        "balance": yuan(watch.balance_fen),
        "set_at": china_time.to_iso(record.set_ms),
        "webhook_url": watch.webhook_url,
        "webhook_secret": alert_outbox.webhook_secret(visit.world, visit.platform, app_id),
    }


def _fired(alert: FiredAlert) -> dict[str, Any]:
    return {
        "id": alert.alert_id,
        "threshold": yuan(alert.threshold_fen),
        "balance": yuan(alert.balance_fen),
        "as_of": china_time.to_iso(alert.as_of_ms),
        "fired_at": china_time.to_iso(alert.fired_ms),
        "deliveries": [
            {"channel": each.channel, "state": each.state, "attempts": len(each.attempts)}
            for each in alert.deliveries
        ],
    }
