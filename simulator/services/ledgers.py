"""A person's ledger in one world: what is derived and what has been posted, in one place."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import uuid4

from simulator.domain.ledger import (
    LedgerEntry,
    Position,
    PostedCare,
    PostedEntry,
    PostingError,
    check_posting,
    entries,
    position,
)
from simulator.domain.people import Person
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


def position_of(world: World, person: Person, now_ms: int) -> Position:
    """Where a person stands at an instant."""
    record = ledger_records.read(world, person.index)
    member = member_of(world, person, record, now_ms)
    return position(world.key("ledger"), member, benefits_book(), record.entries, now_ms)


def entries_of(world: World, person: Person, now_ms: int) -> Sequence[LedgerEntry]:
    """A person's history up to an instant, oldest first."""
    record = ledger_records.read(world, person.index)
    member = member_of(world, person, record, now_ms)
    return entries(world.key("ledger"), member, benefits_book(), record.entries, now_ms)


def post(
    world: World,
    person: Person,
    *,
    entry_type: str,
    amount_fen: int,
    at_ms: int,
    note: str = "",
    care: PostedCare | None = None,
) -> PostedEntry:
    """Book an entry by hand. Raises a LedgerError, and books nothing, when it cannot be."""
    entry = PostedEntry(
        f"P-{uuid4().hex[:16]}", entry_type, amount_fen, at_ms, note=note, care=care
    )

    def change(record: LedgerRecord) -> tuple[LedgerRecord, None]:
        last_ms = max(each.at_ms for each in (*record.entries, entry))
        member = member_of(world, person, record, last_ms)
        try:
            check_posting(world.key("ledger"), member, benefits_book(), record.entries, entry)
        except PostingError as error:
            raise _translated(error) from error
        return replace(record, entries=(*record.entries, entry)), None

    ledger_records.update(world, person.index, change)
    return entry


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
