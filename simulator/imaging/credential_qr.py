"""The QR code of an e-credential: the token's digits alone, as SVG, as PNG, or module by module.

28 digits fit a code of version 1 (21 × 21 modules) at error correction M (ISO/IEC 18004, table 7).
"""

from collections.abc import Iterator
from io import BytesIO

import segno

QUIET_ZONE = 4
"""Modules of white around the code that readers count on (ISO/IEC 18004, 6.3.8)."""
_PNG_SCALE = 10
"""Pixels of a module: a telephone's screen shows the code at about this size. Assumed."""
_SVG_SCALE = 10
_TITLE = "医保电子凭证（模拟）"


def qr_svg(token: str) -> bytes:
    """An SVG document, 290 units wide, UTF-8."""
    out = BytesIO()
    _code(token).save(
        out, kind="svg", scale=_SVG_SCALE, border=QUIET_ZONE, light="#fff", title=_TITLE
    )
    return out.getvalue()


def qr_png(token: str) -> bytes:
    """A PNG file, 290 × 290 pixels, black and white."""
    out = BytesIO()
    _code(token).save(out, kind="png", scale=_PNG_SCALE, border=QUIET_ZONE)
    return out.getvalue()


def qr_runs(token: str) -> tuple[int, Iterator[tuple[int, int, int]]]:
    """Modules along a side without the quiet zone, and the dark runs: row from above, from, to."""
    matrix = _code(token).matrix
    return len(matrix), _runs(matrix)


def _runs(matrix: tuple[bytearray, ...]) -> Iterator[tuple[int, int, int]]:
    for row, modules in enumerate(matrix):
        start = None
        for column, is_dark in enumerate((*modules, 0)):
            if is_dark and start is None:
                start = column
            elif not is_dark and start is not None:
                yield row, start, column
                start = None


def _code(token: str) -> segno.QRCode:
    return segno.make_qr(token, error="m")
