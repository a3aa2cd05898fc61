"""Portraits: the face of a person for the card, and the same face before a telephone.

Procedural, and no real person's likeness. Whatever compares faces learns these drawings: after a
change here, or in the modules drawn from here, it has to be trained again.
"""

from math import cos, sin

import numpy as np
from PIL import Image, ImageFilter

from simulator.imaging.canvas import Canvas
from simulator.imaging.face_traits import FaceTraits, face_traits
from simulator.imaging.features import (
    draw_beard,
    draw_eyes,
    draw_glasses,
    draw_head,
    draw_marks,
    draw_mouth,
    draw_neck,
    draw_nose,
)
from simulator.imaging.hair import draw_hair, draw_hair_behind
from simulator.imaging.scene import ID_SCENE, Scene, selfie_scene

__all__ = [
    "PORTRAIT_SIZE",
    "SELFIE_SIZE",
    "FaceTraits",
    "draw_face",
    "draw_portrait",
    "draw_selfie",
    "face_traits",
]

PORTRAIT_SIZE = (358, 441)
"""26 mm × 32 mm at 350 dots per inch, the size of an ID photograph."""
SELFIE_SIZE = (480, 600)

_DEEPEST_SHADOW = 0.36
"""Share of the light that the deepest shadow takes. *assumed*"""
_SHADOW_SOFTNESS = 0.020
"""Radius of the blur of shadows, in parts of the picture's width."""


def draw_portrait(traits: FaceTraits) -> Image.Image:
    """The portrait for a card: RGB, PORTRAIT_SIZE, plain light background."""
    return draw_face(traits, ID_SCENE, PORTRAIT_SIZE)


def draw_selfie(traits: FaceTraits, *, seed: int, mouth_open: bool = False) -> Image.Image:
    """The face in another pose, light and place, which the seed (0…2**64-1) decides.

    RGB, SELFIE_SIZE. `mouth_open` changes nothing but the mouth. `scene.selfie_scene` tells what
    was decided.
    """
    return draw_face(traits, selfie_scene(seed, mouth_open=mouth_open), SELFIE_SIZE)


def draw_face(traits: FaceTraits, scene: Scene, size: tuple[int, int]) -> Image.Image:
    """A face in a scene: RGB, `size` = (width, height) in pixels."""
    canvas = Canvas(size, scene.pose, scene.background)
    if scene.far_background is not None:
        fade = Image.linear_gradient("L").resize(canvas.image.size)
        canvas.image.paste(scene.far_background, (0, 0), fade)
    draw_hair_behind(canvas, traits)
    draw_neck(canvas, traits, scene.cloth, scene.collar)
    draw_head(canvas, traits)
    draw_marks(canvas, traits)
    draw_beard(canvas, traits)
    draw_nose(canvas, traits)
    draw_mouth(canvas, traits, scene.expression)
    draw_eyes(canvas, traits, scene.expression)
    draw_hair(canvas, traits)
    draw_glasses(canvas, traits)
    return _lit(canvas, scene)


def _lit(canvas: Canvas, scene: Scene) -> Image.Image:
    width, height = canvas.size
    shadows = canvas.shadows()
    radius = max(1.0, shadows.width * _SHADOW_SOFTNESS)
    soft = shadows.filter(ImageFilter.GaussianBlur(radius)).resize(
        canvas.size, Image.Resampling.BILINEAR
    )
    light = np.asarray(soft, np.float32) * np.float32(-_DEEPEST_SHADOW / 255)
    light += 1
    if scene.light_slope:
        across = np.linspace(-1, 1, width, dtype=np.float32)[None, :]
        down = np.linspace(-1, 1, height, dtype=np.float32)[:, None]
        towards = across * np.float32(cos(scene.light_angle))
        light *= 1 + scene.light_slope * (towards + down * np.float32(sin(scene.light_angle)))
    colours = np.asarray(canvas.finished(), np.float32) * light[..., None]
    colours *= np.array(scene.tint, np.float32) * np.float32(scene.light)
    np.clip(colours, 0, 255, out=colours)
    return Image.fromarray(colours.astype(np.uint8))
