"""The designated institutions and the drugs of the area whose platform is asked."""

from simulator.domain.drugs import Drug, drugs_of
from simulator.domain.institutions import Hospital, institutions_of
from simulator.domain.name_search import Page, cut
from simulator.domain.regions import Area, resolve
from simulator.services.visit import Visit


def hospitals(
    visit: Visit,
    *,
    name: str | None = None,
    level: str | None = None,
    designated: bool | None = None,
    pharmacies: bool = False,
    page: int = 1,
    page_size: int = 20,
) -> Page[Hospital]:
    """A page of the area's hospitals (or pharmacies), best level first.

    `name` holds parts of the name, `level` is one of LEVELS or TIERS. Raise ValueError for another
    level, for pages below 1, for page sizes outside 1…100, and for a platform of all areas.
    """
    institutions = institutions_of(visit.world.seed, _area(visit))
    found = institutions.search(
        name=name, level=level, designated=designated, pharmacies=pharmacies
    )
    return cut(found, institutions.at, page=page, page_size=page_size)


def hospital(visit: Visit, code: str) -> Hospital | None:
    """The area's institution of a code, a pharmacy's too; None when the area has none such."""
    return institutions_of(visit.world.seed, _area(visit)).by_code(code)


def drugs(
    visit: Visit,
    *,
    name: str | None = None,
    code: str | None = None,
    drug_class: str | None = None,
    reimbursement_class: str | None = None,
    page: int = 1,
    page_size: int = 20,
) -> Page[Drug]:
    """A page of the drugs the area lists, in order of code.

    `name` holds parts of the name, `code` what a code begins with, `drug_class` is one of
    DRUG_CLASSES and `reimbursement_class` of REIMBURSEMENT_CLASSES. Raises ValueError as above.
    """
    listed = drugs_of(visit.world.seed, _area(visit))
    found = listed.search(
        name=name, code=code, drug_class=drug_class, reimbursement_class=reimbursement_class
    )
    return cut(found, listed.at, page=page, page_size=page_size)


def drug(visit: Visit, code: str) -> Drug | None:
    """The drug of a whole code; None when there is none or the area does not list it."""
    return drugs_of(visit.world.seed, _area(visit)).by_code(code)


def _area(visit: Visit) -> Area:
    area = None if visit.region is None else resolve(visit.region)
    if area is None:
        raise ValueError(f"catalogues are those of a pooling area, and {visit.region!r} is none")
    return area
