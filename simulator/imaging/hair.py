"""Hair: what falls behind the head, and what lies on it."""

from math import cos, exp, log, pi, sin

from simulator.imaging.canvas import Canvas, Point, arc, curve, shaded
from simulator.imaging.face_traits import BALDING, FaceTraits

_LONG, _BOB, _BUN, _WAVY, _PIXIE, _PONYTAIL = range(6)
_CROP, _SIDE_PARTING, _SPIKES, _SWEPT, _CURTAINS = range(5)
_SIDES = (-1, 1)
_SPREAD = 1.07
"""Half the width of the hair, in parts of the face's."""
_RISE = 1.12


def draw_hair_behind(canvas: Canvas, traits: FaceTraits) -> None:
    """Long hair, buns and tails; to be drawn before everything else of the head."""
    width, height, hair = traits.face_width, traits.face_height, traits.hair
    dark = shaded(hair, 0.82)
    canvas.depth(-0.4)
    if not traits.male:
        style = traits.hair_style
        if style == _BUN:
            canvas.ellipse(0, -height * 1.14, 0.105, 0.085, dark)
            canvas.line(arc(0, -height * 1.12, 0.07, 0.05), shaded(hair, 1.25), 0.006)
        elif style == _PONYTAIL:
            side = 1 if traits.parting > 0 else -1
            tail = [(side * width * 0.9, -0.16), (side * (width + 0.115), 0.02)]
            tail += [(side * (width + 0.10), 0.30), (side * (width + 0.01), 0.52)]
            back = [(side * width * 0.6, 0.30), (side * width * 0.6, -0.10)]
            canvas.polygon([*curve(tail), *back], dark)
        elif style in (_LONG, _BOB, _WAVY):
            length = {_LONG: 0.66, _BOB: 0.27, _WAVY: 0.45}[style] + 0.06 * (traits.fringe - 0.5)
            wide = width * (1.17 if style == _LONG else 1.24)
            dome = arc(0, -0.04, wide, height * 1.11, power=2.3, start=pi, end=2 * pi)
            right = _lock(wide, length, wavy=style == _WAVY)
            canvas.polygon([*dome, *right, *((-x, y) for x, y in reversed(right))], dark)
    canvas.depth(0)
    if not (traits.male and traits.hair_style == BALDING):
        # So that no gap shows between ears and temples.
        back = arc(0, -0.012, width * 1.05, height * 1.08, power=2.3, start=pi, end=2 * pi)
        canvas.polygon(back, dark)


def _lock(wide: float, length: float, *, wavy: bool) -> list[Point]:
    points = []
    for step in range(13):
        t = step / 12
        swing = 0.022 * sin(t * 3.2 * pi) if wavy else -0.035 * t * t
        points.append((wide + swing, -0.04 + t * (length + 0.04)))
    return points


def draw_hair(canvas: Canvas, traits: FaceTraits) -> None:
    """The hair that frames the face; to be drawn after the features of the face."""
    canvas.depth(0.3)
    if traits.male and traits.hair_style == BALDING:
        _draw_sides(canvas, traits)
        return
    width, height = traits.face_width * _SPREAD, traits.face_height
    rise = _RISE + (0.07 if traits.male and traits.hair_style == _SWEPT else 0.0)
    dome = arc(0, -0.012, width, height * rise, power=2.3, start=pi, end=2 * pi)
    edge = [(width * (1 - step / 16), _edge(traits, 1 - step / 16)) for step in range(33)]
    canvas.polygon(dome + edge, traits.hair)
    canvas.shadow(
        [(x * 0.92, y + 0.022) for x, y in edge] + [(x, y - 0.03) for x, y in edge][::-1], 60
    )
    _draw_sheen(canvas, traits, rise)


def _edge(traits: FaceTraits, across: float) -> float:
    """Where the hair ends above the face: y at `across`, -1 left temple … 1 right temple."""
    hairline = -traits.face_height * (0.50 + 0.33 * traits.hairline)
    # Down to the sideburns of men, and behind the ears of women.
    low, power = (-0.03 - 0.05 * traits.fringe, 5.0) if traits.male else (0.04, 4.0)
    reach = 1 - abs(across) ** 3
    fringe = min(
        hairline + reach * _fall(traits, across),
        traits.eye_level - traits.brow_gap * 0.55,
    )
    return fringe + (low - fringe) * _power(abs(across), power)


def _fall(traits: FaceTraits, across: float) -> float:
    """How far the hair of a style falls below the hairline; negative where it is swept up."""
    away = across - traits.parting
    style = traits.hair_style
    if traits.male:
        if style == _SIDE_PARTING:
            return 0.055 * (1 - _bump(away, 0.35)) - 0.045 * _bump(away, 0.2)
        if style == _SPIKES:
            return 0.020 * (cos(across * 15 + 5 * traits.fringe) + 0.6)
        if style == _CURTAINS:
            return 0.075 * min(1.0, abs(away) * 1.4) - 0.05 * _bump(away, 0.12)
        return -0.025 if style == _SWEPT else 0.0
    if style == _BOB:
        return 0.060 + 0.012 * cos(across * 16 + 6 * traits.fringe)
    if style in (_LONG, _WAVY):
        return 0.09 * min(1.0, _power(abs(away), 1.3)) - 0.06 * _bump(away, 0.16)
    if style == _PIXIE:
        return 0.05 * (1 - _bump(away, 0.5)) + 0.010 * cos(across * 12)
    if style == _PONYTAIL:
        return 0.030 * across * (1 if traits.parting < 0 else -1) - 0.01
    return 0.0


def _power(base: float, exponent: float) -> float:
    return exp(exponent * log(base)) if base > 0 else 0.0


def _bump(away: float, width: float) -> float:
    """1 at no distance, falling off over a width."""
    return exp(-away * away / (width * width))


def _draw_sheen(canvas: Canvas, traits: FaceTraits, rise: float) -> None:
    """Strands that catch the light, across the dome from the parting on."""
    light = shaded(traits.hair, 1.30)
    width, height = traits.face_width * _SPREAD, traits.face_height
    for number in range(7):
        across = -0.8 + 1.6 * number / 6
        foot = _edge(traits, across)
        root = traits.parting * 0.35
        top = -height * rise * 0.93
        strand = [
            ((root * 0.6 + across * 0.35) * width, top),
            ((root * 0.2 + across * 0.8) * width, top * 0.60 + foot * 0.40),
            (across * width, foot - 0.012),
        ]
        canvas.line(curve(strand, 5), light, 0.004)


def _draw_sides(canvas: Canvas, traits: FaceTraits) -> None:
    width, height = traits.face_width, traits.face_height
    for side in _SIDES:
        patch = [
            (side * width * 1.07, -height * 0.58),
            (side * width * 0.93, -height * 0.62),
            (side * width * (0.86 - 0.08 * traits.fringe), -height * 0.34),
            (side * width * 0.93, -0.02),
            (side * width * 1.05, 0.04),
            (side * width * 1.12, -0.05),
        ]
        canvas.polygon(curve([*patch, patch[0]]), traits.hair)
    shine = arc(-width * 0.25, -height * 0.72, width * 0.26, height * 0.10)
    canvas.polygon(shine, shaded(traits.skin, 1.06))
