"""Fingerprint samples: lists of minutiae, the places where a ridge ends or forks.

A minutia is written in 6 bytes, after the record of ISO/IEC 19794-2 (its shape only, *assumed*):
type in the two highest bits and x, then y, 2 bytes each; the direction in 256ths of a turn; a
quality of 0…100. Positions are pixels at 500 dpi.

Prints are synthetic. A finger has 34 to 52 minutiae in an oval of 320 × 416 pixels, no two within
one cell of a grid, with directions that follow the ridges of a loop around the finger's own core,
either way: so different fingers are alike as far as real ones are. A noisy sensor turns and shifts
the whole print, moves and turns single minutiae, misses some, sees some that are not there, and
thinks less of what it sees.
"""

from dataclasses import dataclass
from functools import cache
from itertools import islice
from math import atan2, pi, sin
from typing import Final, NamedTuple

from simulator.domain.biometrics.samples import checked_noise, not_a_sample, pack, stream

FINGERS: Final = range(10)
MAX_MINUTIAE: Final = 128
TURN: Final = 256
"""Steps of a full turn."""
MIDDLE: Final = 256
"""The middle of the sensor, both ways."""

_RECORD_BYTES: Final = 6
_POSITION_MASK: Final = 0x3FFF
_CELL: Final = 40
_COLUMNS, _ROWS = 8, 11
_MARGIN: Final = 6
"""Pixels of a cell that stay free around its minutia, half on each side."""
_SENSOR: Final = range(64, 449)
"""Pixels that the sensor covers, both ways."""
_SINE_UNIT: Final = 1 << 14

# What noise 1 does, *assumed*.
_MAX_TURN: Final = 42
_MAX_OFFSET: Final = 70
_MAX_MOVE: Final = 22
_MAX_TWIST: Final = 26
_MISSED: Final = 0.55
_INVENTED: Final = 0.45
_MISREAD_TYPE: Final = 0.5


class Minutia(NamedTuple):
    """One minutia: pixels, direction in 0…255, type (1 ending, 2 fork, 0 other), quality 0…100."""

    x: int
    y: int
    direction: int
    type: int
    quality: int


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """The minutiae of a sample, in its order."""

    minutiae: tuple[Minutia, ...]

    @property
    def quality(self) -> float:
        """Mean quality of the minutiae, 0…1; 0 without any."""
        if not self.minutiae:
            return 0.0
        return sum(found.quality for found in self.minutiae) / (100 * len(self.minutiae))


def fingerprint_template(
    key: bytes, person_index: int, finger: int, *, noise: float = 0.0, seed: int = 0
) -> bytes:
    """A sample of a person's finger: 0 to 4 the right hand from the thumb on, 5 to 9 the left.

    `noise` is in 0…1, `seed` any number: another seed, another touch of the sensor. Raises
    ValueError for another finger or noise.
    """
    if finger not in FINGERS:
        raise ValueError(f"finger {finger}; expected 0 to 9")
    noise = checked_noise(noise)
    minutiae = _print(key, person_index, finger)
    sensed = _sensed(
        minutiae, noise, stream(key, "fingerprint.noise", person_index, finger, seed, size=1024)
    )
    return pack("fingerprint", b"".join(_written(found) for found in sensed[:MAX_MINUTIAE]))


def parse_fingerprint(payload: bytes) -> Fingerprint:
    """The fingerprint of a payload. Raises SampleError unless it is a list of minutiae."""
    count, rest = divmod(len(payload), _RECORD_BYTES)
    if rest or count > MAX_MINUTIAE:
        raise not_a_sample(
            f"{len(payload)} bytes; a fingerprint has {_RECORD_BYTES} for each of its minutiae, "
            f"and at most {MAX_MINUTIAE} of these"
        )
    minutiae = []
    for start in range(0, len(payload), _RECORD_BYTES):
        x = int.from_bytes(payload[start : start + 2], "big")
        y = int.from_bytes(payload[start + 2 : start + 4], "big")
        direction, quality = payload[start + 4], payload[start + 5]
        if quality > 100 or y > _POSITION_MASK or x >> 14 > 2:
            raise not_a_sample(f"minutia {start // _RECORD_BYTES} has a field out of its range")
        minutiae.append(Minutia(x & _POSITION_MASK, y, direction, x >> 14, quality))
    return Fingerprint(tuple(minutiae))


@cache
def sines() -> tuple[int, ...]:
    """The sine of each of the 256 directions, as whole 2**14-ths, so that all machines agree."""
    return tuple(round(sin(2 * pi * step / TURN) * _SINE_UNIT) for step in range(TURN))


def turned(x: int, y: int, steps: int) -> tuple[int, int]:
    """A point turned around the middle of the sensor by a number of steps."""
    table = sines()
    s, c = table[steps % TURN], table[(steps + TURN // 4) % TURN]
    x, y = x - MIDDLE, y - MIDDLE
    half = _SINE_UNIT // 2
    return MIDDLE + ((x * c - y * s + half) >> 14), MIDDLE + ((x * s + y * c + half) >> 14)


def _written(found: Minutia) -> bytes:
    return (
        (found.type << 14 | found.x).to_bytes(2, "big")
        + found.y.to_bytes(2, "big")
        + bytes((found.direction, found.quality))
    )


def _print(key: bytes, person_index: int, finger: int) -> list[Minutia]:
    """The minutiae of a finger as a sensor without noise sees them."""
    cells = _cells()
    draws = stream(key, "fingerprint.print", person_index, finger, size=8 + 6 * len(cells))
    wanted = 34 + draws[0] % 19
    core = (MIDDLE - 32 + draws[1] // 4, MIDDLE - 60 + draws[2] // 4)
    # The delta of a loop lies below and to one side.
    side = 1 if draws[3] & 1 else -1
    delta = (core[0] + side * (70 + draws[4] // 4), core[1] + 90 + draws[5] // 4)
    order = sorted(range(len(cells)), key=lambda cell: draws[8 + 6 * cell : 10 + 6 * cell])
    minutiae = []
    for cell in sorted(order[:wanted]):
        _, _, right, down, kind, ridge = draws[8 + 6 * cell : 14 + 6 * cell]
        x = cells[cell][0] + _MARGIN // 2 + right % (_CELL - _MARGIN)
        y = cells[cell][1] + _MARGIN // 2 + down % (_CELL - _MARGIN)
        along = (atan2(y - core[1], x - core[0]) - atan2(y - delta[1], x - delta[0])) / 2
        direction = round(along / (2 * pi) * TURN) + (TURN // 2 if ridge & 1 else 0) + ridge // 16
        # Endings are the more frequent: about three of five.
        minutiae.append(Minutia(x, y, direction % TURN, 1 if kind < 150 else 2, 100))
    return minutiae


@cache
def _cells() -> tuple[tuple[int, int], ...]:
    """Upper left corners of the cells whose middles lie in the oval."""
    left, top = MIDDLE - _COLUMNS * _CELL // 2, MIDDLE - _ROWS * _CELL // 2
    corners = ((left + i * _CELL, top + j * _CELL) for j in range(_ROWS) for i in range(_COLUMNS))
    return tuple(
        (x, y)
        for x, y in corners
        if ((x + _CELL // 2 - MIDDLE) / 160) ** 2 + ((y + _CELL // 2 - MIDDLE) / 208) ** 2 <= 1
    )


def _sensed(minutiae: list[Minutia], noise: float, draws: bytes) -> list[Minutia]:
    """The minutiae that a noisy sensor sees; exactly the given ones at noise 0."""
    if not noise:
        return minutiae
    bytes_left = iter(draws)

    def within(reach: float) -> int:
        """A whole number within a reach either way, near 0 more often than far away."""
        a, b = islice(bytes_left, 2)
        return round((a + b - 255) / 255 * reach * noise)

    turn, right, down = within(_MAX_TURN), within(_MAX_OFFSET), within(_MAX_OFFSET)
    sensed = []
    for found in minutiae:
        x, y = turned(found.x, found.y, turn)
        x, y = x + right + within(_MAX_MOVE), y + down + within(_MAX_MOVE)
        direction = (found.direction + turn + within(_MAX_TWIST)) % TURN
        missed, misread, doubt = islice(bytes_left, 3)
        kind = 3 - found.type if misread < 256 * _MISREAD_TYPE * noise else found.type
        if missed >= 256 * _MISSED * noise and x in _SENSOR and y in _SENSOR:
            quality = round(100 - 100 * noise * (0.4 + 0.6 * doubt / 255))
            sensed.append(Minutia(x, y, direction, kind, quality))
    for _ in range(round(len(minutiae) * _INVENTED * noise)):
        across, along, direction, doubt = islice(bytes_left, 4)
        x = _SENSOR.start + across * len(_SENSOR) // 256
        y = _SENSOR.start + along * len(_SENSOR) // 256
        quality = round((100 - 100 * noise) * (0.4 + 0.6 * doubt / 255))
        sensed.append(Minutia(x, y, direction, 1 + (doubt & 1), quality))
    # A sensor lists what it finds from top to bottom, so nothing tells the invented ones apart.
    return sorted(sensed, key=lambda found: (found.y, found.x))
