"""The font holds every character a card can need."""

from importlib.resources import files

import pytest
from faker.providers.person.zh_CN import Provider

from simulator.domain.people import EPOCH, People
from simulator.domain.regions import pooling_areas
from simulator.imaging.card_facts import card_facts, evidence_key
from simulator.imaging.ethnicity import ETHNIC_GROUPS
from simulator.imaging.fonts import card_font
from simulator.imaging.specimen_card import (
    BACK_LABELS,
    BAND_TEXT,
    LABELS,
    SUBTITLE_TEXT,
    TITLE_TEXT,
    WATERMARK_TEXT,
)

ABSENT = "\ufdd0"
"""A code point that is no character, so no font has it."""


def missing(characters: str) -> str:
    """The characters that would be drawn as the font's box for unknown ones."""
    font = card_font(24)
    unknown = bytes(font.getmask(ABSENT))
    return "".join(
        sorted(c for c in set(characters) if not c.isspace() and bytes(font.getmask(c)) == unknown)
    )


def gb2312() -> str:
    every = bytes(
        byte for row in range(0xB0, 0xF8) for cell in range(0xA1, 0xFF) for byte in (row, cell)
    )
    return every.decode("gb2312", "ignore")


def test_a_character_outside_the_font_is_noticed() -> None:
    assert missing("𠮷样") == "𠮷"


def test_font_holds_all_names() -> None:
    lists = (Provider.last_names, Provider.first_names_male, Provider.first_names_female)
    assert missing("".join("".join(names) for names in lists)) == ""


def test_font_holds_all_areas_and_counties() -> None:
    names = (
        area.name + area.province_name + "".join(county.name for county in area.counties)
        for area in pooling_areas()
    )
    assert missing("".join(names)) == ""


def test_font_holds_all_of_gb2312() -> None:
    assert len(gb2312()) == 6763
    assert missing(gb2312()) == ""


def test_font_holds_what_is_printed_and_derived() -> None:
    people = People(1)
    key = evidence_key(people)
    printed = BAND_TEXT + WATERMARK_TEXT + TITLE_TEXT + SUBTITLE_TEXT + "".join(ETHNIC_GROUPS)
    printed += "".join(label.text for label in (*LABELS, *BACK_LABELS))
    printed += "男女长期·0123456789X.-ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
    for index in range(0, 1_326_000_000, 2_000_003):
        facts = card_facts(people.at(index), key, EPOCH)
        printed += facts.address + facts.authority
    assert missing(printed) == ""


@pytest.mark.parametrize("size", [24, 44])
def test_sizes_are_those_asked_for(size: int) -> None:
    left, _, right, _ = card_font(size).getbbox("国")
    assert 0.8 * size < right - left <= size


def test_font_comes_with_its_licence() -> None:
    text = (files("simulator.imaging") / "data" / "specimen_sans.LICENSE.txt").read_text("utf-8")
    assert "SIL OPEN FONT LICENSE Version 1.1" in text
    assert "Adobe" in text


def test_font_is_named_as_a_derived_work() -> None:
    assert card_font(24).getname()[0] == "Yibao Specimen Sans"
