"""What tells one face from another, as numbers; the ranges are *assumed* (they are a drawing's)."""

from dataclasses import dataclass

from simulator.imaging.chances import Chances

MALE_STYLES = 6
FEMALE_STYLES = 6
BALDING = MALE_STYLES - 1
"""The style of men whose hair is left at the sides."""
_SKINS = ((247, 216, 188), (198, 152, 116))
_HAIRS = ((22, 20, 24), (84, 58, 42))
_GREY = 200
_FRAMES = ((24, 24, 26), (96, 58, 28), (120, 24, 34), (128, 130, 140), (30, 44, 90))

_ADULT_AT = 17
_LINES_FROM = 42
_GREY_FROM = 46
_BALDING_FROM = 40


@dataclass(frozen=True, slots=True)
class FaceTraits:
    """A face. Lengths are in face units (`canvas`), colours are RGB, shares are 0…1."""

    male: bool
    youth: float
    """1 newborn … 0 grown up."""
    lines: float
    """Wrinkles: 0 none … 1 many."""
    skin: tuple[int, int, int]
    hair: tuple[int, int, int]
    hair_style: int
    """0…MALE_STYLES-1 or 0…FEMALE_STYLES-1."""
    hairline: float
    """How far up the brow the hair begins: 0 low … 1 high."""
    parting: float
    """-1 on the viewer's left … 1 on the right."""
    fringe: float
    face_width: float
    """Half the width."""
    face_height: float
    """Half the height."""
    jaw: float
    """Power of the superellipse of the lower face: 1.7 pointed … 3.2 square."""
    chin: float
    """How much the lower face is longer than the upper."""
    ear: float
    neck: float
    brow_thickness: float
    brow_slant: float
    brow_length: float
    brow_gap: float
    """Between brow and eye."""
    brow_arch: float
    eye_distance: float
    """From the middle of the face to the middle of an eye."""
    eye_width: float
    eye_height: float
    eye_slant: float
    eye_level: float
    double_lid: bool
    nose_length: float
    nose_width: float
    nose_bridge: float
    mouth_width: float
    upper_lip: float
    lower_lip: float
    mouth_curve: float
    mouth_level: float
    lip_redness: float
    glasses: int
    """0 none, 1 round, 2 rounded, 3 angular."""
    frame: tuple[int, int, int]
    beard: int
    """0 none, 1 stubble, 2 moustache, 3 full."""
    moles: tuple[tuple[float, float, float], ...]
    """Each: across and down in parts of the half width and height, and its radius."""


def face_traits(key: bytes, index: int, *, male: bool, age: int) -> FaceTraits:
    """The face of number `index` under a key (at most 64 bytes); the same in every process.

    `age` is in years and adds hair colour, lines and childish proportions to the same features.
    """
    draw = Chances(key, f"face:{index}")
    youth = max(0.0, (_ADULT_AT - age) / _ADULT_AT)
    grown = age >= _ADULT_AT
    lines = min(1.0, max(0.0, (age - _LINES_FROM) / 40))
    skin = _between(_SKINS, draw.fraction())
    tint = draw.fraction()
    grey = min(1.0, max(0.0, (age - _GREY_FROM) / 32 + draw.between(-0.2, 0.2)))
    hair = _between((_between(_HAIRS, tint), (_GREY, _GREY, _GREY)), grey if age > 35 else 0.0)
    styles = MALE_STYLES if male else FEMALE_STYLES
    style, full_style = draw.below(styles), draw.below(styles - 1)
    if male and style == BALDING and age < _BALDING_FROM:
        style = full_style
    width = draw.between(0.262, 0.338) * (1 - 0.04 * youth)
    height = draw.between(0.305, 0.372) * (1 - 0.14 * youth)
    return FaceTraits(
        male=male,
        youth=youth,
        lines=lines,
        skin=skin,
        hair=hair,
        hair_style=style,
        hairline=draw.between(0.0, 0.75) + 0.25 * lines * male,
        parting=draw.between(-0.75, 0.75),
        fringe=draw.fraction(),
        face_width=width,
        face_height=height,
        jaw=draw.between(1.75, 2.9 if male else 2.4),
        chin=draw.between(0.02, 0.22) * (1 - 0.8 * youth),
        ear=draw.between(0.034, 0.058),
        neck=draw.between(0.125, 0.165) if male else draw.between(0.10, 0.13),
        brow_thickness=draw.between(0.013, 0.034) if male else draw.between(0.009, 0.024),
        brow_slant=draw.between(-0.26, 0.26),
        brow_length=draw.between(0.085, 0.135),
        brow_gap=draw.between(0.056, 0.092),
        brow_arch=draw.between(0.0, 0.026),
        eye_distance=draw.between(0.098, 0.152),
        eye_width=draw.between(0.042, 0.066),
        eye_height=draw.between(0.015, 0.030) * (1 + 0.25 * youth),
        eye_slant=draw.between(-0.22, 0.22),
        eye_level=draw.between(-0.055, 0.025) + 0.03 * youth,
        double_lid=draw.happens(0.5),
        nose_length=draw.between(0.088, 0.150) * (1 - 0.3 * youth),
        nose_width=draw.between(0.030, 0.062),
        nose_bridge=draw.between(0.2, 1.0),
        mouth_width=draw.between(0.058, 0.120) * (1 - 0.2 * youth),
        upper_lip=draw.between(0.008, 0.024),
        lower_lip=draw.between(0.012, 0.034),
        mouth_curve=draw.between(-0.010, 0.026),
        mouth_level=draw.between(0.185, 0.232),
        lip_redness=draw.fraction(),
        glasses=draw.one_of((0, 0, 0, 1, 2, 3)),
        frame=draw.one_of(_FRAMES),
        beard=draw.one_of((0, 0, 0, 0, 1, 1, 2, 3)) if male and grown else 0,
        moles=tuple(
            (draw.between(-0.75, 0.75), draw.between(0.12, 0.82), draw.between(0.006, 0.011))
            for _ in range(draw.one_of((0, 0, 1, 1, 2)))
        ),
    )


def _between(
    colours: tuple[tuple[int, int, int], tuple[int, int, int]], share: float
) -> tuple[int, int, int]:
    (r0, g0, b0), (r1, g1, b1) = colours
    return (
        round(r0 + (r1 - r0) * share),
        round(g0 + (g1 - g0) * share),
        round(b0 + (b1 - b0) * share),
    )
