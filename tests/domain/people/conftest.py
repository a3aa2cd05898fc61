import random
from collections.abc import Sequence

import pytest

from simulator.domain.people import People, Person


@pytest.fixture(scope="session")
def people() -> People:
    population = People(7)
    # Word lists and regions are read on first use; here, so that no example pays for it.
    assert population.at(0).name
    return population


@pytest.fixture(scope="session")
def realistic() -> People:
    return People(7, "realistic")


@pytest.fixture(scope="session")
def sample(people: People) -> Sequence[Person]:
    """The same 20,000 people in every run."""
    chosen = random.Random(2024)
    return [people.at(chosen.randrange(len(people))) for _ in range(20_000)]
