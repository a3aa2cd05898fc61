"""A telephone's photograph of a card or a face, made worse by parameters.

What the parameters do is modelled on the camera, in its order: the scene is projected, the lens
blurs, the light falls unevenly and a lamp is mirrored, the exposure is too short or too long
(bright parts then bleed into their neighbours), the sensor adds noise. The picture is a function of
its arguments alone: geometry, table and lamp come from the seed, so that the same seed with more
blur is the same photograph, only blurred more. All figures of the model are *assumed*.
"""

from dataclasses import dataclass
from io import BytesIO
from math import cos, pi, radians, sin

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

from simulator.imaging.chances import Chances, noise_generator

__all__ = ["Conditions", "PhotographError", "photograph_card", "photograph_selfie", "to_jpeg"]

Pixels = NDArray[np.float32]

CARD_PHOTOGRAPH_SIZE = (1280, 896)
_CARD_SHARE = 0.80
"""Width of the card in parts of the photograph's."""
_FILLED = 0.95
"""Share of the frame that a card lying across may fill."""
_TILT_DEGREES = 2.5
_CORNER_SHIFT = 0.012
"""How far perspective moves a corner, in parts of the card's width."""
_LAMP = 430
"""Grey levels that the middle of a mirrored lamp adds."""
_BLEED = 0.55
"""Share of the light above white that bleeds into the surroundings."""
_WHITE = np.float32(255)
_BORDER = ((2, 2), (2, 2), (0, 0))
"""Pixels added around a card before it is projected."""


class PhotographError(ValueError):
    """A condition outside its range."""


@dataclass(frozen=True, slots=True)
class Conditions:
    """How a photograph was taken. The defaults are a good one. Raises PhotographError."""

    blur: float = 0.0
    """Standard deviation of a Gaussian blur, in pixels of the photograph; 0…50."""
    darkness: float = 1.0
    """Factor on the light, 0…1: 1 is enough, 0.3 is a dim room."""
    brightness: float = 1.0
    """Factor on the exposure, 1…10: 1 is right, 2.5 washes the picture out."""
    glare: float = 0.0
    """Radius of a mirrored lamp, in parts of the card's (or the picture's) width; 0…1."""
    rotate: float = 0.0
    """Degrees by which the card lies turned, clockwise as seen; -360…360."""
    noise: float = 2.0
    """Standard deviation of the sensor's noise in grey levels; 0…100."""
    seed: int = 0
    """0…2**64-1; another seed is another table, angle and place of the lamp."""

    def __post_init__(self) -> None:
        for name, low, high in (
            ("blur", 0, 50),
            ("darkness", 0, 1),
            ("brightness", 1, 10),
            ("glare", 0, 1),
            ("rotate", -360, 360),
            ("noise", 0, 100),
            ("seed", 0, (1 << 64) - 1),
        ):
            value = getattr(self, name)
            # Written so that a NaN is refused too.
            if not low <= value <= high:
                raise PhotographError(f"{name} is in {low}…{high}, not {value}")

    @property
    def key(self) -> bytes:
        """The key of everything that the seed decides."""
        return self.seed.to_bytes(8, "little")


def photograph_card(card: Image.Image, conditions: Conditions) -> Image.Image:
    """A card on a table from above, all of it in the frame: RGB, 1280 × 896 pixels."""
    draw = Chances(conditions.key, "card photograph")
    size = width, height = CARD_PHOTOGRAPH_SIZE
    corners = _corners(card.size, conditions.rotate, draw)
    picture = _table(size, conditions, draw)
    _cast_shadow(picture, corners, draw)
    # The border repeats the card's edge, so that nothing foreign is interpolated into it.
    bordered = Image.fromarray(np.pad(np.asarray(card.convert("RGB")), _BORDER, "edge"))
    plane = _projection(corners, card.size)
    how = (size, Image.Transform.PERSPECTIVE, plane, Image.Resampling.BICUBIC)
    # The mask is drawn, not projected, so that the card's edge is smooth.
    mask = Image.new("L", (width * 2, height * 2))
    ImageDraw.Draw(mask).polygon([(2 * x, 2 * y) for x, y in corners], fill=255)
    picture.paste(bordered.transform(*how), (0, 0), mask.reduce(2))
    middle = (width / 2, height / 2)
    span = width * _CARD_SHARE
    lamp = (
        middle[0] + draw.between(-0.26, 0.26) * span,
        middle[1] + draw.between(-0.18, 0.18) * span,
    )
    slope, angle = draw.between(0.02, 0.12), draw.between(0, 2 * pi)
    light = _slope(size, slope, angle)
    return _exposed(_blurred(picture, conditions.blur), light, lamp, span, conditions)


def photograph_selfie(selfie: Image.Image, conditions: Conditions) -> Image.Image:
    """A face as the telephone records it: RGB, of the selfie's size."""
    draw = Chances(conditions.key, "selfie photograph")
    picture = selfie.convert("RGB")
    if conditions.rotate:
        picture = _turned(picture, conditions.rotate)
    width, height = picture.size
    lamp = (width * draw.between(0.3, 0.7), height * draw.between(0.3, 0.6))
    light = np.ones((1, 1), np.float32)
    return _exposed(_blurred(picture, conditions.blur), light, lamp, width, conditions)


def to_jpeg(image: Image.Image, quality: int = 88) -> bytes:
    """JPEG without metadata; `quality` is Pillow's, 1…95."""
    data = BytesIO()
    image.save(data, "JPEG", quality=quality)
    return data.getvalue()


def _corners(card: tuple[int, int], rotate: float, draw: Chances) -> list[tuple[float, float]]:
    """Where the four corners of the card come to lie, clockwise from its upper left."""
    width, height = CARD_PHOTOGRAPH_SIZE
    ratio = card[1] / card[0]
    middle = (width / 2 + draw.between(-0.02, 0.02) * width, height / 2)
    turn = radians(rotate + draw.between(-_TILT_DEGREES, _TILT_DEGREES))
    # Who photographs a card that lies across steps back until it is in the frame.
    across, down = abs(cos(turn)), abs(sin(turn))
    fit = min(width / (across + ratio * down), height / (down + ratio * across))
    half = min(width * _CARD_SHARE, _FILLED * fit) / 2
    corners = []
    for across, down in ((-1, -1), (1, -1), (1, 1), (-1, 1)):
        x = across * half + draw.between(-1, 1) * _CORNER_SHIFT * 2 * half
        y = down * half * ratio + draw.between(-1, 1) * _CORNER_SHIFT * 2 * half
        corners.append(
            (middle[0] + x * cos(turn) - y * sin(turn), middle[1] + x * sin(turn) + y * cos(turn))
        )
    return corners


def _projection(corners: list[tuple[float, float]], card: tuple[int, int]) -> tuple[float, ...]:
    """The eight coefficients with which Pillow finds a place on the bordered card."""
    width, height = card
    rows: list[tuple[float, ...]] = []
    right: list[float] = []
    (edge, _), *_ = _BORDER
    right_edge, foot = width + edge, height + edge
    targets = ((edge, edge), (right_edge, edge), (right_edge, foot), (edge, foot))
    for (x, y), (u, v) in zip(corners, targets, strict=True):
        rows.append((x, y, 1, 0, 0, 0, -u * x, -u * y))
        rows.append((0, 0, 0, x, y, 1, -v * x, -v * y))
        right += [u, v]
    return tuple(np.linalg.solve(np.array(rows, float), np.array(right, float)).tolist())


def _table(size: tuple[int, int], conditions: Conditions, draw: Chances) -> Image.Image:
    """A table top with a grain: darker than any card."""
    grey = draw.between(62, 128)
    colour = np.array([grey + draw.between(-30, 30) for _ in range(3)], np.float32)
    rough = noise_generator(conditions.key, "table").standard_normal((28, 7), np.float32)
    if draw.happens(0.5):
        rough = rough.T
    levels = colour + np.float32(draw.between(2, 8)) * rough[..., None]
    grain = Image.fromarray(np.clip(levels, 20, 175).astype(np.uint8))
    return grain.resize(size, Image.Resampling.BICUBIC)


def _turned(picture: Image.Image, degrees: float) -> Image.Image:
    """Turned clockwise about its middle; the edges go on where the picture ends."""
    width, height = picture.size
    across, down = width // 2, height // 2
    wide = np.pad(np.asarray(picture), ((down, down), (across, across), (0, 0)), "edge")
    turned = Image.fromarray(wide).rotate(-degrees, Image.Resampling.BICUBIC)
    return turned.crop((across, down, across + width, down + height))


def _cast_shadow(picture: Image.Image, corners: list[tuple[float, float]], draw: Chances) -> None:
    """The soft shadow that a card lying on a table throws."""
    away = (draw.between(-10, 10), draw.between(2, 12))
    fine = 4
    shadow = Image.new("L", (picture.width // fine, picture.height // fine))
    outline = [((x + away[0]) / fine, (y + away[1]) / fine) for x, y in corners]
    ImageDraw.Draw(shadow).polygon(outline, fill=130)
    soft = shadow.filter(ImageFilter.GaussianBlur(2.2)).resize(
        picture.size, Image.Resampling.BILINEAR
    )
    picture.paste((0, 0, 0), (0, 0), soft)


def _blurred(picture: Image.Image, sigma: float) -> Image.Image:
    return picture.filter(ImageFilter.GaussianBlur(sigma)) if sigma else picture


def _slope(size: tuple[int, int], slope: float, angle: float) -> Pixels:
    """Light that falls off from one edge to the other: 1 in the middle."""
    across = np.linspace(-1, 1, size[0], dtype=np.float32)[None, :]
    down = np.linspace(-1, 1, size[1], dtype=np.float32)[:, None]
    fall: Pixels = across * np.float32(cos(angle)) + down * np.float32(sin(angle))
    return 1 + np.float32(slope) * fall


def _exposed(
    picture: Image.Image,
    light: Pixels,
    lamp: tuple[float, float],
    span: float,
    conditions: Conditions,
) -> Image.Image:
    """Light, lamp, exposure and sensor: from the scene to what the file holds."""
    levels = np.asarray(picture, np.float32) * light[..., None]
    if conditions.glare:
        radius = max(1.0, conditions.glare * span)
        levels += _mirrored(picture.size, lamp, radius)[..., None]
    factor = conditions.darkness * conditions.brightness
    if factor != 1:
        levels *= np.float32(factor)
    if conditions.brightness > 1:
        levels += _bleeding(levels)
    if conditions.noise:
        sensor = noise_generator(conditions.key, "sensor")
        grain = sensor.standard_normal(levels.shape[:2], np.float32)
        grain *= np.float32(conditions.noise)
        # The colours of a pixel differ less than pixels do: one grain, shifted per colour.
        for channel in range(3):
            levels[..., channel] += np.roll(grain, channel, axis=1)
    np.clip(levels, 0, 255, out=levels)
    return Image.fromarray(levels.astype(np.uint8))


def _mirrored(size: tuple[int, int], lamp: tuple[float, float], radius: float) -> Pixels:
    """A lamp in the laminate: flat in the middle, with a soft rim."""
    across = (np.arange(size[0], dtype=np.float32) - np.float32(lamp[0]))[None, :]
    down = (np.arange(size[1], dtype=np.float32) - np.float32(lamp[1]))[:, None]
    near = (across * across + down * down) / np.float32(radius * radius)
    lamplight: Pixels = np.exp(-(near * near)) * np.float32(_LAMP)
    return lamplight


def _bleeding(levels: Pixels) -> Pixels:
    """What over-exposed parts add to their surroundings."""
    over = np.clip(levels.mean(axis=2) - _WHITE, 0, 2 * _WHITE)
    height, width = over.shape
    small = Image.fromarray(over).reduce(8)
    spread = np.asarray(small, np.float32)
    # Pillow blurs bytes only.
    bytes_ = Image.fromarray((spread / 2).astype(np.uint8)).filter(ImageFilter.GaussianBlur(5))
    wide = bytes_.resize((width, height), Image.Resampling.BILINEAR)
    return np.asarray(wide, np.float32)[..., None] * np.float32(2 * _BLEED)
