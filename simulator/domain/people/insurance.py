"""Whose insurance is what: standing of a person and the rows a platform lists, day by day.

The great kinds are in the population itself (employee or resident, retired or not). The small ones
(suspended, moved, beside a stopped resident insurance, flexible, veteran) are cut from the
employees of a block by a scrambled rank, so their shares hold everywhere. All shares here are
*assumed* but that of flexible employment. Codes: domain-facts.md §2, observed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from simulator.domain.membership import Membership
from simulator.domain.people.employers import Employer
from simulator.domain.people.generations import EPOCH
from simulator.domain.people.wages import contribution_base_fen
from simulator.domain.regions import POPULATION, area_of_index, pooling_areas

if TYPE_CHECKING:
    from simulator.domain.people.person import Person

EMPLOYEE, RESIDENT = "310", "390"
NORMAL, SUSPENDED, ENDED = "1", "2", "3"

IN_SERVICE, CIVIL_SERVANT, FLEXIBLE = "1101", "1102", "1103"
RETIRED, VETERAN = "1201", "1300"
MINOR, ADULT, ELDERLY = "1401", "1501", "1601"

# Scrambled rank 0…999 among the employees of a block: where each kind ends.
_SUSPENDED_BELOW = 35
_MOVED_BELOW = 55
_BESIDE_RESIDENT_BELOW = 95
_FLEXIBLE_BELOW = 269
"""174 per mille: 66.16 of 379.48 million employees are insured neither by enterprises nor by public
bodies (documented, bulletin of 2024)."""
_VETERAN_FROM = 900
_VETERANS_BORN_BY = 1932
"""离休 is for those who took part before October 1949."""

_SUSPENSION_LEAST_YEARS = 10
"""Only those who retire at least so many years later are suspended: what retirement means for a
suspended person is not known, so it does not arise."""

_CHANGES_FROM = EPOCH + 31
_CHANGES_DAYS = 700
"""Suspensions fall in February 2024 … December 2025, so that histories show them."""
_MOVES_FROM = EPOCH - 31
_MOVES_DAYS = _CHANGES_DAYS + 62

_EMPLOYEE_SCHEME = date(2001, 1, 1).toordinal()
_RESIDENT_SCHEME = 2008
"""First year of insurance recorded here at the earliest (*assumed*)."""

_MINOR_UNTIL, _ELDERLY_FROM = 18, 60


@dataclass(frozen=True, slots=True)
class InsuranceRow:
    """One insurance of one person, as it stands on one day."""

    insutype: str
    """310 or 390."""
    psn_type: str
    state: str
    """1 normal, 2 suspended, 3 ended."""
    region: str
    """admdvs of the pooling area."""
    employer: Employer | None
    has_personal_account: bool
    since: int
    """First day, ordinal."""
    until: int | None
    """First day on which it is no longer normal; None while it is."""


def is_in_service(person: Person) -> bool:
    """Whether a person works as an insured employee on the epoch day."""
    return person.employee_rank >= 0 and person.generation.retires_on(person.birth) > EPOCH


def is_employed(person: Person) -> bool:
    """Whether a person works for an employer on the epoch day: in service and not flexible."""
    return is_in_service(person) and not (
        _BESIDE_RESIDENT_BELOW <= _scrambled_rank(person) < _FLEXIBLE_BELOW
    )


def membership_of(person: Person) -> Membership:
    """What the ledger needs to know."""
    area = person.area
    if person.employee_rank < 0:
        return Membership(person.index, False, area.admdvs, person.birth, 0, None)
    scatter = person.people.scatter(person.index)
    base_fen = contribution_base_fen(area.province, scatter & 0xFFFF)
    retires_on = person.generation.retires_on(person.birth)
    kind = _scrambled_rank(person)
    if kind < _SUSPENDED_BELOW:
        suspended_on = _CHANGES_FROM + (scatter >> 16 & 0xFFFF) % _CHANGES_DAYS
        if retires_on - suspended_on > _SUSPENSION_LEAST_YEARS * 366:
            return Membership(
                person.index, True, area.admdvs, person.birth, base_fen, retires_on, suspended_on
            )
    elif kind < _MOVED_BELOW:
        moved_on = _MOVES_FROM + (scatter >> 16 & 0xFFFF) % _MOVES_DAYS
        if retires_on > moved_on:
            return Membership(
                person.index,
                True,
                area.admdvs,
                person.birth,
                base_fen,
                retires_on,
                moved_on=moved_on,
                moved_from=previous_region(person),
            )
    return Membership(person.index, True, area.admdvs, person.birth, base_fen, retires_on)


def rows_of(person: Person, day: int, member: Membership | None = None) -> tuple[InsuranceRow, ...]:
    """The rows on a day (ordinal), the one that counts first; none before the first insurance.

    `member` is the person's standing where a world says otherwise than the population.
    """
    if person.employee_rank < 0:
        rows = [_resident_row(person, day)]
    else:
        rows = _employee_rows(person, member or person.membership(), day)
    return tuple(row for row in rows if row.since <= day)


def _resident_row(person: Person, day: int) -> InsuranceRow:
    return InsuranceRow(
        insutype=RESIDENT,
        psn_type=_resident_type(person.birth, day),
        state=NORMAL,
        region=person.area.admdvs,
        employer=None,
        has_personal_account=False,
        since=_resident_since(person),
        until=None,
    )


def _employee_rows(person: Person, member: Membership, day: int) -> list[InsuranceRow]:
    suspended = member.suspended_on is not None and day >= member.suspended_on
    since = _employee_since(person)
    psn_type = _employee_type(person, member, day)
    # A retired person has no employer any more; a suspended one keeps the last.
    employer = person.employer if psn_type in (IN_SERVICE, CIVIL_SERVANT) else None
    row = InsuranceRow(
        insutype=EMPLOYEE,
        psn_type=psn_type,
        state=SUSPENDED if suspended else NORMAL,
        region=member.region,
        employer=employer,
        has_personal_account=True,
        since=since if member.moved_on is None else member.moved_on,
        until=member.suspended_on if suspended else None,
    )
    if member.moved_on is not None and member.moved_from is not None:
        ended = day >= member.moved_on
        before = InsuranceRow(
            insutype=EMPLOYEE,
            psn_type=RETIRED if _is_retired(member, member.moved_on - 1) else IN_SERVICE,
            state=ENDED if ended else NORMAL,
            region=member.moved_from,
            employer=None,
            has_personal_account=True,
            since=since,
            until=member.moved_on if ended else None,
        )
        return [row, before]
    if is_in_service(person) and (_MOVED_BELOW <= _scrambled_rank(person) < _BESIDE_RESIDENT_BELOW):
        stopped = InsuranceRow(
            insutype=RESIDENT,
            psn_type=_resident_type(person.birth, since),
            state=SUSPENDED,
            region=person.area.admdvs,
            employer=None,
            has_personal_account=False,
            since=min(_resident_since(person), since - 1),
            until=since,
        )
        return [row, stopped]
    return [row]


def _employee_type(person: Person, member: Membership, day: int) -> str:
    kind = _scrambled_rank(person)
    if _is_retired(member, day):
        veteran = person.generation.year <= _VETERANS_BORN_BY and kind >= _VETERAN_FROM
        return VETERAN if veteran else RETIRED
    if _BESIDE_RESIDENT_BELOW <= kind < _FLEXIBLE_BELOW:
        return FLEXIBLE
    employer = person.employer
    return CIVIL_SERVANT if employer is not None and employer.public else IN_SERVICE


def _is_retired(member: Membership, day: int) -> bool:
    return member.retires_on is not None and day >= member.retires_on


def _scrambled_rank(person: Person) -> int:
    """0…999, each once among any thousand employees of a block, in an order without pattern."""
    return (person.employee_rank * 617 + person.block * 331 + person.area.number * 97) % 1000


def previous_region(person: Person) -> str:
    """Where somebody else lives: so populous areas are left more often, as they are joined."""
    scatter = person.people.scatter(person.index + POPULATION)
    area = area_of_index(scatter * POPULATION >> 48)
    if area is person.area:
        areas = pooling_areas()
        area = areas[(area.number + len(areas) // 2) % len(areas)]
    return area.admdvs


def _employee_since(person: Person) -> int:
    """First of a month, before the epoch: work begins at 17 to 26, the scheme itself in 2001."""
    spread = person.people.scatter(person.index) >> 32
    start = max(person.birth + 6_210 + spread % 3_300, _EMPLOYEE_SCHEME + spread % 1_500)
    return date.fromordinal(min(start, EPOCH - 62 - spread % 300)).replace(day=1).toordinal()


def _resident_since(person: Person) -> int:
    """1 January, as residents are insured by calendar year; the young from their birth on."""
    year = _RESIDENT_SCHEME + (person.people.scatter(person.index) >> 32) % 8
    return max(date(year, 1, 1).toordinal(), person.birth)


def _resident_type(birth: int, day: int) -> str:
    if day < _birthday(birth, _MINOR_UNTIL):
        return MINOR
    return ADULT if day < _birthday(birth, _ELDERLY_FROM) else ELDERLY


def _birthday(birth: int, age: int) -> int:
    """The day on which one born on a day becomes an age; 29 February becomes 1 March."""
    born = date.fromordinal(birth)
    if (born.month, born.day) == (2, 29):
        return date(born.year + age, 2, 28).toordinal() + 1
    return born.replace(year=born.year + age).toordinal()
