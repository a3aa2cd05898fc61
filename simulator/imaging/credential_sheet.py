"""The sheet that shows an e-credential: one page of A4 as PDF, with the QR code and Chinese text.

A layout of our own that cannot be taken for an official document: a band and a watermark say
specimen, and no emblem is on it. All text is real text in an embedded font, and the code is drawn
as vectors.
"""

from dataclasses import dataclass
from io import BytesIO

import pydyf

from simulator.domain import china_time
from simulator.imaging.credential_qr import QUIET_ZONE, qr_runs
from simulator.imaging.pdf_font import PdfFont, embed

TITLE = "医保电子凭证"
SPECIMEN = "模拟 SPECIMEN"
LABELS = ("姓名", "证件号码", "参保地", "有效期至")
HINT = "请在有效期内向医保定点医药机构出示本页二维码"
NOTICE = (
    "本页由医保仿真系统生成，人员与数据均为虚构，不能用于任何真实业务。",
    "Synthetic data, made by a simulator. Not valid for any real purpose.",
)

_MM = 72 / 25.4
_WIDTH, _HEIGHT = 210 * _MM, 297 * _MM
_MIDDLE = _WIDTH / 2
_FONT = "F1"
_BAND_HEIGHT = 16 * _MM
_CODE_SIDE = 72 * _MM
_CODE_BOTTOM = _HEIGHT - 150 * _MM
_FIELDS_LEFT = 52 * _MM
_VALUES_LEFT = 86 * _MM
_FIELDS_TOP = _HEIGHT - 180 * _MM
_FIELD_STEP = 12 * _MM
_WATERMARKS = (30 * _MM, 206 * _MM)
"""Baselines at their left end. Two only: whoever copies the text gets them as well."""

_Colour = tuple[float, float, float]
_INK: _Colour = (0.08, 0.08, 0.1)
_GREY: _Colour = (0.4, 0.42, 0.46)
_TEAL: _Colour = (0.05, 0.42, 0.5)
_RED: _Colour = (0.69, 0.16, 0.17)
_PALE_RED: _Colour = (0.98, 0.9, 0.9)
_WHITE: _Colour = (1, 1, 1)


@dataclass(frozen=True, slots=True)
class SheetFacts:
    """What stands on a sheet."""

    token: str
    """28 digits: the content of the code, and written below it in groups of four."""
    masked_name: str
    masked_id_number: str
    place: str
    """The pooling area with its province: 浙江省杭州市."""
    expires_ms: int


def sheet_pdf(facts: SheetFacts) -> bytes:
    """The sheet. The same facts give the same bytes.

    Raises FontCharacterError for a text with characters beyond the card font.
    """
    values = (
        facts.masked_name,
        facts.masked_id_number,
        facts.place,
        _instant(facts.expires_ms),
    )
    digits = " ".join(facts.token[start : start + 4] for start in range(0, len(facts.token), 4))
    pdf = pydyf.PDF()
    font = embed(pdf, (TITLE, SPECIMEN, *LABELS, HINT, *NOTICE, *values, digits))
    page = _Page(font)
    page.watermark()
    page.band()
    page.centred(TITLE, 34, _HEIGHT - 46 * _MM, _TEAL)
    page.centred(HINT, 12, _HEIGHT - 58 * _MM, _GREY)
    page.code(facts.token)
    page.centred(digits, 15, _CODE_BOTTOM - 10 * _MM, _INK)
    for row, (label, value) in enumerate(zip(LABELS, values, strict=True)):
        y = _FIELDS_TOP - row * _FIELD_STEP
        page.write(label, 14, _FIELDS_LEFT, y, _GREY)
        page.write(value, 16, _VALUES_LEFT, y, _INK)
    for row, line in enumerate(NOTICE):
        page.centred(line, 10.5, (28 - 6 * row) * _MM, _RED)
    return _finished(pdf, page)


def _instant(at_ms: int) -> str:
    return china_time.to_iso(at_ms)[:19].replace("T", " ")


def _finished(pdf: pydyf.PDF, page: "_Page") -> bytes:
    pdf.add_object(page.content)
    fonts = pydyf.Dictionary({_FONT: page.font.reference})
    pdf.add_page(
        pydyf.Dictionary(
            {
                "Type": "/Page",
                "Parent": pdf.pages.reference,
                "MediaBox": pydyf.Array([0, 0, _WIDTH, _HEIGHT]),
                "Contents": page.content.reference,
                "Resources": pydyf.Dictionary({"Font": fonts}),
            }
        )
    )
    pdf.catalog["Lang"] = pydyf.String("zh-CN")
    pdf.info["Title"] = pydyf.String(f"{TITLE}（模拟）")
    out = BytesIO()
    pdf.write(out)
    return out.getvalue()


class _Page:
    """What is drawn so far; lengths in points, from the lower left corner."""

    def __init__(self, font: PdfFont) -> None:
        self.font = font
        self.content = pydyf.Stream(compress=True)

    def write(self, text: str, size: float, x: float, y: float, colour: _Colour) -> None:
        """A line of text that begins at x, on the baseline y."""
        self._write(text, size, (1, 0, 0, 1, x, y), colour)

    def centred(self, text: str, size: float, y: float, colour: _Colour) -> None:
        self.write(text, size, _MIDDLE - self.font.width(text, size) / 2, y, colour)

    def band(self) -> None:
        """The red band along the upper edge that says what this is."""
        bottom = _HEIGHT - _BAND_HEIGHT
        self.content.set_color_rgb(*_RED)
        self.content.rectangle(0, bottom, _WIDTH, _BAND_HEIGHT)
        self.content.fill()
        self.centred(SPECIMEN, 22, bottom + _BAND_HEIGHT / 2 - 8, _WHITE)

    def watermark(self) -> None:
        """The same, pale and aslant, above and below the code; it is drawn first."""
        cosine, sine = 0.9, 0.436
        for y in _WATERMARKS:
            self._write(SPECIMEN, 66, (cosine, sine, -sine, cosine, 34 * _MM, y), _PALE_RED)

    def code(self, token: str) -> None:
        """The QR code on white, in the middle of the sheet."""
        side, runs = qr_runs(token)
        module = _CODE_SIDE / side
        left, top = _MIDDLE - _CODE_SIDE / 2, _CODE_BOTTOM + _CODE_SIDE
        quiet = QUIET_ZONE * module
        around = _CODE_SIDE + 2 * quiet
        self.content.set_color_rgb(*_WHITE)
        self.content.rectangle(left - quiet, _CODE_BOTTOM - quiet, around, around)
        self.content.fill()
        self.content.set_color_rgb(0, 0, 0)
        for row, start, end in runs:
            y = top - (row + 1) * module
            self.content.rectangle(left + start * module, y, (end - start) * module, module)
        self.content.fill()

    def _write(
        self,
        text: str,
        size: float,
        matrix: tuple[float, float, float, float, float, float],
        colour: _Colour,
    ) -> None:
        content = self.content
        content.begin_text()
        content.set_color_rgb(*colour)
        content.set_font_size(_FONT, size)
        content.set_text_matrix(*matrix)
        content.stream.append(self.font.hexadecimal(text) + b" Tj")
        content.end_text()
