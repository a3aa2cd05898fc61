import pytest

from simulator.domain.drugs import AreaDrugs, Drug, DrugCatalogue, catalogue_of
from simulator.domain.regions import resolve


@pytest.fixture(scope="session")
def catalogue() -> DrugCatalogue:
    return catalogue_of(7)


@pytest.fixture(scope="session")
def hangzhou() -> AreaDrugs:
    area = resolve("330100")
    assert area is not None
    return AreaDrugs(7, area)


@pytest.fixture(scope="session")
def everything(hangzhou: AreaDrugs) -> list[Drug]:
    """All drugs of the national catalogue, listed in the area or not, by number."""
    return [hangzhou.at(number) for number in range(len(hangzhou.catalogue))]
