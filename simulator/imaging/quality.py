"""Figures of a picture's quality: how bright, how sharp, how much of it is burnt out.

All take a grey picture as a float32 array, height × width, 0…255. The definitions are our own; what
they give for clean and for bad photographs is in docs/imaging.md. Nothing here decides.
"""

from __future__ import annotations

from math import ceil, sqrt
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Grey = NDArray[np.float32]

SATURATED: Final = 250
"""From this value on a sensor is taken to have lost all tone."""
_BLOCK: Final = 8
_TILE: Final = 32
_TILE_PERCENTILE: Final = 85
"""The sharpest parts count, not the average: a card is mostly empty paper."""

MOST_BLUR: Final = 8.0
_FINE, _COARSE = 1.0, 3.0
"""The Gaussians between which the weakening of edges is measured, pixels."""
_STRONGEST_EDGES: Final = 96


def grey(pixels: NDArray[np.uint8]) -> Grey:
    """Luminance of an RGB picture (height × width × 3)."""
    return np.asarray(Image.fromarray(pixels).convert("L"), np.float32)


def luminance(picture: Grey, percentile: float = 95) -> float:
    """How bright the bright parts are: a percentile, over every other pixel of every other row."""
    return float(np.percentile(picture[::2, ::2], percentile))


def saturated_share(picture: Grey) -> float:
    """Share of the picture in 8 × 8 blocks of which every pixel is saturated: a reflection, as
    printed paper is neither that flat nor that large. 0 for a picture smaller than a block."""
    rows, columns = picture.shape[0] // _BLOCK, picture.shape[1] // _BLOCK
    if rows == 0 or columns == 0:
        return 0.0
    lost = picture[: rows * _BLOCK, : columns * _BLOCK] >= SATURATED
    # Rows first: whole rows are quickly combined, single blocks are not.
    strips = lost.reshape(rows, _BLOCK, -1).all(axis=1)
    return float(strips.reshape(rows, columns, _BLOCK).all(axis=2).mean())


def resized(picture: Grey, long_side: int) -> Grey:
    """The picture with this longest side, pixels."""
    height, width = picture.shape
    scale = long_side / max(height, width)
    if abs(scale - 1) < 0.01:
        return picture
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    how = Image.Resampling.BOX if scale < 0.5 else Image.Resampling.BILINEAR
    return np.asarray(Image.fromarray(picture, "F").resize(size, how))


def sharpness(picture: Grey, long_side: int) -> float:
    """How sharp the sharpest parts are, whatever the light.

    At a fixed size the picture is averaged over 3 × 3, so that sensor noise does not pass for
    detail; the Laplacian's mean square is taken in each 32 × 32 tile; their 85th percentile is
    divided by the square of the contrast (5th to 95th percentile). × 10⁴. 0 for a picture of less
    than a tile.
    """
    picture = resized(picture, long_side)
    if min(picture.shape) < _TILE + 4:
        return 0.0
    smooth = (picture[:-2] + picture[1:-1] + picture[2:]) / 3
    smooth = (smooth[:, :-2] + smooth[:, 1:-1] + smooth[:, 2:]) / 3
    edges = (
        smooth[:-2, 1:-1]
        + smooth[2:, 1:-1]
        + smooth[1:-1, :-2]
        + smooth[1:-1, 2:]
        - 4 * smooth[1:-1, 1:-1]
    )
    rows, columns = edges.shape[0] // _TILE, edges.shape[1] // _TILE
    tiles = edges[: rows * _TILE, : columns * _TILE].reshape(rows, _TILE, columns, _TILE)
    detail = float(np.percentile(np.square(tiles).mean(axis=(1, 3)), _TILE_PERCENTILE))
    dark, bright = np.percentile(picture[::2, ::2], (5, 95))
    return detail / max(float(bright - dark), 1.0) ** 2 * 1e4


def edge_blur(picture: Grey) -> float:
    """How far the clearest edges are smeared: standard deviation in pixels, 0…`MOST_BLUR`.

    Blurring a smeared edge a little more weakens it less than a crisp one: from an edge's strength
    after a fine and after a coarse Gaussian follows its own width, whatever its contrast. The
    median over the strongest edges is taken, so it depends little on how many there are, and not on
    the light.
    """
    fine, coarse = _edges(picture, _FINE), _edges(picture, _COARSE)
    strongest = fine >= np.percentile(fine, _STRONGEST_EDGES)
    ratio = float(np.median(fine[strongest] / np.maximum(coarse[strongest], 1e-3)))
    # Strength falls as 1 / sqrt(own² + added²).
    if ratio**2 <= (MOST_BLUR**2 + _COARSE**2) / (MOST_BLUR**2 + _FINE**2):
        return MOST_BLUR
    return sqrt(max(0.0, (_COARSE**2 - ratio**2 * _FINE**2) / (ratio**2 - 1)))


def _edges(picture: Grey, sigma: float) -> Grey:
    """Strength of the gradient after a Gaussian blur."""
    reach = ceil(3 * sigma)
    weights = np.exp(-np.square(np.arange(-reach, reach + 1) / sigma) / 2).astype(np.float32)
    weights /= weights.sum()
    smooth = picture
    for _ in range(2):  # rows, then columns
        padded = np.pad(smooth, ((reach, reach), (0, 0)), mode="edge")
        rows = smooth.shape[0]
        smooth = np.zeros_like(smooth)
        for number, weight in enumerate(weights):
            smooth += weight * padded[number : number + rows]
        smooth = np.ascontiguousarray(smooth.T)
    strength: Grey = np.hypot(
        smooth[1:-1, 2:] - smooth[1:-1, :-2], smooth[2:, 1:-1] - smooth[:-2, 1:-1]
    )
    return strength
