"""Injected latency: how long an answer is held back, drawn from a distribution by a digest.

All of it is *assumed*: no platform publishes its response times. The delay is the only thing here
that takes real time rather than the world's.
"""

from dataclasses import dataclass
from math import exp
from statistics import NormalDist
from typing import Literal

_STANDARD_NORMAL = NormalDist()
_DRAW_BITS = 53


@dataclass(frozen=True, slots=True)
class LatencyPolicy:
    """A distribution of delays in milliseconds.

    `delay_ms` is the delay itself (fixed), the centre (uniform, normal) or the median (lognormal);
    `spread_ms` the half-width (uniform) or the standard deviation (normal); `sigma_percent` the
    lognormal's shape in hundredths. No delay leaves 0…`max_ms`.
    """

    distribution: Literal["fixed", "uniform", "normal", "lognormal"] = "fixed"
    delay_ms: int = 0
    spread_ms: int = 0
    sigma_percent: int = 50
    max_ms: int = 60_000


def delay_ms(policy: LatencyPolicy, draw: bytes) -> int:
    """The delay a draw of at least 7 uniformly distributed bytes stands for."""
    if policy.distribution == "fixed":
        return min(policy.delay_ms, policy.max_ms)
    # The middle of one of 2**53 equal parts of (0, 1): never 0 or 1, where the tails are infinite.
    share = ((int.from_bytes(draw[:7], "big") >> 3) + 0.5) / 2**_DRAW_BITS
    if policy.distribution == "uniform":
        delay: float = policy.delay_ms + (2 * share - 1) * policy.spread_ms
    elif policy.distribution == "normal":
        delay = policy.delay_ms + _STANDARD_NORMAL.inv_cdf(share) * policy.spread_ms
    else:
        delay = policy.delay_ms * exp(_STANDARD_NORMAL.inv_cdf(share) * policy.sigma_percent / 100)
    return max(0, min(round(delay), policy.max_ms))
