"""Low-balance alerts: set by an application for a person, fired by what its platform shows.

Nothing has to run for an alert to be right: `settle` works out from the ledger what has fired since
somebody last looked, each with its own instant. The background (simulator/deliveries) only sees to
it that it is looked at, and sends the webhooks.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, NamedTuple
from uuid import uuid4

from simulator.domain import alerts, deliveries
from simulator.domain.alerts import Crossing
from simulator.domain.china_time import DAY_MS, HOUR_MS
from simulator.domain.deliveries import Attempt, Delivery
from simulator.domain.people import Person
from simulator.domain.visible_balances import Sight, sights
from simulator.errors import AlertWithoutAccountError, NoAlertError
from simulator.services import alert_outbox, alert_records
from simulator.services.alert_channels import CHANNELS, Channel, ChannelRefusedError, Notice
from simulator.services.alert_outbox import Claimed
from simulator.services.alert_records import WEBHOOK, AlertKey, AlertRecord, FiredAlert
from simulator.services.replicas import replica_on
from simulator.services.visit import Visit
from simulator.services.webhook_targets import WebhookTargets
from simulator.world import World

_LONGEST_LOOK_MS: Final = 366 * DAY_MS
"""World time considered in one look, so that none takes long."""
_REMEMBER_AFTER_MS: Final = HOUR_MS
"""How far a check may lag behind when nothing has happened: writing each down costs more."""
MOST_LOOKS: Final = 2_000
"""Looks in one call of `settle`: about a second. The background does what is left."""


class Outlook(NamedTuple):
    """What is left after a look at one alert."""

    caught_up: bool
    """Everything up to the world's present has been considered."""
    busy: bool
    """A delivery is under way or due."""


@dataclass(frozen=True, slots=True)
class _Look:
    outlook: Outlook
    claimed: Sequence[Claimed] = ()
    announce: bool = False


def set_alert(
    visit: Visit,
    app_id: str,
    person: Person,
    threshold_fen: int,
    webhook_url: str | None = None,
    *,
    subject: str,
    targets: WebhookTargets,
) -> AlertRecord:
    """Have an application told when the balance its platform shows falls below a threshold.

    Takes the place of what the application had set for the person; what has fired stays. `subject`
    is the person's open id. Raises AlertTargetError, AlertWithoutAccountError. May block while the
    webhook's host is resolved.
    """
    if webhook_url is not None:
        targets.accept(webhook_url)
    world, key = visit.world, AlertKey(person.index, visit.platform, app_id)
    settle_one(world, key)

    def change(present: AlertRecord | None) -> tuple[AlertRecord, AlertRecord]:
        now_ms = visit.now_ms if present is None else max(visit.now_ms, present.watch.checked_ms)
        seen = _sights(world, key, now_ms, now_ms)[0]
        if seen.balance_fen is None:
            raise AlertWithoutAccountError
        watch = alerts.begin(threshold_fen, webhook_url, seen)
        if present is None:
            record = AlertRecord(subject, watch, now_ms, uuid4().hex[:16])
        else:
            record = replace(present, subject=subject, watch=watch, set_ms=now_ms)
        return record, record

    record = alert_records.update(world, key, change)
    world.announce_work()
    return record


def remove(visit: Visit, app_id: str, person: Person) -> None:
    """Forget an application's alert for a person, and what is still to be delivered of it.

    Raises NoAlertError.
    """
    key = AlertKey(person.index, visit.platform, app_id)
    if not alert_records.update(visit.world, key, lambda record: (None, record is not None)):
        raise NoAlertError


def alerts_of(visit: Visit, app_id: str, person: Person) -> AlertRecord:
    """An application's alert for a person and what has fired, up to now. Raises NoAlertError."""
    key = AlertKey(person.index, visit.platform, app_id)
    settle_one(visit.world, key)
    record = alert_records.read(visit.world, key)
    if record is None:
        raise NoAlertError
    return record


def settle(
    world: World, person: Person | None = None, *, channels: Sequence[Channel] = CHANNELS
) -> bool:
    """Fire what is to fire in a world by now, and deliver it where that is done at once.

    Of everybody, or of one person. Answers whether all is done: beyond MOST_LOOKS it is not.
    """
    looks = 0
    for key in alert_records.keys(world, person):
        caught_up = False
        while not caught_up:
            if looks == MOST_LOOKS:
                return False
            looks += 1
            caught_up = look(world, key, channels=channels, remember=True).caught_up
    return True


def ledger_changed(world: World, person: Person) -> None:
    """Settle a person whose ledger has just been changed, so that no two changes are seen as one.

    A relative's account may be touched as well; the background sees to it where anybody watches.
    """
    settle(world, person)
    if alert_records.keys(world):
        world.announce_work()


def settle_one(world: World, key: AlertKey, *, channels: Sequence[Channel] = CHANNELS) -> None:
    """The same of one alert; nothing where none is set."""
    while not look(world, key, channels=channels, remember=True).caught_up:
        pass


def look(
    world: World, key: AlertKey, *, channels: Sequence[Channel] = CHANNELS, remember: bool = False
) -> Outlook:
    """Look at one alert once: fire, and deliver where that is done at once.

    `remember`: write down how far it was checked, even when nothing has happened.
    """
    ways = {channel.name: channel for channel in channels}
    person = world.people.at(key.index)

    def change(record: AlertRecord | None) -> tuple[AlertRecord | None, _Look]:
        if record is None:
            return None, _Look(Outlook(caught_up=True, busy=False))
        now_ms = max(world.now_ms(), record.watch.checked_ms)
        until_ms = min(now_ms, record.watch.checked_ms + _LONGEST_LOOK_MS)
        settled = _settled(world, key, person, record, until_ms, channels)
        fired = settled.fired_total > record.fired_total
        announce = fired and settled.watch.webhook_url is not None
        if not (
            remember
            or until_ms < now_ms
            or until_ms - record.watch.checked_ms >= _REMEMBER_AFTER_MS
            or settled.watch.state != record.watch.state
            or fired
        ):
            settled = record
        settled, claimed = alert_outbox.claim_due(world, key, settled, ways.__contains__)
        outlook = Outlook(until_ms == now_ms, _is_busy(settled, now_ms))
        return (record if settled == record else settled), _Look(outlook, claimed, announce)

    found = alert_records.update(world, key, change)
    for claimed in found.claimed:
        _send(world, person, claimed, ways[claimed.channel])
    if found.announce:
        world.announce_work()
    return found.outlook


def _settled(
    world: World,
    key: AlertKey,
    person: Person,
    record: AlertRecord,
    until_ms: int,
    channels: Sequence[Channel],
) -> AlertRecord:
    seen = _sights(world, key, record.watch.checked_ms, until_ms)
    watch, fired = alerts.crossings(record.watch, seen, until_ms)
    if not fired:
        return replace(record, watch=watch)
    targets = [
        (channel.name, target)
        for channel in channels
        if (target := channel.target(world, key.platform, key.app_id, person)) is not None
    ]
    if watch.webhook_url is not None:
        targets.append((WEBHOOK, watch.webhook_url))
    kept = alert_records.policy_for(world, key).kept
    new = tuple(
        _fired(record, number, crossing, targets)
        for number, crossing in enumerate(fired, record.fired_total + 1)
    )
    return replace(
        record,
        watch=watch,
        fired_total=record.fired_total + len(new),
        alerts=(*record.alerts, *new)[-kept:],
    )


def _fired(
    record: AlertRecord, number: int, crossing: Crossing, targets: Sequence[tuple[str, str]]
) -> FiredAlert:
    return FiredAlert(
        alert_id=f"AL-{record.nonce}-{number}",
        fired_ms=crossing.at_ms,
        threshold_fen=record.watch.threshold_fen,
        balance_fen=crossing.balance_fen,
        as_of_ms=crossing.as_of_ms,
        deliveries=tuple(
            Delivery(channel, target, due_ms=crossing.at_ms) for channel, target in targets
        ),
    )


def _sights(world: World, key: AlertKey, after_ms: int, until_ms: int) -> list[Sight]:
    person = world.people.at(key.index)
    return sights(replica_on(world, key.platform, person, until_ms), after_ms, until_ms)


def _is_busy(record: AlertRecord, now_ms: int) -> bool:
    return any(
        each.state == "sending" or deliveries.is_due(each, now_ms)
        for each in alert_records.all_deliveries(record)
    )


def _send(world: World, person: Person, claimed: Claimed, channel: Channel) -> None:
    """Deliver on a channel of the simulator's own, and record what came of it."""
    notice = Notice(
        alert_id=claimed.alert.alert_id,
        platform=claimed.key.platform,
        app_id=claimed.key.app_id,
        subject=claimed.subject,
        person=person,
        threshold_fen=claimed.alert.threshold_fen,
        balance_fen=claimed.alert.balance_fen,
        as_of_ms=claimed.alert.as_of_ms,
        fired_ms=claimed.alert.fired_ms,
    )
    attempt = Attempt(claimed.claim.at_ms, "delivered")
    try:
        channel.send(world, notice)
    except ChannelRefusedError as refusal:
        attempt = replace(attempt, outcome="refused", error=str(refusal)[:200])
    alert_outbox.conclude(world, claimed, attempt)
