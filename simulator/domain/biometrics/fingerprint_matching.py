"""How alike two fingerprints are: minutiae that lie on each other once the prints are aligned.

Each pair of minutiae, one of either print, votes for the turn and the offset that would lay one
on the other; the alignments with most votes are refined on the pairs they bring together, and
the best one counts. The score is matched² / (minutiae of one × minutiae of the other), a usual
form of minutiae score; voting for alignments is the generalised Hough transform (both documented
in the literature: Maltoni et al., "Handbook of fingerprint recognition", minutiae matching). All
tolerances are *assumed*, measured in docs/biometrics.md.

Work is bounded whatever the samples hold: 48 minutiae of each are looked at, a few milliseconds.
"""

from collections import Counter
from collections.abc import Sequence
from itertools import product
from math import atan2, pi
from typing import Final

from simulator.domain.biometrics.fingerprints import TURN, Fingerprint, Minutia, turned

MAX_COMPARED: Final = 48
"""Minutiae of a print that are looked at, those of best quality."""

_TURN_STEP: Final = 8
_MAX_TURN_STEPS: Final = 4
"""Prints are turned against each other by up to 4 × 8 steps of 1.4° either way: 45°."""
_OFFSET_BITS: Final = 5
"""Offsets vote in squares of 32 pixels."""
_PEAKS: Final = 16
_CANDIDATES: Final = 4
_ROUGH: Final = (28, 24)
_CLOSER: Final = (18, 20)
_FINE: Final = (13, 16)
"""Pixels and steps of direction by which two minutiae may differ, from one refining to the next."""
_GRID_BITS: Final = 5
_NEAREST: Final = tuple(product((-1, 0, 1), repeat=2))
_AROUND: Final = tuple(product((-1, 0, 1), repeat=3))
_DISTINCT_BITS: Final = 3
"""Minutiae in the same square of 8 pixels count as one: ridges lie about 9 pixels apart."""
_MAX_CROWD: Final = 4
"""Minutiae of one square of 32 pixels that are looked at, so that heaps of them cost no time."""

_Alignment = tuple[int, int, int]
"""Turn in steps, then the offset in pixels right and down."""
_Peak = tuple[int, _Alignment]
_Grid = dict[tuple[int, int], list[int]]


def fingerprint_similarity(first: Fingerprint, second: Fingerprint) -> float:
    """The score of two prints, 0…1: 1 for equal ones, about 0.05 for those of different fingers.

    0 when either has no minutiae at all.
    """
    one, other = _strongest(first), _strongest(second)
    if not one or not other:
        return 0.0
    grid = _grid(other)
    most = 0
    for alignment in _candidates(one, other):
        for reach, twist in (_ROUGH, _CLOSER):
            pairs = _paired(one, other, grid, alignment, reach, twist)
            if len(pairs) <= most:
                break
            alignment = _refined(one, other, pairs)
        else:
            most = max(most, len(_paired(one, other, grid, alignment, *_FINE)))
    return most * most / (len(one) * len(other))


def _strongest(print_: Fingerprint) -> list[Minutia]:
    """The best minutiae, spread over the print as ridges are."""
    taken: set[tuple[int, int]] = set()
    crowd: Counter[tuple[int, int]] = Counter()
    chosen = []
    for found in sorted(print_.minutiae, key=lambda found: -found.quality):
        place = found.x >> _DISTINCT_BITS, found.y >> _DISTINCT_BITS
        square = found.x >> _GRID_BITS, found.y >> _GRID_BITS
        if place not in taken and crowd[square] < _MAX_CROWD:
            taken.add(place)
            crowd[square] += 1
            chosen.append(found)
    return chosen[:MAX_COMPARED]


def _candidates(one: Sequence[Minutia], other: Sequence[Minutia]) -> list[_Alignment]:
    """The alignments with most votes, best first."""
    votes: Counter[tuple[int, int, int]] = Counter()
    steps = range(-_MAX_TURN_STEPS, _MAX_TURN_STEPS + 1)
    places = [[turned(m.x, m.y, step * _TURN_STEP) for step in steps] for m in one]
    wide, half = _MAX_TURN_STEPS * _TURN_STEP + _TURN_STEP // 2, TURN // 2
    for found, turns in zip(one, places, strict=True):
        for x, y, direction, _, _ in other:
            difference = (direction - found.direction + half) % TURN - half + wide
            if 0 <= difference < 2 * wide:
                step = difference // _TURN_STEP
                own_x, own_y = turns[step]
                votes[step, x - own_x >> _OFFSET_BITS, y - own_y >> _OFFSET_BITS] += 1
    # A true alignment spreads its votes over neighbouring squares: they are counted together.
    peaks = [_gathered(votes, peak) for peak, _ in votes.most_common(_PEAKS)]
    peaks.sort(reverse=True)
    return [alignment for _, alignment in peaks[:_CANDIDATES]]


def _gathered(votes: Counter[tuple[int, int, int]], peak: tuple[int, int, int]) -> _Peak:
    """The votes for a peak and around it, and the alignment in their middle."""
    step, right, down = peak
    total = turns = rights = downs = 0
    for k, i, j in _AROUND:
        here = votes.get((step + k, right + i, down + j), 0)
        total += here
        turns += here * k
        rights += here * i
        downs += here * j
    half = 1 << _OFFSET_BITS - 1
    return total, (
        (step - _MAX_TURN_STEPS) * _TURN_STEP + turns * _TURN_STEP // total,
        (right << _OFFSET_BITS) + half + (rights << _OFFSET_BITS) // total,
        (down << _OFFSET_BITS) + half + (downs << _OFFSET_BITS) // total,
    )


def _grid(minutiae: Sequence[Minutia]) -> _Grid:
    """Numbers of the minutiae by the square of 32 pixels they lie in."""
    grid: _Grid = {}
    for number, found in enumerate(minutiae):
        grid.setdefault((found.x >> _GRID_BITS, found.y >> _GRID_BITS), []).append(number)
    return grid


def _paired(
    one: Sequence[Minutia],
    other: Sequence[Minutia],
    grid: _Grid,
    alignment: _Alignment,
    reach: int,
    twist: int,
) -> list[tuple[int, int]]:
    """Numbers of minutiae that lie on each other, each in one pair at most, nearest first."""
    turn, right, down = alignment
    near = []
    for number, found in enumerate(one):
        x, y = turned(found.x, found.y, turn)
        x, y = x + right, y + down
        for i, j in _NEAREST:
            for rival in grid.get(((x >> _GRID_BITS) + i, (y >> _GRID_BITS) + j), ()):
                seen = other[rival]
                distance = (seen.x - x) ** 2 + (seen.y - y) ** 2
                apart = (seen.direction - found.direction - turn + TURN // 2) % TURN - TURN // 2
                if distance <= reach * reach and -twist <= apart <= twist:
                    near.append((distance, number, rival))
    near.sort()
    taken_one, taken_other, pairs = set(), set(), []
    for _, number, rival in near:
        if number not in taken_one and rival not in taken_other:
            taken_one.add(number)
            taken_other.add(rival)
            pairs.append((number, rival))
    return pairs


def _refined(
    one: Sequence[Minutia], other: Sequence[Minutia], pairs: Sequence[tuple[int, int]]
) -> _Alignment:
    """The turn and offset that fit the pairs best, by least squares."""
    count = len(pairs)
    mine, theirs = [one[i] for i, _ in pairs], [other[j] for _, j in pairs]
    x, y = sum(m.x for m in mine) / count, sum(m.y for m in mine) / count
    u, v = sum(m.x for m in theirs) / count, sum(m.y for m in theirs) / count
    cross = dot = 0.0
    for a, b in zip(mine, theirs, strict=True):
        cross += (a.x - x) * (b.y - v) - (a.y - y) * (b.x - u)
        dot += (a.x - x) * (b.x - u) + (a.y - y) * (b.y - v)
    turn = round(atan2(cross, dot) / (2 * pi) * TURN)
    moved = [turned(m.x, m.y, turn) for m in mine]
    return (
        turn,
        round(sum(b.x - p for b, (p, _) in zip(theirs, moved, strict=True)) / count),
        round(sum(b.y - q for b, (_, q) in zip(theirs, moved, strict=True)) / count),
    )
