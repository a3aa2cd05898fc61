"""Whose balance somebody may see besides their own: relatives who have agreed to it.

Family mutual aid (家庭共济) lets relatives use an account; to look at it they need its owner's
word. Here the owner gives it as any other consent: on the platform's authorisation page, to the
same application, with a scope that opens `mutual_aid`. It ends with that authorisation. The guide
names no procedure: *assumed*.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from simulator.domain.applications import rights
from simulator.domain.people import Person
from simulator.errors import FamilyConsentError, FamilyMemberUnknownError
from simulator.services import authorisation
from simulator.services.applications import platform_of
from simulator.services.authorisation import OpenGrant
from simulator.services.visit import Visit


@dataclass(frozen=True, slots=True)
class FamilyMember:
    """A relative of somebody; `number` counts from 1 and stays theirs."""

    number: int
    relation: str
    """spouse, mother, father or child."""
    person: Person
    shares: bool
    """Whether the relative lets this application show their balance."""


def family_of(visit: Visit, opened: OpenGrant) -> list[FamilyMember]:
    """The family of whoever granted access: spouse, father, mother, then children."""
    people = visit.world.people
    return [
        FamilyMember(
            number, tie.relation, people.at(tie.index), _shares(visit, opened, people.at(tie.index))
        )
        for number, tie in enumerate(opened.person.family, 1)
    ]


def note_consent(visit: Visit, app_id: str, scopes: Sequence[str]) -> None:
    """Remember that somebody shared with an application, so that others need not be looked up."""
    if "mutual_aid" in rights(platform_of(visit), scopes):
        visit.world.update(_key(visit, app_id), bool, lambda _: (True, None))


def anybody_shares(visit: Visit, app_id: str) -> bool:
    """Whether anybody at all may share their account with an application: whose family that is
    takes longer to find out."""
    return visit.world.read(_key(visit, app_id), bool) is not None


def sharing_member(visit: Visit, opened: OpenGrant, number: str) -> FamilyMember:
    """The family member of a number, who has agreed to be seen.

    Raises FamilyMemberUnknownError or FamilyConsentError.
    """
    found = next((each for each in family_of(visit, opened) if str(each.number) == number), None)
    if found is None:
        raise FamilyMemberUnknownError(details={"member": number[:40]})
    if not found.shares:
        raise FamilyConsentError(details={"member": number, "relation": found.relation})
    return found


def _shares(visit: Visit, opened: OpenGrant, relative: Person) -> bool:
    app_id = opened.application.app_id
    return any(
        each.grant.app_id == app_id
        and each.phase != "ended"
        and "mutual_aid" in rights(platform_of(visit), each.grant.scopes)
        for each in authorisation.of_person(visit, relative)
    )


def _key(visit: Visit, app_id: str) -> str:
    return f"family-sharing/{visit.platform}/{app_id}"
