"""What a verified person may read: insurance, balance, history."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from simulator.domain import china_time
from simulator.domain.irregularities import Irregularities
from simulator.domain.ledger import Position
from simulator.domain.membership import Membership
from simulator.domain.people import InsuranceRow, Person
from simulator.domain.replication import History, Replica
from simulator.errors import RealNameRequiredError
from simulator.services import accounts
from simulator.services.pooling_areas import not_insured_here, refuse_unless_insured_here
from simulator.services.replicas import replica_on
from simulator.services.sign_in import OpenSession
from simulator.services.visit import Visit

NORMAL = "normal"
SUSPENDED = "suspended"

_REGULAR: Final = Irregularities()


class Insurance(NamedTuple):
    """A person's insurance rows as a platform knows them, and the instant they are true of."""

    rows: Sequence[InsuranceRow]
    as_of_ms: int


class Balance(NamedTuple):
    """A person's position as a platform shows it."""

    position: Position
    amount_fen: int | None
    """What is shown of the account: None without one, unless the platform shows 0 then."""
    account_state: str | None
    """None where nothing is shown of an account."""
    as_of_ms: int
    as_number: bool = False
    """Whether the amount is written as a number."""


def verified_person(visit: Visit, session: OpenSession) -> Person:
    """The person whose real name the account has verified.

    Raises RealNameRequiredError, NotInsuredHereError.
    """
    person = _verified(visit, session)
    refuse_unless_insured_here(visit, person)
    return person


def _verified(visit: Visit, session: OpenSession) -> Person:
    person = accounts.verified_person_of(visit, session.account)
    if person is None:
        state = accounts.real_name_state(visit, session.account)
        raise RealNameRequiredError(details={"real_name": state})
    return person


def insurance_of(visit: Visit, person: Person) -> Insurance:
    """How the person is insured, as the platform knows it."""
    replica = replica_on(visit.world, visit.platform, person, visit.now_ms)
    as_of_ms = replica.as_of(visit.now_ms)
    rows = person.insurance_rows(china_time.day_of(as_of_ms), replica.ledger.member)
    return Insurance(rows, as_of_ms)


def balance_shown(visit: Visit, session: OpenSession) -> Balance:
    """The balance of whoever is signed in: the query most often asked.

    What the world keeps of the person's ledger is read once, for where the person is insured and
    for the balance. Raises RealNameRequiredError, NotInsuredHereError.
    """
    person = _verified(visit, session)
    replica = replica_on(visit.world, visit.platform, person, visit.now_ms)
    region = visit.region
    if region is not None:
        member = replica.ledger.member
        if member.region_on(china_time.day_of(visit.now_ms)) != region:
            raise not_insured_here(visit, person)
    return _balance(visit, replica)


def balance_of(visit: Visit, person: Person) -> Balance:
    """The person's balance and the pool's figures of the year, as the platform knows them."""
    return _balance(visit, replica_on(visit.world, visit.platform, person, visit.now_ms))


def _balance(visit: Visit, replica: Replica) -> Balance:
    position, as_of_ms = replica.standing(visit.now_ms)
    member = replica.ledger.member
    irregular, policy = member.irregular or _REGULAR, visit.policy.anomalies
    amount_fen = position.balance_fen
    if amount_fen is None and _chosen(irregular.zero_for_no_account, policy.zero_for_no_account):
        amount_fen = 0
    return Balance(
        position,
        amount_fen,
        None if amount_fen is None else account_state(member, as_of_ms),
        as_of_ms,
        _chosen(irregular.balance_as_number, policy.balance_as_number),
    )


def _chosen(chosen: bool | None, otherwise: bool) -> bool:
    return otherwise if chosen is None else chosen


def account_state(member: Membership, at_ms: int) -> str:
    """The state of a personal account at an instant."""
    suspended_on = member.suspended_on
    stopped = suspended_on is not None and china_time.day_of(at_ms) >= suspended_on
    return SUSPENDED if stopped else NORMAL


def history_of(visit: Visit, person: Person) -> History:
    """The person's ledger entries, oldest first, as the platform knows them."""
    return replica_on(visit.world, visit.platform, person, visit.now_ms).history(visit.now_ms)
