"""Reads photographs of the specimen card: which side, how legible, what it says.

`card_front` and `card_back` judge one photograph each, cheapest figure first, and answer with a
reading or with the refusal that the failing figure stands for. The register is not asked here: a
reading lets its caller hold any printed text against what the register knows (`verify_text`).

They know our own card alone, and must never be fed a real one (docs/imaging.md).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from simulator.domain.identifiers import is_id_number
from simulator.imaging import quality
from simulator.imaging.card_alignment import Alignment, Side, exact_alignment, rough_alignment
from simulator.imaging.card_finder import quadrilaterals
from simulator.imaging.face_features import FACE_WINDOW, cut
from simulator.imaging.face_inspector import over_exposed_share
from simulator.imaging.face_matcher import Embedding, FaceMatcher
from simulator.imaging.quality import Grey
from simulator.imaging.specimen_card import (
    BACK_FIELDS,
    FIELDS,
    PORTRAIT_BOX,
)
from simulator.imaging.straight_card import (
    ENDLESS,
    StraightCard,
    read_name,
    read_number,
    read_validity,
)
from simulator.imaging.upload import DecodedImage
from simulator.imaging.verdicts import CardRefusal, CardThresholds, Measurements

UNCLEAR: Final = "real_name.photo_unclear"
TOO_DARK: Final = "real_name.photo_too_dark"
GLARE: Final = "real_name.photo_glare"
NOT_A_CARD: Final = "real_name.not_an_id_card"

SHARPNESS_SIDE: Final = 640
"""The card's longest side when its sharpness is taken, pixels."""
_SPOT: Final = 0.004
"""Share of the card that is burnt out when a text cannot be read because of a reflection."""
_FRAME_GLARE: Final = 0.05
"""Share of a photograph that is burnt out when no card can be made out because of a reflection: the
rim of one hides the outline of the card."""
_FRAME_BLUR: Final = 2.0
"""`quality.edge_blur` of the whole photograph, 640 pixels long, above which it cannot be told what
is on it."""
_SURELY_A_CARD: Final = 0.55
"""Rough correlation at which no further candidate is tried."""
_SECOND_CARD: Final = 0.5


@dataclass(frozen=True, slots=True, eq=False)
class FrontReading:
    """An accepted photograph of a front."""

    id_number: str
    """18 characters with a right check digit; the printed birth date and sex agree with it."""
    name: str
    """As read; verify it against the register, which also knows what GB 2312 does not."""
    portrait: NDArray[np.uint8]
    """The printed portrait, height × width × 3, RGB."""
    face: Embedding
    """What a selfie is compared with (`face_inspector.inspect_face`)."""
    measurements: Measurements
    card: StraightCard

    def verify_text(self, field: str, expected: str) -> float:
        """Lowest correlation of the characters expected in a field of `specimen_card.FIELDS`.

        -1 when the text cannot stand there or something follows it. Compare with
        `CardThresholds.min_text`.
        """
        return self.card.verify(field, expected)

    def obscured(self, field: str) -> bool:
        """True when a reflection lies on a field: a text that is not found there is illegible
        (`real_name.photo_glare`) rather than another."""
        return self.card.obscured(field)


@dataclass(frozen=True, slots=True, eq=False)
class BackReading:
    """An accepted photograph of a back."""

    valid_from: date
    valid_until: date | None
    """None is 长期, without end. Whether the card is expired is for the caller to say."""
    measurements: Measurements
    card: StraightCard

    def verify_text(self, field: str, expected: str) -> float:
        """As `FrontReading.verify_text`, for `specimen_card.BACK_FIELDS`."""
        return self.card.verify(field, expected)

    def obscured(self, field: str) -> bool:
        """As `FrontReading.obscured`."""
        return self.card.obscured(field)


@dataclass(frozen=True, slots=True, eq=False)
class _SeenCard:
    """A card that passed the gates of light and sharpness."""

    grey: Grey
    alignment: Alignment
    measurements: Measurements


def card_front(
    image: DecodedImage, thresholds: CardThresholds | None = None
) -> FrontReading | CardRefusal:
    """Judges a photograph that should show the front of a card."""
    limits = thresholds or CardThresholds()
    seen = _look(image, "front", limits)
    if isinstance(seen, CardRefusal):
        return seen
    card = StraightCard(seen.grey, FIELDS)
    figures = seen.measurements
    portrait = seen.alignment.straightened(Image.fromarray(image.pixels), PORTRAIT_BOX)
    face = FaceMatcher.load().find(portrait)
    straight = cut(portrait.convert("L"), face.pose, FACE_WINDOW)
    figures = figures.with_figure(
        "portrait_glare",
        over_exposed_share(np.asarray(straight, np.float32)),
        maximum=limits.max_portrait_glare,
    )
    if figures.failed():
        return CardRefusal(GLARE, figures, "portrait_glare")
    figures = figures.with_figure(
        "portrait_faceness", face.faceness, minimum=limits.min_portrait_faceness
    )
    if figures.failed():
        return _illegible(figures, "portrait_faceness")

    id_number, lowest = read_number(card)
    figures = figures.with_figure("digit_correlation", lowest, minimum=limits.min_digit)
    if figures.failed():
        return _illegible(figures, "digit_correlation")
    if not is_id_number(id_number):
        return _illegible(figures, "checksum")

    birth = id_number[6:14]
    expected = {
        "birth_year": birth[:4],
        "birth_month": str(int(birth[4:6])),
        "birth_day": str(int(birth[6:8])),
        "sex": "男" if int(id_number[16]) % 2 else "女",
    }
    agreement = min(card.verify(field, text) for field, text in expected.items())
    figures = figures.with_figure("birth_and_sex_correlation", agreement, minimum=limits.min_text)
    if figures.failed():
        return _illegible(figures, "birth_and_sex_correlation")

    name, lowest = read_name(card)
    figures = figures.with_figure("name_correlation", lowest, minimum=limits.min_text)
    if figures.failed():
        return _illegible(figures, "name_correlation")
    return FrontReading(id_number, name, np.asarray(portrait), face.embedding, figures, card)


def card_back(
    image: DecodedImage, thresholds: CardThresholds | None = None
) -> BackReading | CardRefusal:
    """Judges a photograph that should show the back of a card."""
    limits = thresholds or CardThresholds()
    seen = _look(image, "back", limits)
    if isinstance(seen, CardRefusal):
        return seen
    card = StraightCard(seen.grey, BACK_FIELDS)
    text, lowest = read_validity(card)
    figures = seen.measurements.with_figure("date_correlation", lowest, minimum=limits.min_digit)
    if figures.failed():
        return _illegible(figures, "date_correlation")
    try:
        valid_from = date.fromisoformat(text[:10].replace(".", "-"))
        end = text[11:]
        valid_until = None if end == ENDLESS else date.fromisoformat(end.replace(".", "-"))
    except ValueError:
        return _illegible(figures, "dates")
    if valid_until is not None and valid_until <= valid_from:
        return _illegible(figures, "dates")
    return BackReading(valid_from, valid_until, figures, card)


def _illegible(figures: Measurements, problem: str) -> CardRefusal:
    """A card whose text cannot be made out: behind a reflection, or else for want of detail."""
    reflection = figures["glare"] > _SPOT
    return CardRefusal(GLARE if reflection else UNCLEAR, figures, problem)


def _look(image: DecodedImage, side: Side, limits: CardThresholds) -> _SeenCard | CardRefusal:
    """The straightened card, when one is there, is the right side, and is legible."""
    figures = Measurements().with_figure(
        "short_side", image.short_side, minimum=limits.min_short_side
    )
    if figures.failed():
        return CardRefusal(UNCLEAR, figures, "short_side")
    photograph = quality.grey(image.pixels)
    frame_light = quality.luminance(photograph)
    if frame_light < limits.min_luminance:
        figures = figures.with_figure("luminance", frame_light, minimum=limits.min_luminance)
        return CardRefusal(TOO_DARK, figures, "luminance")

    colour = Image.fromarray(image.pixels)
    grey = Image.fromarray(photograph.astype(np.uint8))
    alignment, second = _find(colour, grey)
    figures = figures.with_figure(
        "label_correlation", alignment.label_correlation, minimum=limits.min_label
    )
    if figures.failed():
        return _no_card(figures, photograph)
    card = np.asarray(alignment.straightened(grey), np.float32)
    for name, value, minimum, maximum, code in (
        ("luminance", quality.luminance(card), limits.min_luminance, None, TOO_DARK),
        ("glare", quality.saturated_share(card), None, limits.max_glare, GLARE),
        (
            "sharpness",
            quality.sharpness(card, SHARPNESS_SIDE),
            limits.min_sharpness,
            None,
            UNCLEAR,
        ),
    ):
        figures = figures.with_figure(name, value, minimum=minimum, maximum=maximum)
        if figures.failed():
            return CardRefusal(code, figures, name)
    if second:
        return CardRefusal(NOT_A_CARD, figures, "two_cards")
    if alignment.side != side:
        return CardRefusal(NOT_A_CARD, figures, alignment.side)
    return _SeenCard(card, alignment, figures)


def _find(colour: Image.Image, grey: Image.Image) -> tuple[Alignment, bool]:
    """The best alignment with any candidate, and whether a second card lies beside it."""
    best: Alignment | None = None
    second = False
    for candidates in quadrilaterals(colour):
        cards = 0
        for corners in candidates:
            rough = rough_alignment(grey, corners)
            cards += rough.label_correlation >= _SECOND_CARD
            if best is None or rough.label_correlation > best.label_correlation:
                best = rough
        second = second or cards > 1
        if best is not None and best.label_correlation >= _SURELY_A_CARD:
            break
    assert best is not None  # the frame itself is always a candidate
    return exact_alignment(grey, best), second


def _no_card(figures: Measurements, photograph: Grey) -> CardRefusal:
    """Why no card was recognised: burnt out, blurred, or simply because there is none."""
    share = quality.saturated_share(photograph)
    figures = figures.with_figure("frame_glare", share, maximum=_FRAME_GLARE)
    if share > _FRAME_GLARE:
        return CardRefusal(GLARE, figures, "frame_glare")
    blur = quality.edge_blur(quality.resized(photograph, SHARPNESS_SIDE))
    figures = figures.with_figure("frame_blur", blur, maximum=_FRAME_BLUR)
    if blur > _FRAME_BLUR:
        return CardRefusal(UNCLEAR, figures, "frame_blur")
    return CardRefusal(NOT_A_CARD, figures, "no_card")
