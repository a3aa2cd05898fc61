"""The frame of a biometric sample in bytes, and the noise of synthetic sensors.

A sample is a template, not a picture: what a reader's own software hands over. Frame, *assumed*:

    magic b"YBBS" · version 1 · kind (1 fingerprint, 2 iris) · length of the payload, 2 bytes ·
    CRC-32 of all before and after it, 4 bytes · payload

Numbers are big-endian. Nothing in a frame says whose sample it is, or which finger or eye.
"""

import struct
from hashlib import shake_256
from typing import Final, Literal, get_args
from zlib import crc32

Kind = Literal["fingerprint", "iris"]
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)

SampleFault = Literal["biometrics.not_a_sample", "biometrics.wrong_kind", "biometrics.noisy"]

MAX_SAMPLE_BYTES: Final = 1024
"""No sample is longer: 128 minutiae need 780 bytes, an iris code 524."""
DEFAULT_NOISE: Final = 0.2
"""The noise of an ordinary sensor, *assumed*; 0 is no noise at all, 1 the worst there is."""

_MAGIC: Final = b"YBBS"
_VERSION: Final = 1
_HEADER: Final = struct.Struct(">4sBBHI")
_CODES: Final[dict[Kind, int]] = {"fingerprint": 1, "iris": 2}


class SampleError(ValueError):
    """Bytes that cannot be compared; `code` is the stable code of the refusal.

    Where a figure was measured, `measured` is it and `needed` what would have been enough.
    """

    def __init__(
        self,
        code: SampleFault,
        message: str,
        *,
        measured: float | None = None,
        needed: float | None = None,
    ) -> None:
        super().__init__(message)
        self.code: SampleFault = code
        self.measured = measured
        self.needed = needed


def pack(kind: Kind, payload: bytes) -> bytes:
    """A payload in its frame."""
    code = _CODES[kind]
    plain = _HEADER.pack(_MAGIC, _VERSION, code, len(payload), 0)
    return _HEADER.pack(_MAGIC, _VERSION, code, len(payload), crc32(plain + payload)) + payload


def unpack(data: bytes) -> tuple[Kind, bytes]:
    """The kind and the payload of a frame. Raises SampleError for any other bytes."""
    if not _HEADER.size <= len(data) <= MAX_SAMPLE_BYTES:
        raise not_a_sample(
            f"{len(data)} bytes; a sample has {_HEADER.size} to {MAX_SAMPLE_BYTES} of them"
        )
    magic, version, code, length, checksum = _HEADER.unpack_from(data)
    payload = data[_HEADER.size :]
    kind = next((kind for kind in KINDS if _CODES[kind] == code), None)
    if magic != _MAGIC or version != _VERSION or kind is None:
        raise not_a_sample("this is not the header of a fingerprint or iris sample of version 1")
    if length != len(payload):
        raise not_a_sample(f"the header announces {length} bytes, and {len(payload)} follow")
    if crc32(_HEADER.pack(magic, version, code, length, 0) + payload) != checksum:
        raise not_a_sample("the checksum does not fit the bytes")
    return kind, payload


def not_a_sample(message: str) -> SampleError:
    """The refusal of bytes that are no sample at all."""
    return SampleError("biometrics.not_a_sample", message)


def checked_noise(noise: float) -> float:
    """The noise itself. Raises ValueError outside 0…1, NaN included."""
    if not 0 <= noise <= 1:
        raise ValueError(f"sensor noise is {noise}; expected 0 (none) to 1 (worst)")
    return noise


def stream(key: bytes, purpose: str, *numbers: int, size: int) -> bytes:
    """`size` bytes that look random and depend on the key, the purpose and the numbers alone.

    The numbers may be of any size and sign. Unlike `digests.digest` it is as long as one asks.
    """
    text = "/".join([purpose, *map(str, numbers)])
    return shake_256(len(key).to_bytes(2, "big") + key + text.encode()).digest(size)
