"""What one platform shows of one person's account at an instant.

An *ordered* replica shows the ledger exactly as it was known at an earlier instant, its `as_of`:
the horizon, or just before the first thing recorded up to there that jitter still holds back. It
is one fold of the ledger; only when something was recorded within the jitter before the horizon
does it take another look.

An *unordered* replica lists the entries known at its horizon and leaves out those that have not
arrived. Balance, balances after and the pool's count are sums of what it lists, and may for a
while be such as the account never had. It does not know what it misses: its `as_of` is the
horizon.
"""

from collections.abc import Iterator
from dataclasses import replace
from itertools import accumulate
from typing import NamedTuple

from simulator.domain.china_time import SECOND_MS
from simulator.domain.ledger import LedgerEntry, Position
from simulator.domain.ledger.year_table import year_table
from simulator.domain.pool import PoolYear
from simulator.domain.replication.ledger import Ledger
from simulator.domain.replication.policy import ReplicationPolicy


class Standing(NamedTuple):
    """A person's position as a platform shows it, and the instant it is true of."""

    position: Position
    as_of_ms: int


class History(NamedTuple):
    """A person's entries as a platform shows them, oldest first; their sum is its balance."""

    entries: tuple[LedgerEntry, ...]
    as_of_ms: int


class Replica(NamedTuple):
    """One person's account on one platform; `key` as for `ReplicationPolicy.draw`."""

    ledger: Ledger
    policy: ReplicationPolicy
    key: bytes

    def standing(self, now_ms: int) -> Standing:
        """Where the person stands by what has arrived at `now_ms`."""
        horizon_ms = self.policy.horizon(now_ms)
        found = self.ledger.position(horizon_ms)
        if not self._is_uncertain(horizon_ms, found.last_entry_ms):
            return Standing(found, horizon_ms)
        if self.policy.ordered:
            as_of_ms = self._complete_until(horizon_ms)
            if as_of_ms < horizon_ms:
                found = self.ledger.position(as_of_ms)
            return Standing(found, as_of_ms)
        known = self.ledger.entries(horizon_ms)
        visible = self._arrived(known, horizon_ms)
        if len(visible) == len(known):
            return Standing(found, horizon_ms)
        balance_fen = found.balance_fen
        if balance_fen is not None:
            balance_fen = sum(entry.amount_fen for entry in visible)
        shown = {entry.entry_id for entry in visible}
        lost = [entry for entry in known if entry.entry_id not in shown]
        last_ms = visible[-1].at_ms if visible else None
        return Standing(Position(balance_fen, _pool_without(found.pool, lost), last_ms), horizon_ms)

    def history(self, now_ms: int) -> History:
        """The entries that have arrived at `now_ms`."""
        horizon_ms = self.policy.horizon(now_ms)
        if self.policy.ordered:
            as_of_ms = self.as_of(now_ms)
            return History(self.ledger.entries(as_of_ms), as_of_ms)
        known = self.ledger.entries(horizon_ms)
        visible = self._arrived(known, horizon_ms)
        if len(visible) < len(known) and self.ledger.member.employee:
            balances = accumulate(entry.amount_fen for entry in visible)
            visible = [
                replace(entry, balance_after_fen=balance)
                for entry, balance in zip(visible, balances, strict=True)
            ]
        return History(tuple(visible), horizon_ms)

    def as_of(self, now_ms: int) -> int:
        """The instant that what is shown at `now_ms` is true of."""
        horizon_ms = self.policy.horizon(now_ms)
        if self.policy.ordered and self.policy.jitter_s:
            return self._complete_until(horizon_ms)
        return horizon_ms

    def arrival(self, recorded_ms: int) -> int:
        """When what was recorded at an instant arrives, whatever else has."""
        drawn_ms = self.policy.draw(self.key, self.ledger.member.index, recorded_ms)
        return self.policy.visible_at(recorded_ms, drawn_ms)

    def has_arrived(self, recorded_ms: int, horizon_ms: int) -> bool:
        """Whether what was recorded at an instant has arrived, whatever else has not."""
        drawn_ms = self.policy.draw(self.key, self.ledger.member.index, recorded_ms)
        return recorded_ms + drawn_ms <= horizon_ms

    def certain_ms(self, horizon_ms: int) -> int:
        """The instant up to which everything has arrived, whatever was drawn."""
        return horizon_ms - self.policy.jitter_s * SECOND_MS

    def _is_uncertain(self, horizon_ms: int, last_entry_ms: int | None) -> bool:
        """Whether anything was recorded so shortly before the horizon that jitter matters."""
        if not self.policy.jitter_s:
            return False
        certain_ms = self.certain_ms(horizon_ms)
        if last_entry_ms is not None and last_entry_ms > certain_ms:
            return True
        return bool(self.ledger.posted) and bool(self.ledger.late(certain_ms, horizon_ms))

    def _complete_until(self, horizon_ms: int) -> int:
        for recorded_ms in self.ledger.recordings(self.certain_ms(horizon_ms), horizon_ms):
            if not self.has_arrived(recorded_ms, horizon_ms):
                return recorded_ms - 1
        return horizon_ms

    def _arrived(self, known: tuple[LedgerEntry, ...], horizon_ms: int) -> list[LedgerEntry]:
        bookings = self.ledger.bookings()
        certain_ms = self.certain_ms(horizon_ms)

        def visible() -> Iterator[LedgerEntry]:
            for entry in known:
                recorded_ms = bookings.get(entry.entry_id, entry.at_ms)
                if recorded_ms <= certain_ms or self.has_arrived(recorded_ms, horizon_ms):
                    yield entry

        return list(visible())


def _pool_without(pool: PoolYear, lost: list[LedgerEntry]) -> PoolYear:
    """The year's count without some settlements."""
    start_ms = year_table(pool.year).start_ms
    for entry in lost:
        parts = entry.settlement
        # Another region's settlements of the year are not in the count: it began anew.
        if parts is None or entry.at_ms < start_ms or entry.region != pool.region:
            continue
        pool = pool._replace(
            deductible_used_fen=pool.deductible_used_fen - parts.deductible_fen,
            paid_fen=pool.paid_fen - parts.fund_pay_fen,
            cap_left_fen=pool.cap_left_fen + parts.fund_pay_fen,
            total_cost_fen=pool.total_cost_fen - parts.total_fen,
            admissions=pool.admissions - parts.inpatient,
        )
    return pool
