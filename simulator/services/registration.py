"""Making an account with a phone number, a code sent to it, and a password."""

from dataclasses import replace

from simulator.domain.passwords import PasswordRecord, violations
from simulator.errors import AccountExistsError, PasswordTooWeakError, SimulatorError
from simulator.services import accounts
from simulator.services.accounts import Account, PhoneRecord
from simulator.services.password_hashes import hash_password
from simulator.services.sms_codes import REGISTER, use_code
from simulator.services.visit import Visit


def register(visit: Visit, phone: str, code: str, password: str) -> Account:
    """Make an account, unverified at first.

    The code is used up if and only if the account is made. Raises PasswordTooWeakError, SmsError,
    AccountExistsError.
    """
    check_strength(visit, password, phone=phone)
    hashed = hash_password(password)

    def change(record: PhoneRecord) -> tuple[PhoneRecord, Account | SimulatorError]:
        codes, refusal = use_code(visit, record.codes, REGISTER, code)
        if refusal is not None:
            return replace(record, codes=codes), refusal
        if record.account is not None:
            return record, AccountExistsError()
        account = Account(PasswordRecord(hashed, visit.now_ms), visit.now_ms)
        return PhoneRecord(codes, account), account

    outcome = accounts.update(visit, phone, change)
    if isinstance(outcome, SimulatorError):
        raise outcome
    return outcome


def check_strength(
    visit: Visit, password: str, *, phone: str, id_number: str | None = None
) -> None:
    """Raises PasswordTooWeakError naming each rule the password breaks."""
    policy = visit.policy.password
    broken = violations(password, policy, phone=phone, id_number=id_number)
    if broken:
        raise PasswordTooWeakError(
            details={
                "violations": list(broken),
                "min_length": policy.min_length,
                "max_length": policy.max_length,
                "classes": policy.classes,
            }
        )
