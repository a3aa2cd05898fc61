"""Uploaded bytes become pixels, or a refusal that says why not.

Only what the bytes hold counts: never a file name, a content type or a parameter. JPEG and PNG are
read; other pictures are named and refused. The header is read before anything is decoded, and what
decoding *would* take is worked out from it, so that no upload costs more memory than the limits
allow, whatever it expands to.

Decided, and *assumed* for the real platforms:

- data after the end of a picture is ignored (phones append motion pictures and thumbnails); data
  before it is not looked past, so a polyglot is what its first bytes say it is
- a picture cut short is refused; a whole PNG that holds too few rows is black below them
- transparency shows white paper; an animated PNG is refused, a still one is read
- a colour profile is ignored, EXIF orientation is honoured, broken EXIF is no orientation
"""

from __future__ import annotations

import struct
import warnings
import zlib
from dataclasses import dataclass
from io import BytesIO
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from simulator.errors import NotAnImageError, UnsupportedImageError, UploadTooLargeError

WORKING_SIDE: Final = 1600
"""Longest side of what is judged, pixels. A larger picture is reduced while it is decoded: a card
that fills half of it still has over 700 pixels across."""

_DRAFT_SIDE: Final = 1200
"""A JPEG is decoded at 1/2, 1/4 or 1/8 as long as this much of its longest side is left."""

_PNG_SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
_PNG_PIXELS: Final = frozenset({b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND", b"eXIf"})
"""Chunks that are needed. The others are left out before decoding: compressed text and profiles may
expand to many megabytes."""

_BYTES_PER_PIXEL: Final = 4
"""What Pillow keeps for a pixel of any colour picture."""

_STRIP_ROWS: Final = 128

_MOST_SCANS: Final = 64
"""A progressive JPEG has about ten scans; one with thousands is an attack on the decoder."""

_ORIENTATION: Final = 0x0112
_TURNS: Final = {
    2: (Image.Transpose.FLIP_LEFT_RIGHT,),
    3: (Image.Transpose.ROTATE_180,),
    4: (Image.Transpose.FLIP_TOP_BOTTOM,),
    5: (Image.Transpose.TRANSPOSE,),
    6: (Image.Transpose.ROTATE_270,),
    7: (Image.Transpose.TRANSVERSE,),
    8: (Image.Transpose.ROTATE_90,),
}
"""EXIF 2.32, tag Orientation: what makes a picture upright. *documented*"""

_OTHER_FORMATS: Final = (
    (0, b"GIF8", "gif"),
    (0, b"BM", "bmp"),
    (0, b"II*\x00", "tiff"),
    (0, b"MM\x00*", "tiff"),
    (8, b"WEBP", "webp"),
    (4, b"ftyp", "heif"),
    (0, b"%PDF", "pdf"),
    (0, b"\x00\x00\x01\x00", "icon"),
    (0, b"8BPS", "psd"),
    (0, b"\x00\x00\x00\x0cjP  ", "jpeg2000"),
    (0, b"\xff\x4f\xff\x51", "jpeg2000"),
    (0, b"\xff\x0a", "jpeg-xl"),
)


@dataclass(frozen=True, slots=True)
class UploadLimits:
    """How large an upload may be. All *assumed*."""

    max_bytes: int = 10_000_000
    max_pixels: int = 24_000_000
    max_memory_bytes: int = 36_000_000
    """The upload and what decoding it takes, together. A PNG and a progressive JPEG are decoded
    whole, so this limits them to about 8 megapixels."""


@dataclass(frozen=True, slots=True)
class DecodedImage:
    """An upright colour picture."""

    pixels: NDArray[np.uint8]
    """height × width × 3, red green blue; at most `WORKING_SIDE` on a side."""
    format: str
    """`jpeg` or `png`."""
    size: tuple[int, int]
    """Width and height as uploaded, upright."""

    @property
    def short_side(self) -> int:
        """Pixels of the shorter side as uploaded."""
        return min(self.size)


@dataclass(frozen=True, slots=True)
class _Header:
    width: int
    height: int
    decoding_bytes: int
    data: bytes


def decode(data: bytes, limits: UploadLimits | None = None) -> DecodedImage:
    """The picture in an upload.

    Raises NotAnImageError (nothing, broken, or no picture), UploadTooLargeError (bytes, pixels or
    the memory that decoding would take), UnsupportedImageError (another format, an animation, or a
    JPEG variant that browsers do not show either).
    """
    limits = limits or UploadLimits()
    if len(data) > limits.max_bytes:
        raise UploadTooLargeError(details={"bytes": len(data), "max_bytes": limits.max_bytes})
    kind = _kind(data)
    header = _png_header(data) if kind == "png" else _jpeg_header(data)
    pixels = header.width * header.height
    if pixels > limits.max_pixels:
        raise UploadTooLargeError(details={"pixels": pixels, "max_pixels": limits.max_pixels})
    memory = len(data) + header.decoding_bytes
    if memory > limits.max_memory_bytes:
        raise UploadTooLargeError(
            details={"memory_bytes": memory, "max_memory_bytes": limits.max_memory_bytes}
        )
    try:
        with warnings.catch_warnings():
            # Pillow warns of odd metadata; what cannot be used is ignored here.
            warnings.simplefilter("ignore")
            return _decoded(header, kind)
    except (OSError, SyntaxError, ValueError, EOFError, struct.error, zlib.error) as error:
        raise NotAnImageError(details={"problem": "broken"}, reason={"decoder": str(error)}) from (
            error
        )


def _kind(data: bytes) -> str:
    if data.startswith(b"\xff\xd8\xff"):
        return "jpeg"
    if data.startswith(_PNG_SIGNATURE):
        return "png"
    if not data:
        raise NotAnImageError(details={"problem": "empty"})
    for at, mark, name in _OTHER_FORMATS:
        if data.startswith(mark, at):
            raise UnsupportedImageError(details={"format": name, "accepted": ["jpeg", "png"]})
    if b"<svg" in data[:4096].lower():
        raise UnsupportedImageError(details={"format": "svg", "accepted": ["jpeg", "png"]})
    raise NotAnImageError(details={"problem": "unknown_format"})


def _png_header(data: bytes) -> _Header:
    """Walks the chunks (ISO/IEC 15948): size, animation, and whether the end is there."""
    kept = [_PNG_SIGNATURE]
    at, width, height = 8, 0, 0
    while True:
        if at + 12 > len(data):
            raise NotAnImageError(details={"problem": "truncated"})
        length, name = struct.unpack_from(">I4s", data, at)
        end = at + 12 + length
        if end > len(data):
            raise NotAnImageError(details={"problem": "truncated"})
        if at == 8:
            if name != b"IHDR" or length != 13:
                raise NotAnImageError(details={"problem": "broken"})
            width, height = struct.unpack_from(">II", data, at + 8)
        if name == b"acTL" and length >= 4 and struct.unpack_from(">I", data, at + 8)[0] > 1:
            raise UnsupportedImageError(details={"format": "animated png", "accepted": ["png"]})
        if name in _PNG_PIXELS:
            kept.append(data[at:end])
        at = end
        if name == b"IEND":
            break
    if width == 0 or height == 0:
        raise NotAnImageError(details={"problem": "broken"})
    return _Header(width, height, width * height * _BYTES_PER_PIXEL, b"".join(kept))


def _jpeg_header(data: bytes) -> _Header:
    """Walks the segments up to the first scan (ITU-T T.81 annex B)."""
    at, frame, sampling = 2, 0, [(1, 1)]
    width = height = 0
    while True:
        if at + 4 > len(data):
            raise NotAnImageError(details={"problem": "truncated"})
        if data[at] != 0xFF:
            raise NotAnImageError(details={"problem": "broken"})
        marker = data[at + 1]
        if marker == 0xFF:  # fill byte
            at += 1
            continue
        if marker == 0x01 or 0xD0 <= marker <= 0xD8:
            at += 2
            continue
        length = int.from_bytes(data[at + 2 : at + 4])
        body = data[at + 4 : at + 2 + length]
        if length < 2 or len(body) != length - 2:
            raise NotAnImageError(details={"problem": "truncated"})
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            if marker not in (0xC0, 0xC1, 0xC2) or not body or body[0] != 8:
                raise UnsupportedImageError(
                    details={"format": f"jpeg, frame {marker:x}", "accepted": ["jpeg", "png"]}
                )
            if len(body) < 6 or body[5] == 0 or len(body) < 6 + 3 * body[5]:
                raise NotAnImageError(details={"problem": "broken"})
            frame, height, width = marker, *struct.unpack_from(">HH", body, 1)
            sampling = [divmod(body[7 + 3 * i], 16) for i in range(body[5])]
        if marker == 0xDA:
            break
        at += 2 + length
    if not frame or width == 0 or height == 0 or any(0 in pair for pair in sampling):
        raise NotAnImageError(details={"problem": "broken"})
    if data.count(b"\xff\xda") > _MOST_SCANS:
        raise UnsupportedImageError(details={"format": "jpeg, too many scans"})
    reduction = _reduction(width, height)
    memory = width * height * _BYTES_PER_PIXEL // reduction**2
    if frame == 0xC2 or not body or body[0] < len(sampling):
        # Several scans: the decoder keeps every coefficient, 2 bytes each, before it makes a pixel.
        across, down = max(h for h, _ in sampling), max(v for _, v in sampling)
        memory += sum(2 * width * height * h * v // (across * down) for h, v in sampling)
    return _Header(width, height, memory, data)


def _reduction(width: int, height: int) -> int:
    """By how much the decoder may shrink a JPEG on its way."""
    longest = max(width, height)
    return next((by for by in (8, 4, 2) if longest // by >= _DRAFT_SIDE), 1)


def _decoded(header: _Header, kind: str) -> DecodedImage:
    with Image.open(BytesIO(header.data), formats=(kind.upper(),)) as image:
        turns = _TURNS.get(_orientation(image), ())
        if kind == "jpeg":
            by = _reduction(*image.size)
            image.draft("RGB", (image.width // by, image.height // by))
        image.load()
        colour = _reduced_in_colour(image)
    width, height = header.width, header.height
    for turn in turns:
        colour = colour.transpose(turn)
    if turns and turns[0] not in (
        Image.Transpose.FLIP_LEFT_RIGHT,
        Image.Transpose.FLIP_TOP_BOTTOM,
        Image.Transpose.ROTATE_180,
    ):
        width, height = height, width
    return DecodedImage(np.asarray(colour), kind, (width, height))


def _orientation(image: Image.Image) -> int:
    try:
        value = image.getexif().get(_ORIENTATION, 1)
    except Exception:  # metadata is hostile ground: any failure in it means there is none
        return 1
    return value if isinstance(value, int) else 1


def _reduced_in_colour(image: Image.Image) -> Image.Image:
    """At most WORKING_SIDE on a side, in red green blue on white paper.

    Made a strip at a time: to convert or to shrink a picture with transparency whole would take
    its memory twice over.
    """
    scale = min(1.0, WORKING_SIDE / max(image.size))
    width, height = (max(1, round(side * scale)) for side in image.size)
    result = Image.new("RGB", (width, height))
    down = image.height / height
    for top in range(0, height, _STRIP_ROWS):
        rows = min(_STRIP_ROWS, height - top)
        first = max(0, int((top - 1) * down))
        last = min(image.height, int((top + rows + 1) * down) + 1)
        strip = _in_colour(image.crop((0, first, image.width, last)))
        if scale < 1.0:
            bottom = min((top + rows) * down - first, float(strip.height))
            box = (0.0, top * down - first, float(image.width), bottom)
            how = Image.Resampling.BOX if scale < 0.5 else Image.Resampling.HAMMING
            strip = strip.resize((width, rows), how, box)
        else:
            strip = strip.crop((0, top - first, width, top - first + rows))
        result.paste(strip, (0, top))
    return result


def _in_colour(image: Image.Image) -> Image.Image:
    if image.mode.startswith("I"):  # 16-bit grey: Pillow itself would clip it, not scale it
        samples = np.asarray(image)
        image = Image.fromarray((samples >> 8).clip(0, 255).astype(np.uint8))
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        image = image.convert("RGBA")
        paper = Image.new("RGB", image.size, "white")
        paper.paste(image, mask=image.getchannel("A"))
        return paper
    return image.convert("RGB")
