"""Finds what may be a card in a photograph: bright four-cornered patches.

Works on a small copy. A patch is told from its surroundings by brightness, or by its distance from
the colour of the frame's border when the table is as bright as the card. It does not know what is
printed on a card; `card_alignment` does.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from simulator.imaging.perspective import Points

Mask = NDArray[np.bool_]

_WORK_SIDE: Final = 400
_LEAST_SHARE: Final = 0.06
"""A patch smaller than this part of the frame is too small to be read anyway."""
_MOST_PATCHES: Final = 3
_LEAST_FILL: Final = 0.75
"""Part of its quadrilateral that a patch must fill; text and glare leave holes."""


def quadrilaterals(photograph: Image.Image) -> Iterator[list[Points]]:
    """Candidates in the photograph's pixels, one list for each way of looking, largest first.

    Each is 4 × 2, clockwise from the left end of the upper long side, for a card that stands within
    90° of upright. The last list holds the frame itself: a scan has no table around the card.
    """
    scale = _WORK_SIDE / max(photograph.size)
    size = (max(8, round(photograph.width * scale)), max(8, round(photograph.height * scale)))
    small = np.asarray(photograph.resize(size, Image.Resampling.BOX), np.float32)
    stretch = np.array([photograph.width / size[0], photograph.height / size[1]])
    for signal in (_brightness(small), _unlike_border(small)):
        mask = signal > _threshold(signal)
        yield [corners * stretch for corners in _patches(mask)]
    width, height = photograph.size
    frame = np.array([(0.0, 0.0), (width, 0.0), (width, height), (0.0, height)])
    yield [_from_upper_long_side(frame)]


def _brightness(picture: NDArray[np.float32]) -> NDArray[np.float32]:
    # The brightest channel: the red band of the card counts as bright too.
    return _largest_channel(picture)


def _unlike_border(picture: NDArray[np.float32]) -> NDArray[np.float32]:
    border = np.concatenate([picture[0], picture[-1], picture[:, 0], picture[:, -1]])
    return _largest_channel(np.abs(picture - np.median(border, axis=0)))


def _largest_channel(picture: NDArray[np.float32]) -> NDArray[np.float32]:
    red, green, blue = picture[..., 0], picture[..., 1], picture[..., 2]
    largest: NDArray[np.float32] = np.maximum(np.maximum(red, green), blue)
    return largest


def _threshold(signal: NDArray[np.float32]) -> float:
    """The value that parts two classes best (Otsu's criterion)."""
    counts = np.bincount(np.clip(signal, 0, 255).astype(np.uint8).ravel(), minlength=256)
    below = np.cumsum(counts)[:-1].astype(np.float64)
    moment = np.cumsum(counts * np.arange(256.0))
    above = below[-1] + counts[-1] - below
    both = (below > 0) & (above > 0)
    spread = np.zeros(255)
    spread[both] = (moment[-1] * below[both] / counts.sum() - moment[:-1][both]) ** 2 / (
        below[both] * above[both]
    )
    return float(spread.argmax())


def _patches(mask: Mask) -> list[Points]:
    found = []
    for patch in _connected(mask)[:_MOST_PATCHES]:
        corners = _corners(patch)
        if corners is not None:
            found.append(_from_upper_long_side(corners))
    return found


def _connected(mask: Mask) -> list[Mask]:
    """The connected parts of a mask that are large enough, largest first.

    Runs of each row are joined with those they touch in the row above: work per run, not per pixel.
    """
    edges = np.diff(np.pad(mask, ((0, 0), (1, 1))).astype(np.int8), axis=1)
    rows, starts = np.nonzero(edges == 1)
    ends = np.nonzero(edges == -1)[1]
    parent = list(range(len(rows)))

    def root(run: int) -> int:
        while parent[run] != run:
            parent[run] = parent[parent[run]]
            run = parent[run]
        return run

    first_of_row = np.searchsorted(rows, np.arange(mask.shape[0] + 1)).tolist()
    start_list, end_list = starts.tolist(), ends.tolist()
    for row in range(1, mask.shape[0]):
        above, last_above = first_of_row[row - 1], first_of_row[row]
        run, last = first_of_row[row], first_of_row[row + 1]
        while above < last_above and run < last:
            if start_list[above] < end_list[run] and start_list[run] < end_list[above]:
                parent[root(above)] = root(run)
            if end_list[above] < end_list[run]:
                above += 1
            else:
                run += 1
    roots = np.array([root(run) for run in range(len(rows))], dtype=np.intp)
    if len(roots) == 0:
        return []
    sizes = np.bincount(roots, weights=ends - starts, minlength=len(rows))
    large = [int(at) for at in np.argsort(sizes)[::-1] if sizes[at] >= _LEAST_SHARE * mask.size]
    parts = []
    for at in large:
        part = np.zeros(mask.shape, bool)
        for run in np.nonzero(roots == at)[0].tolist():
            part[rows[run], start_list[run] : end_list[run]] = True
        parts.append(part)
    return parts


def _corners(patch: Mask) -> Points | None:
    """The corners of the quadrilateral around a patch, clockwise, or None when it has no such
    shape."""
    outline = _outline(patch)
    box = _smallest_rectangle(_hull(outline))
    lines = [_side(outline, box[at], box[(at + 1) % 4], box[(at + 2) % 4]) for at in range(4)]
    corners = []
    for at in range(4):
        (a, b), (c, d) = lines[at - 1], lines[at]
        directions = np.column_stack([b - a, c - d])
        if abs(np.linalg.det(directions)) < 1e-6:
            return None
        corners.append(a + (b - a) * np.linalg.solve(directions, c - a)[0])
    quadrilateral = np.array(corners)
    x, y = quadrilateral.T
    area = abs(float(x @ np.roll(y, -1) - y @ np.roll(x, -1))) / 2
    if area < 1 or not _LEAST_FILL <= patch.sum() / area <= 1.15:
        return None
    return quadrilateral


def _outline(patch: Mask) -> Points:
    """The corners of the outermost pixels of each row and of each column."""
    points = []
    for along, across in ((patch, False), (patch.T, True)):
        lines = np.nonzero(along.any(axis=1))[0]
        first = along[lines].argmax(axis=1)
        last = along.shape[1] - along[lines][:, ::-1].argmax(axis=1)
        middle = lines + 0.5
        pairs = np.concatenate([np.column_stack([first, middle]), np.column_stack([last, middle])])
        points.append(pairs[:, ::-1] if across else pairs)
    return np.concatenate(points).astype(np.float64)


def _hull(points: Points) -> Points:
    """The convex hull, in order (monotone chain)."""
    ordered = sorted(set(map(tuple, points.tolist())))
    sides = []
    for sequence in (ordered, ordered[::-1]):
        side: list[tuple[float, ...]] = []
        for point in sequence:
            while len(side) > 1 and _turn(side[-2], side[-1], point) <= 0:
                side.pop()
            side.append(point)
        sides.append(side[:-1])
    return np.array(sides[0] + sides[1])


def _turn(a: tuple[float, ...], b: tuple[float, ...], c: tuple[float, ...]) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def _smallest_rectangle(hull: Points) -> Points:
    """Corners of the rectangle of least area around a hull, clockwise as seen (y is down)."""
    edges = np.roll(hull, -1, axis=0) - hull
    angles = np.unique(np.round(np.arctan2(edges[:, 1], edges[:, 0]) % (np.pi / 2), 3))
    best: tuple[float, Points] | None = None
    for angle in angles.tolist():
        along = np.array([np.cos(angle), np.sin(angle)])
        down = np.array([-along[1], along[0]])
        u, v = hull @ along, hull @ down
        area = float(np.ptp(u) * np.ptp(v))
        if best is None or area < best[0]:
            ends = ((u.min(), v.min()), (u.max(), v.min()), (u.max(), v.max()), (u.min(), v.max()))
            best = (area, np.array([a * along + b * down for a, b in ends]))
    assert best is not None  # a hull has at least one edge
    return best[1]


def _side(outline: Points, start: Points, end: Points, beyond: Points) -> tuple[Points, Points]:
    """The line along one side: through the outermost points near the rectangle's side, without the
    rounded ends and without those that a shadow or a reflection has displaced."""
    length = float(np.linalg.norm(end - start))
    depth = float(np.linalg.norm(beyond - end))
    along = (end - start) / max(length, 1e-9)
    inward = (beyond - end) / max(depth, 1e-9)
    relative = outline - start
    u, v = relative @ along, relative @ inward
    near = (u > 0.06 * length) & (u < 0.94 * length) & (v < 0.25 * depth)
    u, v = u[near], v[near]
    if len(u) < 8:
        return start, end
    bins = u.astype(np.intp)
    outermost = np.full(int(bins.max()) + 1, np.inf)
    np.minimum.at(outermost, bins, v)
    at = np.nonzero(np.isfinite(outermost))[0]
    away = outermost[at]
    middle = at + 0.5
    for _ in range(4):
        slope, level = np.polyfit(middle, away, 1)
        error = np.abs(away - (slope * middle + level))
        kept = error <= max(0.7, 2 * float(np.median(error)))
        if kept.sum() < 8 or kept.all():
            break
        middle, away = middle[kept], away[kept]
    return start + inward * level, start + along * length + inward * (level + slope * length)


def _from_upper_long_side(corners: Points) -> Points:
    """The same corners, beginning at the left end of the upper of the two longer sides."""
    lengths = np.linalg.norm(np.roll(corners, -1, axis=0) - corners, axis=1)
    first = 0 if lengths[0] + lengths[2] >= lengths[1] + lengths[3] else 1
    middle = (corners + np.roll(corners, -1, axis=0)) / 2
    if middle[first, 1] > middle[(first + 2) % 4, 1]:
        first = (first + 2) % 4
    return np.roll(corners, -first, axis=0)
