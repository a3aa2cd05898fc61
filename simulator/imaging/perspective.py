"""Plane perspective: where the points of a card lie in a photograph, and the way back.

A homography is a 3 × 3 float64 array that takes points (x, y) of one plane to those of another.
Pixels are counted at their corners: the first pixel covers 0…1.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Homography = NDArray[np.float64]
Points = NDArray[np.float64]
"""n × 2."""


def homography(source: Points, target: Points, weights: NDArray[np.float64]) -> Homography:
    """The mapping that takes the source points nearest to the target points, by weight.

    Exact for four points. Raises numpy.linalg.LinAlgError when the points do not fix it.
    """
    x, y = source.T
    u, v = target.T
    zero, one = np.zeros_like(x), np.ones_like(x)
    rows = np.concatenate(
        [
            np.stack([x, y, one, zero, zero, zero, -u * x, -u * y], axis=1),
            np.stack([zero, zero, zero, x, y, one, -v * x, -v * y], axis=1),
        ]
    )
    root = np.sqrt(np.concatenate([weights, weights]))
    if len(source) == 4:
        solution = np.linalg.solve(rows, np.concatenate([u, v]))
    else:
        solution = np.linalg.lstsq(rows * root[:, None], np.concatenate([u, v]) * root, rcond=None)[
            0
        ]
    return np.append(solution, 1.0).reshape(3, 3)


def affinity(source: Points, target: Points, weights: NDArray[np.float64]) -> Homography:
    """As `homography`, without perspective: needs only three points, and bends less to noise."""
    root = np.sqrt(weights)[:, None]
    rows = np.column_stack([source, np.ones(len(source))]) * root
    solution = np.linalg.lstsq(rows, target * root, rcond=None)[0]
    return np.vstack([solution.T, [0.0, 0.0, 1.0]])


def shift(dx: float, dy: float) -> Homography:
    """A move by (dx, dy)."""
    return np.array([[1.0, 0.0, dx], [0.0, 1.0, dy], [0.0, 0.0, 1.0]])


def scaling(sx: float, sy: float) -> Homography:
    """A stretch about the origin."""
    return np.diag([sx, sy, 1.0])


def moved(mapping: Homography, points: Points) -> Points:
    """Where the points go."""
    projected = np.column_stack([points, np.ones(len(points))]) @ mapping.T
    return projected[:, :2] / projected[:, 2:]


def sampled(
    photograph: Image.Image,
    mapping: Homography,
    size: tuple[int, int],
    how: Image.Resampling = Image.Resampling.BILINEAR,
) -> Image.Image:
    """A picture of this size (width, height), whose point p shows the photograph at `mapping`(p);
    black outside."""
    scaled = mapping / mapping[2, 2]
    return photograph.transform(
        size, Image.Transform.PERSPECTIVE, tuple(scaled.ravel()[:8].tolist()), how
    )
