"""The password of a social-security card, and its lockout: counted per card, wherever it is asked.

The password is derived with the person and cannot be changed. Wrong ones are counted by the policy
section `card_password` of the platform that asks (3 wrong, 24 hours: *assumed*, domain-facts.md
§3), on all third-party platforms together, since the card is one.
"""

from dataclasses import dataclass
from hmac import compare_digest

from simulator.domain import china_time, lockout
from simulator.domain.lockout import OPEN, LockoutState
from simulator.domain.people import Person
from simulator.errors import (
    AccountStateError,
    AuthorisationError,
    CardLockedError,
    NotInsuredError,
    WrongCardPasswordError,
)
from simulator.services.visit import Visit


@dataclass(frozen=True, slots=True)
class CardRecord:
    """What is kept of a card whose password was given wrong, or that somebody locked."""

    lockout: LockoutState = OPEN


def holder_of(visit: Visit, card_number: str, password: str) -> Person:
    """The holder of a card, shown to be it by its password.

    Raises NotInsuredError where it is nobody's card, CardLockedError or WrongCardPasswordError.
    """
    person = visit.world.people.by_card_number(card_number)
    if person is None:
        raise NotInsuredError(reason={"card": "nobody's"})
    is_right = compare_digest(person.card_password.encode(), password.encode("utf-8", "replace"))

    def change(stored: CardRecord | None) -> tuple[CardRecord | None, AuthorisationError | None]:
        state = OPEN if stored is None else stored.lockout
        if lockout.is_locked(state, visit.now_ms):
            return stored, _locked(visit, state)
        policy = visit.policy.card_password
        if is_right:
            return _record(lockout.record_success(state, policy, visit.now_ms)), None
        state = lockout.record_failure(state, policy, visit.now_ms)
        refusal = _wrong(visit, state)
        return CardRecord(state), refusal

    refusal = visit.world.update(_key(person), CardRecord, change)
    if refusal is not None:
        raise refusal
    return person


def state_of(visit: Visit, person: Person) -> LockoutState:
    """The lockout of a person's card now, with everything dropped that time has ended."""
    stored = visit.world.read(_key(person), CardRecord)
    state = OPEN if stored is None else stored.lockout
    return lockout.settled(state, visit.policy.card_password, visit.now_ms)


def set_lock(visit: Visit, person: Person, *, locked: bool, until_ms: int | None = None) -> None:
    """Lock a card, until an instant or for as long as wrong passwords would; or set it free.

    Raises AccountStateError where the instant is not in the future.
    """
    policy, now_ms = visit.policy.card_password, visit.now_ms
    if until_ms is None and policy.mode != "permanent":
        until_ms = now_ms + policy.wait_s * china_time.SECOND_MS

    def change(stored: CardRecord | None) -> tuple[CardRecord | None, None]:
        if not locked:
            return None, None
        state = OPEN if stored is None else stored.lockout
        try:
            return CardRecord(lockout.lock_by_operator(state, now_ms, until_ms)), None
        except ValueError:
            raise AccountStateError(
                details={"fields": {"locked_until": ["lies in the world's past"]}}
            ) from None

    visit.world.update(_key(person), CardRecord, change)


def _wrong(visit: Visit, state: LockoutState) -> AuthorisationError:
    policy = visit.policy.card_password
    if lockout.is_locked(state, visit.now_ms):
        return _locked(visit, state)
    remaining = lockout.remaining_attempts(state, policy, visit.now_ms)
    return WrongCardPasswordError(
        details={"remaining_attempts": remaining} if policy.disclosed else None,
        reason={"failures": state.failures, "threshold": policy.threshold},
    )


def _locked(visit: Visit, state: LockoutState) -> AuthorisationError:
    until_ms = lockout.locked_until(state, visit.now_ms)
    until = None if until_ms is None else china_time.to_iso(until_ms)
    reason = {"locked_until": until, "failures": state.failures}
    if not visit.policy.card_password.disclosed:
        return WrongCardPasswordError(reason={"really": CardLockedError.code, **reason})
    wait_s = None if until_ms is None else -((visit.now_ms - until_ms) // 1000)
    return CardLockedError(details={"locked_until": until}, reason=reason, retry_after_s=wait_s)


def _record(state: LockoutState) -> CardRecord | None:
    return None if state == OPEN else CardRecord(state)


def _key(person: Person) -> str:
    return f"card/{person.index}"
