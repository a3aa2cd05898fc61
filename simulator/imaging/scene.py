"""How a face is taken: pose, expression, clothes, background, light. None of it says who it is.

The ranges are *assumed*: what a person holding a telephone at arm's length does.
"""

from dataclasses import dataclass, field
from math import pi

from simulator.imaging.canvas import Colour, Pose
from simulator.imaging.chances import Chances
from simulator.imaging.features import Expression


@dataclass(frozen=True, slots=True)
class Scene:
    """One sitting."""

    pose: Pose = field(default_factory=Pose)
    expression: Expression = field(default_factory=Expression)
    background: Colour = (238, 240, 244)
    far_background: Colour | None = None
    """The colour the background goes over to at the foot; None for a plain one."""
    cloth: Colour = (52, 60, 86)
    collar: int = 2
    light: float = 1.0
    """Factor on everything."""
    light_slope: float = 0.0
    """How much lighter the lit edge of the picture is than its middle."""
    light_angle: float = 0.0
    """Where the light comes from, radians."""
    tint: tuple[float, float, float] = (1.0, 1.0, 1.0)


ID_SCENE = Scene()
"""The sitting for the portrait on a card: upright, closed mouth, plain light background."""


def selfie_scene(seed: int, *, mouth_open: bool = False) -> Scene:
    """The sitting a seed (0…2**64-1) stands for.

    The mouth is shut unless `mouth_open`, which answers a liveness challenge and changes nothing
    but the mouth.
    """
    draw = Chances(seed.to_bytes(8, "little"), "selfie")
    pose = Pose(
        dx=draw.between(-0.05, 0.05),
        dy=draw.between(-0.045, 0.045),
        scale=draw.between(0.88, 1.12),
        roll=draw.between(-6.0, 6.0),
        yaw=draw.between(-0.016, 0.016),
        pitch=draw.between(-0.010, 0.010),
    )
    gap = draw.between(0.055, 0.080)
    expression = Expression(
        mouth_gap=gap if mouth_open else 0.0,
        eye_opening=draw.between(0.8, 1.12),
        smile=draw.between(-0.005, 0.011),
        brow_lift=draw.between(-0.004, 0.010),
    )
    wall = _muted(draw, 85, 190)
    return Scene(
        pose=pose,
        expression=expression,
        background=wall,
        far_background=_near(draw, wall),
        cloth=_muted(draw, 30, 205),
        collar=draw.below(3),
        light=draw.between(0.74, 1.06),
        light_slope=draw.between(0.0, 0.22),
        light_angle=draw.between(0.0, 2 * pi),
        tint=(draw.between(0.94, 1.05), 1.0, draw.between(0.91, 1.04)),
    )


def _muted(draw: Chances, low: int, high: int) -> Colour:
    """A colour that leaves walls and clothes plausible: a grey with some of a hue."""
    grey = draw.between(low, high)
    red, green, blue = (grey + draw.between(-38, 38) for _ in range(3))
    return _colour(red), _colour(green), _colour(blue)


def _near(draw: Chances, colour: Colour) -> Colour:
    change = draw.between(0.75, 1.15)
    return _colour(colour[0] * change), _colour(colour[1] * change), _colour(colour[2] * change)


def _colour(value: float) -> int:
    return max(0, min(255, round(value)))
