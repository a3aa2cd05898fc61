"""Low-balance alerts through the control API: all that are set, what fired, and its deliveries."""

from typing import Any, Final

from simulator.control.people import find_person
from simulator.domain import china_time
from simulator.domain.deliveries import Delivery
from simulator.services import alert_outbox, alert_records, alerts
from simulator.services.alert_records import AlertKey, AlertRecord, FiredAlert
from simulator.services.ledgers import yuan
from simulator.services.visit import Visit
from simulator.services.webhook_targets import WebhookTargets
from simulator.web.call import Call
from simulator.world import World

_ENDED: Final = ("delivered", "given_up")


class AlertViews:
    """The views; `targets` says where webhooks may go."""

    def __init__(self, targets: WebhookTargets) -> None:
        self._targets = targets

    def read_alerts(self, call: Call, world: str) -> dict[str, Any]:
        found, query = call.worlds.find(world), call.query
        person = find_person(found, query["person"]) if "person" in query else None
        is_settled = alerts.settle(found, person)
        watches, fired = [], []
        for key in alert_records.keys(found, person):
            record = alert_records.read(found, key)
            if record is None or query.get("platform", key.platform) != key.platform:
                continue
            watches.append(_watch(found, key, record))
            fired += [(alert.fired_ms, _fired(found, key, alert)) for alert in record.alerts]
        fired.sort(key=lambda each: each[0], reverse=True)
        return {
            "items": [alert for _, alert in fired[: query["limit"]]],
            "total": len(fired),
            "watches": watches[: query["limit"]],
            "settled": is_settled,
        }

    def set_alert(self, call: Call, world: str) -> dict[str, Any]:
        found, body = call.worlds.find(world), call.body
        person = find_person(found, body["person"])
        record = alerts.set_alert(
            Visit(found, body["platform"], found.now_ms()),
            body["app_id"],
            person,
            body["threshold_fen"],
            body["webhook_url"],
            subject=body["open_id"],
            targets=self._targets,
        )
        key = AlertKey(person.index, body["platform"], body["app_id"])
        return _watch(found, key, record)

    def remove_alert(self, call: Call, world: str) -> None:
        found, query = call.worlds.find(world), call.query
        person = find_person(found, query["person"])
        visit = Visit(found, query["platform"], found.now_ms())
        alerts.remove(visit, query["app_id"], person)

    def redeliver(self, call: Call, world: str, alert_id: str) -> dict[str, Any]:
        found = call.worlds.find(world)
        key, alert = alert_outbox.redeliver(found, alert_id, call.query["channel"])
        alerts.settle_one(found, key)
        record = alert_records.read(found, key)
        latest = record.alerts if record is not None else ()
        alert = next((each for each in latest if each.alert_id == alert_id), alert)
        return _fired(found, key, alert)


def _watch(world: World, key: AlertKey, record: AlertRecord) -> dict[str, Any]:
    watch = record.watch
    return {
        "person": world.people.at(key.index).id_number,
        "platform": key.platform,
        "app_id": key.app_id,
        "open_id": record.subject,
        "threshold": yuan(watch.threshold_fen),
        "state": watch.state,
        "balance": yuan(watch.balance_fen),
        "set_at": china_time.to_iso(record.set_ms),
        "checked_at": china_time.to_iso(watch.checked_ms),
        "webhook_url": watch.webhook_url,
        "webhook_secret": alert_outbox.webhook_secret(world, key.platform, key.app_id),
        "fired": record.fired_total,
    }


def _fired(world: World, key: AlertKey, alert: FiredAlert) -> dict[str, Any]:
    return {
        "id": alert.alert_id,
        "person": world.people.at(key.index).id_number,
        "platform": key.platform,
        "app_id": key.app_id,
        "threshold": yuan(alert.threshold_fen),
        "balance": yuan(alert.balance_fen),
        "as_of": china_time.to_iso(alert.as_of_ms),
        "fired_at": china_time.to_iso(alert.fired_ms),
        "deliveries": [_delivery(each) for each in alert.deliveries],
    }


def _delivery(delivery: Delivery) -> dict[str, Any]:
    return {
        "channel": delivery.channel,
        "target": delivery.target,
        "state": delivery.state,
        "due_at": None if delivery.state in _ENDED else china_time.to_iso(delivery.due_ms),
        "attempts": [
            {
                "at": china_time.to_iso(attempt.at_ms),
                "outcome": attempt.outcome,
                "status": attempt.status,
                "error": attempt.error,
            }
            for attempt in delivery.attempts
        ],
    }
