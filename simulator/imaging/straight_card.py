"""Reads the texts of a straightened card, field by field, against the card's own font.

Two ways: find out what stands there (number, name, dates), or tell how well an expected text fits,
which is surer and works for every field. Knows neither photographs nor limits.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from simulator.imaging import glyphs, quality
from simulator.imaging.quality import Grey
from simulator.imaging.specimen_card import CardTextError, Field, placed

ENDLESS: Final = "长期"
"""Written for the end of a card without one."""
_DATE: Final = "0000.00.00"
_DIGITS: Final = "0123456789"
_ID_CHARACTERS: Final = "0123456789X"
_MOST_NAME_CHARACTERS: Final = 6
_FIELD_SPOT: Final = 0.05
"""Share of a field that is burnt out when a reflection lies on it."""


@dataclass(frozen=True, slots=True, eq=False)
class StraightCard:
    """A card straightened to CARD_SIZE."""

    grey: Grey
    fields: Mapping[str, Field]

    def verify(self, field: str, expected: str) -> float:
        """The lowest correlation of the expected characters; -1 when they cannot stand there."""
        place = self.fields[field]
        try:
            cells = placed(place, expected)
        except CardTextError:
            return -1.0
        if not cells:
            return -1.0
        scores = [
            glyphs.fits(
                self.grey,
                [(cell.x, cell.y)],
                cell.character,
                place.size,
                place.width_of(cell.character),
            )[0, 0]
            for cell in cells
        ]
        last = cells[-1]
        after = (last.x + place.pitch, last.y)
        if after[0] + place.pitch / 2 < place.box[2] and not glyphs.is_empty(
            self.grey, after, place.size - 6
        ):
            # More is printed than was expected.
            return -1.0
        return float(min(scores))

    def obscured(self, field: str) -> bool:
        """True when a reflection lies on the field."""
        left, top, right, bottom = self.fields[field].box
        return quality.saturated_share(self.grey[top:bottom, left:right]) > _FIELD_SPOT


def read_number(card: StraightCard) -> tuple[str, float]:
    """The 18 characters that fit best, and the lowest of their correlations."""
    return _read_cells(card, "id_number", _ID_CHARACTERS, "0" * 18)


def read_name(card: StraightCard) -> tuple[str, float]:
    """The ideographs up to the first empty cell, and the lowest of their correlations; 0 for
    none."""
    field = card.fields["name"]
    name, lowest = "", 1.0
    for cell in placed(field, "一" * _MOST_NAME_CHARACTERS):
        if glyphs.is_empty(card.grey, (cell.x, cell.y), field.size):
            break
        character, score = glyphs.ideograph(card.grey, (cell.x, cell.y), field.size)
        name, lowest = name + character, min(lowest, score)
    return name, lowest if name else 0.0


def read_validity(card: StraightCard) -> tuple[str, float]:
    """The period as printed, `2020.01.02-2040.01.02` or `2020.01.02-长期`, and the lowest
    correlation of a digit or an ideograph of it."""
    start, start_fit = _read_cells(card, "validity", _DIGITS, _DATE)
    end, end_fit = _read_cells(card, "validity", _DIGITS, f"{_DATE}-{_DATE}", skip=len(_DATE) + 1)
    place = card.fields["validity"]
    endless_fit = min(
        float(
            glyphs.fits(card.grey, [(cell.x, cell.y)], cell.character, place.size, place.pitch)[
                0, 0
            ]
        )
        for cell in placed(place, f"{_DATE}-{ENDLESS}")[len(_DATE) + 1 :]
    )
    if endless_fit > end_fit:
        return f"{start}-{ENDLESS}", min(start_fit, endless_fit)
    return f"{start}-{end}", min(start_fit, end_fit)


def _read_cells(
    card: StraightCard, field: str, characters: str, like: str, skip: int = 0
) -> tuple[str, float]:
    """What stands in the cells of a text `like` this one, from the cell `skip` on.

    Dots and dashes are taken from `like`: they are too small to tell anything by.
    """
    place = card.fields[field]
    cells = placed(place, like)[skip:]
    read = [cell for cell in cells if cell.character.isdigit()]
    middles = [(cell.x, cell.y) for cell in read]
    scores = glyphs.fits(card.grey, middles, characters, place.size, place.narrow_pitch)
    found = iter(characters[at] for at in scores.argmax(axis=1))
    text = "".join(next(found) if each.character.isdigit() else each.character for each in cells)
    return text, float(scores.max(axis=1).min())
