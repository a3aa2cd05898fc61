"""One insured person: a few facts at once, everything else when it is asked for."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from simulator.domain.membership import Membership
from simulator.domain.people import family, insurance, names
from simulator.domain.people.employers import Employer
from simulator.domain.people.family import Relative
from simulator.domain.people.generations import Generation, generations
from simulator.domain.people.insurance import InsuranceRow
from simulator.domain.regions import Area

if TYPE_CHECKING:
    from simulator.domain.people.population import People


class Person:
    """A person of the population, as of the epoch day. Treat it as a value: nothing may be set.

    A plain class, not a frozen dataclass: one is made for every request, and freezing would double
    the cost of making it.
    """

    def __init__(
        self,
        people: People,
        index: int,
        area: Area,
        block: int,
        rank: int,
        birth: int,
        employee_rank: int,
    ) -> None:
        self.people = people
        self.index = index
        """The person's number k."""
        self.area = area
        """The pooling area that insures the person now; the ID number begins with its code."""
        self.block = block
        """Number of the generation (birth year and sex)."""
        self.rank = rank
        """Position among those of the area born in the same year with the same sex, by birth."""
        self.birth = birth
        """Day of birth, ordinal."""
        self.employee_rank = employee_rank
        """Position among the employees of the block; -1 for a resident."""
        self._member: Membership | None = None

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Person):
            return NotImplemented
        return (
            self.index == other.index
            and self.people.seed == other.people.seed
            and self.people.id_space == other.people.id_space
        )

    def __hash__(self) -> int:
        return hash((self.index, self.people.seed))

    def __repr__(self) -> str:
        return f"<Person {self.index} of seed {self.people.seed}>"

    @property
    def generation(self) -> Generation:
        return generations()[self.block]

    @property
    def sex(self) -> str:
        """`male` or `female`."""
        return "female" if self.block & 1 else "male"

    @property
    def region(self) -> str:
        """admdvs of the pooling area."""
        return self.area.admdvs

    @property
    def is_employee(self) -> bool:
        """True: insured as employee or retired (310). False: as resident (390)."""
        return self.employee_rank >= 0

    @cached_property
    def id_number(self) -> str:
        """18 characters, GB 11643."""
        return self.people.id_number_of(self)

    @cached_property
    def phone(self) -> str:
        """11 digits, of a segment that is not sold."""
        return self.people.phone_of(self.index)

    @cached_property
    def card_number(self) -> str:
        """Social-security card: a letter and 8 digits."""
        return self.people.card_number_of(self.index)

    @cached_property
    def card_password(self) -> str:
        """Six digits."""
        return f"{int.from_bytes(self.people.digest('card_password', self.index)[:8]) % 10**6:06}"

    @cached_property
    def psn_no(self) -> str:
        """Personal number of the insurance: 20 digits, the region first (observed)."""
        return self.people.psn_no_of(self.index, self.area)

    @cached_property
    def name(self) -> str:
        """Surname and given name, two to four characters."""
        return names.name_for(self.people.digest("name", self.index), male=not self.block & 1)

    @property
    def default_password(self) -> str:
        """Password of those registered from the start (docs/people.md): `Yibao@` and the last six
        characters of the ID number."""
        return "Yibao@" + self.id_number[-6:]

    def membership(self) -> Membership:
        """The person's standing, with the days on which it changes: what the ledger needs."""
        member = self._member
        if member is None:
            member = self._member = insurance.membership_of(self)
        return member

    def insurance_rows(
        self, day: int, member: Membership | None = None
    ) -> tuple[InsuranceRow, ...]:
        """The person's insurance as a platform lists it on a day (ordinal): current row first.

        `member` is the person's standing where a world says otherwise than `membership()`.
        """
        return insurance.rows_of(self, day, member)

    @property
    def employer_number(self) -> int | None:
        """The number of the person's employer in the register; None for those without one."""
        if not insurance.is_employed(self):
            return None
        return self.people.employers.number_of(self.area, self.index)

    @cached_property
    def employer(self) -> Employer | None:
        """The employer at the epoch; None for residents, retired and flexibly employed."""
        number = self.employer_number
        return None if number is None else self.people.employers.at(number)

    @cached_property
    def family(self) -> tuple[Relative, ...]:
        """Spouse, mother, father and children who are themselves people of the population."""
        return family.family_of(self)
