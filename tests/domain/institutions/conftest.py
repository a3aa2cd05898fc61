import pytest

from simulator.domain.institutions import AreaInstitutions, Hospital
from simulator.domain.regions import resolve


@pytest.fixture(scope="session")
def hangzhou() -> AreaInstitutions:
    area = resolve("330100")
    assert area is not None
    return AreaInstitutions(7, area)


@pytest.fixture(scope="session")
def everything(hangzhou: AreaInstitutions) -> list[Hospital]:
    """All hospitals and pharmacies of the area, by number."""
    return [hangzhou.at(number) for number in range(len(hangzhou))]
