"""Draw the contact sheets of docs/evidence.md: `python -m tools.make_contact_sheets`.

The people are those of the default world (seed 1), the pictures those that `yibao-sim evidence`
writes: the same version of the drawing gives the same sheets. Under each photograph stand its
parameters and, where a `Judge` is given, what it says of the photograph.
"""

import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageDraw

from simulator.domain.people import People, Person
from simulator.imaging.evidence import (
    Conditions,
    evidence_key,
    face_jpeg,
    id_card_front_jpeg,
    id_card_sides,
    traits_of,
)
from simulator.imaging.fonts import card_font
from simulator.imaging.portrait import draw_portrait, draw_selfie

FOLDER = Path(__file__).parents[1] / "docs" / "pictures"
DAY = date(2026, 5, 1).toordinal()
PEOPLE = People(1)
KEY = evidence_key(PEOPLE)

Judge = Callable[[Person, bytes], str]
"""What a photograph of a person is judged to be, in a few words; a line break starts a line."""

_LARGEST_BYTES = 300 * 1024
_MARGIN, _LINE, _TEXT = 8, 18, 14
_INK, _PAPER = (40, 44, 52), (255, 255, 255)

_SERIES: tuple[tuple[str, Sequence[float]], ...] = (
    ("blur", (0, 1, 2, 3, 5)),
    ("darkness", (1, 0.6, 0.45, 0.3, 0.15)),
    ("brightness", (1.2, 1.5, 2, 2.5, 4)),
    ("glare", (0.05, 0.1, 0.14, 0.18, 0.25)),
)
_CARD_SERIES = (*_SERIES, ("rotate", (5.0, 15.0, 45.0, 90.0, 180.0)))


def cards_sheet() -> Image.Image:
    """Fronts and backs as drawn; the last back has run out."""
    cells = []
    for index, expired in ((24_680_000, False), (777_000_111, False), (555_111_000, True)):
        person = PEOPLE.at(index)
        sides = id_card_sides(person, KEY, DAY, expired=expired)
        names = ("front", "back, expired" if expired else "back")
        cells.append([(side, name) for side, name in zip(sides, names, strict=True)])
    return _sheet(cells, (440, 278))


def portraits_sheet() -> Image.Image:
    """Below each portrait the same person before a telephone, the last time with open mouth."""
    columns = []
    for number in range(9):
        person = PEOPLE.at(103_000_007 * (number + 2))
        traits = traits_of(person, KEY)
        column = [(draw_portrait(traits), f"portrait {number + 1}")]
        column += [
            (draw_selfie(traits, seed=seed), f"selfie, seed {seed}")
            for seed in (number, number + 20, number + 40)
        ]
        opened = draw_selfie(traits, seed=number + 40, mouth_open=True)
        column.append((opened, "mouth open"))
        columns.append(column)
    rows = [list(row) for row in zip(*columns, strict=True)]
    return _sheet(rows, (122, 152))


def card_photographs_sheet(judge: Judge | None = None) -> Image.Image:
    """Fronts under rising blur, darkness, exposure, glare and rotation."""
    person = PEOPLE.at(24_680_000)

    def take(conditions: Conditions) -> bytes:
        return id_card_front_jpeg(KEY, person, DAY, conditions)

    return _sheet(_rows(person, take, _CARD_SERIES, judge), (260, 182))


def face_photographs_sheet(judge: Judge | None = None) -> Image.Image:
    """Faces under the same conditions, then another person's face and an open mouth."""
    person, other = PEOPLE.at(24_680_000), PEOPLE.at(777_000_111)

    def take(conditions: Conditions) -> bytes:
        return face_jpeg(KEY, person, conditions)

    rows = _rows(person, take, _SERIES, judge)
    last = (
        (face_jpeg(KEY, person, Conditions(seed=1)), "seed 1"),
        (face_jpeg(KEY, person, Conditions(seed=2)), "seed 2"),
        (face_jpeg(KEY, person, mouth_open=True), "mouth open"),
        (face_jpeg(KEY, person, other=other), "another person"),
        (face_jpeg(KEY, person, Conditions(noise=12)), "noise 12"),
    )
    rows.append([_judged(person, data, caption, judge) for data, caption in last])
    return _sheet(rows, (150, 188))


SHEETS: dict[str, Callable[[], Image.Image]] = {
    "cards": cards_sheet,
    "portraits": portraits_sheet,
    "card-photographs": card_photographs_sheet,
    "face-photographs": face_photographs_sheet,
}


def _rows(
    person: Person,
    take: Callable[[Conditions], bytes],
    series: Sequence[tuple[str, Sequence[float]]],
    judge: Judge | None,
) -> list[list[tuple[Image.Image, str]]]:
    return [
        [_judged(person, take(_under(name, value)), f"{name} {value:g}", judge) for value in values]
        for name, values in series
    ]


def _under(name: str, value: float) -> Conditions:
    """Good conditions but for one."""
    return replace(Conditions(), **{name: value})  # type: ignore[arg-type]  # never the seed


def _judged(
    person: Person, data: bytes, caption: str, judge: Judge | None
) -> tuple[Image.Image, str]:
    if judge is not None:
        caption += "\n" + judge(person, data)
    return Image.open(BytesIO(data)), caption


def _sheet(rows: Sequence[Sequence[tuple[Image.Image, str]]], size: tuple[int, int]) -> Image.Image:
    """Rows of pictures at one size, each with its caption below."""
    lines = max(caption.count("\n") + 1 for row in rows for _, caption in row)
    step_x = size[0] + _MARGIN
    step_y = size[1] + lines * _LINE + _MARGIN
    columns = max(len(row) for row in rows)
    sheet = Image.new("RGB", (columns * step_x + _MARGIN, len(rows) * step_y + _MARGIN), _PAPER)
    draw = ImageDraw.Draw(sheet)
    for down, row in enumerate(rows):
        for across, (picture, caption) in enumerate(row):
            x, y = _MARGIN + across * step_x, _MARGIN + down * step_y
            sheet.paste(picture.resize(size, Image.Resampling.LANCZOS), (x, y))
            for number, line in enumerate(caption.split("\n")):
                place = (x, y + size[1] + number * _LINE + 2)
                draw.text(place, line, font=card_font(_TEXT), fill=_INK)
    return sheet


def save(sheet: Image.Image, path: Path) -> int:
    """Write a sheet as JPEG of at most 300 KB, as good as that allows; its size in bytes."""
    for quality in range(90, 20, -5):
        data = BytesIO()
        sheet.save(data, "JPEG", quality=quality, optimize=True)
        if data.tell() <= _LARGEST_BYTES:
            break
    return path.write_bytes(data.getvalue())


if __name__ == "__main__":
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, draw_sheet in SHEETS.items():
        size = save(draw_sheet(), FOLDER / f"{name}.jpg")
        sys.stdout.write(f"{name}.jpg {size // 1024} KB\n")
