"""Judges the picture of a face: light, sharpness, liveness, and whether it is the person's.

The person is who stands on the portrait of the accepted card; its embedding comes with the reading
of the card. Cheap figures first; the first that fails decides.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from PIL import Image

from simulator.imaging import quality
from simulator.imaging.face_features import FACE_WINDOW, cut
from simulator.imaging.face_matcher import Embedding, FaceMatcher, FoundFace, score
from simulator.imaging.liveness import challenged
from simulator.imaging.quality import Grey
from simulator.imaging.upload import DecodedImage
from simulator.imaging.verdicts import FaceRefusal, FaceThresholds, Measurements

UNCLEAR: Final = "real_name.photo_unclear"
TOO_DARK: Final = "real_name.too_dark"
TOO_BRIGHT: Final = "real_name.too_bright"
NO_FACE: Final = "real_name.no_face"
MISMATCH: Final = "real_name.face_mismatch"
NOT_ALIVE: Final = "real_name.liveness_failed"

_BLUR_WIDTH: Final = 480
"""Blur is told in pixels of a picture this wide, whatever the telephone's resolution."""
_SPOT: Final = 0.03
"""Over-exposed share of a face that can spoil a comparison; a clean one has up to 0.005."""
_FRAME_GLARE: Final = 0.12
"""Share of a picture that is burnt out when no face can be made out for that reason."""
_BRIGHT_PART: Final = 90
"""Percentile that stands for the skin: hair, eyes and brows are darker."""


@dataclass(frozen=True, slots=True, eq=False)
class FaceReading:
    """An accepted picture."""

    similarity: float
    """Cosine with the portrait on the card."""
    embedding: Embedding
    measurements: Measurements


def inspect_face(
    image: DecodedImage,
    portrait: Embedding,
    thresholds: FaceThresholds | None = None,
    *,
    mouth_open: bool = False,
) -> FaceReading | FaceRefusal:
    """Judges a picture against the embedding of a portrait.

    `mouth_open`: the challenge was to open the mouth. Without a challenge the mouth does not count.
    """
    limits = thresholds or FaceThresholds()
    figures = Measurements().with_figure(
        "short_side", image.short_side, minimum=limits.min_short_side
    )
    if figures.failed():
        return FaceRefusal(UNCLEAR, figures, "short_side")
    matcher = FaceMatcher.load()
    colour = Image.fromarray(image.pixels)
    grey = colour.convert("L")
    face = matcher.find(colour)
    figures = figures.with_figure("faceness", face.faceness, minimum=limits.min_faceness)
    if figures.failed():
        return _why_no_face(figures, np.asarray(grey, np.float32), limits)

    figures, refusal = _light_and_sharpness(figures, grey, face, limits)
    if refusal is not None:
        return refusal
    if mouth_open:
        figures = challenged(figures, matcher, face, limits)
        if figures.failed():
            return FaceRefusal(NOT_ALIVE, figures, "mouth_opening")
    similarity = score(face.embedding, portrait)
    figures = figures.with_figure("similarity", similarity, minimum=limits.min_similarity)
    if figures.failed():
        if figures["over_exposed"] > _SPOT:
            # A reflection on a face makes it unlike anybody; better light tells who it is.
            spot = figures.with_figure("reflection", figures["over_exposed"], maximum=_SPOT)
            return FaceRefusal(TOO_BRIGHT, spot, "reflection")
        return FaceRefusal(MISMATCH, figures, "similarity")
    return FaceReading(similarity, face.embedding, figures)


def over_exposed_share(face: Grey) -> float:
    """Share of the pixels of a straightened face that have lost their tone."""
    return float((face >= quality.SATURATED).mean())


def _light_and_sharpness(
    figures: Measurements, grey: Image.Image, face: FoundFace, limits: FaceThresholds
) -> tuple[Measurements, FaceRefusal | None]:
    picture = grey
    if picture.width > _BLUR_WIDTH:
        size = (_BLUR_WIDTH, max(8, round(grey.height * _BLUR_WIDTH / grey.width)))
        picture = grey.resize(size, Image.Resampling.BILINEAR)
    straight = np.asarray(cut(picture, face.pose, FACE_WINDOW), np.float32)
    figures = figures.with_figure(
        "luminance", quality.luminance(straight, _BRIGHT_PART), minimum=limits.min_luminance
    )
    if figures.failed():
        return figures, FaceRefusal(TOO_DARK, figures, "luminance")
    figures = figures.with_figure(
        "over_exposed", over_exposed_share(straight), maximum=limits.max_over_exposed
    )
    if figures.failed():
        return figures, FaceRefusal(TOO_BRIGHT, figures, "over_exposed")
    figures = figures.with_figure("blur", quality.edge_blur(straight), maximum=limits.max_blur)
    if figures.failed():
        return figures, FaceRefusal(UNCLEAR, figures, "blur")
    return figures, None


def _why_no_face(figures: Measurements, picture: Grey, limits: FaceThresholds) -> FaceRefusal:
    """No face was found: for want of light, for too much of it, or because there is none."""
    frame = figures.with_figure(
        "frame_luminance", quality.luminance(picture), minimum=limits.min_luminance
    )
    if frame["frame_luminance"] < limits.min_luminance:
        return FaceRefusal(TOO_DARK, frame, "frame_luminance")
    share = quality.saturated_share(picture)
    frame = frame.with_figure("frame_over_exposed", share, maximum=_FRAME_GLARE)
    if share > _FRAME_GLARE:
        return FaceRefusal(TOO_BRIGHT, frame, "frame_over_exposed")
    return FaceRefusal(NO_FACE, frame, "faceness")
