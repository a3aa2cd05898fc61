"""Making an account with a phone number, a code sent to it, and a password."""

from dataclasses import replace

from simulator.domain.passwords import PasswordRecord, violations
from simulator.errors import (
    AccountExistsError,
    CardMismatchError,
    CardRequiredError,
    NoCardError,
    PasswordTooWeakError,
    SimulatorError,
)
from simulator.services import accounts
from simulator.services.accounts import Account, PhoneRecord
from simulator.services.password_hashes import hash_password
from simulator.services.pooling_areas import is_insured_here, not_insured_here
from simulator.services.sms_codes import REGISTER, use_code
from simulator.services.visit import Visit


def register(
    visit: Visit, phone: str, code: str, password: str, card_number: str | None = None
) -> Account:
    """Make an account, unverified at first.

    A local platform may be given the social-security card, whose holder's insurance it then links.
    The code is used up if and only if the account is made. Raises PasswordTooWeakError, SmsError,
    AccountExistsError, CardError, NotInsuredHereError.
    """
    check_strength(visit, password, phone=phone)
    hashed = hash_password(password)

    def change(record: PhoneRecord) -> tuple[PhoneRecord, Account | SimulatorError]:
        codes, refusal = use_code(visit, record.codes, REGISTER, code)
        if refusal is not None:
            return replace(record, codes=codes), refusal
        if record.account is not None:
            return record, AccountExistsError()
        unfit = _card_refusal(visit, phone, card_number)
        if unfit is not None:
            return record, unfit
        account = Account(
            PasswordRecord(hashed, visit.now_ms), visit.now_ms, card_number=card_number
        )
        return PhoneRecord(codes, account), account

    outcome = accounts.update(visit, phone, change)
    if isinstance(outcome, SimulatorError):
        raise outcome
    return outcome


def _card_refusal(visit: Visit, phone: str, card_number: str | None) -> SimulatorError | None:
    """Why a phone and a card cannot register here, or None; on platforms of all areas they can."""
    if visit.region is None:
        return None
    people = visit.world.people
    owner = people.by_phone(phone)
    if owner is not None and not is_insured_here(visit, owner):
        return not_insured_here(visit, owner)
    if card_number is None:
        required = visit.policy.registration.card_number == "required"
        return CardRequiredError() if required else None
    holder = people.by_card_number(card_number)
    if holder is None:
        return NoCardError()
    if owner is None or holder.index != owner.index:
        return CardMismatchError()
    return None


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
