"""`yibao-sim evidence`: the pictures of one person as files, without a server."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from simulator.domain import china_time
from simulator.domain.people import People, Person
from simulator.imaging.evidence import (
    Conditions,
    card_facts,
    evidence_key,
    face_jpeg,
    id_card_back_jpeg,
    id_card_front_jpeg,
)

FILES = ("front.jpg", "back.jpg", "face.jpg", "face-mouth-open.jpg", "facts.json")


class EvidenceError(ValueError):
    """What was asked for cannot be written: an unknown person, a folder that takes no files."""


def write_evidence(
    folder: Path,
    id_number: str,
    *,
    day: int,
    conditions: Conditions,
    seed: int = 1,
    id_space: str = "unassigned",
    expired: bool = False,
    other: str | None = None,
) -> list[Path]:
    """Write FILES for the holder of an ID number as of a day (ordinal); the paths written.

    `other` is the ID number of somebody else, whose face is then in the pictures of the face. The
    folder is made when it is missing. Raises EvidenceError.
    """
    people = People(seed, id_space)
    person = _holder(people, id_number)
    face = _holder(people, other) if other is not None else None
    if day < person.birth:
        raise EvidenceError(
            f"{id_number} is born on {china_time.day_to_iso(person.birth)}, there is no card before"
        )
    key = evidence_key(people)
    contents = (
        id_card_front_jpeg(key, person, day, conditions, expired=expired),
        id_card_back_jpeg(key, person, day, conditions, expired=expired),
        face_jpeg(key, person, conditions, other=face),
        face_jpeg(key, person, conditions, other=face, mouth_open=True),
        _facts_json(person, key, day, conditions, face=face, expired=expired),
    )
    paths = [folder / name for name in FILES]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for path, content in zip(paths, contents, strict=True):
            path.write_bytes(content)
    except OSError as error:
        raise EvidenceError(f"cannot write to {folder}: {error.strerror}") from error
    return paths


def _holder(people: People, id_number: str) -> Person:
    person = people.by_id_number(id_number)
    if person is None:
        raise EvidenceError(
            f"{id_number!r} is nobody's ID number in the world of seed {people.seed}"
            f" (id space {people.id_space}); yibao-sim people --seed {people.seed} prints some"
        )
    return person


def _facts_json(
    person: Person,
    key: bytes,
    day: int,
    conditions: Conditions,
    *,
    face: Person | None,
    expired: bool,
) -> bytes:
    """What the pictures say and how they were taken, as UTF-8 JSON."""
    facts = card_facts(person, key, day, expired=expired)
    until = facts.valid_until
    record: dict[str, Any] = {
        "id_number": person.id_number,
        "name": person.name,
        "sex": person.sex,
        "birth_date": china_time.day_to_iso(person.birth),
        "phone": person.phone,
        "region": person.region,
        "ethnicity": facts.ethnicity,
        "address": facts.address,
        "authority": facts.authority,
        "valid_from": facts.valid_from.isoformat(),
        "valid_until": until.isoformat() if until else None,
        "face_of": (face or person).id_number,
        "seed": person.people.seed,
        "id_space": person.people.id_space,
        "as_of": china_time.day_to_iso(day),
        "conditions": asdict(conditions),
    }
    return (json.dumps(record, ensure_ascii=False, indent=2) + "\n").encode()
