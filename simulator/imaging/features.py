"""Head, ears, eyes, brows, nose, mouth, beard, glasses: drawn on a canvas from traits."""

from dataclasses import dataclass
from math import pi

from simulator.imaging.canvas import Canvas, Colour, Point, arc, curve, mixed, shaded
from simulator.imaging.face_traits import FaceTraits

_WHITE = (246, 245, 242)
_IRIS = (56, 38, 28)
_DARK = (28, 20, 20)
_LIPS_PALE, _LIPS_RED = (190, 116, 104), (190, 62, 72)
_MOUTH_INSIDE = (66, 20, 24)
_TEETH = (240, 238, 230)
_BLUSH = (232, 92, 88)
_SIDES = (-1, 1)


@dataclass(frozen=True, slots=True)
class Expression:
    """What a face does for one picture; it belongs to nobody."""

    mouth_gap: float = 0.0
    """Between the lips, face units; 0 is a closed mouth."""
    eye_opening: float = 1.0
    smile: float = 0.0
    """Added to the curve of the mouth."""
    brow_lift: float = 0.0


def outline(traits: FaceTraits) -> list[Point]:
    """The edge of the face."""
    brow = arc(0, 0, traits.face_width, traits.face_height, power=2.2, start=pi, end=2 * pi)
    lower = traits.face_height * (1 + traits.chin)
    return brow + arc(0, 0, traits.face_width, lower, power=traits.jaw, start=0, end=pi)


def draw_neck(canvas: Canvas, traits: FaceTraits, cloth: Colour, collar: int) -> None:
    """Neck, shoulders and clothes; `collar` is 0 round, 1 pointed, 2 shirt."""
    neck, chin = traits.neck, traits.face_height * (1 + traits.chin)
    skin = shaded(traits.skin, 0.90)
    canvas.depth(0)
    canvas.polygon([(-neck, 0.15), (neck, 0.15), (neck * 1.1, 0.58), (-neck * 1.1, 0.58)], skin)
    canvas.shadow(arc(0, chin - 0.01, neck * 0.84, 0.075, start=0, end=pi), 165)
    shoulder = 0.40 if traits.male else 0.355
    shoulder *= 1 - 0.2 * traits.youth
    right = [(neck * 1.02, 0.455), (shoulder * 0.72, 0.535), (shoulder, 0.60), (shoulder + 0.07, 1)]
    body = curve(right)
    canvas.polygon([*body, *((-x, y) for x, y in reversed(body))], cloth)
    dark = shaded(cloth, 0.74)
    if collar == 0:
        canvas.polygon(arc(0, 0.45, neck * 1.04, 0.085, start=0, end=pi), skin)
        canvas.line(arc(0, 0.45, neck * 1.08, 0.095, start=0, end=pi), dark, 0.014)
    elif collar == 1:
        canvas.polygon([(-neck * 1.02, 0.45), (neck * 1.02, 0.45), (0, 0.60)], skin)
        canvas.line([(-neck * 1.05, 0.45), (0, 0.605), (neck * 1.05, 0.45)], dark, 0.016)
    else:
        canvas.polygon([(-neck, 0.45), (neck, 0.45), (0, 0.55)], skin)
        for side in _SIDES:
            flap = [(side * neck * 1.05, 0.44), (0, 0.555), (side * 0.075, 0.63)]
            canvas.polygon([*flap, (side * neck * 1.22, 0.50)], shaded(cloth, 1.22))
            canvas.line([flap[1], flap[2], (side * neck * 1.22, 0.50)], dark, 0.007)
        canvas.line([(0, 0.56), (0, 1.0)], dark, 0.008)
    for side in _SIDES:
        arm = [(side * shoulder * 0.86, 0.63), (side * (shoulder - 0.01), 0.64)]
        canvas.shadow([*arm, (side * (shoulder + 0.04), 1.1), (side * shoulder * 0.8, 1.1)], 90)


def draw_head(canvas: Canvas, traits: FaceTraits) -> None:
    """Ears, the face, and the shadows that make it round."""
    width, height, skin = traits.face_width, traits.face_height, traits.skin
    canvas.depth(0)
    for side in _SIDES:
        canvas.ellipse(side * width, 0.02, traits.ear, traits.ear * 1.75, shaded(skin, 0.90))
        inner = arc(side * width * 1.02, 0.02, traits.ear * 0.5, traits.ear * 1.1)
        canvas.polygon(inner, shaded(skin, 0.78))
    canvas.polygon(outline(traits), skin)
    for side in _SIDES:
        edge = arc(0, 0.0, side * width, height * (1 + traits.chin), start=-0.7, end=pi * 0.44)
        inside = [(x * 0.84, y * 0.97) for x, y in reversed(edge)]
        canvas.shadow(edge + inside, 90)
    canvas.depth(0.8)
    for side in _SIDES:
        blush = mixed(skin, _BLUSH, 0.09 + 0.05 * traits.youth)
        canvas.ellipse(side * width * 0.56, 0.10, 0.055, 0.036, blush)


def draw_eyes(canvas: Canvas, traits: FaceTraits, expression: Expression) -> None:
    """Eyes, lids and brows."""
    canvas.depth(1)
    width, level = traits.eye_width, traits.eye_level
    height = traits.eye_height * expression.eye_opening
    for side in _SIDES:
        middle = side * traits.eye_distance
        canvas.shadow(arc(middle, level - 0.012, width * 1.35, height * 1.3 + 0.030), 55)

        def eye(points: list[Point], middle: float = middle, side: int = side) -> list[Point]:
            return [(middle + x, level + y - side * x * traits.eye_slant) for x, y in points]

        almond = arc(0, 0, width, height * 1.2, power=1.75, steps=32)
        canvas.polygon(eye(almond), _WHITE)
        iris = height * 1.04
        canvas.ellipse(middle, level - height * 0.06, iris, iris, _IRIS)
        canvas.ellipse(middle, level - height * 0.06, iris * 0.48, iris * 0.48, (6, 6, 8))
        canvas.ellipse(middle + iris * 0.35, level - iris * 0.42, iris * 0.2, iris * 0.2, _WHITE)
        upper = arc(0, 0, width * 1.05, height * 1.25, power=1.75, start=pi, end=2 * pi, steps=20)
        canvas.line(eye(upper), _DARK, 0.009 if traits.male else 0.012)
        lower = arc(0, 0, width, height * 1.2, power=1.75, start=0.25, end=pi - 0.25, steps=16)
        canvas.line(eye(lower), shaded(traits.skin, 0.62), 0.004)
        if traits.double_lid:
            crease = [(x * 0.96, y - 0.013 - height * 0.12) for x, y in upper[2:-2]]
            canvas.line(eye(crease), shaded(traits.skin, 0.66), 0.005)
        if traits.lines > 0.15:
            bag = arc(0, height + 0.018, width * 0.85, 0.014, start=0.2, end=pi - 0.2, steps=12)
            canvas.line(eye(bag), shaded(traits.skin, 0.84), 0.005)
            for tilt in (-0.4, 0.25):
                crow = [(middle + side * width * 1.25, level + tilt * 0.02)]
                crow.append((middle + side * (width * 1.25 + 0.03), level + tilt * 0.07))
                canvas.line(crow, shaded(traits.skin, 0.84), 0.004)
        _draw_brow(canvas, traits, side, level - traits.brow_gap - expression.brow_lift)


def _draw_brow(canvas: Canvas, traits: FaceTraits, side: int, level: float) -> None:
    """Thick towards the nose, thin towards the temple."""
    middle, half = side * traits.eye_distance, traits.brow_length / 2
    upper, lower = [], []
    for step in range(9):
        t = step / 4 - 1
        x = middle + side * t * half
        y = level - t * half * traits.brow_slant - traits.brow_arch * (1 - t * t)
        thick = traits.brow_thickness / 2 * (1.0 - 0.65 * max(0.0, t) ** 1.5)
        upper.append((x, y - thick))
        lower.append((x, y + thick))
    canvas.polygon(upper + lower[::-1], mixed(shaded(traits.hair, 0.85), traits.skin, 0.12))


def draw_nose(canvas: Canvas, traits: FaceTraits) -> None:
    canvas.depth(1.25)
    width = traits.nose_width
    top, tip = traits.eye_level + 0.01, traits.eye_level + traits.nose_length
    dark = shaded(traits.skin, 0.70)
    bridge = [(-width * 0.30, top), (-width * 0.42, tip - 0.05), (-width * 0.95, tip - 0.008)]
    canvas.line(curve(bridge), mixed(traits.skin, dark, traits.nose_bridge), 0.007)
    canvas.shadow([(width * 0.3, top), (width * 0.95, tip), (width * 1.5, tip + 0.01)], 80)
    canvas.shadow(arc(0, tip + 0.018, width * 0.9, 0.016), 90)
    canvas.polygon(
        [(-width * 0.10, top + 0.01), (width * 0.16, top + 0.01), (width * 0.26, tip - 0.02)],
        shaded(traits.skin, 1.05),
    )
    base = [
        (-width, tip - 0.012),
        (-width * 0.86, tip + 0.010),
        (-width * 0.35, tip + 0.012),
        (0, tip + 0.018),
        (width * 0.35, tip + 0.012),
        (width * 0.86, tip + 0.010),
        (width, tip - 0.012),
    ]
    canvas.line(curve(base, 4), dark, 0.009)
    for side in _SIDES:
        canvas.ellipse(side * width * 0.45, tip + 0.006, 0.011, 0.005, shaded(traits.skin, 0.45))


def mouth_level(traits: FaceTraits) -> float:
    """Height of the line between closed lips; below the nose, whatever the traits say."""
    return max(traits.mouth_level, traits.eye_level + traits.nose_length + 0.052)


def draw_mouth(canvas: Canvas, traits: FaceTraits, expression: Expression) -> None:
    """Lips closed in one line, or parted by the gap of the expression, with teeth to be seen."""
    canvas.depth(1.05)
    width = traits.mouth_width * (1 - 1.2 * expression.mouth_gap)
    level, gap = mouth_level(traits), expression.mouth_gap
    lift = traits.mouth_curve + expression.smile
    lips = _LIPS_PALE if traits.male else _LIPS_RED
    lips = mixed(mixed(_LIPS_PALE, lips, 0.4 + 0.6 * traits.lip_redness), traits.skin, 0.12)
    top = [
        (-width, level - lift),
        (-width * 0.45, level - traits.upper_lip * 1.05),
        (0, level - traits.upper_lip * 0.72),
        (width * 0.45, level - traits.upper_lip * 1.05),
        (width, level - lift),
    ]
    line = [(-width, level - lift), (0, level + 0.004), (width, level - lift)]
    line_below = [(-width, level - lift), (0, level + 0.004 + gap), (width, level - lift)]
    bottom = [
        (-width, level - lift),
        (-width * 0.5, level + traits.lower_lip * 0.85 + gap),
        (0, level + traits.lower_lip + gap),
        (width * 0.5, level + traits.lower_lip * 0.85 + gap),
        (width, level - lift),
    ]
    if gap > 0:
        inside = curve(
            [
                line[0],
                (-width * 0.62, level + gap * 0.86),
                line_below[1],
                (width * 0.62, level + gap * 0.86),
                line[-1],
            ],
            5,
        )
        canvas.polygon(curve(bottom, 5) + curve(top, 5)[::-1], lips)
        canvas.polygon(inside + curve(line, 5)[::-1], _MOUTH_INSIDE)
        teeth = [(-width * 0.5, level + 0.003), (width * 0.5, level + 0.003)]
        teeth += [(width * 0.42, level + gap * 0.3), (-width * 0.42, level + gap * 0.3)]
        canvas.polygon(teeth, _TEETH)
        canvas.polygon(curve(top, 5) + curve(line, 5)[::-1], shaded(lips, 0.88))
    else:
        canvas.polygon(curve(top, 5) + curve(line, 5)[::-1], shaded(lips, 0.88))
        canvas.polygon(curve(line, 5) + curve(bottom, 5)[::-1], lips)
        canvas.line(curve(line, 5), shaded(lips, 0.52), 0.007)
    canvas.shadow(arc(0, level + traits.lower_lip + gap + 0.022, width * 0.42, 0.010), 70)


def draw_beard(canvas: Canvas, traits: FaceTraits) -> None:
    """Before the mouth is drawn."""
    if not traits.beard:
        return
    canvas.depth(0.9)
    level, nose = mouth_level(traits), traits.eye_level + traits.nose_length
    stubble = mixed(traits.skin, traits.hair, 0.22)
    full = mixed(traits.hair, traits.skin, 0.12)
    if traits.beard in (1, 3):
        lower = traits.face_height * (1 + traits.chin)
        edge = arc(
            0,
            0,
            traits.face_width * 0.985,
            lower * 0.99,
            power=traits.jaw,
            start=0.25,
            end=pi - 0.25,
        )
        cheek = [(-traits.face_width * 0.52, level - 0.035), (0, nose + 0.03)]
        cheek.append((traits.face_width * 0.52, level - 0.035))
        canvas.polygon(edge + curve(cheek), stubble if traits.beard == 1 else full)
    if traits.beard in (2, 3):
        width = traits.mouth_width * 0.95
        upper = [(-width, level - 0.004), (-width * 0.3, nose + 0.026), (0, nose + 0.032)]
        upper += [(-x, y) for x, y in upper[1::-1]]
        lip = [(width, level + 0.006), (0, level - traits.upper_lip * 0.7), (-width, level + 0.006)]
        canvas.polygon(curve(upper) + curve(lip), full)


def draw_marks(canvas: Canvas, traits: FaceTraits) -> None:
    """Wrinkles of brow and cheeks, moles."""
    width, height = traits.face_width, traits.face_height
    canvas.depth(0.9)
    if traits.lines > 0.12:
        crease = shaded(traits.skin, 0.86)
        for number in range(2):
            y = -height * (0.46 + 0.09 * number)
            bend = [(-width * 0.5, y), (0, y - 0.008), (width * 0.5, y)]
            canvas.line(curve(bend), crease, 0.005)
        nose = traits.eye_level + traits.nose_length
        for side in _SIDES:
            fold = [(side * (traits.nose_width + 0.018), nose - 0.01)]
            fold.append((side * (traits.mouth_width + 0.012), mouth_level(traits) - 0.012))
            canvas.line(fold, shaded(traits.skin, 0.82), 0.004 + 0.004 * traits.lines)
    for across, down, radius in traits.moles:
        canvas.ellipse(across * width * 0.85, down * height * 0.85, radius, radius, (66, 40, 32))


def draw_glasses(canvas: Canvas, traits: FaceTraits) -> None:
    if not traits.glasses:
        return
    canvas.depth(1.1)
    power, tall = {1: (2.0, 0.92), 2: (3.2, 0.74), 3: (6.0, 0.58)}[traits.glasses]
    across = min(traits.eye_width * 1.6, traits.eye_distance * 0.86)
    level = traits.eye_level + 0.006
    for side in _SIDES:
        middle = side * traits.eye_distance
        rim = arc(middle, level, across, across * tall, power=power)
        canvas.line([*rim, rim[1]], traits.frame, 0.011)
        temple = [
            (middle + side * across, level - 0.006),
            (side * traits.face_width, level - 0.018),
        ]
        canvas.line(temple, traits.frame, 0.010)
    inner = traits.eye_distance - across
    canvas.line(
        curve([(-inner, level - 0.006), (0, level - 0.018), (inner, level - 0.006)]),
        traits.frame,
        0.010,
    )
