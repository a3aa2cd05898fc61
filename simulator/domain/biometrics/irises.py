"""Iris samples: a code of 2,048 bits with a mask, compared by normalised Hamming distance.

Size of the code and of the mask, the distance over the bits that both masks call usable, and the
search over rotations are Daugman's (documented, "How iris recognition works", 2004). The layout
is *assumed*: 128 columns around the pupil, 16 bits each from the pupil outwards, so that a turn of
the head by one column (2.8°) rotates the code by 16 bits.

Codes are synthetic. Neighbouring bits of a real iris agree more often than not, which leaves it
about 249 degrees of freedom (documented there); here 32 × 4 patches of 4 columns × 4 bits, of
which one bit in 12 is turned for good, have the same effect. A noisy sensor turns bits at
random and trusts fewer of them, the head is tilted, and lids hide the outer bits of some columns.
"""

from dataclasses import dataclass
from typing import Final

from simulator.domain.biometrics.samples import checked_noise, not_a_sample, pack, stream

COLUMNS: Final = 128
ROWS: Final = 16
BITS: Final = COLUMNS * ROWS
MAX_SHIFT: Final = 8
"""Columns by which two codes may be turned against each other, either way."""
EYES: Final = range(2)

_BYTES: Final = BITS // 8
_WHOLE: Final = (1 << BITS) - 1
_MIN_COMMON_BITS: Final = BITS // 4
"""Fewer bits that both masks leave say nothing, *assumed*; the distance is then 1/2."""
_PATCH_COLUMNS: Final = 4
_PATCH_ROWS: Final = 4
_TURNED_FOR_GOOD: Final = 1 / 12
_FLIPS: Final = 0.45
"""Share of the bits turned at noise 1, on average over samples."""
_MISTRUSTED: Final = 0.5
"""Share of the bits that the sensor marks as unusable at noise 1, beside those behind the lids."""
_MAX_TILT: Final = 6
"""Columns of tilt at noise 1, either way."""


@dataclass(frozen=True, slots=True)
class Iris:
    """A code and its mask, both of 2,048 bits; a set bit of the mask marks a usable bit."""

    code: int
    mask: int

    @property
    def quality(self) -> float:
        """Share of usable bits, 0…1."""
        return self.mask.bit_count() / BITS


def iris_template(
    key: bytes, person_index: int, eye: int, *, noise: float = 0.0, seed: int = 0
) -> bytes:
    """A sample of a person's eye: 0 the right, 1 the left one.

    `noise` is in 0…1, `seed` any number: another seed, another look into the sensor. Raises
    ValueError for another eye or noise.
    """
    if eye not in EYES:
        raise ValueError(f"eye {eye}; expected 0, the right one, or 1")
    noise = checked_noise(noise)
    code = _code(key, person_index, eye)
    # One long stream: the first bytes decide on the sample as a whole, the others on bits.
    draws = stream(key, "iris.noise", person_index, eye, seed, size=8 + 32 * _BYTES)
    severity = (0.5 + draws[0] / 255) * noise
    code ^= _bernoulli(min(1.0, _FLIPS * severity), draws[8:])
    mistrusted = _bernoulli(_MISTRUSTED * noise, draws[8 + 16 * _BYTES :])
    mask = _WHOLE & ~(mistrusted | _lids(severity, draws[1], draws[2]))
    tilt = round((draws[3] / 127.5 - 1) * _MAX_TILT * noise)
    code, mask = _turned(code, tilt), _turned(mask, tilt)
    # What a mask hides is not in the sample.
    return pack("iris", (code & mask).to_bytes(_BYTES, "big") + mask.to_bytes(_BYTES, "big"))


def parse_iris(payload: bytes) -> Iris:
    """The iris of a payload. Raises SampleError unless it is a code and a mask."""
    if len(payload) != 2 * _BYTES:
        raise not_a_sample(f"an iris has {2 * _BYTES} bytes of code and mask, not {len(payload)}")
    mask = int.from_bytes(payload[_BYTES:], "big")
    return Iris(int.from_bytes(payload[:_BYTES], "big") & mask, mask)


def hamming_distance(first: Iris, second: Iris) -> float:
    """The smallest share of differing usable bits over all shifts, 0…1/2 or a little above.

    About 1/2 for different eyes (less, as it is the best of 17 shifts), 0 for the same sample.
    """
    return min(
        _distance(first, _turned(second.code, shift), _turned(second.mask, shift))
        for shift in range(-MAX_SHIFT, MAX_SHIFT + 1)
    )


def iris_similarity(first: Iris, second: Iris) -> float:
    """1 minus the Hamming distance: 1 for equal samples, about 0.55 for different eyes."""
    return 1 - hamming_distance(first, second)


def _distance(first: Iris, code: int, mask: int) -> float:
    common = first.mask & mask
    usable = common.bit_count()
    if usable < _MIN_COMMON_BITS:
        return 0.5
    return ((first.code ^ code) & common).bit_count() / usable


def _turned(bits: int, columns: int) -> int:
    """The bits with all columns moved on by a number of columns, around the circle."""
    by = columns * ROWS % BITS
    return (bits << by | bits >> BITS - by) & _WHOLE


def _code(key: bytes, person_index: int, eye: int) -> int:
    """The code of an eye as a sensor without noise sees it."""
    patches = BITS // (_PATCH_COLUMNS * _PATCH_ROWS)
    draws = stream(key, "iris.code", person_index, eye, size=patches // 8 + 16 * _BYTES)
    chosen, code = int.from_bytes(draws[: patches // 8], "big"), 0
    for _ in range(COLUMNS // _PATCH_COLUMNS):
        column = 0
        for _ in range(ROWS // _PATCH_ROWS):
            column = column << _PATCH_ROWS | ((1 << _PATCH_ROWS) - 1) * (chosen & 1)
            chosen >>= 1
        for _ in range(_PATCH_COLUMNS):
            code = code << ROWS | column
    return code ^ _bernoulli(_TURNED_FOR_GOOD, draws[patches // 8 :])


def _bernoulli(share: float, draws: bytes) -> int:
    """2,048 bits, each set with a probability in 0…1 (to 16 binary places), from 4,096 bytes.

    Reading the probability from its last binary place on, a random word is either added to the
    bits or cut from them, which halves their share each time and adds a half for a 1.
    """
    wanted, bits = min(round(share * 65536), 65535), 0
    for place in range(16):
        word = int.from_bytes(draws[place * _BYTES : (place + 1) * _BYTES], "big")
        bits = bits | word if wanted >> place & 1 else bits & word
    return bits


def _lids(severity: float, upper: int, lower: int) -> int:
    """Bits that the lids hide: arcs of columns above and below, their outer bits first."""
    hidden = 0
    for middle, draw, reach in ((32, upper, 60), (96, lower, 40)):
        width = round(severity * reach * (0.6 + 0.8 * draw / 255))
        for column in range(middle - width // 2, middle - width // 2 + width):
            # Deepest in the middle of the arc.
            nearness = 1 - abs(column - middle) / (width / 2 + 1)
            depth = min(ROWS, round(ROWS * (0.25 + nearness)))
            hidden |= ((1 << depth) - 1) << column % COLUMNS * ROWS
    return hidden
