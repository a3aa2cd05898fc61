"""The captured inbox: every message the platforms would have sent, kept for the tester.

Nothing is ever sent anywhere. A message lies in the stream of its world, which numbers it, and in
that of its recipient, so that waiting for one phone's code does not read everybody's messages.
"""

from dataclasses import dataclass

from simulator.services.visit import Visit
from simulator.world import World

SMS_CODE = "sms_code"
NOTICE = "notice"
SUBSCRIBE_MESSAGE = "subscribe_message"
KINDS = (SMS_CODE, NOTICE, SUBSCRIBE_MESSAGE)

_ALL = "inbox"
_MOST = 1_000_000


@dataclass(frozen=True, slots=True)
class Message:
    """One captured message; `code` is the one-time code it carries, if any."""

    kind: str
    to: str
    platform: str
    purpose: str
    text: str
    code: str | None
    at_ms: int


@dataclass(frozen=True, slots=True)
class _Delivered:
    number: int
    message: Message


def deliver(visit: Visit, *, kind: str, to: str, purpose: str, text: str, code: str | None) -> None:
    """Put a message into the inbox."""
    message = Message(kind, to, visit.platform, purpose, text, code, visit.now_ms)
    number = visit.world.append(_ALL, message)
    visit.world.append(f"{_ALL}/{to}", _Delivered(number, message))


def messages(
    world: World,
    *,
    to: str | None = None,
    kind: str | None = None,
    after: int = 0,
    since_ms: int | None = None,
) -> tuple[list[tuple[int, Message]], int]:
    """Captured messages with their numbers, oldest first: those numbered above `after`.

    Also answers the number up to which nothing else will ever fit, so that whoever looks again
    need not read the same messages again.
    """
    if to is None:
        found = world.stream(_ALL, Message, after=after, limit=_MOST)
        read_to = found[-1][0] if found else after
    else:
        # Numbered before they lie in the recipient's stream, so a lower number may come later.
        delivered = world.stream(f"{_ALL}/{to}", _Delivered, limit=_MOST)
        found = [(item.number, item.message) for _, item in delivered if item.number > after]
        read_to = after
    wanted = [
        (number, message)
        for number, message in found
        if (kind is None or message.kind == kind)
        and (since_ms is None or message.at_ms >= since_ms)
    ]
    return wanted, read_to
