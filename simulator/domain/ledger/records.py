"""What the ledger answers: one entry of a history, and where a person stands at an instant."""

from dataclasses import dataclass, field
from typing import NamedTuple

from simulator.domain.pool import PoolYear, Settlement


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """One entry of a person's history; money in fen."""

    entry_id: str
    """Unique per person and the same at any later now; derived ones begin with D and a digit."""
    type: str
    """A code of `ENTRY_TYPES`."""
    at_ms: int
    amount_fen: int
    """Signed: what the entry changed the balance by; a settlement's account part may be 0."""
    balance_after_fen: int | None
    """None for a person without a personal account."""
    region: str
    """admdvs of the pooling area that booked it."""
    settlement: Settlement | None = None
    """The parts, when the entry is a medical payment settled in full."""
    posted: bool = False
    """True: booked by hand. False: derived."""
    note: str = ""
    # Out of the text form, since nearly every entry is without: histories are read by people.
    reference: str = field(default="", repr=False)
    """Id of the entry this one belongs to, such as the payment a refund takes back."""


class Position(NamedTuple):
    """Where a person stands at an instant; money in fen."""

    balance_fen: int | None
    """None for a person without a personal account, which is not the same as 0."""
    pool: PoolYear
    """The calendar year of that instant."""
    last_entry_ms: int | None
    """The latest entry up to that instant; None when there is none."""


def derived_id(year: int, type_code: str, sequence: int) -> str:
    """The id of a derived entry: the same at any now, and no other of the person has it."""
    return f"D{year}{type_code}{sequence:02d}"
