"""QR codes that a reader reads, and a sheet whose text can be read, whoever it is about."""

import re
from io import BytesIO

import numpy as np
import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from pypdf import PdfReader
from pypdf.generic import ContentStream

from simulator.domain import china_time, regions
from simulator.domain.identifiers import mask_id, mask_name
from simulator.domain.people import People
from simulator.imaging.credential_qr import qr_png, qr_runs, qr_svg
from simulator.imaging.credential_sheet import LABELS, SPECIMEN, TITLE, SheetFacts, sheet_pdf
from simulator.imaging.pdf_font import FontCharacterError

TOKEN = "0123456789012345678901234567"
UNTIL = china_time.from_iso("2026-06-15T10:01:00+08:00")
FACTS = SheetFacts(TOKEN, "王*明", "110199********881X", "浙江省杭州市", UNTIL)
RUN = re.compile(r"([Mmh]) ?(-?[\d.]+)(?:[ ,]?(-?[\d.]+))?")


def read_code(picture):
    """What an independent reader of bar codes finds in a picture, all of it."""
    return [(each.format.name, each.text) for each in zxingcpp.read_barcodes(picture)]


def drawn_svg(svg):
    """The dark path of the SVG as a bitmap of one pixel a module: only M, m and h occur in it."""
    side = int(re.search(rb'width="(\d+)"', svg)[1]) // 10
    path = re.search(rb'stroke="#000" d="([^"]+)"', svg)[1].decode()
    pixels = np.full((side, side), 255, np.uint8)
    x = y = 0.0
    for command, first, second in RUN.findall(path):
        if command == "h":
            pixels[int(y), int(x) : int(x + float(first))] = 0
            x += float(first)
        elif command == "M":
            x, y = float(first), float(second)
        else:
            x, y = x + float(first), y + float(second)
    return pixels


def scaled(pixels, times=8):
    return Image.fromarray(np.kron(pixels, np.ones((times, times), np.uint8)))


@settings(max_examples=25, deadline=None)
@given(st.text("0123456789", min_size=28, max_size=28))
def test_reader_finds_the_token_in_png_and_svg(token):
    expected = [("QRCode", token)]
    assert read_code(Image.open(BytesIO(qr_png(token)))) == expected
    assert read_code(scaled(drawn_svg(qr_svg(token)))) == expected


def test_png_and_svg_are_what_they_say_and_the_same_each_time():
    png, svg = qr_png(TOKEN), qr_svg(TOKEN)
    picture = Image.open(BytesIO(png))
    assert (picture.format, picture.size) == ("PNG", (290, 290))
    assert svg.startswith(b'<?xml version="1.0" encoding="utf-8"?>')
    assert "医保电子凭证" in svg.decode()
    assert (qr_png(TOKEN), qr_svg(TOKEN)) == (png, svg)


def test_runs_are_the_dark_modules_of_the_code():
    side, runs = qr_runs(TOKEN)
    pixels = np.full((side + 8, side + 8), 255, np.uint8)
    for row, start, end in runs:
        pixels[row + 4, start + 4 : end + 4] = 0
    assert side == 21
    assert np.array_equal(pixels, drawn_svg(qr_svg(TOKEN)))


@pytest.fixture(scope="module")
def pdf():
    return sheet_pdf(FACTS)


@pytest.fixture(scope="module")
def page(pdf):
    pages = PdfReader(BytesIO(pdf)).pages
    assert len(pages) == 1
    return pages[0]


def test_sheet_is_one_page_of_a4_with_a_title(pdf, page):
    width, height = (float(length) / 72 * 25.4 for length in page.mediabox[2:])
    assert (round(width), round(height)) == (210, 297)
    assert PdfReader(BytesIO(pdf)).metadata.title == "医保电子凭证（模拟）"


def test_text_of_the_sheet_can_be_extracted(page):
    lines = page.extract_text().splitlines()
    assert TITLE in lines
    assert SPECIMEN in lines
    assert "0123 4567 8901 2345 6789 0123 4567" in lines
    values = ("王*明", "110199********881X", "浙江省杭州市", "2026-06-15 10:01:00")
    for label, value in zip(LABELS, values, strict=True):
        assert f"{label} {value}" in lines


def test_font_is_embedded_and_a_small_subset(pdf, page):
    (font,) = page["/Resources"]["/Font"].values()
    descendant = font["/DescendantFonts"][0]
    file = descendant["/FontDescriptor"]["/FontFile3"]
    assert re.fullmatch(r"/[A-Z]{6}\+YibaoSpecimenSans", font["/BaseFont"])
    assert (descendant["/Subtype"], file["/Subtype"]) == ("/CIDFontType0", "/CIDFontType0C")
    assert len(pdf) < 40_000


def test_code_on_the_sheet_is_that_of_the_token(page):
    """Its rectangles, taken from the page's own drawing instructions."""
    rectangles = [
        [float(operand) for operand in operands]
        for operands, operator in ContentStream(page.get_contents(), page.pdf).operations
        if operator == b"re"
    ]
    module = min(height for _, _, _, height in rectangles)
    left = min(x for x, _, _, height in rectangles if height == module)
    bottom = min(y for _, y, _, height in rectangles if height == module)
    pixels = np.full((29, 29), 255, np.uint8)
    for x, y, width, height in rectangles:
        if height == module:
            row, column = 24 - round((y - bottom) / module), 4 + round((x - left) / module)
            pixels[row, column : column + round(width / module)] = 0
    assert read_code(scaled(pixels)) == [("QRCode", TOKEN)]


def test_same_facts_give_the_same_bytes(pdf):
    assert sheet_pdf(FACTS) == pdf


def test_every_name_and_every_area_can_be_written():
    people = People(7)
    areas = regions.pooling_areas()
    for start in range(0, len(areas), 30):
        person = people.at(areas[start].first_index + start)
        place = "".join(regions.full_name(area.admdvs) for area in areas[start : start + 30])
        facts = SheetFacts(
            TOKEN, mask_name(person.name), mask_id(person.id_number), place + person.name, UNTIL
        )
        text = PdfReader(BytesIO(sheet_pdf(facts))).pages[0].extract_text()
        assert facts.masked_name in text
        assert facts.masked_id_number in text
        assert place + person.name in text


def test_character_beyond_the_font_is_refused_not_left_out():
    with pytest.raises(FontCharacterError, match="𠮷"):
        sheet_pdf(SheetFacts(TOKEN, "𠮷*", FACTS.masked_id_number, FACTS.place, UNTIL))
