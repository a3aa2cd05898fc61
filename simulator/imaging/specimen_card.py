"""The specimen ID card, front and back, drawn.

A card of our own that serves the same purpose as a resident ID card and cannot be taken for one: a
broad band, watermarks and a stamp on the portrait say specimen, and the national emblem is absent.
Where everything stands is told in `card_layout`, whose names are found here too.
"""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from simulator.imaging.card_layout import (
    BACK_BOXES,
    BACK_FIELDS,
    BACK_LABELS,
    BACK_SIZE,
    BAND_BOX,
    BAND_TEXT,
    BOXES,
    CARD_SIZE,
    FIELDS,
    FRONT_SIZE,
    LABELS,
    LINE_HEIGHT,
    PORTRAIT_BOX,
    SUBTITLE_TEXT,
    TITLE_TEXT,
    WATERMARK_TEXT,
    Box,
    CardTextError,
    Field,
    Label,
    PlacedCharacter,
    placed,
)
from simulator.imaging.fonts import CENTRE_ABOVE_BASELINE, card_font

__all__ = [
    "BACK_BOXES",
    "BACK_FIELDS",
    "BACK_LABELS",
    "BACK_SIZE",
    "BAND_BOX",
    "BAND_RED",
    "BAND_TEXT",
    "BOXES",
    "CARD_SIZE",
    "FIELDS",
    "FRONT_SIZE",
    "INK",
    "LABELS",
    "LABEL_INK",
    "LINE_HEIGHT",
    "PORTRAIT_BOX",
    "SUBTITLE_TEXT",
    "TITLE_TEXT",
    "WATERMARK_TEXT",
    "Box",
    "CardHolder",
    "CardTextError",
    "Field",
    "Label",
    "PlacedCharacter",
    "draw_back",
    "draw_front",
    "front_texts",
    "placed",
    "validity_text",
]

INK = (18, 18, 22)
LABEL_INK = (40, 96, 160)
BAND_RED = (176, 40, 44)
_GROUND = np.array((236, 238, 240), np.float32)


@dataclass(frozen=True, slots=True)
class CardHolder:
    """What stands on the front."""

    name: str
    sex: str
    """`男` or `女`."""
    ethnicity: str
    """Without 族: `汉`."""
    birth: date
    address: str
    id_number: str
    portrait: Image.Image
    """RGB, of any size; it is scaled to `PORTRAIT_BOX`."""


def front_texts(holder: CardHolder) -> dict[str, str]:
    """What is written into each field of the front."""
    return {
        "name": holder.name,
        "sex": holder.sex,
        "ethnicity": holder.ethnicity,
        "birth_year": str(holder.birth.year),
        "birth_month": str(holder.birth.month),
        "birth_day": str(holder.birth.day),
        "address": holder.address,
        "id_number": holder.id_number,
    }


def validity_text(valid_from: date, valid_until: date | None) -> str:
    """The period as it is written on the back; None is 长期, without end."""
    end = "长期" if valid_until is None else f"{valid_until:%Y.%m.%d}"
    return f"{valid_from:%Y.%m.%d}-{end}"


def draw_front(holder: CardHolder) -> Image.Image:
    """The front at CARD_SIZE, RGB. Raises CardTextError when a text is too long for its field."""
    card = _blank_front().copy()
    draw = ImageDraw.Draw(card)
    for name, text in front_texts(holder).items():
        _write(draw, FIELDS[name], text)
    left, top, right, bottom = PORTRAIT_BOX
    portrait = holder.portrait.convert("RGB").resize(
        (right - left, bottom - top), Image.Resampling.LANCZOS
    )
    card.paste(portrait, (left, top))
    # On the clothes, below any face, so that a portrait cut out of a card stays a specimen.
    draw.text(
        ((left + right) // 2, bottom - 14),
        "样本 SPECIMEN",
        font=card_font(22),
        fill=(214, 218, 226),
        anchor="ms",
    )
    return card


def draw_back(authority: str, valid_from: date, valid_until: date | None) -> Image.Image:
    """The back at CARD_SIZE, RGB; None for a card without end (长期).

    Raises CardTextError when the authority is too long for its field.
    """
    card = _blank_back().copy()
    draw = ImageDraw.Draw(card)
    _write(draw, BACK_FIELDS["authority"], authority)
    _write(draw, BACK_FIELDS["validity"], validity_text(valid_from, valid_until))
    return card


def _write(draw: ImageDraw.ImageDraw, field: Field, text: str) -> None:
    for each in placed(field, text):
        _draw_character(draw, each.character, each.x, each.y, field.size, INK)


def _draw_character(
    draw: ImageDraw.ImageDraw,
    character: str,
    x: float,
    y: float,
    size: int,
    colour: tuple[int, int, int],
) -> None:
    baseline = round(y + size * CENTRE_ABOVE_BASELINE)
    draw.text((round(x), baseline), character, font=card_font(size), fill=colour, anchor="ms")


# Two blanks are kept, 1.9 MB each: drawing one costs as much as all the rest of a card.
@lru_cache(maxsize=1)
def _blank_front() -> Image.Image:
    clear = (*BOXES.values(), *(_around(label) for label in LABELS))
    card = _ground(clear)
    draw = ImageDraw.Draw(card)
    _print_labels(draw, LABELS)
    return card


@lru_cache(maxsize=1)
def _blank_back() -> Image.Image:
    clear = (*BACK_BOXES.values(), *(_around(label) for label in BACK_LABELS), (220, 70, 790, 260))
    card = _ground(clear)
    draw = ImageDraw.Draw(card)
    middle = CARD_SIZE[0] // 2
    draw.text((middle, 145), TITLE_TEXT, font=card_font(60), fill=INK, anchor="ms")
    draw.text((middle, 225), SUBTITLE_TEXT, font=card_font(44), fill=BAND_RED, anchor="ms")
    _print_labels(draw, BACK_LABELS)
    return card


def _print_labels(draw: ImageDraw.ImageDraw, labels: tuple[Label, ...]) -> None:
    for label in labels:
        for number, character in enumerate(label.text):
            x = label.x + label.pitch * (number + 0.5)
            _draw_character(draw, character, x, label.y, label.size, LABEL_INK)


def _around(label: Label) -> Box:
    half = label.size * 3 // 4
    right = label.x + label.pitch * len(label.text)
    return label.x - 6, label.y - half, right + 6, label.y + half


def _ground(clear: tuple[Box, ...]) -> Image.Image:
    """Guilloche, watermark and band; the watermark stays out of the boxes."""
    card = Image.fromarray(_guilloche())
    mark = _watermark()
    strength = mark.getchannel("A")
    cut = ImageDraw.Draw(strength)
    for left, top, right, bottom in clear:
        cut.rectangle((left, top, right - 1, bottom - 1), fill=0)
    card.paste(mark, (0, 0), strength)
    draw = ImageDraw.Draw(card)
    left, top, right, bottom = BAND_BOX
    draw.rectangle((left, top, right - 1, bottom - 1), fill=BAND_RED)
    middle = ((left + right) // 2, (top + bottom) // 2 + 11)
    draw.text(middle, BAND_TEXT, font=card_font(29), fill=(255, 255, 255), anchor="ms")
    return card


def _guilloche() -> NDArray[np.uint8]:
    """Bundles of pale waves on a ground that goes from blue-grey to warm grey."""
    width, height = CARD_SIZE
    x = np.arange(width, dtype=np.float32)[None, :]
    y = np.arange(height, dtype=np.float32)[:, None]
    ground = np.broadcast_to(_GROUND, (height, width, 3)).copy()
    ground += (x / width - 0.5)[..., None] * np.array((14, 2, -10), np.float32)
    for number, tint in enumerate(((9, 5, 1), (2, 6, 8), (7, 2, 6))):
        bend = 22 * np.sin(x / (64 + 17 * number) + number) + 9 * np.sin(x / 31 - 2 * number)
        phase = (y + bend) * (2 * np.pi / (34 + 5 * number)) + 1.7 * number
        # A narrow crest, one and a half pixels to each side, with soft flanks.
        crest = np.clip(1 - np.abs(np.sin(phase / 2)) * 6, 0, 1)
        ground -= crest[..., None] * np.array(tint, np.float32)
    return np.clip(ground, 0, 255).astype(np.uint8)


def _watermark() -> Image.Image:
    """The slanting rows of marks over a whole card, RGBA."""
    width, height = CARD_SIZE
    sheet = Image.new("RGBA", (2 * width, 2 * height), (200, 60, 60, 0))
    draw = ImageDraw.Draw(sheet)
    for row, y in enumerate(range(0, 2 * height, 150)):
        for x in range(-220 + row % 2 * 230, 2 * width, 460):
            draw.text((x, y), WATERMARK_TEXT, font=card_font(42), fill=(200, 60, 60, 40))
    turned = sheet.rotate(24, resample=Image.Resampling.BICUBIC)
    left, top = width // 2, height // 2
    return turned.crop((left, top, left + width, top + height))
