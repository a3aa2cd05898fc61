"""The card font inside a PDF: the characters a page needs, embedded, and how to write them.

The font has CFF outlines keyed by character identifier (CID). It is embedded as what it is, a
CIDFontType0C subset below a Type 0 font with the encoding Identity-H, so a text is written as the
CIDs of its characters; a ToUnicode map makes it searchable and selectable (ISO 32000-1, 9.7 and
9.10.3).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from importlib.resources import files
from io import BytesIO

import pydyf
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

_EM = 1000
"""Units of a PDF glyph space in an em; those of the card font as well."""
_SYMBOLIC = 4
_STEM_WIDTH = 80
"""A hint for readers that replace the font; near that of a regular weight."""
_LINES_OF_A_MAP = 100
"""Most lines of one block of a ToUnicode map (ISO 32000-1, 9.7.5.4)."""


class FontCharacterError(ValueError):
    """A text has characters that the card font does not hold."""


@dataclass(frozen=True, slots=True)
class PdfFont:
    """A subset of the card font that lies in a document."""

    reference: bytes
    """Of the font object, for the resources of a page."""
    cids: dict[str, int]
    widths: dict[str, int]
    """Thousandths of an em."""

    def hexadecimal(self, text: str) -> bytes:
        """A text as the operand of an operator that shows it, `<…>`."""
        return b"<" + b"".join(b"%04X" % self.cids[character] for character in text) + b">"

    def width(self, text: str, size: float) -> float:
        """How wide a text runs at a size, in the size's unit."""
        return sum(self.widths[character] for character in text) * size / _EM


def embed(pdf: pydyf.PDF, texts: Iterable[str]) -> PdfFont:
    """Put the characters of some texts into a document. Raises FontCharacterError.

    The same characters give the same bytes.
    """
    characters = "".join(sorted({character for text in texts for character in text}))
    font = _subset(characters)
    known = font.getBestCmap()
    absent = "".join(each for each in characters if ord(each) not in known)
    if absent:
        raise FontCharacterError(f"the card font does not hold {absent!r}")
    # CIDs, unlike glyph numbers, stay what they were in the whole font.
    cids = {each: int(known[ord(each)].removeprefix("cid")) for each in characters}
    widths = {each: font["hmtx"][known[ord(each)]][0] for each in characters}
    reference = _add(pdf, font, cids, widths)
    return PdfFont(reference, cids, widths)


def _subset(characters: str) -> TTFont:
    source = files("simulator.imaging").joinpath("data", "specimen_sans.otf").read_bytes()
    font = TTFont(BytesIO(source), lazy=True)
    subsetter = Subsetter(Options(hinting=False, layout_features=[], notdef_outline=True))
    subsetter.populate(text=characters)
    subsetter.subset(font)
    return font


def _add(pdf: pydyf.PDF, font: TTFont, cids: dict[str, int], widths: dict[str, int]) -> bytes:
    """Add the objects of a font; the reference of the outermost."""
    characters = "".join(cids)
    # Six letters tell subsets of one font apart (ISO 32000-1, 9.6.4).
    tag = "".join(chr(ord("A") + byte % 26) for byte in sha256(characters.encode()).digest()[:6])
    name = pydyf.name(f"{tag}+{font['name'].getDebugName(6)}")
    outlines = pydyf.Stream(
        [font["CFF "].compile(font)], {"Subtype": "/CIDFontType0C"}, compress=True
    )
    head, metrics = font["head"], font["OS/2"]
    descriptor = pydyf.Dictionary(
        {
            "Type": "/FontDescriptor",
            "FontName": name,
            "Flags": _SYMBOLIC,
            "FontBBox": pydyf.Array([head.xMin, head.yMin, head.xMax, head.yMax]),
            "ItalicAngle": 0,
            "Ascent": metrics.sTypoAscender,
            "Descent": metrics.sTypoDescender,
            "CapHeight": metrics.sCapHeight,
            "StemV": _STEM_WIDTH,
        }
    )
    registry, ordering, supplement = font["CFF "].cff.topDictIndex[0].ROS
    descendant = pydyf.Dictionary(
        {
            "Type": "/Font",
            "Subtype": "/CIDFontType0",
            "BaseFont": name,
            "CIDSystemInfo": pydyf.Dictionary(
                {
                    "Registry": pydyf.String(registry),
                    "Ordering": pydyf.String(ordering),
                    "Supplement": supplement,
                }
            ),
            "DW": _EM,
            "W": pydyf.Array(
                part
                for each in characters
                for part in (cids[each], pydyf.Array([widths[each]]))
                if widths[each] != _EM
            ),
        }
    )
    to_unicode = pydyf.Stream([_unicode_map(cids)], compress=True)
    for each in (outlines, descriptor, descendant, to_unicode):
        pdf.add_object(each)
    descriptor["FontFile3"] = outlines.reference
    descendant["FontDescriptor"] = descriptor.reference
    outermost = pydyf.Dictionary(
        {
            "Type": "/Font",
            "Subtype": "/Type0",
            "BaseFont": name,
            "Encoding": "/Identity-H",
            "DescendantFonts": pydyf.Array([descendant.reference]),
            "ToUnicode": to_unicode.reference,
        }
    )
    pdf.add_object(outermost)
    return bytes(outermost.reference)


def _unicode_map(cids: dict[str, int]) -> bytes:
    lines = [
        f"<{cid:04X}> <{character.encode('utf-16-be').hex().upper()}>"
        for character, cid in sorted(cids.items(), key=lambda item: item[1])
    ]
    parts = [
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap",
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def",
        "/CMapName /Adobe-Identity-UCS def /CMapType 2 def",
        "1 begincodespacerange <0000> <FFFF> endcodespacerange",
    ]
    for start in range(0, len(lines), _LINES_OF_A_MAP):
        block = lines[start : start + _LINES_OF_A_MAP]
        parts += [f"{len(block)} beginbfchar", *block, "endbfchar"]
    parts.append("endcmap CMapName currentdict /CMap defineresource pop end end")
    return "\n".join(parts).encode("ascii")
