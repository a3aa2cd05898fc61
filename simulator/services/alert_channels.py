"""The ways an alert reaches a person beside the application's webhook.

A channel delivers within the simulator, so it answers at once. One more channel (WeChat's
subscribe message, say) is an object of this kind in `CHANNELS`: everything else follows, from
claims that keep two workers apart to the attempts the control API shows.
"""

from dataclasses import dataclass
from typing import Final, Protocol

from simulator.domain import china_time
from simulator.domain.people import Person
from simulator.services import inbox
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


CHANNELS: Final[tuple[Channel, ...]] = (InboxChannel(),)
"""The channels in use."""
