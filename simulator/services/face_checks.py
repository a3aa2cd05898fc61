"""A face held against the portrait that the register has of a person, from real image bytes."""

from typing import TYPE_CHECKING, Final

from simulator.domain.face_service import FaceOutcome
from simulator.domain.people import Person
from simulator.services.visit import Visit

if TYPE_CHECKING:
    from simulator.imaging.face_matcher import Embedding

_OUTCOMES: Final[dict[str, FaceOutcome]] = {
    "real_name.photo_unclear": "poor_photo",
    "real_name.too_dark": "poor_photo",
    "real_name.too_bright": "too_bright",
    "real_name.no_face": "no_face",
    "real_name.face_mismatch": "face_mismatch",
    "real_name.liveness_failed": "not_alive",
}
"""What a picture is refused for, as a face service calls it: it has no word for too dark."""


def compare(visit: Visit, person: Person, photo: bytes) -> FaceOutcome:
    """What the picture of a face comes to, by the thresholds and the challenge of policy.

    Raises an UploadError for bytes that are no picture. Takes a tenth of a second or more.
    """
    from simulator.imaging import upload
    from simulator.imaging.face_inspector import inspect_face
    from simulator.imaging.upload import UploadLimits
    from simulator.imaging.verdicts import FaceRefusal, FaceThresholds

    policy = visit.policy
    picture = upload.decode(photo, UploadLimits(**policy.upload))
    verdict = inspect_face(
        picture,
        _register_portrait(person),
        FaceThresholds(**policy.face_photo),
        mouth_open=policy.liveness.challenge == "mouth_open",
    )
    return _OUTCOMES[verdict.code] if isinstance(verdict, FaceRefusal) else "passed"


def _register_portrait(person: Person) -> "Embedding":
    import numpy as np

    from simulator.imaging.card_facts import evidence_key
    from simulator.imaging.evidence import traits_of
    from simulator.imaging.face_matcher import FaceMatcher
    from simulator.imaging.portrait import draw_portrait

    portrait = draw_portrait(traits_of(person, evidence_key(person.people)))
    embedding = FaceMatcher.load().embed(np.asarray(portrait, np.uint8), min_faceness=-np.inf)
    assert embedding is not None, "the register's portraits are drawn, and are faces"
    return embedding
