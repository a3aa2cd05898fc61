"""The figures of quality, on pictures whose truth is known."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageFilter

from simulator.imaging import quality
from simulator.imaging.card_alignment import correlation_map
from simulator.imaging.card_finder import quadrilaterals
from simulator.imaging.perspective import homography, moved
from simulator.imaging.verdicts import Measurements


def squares(blur: float, *, low: int = 40, high: int = 210) -> np.ndarray:
    """Tilted squares: edges in many directions."""
    image = Image.new("L", (320, 320), low)
    draw = ImageDraw.Draw(image)
    for x in range(30, 300, 90):
        for y in range(30, 300, 90):
            draw.polygon([(x, y), (x + 50, y + 9), (x + 40, y + 60), (x - 9, y + 50)], fill=high)
    if blur:
        image = image.filter(ImageFilter.GaussianBlur(blur))
    return np.asarray(image, np.float32)


@pytest.mark.parametrize("blur", [1.0, 1.5, 2.0, 3.0, 4.0])
def test_the_blur_of_edges_is_told_in_pixels(blur: float) -> None:
    assert quality.edge_blur(squares(blur)) == pytest.approx(blur, rel=0.15, abs=0.25)


def test_the_blur_of_edges_does_not_depend_on_light_or_contrast() -> None:
    bright, dim = squares(2.0), squares(2.0, low=20, high=60)
    assert quality.edge_blur(dim) == pytest.approx(quality.edge_blur(bright), rel=0.1)


def test_a_picture_without_edges_is_as_blurred_as_can_be() -> None:
    assert quality.edge_blur(np.full((100, 100), 90, np.float32)) == quality.MOST_BLUR


def test_sharpness_falls_with_blur_and_not_with_light() -> None:
    figures = [quality.sharpness(squares(blur), 320) for blur in (0, 1, 2, 3)]
    assert figures == sorted(figures, reverse=True)
    assert figures[0] > 5 * figures[3]
    half = squares(1.0) * np.float32(0.5)
    assert quality.sharpness(half, 320) == pytest.approx(figures[1], rel=0.05)


def test_noise_does_not_pass_for_sharpness() -> None:
    blurred = squares(3.0)
    noise = np.random.default_rng(1).normal(0, 3, blurred.shape).astype(np.float32)
    assert quality.sharpness(blurred + noise, 320) < quality.sharpness(squares(1.5), 320) / 2


def test_a_picture_smaller_than_a_tile_has_no_sharpness() -> None:
    assert quality.sharpness(np.zeros((20, 20), np.float32), 20) == 0


def test_luminance_is_a_percentile() -> None:
    ramp = np.tile(np.arange(256, dtype=np.float32), (64, 1))
    assert quality.luminance(ramp) == pytest.approx(242, abs=2)
    assert quality.luminance(ramp, 50) == pytest.approx(127, abs=2)


@settings(max_examples=60, deadline=None)
@given(
    st.integers(0, 20),
    st.integers(0, 14),
    st.floats(0.2, 3),
    st.floats(-60, 60),
)
def test_a_pattern_is_found_where_it_is_whatever_the_light(
    x: int, y: int, gain: float, offset: float
) -> None:
    generator = np.random.default_rng(2)
    pattern = generator.normal(128, 30, (12, 18)).astype(np.float32)
    around = generator.normal(128, 4, (26, 38)).astype(np.float32)
    around[y : y + 12, x : x + 18] = pattern
    scores = correlation_map(around * np.float32(gain) + np.float32(offset), pattern)
    assert np.unravel_index(scores.argmax(), scores.shape) == (y, x)
    assert scores.max() == pytest.approx(1, abs=1e-3)
    assert np.abs(scores).max() <= 1 + 1e-6


corner = st.tuples(st.floats(-40, 40), st.floats(-40, 40))


@settings(max_examples=80, deadline=None)
@given(st.tuples(corner, corner, corner, corner))
def test_a_homography_takes_corners_to_corners(
    shifts: tuple[tuple[float, float], ...],
) -> None:
    square = np.array([(0.0, 0.0), (300.0, 0.0), (300.0, 200.0), (0.0, 200.0)])
    target = square + np.array(shifts) + 100
    mapping = homography(square, target, np.ones(4))
    assert moved(mapping, square) == pytest.approx(target, abs=1e-6)
    assert moved(np.linalg.inv(mapping), target) == pytest.approx(square, abs=1e-5)


@pytest.mark.parametrize("table", [(60, 70, 80), (250, 250, 252)], ids=["dark", "white"])
@pytest.mark.parametrize("turn", [0, 17, 45, 73, 90, 160])
def test_a_patch_is_found_on_any_table_at_any_angle(table: tuple[int, int, int], turn: int) -> None:
    middle, angle = np.array([500.0, 450.0]), np.radians(turn)
    across = np.array([np.cos(angle), np.sin(angle)])
    down = np.array([-across[1], across[0]])
    ends = ((-1, -1), (1, -1), (1, 1), (-1, 1))
    true = np.array([middle + 320 * a * across + 200 * d * down for a, d in ends])
    photograph = Image.new("RGB", (1000, 900), table)
    fill = (225, 215, 205)
    ImageDraw.Draw(photograph).polygon([tuple(point) for point in true.tolist()], fill=fill)
    best = min(
        np.abs(np.roll(found, start, axis=0) - true).max()
        for candidates in quadrilaterals(photograph)
        for found in candidates
        for start in range(4)
    )
    assert best < 6


def test_measurements_name_the_first_that_fails() -> None:
    figures = (
        Measurements()
        .with_figure("a", 3, minimum=2)
        .with_figure("b", 5, maximum=4)
        .with_figure("c", 0, minimum=1)
    )
    failed = figures.failed()
    assert failed is not None
    assert failed.name == "b"
    assert figures.as_details()["b"] == {"measured": 5, "at_most": 4}
    assert figures["c"] == 0
    with pytest.raises(KeyError):
        figures["d"]
