"""The picture of an image captcha: a few characters, turned, bent and crossed by lines.

What a person reads without effort and a program that compares pixels does not. The picture is a
function of a key, an id and the text: asked for again it is the same.
"""

from io import BytesIO
from math import cos, radians, sin

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from simulator.imaging.canvas import Colour, mixed
from simulator.imaging.chances import Chances, noise_generator
from simulator.imaging.fonts import card_font

SIZE = (120, 44)
"""Width and height in pixels; as on the portals of several platforms, about (assumed)."""

_FINER = 2
"""It is drawn so many times larger, and made smaller at the end."""
_MARGIN = 8
_FONT_SIZE = 31
_MOST_TURN = 16
"""Degrees; further, 6 and 9 would be taken for each other."""
_INKS: tuple[Colour, ...] = (
    (28, 58, 122),
    (122, 34, 46),
    (22, 94, 66),
    (92, 48, 120),
    (130, 70, 18),
    (40, 46, 60),
)


def captcha_png(key: bytes, captcha_id: str, text: str) -> bytes:
    """A PNG file of SIZE; `key` has 1 to 64 bytes, `text` characters of the card font."""
    chances = Chances(key, f"captcha/{captcha_id}")
    red, green, blue = (round(chances.between(228, 250)) for _ in range(3))
    ground: Colour = (red, green, blue)
    picture = Image.new("RGB", (SIZE[0] * _FINER, SIZE[1] * _FINER), ground)
    _strokes(picture, chances, ground, count=3)
    _characters(picture, chances, text)
    picture = _bent(picture, chances, ground)
    _strokes(picture, chances, ground, count=2)
    picture = picture.resize(SIZE, Image.Resampling.LANCZOS)
    noisy = _noisy(picture, noise_generator(key, f"captcha-noise/{captcha_id}"))
    out = BytesIO()
    Image.fromarray(noisy).save(out, "PNG")
    return out.getvalue()


def _characters(picture: Image.Image, chances: Chances, text: str) -> None:
    pitch = (SIZE[0] - 2 * _MARGIN) / len(text)
    # A character is never wider than its place, however many there are.
    largest = min(_FONT_SIZE, pitch * 1.35)
    for number, character in enumerate(text):
        size = round(largest * chances.between(0.88, 1.0) * _FINER)
        side = 3 * size // 2
        tile = Image.new("L", (side, side))
        ImageDraw.Draw(tile).text(
            (side / 2, side / 2),
            character,
            font=card_font(size),
            fill=255,
            anchor="mm",
            stroke_width=_FINER // 2,
            stroke_fill=255,
        )
        turn = radians(chances.between(-_MOST_TURN, _MOST_TURN))
        tile = _turned(tile, turn, chances.between(-0.18, 0.18))
        x = (_MARGIN + pitch * (number + 0.5 + chances.between(-0.06, 0.06))) * _FINER
        y = (SIZE[1] / 2 + chances.between(-3, 3)) * _FINER
        ink = mixed(chances.one_of(_INKS), (0, 0, 0), chances.between(0, 0.25))
        picture.paste(ink, (round(x - side / 2), round(y - side / 2)), tile)


def _turned(tile: Image.Image, turn: float, lean: float) -> Image.Image:
    """A square tile turned by radians and made to lean, about its middle."""
    middle = tile.width / 2
    along, across = cos(turn), sin(turn)
    # Where in the tile each pixel of the outcome is taken from: first turned, then made to lean.
    matrix = (along + lean * across, lean * along - across, across, along)
    return tile.transform(
        tile.size,
        Image.Transform.AFFINE,
        (
            matrix[0],
            matrix[1],
            middle * (1 - matrix[0] - matrix[1]),
            matrix[2],
            matrix[3],
            middle * (1 - matrix[2] - matrix[3]),
        ),
        Image.Resampling.BICUBIC,
    )


def _strokes(picture: Image.Image, chances: Chances, ground: Colour, *, count: int) -> None:
    """Thin waves across the picture, paler than the characters."""
    draw = ImageDraw.Draw(picture)
    width, height = picture.size
    for _ in range(count):
        y = chances.between(0.15, 0.85) * height
        rise = chances.between(-0.35, 0.35) * height
        swing = chances.between(0.05, 0.18) * height
        turns, start = chances.between(0.6, 1.6), chances.between(0, 1)
        along = np.linspace(0, 1, 40)
        up = y + rise * (along - 0.5) + swing * np.sin(2 * np.pi * (turns * along + start))
        points = [(float(x), float(z)) for x, z in zip(along * width, up, strict=True)]
        colour = mixed(chances.one_of(_INKS), ground, chances.between(0.35, 0.6))
        draw.line(points, fill=colour, width=_FINER + 1, joint="curve")


def _bent(picture: Image.Image, chances: Chances, ground: Colour) -> Image.Image:
    """The picture with its rows and columns pushed along waves."""
    height, width = picture.size[1], picture.size[0]
    rows = np.arange(height)[:, None]
    columns = np.arange(width)[None, :]
    down = _wave(columns / width, chances, 2.2 * _FINER)
    across = _wave(rows / height, chances, 1.8 * _FINER)
    from_row = np.rint(rows + down).astype(int)
    from_column = np.rint(columns + across).astype(int)
    pixels = np.asarray(picture)
    inside = (from_row >= 0) & (from_row < height) & (from_column >= 0) & (from_column < width)
    taken = pixels[from_row.clip(0, height - 1), from_column.clip(0, width - 1)]
    return Image.fromarray(np.where(inside[..., None], taken, np.array(ground, np.uint8)))


def _wave(along: NDArray[np.float64], chances: Chances, most: float) -> NDArray[np.float64]:
    swing = chances.between(0.6, 1) * most
    turns, start = chances.between(0.8, 1.5), chances.between(0, 1)
    wave: NDArray[np.float64] = swing * np.sin(2 * np.pi * (turns * along + start))
    return wave


def _noisy(picture: Image.Image, generator: np.random.Generator) -> NDArray[np.uint8]:
    """Grain over all of it, and some specks."""
    pixels = np.asarray(picture).astype(np.int16)
    pixels = pixels + generator.integers(-9, 10, pixels.shape, dtype=np.int16)
    specks = generator.random(pixels.shape[:2]) < 0.02
    pixels[specks] -= generator.integers(50, 110, (int(specks.sum()), 1), dtype=np.int16)
    return pixels.clip(0, 255).astype(np.uint8)
