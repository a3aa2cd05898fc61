"""What is irregular about one person's account: plain values, which the ledger acts upon.

Who is irregular, and since when, is `anomalies`' business; what comes of it, the ledger's
(`ledger/irregular.py`). A day of None means that the irregularity does not occur. All of them are
*assumed*: domain-facts.md §2 lists what clients meet, not how it comes about.
"""

from dataclasses import dataclass

from simulator.domain.china_time import DAY_MS, HOUR_MS


@dataclass(frozen=True, slots=True)
class AidGiven:
    """Care of a relative that is paid from this account as far as the account reaches."""

    at_ms: int
    """When the relative's care was settled."""
    wanted_fen: int
    """What the relative would otherwise pay in cash."""
    note: str
    """Whom it was for; names are masked."""


@dataclass(frozen=True, slots=True)
class AidReceived:
    """What a relative's account has paid of the cash that one settlement asked for."""

    at_ms: int
    """When the care was settled."""
    amount_fen: int


@dataclass(frozen=True, slots=True)
class Irregularities:
    """The irregularities of one account; days are ordinals, on which they begin."""

    pre_transfers_from: int | None = None
    """Monthly transfers are advanced (108), and the advance cleared (203) at the transfer."""
    pre_transfer_lead_ms: int = 5 * DAY_MS
    """How long before the transfer, less than the shortest month."""
    reversals_from: int | None = None
    """The first payment of each year is reversed (109)."""
    reversal_after_ms: int = 6 * DAY_MS
    year_end_gaps_from: int | None = None
    """The balance leaves at the end of the year (206) and comes back in January (113)."""
    year_end_gap_ms: int = 40 * HOUR_MS
    """How long into January; whole hours."""
    care_elsewhere_from: int | None = None
    """All care is taken in `care_region`."""
    care_region: str | None = None
    """admdvs of a pooling area that never insures the person."""
    aid_given: tuple[AidGiven, ...] = ()
    """In order of time."""
    aid_received: tuple[AidReceived, ...] = ()
    balance_as_number: bool | None = None
    """How answers are to show the balance; None: as the platform does. The ledger does not care."""
    zero_for_no_account: bool | None = None

    @property
    def are_none(self) -> bool:
        """Whether the account is an ordinary one after all."""
        return not (self.aid_given or self.aid_received) and (
            self.pre_transfers_from
            is self.reversals_from
            is self.year_end_gaps_from
            is self.care_elsewhere_from
            is self.balance_as_number
            is self.zero_for_no_account
            is None
        )
