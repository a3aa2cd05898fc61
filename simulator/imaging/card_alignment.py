"""Recognises a side of the card by its printing, and finds out exactly where it lies.

What is the same on every card (captions, title, band) is compared with the drawn card: first
roughly, to tell the side and which way up it is; then piece by piece, to correct the corners that
`card_finder` guessed. Texts are not read here.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from simulator.imaging import specimen_card
from simulator.imaging.perspective import (
    Homography,
    Points,
    affinity,
    homography,
    moved,
    sampled,
    scaling,
    shift,
)
from simulator.imaging.quality import Grey
from simulator.imaging.specimen_card import BACK_LABELS, BAND_BOX, CARD_SIZE, LABELS, Box, Label

Side = Literal["front", "back"]
SIDES: Final[tuple[Side, Side]] = ("front", "back")

_TITLE_BOX: Final[Box] = (255, 80, 760, 165)
_BAND_PIECES: Final = 8
_BAND_TEXTURE: Final = 20.0
"""Standard deviation from which a piece of the band holds letters."""

_ROUGH_SCALE: Final = 0.5
_LEAST_ROUGH_WIDTH: Final = 25
"""Pixels at the rough scale; single characters are found anywhere."""
_ROUGH_REACH: Final = 13
"""How far printing is looked for around its place, pixels at the rough scale: the guessed corners
may be that wrong."""
_REACHES: Final = (16, 9, 6, 6)
"""The same at full scale, in the rounds of correction; usually two are enough."""
_SETTLED: Final = 2.0
"""Pixels; once no piece lies further off than this, the correction is the last."""
_TRUSTED: Final = 0.45
"""Correlation from which a piece takes part in the correction."""
_ENOUGH_FOR_PERSPECTIVE: Final = 7

_TURNS: Final = (0, 2)
"""Upright or upside down: by how many corners."""
_BELOW, _ABOVE = CARD_SIZE[1], BAND_BOX[1]
_BOTTOMS: Final = ((_BELOW, _BELOW), (_ABOVE, _ABOVE), (_BELOW, _ABOVE), (_ABOVE, _BELOW))
"""Where the bright patch may end on the left and on the right: below the band or above it; in
uneven light, above it at one end only."""
_FITTING: Final = 0.75
"""Rough correlation at which no other bottom is tried."""
_CERTAIN: Final = 0.55
"""Rough correlation at which the card is not tried the other way up: that gives about 0.25."""
_ENOUGH_FOR_STRETCH: Final = 4
"""Rough pieces from which more than a shift is taken: three would bend the card to fit anything."""


@dataclass(frozen=True, slots=True)
class _Piece:
    """A part of the printing: its place on the card and what it looks like."""

    box: Box
    pattern: Grey
    is_label: bool

    @property
    def middle(self) -> tuple[float, float]:
        left, top, right, bottom = self.box
        return (left + right) / 2, (top + bottom) / 2


@dataclass(frozen=True, slots=True)
class Alignment:
    """Where a card lies in a photograph."""

    side: Side
    mapping: Homography
    """From the card at CARD_SIZE to the photograph."""
    label_correlation: float
    """Mean correlation of the captions with their drawing."""
    other_side_correlation: float
    """The same, rough, held against the other side of the card."""

    def corners(self) -> Points:
        """Of the card in the photograph, 4 × 2, clockwise from its upper left one."""
        width, height = CARD_SIZE
        box = np.array([(0.0, 0.0), (width, 0.0), (width, height), (0.0, height)])
        return moved(self.mapping, box)

    def straightened(self, photograph: Image.Image, box: Box = (0, 0, *CARD_SIZE)) -> Image.Image:
        """A part of the card as if scanned at CARD_SIZE, in the mode of the photograph."""
        left, top, right, bottom = box
        size = (right - left, bottom - top)
        return sampled(photograph, self.mapping @ shift(left, top), size, Image.Resampling.BICUBIC)


def rough_alignment(photograph: Image.Image, quadrilateral: Points) -> Alignment:
    """The side and the way up that fit a candidate best, however badly; `photograph` is grey."""
    enlarge, reduce = (
        scaling(1 / _ROUGH_SCALE, 1 / _ROUGH_SCALE),
        scaling(_ROUGH_SCALE, _ROUGH_SCALE),
    )
    size = (round(CARD_SIZE[0] * _ROUGH_SCALE), round(CARD_SIZE[1] * _ROUGH_SCALE))
    scores: dict[Side, float] = dict.fromkeys(SIDES, 0.0)
    best = Alignment("front", np.eye(3), -1.0, 0.0)
    for turn in _TURNS:
        for bottom in _BOTTOMS:
            mapping = _guess(np.roll(quadrilateral, -turn, axis=0), bottom)
            if mapping is None:
                continue
            card = np.asarray(sampled(photograph, mapping @ enlarge, size), np.float32)
            for side in SIDES:
                found = np.array([_rough_match(card, piece) for piece in _rough_pieces(side)])
                score = float(found[:, 2].mean())
                scores[side] = max(scores[side], score)
                if score > best.label_correlation:
                    corrected = mapping @ enlarge @ _rough_correction(side, found) @ reduce
                    best = Alignment(side, corrected, score, 0.0)
            if best.label_correlation >= _FITTING:
                break
        if best.label_correlation >= _CERTAIN:
            break
    return replace(best, other_side_correlation=scores[SIDES[1 - SIDES.index(best.side)]])


def _rough_correction(side: Side, found: NDArray[np.float64]) -> Homography:
    """What moves the pieces to where they were found, at the rough scale."""
    trust = np.maximum(found[:, 2], 0.01) ** 4
    if len(found) < _ENOUGH_FOR_STRETCH:
        return shift(*np.average(found[:, :2], axis=0, weights=trust))
    places = np.array([piece.middle for piece in _rough_pieces(side)])
    return affinity(places, places + found[:, :2], trust)


def exact_alignment(photograph: Image.Image, rough: Alignment) -> Alignment:
    """The alignment corrected piece by piece; `photograph` is grey."""
    pieces = _pieces(rough.side)
    places = np.array([piece.middle for piece in pieces])
    mapping = rough.mapping
    scores = np.zeros(len(pieces))
    for reach in _REACHES:
        found = np.array([_match(photograph, mapping, piece, reach) for piece in pieces])
        scores = found[:, 2]
        trusted = scores >= _TRUSTED
        if trusted.sum() < 3:
            break
        source, target = places[trusted], places[trusted] + found[trusted, :2]
        weights = scores[trusted] ** 2
        affine = affinity(source, target, weights)
        # A piece that disagrees with all others matched something else.
        error = np.linalg.norm(moved(affine, source) - target, axis=1)
        kept = error <= max(2.5, 2.5 * float(np.median(error)))
        if kept.sum() >= _ENOUGH_FOR_PERSPECTIVE:
            correction = homography(source[kept], target[kept], weights[kept])
        elif kept.sum() >= 3:
            correction = affinity(source[kept], target[kept], weights[kept])
        else:
            break
        mapping = mapping @ correction
        if np.abs(found[trusted, :2]).max() <= _SETTLED and trusted.all():
            break
    labels = [score for score, piece in zip(scores, pieces, strict=True) if piece.is_label]
    return Alignment(rough.side, mapping, float(np.mean(labels)), rough.other_side_correlation)


def _guess(corners: Points, bottom: tuple[int, int]) -> Homography | None:
    width = CARD_SIZE[0]
    card = np.array([(0.0, 0.0), (width, 0.0), (width, bottom[1]), (0.0, bottom[0])])
    try:
        return homography(card, corners, np.ones(4))
    except np.linalg.LinAlgError:
        return None


def _match(
    photograph: Image.Image, mapping: Homography, piece: _Piece, reach: int
) -> tuple[float, float, float]:
    """How far a piece lies from its place, (dx, dy) in pixels of the card, and its correlation."""
    left, top, right, bottom = piece.box
    size = (right - left + 2 * reach, bottom - top + 2 * reach)
    around = sampled(photograph, mapping @ shift(left - reach, top - reach), size)
    return _best_place(np.asarray(around, np.float32), piece.pattern, reach)


def _rough_match(card: Grey, piece: _Piece) -> tuple[float, float, float]:
    left, top, right, bottom = piece.box
    reach = _ROUGH_REACH
    rows = np.clip(np.arange(top - reach, bottom + reach), 0, card.shape[0] - 1)
    columns = np.clip(np.arange(left - reach, right + reach), 0, card.shape[1] - 1)
    return _best_place(card[np.ix_(rows, columns)], piece.pattern, reach)


def _best_place(around: Grey, pattern: Grey, reach: int) -> tuple[float, float, float]:
    scores = correlation_map(around, pattern)
    row, column = np.unravel_index(int(scores.argmax()), scores.shape)
    score = float(scores[row, column])
    dx, dy = float(column), float(row)
    if 0 < column < scores.shape[1] - 1:
        dx += _vertex(scores[row, column - 1], score, scores[row, column + 1])
    if 0 < row < scores.shape[0] - 1:
        dy += _vertex(scores[row - 1, column], score, scores[row + 1, column])
    return dx - reach, dy - reach, score


def _vertex(before: float, at: float, after: float) -> float:
    """Where the parabola through three neighbours is highest, -0.5…0.5 from the middle one."""
    bend = before - 2 * at + after
    return 0.0 if bend >= 0 else float(0.5 * (before - after) / bend)


def correlation_map(around: Grey, pattern: Grey) -> NDArray[np.float64]:
    """Normalised correlation of a pattern with every place of a larger picture, -1…1.

    Flat places count as uncorrelated.
    """
    height, width = pattern.shape
    shape = (around.shape[0] - height + 1, around.shape[1] - width + 1)
    centred = around.astype(np.float64) - around.mean()
    template = pattern.astype(np.float64) - pattern.mean()
    spectrum = np.fft.rfft2(centred)
    overlap = np.fft.irfft2(spectrum * np.conj(np.fft.rfft2(template, around.shape)), around.shape)[
        : shape[0], : shape[1]
    ]
    sums = _window_sums(centred, height, width)
    squares = _window_sums(np.square(centred), height, width)
    variance = squares - np.square(sums) / template.size
    # A standard deviation of half a grey level is what flat paper has.
    norm = np.sqrt(np.maximum(variance, 0.25 * template.size) * np.square(template).sum())
    result: NDArray[np.float64] = overlap / np.maximum(norm, 1e-9)
    return result


def _window_sums(values: NDArray[np.float64], height: int, width: int) -> NDArray[np.float64]:
    total = np.pad(values.cumsum(axis=0).cumsum(axis=1), ((1, 0), (1, 0)))
    sums: NDArray[np.float64] = (
        total[height:, width:] - total[:-height, width:] - total[height:, :-width]
    ) + total[:-height, :-width]
    return sums


@cache
def _pieces(side: Side) -> tuple[_Piece, ...]:
    """The printing of a side: its captions, its title and the written parts of its band."""
    # A little unsharp, as photographs are; a perfectly sharp pattern fits none of them well.
    drawn = _blank(side).convert("L").filter(ImageFilter.GaussianBlur(0.8))
    card = np.asarray(drawn, np.float32)

    def piece(box: Box, is_label: bool) -> _Piece:
        left, top, right, bottom = box
        return _Piece(box, card[top:bottom, left:right].copy(), is_label)

    labels: tuple[Label, ...] = LABELS if side == "front" else BACK_LABELS
    pieces = [piece(_box_of(label), True) for label in labels]
    if side == "back":
        pieces.append(piece(_TITLE_BOX, True))
    left, top, right, bottom = BAND_BOX
    step = (right - left) // _BAND_PIECES
    for number in range(_BAND_PIECES):
        start = left + number * step
        band = piece((start, top + 4, start + step, bottom - 6), False)
        if band.pattern.std() >= _BAND_TEXTURE:
            pieces.append(band)
    return tuple(pieces)


@cache
def _rough_pieces(side: Side) -> tuple[_Piece, ...]:
    small = (
        _blank(side)
        .convert("L")
        .resize(
            (round(CARD_SIZE[0] * _ROUGH_SCALE), round(CARD_SIZE[1] * _ROUGH_SCALE)),
            Image.Resampling.BOX,
        )
    )
    card = np.asarray(small.filter(ImageFilter.GaussianBlur(0.7)), np.float32)
    pieces = []
    for piece in _pieces(side):
        left, top, right, bottom = (round(edge * _ROUGH_SCALE) for edge in piece.box)
        if piece.is_label and right - left > _LEAST_ROUGH_WIDTH:
            pattern = card[top:bottom, left:right].copy()
            pieces.append(_Piece((left, top, right, bottom), pattern, True))
    return tuple(pieces)


def _box_of(label: Label) -> Box:
    half = label.size * 2 // 3
    return label.x - 2, label.y - half, label.x + label.pitch * len(label.text) + 2, label.y + half


def _blank(side: Side) -> Image.Image:
    """A drawn card; its own texts do not matter, as only the printing is taken from it."""
    if side == "back":
        return specimen_card.draw_back("", date(2020, 1, 1), None)
    paper = Image.new("RGB", (8, 8), "white")
    return specimen_card.draw_front(
        specimen_card.CardHolder("", "", "", date(2000, 1, 1), "", "", paper)
    )
