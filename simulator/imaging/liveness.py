"""The liveness challenge: open the mouth.

One picture answers it. The opening is a length, measured in face units on the straightened face, so
that neither distance nor light counts. Blinking was tried and does not separate: drawn eyes differ
more from person to person than open ones from half-shut ones.
"""

from __future__ import annotations

from simulator.imaging.face_matcher import FaceMatcher, FoundFace
from simulator.imaging.verdicts import FaceThresholds, Measurements


def challenged(
    figures: Measurements, matcher: FaceMatcher, face: FoundFace, limits: FaceThresholds
) -> Measurements:
    """The figures with `mouth_opening`, held against what the challenge asks for."""
    opening = matcher.mouth_opening(face)
    return figures.with_figure("mouth_opening", opening, minimum=limits.min_mouth_opening)
