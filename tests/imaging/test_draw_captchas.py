"""Pictures of captchas: the same each time, different from one another, and never empty."""

from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from simulator.domain.captcha import ALPHABET
from simulator.imaging.captcha_picture import SIZE, captcha_png

KEY = b"k" * 32


def pixels(png):
    picture = Image.open(BytesIO(png))
    assert (picture.format, picture.mode, picture.size) == ("PNG", "RGB", SIZE)
    return np.asarray(picture).astype(int)


def ink(png):
    """Share of the picture that is clearly darker than its paper, column by column."""
    grey = pixels(png).mean(axis=2)
    return (grey < np.median(grey) - 70).mean(axis=0)


def test_picture_is_a_function_of_key_id_and_text():
    png = captcha_png(KEY, "a", "CA79")
    assert captcha_png(KEY, "a", "CA79") == png
    others = [(b"o", "a", "CA79"), (KEY, "b", "CA79"), (KEY, "a", "CA97")]
    assert len({png, *(captcha_png(*other) for other in others)}) == 4


def test_same_text_never_looks_the_same():
    grounds = [pixels(captcha_png(KEY, str(number), "CA79")) for number in range(10)]
    for number, one in enumerate(grounds):
        for other in grounds[:number]:
            assert np.abs(one - other).mean() > 5


@pytest.mark.parametrize("length", [3, 4, 5, 6])
def test_every_character_has_ink_at_its_place(length):
    """Each place is darker than in the same picture with nothing written in it."""
    for number in range(len(ALPHABET) - length):
        text = ALPHABET[number : number + length]
        written = ink(captcha_png(KEY, f"id{number}", text))
        blank = ink(captcha_png(KEY, f"id{number}", " " * length))
        more = np.array_split((written - blank)[8:-8], length)
        assert all(place.mean() > 0.04 for place in more), text


def test_changing_one_character_changes_its_place_alone():
    one = pixels(captcha_png(KEY, "a", "CCCC"))
    other = pixels(captcha_png(KEY, "a", "CCXC"))
    changed = (np.abs(one - other).max(axis=2) > 40).any(axis=0)
    columns = np.flatnonzero(changed)
    middle = 8 + 26 * 2.5
    assert len(columns) > 8
    assert middle - 24 < columns.min() <= columns.max() < middle + 24
