"""Medical cards as a third party shows them to an application that the card's owner let in.

No method answers a balance (documented, domain-facts.md §6): a card says whose it is and where it
is insured, and with the same authorisation the application asks the insurer. What an application
is shown rests on the owner's live authorisation; without it a card is as if it were not bound.
"""

from dataclasses import dataclass
from hashlib import blake2b
from typing import Final, Literal

from simulator.domain import gateway
from simulator.domain.applications import Application, rights
from simulator.domain.authorisation import Grant
from simulator.domain.institutions.register import institution_by_code
from simulator.domain.people import Person
from simulator.domain.regions import Area, resolve
from simulator.services import authorisation, balance, family_sharing, pay_authorisations
from simulator.services.applications import platform_of
from simulator.services.authorisation import OpenGrant
from simulator.services.pooling_areas import insuring_area
from simulator.services.visit import Visit

Issuer = Literal["YB", "RS"]
"""Who issued a card: the medical insurance bureau, or that of social security (documented)."""

_BUREAUS: Final[dict[Issuer, str]] = {"YB": "医疗保障局", "RS": "人力资源和社会保障局"}
_NUMBER_BYTES: Final = 16


@dataclass(frozen=True, slots=True)
class MedicalCard:
    """A person's card, and what it rests on."""

    person: Person
    area: Area
    """The pooling area that insures the person now."""
    card_id: str
    """32 hexadecimal digits, the same for every application (length *assumed*)."""
    issuer_code: str
    """Kind of issuer and admdvs, `YB330100` (*assumed*)."""
    issuer_name: str
    is_bound_elsewhere: bool


@dataclass(frozen=True, slots=True)
class BoundCard:
    """A card that its owner lets an application see."""

    card: MedicalCard
    grant: Grant
    agreement_no: str


@dataclass(frozen=True, slots=True)
class PaymentConsent:
    """Whether a person has agreed that an application may use their insurance, and the proof."""

    card: MedicalCard
    auth_no: str
    grant: Grant | None
    pay_auth_no: str | None


def card_of(visit: Visit, person: Person, issuer: Issuer = "YB") -> MedicalCard:
    """The card of a person, in the area that insures them now."""
    area = resolve(insuring_area(visit, person))
    assert area is not None, "everybody is insured in a pooling area"
    world = visit.world
    return MedicalCard(
        person=person,
        area=area,
        card_id=_number(world.key("medical_card"), str(person.index)),
        issuer_code=f"{issuer}{area.admdvs}",
        issuer_name=f"{area.name}{_BUREAUS[issuer]}",
        is_bound_elsewhere=gateway.is_bound_elsewhere(
            visit.policy.gateway, world.key("bound_elsewhere"), person.index
        ),
    )


def insured_state(visit: Visit, person: Person) -> str:
    """psn_insu_stas of a person, as the platform knows it: 1 normal, 2 suspended, 3 ended."""
    return balance.insurance_of(visit, person).rows[0].state


def bound_card(
    visit: Visit, application: Application, person: Person, issuer: Issuer
) -> BoundCard | None:
    """The card of a person who let an application see their insurance; None without that."""
    grant = _consent(visit, application, person)
    if grant is None:
        return None
    agreement_no = _number(visit.world.key("agreement"), grant.grant_id)
    return BoundCard(card_of(visit, person, issuer), grant, agreement_no)


def cards_of_family(visit: Visit, bound: BoundCard, application: Application) -> list[MedicalCard]:
    """The cards of relatives who share theirs with the application."""
    if not family_sharing.anybody_shares(visit, application.app_id):
        return []
    opened = OpenGrant(bound.card.person, application, bound.grant)
    members = family_sharing.family_of(visit, opened)
    return [card_of(visit, member.person) for member in members if member.shares]


def card_by_id_number(
    visit: Visit, opened: OpenGrant, id_number: str | None
) -> tuple[MedicalCard | None, bool]:
    """The card of whoever is signed in, or of a relative who shares theirs; and whether it is a
    relative's. None: neither of them has this ID number."""
    if id_number is None or id_number.upper() == opened.person.id_number:
        return card_of(visit, opened.person), False
    for member in family_sharing.family_of(visit, opened):
        if member.shares and member.person.id_number == id_number.upper():
            return card_of(visit, member.person), True
    return None, True


def payment_consent(
    visit: Visit, application: Application, person: Person, request_no: str
) -> PaymentConsent:
    """Whether a person has agreed, with a fresh payment authorisation where they have."""
    grant = _consent(visit, application, person)
    subject = f"{application.app_id}/{person.index}/{request_no}"
    return PaymentConsent(
        card=card_of(visit, person),
        auth_no=_number(visit.world.key("payment_consent"), subject),
        grant=grant,
        pay_auth_no=None if grant is None else pay_authorisations.issue(visit, person).number,
    )


def is_institution(visit: Visit, code: str) -> bool:
    """Whether a code is that of a hospital or pharmacy."""
    return institution_by_code(visit.world.seed, code) is not None


def _consent(visit: Visit, application: Application, person: Person) -> Grant | None:
    """A live grant that opens the person's insurance."""
    grant = authorisation.live_grant(visit, application, person)
    if grant is None or "insurance" not in rights(platform_of(visit), grant.scopes):
        return None
    return grant


def _number(key: bytes, subject: str) -> str:
    return blake2b(subject.encode(), key=key, digest_size=_NUMBER_BYTES).hexdigest()
