"""Picks from a history what somebody asks to see: a period, a type, a page."""

from collections.abc import Sequence
from dataclasses import dataclass

from simulator.domain.ledger.records import LedgerEntry


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """One page of a filtered history, newest entry first."""

    items: tuple[LedgerEntry, ...]
    total: int
    """How many entries match, on all pages together."""
    page: int
    page_size: int


def select_page(
    history: Sequence[LedgerEntry],
    *,
    from_ms: int | None = None,
    until_ms: int | None = None,
    type_code: str | None = None,
    page: int = 1,
    page_size: int = 20,
) -> HistoryPage:
    """The page (from 1) of a history given oldest first; a page past the last one is empty.

    `from_ms` is the first instant that matches, `until_ms` the first that no longer does. Raises
    ValueError when page or page size is below 1; the most a page may hold is the caller's policy.
    """
    if page < 1 or page_size < 1:
        raise ValueError(f"page {page} and page size {page_size} must both be at least 1")
    matching = [
        entry
        for entry in reversed(history)
        if (from_ms is None or entry.at_ms >= from_ms)
        and (until_ms is None or entry.at_ms < until_ms)
        and (type_code is None or entry.type == type_code)
    ]
    start = (page - 1) * page_size
    return HistoryPage(
        items=tuple(matching[start : start + page_size]),
        total=len(matching),
        page=page,
        page_size=page_size,
    )
