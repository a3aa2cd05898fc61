"""How well what is printed in a cell of the card fits a character: correlation with its drawing.

Characters come from the card's own font and are drawn as the card draws them. Knows neither fields
nor photographs; a card is a straightened grey picture at `specimen_card.CARD_SIZE`.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

from simulator.imaging.fonts import CENTRE_ABOVE_BASELINE, card_font
from simulator.imaging.quality import Grey

Vectors = NDArray[np.float32]
"""n × pixels, each row with mean 0 and length 1."""

_PAPER, _INK = 236, 18
_UNSHARPNESS: Final = 0.9
"""Patterns are as unsharp as a decent photograph, pixels (standard deviation)."""
_FLAT: Final = 1.5
"""Standard deviation of empty paper, grey levels: less than this is no ink."""
REACH: Final = 3
"""A character is looked for this far around the middle of its cell, pixels."""

_SMALL: Final = 20
"""Side of the reduced cells in which ideographs are told apart."""
_SMALL_STEP: Final = 2


def fits(
    card: Grey, places: Sequence[tuple[float, float]], characters: str, size: int, width: int
) -> NDArray[np.float32]:
    """Correlation of each place (x, y of a cell's middle) with each character: places × characters.

    `size` is the em, `width` the width of the cells, both in pixels.
    """
    patterns = _patterns(characters, size, width)
    box = width, _height(size)
    return (
        np.stack([(_windows(card, place, box, 1) @ patterns.T).max(axis=0) for place in places])
        if places
        else np.zeros((0, len(characters)), np.float32)
    )


def ideograph(card: Grey, place: tuple[float, float], size: int) -> tuple[str, float]:
    """The ideograph of GB 2312 that fits a cell best, and its correlation at a reduced size."""
    characters, patterns = _ideographs(size)
    side = _height(size)
    windows = _windows_of(card, place, (side, side), _SMALL_STEP)
    small = np.stack([_reduced(window) for window in windows])
    scores = (_unit(small.reshape(len(small), -1)) @ patterns.T).max(axis=0)
    best = int(scores.argmax())
    return characters[best], float(scores[best])


def is_empty(card: Grey, place: tuple[float, float], size: int) -> bool:
    """True when a cell holds no ink: nothing in it is much darker than its paper."""
    x, y = place
    half = size // 2
    cell = card[int(y) - half : int(y) + half, int(x) - half : int(x) + half]
    if cell.size == 0:
        return True
    dark, paper = np.percentile(cell, (3, 75))
    return bool(dark > 0.72 * paper)


def _height(size: int) -> int:
    return size + 4


def _drawn(character: str, size: int, width: int) -> Image.Image:
    height = _height(size)
    cell = Image.new("L", (width, height), _PAPER)
    baseline = round(height / 2 + size * CENTRE_ABOVE_BASELINE)
    ImageDraw.Draw(cell).text(
        (width // 2, baseline), character, font=card_font(size), fill=_INK, anchor="ms"
    )
    return cell.filter(ImageFilter.GaussianBlur(_UNSHARPNESS))


# Names, addresses and authorities repeat their characters, but not endlessly.
@lru_cache(maxsize=256)
def _patterns(characters: str, size: int, width: int) -> Vectors:
    cells = [np.asarray(_drawn(each, size, width), np.float32).ravel() for each in characters]
    return _unit(np.stack(cells))


@cache
def _ideographs(size: int) -> tuple[str, Vectors]:
    """Every ideograph of GB 2312 and its reduced pattern: 10 MB, made once in about a second."""
    codes = (bytes((row, cell)) for row in range(0xB0, 0xF8) for cell in range(0xA1, 0xFF))
    characters = "".join(code.decode("gb2312", "ignore") for code in codes)
    side = _height(size)
    patterns = np.empty((len(characters), _SMALL * _SMALL), np.float32)
    for row, each in zip(patterns, characters, strict=True):
        # One row at a time: all of them at once would for a moment take four times the memory.
        cell = _reduced(np.asarray(_drawn(each, size, side), np.float32))
        row[:] = _unit(cell.reshape(1, -1))[0]
    return characters, patterns


def _reduced(cell: Grey) -> Grey:
    small = Image.fromarray(cell, "F").resize((_SMALL, _SMALL), Image.Resampling.BOX)
    return np.asarray(small, np.float32)


def _windows_of(
    card: Grey, place: tuple[float, float], box: tuple[int, int], step: int
) -> NDArray[np.float32]:
    """All cells of a size (width, height) around a place, as far as REACH: n × height × width."""
    width, height = box
    left = round(place[0]) - width // 2 - REACH
    top = round(place[1]) - height // 2 - REACH
    rows = np.clip(np.arange(top, top + height + 2 * REACH), 0, card.shape[0] - 1)
    columns = np.clip(np.arange(left, left + width + 2 * REACH), 0, card.shape[1] - 1)
    around = card[np.ix_(rows, columns)]
    views = np.lib.stride_tricks.sliding_window_view(around, (height, width))
    return views[::step, ::step].reshape(-1, height, width)


def _windows(card: Grey, place: tuple[float, float], box: tuple[int, int], step: int) -> Vectors:
    windows = _windows_of(card, place, box, step)
    return _unit(windows.reshape(len(windows), -1))


def _unit(vectors: NDArray[np.float32]) -> Vectors:
    centred = vectors - vectors.mean(axis=1, keepdims=True)
    least = _FLAT * vectors.shape[1] ** 0.5
    length = np.linalg.norm(centred, axis=1, keepdims=True)
    result: Vectors = centred / np.maximum(length, least)
    return result
