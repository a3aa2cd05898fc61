"""Trains the face matcher on the drawings: `python -m tools.train_face_matcher`.

Draws people who are never evaluated (a key of their own), in poses and light like those of a
selfie and somewhat beyond, and as they look when cut out of a photographed card; fits the linear
models of `simulator.imaging.face_matcher` and writes them. The same program and drawings give the
same models. Run it again after any change of the drawing; a test says when that is due.
"""

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from io import BytesIO
from math import log
from pathlib import Path
from time import process_time

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from simulator.imaging.canvas import Pose
from simulator.imaging.chances import Chances, noise_generator
from simulator.imaging.face_features import (
    IDENTITY_WINDOW,
    MOUTH_WINDOW,
    POSE_WINDOW,
    FacePose,
    Window,
    prepared,
    window_features,
)
from simulator.imaging.face_matcher import ROLL_UNIT, stepped
from simulator.imaging.photograph import Conditions, photograph_selfie, to_jpeg
from simulator.imaging.portrait import draw_face, draw_portrait, draw_selfie, face_traits
from simulator.imaging.scene import selfie_scene
from simulator.imaging.specimen_card import PORTRAIT_BOX, CardHolder, draw_back, draw_front

WEIGHTS = Path(__file__).parents[1] / "simulator" / "imaging" / "data" / "face_matcher.npz"
KEY = b"face matcher training"
DRAWN_SIZE = (320, 400)
SELFIES, CARDS = 7, 2
POSE_ROUNDS = 4
DIMENSIONS = 96
_POSE_RIDGE, _FACE_RIDGE, _MOUTH_RIDGE = 60.0, 30.0, 20.0
_WITHIN_SHRINKAGE = 0.2
"""Part of the mean variance added to every direction, so that quiet ones are not overrated."""


@dataclass(frozen=True, slots=True)
class Sample:
    """A prepared picture and the truth about it."""

    picture: Image.Image
    person: int
    pose: FacePose
    mouth_gap: float


def canonical_drawings() -> NDArray[np.uint8]:
    """Small grey pictures of what the models are trained on: n × 120 × 96.

    Kept with the weights; when the drawing no longer gives them, the weights are out of date.
    """
    pictures = []
    for index in range(4):
        traits = face_traits(KEY, index, male=index % 2 == 0, age=9 + 22 * index)
        pictures += [draw_portrait(traits), draw_selfie(traits, seed=index, mouth_open=index > 1)]
    return np.stack([np.asarray(each.convert("L").resize((96, 120))) for each in pictures])


def samples(people: int) -> Iterator[list[Sample]]:
    """The pictures of each person."""
    for person in range(people):
        draw = Chances(KEY, f"person:{person}")
        male = draw.happens(0.5)
        age = int(draw.between(0, 95))
        traits = face_traits(KEY, person, male=male, age=age)
        portrait = draw_portrait(traits)
        found = [Sample(prepared(portrait), person, FacePose(), 0.0)]
        left, top, right, bottom = PORTRAIT_BOX
        holder = CardHolder("样本", "男", "汉", date(2000, 1, 1), "样本", "0" * 18, portrait)
        card = draw_front(holder)
        for _ in range(CARDS):
            dx, dy = draw.between(-3, 3), draw.between(-3, 3)
            box = (left + dx, top + dy, right + dx, bottom + dy)
            cut = card.resize((right - left, bottom - top), Image.Resampling.BICUBIC, box)
            worse = _worsened(cut, draw, largest_blur=1.6)
            shift = FacePose(-dx / (right - left), -dy / (bottom - top))
            found.append(Sample(prepared(worse), person, shift, 0.0))
        for _ in range(SELFIES):
            scene = selfie_scene(draw.below(1 << 30), mouth_open=draw.happens(0.3))
            if draw.happens(0.4):
                scene = replace(scene, pose=_unusual(scene.pose, draw))
            if draw.happens(0.4):  # lips a little apart, so that the opening is learnt as a length
                gap = draw.between(0.0, 0.085)
                scene = replace(scene, expression=replace(scene.expression, mouth_gap=gap))
            selfie = _worsened(draw_face(traits, scene, DRAWN_SIZE), draw, largest_blur=1.3)
            pose = scene.pose
            truth = FacePose(pose.dx, pose.dy, log(pose.scale), pose.roll)
            found.append(Sample(prepared(selfie), person, truth, scene.expression.mouth_gap))
        yield found


def not_faces(count: int) -> Iterator[Image.Image]:
    """Prepared pictures without a face the right way up."""
    for number in range(count):
        draw = Chances(KEY, f"no face:{number}")
        traits = face_traits(KEY, 10**6 + number, male=draw.happens(0.5), age=draw.below(90))
        kind = number % 8
        if kind == 0:
            portrait = Image.new("RGB", (40, 50), "white")
            picture = draw_front(
                CardHolder("样本", "女", "汉", date(2001, 2, 3), "样本", "1" * 18, portrait)
            )
        elif kind == 1:
            picture = draw_back("样本市公安局", date(2015, 1, 1), date(2035, 1, 1))
        elif kind == 2:
            picture = draw_face(traits, selfie_scene(number), DRAWN_SIZE).rotate(180)
        elif kind == 3:
            face = draw_face(traits, selfie_scene(number), DRAWN_SIZE)
            half = face.crop((0, int(face.height * draw.between(0.5, 0.7)), *face.size))
            picture = half.resize(DRAWN_SIZE)
        elif kind == 4:
            face = draw_face(traits, selfie_scene(number), DRAWN_SIZE)
            draw_over = ImageDraw.Draw(face)
            grey = draw.below(255)
            draw_over.rectangle((40, 60, 280, 300), fill=(grey, grey // 2, 255 - grey))
            picture = face
        elif kind == 5:
            coarse = noise_generator(KEY, f"clouds:{number}").uniform(0, 255, (12, 10, 3))
            picture = Image.fromarray(coarse.astype(np.uint8)).resize(
                DRAWN_SIZE, Image.Resampling.BICUBIC
            )
        elif kind == 6:
            picture = Image.new("RGB", DRAWN_SIZE, (draw.below(255),) * 3)
            shapes = ImageDraw.Draw(picture)
            for _ in range(3 + draw.below(25)):
                x, y = draw.between(0, 320), draw.between(0, 400)
                w, h = draw.between(10, 180), draw.between(10, 180)
                colour = (draw.below(255), draw.below(255), draw.below(255))
                form = shapes.ellipse if draw.happens(0.6) else shapes.rectangle
                form((x - w / 2, y - h / 2, x + w / 2, y + h / 2), fill=colour)
        else:
            speckle = noise_generator(KEY, f"speckle:{number}").normal(128, 50, (400, 320, 3))
            picture = Image.fromarray(speckle.clip(0, 255).astype(np.uint8))
        yield prepared(_worsened(picture, draw, largest_blur=1.5))


def _unusual(pose: Pose, draw: Chances) -> Pose:
    return replace(
        pose,
        dx=draw.between(-0.12, 0.12),
        dy=draw.between(-0.10, 0.10),
        scale=draw.between(0.72, 1.35),
        roll=draw.between(-14, 14),
    )


def _worsened(picture: Image.Image, draw: Chances, *, largest_blur: float) -> Image.Image:
    """As a telephone would record it, through JPEG."""
    conditions = Conditions(
        blur=draw.between(0, largest_blur),
        darkness=draw.between(0.45, 1.0),
        brightness=draw.between(1.0, 1.25),
        noise=draw.between(0.5, 6.0),
        seed=draw.below(1 << 30),
    )
    data = to_jpeg(photograph_selfie(picture, conditions), 60 + draw.below(33))
    return Image.open(BytesIO(data))


def _ridge(
    features: NDArray[np.float32], targets: NDArray[np.float64], strength: float
) -> NDArray[np.float64]:
    """The linear map with a constant (last row) that fits best; the constant is not held down."""
    rows = np.column_stack([features, np.ones(len(features), np.float32)])
    normal = (rows.T @ rows).astype(np.float64)
    normal[np.diag_indices(len(normal) - 1)] += strength
    return np.asarray(np.linalg.solve(normal, rows.T.astype(np.float64) @ targets), np.float64)


def _vector(pose: FacePose) -> tuple[float, float, float, float]:
    return pose.dx, pose.dy, pose.log_scale, pose.roll / ROLL_UNIT


def _all_features(
    pictures: Sequence[Image.Image], poses: Sequence[FacePose], window: Window
) -> NDArray[np.float32]:
    pairs = zip(pictures, poses, strict=True)
    return np.stack([window_features(picture, pose, window) for picture, pose in pairs])


def train(people: int) -> dict[str, NDArray[np.generic]]:
    """Everything that is written; progress goes to stderr."""
    began = process_time()

    def tell(text: str) -> None:
        sys.stderr.write(f"{process_time() - began:6.0f} s  {text}\n")

    data = []
    for number, found in enumerate(samples(people), 1):
        data += found
        if number % 100 == 0:
            tell(f"{number} of {people} people drawn")
    pictures = [sample.picture for sample in data]
    person = np.array([sample.person for sample in data])
    truth = np.array([_vector(sample.pose) for sample in data])

    poses = [FacePose()] * len(data)
    rounds = []
    for number in range(POSE_ROUNDS):
        features = _all_features(pictures, poses, POSE_WINDOW)
        now = np.array([_vector(pose) for pose in poses])
        model = _ridge(features, truth - now, _POSE_RIDGE).astype(np.float16)
        rounds.append(model)
        weights = model.astype(np.float32)
        steps = features @ weights[:-1] + weights[-1]
        poses = [stepped(pose, step) for pose, step in zip(poses, steps, strict=True)]
        error = truth - np.array([_vector(pose) for pose in poses])
        tell(f"pose round {number + 1}: error {np.sqrt(np.square(error).mean(axis=0)).round(4)}")

    features = _all_features(pictures, poses, IDENTITY_WINDOW)
    mean, identity, gain = _identity(features, person)
    tell(f"identity: separation {gain[[0, 15, 31, 63, 95]].round(1)}")

    others = []
    for picture in not_faces(people):
        for start in (FacePose(), FacePose(0.1, 0.1, -0.4), FacePose(-0.1, -0.05, 0.2)):
            pose = start
            for model in rounds:
                weights = model.astype(np.float32)
                step = window_features(picture, pose, POSE_WINDOW) @ weights[:-1] + weights[-1]
                pose = stepped(pose, step)
            others.append(window_features(picture, pose, IDENTITY_WINDOW))
    both = np.concatenate([features, np.stack(others)])
    sign = np.concatenate([np.ones(len(features)), -np.ones(len(others))])
    face = _ridge(both, sign, _FACE_RIDGE)
    answer = both @ face[:-1] + face[-1]
    tell(
        f"face or not: faces from {np.percentile(answer[sign > 0], 0.1):.2f}, "
        f"others up to {np.percentile(answer[sign < 0], 99.9):.2f}"
    )

    around_mouth = _all_features(pictures, poses, MOUTH_WINDOW)
    gaps = np.array([sample.mouth_gap for sample in data])
    mouth = _ridge(around_mouth, gaps, _MOUTH_RIDGE)
    error = around_mouth @ mouth[:-1] + mouth[-1] - gaps
    tell(f"mouth: error {np.sqrt(np.square(error).mean()):.4f}")
    metadata = {
        "people": people,
        "pictures": len(data),
        "not_faces": len(others),
        "key": KEY.decode(),
        "program": "tools/train_face_matcher.py",
    }
    return {
        **{f"pose_{number}": model for number, model in enumerate(rounds)},
        "mean": mean.astype(np.float16),
        "identity": identity.astype(np.float16),
        "face": face.astype(np.float16),
        "mouth": mouth.astype(np.float16),
        "examples": canonical_drawings(),
        "metadata": np.array(json.dumps(metadata)),
    }


def _identity(
    features: NDArray[np.float32], person: NDArray[np.int_]
) -> tuple[NDArray[np.float32], NDArray[np.float64], NDArray[np.float64]]:
    """Mean, directions in which people differ most against how one person varies, and by how
    much (linear discriminant analysis)."""
    mean: NDArray[np.float32] = features.mean(axis=0)
    centred = features - mean
    centres = np.stack([centred[person == each].mean(axis=0) for each in np.unique(person)])
    own = centred - centres[person]
    within = (own.T @ own / len(own)).astype(np.float64)
    between = (centres.T @ centres / len(centres)).astype(np.float64)
    within[np.diag_indices(len(within))] += _WITHIN_SHRINKAGE * np.trace(within) / len(within)
    inverse = np.linalg.inv(np.linalg.cholesky(within))
    gain, directions = np.linalg.eigh(inverse @ between @ inverse.T)
    best = np.argsort(gain)[::-1][:DIMENSIONS]
    # Every direction counts alike in a cosine; else spectacles alone would make two people one.
    spread = np.sqrt(1 + gain[best])
    return mean, inverse.T @ directions[:, best] / spread, gain[best]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=900)
    parser.add_argument("--out", type=Path, default=WEIGHTS)
    options = parser.parse_args()
    arrays = train(options.people)
    with options.out.open("wb") as stream:
        np.savez_compressed(stream, allow_pickle=False, **arrays)
    sys.stderr.write(f"{options.out}: {options.out.stat().st_size} bytes\n")


if __name__ == "__main__":
    main()
