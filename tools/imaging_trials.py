"""The uploads of the evaluation: whose, under which conditions, and how each is judged.

Rows of three tables, each a condition under which a person's card or face is photographed. People
come from a seed of their own, and no model was trained on their faces.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b
from io import BytesIO
from time import process_time

from PIL import Image, ImageEnhance, ImageFilter

from simulator.domain.people import EPOCH, People, Person
from simulator.domain.regions import POPULATION
from simulator.imaging import evidence
from simulator.imaging.card_facts import card_facts, evidence_key
from simulator.imaging.card_reader import FrontReading, card_back, card_front
from simulator.imaging.face_inspector import inspect_face
from simulator.imaging.photograph import Conditions, photograph_card, photograph_selfie, to_jpeg
from simulator.imaging.portrait import draw_selfie
from simulator.imaging.upload import decode
from simulator.imaging.verdicts import CardRefusal, FaceRefusal, Thresholds

_FACE_SEEDS = 2 * 10**6
SEED = 77_310_429
"""Of the people; the models are trained on faces of another key altogether. Choose another seed
after looking at these people to change a limit, or the tables flatter."""
SOME = 5
"""Rows that no target depends on are measured on every fifth person."""

Judge = Callable[["Subject"], "Outcome"]


@dataclass(frozen=True)
class Outcome:
    """One judged upload."""

    verdict: str
    """`accepted`, `misread`, or the code of the refusal without its prefix."""
    cpu_ms: float


@dataclass(frozen=True)
class Row:
    """One line of a table."""

    name: str
    judge: Judge
    every: int = 1


class Subject:
    """A person with cards drawn once."""

    def __init__(self, number: int) -> None:
        self.number = number
        people = _people()
        at = int.from_bytes(blake2b(b"%d" % number, digest_size=8).digest()) % POPULATION
        self.person: Person = people.at(at)
        self.key = evidence_key(people)
        self.facts = card_facts(self.person, self.key, EPOCH)
        self.front: Image.Image
        self.back: Image.Image
        self.front, self.back = evidence.id_card_sides(self.person, self.key, EPOCH)
        self.reading: FrontReading | None = None

    def other(self) -> Person:
        """Somebody else, of the same sex, so that the comparison is not an easy one."""
        at = self.person.index
        while True:
            at = (at * 6364136223846793005 + 1442695040888963407) % POPULATION
            person = _people().at(at)
            if person.sex == self.person.sex and person != self.person:
                return person

    def portrait(self) -> FrontReading:
        """The reading of the clean photograph of the front."""
        if self.reading is None:
            found = card_front(decode(_card(self.front, Conditions(seed=self.number))))
            # A refused clean card is counted in its own row; the drawn card stands in for it here.
            if isinstance(found, CardRefusal):
                found = card_front(decode(to_jpeg(self.front)))
            assert isinstance(found, FrontReading), found
            self.reading = found
        return self.reading


@cache
def _people() -> People:
    return People(SEED)


def _card(card: Image.Image, conditions: Conditions) -> bytes:
    return to_jpeg(photograph_card(card, conditions))


def _selfie(subject: Subject, person: Person, conditions: Conditions, mouth: bool) -> bytes:
    traits = evidence.traits_of(person, subject.key)
    drawn = draw_selfie(traits, seed=subject.number + 7_000_000, mouth_open=mouth)
    return to_jpeg(photograph_selfie(drawn, conditions))


def _judged_front(data: bytes, subject: Subject) -> Outcome:
    began = process_time()
    found = card_front(decode(data))
    spent = (process_time() - began) * 1000
    if isinstance(found, CardRefusal):
        return Outcome(found.code.partition(".")[2], spent)
    limits = Thresholds().card
    texts = {"name": subject.person.name, "address": subject.facts.address}
    if found.id_number != subject.person.id_number:
        return Outcome("misread", spent)
    for field, text in texts.items():
        if found.verify_text(field, text) < limits.min_text:
            return Outcome(_unlike(found.obscured(field)), spent)
    return Outcome("accepted", spent)


def _unlike(obscured: bool) -> str:
    """What the register check says of a text that is not what it expects."""
    return "photo_glare" if obscured else "text unlike the register"


def _judged_back(data: bytes, subject: Subject) -> Outcome:
    began = process_time()
    found = card_back(decode(data))
    spent = (process_time() - began) * 1000
    if isinstance(found, CardRefusal):
        return Outcome(found.code.partition(".")[2], spent)
    facts = subject.facts
    if (found.valid_from, found.valid_until) != (facts.valid_from, facts.valid_until):
        return Outcome("misread", spent)
    if found.verify_text("authority", facts.authority) < Thresholds().card.min_text:
        return Outcome(_unlike(found.obscured("authority")), spent)
    return Outcome("accepted", spent)


def _judged_face(data: bytes, subject: Subject, *, challenge: bool = False) -> Outcome:
    portrait = subject.portrait().face
    began = process_time()
    found = inspect_face(decode(data), portrait, mouth_open=challenge)
    spent = (process_time() - began) * 1000
    if isinstance(found, FaceRefusal):
        return Outcome(found.code.partition(".")[2], spent)
    return Outcome("accepted", spent)


def _front_row(name: str, every: int = SOME, **conditions: float) -> Row:
    def judge(subject: Subject) -> Outcome:
        taken = Conditions(seed=subject.number, **conditions)
        return _judged_front(_card(subject.front, taken), subject)

    return Row(name, judge, every)


def _back_row(name: str, every: int = SOME, **conditions: float) -> Row:
    def judge(subject: Subject) -> Outcome:
        taken = Conditions(seed=subject.number + 10**6, **conditions)
        return _judged_back(_card(subject.back, taken), subject)

    return Row(name, judge, every)


def _face_row(
    name: str,
    every: int = SOME,
    *,
    other: bool = False,
    mouth: bool = False,
    challenge: bool = False,
    **conditions: float,
) -> Row:
    def judge(subject: Subject) -> Outcome:
        taken = Conditions(seed=subject.number + _FACE_SEEDS, **conditions)
        person = subject.other() if other else subject.person
        return _judged_face(_selfie(subject, person, taken, mouth), subject, challenge=challenge)

    return Row(name, judge, every)


def _elsewhere(data: bytes, *, blur: float = 0.0, light: float = 1.0, quality: int = 80) -> bytes:
    """The photograph after another program had it: enlarged or shrunk, blurred, darkened."""
    image = Image.open(BytesIO(data)).convert("RGB")
    image = image.resize((image.width * 5 // 4, image.height * 5 // 4), Image.Resampling.LANCZOS)
    if blur:
        image = image.filter(ImageFilter.BoxBlur(blur * 5 / 4 * 3**0.5))
    image = ImageEnhance.Brightness(image).enhance(light)
    stream = BytesIO()
    image.save(stream, "JPEG", quality=quality, progressive=True, subsampling=2)
    return stream.getvalue()


def _front_elsewhere(name: str, **how: float) -> Row:
    def judge(subject: Subject) -> Outcome:
        clean = _card(subject.front, Conditions(seed=subject.number))
        return _judged_front(_elsewhere(clean, **how), subject)  # type: ignore[arg-type]

    return Row(name, judge, SOME)


def _swapped_row(name: str, *, back_as_front: bool, every: int) -> Row:
    def judge(subject: Subject) -> Outcome:
        taken = Conditions(seed=subject.number)
        if back_as_front:
            return _judged_front(_card(subject.back, taken), subject)
        return _judged_back(_card(subject.front, taken), subject)

    return Row(name, judge, every)


def _card_as_face(subject: Subject) -> Outcome:
    return _judged_face(_card(subject.back, Conditions(seed=subject.number)), subject)


def _face_elsewhere(name: str, **how: float) -> Row:
    def judge(subject: Subject) -> Outcome:
        taken = Conditions(seed=subject.number)
        clean = _selfie(subject, subject.person, taken, mouth=False)
        return _judged_face(_elsewhere(clean, **how), subject)  # type: ignore[arg-type]

    return Row(name, judge, SOME)


TABLES: dict[str, tuple[Row, ...]] = {
    "front": (
        _front_row("clean", 1),
        _front_row("blur σ 1", blur=1),
        _front_row("blur σ 2", blur=2),
        _front_row("blur σ 3", 1, blur=3),
        _front_row("blur σ 5", blur=5),
        _front_row("light × 0.45", darkness=0.45),
        _front_row("light × 0.3", 1, darkness=0.3),
        _front_row("over-exposed × 1.5", brightness=1.5),
        _front_row("over-exposed × 2.5", brightness=2.5),
        _front_row("glare, radius 5 %", glare=0.05),
        _front_row("glare, radius 10 %", glare=0.10),
        _front_row("glare, radius 25 %", glare=0.25),
        _front_row("noise σ 8", noise=8),
        _front_row("turned by 30°", rotate=30),
        _front_row("upside down", rotate=180),
        _front_elsewhere("another program: clean"),
        _front_elsewhere("another program: blur σ 3", blur=3),
        _front_elsewhere("another program: light × 0.3", light=0.3),
        _swapped_row("back as front", back_as_front=True, every=1),
    ),
    "back": (
        _back_row("clean", 1),
        _back_row("blur σ 2", blur=2),
        _back_row("blur σ 3", blur=3),
        _back_row("light × 0.3", darkness=0.3),
        _back_row("glare, radius 25 %", glare=0.25),
        _swapped_row("front as back", back_as_front=False, every=SOME),
    ),
    "face": (
        _face_row("clean", 1),
        _face_row("another person, same sex", 1, other=True),
        _face_row("mouth opened as asked", 1, mouth=True, challenge=True),
        _face_row("mouth shut although asked", 1, challenge=True),
        _face_row("blur σ 1", blur=1),
        _face_row("blur σ 2", blur=2),
        _face_row("blur σ 3", 1, blur=3),
        _face_row("light × 0.5", darkness=0.5),
        _face_row("light × 0.3", 1, darkness=0.3),
        _face_row("over-exposed × 1.2", brightness=1.2),
        _face_row("over-exposed × 1.5", brightness=1.5),
        _face_row("over-exposed × 2.5", 1, brightness=2.5),
        _face_row("glare, radius 25 %", glare=0.25),
        _face_row("noise σ 8", noise=8),
        _face_row("turned by 8°", rotate=8),
        _face_elsewhere("another program: clean"),
        _face_elsewhere("another program: blur σ 4", blur=4),
        _face_elsewhere("another program: light × 0.3", light=0.3),
        Row("a card instead of a face", _card_as_face, SOME),
    ),
}


def comparison(subject: Subject) -> tuple[list[float], list[float] | None]:
    """The embeddings of the portrait and of the clean selfie, None when that was refused."""
    taken = Conditions(seed=subject.number + _FACE_SEEDS)
    portrait = subject.portrait().face
    selfie = inspect_face(decode(_selfie(subject, subject.person, taken, mouth=False)), portrait)
    found = None if isinstance(selfie, FaceRefusal) else selfie.embedding.round(4).tolist()
    return portrait.round(4).tolist(), found
