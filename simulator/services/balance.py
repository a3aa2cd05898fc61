"""What a verified person may read: insurance, balance, history."""

from collections.abc import Sequence
from dataclasses import dataclass

from simulator.domain import china_time
from simulator.domain.ledger import LedgerEntry, Position
from simulator.domain.people import InsuranceRow, Person
from simulator.errors import RealNameRequiredError
from simulator.services import accounts, ledgers
from simulator.services.pooling_areas import refuse_unless_insured_here
from simulator.services.sign_in import OpenSession
from simulator.services.visit import Visit

NORMAL = "normal"
SUSPENDED = "suspended"


@dataclass(frozen=True, slots=True)
class Balance:
    """A person's position as a platform shows it. `account_state` is None without an account."""

    position: Position
    account_state: str | None
    as_of_ms: int


def verified_person(visit: Visit, session: OpenSession) -> Person:
    """The person whose real name the account has verified.

    Raises RealNameRequiredError, NotInsuredHereError.
    """
    person = accounts.verified_person_of(visit, session.account)
    if person is None:
        state = accounts.real_name_state(visit, session.account)
        raise RealNameRequiredError(details={"real_name": state})
    refuse_unless_insured_here(visit, person)
    return person


def insurance_of(visit: Visit, person: Person) -> Sequence[InsuranceRow]:
    """The person's insurance rows now."""
    return person.insurance_rows(china_time.day_of(visit.now_ms))


def balance_of(visit: Visit, person: Person) -> Balance:
    """The person's balance and the pool's figures of the year."""
    position = ledgers.position_of(visit.world, person, visit.now_ms)
    state = None
    if position.balance_fen is not None:
        suspended_on = person.membership().suspended_on
        stopped = suspended_on is not None and china_time.day_of(visit.now_ms) >= suspended_on
        state = SUSPENDED if stopped else NORMAL
    return Balance(position, state, visit.now_ms)


def history_of(visit: Visit, person: Person) -> Sequence[LedgerEntry]:
    """The person's ledger entries, oldest first."""
    return ledgers.entries_of(visit.world, person, visit.now_ms)
