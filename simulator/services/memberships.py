"""How a person is insured in one world: the one place that services ask for it."""

from simulator.domain.membership import Membership
from simulator.domain.people import Person
from simulator.services.ledger_records import LedgerRecord
from simulator.world import World


def member_of(world: World, person: Person, record: LedgerRecord, until_ms: int) -> Membership:
    """What the ledger needs to know of a person, up to an instant; `record` is the person's."""
    return person.membership()
