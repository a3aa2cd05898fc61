"""The one font of the cards, at any size.

Characters: ASCII, GB 2312, and what county names use beyond it. tools/make_font.py made it out of
Noto Sans CJK SC; data/specimen_sans.LICENSE.txt is its licence (OFL 1.1).
"""

from functools import cache
from importlib.resources import files

from PIL import ImageFont

CENTRE_ABOVE_BASELINE = 0.375
"""Height of the middle of an ideograph or a digit over the baseline, in parts of the size."""


@cache
def card_font(size_px: int) -> ImageFont.FreeTypeFont:
    """The card font with an em of `size_px` pixels.

    Laid out by Pillow's own engine, since the other one is not in every build of Pillow and would
    place glyphs otherwise.
    """
    return ImageFont.truetype(
        str(files("simulator.imaging") / "data" / "specimen_sans.otf"),
        size_px,
        layout_engine=ImageFont.Layout.BASIC,
    )
