"""Who counts at a local platform: the people whom its pooling area insures, and nobody else."""

from simulator.domain import china_time
from simulator.domain.people import Person
from simulator.errors import NotInsuredHereError
from simulator.services.standings import standing_of
from simulator.services.visit import Visit


def insuring_area(visit: Visit, person: Person) -> str:
    """admdvs of the pooling area that insures a person now."""
    return standing_of(visit.world, person).region_on(china_time.day_of(visit.now_ms))


def is_insured_here(visit: Visit, person: Person) -> bool:
    """Whether the platform visited serves a person; one of all areas serves everybody."""
    return visit.region is None or visit.region == insuring_area(visit, person)


def not_insured_here(visit: Visit, person: Person) -> NotInsuredHereError:
    """The refusal of a person whom another pooling area insures."""
    return NotInsuredHereError(
        details={"region": visit.region}, reason={"insured_in": insuring_area(visit, person)}
    )


def refuse_unless_insured_here(visit: Visit, person: Person) -> None:
    """Raises NotInsuredHereError when another pooling area insures the person."""
    if not is_insured_here(visit, person):
        raise not_insured_here(visit, person)
