"""Windows cut out of a picture of a face, and what the matcher sees of them.

A window is a rectangle in face units (`canvas`), upright with respect to the face, whatever the
pose. Its features are histograms of oriented gradients: they follow the lines of a face and ignore
how much light falls on it.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, exp, radians, sin
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from simulator.imaging.canvas import FACE_X, FACE_Y, FRAME_WIDTH
from simulator.imaging.quality import Grey

Features = NDArray[np.float32]

WORKING_WIDTH: Final = 192
"""Width to which a picture is brought before windows are cut, pixels."""
_CELL: Final = 8
_DIRECTIONS: Final = 9
_STRONGEST: Final = 0.6


@dataclass(frozen=True, slots=True)
class FacePose:
    """Where a face is in its picture: as `canvas.Pose`, as far as it can be seen."""

    dx: float = 0.0
    """Parts of the picture's width."""
    dy: float = 0.0
    """Parts of the picture's height."""
    log_scale: float = 0.0
    roll: float = 0.0
    """Degrees, clockwise as seen."""


@dataclass(frozen=True, slots=True)
class Window:
    """A rectangle in face units and the pixels it is sampled with."""

    left: float
    top: float
    right: float
    bottom: float
    size: tuple[int, int]
    """Width and height, multiples of 8."""


POSE_WINDOW: Final = Window(-0.50, -0.55, 0.50, 0.60, (88, 104))
"""The head and some of its surroundings: for finding the pose."""
IDENTITY_WINDOW: Final = Window(-0.34, -0.38, 0.34, 0.40, (96, 112))
"""Brow to chin: for telling who it is."""
FACE_WINDOW: Final = Window(-0.27, -0.28, 0.27, 0.33, (272, 304))
"""Skin for the most part, as large as in a picture 480 wide: for light and sharpness."""
MOUTH_WINDOW: Final = Window(-0.18, 0.06, 0.18, 0.42, (64, 64))
"""Below the nose: for telling whether the mouth is open."""


def prepared(picture: Image.Image) -> Image.Image:
    """The picture as windows are cut from: grey, WORKING_WIDTH wide."""
    grey = picture.convert("L")
    if grey.width == WORKING_WIDTH:
        return grey
    size = (WORKING_WIDTH, max(8, round(grey.height * WORKING_WIDTH / grey.width)))
    # Averaging while shrinking: noise would otherwise be sampled as it is.
    return grey.resize(size, Image.Resampling.BILINEAR)


def cut(picture: Image.Image, pose: FacePose, window: Window) -> Image.Image:
    """A window of the face, in the picture's mode; mid-grey where the picture ends."""
    unit = picture.width / FRAME_WIDTH * exp(pose.log_scale)
    x = picture.width * (FACE_X + pose.dx)
    y = picture.height * (FACE_Y + pose.dy)
    turn = radians(pose.roll)
    across, down = unit * cos(turn), unit * sin(turn)
    width, height = window.size
    step_x = (window.right - window.left) / width
    step_y = (window.bottom - window.top) / height
    placement = (
        across * step_x,
        -down * step_y,
        x + across * window.left - down * window.top,
        down * step_x,
        across * step_y,
        y + down * window.left + across * window.top,
    )
    fill = 128 if picture.mode == "L" else (128, 128, 128)
    return picture.transform(
        window.size,
        Image.Transform.AFFINE,
        placement,
        Image.Resampling.BILINEAR,
        fillcolor=fill,
    )


def window_features(picture: Image.Image, pose: FacePose, window: Window) -> Features:
    """Features of a window of a prepared picture: (width / 8) × (height / 8) × 9 numbers."""
    return oriented_gradients(np.asarray(cut(picture, pose, window), np.float32))


def oriented_gradients(picture: Grey) -> Features:
    """Histograms of gradient directions in cells of 8 × 8, each relative to its neighbourhood."""
    level = np.sqrt(picture)
    right = np.zeros_like(level)
    down = np.zeros_like(level)
    np.subtract(level[:, 2:], level[:, :-2], out=right[:, 1:-1])
    np.subtract(level[2:], level[:-2], out=down[1:-1])
    strength = np.hypot(right, down)
    direction = np.arctan2(down, right) * np.float32(_DIRECTIONS / np.pi)
    direction[direction < 0] += _DIRECTIONS
    lower = direction.astype(np.intp)
    share = direction - lower
    lower %= _DIRECTIONS
    upper = lower + 1
    upper[upper == _DIRECTIONS] = 0
    height, width = picture.shape
    rows, columns = height // _CELL, width // _CELL
    cell = (np.arange(height) // _CELL)[:, None] * columns + np.arange(width) // _CELL
    first = cell * _DIRECTIONS
    bins = rows * columns * _DIRECTIONS
    weights = (strength * (1 - share)).ravel(), (strength * share).ravel()
    cells = np.bincount((first + lower).ravel(), weights[0], bins)
    cells = cells + np.bincount((first + upper).ravel(), weights[1], bins)
    grid = cells.astype(np.float32).reshape(rows, columns, _DIRECTIONS)
    energy = np.pad(np.square(grid).sum(axis=2), 1, mode="edge")
    around = np.zeros((rows, columns), np.float32)
    for i in range(3):
        for j in range(3):
            around += energy[i : i + rows, j : j + columns]
    relative = grid / np.sqrt(around / 9 + 1)[..., None]
    result: Features = np.minimum(relative, np.float32(_STRONGEST)).ravel()
    return result
