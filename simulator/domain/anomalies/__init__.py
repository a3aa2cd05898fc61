"""Which anomalies a person's data has, by whose decision and since when; see `catalogue`."""

from simulator.domain.anomalies.catalogue import ANOMALIES, Anomaly
from simulator.domain.anomalies.policy import AnomalyPolicy
from simulator.domain.anomalies.resolution import (
    Active,
    Choice,
    Traits,
    resolve,
    standing,
    traits_of,
)

__all__ = [
    "ANOMALIES",
    "Active",
    "Anomaly",
    "AnomalyPolicy",
    "Choice",
    "Traits",
    "resolve",
    "standing",
    "traits_of",
]
