"""Portraits and selfies: one face per person, another scene per seed."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image, ImageChops

from simulator.imaging.canvas import FACE_X, FACE_Y, FRAME_WIDTH
from simulator.imaging.face_traits import BALDING, FEMALE_STYLES, MALE_STYLES
from simulator.imaging.features import mouth_level
from simulator.imaging.portrait import (
    PORTRAIT_SIZE,
    SELFIE_SIZE,
    FaceTraits,
    draw_portrait,
    draw_selfie,
    face_traits,
)
from simulator.imaging.scene import selfie_scene

KEY = b"portraits" * 3


def person(index: int, *, male: bool = True, age: int = 30) -> FaceTraits:
    return face_traits(KEY, index, male=male, age=age)


def grey(image: Image.Image) -> NDArray[np.float32]:
    return np.asarray(image.convert("L"), np.float32)


def test_portrait_and_selfie_have_their_published_sizes() -> None:
    portrait, selfie = draw_portrait(person(1)), draw_selfie(person(1), seed=1)
    assert (portrait.size, portrait.mode) == (PORTRAIT_SIZE, "RGB")
    assert (selfie.size, selfie.mode) == (SELFIE_SIZE, "RGB")


def test_same_person_is_drawn_the_same_twice() -> None:
    assert draw_portrait(person(5)).tobytes() == draw_portrait(person(5)).tobytes()
    first, again = (draw_selfie(person(5), seed=9) for _ in range(2))
    assert first.tobytes() == again.tobytes()


def test_different_people_have_different_portraits() -> None:
    portraits = [grey(draw_portrait(person(index, male=index % 2 == 0))) for index in range(24)]
    distances = [
        float(np.abs(one - two).mean())
        for number, one in enumerate(portraits)
        for two in portraits[:number]
    ]
    assert min(distances) > 3


def test_people_of_another_key_have_other_faces() -> None:
    assert face_traits(KEY, 7, male=True, age=30) != face_traits(b"other", 7, male=True, age=30)


def test_another_seed_is_another_scene_of_the_same_face() -> None:
    one, two = (draw_selfie(person(5), seed=seed) for seed in (1, 2))
    assert float(np.abs(grey(one) - grey(two)).mean()) > 10
    assert selfie_scene(1).pose != selfie_scene(2).pose


def test_portrait_has_a_plain_light_background() -> None:
    for index in range(6):
        portrait = np.asarray(draw_portrait(person(index)))
        corners = (portrait[:20, :20], portrait[:20, -20:])
        assert all(
            corner.min() > 225 and np.ptp(corner, axis=(0, 1)).max() < 4 for corner in corners
        )


@pytest.mark.parametrize("seed", range(6))
def test_opening_the_mouth_changes_nothing_but_the_mouth(seed: int) -> None:
    traits = person(seed, male=seed % 2 == 0)
    shut, opened = (draw_selfie(traits, seed=seed, mouth_open=each) for each in (False, True))
    scene = selfie_scene(seed)
    assert scene.expression.mouth_gap == 0
    box = ImageChops.difference(shut, opened).point(lambda value: 255 * (value > 8)).getbbox()
    assert box is not None
    unit = SELFIE_SIZE[0] / FRAME_WIDTH * scene.pose.scale
    x = SELFIE_SIZE[0] * (FACE_X + scene.pose.dx)
    y = SELFIE_SIZE[1] * (FACE_Y + scene.pose.dy) + mouth_level(traits) * unit
    left, top, right, bottom = box
    assert x - 0.22 * unit < left < right < x + 0.22 * unit
    assert y - 0.10 * unit < top < bottom < y + 0.20 * unit
    assert bottom - top > 0.04 * unit


@settings(max_examples=25, deadline=None)
@given(
    index=st.integers(0, 1_325_999_999),
    male=st.booleans(),
    age=st.integers(0, 108),
    seed=st.integers(0, 2**64 - 1),
)
def test_any_person_can_be_drawn(index: int, male: bool, age: int, seed: int) -> None:
    traits = person(index, male=male, age=age)
    assert 0 <= traits.hair_style < (MALE_STYLES if male else FEMALE_STYLES)
    assert traits.beard == 0 or (male and age >= 17)
    assert not (male and traits.hair_style == BALDING and age < 40)
    assert 0 <= traits.youth <= 1
    assert 0 <= traits.lines <= 1
    selfie = grey(draw_selfie(traits, seed=seed))
    assert selfie.std() > 8


def test_age_adds_lines_and_grey_hair_to_the_same_features() -> None:
    young, old = person(3, age=30), person(3, age=90)
    assert old.lines > young.lines == 0
    assert sum(old.hair) > sum(young.hair)
    assert (old.eye_distance, old.nose_width, old.jaw) == (
        young.eye_distance,
        young.nose_width,
        young.jaw,
    )


@pytest.mark.parametrize(
    ("trait", "value"),
    [
        ("glasses", 1),
        ("beard", 3),
        ("eye_distance", 0.15),
        ("nose_length", 0.15),
        ("mouth_width", 0.12),
        ("brow_thickness", 0.03),
        ("hair_style", 4),
        ("jaw", 2.9),
        ("moles", ((0.5, 0.5, 0.01),)),
        ("double_lid", True),
    ],
)
def test_every_trait_is_seen(trait: str, value: object) -> None:
    plain = replace(
        person(2),
        glasses=0,
        beard=0,
        eye_distance=0.1,
        nose_length=0.09,
        mouth_width=0.06,
        brow_thickness=0.013,
        hair_style=0,
        jaw=1.8,
        moles=(),
        double_lid=False,
    )
    changed = replace(plain, **{trait: value})  # type: ignore[arg-type]  # the name is a parameter
    difference = np.abs(grey(draw_portrait(plain)) - grey(draw_portrait(changed)))
    assert (difference > 15).sum() > 20
