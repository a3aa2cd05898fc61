"""A supersampled drawing surface in face units, on which a head may move, turn and tilt.

A face unit is the width of the frame divided by 0.95; the origin is the middle of the face, x to
the viewer's right, y downwards. Everything here is geometry: what a face is made of is told in
`features` and `hair`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import copysign, cos, pi, radians, sin

from PIL import Image, ImageDraw

Point = tuple[float, float]
Colour = tuple[int, int, int]

FRAME_WIDTH = 0.95
"""Width of the frame in face units when the scale of the pose is 1."""
FACE_X, FACE_Y = 0.5, 0.47
"""Where the middle of the face stands in the frame, in parts of its width and height, at rest."""
_SUPERSAMPLING = 2
_SHADE_REDUCTION = 4


@dataclass(frozen=True, slots=True)
class Pose:
    """How a head stands in the frame."""

    dx: float = 0.0
    """Shift to the right, in parts of the frame's width."""
    dy: float = 0.0
    """Shift downwards, in parts of the frame's height."""
    scale: float = 1.0
    roll: float = 0.0
    """Degrees, clockwise as seen."""
    yaw: float = 0.0
    """How far the features slide to the right over the head, in face units."""
    pitch: float = 0.0
    """The same, downwards."""


class Canvas:
    """A picture being drawn, and the soft shadows that will lie on it."""

    def __init__(self, size: tuple[int, int], pose: Pose, background: Colour) -> None:
        """`size` is that of the finished picture, (width, height) in pixels."""
        self.size = size
        self.pose = pose
        width, height = size[0] * _SUPERSAMPLING, size[1] * _SUPERSAMPLING
        self._scale = width / FRAME_WIDTH * pose.scale
        self._origin = (width * (FACE_X + pose.dx), height * (FACE_Y + pose.dy))
        turn = radians(pose.roll)
        self._cos, self._sin = cos(turn), sin(turn)
        self._slide = (0.0, 0.0)
        self.image = Image.new("RGB", (width, height), background)
        self._draw = ImageDraw.Draw(self.image)
        self._shade = Image.new("L", (size[0] // _SHADE_REDUCTION, size[1] // _SHADE_REDUCTION))
        self._shade_draw = ImageDraw.Draw(self._shade)
        self._shade_per_pixel = self._shade.width / width

    def depth(self, depth: float) -> None:
        """What follows lies this far forward: 1 on the face, 0 in the plane of the ears."""
        self._slide = (self.pose.yaw * depth, self.pose.pitch * depth)

    def polygon(self, points: Iterable[Point], colour: Colour) -> None:
        self._draw.polygon([self._place(x, y) for x, y in points], fill=colour)

    def line(self, points: Iterable[Point], colour: Colour, width: float) -> None:
        """An open line; `width` in face units."""
        self._draw.line(
            [self._place(x, y) for x, y in points],
            fill=colour,
            width=max(1, round(width * self._scale)),
            joint="curve",
        )

    def ellipse(self, x: float, y: float, rx: float, ry: float, colour: Colour) -> None:
        self.polygon(arc(x, y, rx, ry, steps=32), colour)

    def shadow(self, points: Iterable[Point], depth: int) -> None:
        """A soft shadow; `depth` 0…255 takes away up to about a third of the light."""
        scale = self._shade_per_pixel
        placed = [self._place(x, y) for x, y in points]
        self._shade_draw.polygon([(x * scale, y * scale) for x, y in placed], fill=depth)

    def finished(self) -> Image.Image:
        """The picture at its size, RGB, without the shadows."""
        return self.image.reduce(_SUPERSAMPLING)

    def shadows(self) -> Image.Image:
        """The shadows before they are softened, L, a quarter of the size."""
        return self._shade

    def _place(self, x: float, y: float) -> Point:
        x += self._slide[0]
        y += self._slide[1]
        return (
            self._origin[0] + self._scale * (x * self._cos - y * self._sin),
            self._origin[1] + self._scale * (x * self._sin + y * self._cos),
        )


def arc(
    x: float,
    y: float,
    rx: float,
    ry: float,
    *,
    power: float = 2.0,
    start: float = 0.0,
    end: float = 2 * pi,
    steps: int = 48,
) -> list[Point]:
    """Points of a superellipse: power 2 is an ellipse, more is squarer. Angles run clockwise."""
    points = []
    for step in range(steps + 1):
        angle = start + (end - start) * step / steps
        across, down = cos(angle), sin(angle)
        points.append(
            (
                x + rx * copysign(abs(across) ** (2 / power), across),
                y + ry * copysign(abs(down) ** (2 / power), down),
            )
        )
    return points


def curve(points: Sequence[Point], steps: int = 6) -> list[Point]:
    """A smooth line through all points (Catmull-Rom), with `steps` parts between two of them."""
    ends = [points[0], *points, points[-1]]
    smooth = []
    for before, first, second, after in zip(ends, ends[1:], ends[2:], ends[3:], strict=False):
        for step in range(steps):
            t = step / steps
            weights = (
                (-t + 2 * t * t - t**3) / 2,
                (2 - 5 * t * t + 3 * t**3) / 2,
                (t + 4 * t * t - 3 * t**3) / 2,
                (-t * t + t**3) / 2,
            )
            near = (before, first, second, after)
            smooth.append(
                (
                    sum(w * p[0] for w, p in zip(weights, near, strict=True)),
                    sum(w * p[1] for w, p in zip(weights, near, strict=True)),
                )
            )
    return [*smooth, points[-1]]


def shaded(colour: Colour, factor: float) -> Colour:
    """A colour made darker (factor below 1) or lighter."""
    red, green, blue = (min(255, round(part * factor)) for part in colour)
    return red, green, blue


def mixed(first: Colour, second: Colour, share: float) -> Colour:
    """`share` (0…1) of the second colour, the rest of the first."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(first, second, strict=True))
    return red, green, blue
