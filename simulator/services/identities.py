"""Which account of a platform a person holds: their own phone's, or another's that they took.

The note of who holds whom is a hint: what counts is the account it leads to. So a note left behind
by a change that was not carried out to its end says nothing wrong.
"""

from dataclasses import dataclass, replace

from simulator.domain import real_name
from simulator.domain.people import Person
from simulator.services import accounts
from simulator.services.accounts import Account
from simulator.services.password_hashes import DEFAULT_PASSWORD, hash_password
from simulator.services.visit import Visit


@dataclass(frozen=True, slots=True)
class Holder:
    """The phone number of the account that a person was last verified for."""

    phone: str


def phone_of(visit: Visit, person: Person) -> str | None:
    """The phone number of the account that is the person's, or None."""
    noted = visit.world.read(_key(visit, person), Holder)
    for phone in (noted.phone if noted is not None else person.phone, person.phone):
        account = accounts.read(visit, phone).account
        if account is not None and account.person == person.index:
            return phone
    return None


def claim(visit: Visit, person: Person, phone: str) -> bool:
    """Note that a person is now verified for the account of a phone.

    False, with nothing noted, when another account is the person's and policy lets it be. Where
    policy moves the person, the other account is nobody's afterwards.
    """

    def change(noted: Holder | None) -> tuple[Holder | None, str | None]:
        other = phone_of(visit, person)
        if other not in (None, phone) and visit.policy.real_name.same_person == "refuse":
            return noted, other
        return Holder(phone), other

    other = visit.world.update(_key(visit, person), Holder, change)
    if other is None or other == phone:
        return True
    if visit.policy.real_name.same_person == "refuse":
        return False

    def let_go(account: Account) -> tuple[Account, bool]:
        if account.person != person.index:
            return account, False
        password = account.password
        if password.current == DEFAULT_PASSWORD:
            # Derived from the person who leaves: kept as what it was.
            password = replace(password, current=hash_password(person.default_password))
        account = replace(account, password=password)
        return account.without_person(real_name.take_over()), True

    accounts.update_account(visit, other, let_go)
    return True


def _key(visit: Visit, person: Person) -> str:
    return f"holder/{visit.account_space}/{person.index}"
