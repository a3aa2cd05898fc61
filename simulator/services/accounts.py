"""Accounts: what a platform knows of a phone number, stored once it differs from what is derived.

A share of the people has an account from the start, verified, with the default password; nothing is
stored for it until it changes. Codes sent to a phone and the account of that phone are one value,
so that using up a code and making the account are one atomic change.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TypeVar

from simulator.domain import china_time, real_name
from simulator.domain.biometrics import KINDS, NOT_ENROLLED, BiometricState, Kind
from simulator.domain.digests import digest
from simulator.domain.e_credential import ECredentials
from simulator.domain.lockout import LockoutState
from simulator.domain.one_time_codes import PhoneCodes
from simulator.domain.passwords import PasswordRecord
from simulator.domain.people import Person
from simulator.domain.real_name import UNVERIFIED, RealNameState
from simulator.domain.second_factor import NO_METHOD, SecondFactorChallenge
from simulator.domain.sessions import Session
from simulator.domain.support import Ticket
from simulator.services.password_hashes import DEFAULT_PASSWORD
from simulator.services.pooling_areas import is_insured_here
from simulator.services.visit import Visit

_OLDEST_DEFAULT_PASSWORD_DAYS = 60
"""Default passwords are up to so old when the world is made: under any reminder. Assumed."""

Outcome = TypeVar("Outcome")


@dataclass(frozen=True, slots=True)
class Account:
    """One account."""

    password: PasswordRecord
    registered_ms: int
    identity: RealNameState = UNVERIFIED
    card_face: str | None = None
    """The portrait on the accepted card as the face matcher knows it, base64; None without one."""
    lockout: LockoutState = field(default_factory=LockoutState)
    sessions: tuple[Session, ...] = ()
    second_factor: str = NO_METHOD
    challenge: SecondFactorChallenge | None = None
    tickets: tuple[Ticket, ...] = ()
    card_number: str | None = None
    """The social-security card with which a local platform registered the account."""
    fingerprint: BiometricState = NOT_ENROLLED
    iris: BiometricState = NOT_ENROLLED
    e_credentials: ECredentials = ()

    def biometric(self, kind: Kind) -> BiometricState:
        """What is enrolled of a kind."""
        return self.fingerprint if kind == "fingerprint" else self.iris

    def with_biometric(self, kind: Kind, state: BiometricState) -> "Account":
        """The account with another state of a kind."""
        if kind == "fingerprint":
            return replace(self, fingerprint=state)
        return replace(self, iris=state)

    def without_person(self, identity: RealNameState) -> "Account":
        """The account as nobody's again: what belongs to the person goes, the rest stays."""
        method = NO_METHOD if self.second_factor in KINDS else self.second_factor
        return replace(
            self,
            identity=identity,
            card_face=None,
            fingerprint=NOT_ENROLLED,
            iris=NOT_ENROLLED,
            second_factor=method,
            challenge=None,
            e_credentials=(),
        )

    @property
    def person(self) -> int | None:
        """Index of the person whose account it is: whoever was verified, None before that."""
        return self.identity.person


@dataclass(frozen=True, slots=True)
class PhoneRecord:
    """What a platform knows of a phone number: the codes sent to it, and its account if any."""

    codes: PhoneCodes = field(default_factory=PhoneCodes)
    account: Account | None = None


def read(visit: Visit, phone: str) -> PhoneRecord:
    """What the platform knows of a phone number now."""
    stored = visit.world.read(_key(visit, phone), PhoneRecord)
    return stored if stored is not None else PhoneRecord(account=_from_the_start(visit, phone))


def update(
    visit: Visit, phone: str, change: Callable[[PhoneRecord], tuple[PhoneRecord, Outcome]]
) -> Outcome:
    """Replace what is known of a phone number, atomically; `change` may run more than once."""

    def on_stored(stored: PhoneRecord | None) -> tuple[PhoneRecord | None, Outcome]:
        known = stored
        if known is None:
            known = PhoneRecord(account=_from_the_start(visit, phone))
        wanted, outcome = change(known)
        return (stored if wanted is known else wanted), outcome

    return visit.world.update(_key(visit, phone), PhoneRecord, on_stored)


def update_account(
    visit: Visit, phone: str, change: Callable[[Account], tuple[Account, Outcome]]
) -> Outcome | None:
    """Replace an account, atomically; None when there is none."""

    def on_record(record: PhoneRecord) -> tuple[PhoneRecord, Outcome | None]:
        if record.account is None:
            return record, None
        wanted, outcome = change(record.account)
        if wanted is record.account:
            return record, outcome
        return replace(record, account=wanted), outcome

    return update(visit, phone, on_record)


def person_of(visit: Visit, account: Account) -> Person | None:
    """The person whose account it is, or None before anybody was verified."""
    return None if account.person is None else visit.world.people.at(account.person)


def verified_person_of(visit: Visit, account: Account) -> Person | None:
    """The person as whom the account counts now, or None."""
    index = real_name.verified_person(account.identity, visit.policy.real_name, visit.now_ms)
    return None if index is None else visit.world.people.at(index)


def real_name_state(visit: Visit, account: Account) -> real_name.Phase:
    """How far the real-name verification of an account stands now."""
    return real_name.phase_of(account.identity, visit.policy.real_name, visit.now_ms)


def is_deceased(visit: Visit, person: Person) -> bool:
    """Whether the register knows a person as deceased."""
    key, age = visit.world.key("deceased"), person.generation.age
    return real_name.is_deceased(key, person.index, age, visit.policy.real_name)


def registered_from_the_start(visit: Visit, person: Person) -> bool:
    """Whether a person has an account on the platform when the world is made.

    Nobody has whom the register knows as deceased, or whom another pooling area insured then.
    """
    start = visit.at_the_start
    if is_deceased(start, person) or not is_insured_here(start, person):
        return False
    share = start.policy.registration.registered_percent
    draw = digest(visit.world.key(f"registered/{visit.account_space}"), person.index, 4)
    return int.from_bytes(draw, "big") % 100 < share


def initial_account(visit: Visit, person: Person) -> Account:
    """The account of a person who has one from the start."""
    draw = digest(visit.world.key(f"password-age/{visit.account_space}"), person.index, 4)
    age_ms = int.from_bytes(draw, "big") % (_OLDEST_DEFAULT_PASSWORD_DAYS * china_time.DAY_MS)
    since_ms = visit.world.record.made_ms - age_ms
    identity = real_name.verify_by_operator(person.index, since_ms)
    return Account(PasswordRecord(DEFAULT_PASSWORD, since_ms), since_ms, identity)


def _from_the_start(visit: Visit, phone: str) -> Account | None:
    person = visit.world.people.by_phone(phone)
    if person is None or not registered_from_the_start(visit, person):
        return None
    return initial_account(visit, person)


def _key(visit: Visit, phone: str) -> str:
    return f"phone/{visit.account_space}/{phone}"
