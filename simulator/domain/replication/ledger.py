"""A person's ledger with its past: what was known of it at an instant.

Something may be booked for an instant that has passed. Then the ledger of that instant changes,
but it was not known before it was booked: an entry is *recorded* at the later of the two.
"""

from collections.abc import Sequence
from typing import NamedTuple

from simulator.domain.ledger import (
    BenefitsBook,
    LedgerEntry,
    Position,
    PostedEntry,
    entries,
    position,
)
from simulator.domain.membership import Membership


def recorded_ms(entry: PostedEntry) -> int:
    """The instant from which a posted entry is known and counts."""
    if entry.booked_ms is None or entry.booked_ms < entry.at_ms:
        return entry.at_ms
    return entry.booked_ms


class Ledger(NamedTuple):
    """One person's ledger; arguments as for `ledger.position`."""

    key: bytes
    member: Membership
    book: BenefitsBook
    posted: Sequence[PostedEntry] = ()

    def position(self, at_ms: int) -> Position:
        """Where the person stood at an instant, as was known then."""
        return position(self.key, self.member, self.book, self._known(at_ms), at_ms)

    def entries(self, at_ms: int) -> tuple[LedgerEntry, ...]:
        """The history up to an instant as was known then, oldest first."""
        return entries(self.key, self.member, self.book, self._known(at_ms), at_ms)

    def entries_before(self, recorded_before_ms: int, at_ms: int) -> tuple[LedgerEntry, ...]:
        """The history up to an instant by what had been recorded before another one."""
        known = self._known(recorded_before_ms - 1)
        return entries(self.key, self.member, self.book, known, at_ms)

    def bookings(self) -> dict[str, int]:
        """When each posted entry was recorded, by its id; a derived one is when it happens."""
        return {entry.entry_id: recorded_ms(entry) for entry in self.posted}

    def late(self, after_ms: int, until_ms: int) -> list[PostedEntry]:
        """What was booked for a time before, recorded after one instant and up to another."""
        return [
            entry
            for entry in self.posted
            if entry.at_ms < recorded_ms(entry) and after_ms < recorded_ms(entry) <= until_ms
        ]

    def recordings(self, after_ms: int, until_ms: int) -> list[int]:
        """When something was recorded, after one instant and up to another, in order.

        As was known at each of these instants: what a later booking changes is not foreseen.
        """
        found: list[int] = []
        start_ms = after_ms
        bookings = {recorded_ms(entry) for entry in self.late(after_ms, until_ms)}
        for end_ms in (*sorted(bookings), until_ms + 1):
            known = self.entries(end_ms - 1)
            found += sorted({each.at_ms for each in known if start_ms < each.at_ms < end_ms})
            if end_ms <= until_ms:
                found.append(end_ms)
            start_ms = end_ms
        return found

    def _known(self, at_ms: int) -> Sequence[PostedEntry]:
        if not self.posted:
            return ()
        return [entry for entry in self.posted if recorded_ms(entry) <= at_ms]
