"""The specimen card: every text in its field, every mark in its place."""

from collections.abc import Iterable
from datetime import date
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image

from simulator.domain.people import EPOCH, People
from simulator.domain.regions import POPULATION, pooling_areas
from simulator.imaging.evidence import card_facts, evidence_key, id_card_sides
from simulator.imaging.specimen_card import (
    BACK_BOXES,
    BACK_FIELDS,
    BACK_LABELS,
    BAND_BOX,
    BOXES,
    CARD_SIZE,
    FIELDS,
    LABELS,
    PORTRAIT_BOX,
    Box,
    CardHolder,
    CardTextError,
    draw_back,
    draw_front,
    front_texts,
    placed,
    validity_text,
)

WHITE = Image.new("RGB", (358, 441), "white")
PEOPLE = People(3)
KEY = evidence_key(PEOPLE)


def holder(**other: object) -> CardHolder:
    texts: dict[str, object] = {
        "name": "欧阳雪梅",
        "sex": "女",
        "ethnicity": "维吾尔",
        "birth": date(1994, 12, 31),
        "address": "样本省样本市样本区样本路128号3幢1502室",
        "id_number": "11019919941231002X",
        "portrait": WHITE,
    }
    return CardHolder(**(texts | other))  # type: ignore[arg-type]  # the names are a holder's


def changed(one: Image.Image, two: Image.Image) -> NDArray[np.bool_]:
    """Where two pictures of one size differ."""
    different: NDArray[np.bool_] = (np.asarray(one) != np.asarray(two)).any(axis=2)
    return different


def inside(mask: NDArray[np.bool_], box: Box) -> NDArray[np.bool_]:
    left, top, right, bottom = box
    return mask[top:bottom, left:right]


def outside(mask: NDArray[np.bool_], boxes: Iterable[Box]) -> int:
    """How many pixels of a mask lie in none of the boxes."""
    rest = mask.copy()
    for left, top, right, bottom in boxes:
        rest[top:bottom, left:right] = False
    return int(rest.sum())


@pytest.fixture(scope="module")
def blank_front() -> Image.Image:
    return draw_front(
        holder(name="", sex="", ethnicity="", address="", id_number="", birth=date(1, 1, 1))
    )


@settings(max_examples=20, deadline=None)
@given(index=st.integers(0, POPULATION - 1))
def test_every_text_of_a_card_stays_in_its_field(index: int) -> None:
    person = PEOPLE.at(index)
    front, back = id_card_sides(person, KEY, EPOCH)
    # Another day in every part.
    born = date.fromordinal(person.birth)
    other_day = date(1000, 8 if born.month == 7 else 7, 31 if born.day == 30 else 30)
    empty = draw_front(
        holder(name="", sex="", ethnicity="", address="", id_number="", birth=other_day)
    )
    assert outside(changed(front, empty), BOXES.values()) == 0
    for name in FIELDS:
        assert inside(changed(front, empty), FIELDS[name].box).sum() > 40, name
    other = draw_back("", date(1000, 1, 1), None)
    assert outside(changed(back, other), BACK_BOXES.values()) == 0
    assert inside(changed(back, other), BACK_BOXES["authority"]).sum() > 40


def test_fields_labels_and_band_do_not_touch() -> None:
    for boxes, labels in ((BOXES, LABELS), (BACK_BOXES, BACK_LABELS)):
        places = [*boxes.values(), BAND_BOX]
        for label in labels:
            right = label.x + label.pitch * len(label.text)
            places.append(
                (label.x, label.y - label.size // 2, right, label.y + label.size // 2),
            )
        taken = np.zeros((CARD_SIZE[1], CARD_SIZE[0]), int)
        for left, top, right, bottom in places:
            assert 0 <= left < right <= CARD_SIZE[0]
            assert 0 <= top < bottom <= CARD_SIZE[1]
            taken[top:bottom, left:right] += 1
        assert taken.max() == 1


def test_portrait_fills_its_box() -> None:
    red = Image.new("RGB", (100, 80), (200, 0, 0))
    white, coloured = draw_front(holder()), draw_front(holder(portrait=red))
    difference = changed(white, coloured)
    assert outside(difference, [PORTRAIT_BOX]) == 0
    assert inside(difference, PORTRAIT_BOX).mean() > 0.95


def test_band_marks_both_sides_as_specimens() -> None:
    left, top, right, bottom = BAND_BOX
    assert (right - left, bottom) == CARD_SIZE
    for side in (draw_front(holder()), draw_back("样本市公安局", date(2020, 1, 1), None)):
        band = np.asarray(side)[top:bottom, left:right].astype(int)
        red = (band[..., 0] > 150) & (band[..., 1] < 90) & (band[..., 2] < 90)
        white = band.min(axis=2) > 200
        assert red.mean() > 0.7
        assert 0.03 < white.mean() < 0.3
        # The text runs over more than half of the band.
        columns = np.flatnonzero(white.any(axis=0))
        assert columns[-1] - columns[0] > CARD_SIZE[0] // 2


def test_watermarks_cover_the_ground_and_keep_off_the_fields(blank_front: Image.Image) -> None:
    card = np.asarray(blank_front).astype(int)
    pink = (card[..., 0] - card[..., 1] > 14) & (card[..., 1] > 150)
    pink[BAND_BOX[1] :] = False
    assert pink.sum() > 5_000
    for name, field in FIELDS.items():
        assert inside(pink, field.box).sum() == 0, name


def test_stamp_marks_the_portrait_below_the_face() -> None:
    dark = draw_front(holder(portrait=Image.new("RGB", (358, 441), (0, 0, 0))))
    left, top, right, bottom = PORTRAIT_BOX
    stamp = np.asarray(dark)[top:bottom, left:right].max(axis=2) > 120
    rows = np.flatnonzero(stamp.any(axis=1))
    assert stamp.sum() > 300
    assert rows[0] > 0.85 * (bottom - top)


def test_each_character_has_a_cell_of_its_own() -> None:
    cells = placed(FIELDS["id_number"], "11019919941231002X")
    assert len(cells) == 18
    assert {round(b.x - a.x) for a, b in pairwise(cells)} == {FIELDS["id_number"].narrow_pitch}
    assert {cell.y for cell in cells} == {FIELDS["id_number"].y}


def test_long_address_goes_on_in_the_next_line() -> None:
    cells = placed(FIELDS["address"], "样" * 20)
    assert len({cell.y for cell in cells}) == 2


def test_text_too_long_for_its_field_is_refused() -> None:
    with pytest.raises(CardTextError, match="lines"):
        draw_front(holder(address="样" * 60))
    with pytest.raises(CardTextError):
        draw_front(holder(name="样" * 15))
    with pytest.raises(CardTextError):
        draw_back("样" * 30, date(2020, 1, 1), None)


def test_texts_of_the_front_are_those_of_the_holder() -> None:
    texts = front_texts(holder())
    assert texts.keys() == FIELDS.keys()
    assert (texts["birth_year"], texts["birth_month"], texts["birth_day"]) == ("1994", "12", "31")


def test_validity_is_written_as_a_period() -> None:
    assert validity_text(date(2020, 1, 2), date(2040, 1, 2)) == "2020.01.02-2040.01.02"
    assert validity_text(date(2020, 1, 2), None) == "2020.01.02-长期"


def test_every_county_fits_into_address_and_authority() -> None:
    longest = "示例大道399号28幢1804室"
    for area in pooling_areas():
        for county in area.counties:
            placed(FIELDS["address"], area.province_name + area.name + county.name + longest)


def test_cards_of_every_area_can_be_written() -> None:
    for area in pooling_areas():
        for number in range(12):
            facts = card_facts(PEOPLE.at(area.first_index + number), KEY, EPOCH)
            placed(FIELDS["address"], facts.address)
            placed(BACK_FIELDS["authority"], facts.authority)
