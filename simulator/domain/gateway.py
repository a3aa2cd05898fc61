"""What Alipay's gateway asks of a request beside its signature: how often, how fresh, how large.

Real limits differ from application to application and are not published, so all of it is policy;
*assumed*, unless a value of `defaults.yaml` says otherwise.
"""

import re
from dataclasses import dataclass
from typing import Final

from simulator.domain import china_time
from simulator.domain.digests import digest

LARGEST_BIZ_CONTENT: Final = 2_000_000
"""No policy allows more, since the request around it has to be read."""

_TIMESTAMP: Final = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", re.ASCII)


@dataclass(frozen=True, slots=True)
class GatewayPolicy:
    """Rules of the gateway, and what its methods show."""

    rate_per_second: int | None = None
    """Requests of one application within one second of the world's clock; None: any number."""
    timestamp_tolerance_s: int | None = None
    """How far a timestamp may be from the world's clock; None: it may say anything."""
    max_biz_content_bytes: int = 1_500_000
    masks_identity: bool = True
    """Whether ID and phone numbers of `alipay.user.info.share` are masked."""
    bound_elsewhere_per_mille: int = 0
    """Share of the people whose card another Alipay account has bound."""
    certify_lifetime_s: int = 86_400
    """How long a certification can be asked about."""
    discloses_fail_reason: bool = False
    """Whether a certification that failed says why."""


@dataclass(frozen=True, slots=True)
class RateWindow:
    """Requests of one application within one second of the world's clock."""

    second: int
    requests: int


def count(window: RateWindow | None, limit: int, now_ms: int) -> tuple[RateWindow, bool]:
    """The window with one more request, and whether that was within the limit.

    A request beyond the limit is not counted: the window is the same object then.
    """
    second = now_ms // china_time.SECOND_MS
    if window is None or window.second != second:
        window = RateWindow(second, 0)
    if window.requests >= limit:
        return window, False
    return RateWindow(second, window.requests + 1), True


def read_timestamp(text: str) -> int:
    """The instant of a timestamp `yyyy-MM-dd HH:mm:ss`, China time (documented).

    Raises ValueError for any other text, and for a day or a time that there is not.
    """
    if _TIMESTAMP.fullmatch(text) is None:
        raise ValueError("a timestamp is written yyyy-MM-dd HH:mm:ss")
    return china_time.from_iso(text.replace(" ", "T"))


def write_timestamp(instant_ms: int) -> str:
    """An instant as `yyyy-MM-dd HH:mm:ss`, China time."""
    return china_time.to_iso(instant_ms)[:19].replace("T", " ")


def is_stale(policy: GatewayPolicy, timestamp_ms: int, now_ms: int) -> bool:
    """Whether a timestamp is too old, or too far ahead."""
    tolerance_s = policy.timestamp_tolerance_s
    return (
        tolerance_s is not None and abs(now_ms - timestamp_ms) > tolerance_s * china_time.SECOND_MS
    )


def is_bound_elsewhere(policy: GatewayPolicy, key: bytes, person: int) -> bool:
    """Whether another Alipay account has bound the card of person k."""
    if not policy.bound_elsewhere_per_mille:
        return False
    drawn = int.from_bytes(digest(key, person, 4), "big") % 1000
    return drawn < policy.bound_elsewhere_per_mille
