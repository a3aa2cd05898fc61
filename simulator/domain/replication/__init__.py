"""What a platform that is not the source sees of an account: a rule on instants, nothing stored."""

from simulator.domain.replication.ledger import Ledger, recorded_ms
from simulator.domain.replication.outstanding import (
    REASONS,
    Differing,
    Missing,
    Outstanding,
    outstanding,
)
from simulator.domain.replication.policy import (
    DailyOutage,
    Outage,
    ReplicationError,
    ReplicationPolicy,
)
from simulator.domain.replication.replica import History, Replica, Standing

__all__ = [
    "REASONS",
    "DailyOutage",
    "Differing",
    "History",
    "Ledger",
    "Missing",
    "Outage",
    "Outstanding",
    "Replica",
    "ReplicationError",
    "ReplicationPolicy",
    "Standing",
    "outstanding",
    "recorded_ms",
]
