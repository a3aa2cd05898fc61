"""What can be booked by hand, and why a booking is refused.

A posted entry states its type and a positive amount; the type says the direction. A medical payment
may instead state the care that was taken: then its amount is the whole cost, and the pool's, the
account's and the person's parts are computed like those of any settlement.
"""

from dataclasses import dataclass

from simulator.domain.pool import care_kind


@dataclass(frozen=True, slots=True)
class PostedCare:
    """The care behind a posted medical payment."""

    level: int
    """Hospital level 1…3, or 0 for a pharmacy."""
    inpatient: bool = False
    in_scope_fen: int | None = None
    """The part of the cost the pool's rules apply to; None: all of it."""

    @property
    def kind(self) -> int:
        """The kind of care (see `pool`). Raises ValueError when there is no such care."""
        return care_kind(self.level, inpatient=self.inpatient)


@dataclass(frozen=True, slots=True)
class PostedEntry:
    """An entry booked by hand, as it is stored."""

    entry_id: str
    """Unique among the person's entries."""
    type: str
    """A code of `ENTRY_TYPES`."""
    amount_fen: int
    """Positive. With `care`, the whole cost of it."""
    at_ms: int
    """The instant it counts from; in the future, it appears when the time comes."""
    note: str = ""
    care: PostedCare | None = None
    """Only for a medical payment (201)."""
    booked_ms: int | None = None
    """The instant it was booked at, from which it is known; None: known from `at_ms` on."""

    def bill(self) -> tuple[int, int, int]:
        """Kind of care, total and in-scope cost of posted care. Raises ValueError without care."""
        if self.care is None:
            raise ValueError(f"entry {self.entry_id!r} states no care")
        in_scope_fen = self.care.in_scope_fen
        return (
            self.care.kind,
            self.amount_fen,
            self.amount_fen if in_scope_fen is None else in_scope_fen,
        )


class PostingError(ValueError):
    """A booking that is refused; `code` is stable.

    PostingError
    ├── InvalidPostingError      ledger.invalid_posting
    ├── OutsideTimeError         ledger.outside_time
    ├── NoPersonalAccountError   ledger.no_personal_account
    └── OverdrawnError           ledger.overdrawn
    """

    code = "ledger.refused"


class InvalidPostingError(PostingError):
    """An unknown type, an impossible amount or care, or an id that is taken."""

    code = "ledger.invalid_posting"


class OutsideTimeError(PostingError):
    """An instant before the epoch or after the last day of the simulated world."""

    code = "ledger.outside_time"


class NoPersonalAccountError(PostingError):
    """An account amount for a person who has no personal account."""

    code = "ledger.no_personal_account"


class OverdrawnError(PostingError):
    """An expense that the account does not hold at its instant."""

    code = "ledger.overdrawn"

    def __init__(self, entry_id: str, *, amount_fen: int, available_fen: int, at_ms: int) -> None:
        super().__init__(
            f"entry {entry_id!r} takes {amount_fen} fen, and the account then holds {available_fen}"
        )
        self.entry_id = entry_id
        """The entry that would overdraw: the new one, or a later one it takes the money from."""
        self.amount_fen = amount_fen
        self.available_fen = available_fen
        """What the account holds just before that entry."""
        self.at_ms = at_ms
