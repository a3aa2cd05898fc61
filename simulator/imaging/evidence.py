"""The pictures of a person that a tester uploads: both sides of the ID card, and the face.

Each is a JPEG and a function of its arguments: the same key, person, day and conditions give the
same bytes in every process (of the same Pillow and numpy). Pictures of different people differ in
table, angle and light too, since the person goes into the seed.
"""

from dataclasses import replace
from datetime import date
from hashlib import blake2b

from PIL import Image

from simulator.domain.people import EPOCH, Person
from simulator.imaging.card_facts import CardFacts, card_facts, evidence_key
from simulator.imaging.photograph import (
    Conditions,
    photograph_card,
    photograph_selfie,
    to_jpeg,
)
from simulator.imaging.portrait import FaceTraits, draw_portrait, draw_selfie, face_traits
from simulator.imaging.specimen_card import CardHolder, draw_back, draw_front
from simulator.imaging.validity import age_on

__all__ = [
    "CardFacts",
    "Conditions",
    "card_facts",
    "evidence_key",
    "face_jpeg",
    "id_card_back_jpeg",
    "id_card_front_jpeg",
    "id_card_sides",
    "traits_of",
]

_GOOD = Conditions()
_SEXES = {"male": "男", "female": "女"}


def traits_of(person: Person, key: bytes) -> FaceTraits:
    """The person's face; faces do not age, they are those of the epoch."""
    age = max(0, age_on(date.fromordinal(person.birth), date.fromordinal(EPOCH)))
    return face_traits(key, person.index, male=person.sex == "male", age=age)


def id_card_sides(
    person: Person, key: bytes, day: int, *, expired: bool = False
) -> tuple[Image.Image, Image.Image]:
    """Front and back of the card held on a day (ordinal), as drawn, not photographed."""
    facts = card_facts(person, key, day, expired=expired)
    return _front(person, key, facts), _back(facts)


def id_card_front_jpeg(
    key: bytes,
    person: Person,
    day: int,
    conditions: Conditions = _GOOD,
    *,
    expired: bool = False,
) -> bytes:
    """A photograph of the front of the card held on a day (ordinal); 1280 × 896 pixels.

    `key` is that of `card_facts.evidence_key`.
    """
    card = _front(person, key, card_facts(person, key, day, expired=expired))
    return to_jpeg(photograph_card(card, _of(person, "front", conditions)))


def id_card_back_jpeg(
    key: bytes,
    person: Person,
    day: int,
    conditions: Conditions = _GOOD,
    *,
    expired: bool = False,
) -> bytes:
    """A photograph of the back of the same card; 1280 × 896 pixels."""
    card = _back(card_facts(person, key, day, expired=expired))
    return to_jpeg(photograph_card(card, _of(person, "back", conditions)))


def face_jpeg(
    key: bytes,
    person: Person,
    conditions: Conditions = _GOOD,
    *,
    other: Person | None = None,
    mouth_open: bool = False,
) -> bytes:
    """The person before a telephone, 480 × 600 pixels; `other` steps into the person's place.

    `mouth_open` answers a liveness challenge; pose, clothes and light stay the same.
    """
    taken = _of(person, "face", conditions)
    selfie = draw_selfie(traits_of(other or person, key), seed=taken.seed, mouth_open=mouth_open)
    return to_jpeg(photograph_selfie(selfie, taken))


def _front(person: Person, key: bytes, facts: CardFacts) -> Image.Image:
    holder = CardHolder(
        name=person.name,
        sex=_SEXES[person.sex],
        ethnicity=facts.ethnicity,
        birth=date.fromordinal(person.birth),
        address=facts.address,
        id_number=person.id_number,
        portrait=draw_portrait(traits_of(person, key)),
    )
    return draw_front(holder)


def _back(facts: CardFacts) -> Image.Image:
    return draw_back(facts.authority, facts.valid_from, facts.valid_until)


def _of(person: Person, what: str, conditions: Conditions) -> Conditions:
    """The conditions with a seed that is this person's and this picture's."""
    text = f"{person.people.seed}:{person.index}:{what}:{conditions.seed}"
    seed = int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "little")
    return replace(conditions, seed=seed)
