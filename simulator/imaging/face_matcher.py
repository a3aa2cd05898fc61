"""Finds a drawn face in a picture, straightens it and says how alike two faces are.

Linear models on gradient histograms, trained on the drawings of `portrait` by
tools/train_face_matcher.py and kept in data/face_matcher.npz: a cascade of ridge regressions for
the pose, a discriminant for face or no face, a linear discriminant analysis for identity, a ridge
regression for the opening of the mouth. They know these drawings and nothing of real faces.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from simulator.imaging.face_features import (
    IDENTITY_WINDOW,
    MOUTH_WINDOW,
    POSE_WINDOW,
    FacePose,
    Features,
    prepared,
    window_features,
)

ROLL_UNIT: Final = 10.0
"""Degrees of roll that the pose models count as 1, so that all four numbers are alike in size."""
_SURE: Final = 0.5
"""Faceness from which no other starting point is tried."""
_STARTS: Final = tuple(
    FacePose(dx, dy, log_scale)
    for log_scale in (0.0, -0.35, 0.3, -0.7)
    for dx, dy in ((0.0, 0.0), (-0.15, 0.0), (0.15, 0.0), (0.0, -0.12), (0.0, 0.12))
)
"""Where a face is looked for; the first is how a selfie is usually taken."""

Embedding = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class FoundFace:
    """The most face-like place of a picture."""

    pose: FacePose
    faceness: float
    """About 1 for a face, about -1 for anything else."""
    embedding: Embedding
    """96 numbers of length 1 that stand for the identity."""
    picture: Image.Image
    """Prepared: grey, 192 pixels wide."""


@dataclass(frozen=True, slots=True, eq=False)
class FaceMatcher:
    """The trained models. Immutable, safe in threads."""

    pose_rounds: tuple[NDArray[np.float32], ...]
    """(features + 1) × 4 each; the last row is the constant."""
    mean: Features
    identity: NDArray[np.float32]
    """features × 96."""
    face: NDArray[np.float32]
    """features + 1."""
    mouth: NDArray[np.float32]
    """features of the mouth + 1."""
    metadata: dict[str, Any]
    """What the weights were trained on."""
    examples: NDArray[np.uint8]
    """Small pictures of what was drawn when they were trained; see tests."""

    @staticmethod
    def load() -> FaceMatcher:
        """The packaged models; read at the first call, then kept."""
        return _packaged()

    def find(self, picture: Image.Image) -> FoundFace:
        """The best face-like place, however unlike a face."""
        grey = prepared(picture)
        best: tuple[float, FacePose, Features] | None = None
        for start in _STARTS:
            pose = self.pose(grey, start)
            features = window_features(grey, pose, IDENTITY_WINDOW)
            faceness = float(features @ self.face[:-1] + self.face[-1])
            if best is None or faceness > best[0]:
                best = (faceness, pose, features)
            if faceness >= _SURE:
                break
        assert best is not None  # there is always a start
        projected = (best[2] - self.mean) @ self.identity
        vector = np.asarray(projected / max(float(np.linalg.norm(projected)), 1e-6), np.float32)
        return FoundFace(best[1], best[0], vector, grey)

    def pose(self, grey: Image.Image, start: FacePose) -> FacePose:
        """Where the face near a pose is, in a prepared picture."""
        pose = start
        for model in self.pose_rounds:
            step = window_features(grey, pose, POSE_WINDOW) @ model[:-1] + model[-1]
            pose = stepped(pose, step)
        return pose

    def embed(self, image: NDArray[np.uint8], min_faceness: float = 0.0) -> Embedding | None:
        """The identity in a picture (height × width × 3, RGB); None when no face is found."""
        found = self.find(Image.fromarray(image))
        return found.embedding if found.faceness >= min_faceness else None

    def mouth_opening(self, found: FoundFace) -> float:
        """Distance between the lips in face units; about 0 for a closed mouth."""
        features = window_features(found.picture, found.pose, MOUTH_WINDOW)
        return float(features @ self.mouth[:-1] + self.mouth[-1])


def score(first: Embedding, second: Embedding) -> float:
    """Cosine of two embeddings: near 1 for the same face, about 0 for two."""
    return float(first @ second)


def stepped(pose: FacePose, step: NDArray[np.floating[Any]]) -> FacePose:
    """The pose changed by what a model says (dx, dy, log scale, roll in ROLL_UNIT)."""
    dx, dy, log_scale, roll = (float(value) for value in step)
    return FacePose(
        min(max(pose.dx + dx, -0.6), 0.6),
        min(max(pose.dy + dy, -0.6), 0.6),
        min(max(pose.log_scale + log_scale, -1.5), 1.2),
        min(max(pose.roll + ROLL_UNIT * roll, -60.0), 60.0),
    )


@cache
def _packaged() -> FaceMatcher:
    with (files("simulator.imaging") / "data" / "face_matcher.npz").open("rb") as stream:
        stored = np.load(stream, allow_pickle=False)
        arrays = {name: stored[name] for name in stored.files}
    weights = {
        name: array.astype(np.float32)
        for name, array in arrays.items()
        if array.dtype == np.float16
    }
    rounds = sorted(name for name in weights if name.startswith("pose_"))
    return FaceMatcher(
        pose_rounds=tuple(weights[name] for name in rounds),
        mean=weights["mean"],
        identity=weights["identity"],
        face=weights["face"],
        mouth=weights["mouth"],
        metadata=json.loads(str(arrays["metadata"])),
        examples=arrays["examples"],
    )
