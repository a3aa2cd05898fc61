"""Choosing another password: by a code sent to the phone, or knowing the old one."""

from dataclasses import replace

from simulator.domain import lockout
from simulator.domain.passwords import change as changed_password
from simulator.domain.passwords import is_reused
from simulator.errors import (
    AccountUnknownError,
    LockedError,
    PasswordReusedError,
    SessionInvalidError,
    SignInError,
    SimulatorError,
    WrongOldPasswordError,
)
from simulator.services import accounts
from simulator.services.accounts import Account, PhoneRecord
from simulator.services.lockouts import count_failure, refuse_if_locked, with_unlocks
from simulator.services.password_hashes import digest_of, hash_password, matches
from simulator.services.registration import check_strength
from simulator.services.sign_in import OpenSession
from simulator.services.sms_codes import RESET_PASSWORD, use_code
from simulator.services.visit import Visit


def reset_password(visit: Visit, phone: str, code: str, new_password: str) -> None:
    """Set a new password with a code; clears the lockout and ends all sessions.

    The code is used up if and only if the password is changed. Raises PasswordTooWeakError,
    SmsError, AccountUnknownError, PasswordReusedError.
    """
    check_strength(visit, new_password, phone=phone, id_number=_id_number(visit, phone))
    hashed = hash_password(new_password)

    def change(record: PhoneRecord) -> tuple[PhoneRecord, SimulatorError | None]:
        codes, refusal = use_code(visit, record.codes, RESET_PASSWORD, code)
        if refusal is not None:
            return replace(record, codes=codes), refusal
        if record.account is None:
            return record, AccountUnknownError()
        account = _changed(visit, record.account, new_password, hashed)
        if account is None:
            return record, PasswordReusedError()
        account = replace(account, lockout=lockout.clear(), challenge=None)
        return PhoneRecord(codes, account), None

    refusal = accounts.update(visit, phone, change)
    if refusal is not None:
        raise refusal


def change_password(
    visit: Visit, session: OpenSession, old_password: str, new_password: str
) -> None:
    """Set a new password knowing the old one; ends all sessions, this one included.

    A wrong old password counts like one at sign-in. Raises PasswordTooWeakError,
    WrongOldPasswordError, LockedError, PasswordReusedError.
    """
    check_strength(
        visit, new_password, phone=session.phone, id_number=_id_number(visit, session.phone)
    )
    hashed = hash_password(new_password)

    def change(account: Account) -> tuple[Account, SimulatorError | bool]:
        account = with_unlocks(account, visit.now_ms)
        locked = refuse_if_locked(visit, account)
        if locked is not None:
            return account, _in_place(locked)
        person = accounts.person_of(visit, account)
        if not matches(account.password.current, digest_of(old_password), person):
            account, refusal = count_failure(visit, account)
            return account, _in_place(refusal)
        changed = _changed(visit, account, new_password, hashed)
        if changed is None:
            return account, PasswordReusedError()
        return changed, True

    outcome = accounts.update_account(visit, session.phone, change)
    if outcome is None:
        raise SessionInvalidError
    if isinstance(outcome, SimulatorError):
        raise outcome


def _in_place(refusal: SignInError) -> SignInError | WrongOldPasswordError:
    """A refusal of sign-in in the words of this call; an undisclosed lock stays one."""
    if isinstance(refusal, LockedError):
        return refusal
    return WrongOldPasswordError(details=refusal.details, reason=refusal.reason)


def _changed(visit: Visit, account: Account, new_password: str, hashed: str) -> Account | None:
    """The account with the new password and no sessions; None when the password was used before."""
    policy = visit.policy.password
    person = accounts.person_of(visit, account)

    def used(kept: str, password: str) -> bool:
        return matches(kept, digest_of(password), person)

    if is_reused(account.password, policy, new_password, used):
        return None
    record = changed_password(account.password, policy, hashed, visit.now_ms)
    return replace(account, password=record, sessions=())


def _id_number(visit: Visit, phone: str) -> str | None:
    account = accounts.read(visit, phone).account
    person = None if account is None else accounts.person_of(visit, account)
    return None if person is None else person.id_number
