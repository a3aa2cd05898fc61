"""What an inspection found: figures held against thresholds, and the refusal they lead to.

Thresholds are policy; every default is *assumed* and was chosen on simulated photographs
(docs/imaging.md has the distributions). Pixels are not looked at here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from simulator.imaging.upload import UploadLimits


@dataclass(frozen=True, slots=True)
class CardThresholds:
    """What a photograph of a card must reach. Correlations are in -1…1, luminance in 0…255."""

    min_short_side: float = 480
    """Pixels of the shorter side of the photograph."""
    min_luminance: float = 85
    """95th percentile over the card."""
    max_glare: float = 0.30
    """Share of the card without any tone left (8 × 8 blocks, all pixels at least 250). White paper
    near the lamp comes to 0.25."""
    max_portrait_glare: float = 0.15
    """The same of the face on the portrait, pixel by pixel."""
    min_portrait_faceness: float = 0.2
    """Response of the face detector on the portrait."""
    min_sharpness: float = 16
    """See `quality.sharpness`; taken on the straightened card."""
    min_label: float = 0.45
    """Mean correlation with the printed labels: is it a card, and which side."""
    min_digit: float = 0.60
    """Lowest correlation of a character of the number (front) or of the dates (back)."""
    min_text: float = 0.60
    """Lowest correlation of a glyph of the name and of every text held against the register."""


@dataclass(frozen=True, slots=True)
class FaceThresholds:
    """What a picture of a face must reach."""

    min_short_side: float = 240
    min_faceness: float = 0.2
    """Response of the face detector: about 1 for a face, about -1 for anything else."""
    min_luminance: float = 70
    """90th percentile over the face: its skin."""
    max_over_exposed: float = 0.15
    """Share of the face without any tone left."""
    max_blur: float = 1.6
    """See `quality.edge_blur`; pixels of a picture 480 wide."""
    min_similarity: float = 0.65
    """Cosine between the face and the portrait on the card."""
    min_mouth_opening: float = 0.03
    """Face units (`canvas`): what the challenge asks for. A closed mouth measures up to 0.015."""


@dataclass(frozen=True, slots=True)
class Thresholds:
    """All limits of an inspection."""

    upload: UploadLimits = field(default_factory=UploadLimits)
    card: CardThresholds = field(default_factory=CardThresholds)
    face: FaceThresholds = field(default_factory=FaceThresholds)


@dataclass(frozen=True, slots=True)
class Measurement:
    """One figure and what it was held against."""

    name: str
    value: float
    minimum: float | None = None
    maximum: float | None = None

    @property
    def passed(self) -> bool:
        """True also for a figure that is only reported."""
        return (self.minimum is None or self.value >= self.minimum) and (
            self.maximum is None or self.value <= self.maximum
        )

    def as_details(self) -> dict[str, float]:
        """For an answer: measured, and the limit."""
        details = {"measured": round(self.value, 4)}
        if self.minimum is not None:
            details["at_least"] = self.minimum
        if self.maximum is not None:
            details["at_most"] = self.maximum
        return details


@dataclass(frozen=True, slots=True)
class Measurements:
    """The figures of one inspection, in the order they were taken; those after the first that
    fails may be missing."""

    figures: tuple[Measurement, ...] = ()

    def __iter__(self) -> Iterator[Measurement]:
        return iter(self.figures)

    def __getitem__(self, name: str) -> float:
        for figure in self.figures:
            if figure.name == name:
                return figure.value
        raise KeyError(name)

    def with_figure(
        self,
        name: str,
        value: float,
        *,
        minimum: float | None = None,
        maximum: float | None = None,
    ) -> Measurements:
        """These and one more."""
        return Measurements((*self.figures, Measurement(name, float(value), minimum, maximum)))

    def failed(self) -> Measurement | None:
        """The first figure that misses its limit."""
        return next((figure for figure in self.figures if not figure.passed), None)

    def as_details(self) -> Mapping[str, dict[str, float]]:
        return {figure.name: figure.as_details() for figure in self.figures}


@dataclass(frozen=True, slots=True)
class CardRefusal:
    """A photograph that is not accepted as this side of a card."""

    code: str
    """`real_name.photo_unclear`, `photo_too_dark`, `photo_glare` or `not_an_id_card`."""
    measurements: Measurements
    problem: str
    """What is wrong: the name of the figure that failed, or what was seen instead of the card
    (`no_card`, `front`, `back`, `two_cards`, `checksum`, `birth_and_number_differ`, …)."""


@dataclass(frozen=True, slots=True)
class FaceRefusal:
    """A picture that is not accepted as this person's face."""

    code: str
    """`real_name.photo_unclear`, `too_dark`, `too_bright`, `no_face`, `face_mismatch` or
    `liveness_failed`."""
    measurements: Measurements
    problem: str
