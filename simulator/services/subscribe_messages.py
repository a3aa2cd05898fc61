"""Subscribe messages: a person permits one message of a template, an application sends it.

Each acceptance allows one message, and acceptances add up (documented, WeChat's one-time
subscription). Whose authorisation of the application has ended gets none, whatever was permitted:
this stands for no longer following an account (*assumed*).
"""

from base64 import urlsafe_b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b

from simulator.domain import message_templates
from simulator.domain.applications import Application
from simulator.domain.message_templates import TEMPLATES, Template
from simulator.domain.people import Person
from simulator.errors import (
    MessageDataError,
    NotFollowingError,
    SubscriptionMissingError,
    TemplateUnknownError,
)
from simulator.services import authorisation, inbox
from simulator.services.visit import Visit
from simulator.world import World


@dataclass(frozen=True, slots=True)
class Permits:
    """What one person permitted one application, as the store keeps it."""

    left: dict[str, int] = field(default_factory=dict)
    """By name of a template, messages that may still be sent; never 0."""


def template_id(world: World, app_id: str, template: Template) -> str:
    """The id by which an application knows a template: 43 characters (form observed)."""
    named = f"{app_id}/{template.name}".encode()
    raw = blake2b(named, key=world.key("message-template"), digest_size=32).digest()
    return urlsafe_b64encode(raw).decode().rstrip("=")


def find_template(world: World, app_id: str, text: str) -> Template:
    """An application's template of an id. Raises TemplateUnknownError."""
    for template in TEMPLATES:
        if template_id(world, app_id, template) == text:
            return template
    raise TemplateUnknownError


def permit(visit: Visit, application: Application, person: Person, ids: Sequence[str]) -> None:
    """Note that a person permits a message of each template. Raises TemplateUnknownError."""
    names = [find_template(visit.world, application.app_id, each).name for each in ids]

    def change(permits: Permits | None) -> tuple[Permits, None]:
        left = dict(permits.left) if permits is not None else {}
        for name in names:
            left[name] = left.get(name, 0) + 1
        return Permits(left), None

    visit.world.update(_key(visit, application.app_id, person), Permits, change)


def is_permitted(visit: Visit, app_id: str, person: Person, template: Template) -> bool:
    """Whether a message of a template could be sent to a person now."""
    permits = visit.world.read(_key(visit, app_id, person), Permits)
    return permits is not None and template.name in permits.left and _follows(visit, app_id, person)


def send(
    visit: Visit, app_id: str, person: Person, template: Template, values: Mapping[str, str]
) -> None:
    """Use up a permission and put the message into the inbox, under the person's phone number.

    Raises MessageDataError, NotFollowingError or SubscriptionMissingError; nothing is used up then.
    """
    wrong = message_templates.field_at_fault(template, values)
    if wrong is not None:
        raise MessageDataError(details={"field": wrong})
    if not _follows(visit, app_id, person):
        raise NotFollowingError

    def change(permits: Permits | None) -> tuple[Permits | None, bool]:
        if permits is None or template.name not in permits.left:
            return permits, False
        left = permits.left | {template.name: permits.left[template.name] - 1}
        left = {name: number for name, number in left.items() if number}
        return (Permits(left) if left else None), True

    if not visit.world.update(_key(visit, app_id, person), Permits, change):
        raise SubscriptionMissingError
    inbox.deliver(
        visit,
        kind=inbox.SUBSCRIBE_MESSAGE,
        to=person.phone,
        purpose=template.name,
        text=message_templates.rendered(template, values),
        code=None,
    )


def _follows(visit: Visit, app_id: str, person: Person) -> bool:
    return any(
        each.grant.app_id == app_id and each.phase != "ended"
        for each in authorisation.of_person(visit, person)
    )


def _key(visit: Visit, app_id: str, person: Person) -> str:
    return f"subscription/{visit.platform}/{app_id}/{person.index}"
