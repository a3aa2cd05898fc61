"""Which anomalies are in force for a person of a world, and how the person is insured by them.

What is true is the same on every platform: policy is that of the person's pooling area, at the
source of the data. What a family does for each other comes on top, in `memberships`.
"""

from dataclasses import dataclass

from simulator.domain.anomalies import (
    Active,
    AnomalyPolicy,
    Traits,
    resolve,
    standing,
    traits_of,
)
from simulator.domain.membership import Membership
from simulator.domain.people import Person
from simulator.policy import SOURCE
from simulator.services import ledger_records
from simulator.services.ledger_records import LedgerRecord
from simulator.world import World


@dataclass(frozen=True, slots=True)
class InForce:
    """The anomalies of one person, by name."""

    active: dict[str, Active]
    traits: Traits


def policy_at_source(world: World, person: Person) -> AnomalyPolicy:
    """What holds where nobody has chosen anything for the person."""
    return world.policy(SOURCE, person.region).anomalies


def is_ordinary(world: World, person: Person, record: LedgerRecord) -> bool:
    """Whether a person is insured just as the population says: so nearly everybody is."""
    return not record.anomalies and policy_at_source(world, person).befalls_nobody


def in_force(world: World, person: Person, record: LedgerRecord) -> InForce:
    """The anomalies of a person, given what the world keeps of the person's ledger."""
    traits = traits_of(world.key("anomalies"), person)
    policy = policy_at_source(world, person)
    return InForce(resolve(person, record.anomalies, policy, traits), traits)


def standing_of(world: World, person: Person, record: LedgerRecord | None = None) -> Membership:
    """How a person is insured, aid to relatives left out; `record` is read when not given."""
    if record is None:
        record = ledger_records.read(world, person.index)
    if is_ordinary(world, person, record):
        return person.membership()
    found = in_force(world, person, record)
    return standing(person.membership(), record.anomalies, found.active, found.traits)
