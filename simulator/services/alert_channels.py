"""The ways an alert reaches a person beside the application's webhook.

A channel delivers within the simulator, so it answers at once. One more is an object of this kind
in `CHANNELS`: everything else follows, from claims that keep two workers apart to the attempts the
control API shows.
"""

from dataclasses import dataclass
from typing import Final, Protocol

from simulator.domain import china_time
from simulator.domain.message_templates import LOW_BALANCE
from simulator.domain.people import Person
from simulator.errors import SubscriptionError
from simulator.services import inbox, subscribe_messages, third_party_ids
from simulator.services.ledgers import yuan
from simulator.services.visit import Visit
from simulator.world import World


class ChannelRefusedError(Exception):
    """The channel will not take this alert, now or later; the text says why, as attempts show."""


@dataclass(frozen=True, slots=True)
class Notice:
    """A fired alert as a channel sees it; money in fen, instants in the world's milliseconds."""

    alert_id: str
    platform: str
    app_id: str
    subject: str
    """The person as the application knows them: an open id."""
    person: Person
    threshold_fen: int
    balance_fen: int
    as_of_ms: int
    fired_ms: int


class Channel(Protocol):
    """One way to reach a person."""

    @property
    def name(self) -> str:
        """Tells it apart in what is stored and shown; it never changes."""

    def target(self, world: World, platform: str, app_id: str, person: Person) -> str | None:
        """Whom an alert that fires now is for, in the channel's own terms; None: not this way."""

    def send(self, world: World, notice: Notice) -> None:
        """Deliver. Raises ChannelRefusedError. May run again when a process died meanwhile."""


class InboxChannel:
    """A text message from the platform to the person's phone, caught in the inbox."""

    name: Final = "inbox"
    purpose: Final = "low_balance"

    def target(self, world: World, platform: str, app_id: str, person: Person) -> str | None:
        """The person's phone: everybody has one."""
        return person.phone

    def send(self, world: World, notice: Notice) -> None:
        """A notice that carries the instant at which the alert fired."""
        inbox.deliver(
            Visit(world, notice.platform, notice.fired_ms),
            kind=inbox.NOTICE,
            to=notice.person.phone,
            purpose=self.purpose,
            text=notice_text(notice),
            code=None,
        )


def notice_text(notice: Notice) -> str:
    """What the person reads (wording *assumed*)."""
    as_of = china_time.to_iso(notice.as_of_ms)[:16].replace("T", " ")
    return (
        f"【医保余额提醒】截至{as_of}，您的医保个人账户余额为{yuan(notice.balance_fen)}元，"
        f"低于您设置的{yuan(notice.threshold_fen)}元提醒线。"
    )


class SubscribeMessageChannel:
    """A WeChat subscribe message, where the person has permitted one; it uses the permission up."""

    name: Final = "subscribe_message"

    def target(self, world: World, platform: str, app_id: str, person: Person) -> str | None:
        """The person's open id, while a message is permitted and the application is let in."""
        if platform != "wechat":
            return None
        visit = Visit(world, platform, world.now_ms())
        if not subscribe_messages.is_permitted(visit, app_id, person, LOW_BALANCE):
            return None
        return third_party_ids.open_id(world, "wechat", app_id, person)

    def send(self, world: World, notice: Notice) -> None:
        """Refused where the permission has gone to another message in the meantime."""
        values = {
            "amount1": yuan(notice.balance_fen),
            "amount2": yuan(notice.threshold_fen),
            "time3": china_time.to_iso(notice.as_of_ms)[:16].replace("T", " "),
            "thing4": "余额低于提醒线，请留意",
        }
        visit = Visit(world, notice.platform, notice.fired_ms)
        try:
            subscribe_messages.send(visit, notice.app_id, notice.person, LOW_BALANCE, values)
        except SubscriptionError as refusal:
            raise ChannelRefusedError(refusal.message_en) from refusal


CHANNELS: Final[tuple[Channel, ...]] = (InboxChannel(), SubscribeMessageChannel())
"""The channels in use."""
