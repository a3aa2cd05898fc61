"""The benefits of a region: what the ledger needs to know of the place that insures a person.

Values only; where they come from is `benefits_file`'s business.
"""

from dataclasses import dataclass

from simulator.domain.pool import WHOLE, Terms


@dataclass(frozen=True, slots=True)
class Benefits:
    """One region's rules for accounts and pool. Rates are per ten-thousand, money is in fen."""

    region: str
    """admdvs of the pooling area."""
    transfer_day: int
    """Day of the month of the monthly transfer, 1…28."""
    transfer_hour: int
    """Hour of that day, 0…23."""
    account_rate: int
    """An in-service person's monthly transfer, as a share of the contribution base."""
    base_growth: int
    """Growth of the contribution base every January."""
    interest_rate: int
    """Yearly interest on the balance."""
    retired_monthly_fen: int
    """A retired person's monthly transfer."""
    elsewhere_cut: int
    """Taken off each of the pool's ratios for care in another pooling area."""
    in_service: Terms
    retired: Terms
    resident: Terms

    def terms(self, employee: bool, retired: bool) -> Terms:
        """The pool's terms for one group of people."""
        if not employee:
            return self.resident
        return self.retired if retired else self.in_service

    def ratios_elsewhere(self, employee: bool, retired: bool) -> tuple[int, ...]:
        """The pool's shares, by kind of care, of what is taken in another pooling area."""
        ratios = self.terms(employee, retired).ratios
        return tuple(max(ratio - self.elsewhere_cut, 0) for ratio in ratios)

    def monthly_transfer(self, base_fen: int, retired: bool) -> int:
        """Fen booked to an account each month, rounded down.

        In service the person's own contribution, a share of the base; retired a fixed sum
        (*documented*, domain-facts.md §2).
        """
        return self.retired_monthly_fen if retired else base_fen * self.account_rate // WHOLE

    def next_base(self, base_fen: int) -> int:
        """The contribution base of the following year, rounded down to fen."""
        return base_fen * (WHOLE + self.base_growth) // WHOLE

    def yearly_interest(self, balance_fen: int) -> int:
        """Interest on what the account held at the end of the year, rounded down to fen."""
        return balance_fen * self.interest_rate // WHOLE if balance_fen > 0 else 0
