"""How a webhook proves where it comes from; the receiver's side is shown in docs/alerts.md.

The scheme is the usual one of payment services (*documented* by Stripe and others; that the
simulated platforms use it is *assumed*): the signature covers the time of sending and the exact
bytes of the body.
"""

import hmac
from typing import Final

ID_HEADER: Final = "X-Yibao-Id"
"""The alert's id: the same at each attempt, so a receiver can tell a repetition."""
TIMESTAMP_HEADER: Final = "X-Yibao-Timestamp"
"""Seconds since the Unix epoch, real time: a receiver compares it with its own clock."""
SIGNATURE_HEADER: Final = "X-Yibao-Signature"


def signature(secret: str, timestamp_s: int, body: bytes) -> str:
    """Lower-case hexadecimal HMAC-SHA256 of `<timestamp>.<body>` with the secret's bytes as key."""
    return hmac.new(secret.encode(), f"{timestamp_s}.".encode() + body, "sha256").hexdigest()


def headers(secret: str, alert_id: str, timestamp_s: int, body: bytes) -> dict[str, str]:
    """The headers that go with one sending of a body."""
    return {
        "Content-Type": "application/json",
        "User-Agent": "yibao-simulator",
        ID_HEADER: alert_id,
        TIMESTAMP_HEADER: str(timestamp_s),
        SIGNATURE_HEADER: signature(secret, timestamp_s, body),
    }
