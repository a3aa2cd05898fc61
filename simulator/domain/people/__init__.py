"""The insured people as a function of a seed: see `population`."""

from simulator.domain.people.employers import Employer
from simulator.domain.people.family import Relative
from simulator.domain.people.generations import EPOCH
from simulator.domain.people.insurance import InsuranceRow
from simulator.domain.people.listing import Listing
from simulator.domain.people.person import Person
from simulator.domain.people.population import People

__all__ = ["EPOCH", "Employer", "InsuranceRow", "Listing", "People", "Person", "Relative"]
