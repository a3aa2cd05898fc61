"""The chart of an account as a platform shows it."""

from dataclasses import dataclass

from simulator.domain.charts import Month, monthly
from simulator.domain.people import Person
from simulator.services.replicas import replica_on
from simulator.services.visit import Visit


@dataclass(frozen=True, slots=True)
class BalanceChart:
    """Series ready to draw."""

    months: tuple[Month, ...]
    """Oldest first; the last one is that of `as_of_ms`, and so far."""
    as_of_ms: int
    has_account: bool


def balance_chart(visit: Visit, person: Person, months: int = 12) -> BalanceChart:
    """The last so many months (1…36) by what has reached the platform.

    The last closing balance is the balance that the platform shows. Raises ValueError for another
    number of months.
    """
    replica = replica_on(visit.world, visit.platform, person, visit.now_ms)
    shown = replica.history(visit.now_ms)
    has_account = replica.ledger.member.employee
    series = monthly(shown.entries, shown.as_of_ms, months, has_account=has_account)
    return BalanceChart(series, shown.as_of_ms, has_account)
