"""Passwords: which are strong enough, how long they last, which may not come back.

An account's password is `fresh`, then `reminder`, then `expired`, by its age alone; changing it
makes it fresh again. The rules, defaults *assumed* (domain-facts.md §3):

- A password is as old as the time since it was set. At 76 days the person is reminded; at 90 days
  it has expired and must be changed before anything else.
- A new password may not be the present one nor one of the last few before it.
- What a violated rule is called is stable: clients are told these codes.

Hashing is the caller's: this module sees hashes as opaque text and is given a way to compare.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from simulator.domain import china_time

AgeState = Literal["fresh", "reminder", "expired"]
AgeEvent = Literal["reminder_day", "last_day_ends", "change"]
Violation = Literal[
    "too_short",
    "too_long",
    "too_few_classes",
    "whitespace",
    "not_printable",
    "contains_phone",
    "contains_id_number",
    "contains_birth_date",
]

TRANSITIONS: Final[Mapping[AgeState, Mapping[AgeEvent, AgeState]]] = {
    "fresh": {"reminder_day": "reminder", "change": "fresh"},
    "reminder": {"last_day_ends": "expired", "change": "fresh"},
    "expired": {"change": "fresh"},
}
"""Age state × event → age state; what is missing cannot happen. Tests hold the functions to it."""

_DEFAULT_PREFIX: Final = "Yibao@"
_BIRTH_DATE: Final = slice(6, 14)  # of a resident ID number, GB 11643


@dataclass(frozen=True, slots=True)
class PasswordPolicy:
    """What passwords must be like and how long they last. Defaults *assumed*."""

    min_length: int = 8
    max_length: int = 64
    classes: int = 2
    """How many of lower case, upper case, digits and others must occur."""
    forbid_personal: bool = True
    """Refuse the person's phone, ID number or birth date inside the password."""
    history: int = 5
    """Earlier passwords that may not come back, besides the present one."""
    max_age_days: int | None = 90
    """None: passwords never expire, and nobody is reminded."""
    reminder_after_days: int = 76

    def __post_init__(self) -> None:
        if self.max_length < self.min_length:
            raise ValueError(
                f"max_length is {self.max_length}; expected at least min_length, {self.min_length}"
            )


@dataclass(frozen=True, slots=True)
class PasswordRecord:
    """The password of one account, as hashes of the caller's making."""

    current: str
    changed_ms: int
    earlier: tuple[str, ...] = ()
    """The passwords before it, newest first."""


def default_password(id_number: str) -> str:
    """The password of an account that exists from the start and was never changed. *Assumed*."""
    return _DEFAULT_PREFIX + id_number[-6:]


def violations(
    password: str,
    policy: PasswordPolicy,
    *,
    phone: str | None = None,
    id_number: str | None = None,
) -> tuple[Violation, ...]:
    """The rules a new password breaks, in a fixed order; empty when it is strong enough."""
    personal = policy.forbid_personal
    broken: dict[Violation, bool] = {
        "too_short": len(password) < policy.min_length,
        "too_long": len(password) > policy.max_length,
        "too_few_classes": len({_class_of(each) for each in password}) < policy.classes,
        "whitespace": any(each.isspace() for each in password),
        "not_printable": any(not (each.isprintable() or each.isspace()) for each in password),
        "contains_phone": personal and bool(phone) and str(phone) in password,
        "contains_id_number": personal and bool(id_number) and _holds_id(password, str(id_number)),
        "contains_birth_date": personal
        and bool(id_number)
        and str(id_number)[_BIRTH_DATE] in password,
    }
    return tuple(rule for rule, is_broken in broken.items() if is_broken)


def is_reused(
    record: PasswordRecord,
    policy: PasswordPolicy,
    password: str,
    matches: Callable[[str, str], bool],
) -> bool:
    """Whether a new password is the present one or one of the last few.

    `matches(hash, password)` compares; it is called at most 1 + `policy.history` times.
    """
    remembered = (record.current, *record.earlier[: policy.history])
    return any(matches(each, password) for each in remembered)


def change(
    record: PasswordRecord, policy: PasswordPolicy, new_hash: str, now_ms: int
) -> PasswordRecord:
    """The record with a new password, which is fresh from now on."""
    earlier = (record.current, *record.earlier)[: policy.history]
    return PasswordRecord(new_hash, now_ms, earlier)


def expires_at(changed_ms: int, policy: PasswordPolicy) -> int | None:
    """The instant from which a password set then has expired; None for never."""
    if policy.max_age_days is None:
        return None
    return changed_ms + policy.max_age_days * china_time.DAY_MS


def days_left(changed_ms: int, policy: PasswordPolicy, now_ms: int) -> int | None:
    """Days until it expires, begun ones counted whole: 1 on the last day, 0 once expired."""
    expires_ms = expires_at(changed_ms, policy)
    if expires_ms is None:
        return None
    return max(0, -((now_ms - expires_ms) // china_time.DAY_MS))


def age_state(changed_ms: int, policy: PasswordPolicy, now_ms: int) -> AgeState:
    """Whether a password set at that instant is fresh, to be reminded of, or expired."""
    expires_ms = expires_at(changed_ms, policy)
    if expires_ms is None:
        return "fresh"
    if now_ms >= expires_ms:
        return "expired"
    reminder_ms = changed_ms + policy.reminder_after_days * china_time.DAY_MS
    return "reminder" if now_ms >= reminder_ms else "fresh"


def _class_of(character: str) -> str:
    # ASCII alone: a full-width digit is no digit on any keyboard that asks for one
    if "a" <= character <= "z":
        return "lower"
    if "A" <= character <= "Z":
        return "upper"
    return "digit" if "0" <= character <= "9" else "other"


def _holds_id(password: str, id_number: str) -> bool:
    return id_number.upper() in password.upper()  # the check character may be typed x or X
