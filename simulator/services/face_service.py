"""The face service of a third party: a key for a name and a number, a picture, a result.

The application's back end asks for a key, the person's phone takes the picture and hands the
application a ticket, and with that the back end asks what came of it (calls observed,
domain-facts.md §7). What came of it is only in the result: neither the phone's answer nor the
asking fails for it. That a key serves for several pictures while it lives is *assumed*.
"""

from dataclasses import dataclass
from secrets import token_hex
from typing import Final

from simulator.domain import call_limits, china_time
from simulator.domain.applications import Application
from simulator.domain.call_limits import CallCount
from simulator.domain.face_service import FaceOutcome
from simulator.domain.people import Person
from simulator.errors import FaceKeyUnknownError, FaceResultUnknownError
from simulator.services import accounts, face_checks
from simulator.services.visit import Visit

_TEXT_BYTES: Final = 24


@dataclass(frozen=True, slots=True)
class FaceKey:
    """Whom an application wants to be checked."""

    app_id: str
    name: str
    id_number: str
    asked_ms: int
    expires_ms: int


@dataclass(frozen=True, slots=True)
class FaceResult:
    """What one visit to the camera came to."""

    app_id: str
    open_id: str
    """On whose phone it was."""
    key: str
    name: str
    id_number: str
    outcome: FaceOutcome
    asked_ms: int
    finished_ms: int


@dataclass(frozen=True, slots=True)
class IssuedKey:
    """A key, and how long the person may take."""

    text: str
    expires_in_s: int


def begin(visit: Visit, application: Application, name: str, id_number: str) -> IssuedKey:
    """A key for a check; whether name and number fit comes out with the result."""
    lifetime_s = visit.policy.face_service.lifetime_s
    expires_ms = visit.now_ms + lifetime_s * china_time.SECOND_MS
    key = FaceKey(application.app_id, name, id_number.upper(), visit.now_ms, expires_ms)
    text = token_hex(_TEXT_BYTES)
    visit.world.update(_key_of(text), FaceKey, lambda _: (key, None))
    return IssuedKey(text, lifetime_s)


def capture(
    visit: Visit, application: Application, key_text: str, open_id: str, photo: bytes | None
) -> str:
    """Take the picture, or None where the person gives up; the ticket for the result.

    Raises FaceKeyUnknownError, or an UploadError for bytes that are no picture, which costs no try.
    """
    key = visit.world.read(_key_of(key_text), FaceKey)
    if key is None or key.app_id != application.app_id:
        raise FaceKeyUnknownError
    result = FaceResult(
        app_id=application.app_id,
        open_id=open_id,
        key=key_text,
        name=key.name,
        id_number=key.id_number,
        outcome=_outcome(visit, key, photo),
        asked_ms=key.asked_ms,
        finished_ms=visit.now_ms,
    )
    ticket = token_hex(_TEXT_BYTES)
    visit.world.update(_key_of_result(ticket), FaceResult, lambda _: (result, None))
    return ticket


def result_of(visit: Visit, application: Application, ticket: str) -> FaceResult:
    """What came of a check. Raises FaceResultUnknownError."""
    result = visit.world.read(_key_of_result(ticket), FaceResult)
    if result is None or result.app_id != application.app_id:
        raise FaceResultUnknownError
    return result


def _outcome(visit: Visit, key: FaceKey, photo: bytes | None) -> FaceOutcome:
    if visit.now_ms >= key.expires_ms:
        return "timed_out"
    if photo is None:
        return "cancelled"
    person = visit.world.people.by_id_number(key.id_number)
    compared: FaceOutcome = (
        "not_in_library" if person is None else _compare(visit, person, key.name, photo)
    )
    return compared if _count(visit, key) else "too_often"


def _compare(visit: Visit, person: Person, name: str, photo: bytes) -> FaceOutcome:
    if accounts.is_deceased(visit, person):
        return "no_such_user"
    if person.name != name:
        return "id_mismatch"
    return face_checks.compare(visit, person, photo)


def _count(visit: Visit, key: FaceKey) -> bool:
    """Count a picture of a number; False where the day's are used up."""
    limit = visit.policy.face_service.tries_per_day
    day = china_time.day_of(visit.now_ms)
    stored = f"face-tries/{visit.platform}/{key.id_number}"
    return visit.world.update(stored, CallCount, lambda known: call_limits.count(known, limit, day))


def _key_of(text: str) -> str:
    return f"face-key/{text}"


def _key_of_result(text: str) -> str:
    return f"face-result/{text}"
