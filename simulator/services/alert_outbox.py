"""The outbox of an alert: claiming deliveries, recording what came of them, asking for one again.

A claim is taken in the record itself, so each attempt is made by one worker only; one that dies is
succeeded when its claim has run out.
"""

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import blake2b
from secrets import token_hex
from typing import Final

import orjson

from simulator.domain import china_time, deliveries
from simulator.domain.deliveries import Attempt, Claim, Delivery
from simulator.errors import UnknownAlertError
from simulator.services import alert_records
from simulator.services.alert_records import WEBHOOK, AlertKey, AlertRecord, FiredAlert
from simulator.services.ledgers import yuan
from simulator.world import World, real_ms

EVENT_TYPE: Final = "balance.low"

_GRACE_MS: Final = 5_000
"""What a claim lasts beyond the time the receiver has: the sender's own, *assumed*."""
_SECRET_BYTES: Final = 24


@dataclass(frozen=True, slots=True)
class Claimed:
    """A delivery in this worker's hands."""

    key: AlertKey
    alert: FiredAlert
    subject: str
    channel: str
    target: str
    claim: Claim


@dataclass(frozen=True, slots=True)
class WebhookCall:
    """What to post where, and how long to wait for the answer."""

    claimed: Claimed
    url: str
    body: bytes
    secret: str
    timeout_s: int


def claim_due(
    world: World,
    key: AlertKey,
    record: AlertRecord,
    wanted: Callable[[str], bool],
    most: int | None = None,
) -> tuple[AlertRecord, list[Claimed]]:
    """The record with what is due claimed, on the wanted channels, oldest alert first.

    To be called from within a change of the record.
    """
    policy = alert_records.policy_for(world, key)
    now_ms, real_now_ms = world.now_ms(), real_ms()
    until_real_ms = real_now_ms + policy.webhook_timeout_s * china_time.SECOND_MS + _GRACE_MS
    found: list[Claimed] = []

    def take(alert: FiredAlert, delivery: Delivery) -> Delivery:
        if not wanted(delivery.channel):
            return delivery
        delivery = deliveries.released(delivery, policy, now_ms, real_now_ms)
        if not deliveries.is_due(delivery, now_ms) or (most is not None and len(found) >= most):
            return delivery
        claim = Claim(token_hex(8), now_ms, until_real_ms)
        found.append(Claimed(key, alert, record.subject, delivery.channel, delivery.target, claim))
        return deliveries.claimed(delivery, claim)

    return alert_records.with_deliveries(record, take), found


def claim_webhooks(world: World, key: AlertKey, most: int) -> list[WebhookCall]:
    """Webhooks that are due, claimed for the caller, who is to send and then `conclude` each."""

    def change(record: AlertRecord | None) -> tuple[AlertRecord | None, list[Claimed]]:
        if record is None:
            return None, []
        return claim_due(world, key, record, WEBHOOK.__eq__, most)

    found = alert_records.update(world, key, change)
    timeout_s = alert_records.policy_for(world, key).webhook_timeout_s
    secret = webhook_secret(world, key.platform, key.app_id)
    return [
        WebhookCall(each, each.target, payload(world, each), secret, timeout_s) for each in found
    ]


def conclude(world: World, claimed: Claimed, attempt: Attempt) -> None:
    """Record what came of a claimed delivery; nothing where the alert is gone."""
    policy = alert_records.policy_for(world, claimed.key)
    holder = claimed.claim.holder

    def outcome(alert: FiredAlert, delivery: Delivery) -> Delivery:
        if alert.alert_id != claimed.alert.alert_id or delivery.channel != claimed.channel:
            return delivery
        return deliveries.concluded(delivery, policy, holder, attempt)

    def change(record: AlertRecord | None) -> tuple[AlertRecord | None, None]:
        return record and alert_records.with_deliveries(record, outcome), None

    alert_records.update(world, claimed.key, change)


def redeliver(world: World, alert_id: str, channel: str = WEBHOOK) -> tuple[AlertKey, FiredAlert]:
    """Have an alert delivered again on one channel, at once, delivered before or not.

    Raises UnknownAlertError.
    """

    def again(alert: FiredAlert, delivery: Delivery) -> Delivery:
        if alert.alert_id != alert_id or delivery.channel != channel:
            return delivery
        return deliveries.redelivered(delivery, world.now_ms())

    def change(record: AlertRecord | None) -> tuple[AlertRecord | None, FiredAlert | None]:
        if record is None:
            return None, None
        record = alert_records.with_deliveries(record, again)
        return record, _find(record, alert_id, channel)

    for key in alert_records.keys(world):
        record = alert_records.read(world, key)
        if record is None or _find(record, alert_id, channel) is None:
            continue
        found = alert_records.update(world, key, change)
        if found is not None:
            world.announce_work()
            return key, found
    raise UnknownAlertError(details={"alert": alert_id[:80], "channel": channel})


def _find(record: AlertRecord, alert_id: str, channel: str) -> FiredAlert | None:
    for alert in record.alerts:
        if alert.alert_id == alert_id:
            return alert if any(each.channel == channel for each in alert.deliveries) else None
    return None


def webhook_secret(world: World, platform: str, app_id: str) -> str:
    """The secret an application's webhooks are signed with: the same in worlds of one seed."""
    key = world.key("webhook-secret")
    named = f"{platform}/{app_id}".encode()
    return "whsec_" + blake2b(named, key=key, digest_size=_SECRET_BYTES).hexdigest()


def payload(world: World, claimed: Claimed) -> bytes:
    """The body of a webhook: JSON, the same bytes at each attempt."""
    alert = claimed.alert
    return orjson.dumps(
        {
            "id": alert.alert_id,
            "type": EVENT_TYPE,
            "world": world.name,
            "platform": claimed.key.platform,
            "app_id": claimed.key.app_id,
            "open_id": claimed.subject,
            "threshold": yuan(alert.threshold_fen),
            "balance": yuan(alert.balance_fen),
            "as_of": china_time.to_iso(alert.as_of_ms),
            "fired_at": china_time.to_iso(alert.fired_ms),
        }
    )
