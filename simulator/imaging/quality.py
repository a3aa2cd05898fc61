"""Figures of a picture's quality: how bright, how sharp, how much of it is burnt out.

All take a grey picture as a float32 array, height × width, 0…255. The definitions are our own; what
they give for clean and for bad photographs is in docs/imaging.md. Nothing here decides.
"""

from __future__ import annotations

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
    blocks = picture[: rows * _BLOCK, : columns * _BLOCK].reshape(rows, _BLOCK, columns, _BLOCK)
    return float((blocks.min(axis=(1, 3)) >= SATURATED).mean())


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
