"""Photographs of cards, judged by what is in them."""

from dataclasses import replace
from datetime import date
from io import BytesIO

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFilter

from simulator.domain.people import EPOCH, People, Person
from simulator.imaging import evidence, quality
from simulator.imaging.card_facts import CardFacts, card_facts, evidence_key
from simulator.imaging.card_reader import BackReading, FrontReading, card_back, card_front
from simulator.imaging.photograph import Conditions, photograph_card, to_jpeg
from simulator.imaging.portrait import draw_portrait
from simulator.imaging.specimen_card import CARD_SIZE, CardHolder, draw_back, draw_front
from simulator.imaging.upload import decode
from simulator.imaging.verdicts import CardRefusal, CardThresholds

PEOPLE = People(31)
KEY = evidence_key(PEOPLE)
PERSON = PEOPLE.at(765_432_101)
OTHER = PEOPLE.at(12_345)
FACTS: CardFacts = card_facts(PERSON, KEY, EPOCH)
LIMITS = CardThresholds()


@pytest.fixture(scope="module")
def sides() -> tuple[Image.Image, Image.Image]:
    return evidence.id_card_sides(PERSON, KEY, EPOCH)


@pytest.fixture(scope="module")
def front(sides: tuple[Image.Image, Image.Image]) -> Image.Image:
    return sides[0]


@pytest.fixture(scope="module")
def back(sides: tuple[Image.Image, Image.Image]) -> Image.Image:
    return sides[1]


def holder_of(person: Person) -> CardHolder:
    facts = card_facts(person, KEY, EPOCH)
    return CardHolder(
        name=person.name,
        sex="男" if person.sex == "male" else "女",
        ethnicity=facts.ethnicity,
        birth=date.fromordinal(person.birth),
        address=facts.address,
        id_number=person.id_number,
        portrait=draw_portrait(evidence.traits_of(person, KEY)),
    )


def judged_front(card: Image.Image, **conditions: float) -> FrontReading | CardRefusal:
    photograph = photograph_card(card, Conditions(seed=5, **conditions))
    return card_front(decode(to_jpeg(photograph)))


def judged_back(card: Image.Image, **conditions: float) -> BackReading | CardRefusal:
    photograph = photograph_card(card, Conditions(seed=6, **conditions))
    return card_back(decode(to_jpeg(photograph)))


def code(found: object) -> str:
    return found.code if isinstance(found, CardRefusal) else "accepted"


def refusal(found: object) -> tuple[str, str]:
    assert isinstance(found, CardRefusal), found
    return found.code.removeprefix("real_name."), found.problem


def upload(image: Image.Image, kind: str = "JPEG", **options: object) -> bytes:
    stream = BytesIO()
    image.save(stream, kind, **options)
    return stream.getvalue()


GOOD = {
    "straight on": {},
    "blurred a little": {"blur": 1.0},
    "dim": {"darkness": 0.45},
    "noisy": {"noise": 10.0},
    "turned by 20°": {"rotate": 20.0},
    "turned by -30°": {"rotate": -30.0},
    "upside down": {"rotate": 180.0},
}


@pytest.mark.parametrize("conditions", GOOD.values(), ids=GOOD)
def test_a_decent_photograph_of_a_front_is_read(
    front: Image.Image, conditions: dict[str, float]
) -> None:
    found = judged_front(front, **conditions)
    assert isinstance(found, FrontReading), found
    assert found.id_number == PERSON.id_number
    assert found.name == PERSON.name
    assert found.verify_text("name", PERSON.name) >= LIMITS.min_text
    assert found.verify_text("ethnicity", FACTS.ethnicity) >= LIMITS.min_text
    assert found.verify_text("address", FACTS.address) >= LIMITS.min_text


@pytest.mark.parametrize("conditions", GOOD.values(), ids=GOOD)
def test_a_decent_photograph_of_a_back_is_read(
    back: Image.Image, conditions: dict[str, float]
) -> None:
    found = judged_back(back, **conditions)
    assert isinstance(found, BackReading), found
    assert (found.valid_from, found.valid_until) == (FACTS.valid_from, FACTS.valid_until)
    assert found.verify_text("authority", FACTS.authority) >= LIMITS.min_text


BAD = {
    "blurred": ({"blur": 3.0}, "real_name.photo_unclear"),
    "nothing but blur": ({"blur": 25.0}, "real_name.photo_unclear"),
    "dark": ({"darkness": 0.3}, "real_name.photo_too_dark"),
    "black": ({"darkness": 0.01}, "real_name.photo_too_dark"),
    "lamp over most of it": ({"glare": 0.3}, "real_name.photo_glare"),
    "over-exposed": ({"brightness": 2.5}, "real_name.photo_glare"),
    "burnt out": ({"brightness": 10.0}, "real_name.photo_glare"),
}


@pytest.mark.parametrize(("conditions", "expected"), BAD.values(), ids=BAD)
def test_a_bad_photograph_is_refused_for_what_is_wrong_with_it(
    front: Image.Image, back: Image.Image, conditions: dict[str, float], expected: str
) -> None:
    assert code(judged_front(front, **conditions)) == expected
    assert code(judged_back(back, **conditions)) == expected


def test_a_refusal_tells_the_figure_and_the_limit_it_missed(front: Image.Image) -> None:
    found = judged_front(front, blur=3.0)
    assert isinstance(found, CardRefusal)
    missed = found.measurements.failed()
    assert missed is not None
    assert missed.name == found.problem == "sharpness"
    assert missed.value < missed.minimum == LIMITS.min_sharpness
    assert found.measurements.as_details()["sharpness"]["at_least"] == LIMITS.min_sharpness


def test_an_accepted_card_tells_every_figure(front: Image.Image) -> None:
    found = judged_front(front)
    assert isinstance(found, FrontReading)
    assert found.measurements.failed() is None
    assert {figure.name for figure in found.measurements} == {
        "short_side",
        "label_correlation",
        "luminance",
        "glare",
        "sharpness",
        "portrait_glare",
        "portrait_faceness",
        "digit_correlation",
        "birth_and_sex_correlation",
        "name_correlation",
    }


def test_thresholds_are_the_callers(front: Image.Image) -> None:
    image = decode(to_jpeg(photograph_card(front, Conditions(seed=5, blur=3.0))))
    lenient = CardThresholds(min_sharpness=0, min_digit=-1, min_text=-1)
    assert code(card_front(image)) == "real_name.photo_unclear"
    assert "sharpness" not in refusal_or_nothing(card_front(image, lenient))
    strict = CardThresholds(min_sharpness=10_000)
    clean = decode(to_jpeg(photograph_card(front, Conditions(seed=5))))
    assert refusal(card_front(clean, strict)) == ("photo_unclear", "sharpness")


def refusal_or_nothing(found: object) -> str:
    return found.problem if isinstance(found, CardRefusal) else ""


def test_the_wrong_side_is_not_the_card_asked_for(front: Image.Image, back: Image.Image) -> None:
    assert refusal(judged_front(back)) == ("not_an_id_card", "back")
    assert refusal(judged_back(front)) == ("not_an_id_card", "front")


def test_two_cards_in_one_photograph_are_refused(front: Image.Image, back: Image.Image) -> None:
    for lower in (front, back):
        table = Image.new("RGB", (1180, 1400), (90, 84, 78))
        table.paste(front, (80, 40))
        table.paste(lower, (90, 720))
        assert refusal(card_front(decode(upload(table)))) == ("not_an_id_card", "two_cards")


@pytest.mark.parametrize("seed", range(4))
def test_a_lamp_that_hides_the_outline_is_still_told_as_a_reflection(
    front: Image.Image, seed: int
) -> None:
    photograph = photograph_card(front, Conditions(seed=seed, glare=0.27))
    assert code(card_front(decode(to_jpeg(photograph)))) == "real_name.photo_glare"


def test_a_blank_card_and_other_things_are_no_card() -> None:
    blank = Image.new("RGB", CARD_SIZE, (236, 238, 240))
    assert refusal(judged_front(blank)) == ("not_an_id_card", "no_card")
    page = Image.new("RGB", (1240, 900), "white")
    draw = ImageDraw.Draw(page)
    for line in range(40):
        draw.text((60, 20 + 21 * line), "Lorem ipsum dolor sit amet " * 6, fill=(20, 20, 20))
    darker = page.point(lambda level: level * 0.9)
    assert refusal(card_front(decode(upload(darker)))) == ("not_an_id_card", "no_card")
    selfie = decode(evidence.face_jpeg(KEY, PERSON))
    assert refusal(card_front(selfie)) == ("not_an_id_card", "no_card")


@pytest.mark.parametrize("colour", ["black", "white", (128, 128, 128), "red"])
def test_an_empty_picture_is_refused(colour: object) -> None:
    image = Image.new("RGB", (1000, 700), colour)  # type: ignore[arg-type]
    assert code(card_front(decode(upload(image)))).startswith("real_name.")


def test_noise_is_no_card() -> None:
    levels = np.random.default_rng(3).integers(0, 256, (700, 1000, 3), np.uint8)
    image = decode(upload(Image.fromarray(levels)))
    assert refusal(card_front(image)) == ("not_an_id_card", "no_card")


def test_a_scan_that_is_all_card_is_read(front: Image.Image, back: Image.Image) -> None:
    found = card_front(decode(upload(front, "PNG")))
    assert isinstance(found, FrontReading)
    assert found.id_number == PERSON.id_number
    assert isinstance(card_back(decode(upload(back, "PNG"))), BackReading)


def test_a_screenshot_is_read_like_any_picture(front: Image.Image) -> None:
    """Provenance is not judged; what can be read is."""
    screen = Image.new("RGB", (1080, 1920), (24, 24, 28))
    ImageDraw.Draw(screen).rectangle((0, 0, 1080, 90), fill=(60, 120, 216))
    screen.paste(front.resize((980, 618), Image.Resampling.LANCZOS), (50, 600))
    found = card_front(decode(upload(screen, "PNG")))
    assert isinstance(found, FrontReading)
    assert found.id_number == PERSON.id_number


def test_exif_orientation_is_honoured(front: Image.Image) -> None:
    lying = photograph_card(front, Conditions(seed=9)).transpose(Image.Transpose.ROTATE_90)
    exif = Image.Exif()
    exif[0x0112] = 6
    found = card_front(decode(upload(lying, exif=exif.tobytes())))
    assert isinstance(found, FrontReading)
    assert found.id_number == PERSON.id_number


def test_a_card_on_its_side_is_read_too(front: Image.Image) -> None:
    lying = photograph_card(front, Conditions(seed=9)).transpose(Image.Transpose.ROTATE_90)
    assert isinstance(card_front(decode(upload(lying))), FrontReading)


def test_a_small_picture_is_unclear(front: Image.Image) -> None:
    small = photograph_card(front, Conditions()).resize((600, 420))
    assert refusal(card_front(decode(upload(small)))) == ("photo_unclear", "short_side")


def test_a_photograph_changed_by_another_program_gets_the_same_verdict(front: Image.Image) -> None:
    clean = photograph_card(front, Conditions(seed=12))
    enlarged = clean.resize((1920, 1344), Image.Resampling.LANCZOS)
    assert code(card_front(decode(upload(enlarged, quality=75)))) == "accepted"
    unsharp = enlarged.filter(ImageFilter.BoxBlur(8))
    assert code(card_front(decode(upload(unsharp)))) == "real_name.photo_unclear"
    dark = enlarged.point(lambda level: level * 0.28)
    assert code(card_front(decode(upload(dark)))) == "real_name.photo_too_dark"


def test_a_card_whose_birth_date_contradicts_its_number_is_refused() -> None:
    holder = holder_of(PERSON)
    moved = replace(holder, birth=holder.birth.replace(year=holder.birth.year - 7))
    assert refusal(judged_front(draw_front(moved))) == (
        "photo_unclear",
        "birth_and_sex_correlation",
    )
    turned = replace(holder, sex="女" if holder.sex == "男" else "男")
    assert refusal(judged_front(draw_front(turned)))[1] == "birth_and_sex_correlation"


def test_a_number_with_a_wrong_check_digit_is_refused() -> None:
    number = PERSON.id_number
    wrong = number[:-1] + ("0" if number[-1] != "0" else "1")
    card = draw_front(replace(holder_of(PERSON), id_number=wrong))
    assert refusal(judged_front(card))[1] == "checksum"


def test_a_card_without_a_face_is_refused() -> None:
    grey = Image.new("RGB", (358, 441), (200, 204, 208))
    card = draw_front(replace(holder_of(PERSON), portrait=grey))
    assert refusal(judged_front(card)) == ("photo_unclear", "portrait_faceness")


def test_another_text_in_a_field_is_noticed(front: Image.Image) -> None:
    found = judged_front(front)
    assert isinstance(found, FrontReading)
    assert found.verify_text("name", OTHER.name) < LIMITS.min_text
    assert found.verify_text("name", PERSON.name[:-1]) == -1
    assert found.verify_text("name", PERSON.name + "一") < LIMITS.min_text
    assert found.verify_text("name", "") == -1
    assert found.verify_text("name", "一" * 40) == -1
    assert found.verify_text("address", card_facts(OTHER, KEY, EPOCH).address) < LIMITS.min_text


def test_a_field_under_a_reflection_is_obscured(front: Image.Image) -> None:
    spotted = front.copy()
    ImageDraw.Draw(spotted).ellipse((150, 20, 420, 130), fill="white")
    found = card_front(decode(upload(spotted, "PNG")))
    assert refusal(found)[0] == "photo_glare"
    elsewhere = front.copy()
    ImageDraw.Draw(elsewhere).ellipse((400, 290, 650, 420), fill="white")
    found = card_front(decode(upload(elsewhere, "PNG")))
    assert isinstance(found, FrontReading)
    assert found.obscured("address")
    assert not found.obscured("name")


@pytest.mark.parametrize(
    ("start", "end"),
    [
        (date(2011, 11, 11), date(2031, 11, 11)),
        (date(2024, 2, 29), date(2034, 2, 28)),
        (date(2008, 8, 30), None),
        (date(1999, 12, 31), date(2009, 12, 31)),
    ],
)
def test_every_kind_of_validity_is_read(start: date, end: date | None) -> None:
    found = judged_back(draw_back("示例市公安局", start, end))
    assert isinstance(found, BackReading)
    assert (found.valid_from, found.valid_until) == (start, end)
    assert found.verify_text("authority", "示例市公安局") >= LIMITS.min_text
    assert found.verify_text("authority", "样本县公安局") < LIMITS.min_text


def test_a_validity_that_ends_before_it_begins_is_refused() -> None:
    card = draw_back("示例市公安局", date(2030, 1, 1), date(2020, 1, 1))
    assert refusal(judged_back(card)) == ("photo_unclear", "dates")


def test_names_of_two_three_and_four_characters_are_read() -> None:
    holder = holder_of(PERSON)
    for name in ("王一", "欧阳明", "司马相如", "乙丁"):
        found = judged_front(draw_front(replace(holder, name=name)))
        assert isinstance(found, FrontReading)
        assert found.name == name


def test_the_same_upload_gets_the_same_verdict(front: Image.Image) -> None:
    data = to_jpeg(photograph_card(front, Conditions(seed=77, glare=0.08, noise=6)))
    first, second = card_front(decode(data)), card_front(decode(data))
    assert first.measurements == second.measurements


def test_glare_share_counts_whole_blocks() -> None:
    picture = np.zeros((64, 64), np.float32)
    picture[:16, :32] = 255
    picture[40, 40] = 255
    assert quality.saturated_share(picture) == pytest.approx(8 / 64)
    assert quality.saturated_share(picture[:4]) == 0
