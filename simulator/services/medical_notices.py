"""Messages that an application has Alipay show to somebody who let it in: into the inbox."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Final

from simulator.domain.applications import Application
from simulator.domain.people import Person
from simulator.errors import NotFollowingError
from simulator.services import authorisation, inbox
from simulator.services.visit import Visit

_ID_BYTES: Final = 16


@dataclass(frozen=True, slots=True)
class Notice:
    """A message as an application words it."""

    out_msg_id: str
    biz_type: str
    template_code: str
    arguments: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class _Sent:
    msg_id: str


def send(visit: Visit, application: Application, person: Person, notice: Notice) -> str:
    """Deliver a message, once per `out_msg_id` of an application; its id, 32 hexadecimal digits.

    Raises NotFollowingError unless the person has let the application in.
    """
    if authorisation.live_grant(visit, application, person) is None:
        raise NotFollowingError
    key = f"notice/{application.app_id}/{notice.out_msg_id}"
    subject = f"{application.app_id}/{notice.out_msg_id}".encode()
    msg_id = blake2b(subject, key=visit.world.token_key, digest_size=_ID_BYTES).hexdigest()

    def change(sent: _Sent | None) -> tuple[_Sent, bool]:
        return sent or _Sent(msg_id), sent is None

    if visit.world.update(key, _Sent, change):
        inbox.deliver(
            visit,
            kind=inbox.NOTICE,
            to=person.phone,
            purpose=notice.template_code,
            text=_text(application, notice),
            code=None,
        )
    return msg_id


def _text(application: Application, notice: Notice) -> str:
    """What the person reads (layout *assumed*: templates are between Alipay and the sender)."""
    told = "；".join(f"{name}：{value}" for name, value in notice.arguments)
    return f"【{application.name}】{told or notice.biz_type}"
