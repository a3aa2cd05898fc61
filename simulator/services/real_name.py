"""Real-name verification: uploads judged by what they show, then held against the register.

The pictures are judged outside the change of the account, since that takes long; the change itself
finds the account as it is by then, so a try that came in meanwhile counts.
"""

from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from simulator.domain import china_time, real_name
from simulator.domain.people import Person
from simulator.domain.real_name import AcceptedCard, CardFacts, Outcome, RegisterFacts
from simulator.errors import (
    AlreadyVerifiedError,
    FaceNotNeededError,
    IdCardNeededError,
    RealNameDailyLimitError,
    RealNameError,
    SessionInvalidError,
    error_type,
)
from simulator.services import accounts, identities
from simulator.services.accounts import Account
from simulator.services.pooling_areas import refuse_unless_insured_here
from simulator.services.sign_in import OpenSession
from simulator.services.visit import Visit

if TYPE_CHECKING:
    from simulator.imaging.card_reader import BackReading, FrontReading
    from simulator.imaging.upload import DecodedImage
    from simulator.imaging.verdicts import Measurements, Thresholds

Figures = Mapping[str, Mapping[str, float]]


@dataclass(frozen=True, slots=True)
class CardAccepted:
    """An accepted card: what was read, and the measured figures of both photographs."""

    state: str
    person: Person
    valid_from: date
    valid_until: date | None
    front: Figures
    back: Figures
    liveness: str


@dataclass(frozen=True, slots=True)
class FaceAccepted:
    """An accepted face: the account is verified."""

    state: str
    person: Person
    score: float
    threshold: float
    figures: Figures


def judge_card(visit: Visit, session: OpenSession, front: bytes, back: bytes) -> CardAccepted:
    """Judge the photographs of an ID card and, if they are good, keep it for the face.

    Raises an error of the upload or NotInsuredHereError (which cost no try), or a RealNameError.
    """
    from simulator.imaging import upload
    from simulator.imaging.face_matcher import FaceMatcher

    _refuse_without_tries(visit, session.account)
    limits = _thresholds(visit)
    pictures = (upload.decode(front, limits.upload), upload.decode(back, limits.upload))
    try:
        readings = _read_card(pictures, limits)
        person, valid_until = _check_register(visit, session, readings, limits)
        embedding = FaceMatcher.load().embed(readings[0].portrait)
        if embedding is None:
            raise _refusal("real_name.photo_unclear", readings[0].measurements, "portrait")
    except RealNameError as refusal:
        _record_card(visit, session, None, None)
        raise _with_tries(visit, session, refusal) from None
    card = AcceptedCard(person.index, valid_until)
    account = _record_card(visit, session, card, b64encode(embedding.tobytes()).decode("ascii"))
    return CardAccepted(
        state=accounts.real_name_state(visit, account),
        person=person,
        valid_from=readings[1].valid_from,
        valid_until=readings[1].valid_until,
        front=readings[0].measurements.as_details(),
        back=readings[1].measurements.as_details(),
        liveness=visit.policy.liveness.challenge,
    )


def judge_face(visit: Visit, session: OpenSession, photo: bytes) -> FaceAccepted:
    """Compare a face with the portrait on the accepted card; the account is verified if it fits.

    Raises an error of the upload (which costs no try), or a RealNameError.
    """
    import numpy as np

    from simulator.imaging import upload
    from simulator.imaging.face_inspector import inspect_face
    from simulator.imaging.verdicts import FaceRefusal

    policy = visit.policy
    account = session.account
    if accounts.real_name_state(visit, account) == "verified":
        raise FaceNotNeededError
    _refuse_without_tries(visit, account)
    waiting = real_name.waiting_card(account.identity, policy.real_name, visit.now_ms)
    if waiting is None or account.card_face is None:
        raise IdCardNeededError
    limits = _thresholds(visit)
    picture = upload.decode(photo, limits.upload)
    portrait = np.frombuffer(b64decode(account.card_face), np.float32)
    verdict = inspect_face(
        picture,
        portrait,
        limits.face,
        mouth_open=policy.liveness.challenge == "mouth_open",
    )
    person = visit.world.people.at(waiting)
    if isinstance(verdict, FaceRefusal):
        _record_face(visit, session, person, accepted=False)
        refusal = _refusal(verdict.code, verdict.measurements, verdict.problem)
        raise _with_tries(visit, session, refusal)
    if not identities.claim(visit, person, session.phone):
        _record_face(visit, session, person, accepted=False)
        raise _with_tries(visit, session, AlreadyVerifiedError())
    account = _record_face(visit, session, person, accepted=True)
    return FaceAccepted(
        state=accounts.real_name_state(visit, account),
        person=person,
        score=verdict.similarity,
        threshold=limits.face.min_similarity,
        figures=verdict.measurements.as_details(),
    )


def _thresholds(visit: Visit) -> "Thresholds":
    from simulator.imaging.upload import UploadLimits
    from simulator.imaging.verdicts import CardThresholds, FaceThresholds, Thresholds

    policy = visit.policy
    return Thresholds(
        upload=UploadLimits(**policy.upload),
        card=CardThresholds(**policy.card_photo),
        face=FaceThresholds(**policy.face_photo),
    )


def _read_card(
    pictures: "tuple[DecodedImage, DecodedImage]", limits: "Thresholds"
) -> "tuple[FrontReading, BackReading]":
    from simulator.imaging.card_reader import card_back, card_front
    from simulator.imaging.verdicts import CardRefusal

    front = card_front(pictures[0], limits.card)
    if isinstance(front, CardRefusal):
        raise _refusal(front.code, front.measurements, front.problem, side="front")
    back = card_back(pictures[1], limits.card)
    if isinstance(back, CardRefusal):
        raise _refusal(back.code, back.measurements, back.problem, side="back")
    return front, back


def _check_register(
    visit: Visit,
    session: OpenSession,
    readings: "tuple[FrontReading, BackReading]",
    limits: "Thresholds",
) -> tuple[Person, int | None]:
    """The person on the card, and its last day. Raises RealNameError."""
    front, back = readings
    people = visit.world.people
    person = people.by_id_number(front.id_number)
    valid_until = None if back.valid_until is None else back.valid_until.toordinal()
    register = None
    read = CardFacts(front.id_number, front.name, _birth(front.id_number), valid_until)
    if person is not None:
        if front.verify_text("name", person.name) >= limits.card.min_text:
            # The register knows characters that the reader does not tell apart.
            read = replace(read, name=person.name)
        elif front.obscured("name"):
            raise _refusal("real_name.photo_glare", front.measurements, "name", side="front")
        holder = identities.phone_of(visit, person)
        register = RegisterFacts(
            person=person.index,
            id_number=person.id_number,
            name=person.name,
            birth=person.birth,
            is_deceased=accounts.is_deceased(visit, person),
            verified_elsewhere=holder not in (None, session.phone),
            account_person=session.account.person,
            phone_person=people.index_of_phone(session.phone),
        )
    day = china_time.day_of(visit.now_ms)
    problems = real_name.register_problems(read, register, day, policy=visit.policy.real_name)
    if problems or person is None:
        kind = error_type(problems[0])
        assert kind is not None
        raise kind(details={"problems": list(problems)}, reason={"id_number_read": read.id_number})
    refuse_unless_insured_here(visit, person)
    return person, valid_until


def _birth(id_number: str) -> int:
    return date.fromisoformat(
        f"{id_number[6:10]}-{id_number[10:12]}-{id_number[12:14]}"
    ).toordinal()


def _record_card(
    visit: Visit, session: OpenSession, card: AcceptedCard | None, face: str | None
) -> Account:
    policy = visit.policy.real_name

    def change(account: Account) -> tuple[Account, tuple[Account, Outcome]]:
        if card is not None and account.person not in (None, card.person):
            return account, (account, "refused")
        identity, outcome = real_name.record_card(account.identity, policy, visit.now_ms, card)
        account = replace(account, identity=identity)
        if outcome == "accepted":
            account = replace(account, card_face=face)
        return account, (account, outcome)

    account, outcome = _updated(visit, session, change)
    if outcome == "daily_limit":
        raise _daily_limit(visit)
    return account


def _record_face(visit: Visit, session: OpenSession, person: Person, *, accepted: bool) -> Account:
    policy = visit.policy.real_name

    def change(account: Account) -> tuple[Account, tuple[Account, Outcome]]:
        identity, outcome = real_name.record_face(
            account.identity, policy, visit.now_ms, person=person.index, accepted=accepted
        )
        account = replace(account, identity=identity)
        if outcome == "accepted":
            account = replace(account, card_face=None)
        return account, (account, outcome)

    account, outcome = _updated(visit, session, change)
    if outcome == "daily_limit":
        raise _daily_limit(visit)
    if outcome == "card_needed":
        raise IdCardNeededError
    if outcome == "not_needed":
        raise FaceNotNeededError
    return account


def _updated(visit: Visit, session: OpenSession, change: Any) -> tuple[Account, Outcome]:
    updated: tuple[Account, Outcome] | None = accounts.update_account(visit, session.phone, change)
    if updated is None:
        raise SessionInvalidError
    return updated


def _refuse_without_tries(visit: Visit, account: Account) -> None:
    if real_name.tries_left(account.identity, visit.policy.real_name, visit.now_ms) == 0:
        raise _daily_limit(visit)


def _daily_limit(visit: Visit) -> RealNameDailyLimitError:
    returns_ms = real_name.tries_return_at(visit.now_ms)
    return RealNameDailyLimitError(
        details={"tries_return_at": china_time.to_iso(returns_ms)},
        retry_after_s=-((visit.now_ms - returns_ms) // 1000),
    )


def _refusal(
    code: str, measured: "Measurements", problem: str, *, side: str | None = None
) -> RealNameError:
    kind = error_type(code)
    assert kind is not None
    details: dict[str, Any] = {"problem": problem, "measured": dict(measured.as_details())}
    if side is not None:
        details["side"] = side
    refusal = kind(details=details)
    assert isinstance(refusal, RealNameError)
    return refusal


def _with_tries(visit: Visit, session: OpenSession, refusal: RealNameError) -> RealNameError:
    """The refusal, telling how many tries the day still takes."""
    account = accounts.read(visit, session.phone).account
    if account is not None:
        left = real_name.tries_left(account.identity, visit.policy.real_name, visit.now_ms)
        refusal.details["tries_left"] = left
    return refusal
