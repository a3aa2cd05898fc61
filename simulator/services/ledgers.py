"""A person's ledger in one world: what is derived and what has been posted, in one place."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import uuid4

from simulator.domain.ledger import (
    END_MS,
    EPOCH_MS,
    LedgerEntry,
    Position,
    PostedCare,
    PostedEntry,
    PostingError,
    check_posting,
)
from simulator.domain.people import Person
from simulator.domain.replication import Ledger
from simulator.errors import (
    InvalidPostingError,
    LedgerError,
    NoPersonalAccountError,
    OverdrawnError,
    PostingTimeError,
)
from simulator.services import ledger_records
from simulator.services.ledger_records import LedgerRecord, benefits_book
from simulator.services.memberships import member_of
from simulator.world import World

_REFUSALS: dict[str, type[LedgerError]] = {
    kind.code: kind
    for kind in (InvalidPostingError, PostingTimeError, NoPersonalAccountError, OverdrawnError)
}


def ledger_of(world: World, person: Person, until_ms: int) -> Ledger:
    """A person's ledger, to be read up to an instant."""
    record = ledger_records.read(world, person.index)
    member = member_of(world, person, record, until_ms)
    return Ledger(world.key("ledger"), member, benefits_book(), record.entries)


def position_of(world: World, person: Person, now_ms: int) -> Position:
    """Where a person stands at an instant."""
    return ledger_of(world, person, now_ms).position(now_ms)


def entries_of(world: World, person: Person, now_ms: int) -> Sequence[LedgerEntry]:
    """A person's history up to an instant, oldest first."""
    return ledger_of(world, person, now_ms).entries(now_ms)


def post(
    world: World,
    person: Person,
    *,
    entry_type: str,
    amount_fen: int,
    at_ms: int | None = None,
    note: str = "",
    care: PostedCare | None = None,
) -> PostedEntry:
    """Book an entry by hand, for now unless told another instant.

    Raises a LedgerError, and books nothing, when it cannot be.
    """
    entry_id = f"P-{uuid4().hex[:16]}"

    def change(record: LedgerRecord) -> tuple[LedgerRecord, PostedEntry]:
        # Read within the change, so that what is booked later is not known sooner.
        booked_ms = world.now_ms()
        counts_ms = booked_ms if at_ms is None else at_ms
        entry = PostedEntry(
            entry_id, entry_type, amount_fen, counts_ms, note=note, care=care, booked_ms=booked_ms
        )
        last_ms = max(each.at_ms for each in (*record.entries, entry))
        # One outside the simulated world is refused below, and nobody can be asked about it here.
        last_ms = min(max(last_ms, EPOCH_MS), END_MS)
        member = member_of(world, person, record, last_ms)
        try:
            check_posting(world.key("ledger"), member, benefits_book(), record.entries, entry)
        except PostingError as error:
            raise _translated(error) from error
        return replace(record, entries=(*record.entries, entry)), entry

    return ledger_records.update(world, person.index, change)


def _translated(error: PostingError) -> LedgerError:
    details: dict[str, object] = {"problem": str(error)}
    available_fen = getattr(error, "available_fen", None)
    if available_fen is not None:
        details["available"] = yuan(available_fen)
    return _REFUSALS[error.code](details=details)


def yuan(amount_fen: int) -> str:
    """An amount as the platforms write it: yuan with two decimals, `"-12.05"`."""
    if amount_fen < 0:
        return f"-{-amount_fen // 100}.{-amount_fen % 100:02d}"
    return f"{amount_fen // 100}.{amount_fen % 100:02d}"


def fen(amount: str) -> int | None:
    """The fen of an amount written in yuan with at most two decimals; None when it is not one."""
    whole, _, cents = amount.partition(".")
    if not (whole.isdecimal() and whole.isascii() and len(whole) <= 12):
        return None
    if "." in amount and not (cents.isdecimal() and cents.isascii() and len(cents) <= 2):
        return None
    return int(whole) * 100 + int(cents.ljust(2, "0") or 0)
