"""Selfies, judged by what is in them, against the portrait cut out of a photographed card."""

from io import BytesIO

import numpy as np
import pytest
from PIL import Image, ImageFilter

from simulator.domain.people import EPOCH, People
from simulator.imaging import evidence
from simulator.imaging.card_facts import evidence_key
from simulator.imaging.card_reader import FrontReading, card_front
from simulator.imaging.face_inspector import FaceReading, inspect_face
from simulator.imaging.face_matcher import FaceMatcher, score
from simulator.imaging.photograph import Conditions
from simulator.imaging.upload import decode
from simulator.imaging.verdicts import FaceRefusal, FaceThresholds
from tools.train_face_matcher import canonical_drawings

PEOPLE = People(32)
KEY = evidence_key(PEOPLE)
PERSONS = [PEOPLE.at(index) for index in (4_321, 600_000_007, 1_000_000_019, 1_300_000_000)]
LIMITS = FaceThresholds()


@pytest.fixture(scope="module")
def portraits() -> list[np.ndarray]:
    """The embedding of each person's portrait, from the photograph of the card."""
    found = []
    for person in PERSONS:
        reading = card_front(decode(evidence.id_card_front_jpeg(KEY, person, EPOCH)))
        assert isinstance(reading, FrontReading), reading
        found.append(reading.face)
    return found


def code(found: object) -> str:
    return found.code.removeprefix("real_name.") if isinstance(found, FaceRefusal) else "accepted"


def selfie(which: int, *, mouth_open: bool = False, **conditions: float) -> bytes:
    taken = Conditions(seed=4, **conditions)
    return evidence.face_jpeg(KEY, PERSONS[which], taken, mouth_open=mouth_open)


EVERYONE = range(len(PERSONS))


@pytest.mark.parametrize("which", EVERYONE)
@pytest.mark.parametrize(
    "conditions",
    [{}, {"blur": 1.0}, {"darkness": 0.7}, {"noise": 8.0}, {"rotate": 6.0}],
    ids=str,
)
def test_the_person_on_the_card_is_accepted(
    portraits: list[np.ndarray], which: int, conditions: dict[str, float]
) -> None:
    found = inspect_face(decode(selfie(which, **conditions)), portraits[which])
    assert isinstance(found, FaceReading), found
    assert found.similarity >= LIMITS.min_similarity
    assert found.measurements.failed() is None
    assert found.measurements["similarity"] == found.similarity


@pytest.mark.parametrize("which", EVERYONE)
def test_anybody_else_is_refused(portraits: list[np.ndarray], which: int) -> None:
    picture = decode(selfie(which))
    for other in set(EVERYONE) - {which}:
        found = inspect_face(picture, portraits[other])
        assert code(found) == "face_mismatch"
        assert isinstance(found, FaceRefusal)
        assert found.problem == "similarity"


BAD = {
    "dark": ({"darkness": 0.3}, "too_dark"),
    "black": ({"darkness": 0.02}, "too_dark"),
    "over-exposed": ({"brightness": 2.5}, "too_bright"),
    "burnt out": ({"brightness": 8.0}, "too_bright"),
    "blurred": ({"blur": 3.0}, "photo_unclear"),
}


@pytest.mark.parametrize("which", EVERYONE)
@pytest.mark.parametrize(("conditions", "expected"), BAD.values(), ids=BAD)
def test_a_bad_picture_is_refused_for_what_is_wrong_with_it(
    portraits: list[np.ndarray], which: int, conditions: dict[str, float], expected: str
) -> None:
    found = inspect_face(decode(selfie(which, **conditions)), portraits[which])
    assert code(found) == expected


@pytest.mark.parametrize("which", EVERYONE)
def test_the_challenge_is_met_by_an_open_mouth_alone(
    portraits: list[np.ndarray], which: int
) -> None:
    portrait = portraits[which]
    opened, shut = decode(selfie(which, mouth_open=True)), decode(selfie(which))
    assert code(inspect_face(opened, portrait, mouth_open=True)) == "accepted"
    refused = inspect_face(shut, portrait, mouth_open=True)
    assert code(refused) == "liveness_failed"
    assert refused.measurements["mouth_opening"] < LIMITS.min_mouth_opening
    # Without a challenge the mouth does not count.
    assert code(inspect_face(opened, portrait)) == "accepted"
    assert code(inspect_face(shut, portrait)) == "accepted"


@pytest.mark.parametrize("which", EVERYONE)
def test_a_reflection_on_the_face_is_told_as_such(portraits: list[np.ndarray], which: int) -> None:
    for glare in (0.14, 0.25):
        found = inspect_face(decode(selfie(which, glare=glare)), portraits[which])
        assert code(found) == "too_bright"


def uploaded(image: Image.Image, **options: object) -> bytes:
    stream = BytesIO()
    image.save(stream, "JPEG", **options)
    return stream.getvalue()


def nothing_to_see() -> dict[str, Image.Image]:
    noise = np.random.default_rng(5).integers(0, 256, (600, 480, 3), np.uint8)
    face = Image.open(BytesIO(selfie(0)))
    return {
        "a wall": Image.new("RGB", (480, 600), (150, 140, 130)),
        "noise": Image.fromarray(noise),
        "upside down": face.rotate(180),
        "the lower half": face.crop((0, 330, 480, 600)).resize((480, 600)),
        "the back of a card": Image.open(
            BytesIO(evidence.id_card_back_jpeg(KEY, PERSONS[0], EPOCH))
        ),
    }


@pytest.mark.parametrize("what", nothing_to_see())
def test_without_a_face_there_is_no_face(portraits: list[np.ndarray], what: str) -> None:
    picture = decode(uploaded(nothing_to_see()[what], quality=90))
    assert code(inspect_face(picture, portraits[0])) == "no_face"
    assert FaceMatcher.load().embed(picture.pixels, LIMITS.min_faceness) is None


def test_light_is_named_before_a_missing_face(portraits: list[np.ndarray]) -> None:
    for level, expected in ((8, "too_dark"), (255, "too_bright"), (120, "no_face")):
        picture = decode(uploaded(Image.new("RGB", (480, 600), (level,) * 3)))
        assert code(inspect_face(picture, portraits[0])) == expected


def test_a_small_picture_is_unclear(portraits: list[np.ndarray]) -> None:
    small = Image.open(BytesIO(selfie(0))).resize((160, 200))
    assert code(inspect_face(decode(uploaded(small)), portraits[0])) == "photo_unclear"


def test_a_face_is_found_where_the_telephone_was_held_otherwise(
    portraits: list[np.ndarray],
) -> None:
    """Wider, to the side, landscape: as after cropping or padding by another program."""
    face = Image.open(BytesIO(selfie(1)))
    for size, place in (((640, 800), (80, 120)), ((560, 640), (70, 20)), ((800, 640), (160, 20))):
        wide = Image.new("RGB", size, (128, 130, 126))
        wide.paste(face, place)
        found = inspect_face(decode(uploaded(wide, quality=92)), portraits[1])
        assert code(found) == "accepted", (size, found.measurements.as_details())


def test_a_picture_changed_by_another_program_gets_the_same_verdict(
    portraits: list[np.ndarray],
) -> None:
    enlarged = Image.open(BytesIO(selfie(2))).resize((1200, 1500), Image.Resampling.LANCZOS)
    assert code(inspect_face(decode(uploaded(enlarged)), portraits[2])) == "accepted"
    unsharp = enlarged.filter(ImageFilter.BoxBlur(13))
    assert code(inspect_face(decode(uploaded(unsharp)), portraits[2])) == "photo_unclear"
    bright = enlarged.point(lambda level: level * 2.6)
    assert code(inspect_face(decode(uploaded(bright)), portraits[2])) == "too_bright"


def test_exif_orientation_is_honoured(portraits: list[np.ndarray]) -> None:
    lying = Image.open(BytesIO(selfie(3))).transpose(Image.Transpose.ROTATE_90)
    exif = Image.Exif()
    exif[0x0112] = 6
    found = inspect_face(decode(uploaded(lying, exif=exif.tobytes())), portraits[3])
    assert code(found) == "accepted"


def test_thresholds_are_the_callers(portraits: list[np.ndarray]) -> None:
    picture = decode(selfie(0))
    assert code(inspect_face(picture, portraits[0], FaceThresholds(min_similarity=1.1))) == (
        "face_mismatch"
    )
    assert code(inspect_face(picture, portraits[1], FaceThresholds(min_similarity=-1))) == (
        "accepted"
    )
    assert code(inspect_face(picture, portraits[0], FaceThresholds(max_blur=0))) == "photo_unclear"


def test_the_same_upload_gets_the_same_figures(portraits: list[np.ndarray]) -> None:
    data = selfie(0, noise=6.0)
    first, second = (inspect_face(decode(data), portraits[0]) for _ in range(2))
    assert first.measurements == second.measurements


def test_embeddings_have_length_one_and_resemble_themselves(portraits: list[np.ndarray]) -> None:
    for portrait in portraits:
        assert score(portrait, portrait) == pytest.approx(1, abs=1e-5)


def test_the_models_were_trained_on_the_drawings_as_they_are() -> None:
    """After a change of the drawing: `python -m tools.train_face_matcher`."""
    now, then = canonical_drawings().astype(int), FaceMatcher.load().examples.astype(int)
    assert now.shape == then.shape
    difference = np.abs(now - then)
    # Another build of Pillow may round otherwise; another nose does more.
    assert difference.max() <= 8
    assert difference.mean() <= 0.2


def test_a_changed_drawing_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    import simulator.imaging.portrait as portrait

    monkeypatch.setattr(portrait, "draw_nose", lambda canvas, traits: None)
    now, then = canonical_drawings().astype(int), FaceMatcher.load().examples.astype(int)
    assert np.abs(now - then).max() > 8


def test_the_models_tell_what_they_were_trained_on() -> None:
    metadata = FaceMatcher.load().metadata
    assert metadata["people"] >= 500
    assert metadata["program"] == "tools/train_face_matcher.py"
