"""What each platform shows of a person's ledger: the one place balances and histories come from.

The local platforms are where entries are booked: they show what is so now. Every other platform
shows what has reached it, by the `replication` policy for the pooling area of the person.
"""

from typing import Final

from simulator.domain.people import Person
from simulator.domain.replication import Replica, ReplicationPolicy
from simulator.policy import SOURCE
from simulator.services.ledgers import ledger_of
from simulator.world import World

_AT_ONCE: Final = ReplicationPolicy()


def replica_on(world: World, platform: str, person: Person, now_ms: int) -> Replica:
    """A person's account as a platform sees it, to be read up to an instant."""
    policy = _AT_ONCE
    if platform != SOURCE:
        policy = world.policy(platform, person.region).replication
    return Replica(ledger_of(world, person, now_ms), policy, world.key(f"replication/{platform}"))
