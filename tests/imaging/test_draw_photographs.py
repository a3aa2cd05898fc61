"""Photographs: what each condition does, and that nothing but the arguments decides."""

import math
from datetime import date
from io import BytesIO

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from simulator.imaging.photograph import (
    CARD_PHOTOGRAPH_SIZE,
    Conditions,
    PhotographError,
    photograph_card,
    photograph_selfie,
    to_jpeg,
)
from simulator.imaging.portrait import SELFIE_SIZE, draw_selfie, face_traits
from simulator.imaging.specimen_card import CARD_SIZE, draw_back


@pytest.fixture(scope="module")
def card() -> Image.Image:
    return draw_back("样本市公安局", date(2020, 1, 1), None)


@pytest.fixture(scope="module")
def selfie() -> Image.Image:
    return draw_selfie(face_traits(b"photographs", 1, male=False, age=30), seed=1)


def grey(image: Image.Image) -> NDArray[np.float32]:
    return np.asarray(image.convert("L"), np.float32)


def detail(image: Image.Image) -> float:
    levels = grey(image)
    return float(np.abs(np.diff(levels, axis=1)).mean())


def saturated(image: Image.Image) -> float:
    return float((grey(image) >= 250).mean())


def test_photographs_have_their_published_sizes(card: Image.Image, selfie: Image.Image) -> None:
    assert photograph_card(card, Conditions()).size == CARD_PHOTOGRAPH_SIZE
    assert photograph_selfie(selfie, Conditions()).size == SELFIE_SIZE


def test_same_conditions_are_the_same_picture(card: Image.Image, selfie: Image.Image) -> None:
    conditions = Conditions(blur=1.5, glare=0.1, rotate=8, noise=4, seed=11)
    for take, subject in ((photograph_card, card), (photograph_selfie, selfie)):
        assert take(subject, conditions).tobytes() == take(subject, conditions).tobytes()


def test_another_seed_is_another_photograph(card: Image.Image) -> None:
    one, two = (photograph_card(card, Conditions(seed=seed)) for seed in (1, 2))
    assert float(np.abs(grey(one) - grey(two)).mean()) > 5


def test_global_random_state_is_neither_used_nor_touched(card: Image.Image) -> None:
    np.random.seed(1)
    one = photograph_card(card, Conditions())
    after = np.random.random()
    np.random.seed(1)
    assert np.random.random() == after
    np.random.seed(2)
    assert photograph_card(card, Conditions()).tobytes() == one.tobytes()


def test_more_blur_is_less_detail_of_the_same_photograph(card: Image.Image) -> None:
    takes = [photograph_card(card, Conditions(blur=blur, noise=0)) for blur in (0, 1, 2, 4)]
    details = [detail(take) for take in takes]
    assert details == sorted(details, reverse=True)
    assert details[-1] < 0.5 * details[0]
    softened = takes[0].filter(ImageFilter.GaussianBlur(4))
    assert float(np.abs(grey(softened) - grey(takes[-1])).mean()) < 2


@pytest.mark.parametrize("factor", [0.5, 0.2])
def test_darkness_scales_the_light(card: Image.Image, selfie: Image.Image, factor: float) -> None:
    for take, subject in ((photograph_card, card), (photograph_selfie, selfie)):
        bright = grey(take(subject, Conditions(noise=0))).mean()
        dark = grey(take(subject, Conditions(darkness=factor, noise=0))).mean()
        assert dark == pytest.approx(factor * bright, rel=0.05, abs=1)


def test_over_exposure_washes_out(card: Image.Image, selfie: Image.Image) -> None:
    for take, subject in ((photograph_card, card), (photograph_selfie, selfie)):
        shares = [
            saturated(take(subject, Conditions(brightness=factor))) for factor in (1, 1.8, 3, 6)
        ]
        assert shares == sorted(shares)
        assert shares[0] < 0.2
        assert shares[-1] > 0.5


def test_glare_covers_a_disc_of_its_radius(card: Image.Image) -> None:
    plain, glaring = (
        photograph_card(card, Conditions(glare=glare, noise=0)) for glare in (0, 0.15)
    )
    more = (grey(glaring) >= 254) & (grey(plain) < 254)
    radius = 0.15 * 0.8 * CARD_PHOTOGRAPH_SIZE[0]
    assert 0.5 * math.pi * radius**2 < more.sum() < 2.0 * math.pi * radius**2


def test_noise_spreads_a_plain_ground() -> None:
    plain = Image.new("RGB", (200, 200), (120, 120, 120))
    takes = [photograph_selfie(plain, Conditions(noise=noise)) for noise in (0, 3, 9)]
    spreads = [np.asarray(take, np.float32)[..., 1].std() for take in takes]
    assert spreads[0] == 0
    assert spreads[1:] == pytest.approx([3, 9], rel=0.1)


@pytest.mark.parametrize("degrees", [0, 20, 45, 90, 135, 180, 270])
def test_turned_card_stays_in_the_frame(degrees: float) -> None:
    white = Image.new("RGB", CARD_SIZE, "white")
    for seed in range(3):
        levels = grey(photograph_card(white, Conditions(rotate=degrees, noise=0, seed=seed)))
        edge = np.concatenate([levels[0], levels[-1], levels[:, 0], levels[:, -1]])
        assert edge.max() < 215
        assert (levels > 215).mean() > 0.25


def test_card_upside_down_shows_its_band_on_top(card: Image.Image) -> None:
    for degrees, foot in ((0, True), (180, False)):
        picture = np.asarray(photograph_card(card, Conditions(rotate=degrees))).astype(int)
        red = (picture[..., 0] > 120) & (picture[..., 1] < 90) & (picture[..., 2] < 90)
        rows = np.flatnonzero(red.sum(axis=1) > 200)
        assert (rows.mean() > picture.shape[0] / 2) is np.bool_(foot)


@pytest.mark.parametrize(
    "wrong",
    [
        {"blur": -0.1},
        {"blur": 51},
        {"blur": math.nan},
        {"darkness": 1.1},
        {"darkness": -0.1},
        {"brightness": 0.9},
        {"brightness": math.inf},
        {"glare": 1.1},
        {"rotate": 361},
        {"noise": -1},
        {"seed": -1},
        {"seed": 2**64},
    ],
)
def test_condition_outside_its_range_is_refused(wrong: dict[str, float]) -> None:
    (name,) = wrong
    with pytest.raises(PhotographError, match=name):
        Conditions(**wrong)  # type: ignore[arg-type]  # wrong on purpose


# Shrinking would cost minutes, and what fails is told by the values as they are.
@settings(max_examples=12, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(
    blur=st.floats(0, 50),
    darkness=st.floats(0, 1),
    brightness=st.floats(1, 10),
    glare=st.floats(0, 1),
    rotate=st.floats(-360, 360),
    noise=st.floats(0, 100),
    seed=st.integers(0, 2**64 - 1),
)
def test_all_conditions_in_range_give_a_photograph(
    blur: float,
    darkness: float,
    brightness: float,
    glare: float,
    rotate: float,
    noise: float,
    seed: int,
) -> None:
    conditions = Conditions(blur, darkness, brightness, glare, rotate, noise, seed)
    plain = Image.new("RGB", CARD_SIZE, "white")
    assert photograph_card(plain, conditions).size == CARD_PHOTOGRAPH_SIZE
    assert photograph_selfie(Image.new("RGB", (96, 120)), conditions).size == (96, 120)


def test_jpeg_carries_the_picture_and_no_metadata(selfie: Image.Image) -> None:
    with Image.open(BytesIO(to_jpeg(selfie))) as read:
        assert (read.format, read.size, read.mode) == ("JPEG", selfie.size, "RGB")
        assert not read.getexif()
        assert float(np.abs(grey(read) - grey(selfie)).mean()) < 3


def test_lower_quality_is_fewer_bytes(selfie: Image.Image) -> None:
    assert len(to_jpeg(selfie, 40)) < len(to_jpeg(selfie, 95))
