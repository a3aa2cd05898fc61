"""The lockout of an account as a use case sees it: judged, counted, and told in words."""

from dataclasses import replace

from simulator.domain import china_time, lockout
from simulator.domain.lockout import LockoutState
from simulator.domain.support import apply_unlock
from simulator.errors import LockedError, SignInError, WrongPasswordError
from simulator.services.accounts import Account
from simulator.services.visit import Visit


def with_unlocks(account: Account, now_ms: int) -> Account:
    """The account with every unlock ticket that has been resolved by now counted in."""
    state = account.lockout
    for ticket in account.tickets:
        state = apply_unlock(ticket, state, now_ms)
    return account if state == account.lockout else replace(account, lockout=state)


def refuse_if_locked(visit: Visit, account: Account) -> SignInError | None:
    """The refusal of any sign-in while the account is locked."""
    if not lockout.is_locked(account.lockout, visit.now_ms):
        return None
    return _locked(visit, account.lockout)


def count_failure(visit: Visit, account: Account) -> tuple[Account, SignInError]:
    """The account after a wrong password, and the refusal; the one that locks says so."""
    policy = visit.policy.lockout
    state = lockout.record_failure(account.lockout, policy, visit.now_ms)
    account = replace(account, lockout=state)
    if lockout.is_locked(state, visit.now_ms):
        return account, _locked(visit, state)
    remaining = lockout.remaining_attempts(state, policy, visit.now_ms)
    refusal = WrongPasswordError(
        details={"remaining_attempts": remaining} if policy.disclosed else None,
        reason={"failures": state.failures, "threshold": policy.threshold},
    )
    return account, refusal


def forget_failures(visit: Visit, account: Account) -> Account:
    """The account after a right password."""
    state = lockout.record_success(account.lockout, visit.policy.lockout, visit.now_ms)
    return account if state == account.lockout else replace(account, lockout=state)


def _locked(visit: Visit, state: LockoutState) -> SignInError:
    until_ms = lockout.locked_until(state, visit.now_ms)
    until = None if until_ms is None else china_time.to_iso(until_ms)
    reason = {"locked_until": until, "failures": state.failures, "lockouts": state.lockouts}
    if not visit.policy.lockout.disclosed:
        return WrongPasswordError(reason={"really": LockedError.code, **reason})
    wait_s = None if until_ms is None else -((visit.now_ms - until_ms) // 1000)
    return LockedError(details={"locked_until": until}, reason=reason, retry_after_s=wait_s)
