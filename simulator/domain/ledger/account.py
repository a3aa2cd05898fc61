"""A person's account at an instant: the position, and the history it is the sum of.

Both are the same fold (`fold.py`); the position writes nothing down and is meant for the hot path.
"""

from collections.abc import Sequence

from simulator.domain.china_time import to_iso
from simulator.domain.ledger.benefits_file import BenefitsBook
from simulator.domain.ledger.fold import fold
from simulator.domain.ledger.journal import Journal
from simulator.domain.ledger.postings import PostedEntry
from simulator.domain.ledger.records import LedgerEntry, Position
from simulator.domain.ledger.year_table import END_MS, EPOCH_MS, EPOCH_YEAR, year_table
from simulator.domain.membership import Membership


def position(
    key: bytes,
    member: Membership,
    book: BenefitsBook,
    posted: Sequence[PostedEntry],
    now_ms: int,
) -> Position:
    """Where a person stands once every event up to and including `now_ms` is counted.

    `key` is the ledger key of the world's seed (`derive_key(seed, "ledger")`); `posted` are the
    person's entries in the order of posting, each accepted by `check_posting`. Raises ValueError
    when `now_ms` lies outside the simulated world.
    """
    if not EPOCH_MS <= now_ms <= END_MS:
        raise _outside_time(now_ms)
    # Without an account nothing passes from one year to the next: one year tells all.
    found = fold(key, member, book, posted, now_ms, last_year_only=not member.employee)
    if found.last_entry_ms is None and found.pool.year > EPOCH_YEAR:
        before = position(key, member, book, posted, year_table(found.pool.year).start_ms - 1)
        return found._replace(last_entry_ms=before.last_entry_ms)
    return found


def entries(
    key: bytes,
    member: Membership,
    book: BenefitsBook,
    posted: Sequence[PostedEntry],
    now_ms: int,
) -> tuple[LedgerEntry, ...]:
    """The whole history up to and including `now_ms`, oldest first; arguments as for `position`."""
    if not EPOCH_MS <= now_ms <= END_MS:
        raise _outside_time(now_ms)
    journal = Journal()
    fold(key, member, book, posted, now_ms, journal=journal)
    return tuple(journal.entries)


def _outside_time(now_ms: int) -> ValueError:
    return ValueError(
        f"{now_ms} ms is outside the simulated world, "
        f"which lasts from {to_iso(EPOCH_MS)} to {to_iso(END_MS)}"
    )
