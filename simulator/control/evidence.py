"""Evidence for testers: pictures to upload and samples to present, for any person of a world."""

from base64 import b64encode
from typing import Any

from simulator.control.people import find_person
from simulator.domain import biometrics, china_time
from simulator.domain.biometrics import KINDS, POSITIONS
from simulator.domain.people import Person
from simulator.errors import BiometricsNotOfferedError, RequestError
from simulator.web.call import Call
from simulator.web.reply import Reply
from simulator.world import World

_JPEG = ("content-type", "image/jpeg")


def id_card_front(call: Call, world: str, id_number: str) -> Reply:
    from simulator.imaging.evidence import id_card_front_jpeg

    found, person, key = _subject(call, world, id_number)
    day = china_time.day_of(found.now_ms())
    expired = call.query.pop("expired")
    return Reply(
        200,
        id_card_front_jpeg(key, person, day, _conditions(call), expired=expired),
        [_JPEG],
    )


def id_card_back(call: Call, world: str, id_number: str) -> Reply:
    from simulator.imaging.evidence import id_card_back_jpeg

    found, person, key = _subject(call, world, id_number)
    day = china_time.day_of(found.now_ms())
    expired = call.query.pop("expired")
    return Reply(
        200,
        id_card_back_jpeg(key, person, day, _conditions(call), expired=expired),
        [_JPEG],
    )


def face(call: Call, world: str, id_number: str) -> Reply:
    from simulator.imaging.evidence import face_jpeg

    found, person, key = _subject(call, world, id_number)
    other = _other(found, person, call.query.pop("other", None))
    mouth_open = call.query.pop("mouth_open")
    picture = face_jpeg(key, person, _conditions(call), other=other, mouth_open=mouth_open)
    return Reply(200, picture, [_JPEG])


def biometric_sample(call: Call, world: str, id_number: str, kind: str) -> dict[str, Any]:
    found = call.worlds.find(world)
    person = find_person(found, id_number)
    query = call.query
    for known in KINDS:
        if kind != known:
            continue
        if query["position"] not in POSITIONS[known]:
            most = POSITIONS[known][-1]
            raise RequestError(details={"fields": {"position": [f"expected 0…{most}"]}})
        sample = biometrics.template(
            found.key("biometrics"),
            known,
            person.index,
            query["position"],
            noise=query["noise"],
            seed=query["seed"],
        )
        return {
            "kind": known,
            "position": query["position"],
            "sample": b64encode(sample).decode("ascii"),
        }
    raise BiometricsNotOfferedError(details={"kind": kind[:40], "known": list(KINDS)})


def _subject(call: Call, world: str, id_number: str) -> tuple[World, Person, bytes]:
    from simulator.imaging.card_facts import evidence_key

    found = call.worlds.find(world)
    return found, find_person(found, id_number), evidence_key(found.people)


def _conditions(call: Call) -> Any:
    """What is left of the query: every value lies in the range that the photograph takes."""
    from simulator.imaging.photograph import Conditions

    return Conditions(**call.query)


def _other(world: World, person: Person, wanted: str | None) -> Person | None:
    """Who steps into the person's place: somebody named by ID number, or just anybody else."""
    if wanted is None or wanted == "false":
        return None
    if wanted == "true":
        return world.people.at((person.index + 1) % len(world.people))
    return find_person(world, wanted)
