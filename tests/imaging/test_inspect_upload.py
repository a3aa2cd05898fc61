"""Uploads: whatever the bytes are, a picture within bounds or a refusal with a stable code."""

import contextlib
import struct
import subprocess
import sys
import zlib
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from simulator.errors import UploadError
from simulator.imaging.upload import WORKING_SIDE, UploadLimits, decode

RED, GREEN, BLUE, WHITE = (220, 30, 30), (30, 180, 40), (40, 60, 200), (255, 255, 255)


def quarters(width: int = 120, height: int = 80) -> Image.Image:
    """Red, green, blue, white, clockwise from the upper left: no turn looks like another."""
    image = Image.new("RGB", (width, height), WHITE)
    image.paste(RED, (0, 0, width // 2, height // 2))
    image.paste(GREEN, (width // 2, 0, width, height // 2))
    image.paste(BLUE, (width // 2, height // 2, width, height))
    return image


def encoded(image: Image.Image, kind: str, **options: object) -> bytes:
    stream = BytesIO()
    image.save(stream, kind, **options)
    return stream.getvalue()


def shows_quarters(pixels: np.ndarray) -> bool:
    height, width = pixels.shape[:2]
    places = {(1, 1): RED, (1, 3): GREEN, (3, 3): BLUE, (3, 1): WHITE}
    return all(
        np.abs(pixels[height * y // 4, width * x // 4].astype(int) - colour).max() < 40
        for (y, x), colour in places.items()
    )


def chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def png(width: int, height: int, *chunks: bytes, rows: bytes = b"") -> bytes:
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    data = chunk(b"IDAT", zlib.compress(rows, 9))
    return b"\x89PNG\r\n\x1a\n" + header + b"".join(chunks) + data + chunk(b"IEND", b"")


def with_jpeg_size(width: int, height: int) -> bytes:
    """A small JPEG that says it is larger."""
    data = bytearray(encoded(quarters(), "JPEG"))
    at = data.index(b"\xff\xc0")
    struct.pack_into(">HH", data, at + 5, height, width)
    return bytes(data)


def animated(kind: str) -> bytes:
    frames = [quarters(), quarters().rotate(180)]
    return encoded(frames[0], kind, save_all=True, append_images=frames[1:], duration=100)


def code_of(data: bytes, limits: UploadLimits | None = None) -> str:
    with pytest.raises(UploadError) as refusal:
        decode(data, limits)
    return refusal.value.code


JPEG, PNG = encoded(quarters(), "JPEG", quality=95), encoded(quarters(), "PNG")
SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" width="99" height="99"/>'

REFUSED: dict[str, tuple[str, Callable[[], bytes]]] = {
    "empty": ("upload.not_an_image", lambda: b""),
    "one byte": ("upload.not_an_image", lambda: b"\xff"),
    "text": ("upload.not_an_image", lambda: b"not a picture, whatever its name says"),
    "zeros": ("upload.not_an_image", lambda: bytes(5000)),
    "a zip": ("upload.not_an_image", lambda: b"PK\x03\x04" + bytes(100)),
    "only the start of a jpeg": ("upload.not_an_image", lambda: JPEG[:3]),
    "jpeg cut in its header": ("upload.not_an_image", lambda: JPEG[:100]),
    "jpeg cut in its data": ("upload.not_an_image", lambda: JPEG[:-200]),
    "jpeg without a frame": ("upload.not_an_image", lambda: b"\xff\xd8\xff\xda\x00\x02\xff\xd9"),
    "jpeg with a broken marker": ("upload.not_an_image", lambda: JPEG[:20] + b"ab" + JPEG[22:]),
    "jpeg of no width": ("upload.not_an_image", lambda: with_jpeg_size(0, 80)),
    "png cut in its data": ("upload.not_an_image", lambda: PNG[:-40]),
    "png without its end": ("upload.not_an_image", lambda: PNG[:-12]),
    "png of no height": ("upload.not_an_image", lambda: png(5, 0)),
    "png that starts with its data": (
        "upload.not_an_image",
        lambda: b"\x89PNG\r\n\x1a\n" + chunk(b"IDAT", b"") + chunk(b"IEND", b""),
    ),
    "jpeg behind a blank": ("upload.not_an_image", lambda: b" " + JPEG),
    "svg": ("upload.unsupported", lambda: SVG),
    "svg behind blanks and a comment": (
        "upload.unsupported",
        lambda: b"\n\n <!-- x --> " + SVG[21:],
    ),
    "gif": ("upload.unsupported", lambda: encoded(quarters(), "GIF")),
    "animated gif": ("upload.unsupported", lambda: animated("GIF")),
    "gif that is a jpeg further on": ("upload.unsupported", lambda: b"GIF89a" + JPEG),
    "bmp": ("upload.unsupported", lambda: encoded(quarters(), "BMP")),
    "tiff": ("upload.unsupported", lambda: encoded(quarters(), "TIFF")),
    "webp": ("upload.unsupported", lambda: b"RIFF\x24\x00\x00\x00WEBPVP8 " + bytes(40)),
    "heic": ("upload.unsupported", lambda: b"\x00\x00\x00\x18ftypheic" + bytes(40)),
    "pdf": ("upload.unsupported", lambda: b"%PDF-1.7\n%" + JPEG),
    "animated png": ("upload.unsupported", lambda: animated("PNG")),
    "lossless jpeg": ("upload.unsupported", lambda: JPEG.replace(b"\xff\xc0", b"\xff\xc3")),
    "jpeg of thousands of scans": (
        "upload.unsupported",
        lambda: JPEG[:-2] + b"\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00" * 5000 + b"\xff\xd9",
    ),
    "20 MB of noise": ("upload.too_large", lambda: np.random.default_rng(1).bytes(20_000_000)),
    "a byte too many": ("upload.too_large", lambda: JPEG + bytes(10_000_001 - len(JPEG))),
    "jpeg of 100 megapixels": ("upload.too_large", lambda: with_jpeg_size(12_000, 8_500)),
    "png of 900 megapixels": ("upload.too_large", lambda: png(30_000, 30_000)),
    "png of 2^62 pixels": ("upload.too_large", lambda: png(2**31 - 1, 2**31 - 1)),
    "png that needs too much memory": ("upload.too_large", lambda: png(4_000, 3_000)),
}


@pytest.mark.parametrize(("code", "make"), REFUSED.values(), ids=REFUSED)
def test_bad_bytes_are_refused_with_a_stable_code(code: str, make: Callable[[], bytes]) -> None:
    assert code_of(make()) == code


READ: dict[str, Callable[[], bytes]] = {
    "jpeg": lambda: JPEG,
    "progressive jpeg": lambda: encoded(quarters(), "JPEG", progressive=True),
    "cmyk jpeg": lambda: encoded(quarters().convert("CMYK"), "JPEG", quality=95),
    "jpeg with a trailer": lambda: JPEG + b"PK\x03\x04" + bytes(3000),
    "jpeg that is also html": lambda: JPEG + b"<script>alert(1)</script>",
    "jpeg with fill bytes": lambda: JPEG[:2] + b"\xff\xff" + JPEG[2:],
    "png": lambda: PNG,
    "palette png": lambda: encoded(quarters().quantize(8), "PNG"),
    "palette png with transparency": lambda: encoded(
        quarters().quantize(8), "PNG", transparency=bytes([255] * 8)
    ),
    "png with opaque alpha": lambda: encoded(quarters().convert("RGBA"), "PNG"),
    "png with a trailer": lambda: PNG + JPEG,
    "one frame of an animated png": lambda: (
        PNG[:33] + chunk(b"acTL", struct.pack(">II", 1, 0)) + PNG[33:]
    ),
    "large jpeg": lambda: encoded(quarters(4000, 3000), "JPEG"),
    "large png": lambda: encoded(quarters(2500, 1900), "PNG"),
    "large palette png": lambda: encoded(quarters(2500, 1900).quantize(8), "PNG"),
    "tall jpeg": lambda: encoded(quarters(300, 5000), "JPEG"),
}


@pytest.mark.parametrize("make", READ.values(), ids=READ)
def test_every_accepted_kind_shows_the_same_picture(make: Callable[[], bytes]) -> None:
    found = decode(make())
    assert found.pixels.dtype == np.uint8
    assert max(found.pixels.shape) <= WORKING_SIDE
    assert shows_quarters(found.pixels)


def test_rows_that_a_png_does_not_have_are_black() -> None:
    pixels = decode(png(50, 50, rows=(b"\0" + b"\xff" * 150) * 3)).pixels
    assert (pixels[:3] == 255).all()
    assert (pixels[3:] == 0).all()


def test_transparent_parts_are_white_paper() -> None:
    image = quarters().convert("RGBA")
    image.putalpha(0)
    assert (decode(encoded(image, "PNG")).pixels == 255).all()


def test_sixteen_bit_grey_keeps_its_tones() -> None:
    levels = np.linspace(0, 65535, 256, dtype=np.uint16)[None, :].repeat(40, axis=0)
    pixels = decode(encoded(Image.fromarray(levels), "PNG")).pixels
    assert pixels[20, 0, 0] == 0
    assert pixels[20, 255, 0] == 255
    assert abs(int(pixels[20, 128, 1]) - 128) <= 1


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_exif_orientation_is_honoured(orientation: int, kind: str) -> None:
    undone = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    stored = quarters()
    if orientation in undone:
        stored = stored.transpose(undone[orientation])
    exif = Image.Exif()
    exif[0x0112] = orientation
    found = decode(encoded(stored, kind, exif=exif.tobytes()))
    assert found.size == (120, 80)
    assert shows_quarters(found.pixels)


@pytest.mark.parametrize("value", [0, 9, 4711])
def test_senseless_orientation_is_none(value: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = value
    assert shows_quarters(decode(encoded(quarters(), "JPEG", exif=exif.tobytes())).pixels)


def test_broken_exif_is_no_orientation() -> None:
    damaged = encoded(quarters(), "JPEG", exif=b"Exif\x00\x00MM\x00*\xff\xff\xff\xff\x00")
    assert shows_quarters(decode(damaged).pixels)


def test_the_size_is_that_of_the_upload_and_not_of_the_reduced_copy() -> None:
    found = decode(encoded(quarters(4000, 2000), "JPEG"))
    assert found.size == (4000, 2000)
    assert found.short_side == 2000


def test_limits_are_the_callers() -> None:
    assert code_of(JPEG, UploadLimits(max_bytes=len(JPEG) - 1)) == "upload.too_large"
    assert code_of(JPEG, UploadLimits(max_pixels=120 * 80 - 1)) == "upload.too_large"
    assert shows_quarters(decode(JPEG, UploadLimits(len(JPEG), 120 * 80)).pixels)


def test_a_refusal_for_size_tells_figure_and_limit() -> None:
    with pytest.raises(UploadError) as refusal:
        decode(png(30_000, 30_000))
    assert refusal.value.details == {"pixels": 900_000_000, "max_pixels": 24_000_000}


@settings(max_examples=150, deadline=None)
@given(
    original=st.sampled_from([JPEG, PNG, encoded(quarters(), "JPEG", progressive=True)]),
    changes=st.lists(st.tuples(st.integers(0, 4000), st.integers(0, 255)), min_size=1, max_size=8),
)
def test_damaged_pictures_are_read_or_refused(
    original: bytes, changes: list[tuple[int, int]]
) -> None:
    damaged = bytearray(original)
    for at, value in changes:
        damaged[at % len(damaged)] = value
    with contextlib.suppress(UploadError):  # any other error fails the test
        assert decode(bytes(damaged)).pixels.ndim == 3


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=300), st.sampled_from([b"", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"]))
def test_arbitrary_bytes_are_refused(data: bytes, start: bytes) -> None:
    assert code_of(start + data).startswith("upload.")


MEASURE = """
import sys
from simulator.errors import UploadError
from simulator.imaging.upload import decode
def status(name):
    with open("/proc/self/status") as lines:
        return next(int(line.split()[1]) for line in lines if line.startswith(name))
with open(sys.argv[1], "rb") as stream:
    small = stream.read()
decode(small)
before = status("VmRSS")
with open(sys.argv[2], "rb") as stream:
    data = stream.read()
try:
    decode(data)
except UploadError as refusal:
    print(refusal.code)
print((status("VmHWM") - before) // 1024)
"""


def noise(width: int, height: int, bands: int) -> Image.Image:
    levels = np.random.default_rng(7).integers(0, 4, (height, width, bands), np.uint8) * 60
    return Image.fromarray(levels)


HEAVY: dict[str, Callable[[], bytes]] = {
    "24 megapixels of jpeg": lambda: encoded(quarters(6000, 4000), "JPEG"),
    "7 megapixels of progressive jpeg": lambda: encoded(
        quarters(3200, 2200), "JPEG", progressive=True
    ),
    "7 megapixels of png with alpha": lambda: encoded(
        noise(3200, 2200, 4), "PNG", compress_level=1
    ),
    "megabytes of compressed text in a png": lambda: png(
        40,
        40,
        *[chunk(b"zTXt", b"t\x00\x00" + zlib.compress(bytes(900_000)))] * 60,
        rows=bytes(121 * 40),
    ),
}


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
@pytest.mark.parametrize("make", HEAVY.values(), ids=HEAVY)
def test_no_upload_takes_more_than_forty_megabytes(
    make: Callable[[], bytes], tmp_path: Path
) -> None:
    small, large = tmp_path / "small", tmp_path / "large"
    small.write_bytes(JPEG)
    large.write_bytes(make())
    run = subprocess.run(
        [sys.executable, "-c", MEASURE, str(small), str(large)],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert int(run.stdout.split()[-1]) <= 40
