"""Where everything stands on the specimen card.

The layout is *assumed*. It is public, because the reader of photographs looks there; all pixels are
those of the card at `CARD_SIZE`, which a photographed card is rectified to.
"""

from dataclasses import dataclass

Box = tuple[int, int, int, int]
"""Left, top, right, bottom; right and bottom are outside."""

CARD_SIZE = (1011, 638)
"""85.6 mm × 54 mm (ISO/IEC 7810 ID-1) at 300 dots per inch."""
FRONT_SIZE = BACK_SIZE = CARD_SIZE

BAND_TEXT = "模拟样本  SPECIMEN  非真实证件 仅供仿真测试"
BAND_BOX: Box = (0, 592, 1011, 638)
"""The broad band at the foot of both sides; everything above it is light."""
WATERMARK_TEXT = "模拟样本 SPECIMEN"
TITLE_TEXT, SUBTITLE_TEXT = "模拟居民身份凭证", "（样本）"

_NARROW_CELL = 0.6
"""Width of the cell of an ASCII character, in parts of an ideograph's."""
LINE_HEIGHT = 48
"""Between the lines of an address, pixels."""


@dataclass(frozen=True, slots=True)
class Field:
    """A place for text: every character is drawn into the middle of a cell of its own."""

    box: Box
    """Nothing of the text is outside."""
    x: int
    """Left edge of the first cell."""
    y: int
    """Middle of the first line."""
    size: int
    """Em of the font, pixels."""
    pitch: int
    """Width of an ideograph's cell."""
    narrow_pitch: int
    """Width of the cell of an ASCII character or an interpunct."""
    lines: int = 1

    def width_of(self, character: str) -> int:
        """Width of a character's cell, pixels."""
        return self.narrow_pitch if character < "\u2000" else self.pitch


@dataclass(frozen=True, slots=True)
class Label:
    """A printed caption: its characters are cells of `pitch` from `x` on, about the line `y`."""

    text: str
    x: int
    y: int
    size: int = 30
    pitch: int = 40


@dataclass(frozen=True, slots=True)
class PlacedCharacter:
    """A character and the middle of its cell."""

    character: str
    x: float
    y: float


def _field(box: Box, size: int, *, narrow: int | None = None, lines: int = 1) -> Field:
    line = LINE_HEIGHT if lines > 1 else box[3] - box[1]
    pitch = size + 1
    narrow = round(pitch * _NARROW_CELL) if narrow is None else narrow
    return Field(box, box[0] + 4, box[1] + line // 2, size, pitch, narrow, lines)


FIELDS = {
    "name": _field((166, 48, 640, 112), 42),
    "sex": _field((166, 130, 230, 190), 36),
    "ethnicity": _field((396, 130, 640, 190), 36),
    "birth_year": _field((166, 206, 264, 266), 36),
    "birth_month": _field((310, 206, 368, 266), 36),
    "birth_day": _field((418, 206, 476, 266), 36),
    "address": _field((166, 282, 640, 426), 34, lines=3),
    "id_number": _field((326, 488, 946, 556), 44, narrow=34),
}
"""The fields of the front, by name."""

BACK_FIELDS = {
    "authority": _field((336, 408, 992, 466), 33),
    "validity": _field((336, 490, 992, 548), 36),
}
"""The fields of the back. Validity is written 2020.01.02-2040.01.02 or 2020.01.02-长期."""

PORTRAIT_BOX: Box = (668, 70, 954, 422)

BOXES: dict[str, Box] = {name: field.box for name, field in FIELDS.items()} | {
    "portrait": PORTRAIT_BOX
}
"""Every field of the front and the portrait."""
BACK_BOXES: dict[str, Box] = {name: field.box for name, field in BACK_FIELDS.items()}

LABELS = (
    Label("姓名", 60, 80),
    Label("性别", 60, 160),
    Label("民族", 290, 160),
    Label("出生", 60, 236),
    Label("年", 268, 236),
    Label("月", 374, 236),
    Label("日", 482, 236),
    Label("住址", 60, 306),
    Label("公民身份号码", 60, 522, 34, 40),
)
"""The captions of the front."""

BACK_LABELS = (
    Label("签发机关", 130, 437, 34, 44),
    Label("有效期限", 130, 519, 34, 44),
)
"""The captions of the back."""


class CardTextError(ValueError):
    """A text that does not fit into its field."""


def placed(field: Field, text: str) -> list[PlacedCharacter]:
    """Where each character of a text stands in a field; text too long for a line goes on below.

    Raises CardTextError when it needs more lines than the field has.
    """
    right = field.box[2]
    x, y, line = field.x, field.y, 1
    found = []
    for character in text:
        width = field.width_of(character)
        if x + width > right:
            x, y, line = field.x, y + LINE_HEIGHT, line + 1
        found.append(PlacedCharacter(character, x + width / 2, y))
        x += width
    if line > field.lines:
        raise CardTextError(f"{text!r} needs {line} lines, its field has {field.lines}")
    return found
