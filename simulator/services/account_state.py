"""The tester's hand on an account: putting it into a state, and reading the one it is in."""

from dataclasses import dataclass, replace

from simulator.domain import lockout, real_name
from simulator.domain.lockout import LockoutState
from simulator.domain.passwords import PasswordRecord
from simulator.domain.people import Person
from simulator.domain.second_factor import is_offered
from simulator.errors import AccountStateError
from simulator.services import accounts
from simulator.services.accounts import Account, PhoneRecord
from simulator.services.lockouts import with_unlocks
from simulator.services.password_hashes import DEFAULT_PASSWORD, hash_password
from simulator.services.visit import Visit


@dataclass(frozen=True, slots=True)
class AccountPatch:
    """What is to be changed; None leaves a thing as it is."""

    registered: bool | None = None
    real_name: str | None = None
    locked: bool | None = None
    locked_until_ms: int | None = None
    password: str | None = None
    """Set as it is, without looking at its strength or at earlier ones."""
    password_changed_ms: int | None = None
    second_factor: str | None = None


def account_of(visit: Visit, person: Person) -> Account | None:
    """The account under a person's own phone number, unlock tickets counted in."""
    account = accounts.read(visit, person.phone).account
    return None if account is None else with_unlocks(account, visit.now_ms)


def patch_account(visit: Visit, person: Person, patch: AccountPatch) -> Account | None:
    """Put the account of a person's phone number into a state, all of it or nothing.

    An account that does not exist is made when `registered` is true: verified, with the default
    password, unless the patch says otherwise. Raises AccountStateError.
    """
    hashed = None if patch.password is None else hash_password(patch.password)

    def change(record: PhoneRecord) -> tuple[PhoneRecord, Account | None]:
        if patch.registered is False:
            _refuse_more_than_removal(patch)
            return replace(record, account=None), None
        account = record.account
        if account is None:
            if not patch.registered:
                raise AccountStateError(
                    en="There is no account on this platform; send registered: true to make one.",
                    details={"fields": {"registered": ["true is needed: there is no account"]}},
                )
            account = replace(
                accounts.initial_account(visit, person),
                password=PasswordRecord(DEFAULT_PASSWORD, visit.now_ms),
                registered_ms=visit.now_ms,
            )
        account = _patched(visit, with_unlocks(account, visit.now_ms), person, patch, hashed)
        return replace(record, account=account), account

    return accounts.update(visit, person.phone, change)


def _refuse_more_than_removal(patch: AccountPatch) -> None:
    if patch != AccountPatch(registered=False):
        raise AccountStateError(
            details={"fields": {"registered": ["false removes the account: nothing else fits"]}}
        )


def _patched(
    visit: Visit, account: Account, person: Person, patch: AccountPatch, hashed: str | None
) -> Account:
    if patch.real_name == "verified":
        account = replace(
            account, identity=real_name.verify_by_operator(person.index, visit.now_ms)
        )
    elif patch.real_name == "unverified":
        if account.password.current == DEFAULT_PASSWORD and hashed is None:
            # The default password is derived from the verified person; keep it working.
            hashed = hash_password(person.default_password)
        account = account.without_person(real_name.reset())
    if hashed is not None:
        changed_ms = visit.now_ms if patch.password else account.password.changed_ms
        account = replace(account, password=PasswordRecord(hashed, changed_ms), sessions=())
    if patch.password_changed_ms is not None:
        if patch.password_changed_ms > visit.now_ms:
            raise AccountStateError(
                details={"fields": {"password_changed_at": ["lies in the world's future"]}}
            )
        record = replace(account.password, changed_ms=patch.password_changed_ms)
        account = replace(account, password=record)
    if patch.second_factor is not None:
        if not is_offered(patch.second_factor, visit.policy.second_factor):
            offered = ", ".join(visit.policy.second_factor.methods)
            raise AccountStateError(
                details={"fields": {"second_factor": [f"not offered; offered: {offered}"]}}
            )
        account = replace(account, second_factor=patch.second_factor, challenge=None)
    return _with_lock(visit, account, patch)


def _with_lock(visit: Visit, account: Account, patch: AccountPatch) -> Account:
    state: LockoutState
    if patch.locked_until_ms is not None:
        try:
            state = lockout.lock_by_operator(account.lockout, visit.now_ms, patch.locked_until_ms)
        except ValueError:
            raise AccountStateError(
                details={"fields": {"locked_until": ["lies in the world's past"]}}
            ) from None
    elif patch.locked is True:
        policy = visit.policy.lockout
        until_ms = None if policy.mode == "permanent" else visit.now_ms + policy.wait_s * 1000
        state = lockout.lock_by_operator(account.lockout, visit.now_ms, until_ms)
    elif patch.locked is False:
        state = lockout.clear()
    else:
        return account
    return replace(account, lockout=state)
