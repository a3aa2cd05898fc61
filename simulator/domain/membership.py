"""What the ledger needs to know of one insured person: the link between people and ledger."""

from dataclasses import dataclass

from simulator.domain.irregularities import Irregularities


@dataclass(frozen=True, slots=True)
class Membership:
    """One person's standing in the insurance, with the days on which it changes.

    Days are ordinals (`china_time`); a day of None means never. Money is in fen.
    """

    index: int
    """The person's number k in the population."""
    employee: bool
    """True: 310, with a personal account. False: 390 resident, without one."""
    region: str
    """admdvs of the pooling area that insures the person now."""
    birth: int
    """Day of birth."""
    base_fen: int
    """Monthly contribution base in the year of the epoch; 0 for a resident."""
    retires_on: int | None
    """First day on retired terms, possibly before the epoch; None for a resident."""
    suspended_on: int | None = None
    """First day without contributions; the balance stays and can be spent."""
    moved_on: int | None = None
    """Day on which the account moved here from `moved_from`."""
    moved_from: str | None = None
    irregular: Irregularities | None = None
    """None for nearly everybody."""

    def region_on(self, day: int) -> str:
        """admdvs of the pooling area that insures the person on a day (ordinal)."""
        if self.moved_on is not None and self.moved_from is not None and day < self.moved_on:
            return self.moved_from
        return self.region
