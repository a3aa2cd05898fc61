"""Insurance user queries: how long what is signed, and what is answered, is good for."""

from dataclasses import dataclass

from simulator.domain.china_time import SECOND_MS


@dataclass(frozen=True, slots=True)
class UserQueryPolicy:
    """Rules of the signed user query."""

    timestamp_tolerance_s: int = 900
    """How far a timestamp may be from the world's clock; 0: it is not looked at."""
    pay_authorisation_s: int = 900
    masks_identity: bool = False
    """Whether name and ID number are answered masked; the real ones are not (observed)."""


def is_stale(policy: UserQueryPolicy, timestamp_ms: int, now_ms: int) -> bool:
    """Whether a timestamp is too old, or too far ahead."""
    tolerance_s = policy.timestamp_tolerance_s
    return tolerance_s > 0 and abs(now_ms - timestamp_ms) > tolerance_s * SECOND_MS
