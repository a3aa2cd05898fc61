"""Certifications of an identity for an application: name, ID number and, where given, a face.

An application begins one and asks later what came of it. The person's part, showing their face to
the Alipay app, is taken for granted: whoever is certified appears in person, so a certification
without a picture passes when name and number are those of one living person. A picture that the
application brings is compared with the register's portrait (*assumed*).
"""

from dataclasses import dataclass
from hashlib import blake2b
from typing import Final

from simulator.domain import china_time
from simulator.domain.applications import Application
from simulator.domain.face_service import FaceOutcome
from simulator.errors import (
    CertificationExpiredError,
    CertificationRepeatedError,
    CertificationUnknownError,
)
from simulator.services import accounts, face_checks
from simulator.services.visit import Visit

_ID_BYTES: Final = 16


@dataclass(frozen=True, slots=True)
class Certification:
    """One certification, as the store keeps it."""

    app_id: str
    name: str
    id_number: str
    scene: str
    """biz_code: what the person is to show."""
    picture: str | None
    """Digest of the picture the application brought."""
    outcome: FaceOutcome
    begun_ms: int


def begin(
    visit: Visit,
    application: Application,
    order_no: str,
    *,
    scene: str,
    name: str,
    id_number: str,
    picture: bytes | None,
) -> str:
    """Begin a certification; its id, 32 hexadecimal digits.

    The same order gives the same id. Raises CertificationRepeatedError where the order number was
    used for something else, or an UploadError for bytes that are no picture.
    """
    certify_id = _certify_id(visit, application, order_no)
    digest = None if picture is None else blake2b(picture, digest_size=_ID_BYTES).hexdigest()
    known = visit.world.read(_key(certify_id), Certification)
    outcome = _judge(visit, name, id_number.upper(), picture) if known is None else known.outcome
    wanted = Certification(
        application.app_id, name, id_number.upper(), scene, digest, outcome, visit.now_ms
    )

    def change(stored: Certification | None) -> tuple[Certification, Certification]:
        return stored or wanted, stored or wanted

    kept = visit.world.update(_key(certify_id), Certification, change)
    if _content(kept) != _content(wanted):
        raise CertificationRepeatedError(details={"outer_order_no": order_no})
    return certify_id


def find(visit: Visit, application: Application, certify_id: str) -> Certification:
    """What came of a certification.

    Raises CertificationUnknownError, also for another application's, or CertificationExpiredError.
    """
    kept = visit.world.read(_key(certify_id), Certification)
    if kept is None or kept.app_id != application.app_id:
        raise CertificationUnknownError
    lifetime_ms = visit.policy.gateway.certify_lifetime_s * china_time.SECOND_MS
    if visit.now_ms >= kept.begun_ms + lifetime_ms:
        raise CertificationExpiredError
    return kept


def _judge(visit: Visit, name: str, id_number: str, picture: bytes | None) -> FaceOutcome:
    person = visit.world.people.by_id_number(id_number)
    if person is None:
        return "not_in_library"
    if accounts.is_deceased(visit, person):
        return "no_such_user"
    if person.name != name:
        return "id_mismatch"
    return "passed" if picture is None else face_checks.compare(visit, person, picture)


def _content(kept: Certification) -> tuple[str, str, str, str | None]:
    return kept.name, kept.id_number, kept.scene, kept.picture


def _certify_id(visit: Visit, application: Application, order_no: str) -> str:
    subject = f"{application.app_id}/{order_no}".encode()
    return blake2b(subject, key=visit.world.token_key, digest_size=_ID_BYTES).hexdigest()


def _key(certify_id: str) -> str:
    return f"certification/{certify_id}"
