"""What a world keeps of alerts: one value for each person, platform and application.

Threshold, what fired and how far each delivery has come lie in that one value, so that an alert
fires and enters the outbox in a single compare-and-set: exactly once, however many workers look.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Final, Self, TypeVar

from simulator.domain.alerts import AlertPolicy, Watch
from simulator.domain.deliveries import Delivery
from simulator.domain.people import Person
from simulator.world import World

WEBHOOK: Final = "webhook"
"""The channel to an application's own receiver; the others are `alert_channels`."""

_PREFIX: Final = "alert/"

Outcome = TypeVar("Outcome")


@dataclass(frozen=True, slots=True)
class AlertKey:
    """Whose alert it is."""

    index: int
    """The person's number k."""
    platform: str
    app_id: str

    @property
    def text(self) -> str:
        """The key of the stored value; those of one person stand together."""
        return f"{_PREFIX}{self.index}/{self.platform}/{self.app_id}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """The key that a stored value has this text for."""
        index, platform, app_id = text.removeprefix(_PREFIX).split("/", 2)
        return cls(int(index), platform, app_id)


@dataclass(frozen=True, slots=True)
class FiredAlert:
    """One fall below the threshold, and its deliveries; money in fen, instants in milliseconds."""

    alert_id: str
    fired_ms: int
    threshold_fen: int
    balance_fen: int
    as_of_ms: int
    deliveries: tuple[Delivery, ...]


@dataclass(frozen=True, slots=True)
class AlertRecord:
    """An application's alert for one person."""

    subject: str
    """The person as the application knows them."""
    watch: Watch
    set_ms: int
    nonce: str
    """No other record has it, whatever has been removed: what alert ids are made of."""
    fired_total: int = 0
    alerts: tuple[FiredAlert, ...] = ()
    """Oldest first; those beyond the policy's `kept` are forgotten."""


def read(world: World, key: AlertKey) -> AlertRecord | None:
    """The record, or None where no alert is set."""
    return world.read(key.text, AlertRecord)


def update(
    world: World,
    key: AlertKey,
    change: Callable[[AlertRecord | None], tuple[AlertRecord | None, Outcome]],
) -> Outcome:
    """Replace a record by one computed from it; `change` may run more than once."""
    return world.update(key.text, AlertRecord, change)


def keys(world: World, person: Person | None = None) -> list[AlertKey]:
    """Where an alert is set: everywhere, or for one person."""
    prefix = _PREFIX if person is None else f"{_PREFIX}{person.index}/"
    return [AlertKey.parse(text) for text in world.keys(prefix)]


def policy_for(world: World, key: AlertKey) -> AlertPolicy:
    """The policy in force for a person's alerts."""
    return world.policy(key.platform, world.people.at(key.index).region).alerts


def with_deliveries(
    record: AlertRecord, change: Callable[[FiredAlert, Delivery], Delivery]
) -> AlertRecord:
    """The record with every delivery replaced; the same record when none differs."""
    alerts = tuple(_with_deliveries(alert, change) for alert in record.alerts)
    if all(new is old for new, old in zip(alerts, record.alerts, strict=True)):
        return record
    return replace(record, alerts=alerts)


def all_deliveries(record: AlertRecord) -> Iterator[Delivery]:
    """Every delivery of every alert that is kept."""
    for alert in record.alerts:
        yield from alert.deliveries


def _with_deliveries(
    alert: FiredAlert, change: Callable[[FiredAlert, Delivery], Delivery]
) -> FiredAlert:
    deliveries = tuple(change(alert, delivery) for delivery in alert.deliveries)
    if all(new is old for new, old in zip(deliveries, alert.deliveries, strict=True)):
        return alert
    return replace(alert, deliveries=deliveries)
