"""Draw the sheets of docs/imaging.md: `python -m tools.make_verdict_sheets`.

The photographs of the contact sheets, each with the verdict on it and the figure that decided it.
"""

import sys
from functools import cache

from simulator.domain.people import Person
from simulator.imaging.card_reader import FrontReading, card_front
from simulator.imaging.evidence import id_card_front_jpeg
from simulator.imaging.face_inspector import inspect_face
from simulator.imaging.face_matcher import Embedding
from simulator.imaging.upload import decode
from simulator.imaging.verdicts import CardRefusal, FaceRefusal, Measurements
from tools.make_contact_sheets import (
    DAY,
    FOLDER,
    KEY,
    card_photographs_sheet,
    face_photographs_sheet,
    save,
)


def judged_card(person: Person, data: bytes) -> str:
    """Verdict and figure, a line each."""
    found = card_front(decode(data))
    if isinstance(found, CardRefusal):
        return _refused(found)
    if found.id_number != person.id_number:
        return "misread\n" + found.id_number
    figures = found.measurements
    sharp, glare = figures["sharpness"], figures["glare"]
    return f"accepted: {found.name}\nsharpness {sharp:.0f}\nglare {glare:.2f}"


def judged_face(person: Person, data: bytes) -> str:
    """Verdict and figure, a line each, against the person's own card."""
    found = inspect_face(decode(data), _portrait(person))
    if isinstance(found, FaceRefusal):
        return _refused(found)
    return f"accepted\nsimilarity {found.similarity:.2f}"


@cache
def _portrait(person: Person) -> Embedding:
    found = card_front(decode(id_card_front_jpeg(KEY, person, DAY)))
    assert isinstance(found, FrontReading)  # it is a clean photograph
    return found.face


def _refused(refusal: CardRefusal | FaceRefusal) -> str:
    code = refusal.code.partition(".")[2]
    return f"{code}\n{_figure(refusal.measurements, refusal.problem)}"


def _figure(figures: Measurements, problem: str) -> str:
    """The figure that decided, with its limit, or what was seen."""
    for figure in figures:
        if figure.name == problem:
            value = f"{figure.value:.3g}"
            if figure.minimum is not None:
                return f"{problem}\n{value} < {figure.minimum:g}"
            if figure.maximum is not None:
                return f"{problem}\n{value} > {figure.maximum:g}"
            return f"{problem} {value}"
    return problem


if __name__ == "__main__":
    for name, sheet in (
        ("judged-cards", card_photographs_sheet(judged_card)),
        ("judged-faces", face_photographs_sheet(judged_face)),
    ):
        size = save(sheet, FOLDER / f"{name}.jpg")
        sys.stdout.write(f"{name}.jpg {size // 1024} KB\n")
