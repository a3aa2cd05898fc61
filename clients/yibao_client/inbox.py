"""Reading what the world sent to people's phones."""

import math
import threading
import time
from typing import TYPE_CHECKING

from yibao_client.control_values import Message
from yibao_client.errors import NoMessageError
from yibao_client.operations import control as calls

if TYPE_CHECKING:
    from yibao_client.control import ControlClient

_LONGEST_POLL_S = 5
"""One request waits no longer, so that it ends well before the client's own time-out."""

SMS_CODE = "sms_code"


class Inbox:
    """The world's captured messages.

    `wait_for_code` remembers what it gave, so that a second code to the same phone is never
    confused with the first.
    """

    def __init__(self, control: "ControlClient", world: str) -> None:
        self._control = control
        self._world = world
        self._given: set[int] = set()
        self._lock = threading.Lock()

    def messages(
        self, *, to: str | None = None, kind: str | None = None, since: int | None = None
    ) -> tuple[Message, ...]:
        """What is there now, oldest first; `since` leaves out messages up to that id."""
        found = self._control.run(calls.inbox(self._world, to=to, kind=kind, since=since))
        return tuple(sorted(found, key=lambda message: message.id))

    def wait_for_code(self, phone: str, *, purpose: str | None = None, timeout: float = 5.0) -> str:
        """The newest code to a phone that was not given before.

        Waits up to `timeout` real seconds for one (rounded up to whole ones, as the server counts
        them), then raises NoMessageError.
        """
        return self.wait_for_message(phone, purpose=purpose, timeout=timeout).code or ""

    def wait_for_message(
        self, phone: str, *, purpose: str | None = None, timeout: float = 5.0
    ) -> Message:
        """The same, with all there is to know of the message."""
        deadline = time.monotonic() + timeout
        since: int | None = None
        while True:
            left_s = max(0.0, deadline - time.monotonic())
            poll = calls.inbox(
                self._world,
                to=phone,
                kind=SMS_CODE,
                since=since,
                wait_s=min(math.ceil(left_s), _LONGEST_POLL_S),
            )
            found = self._control.run(poll)
            messages = sorted(found, key=lambda message: message.id)
            if (message := self._take(messages, purpose)) is not None:
                return message
            if messages:
                since = messages[-1].id
            elif left_s == 0.0:
                about = f" for {purpose}" if purpose else ""
                raise NoMessageError(
                    f"no code{about} came to {phone} in world {self._world} within {timeout} s"
                )

    def forget(self) -> None:
        """Start over, after the world was reset."""
        with self._lock:
            self._given.clear()

    def _take(self, messages: list[Message], purpose: str | None) -> Message | None:
        with self._lock:
            for message in reversed(messages):
                if message.code is None or purpose not in (None, message.purpose):
                    continue
                if message.id in self._given:
                    return None
                self._given.add(message.id)
                return message
        return None
