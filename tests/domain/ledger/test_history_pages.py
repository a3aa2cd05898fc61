"""Periods, types and pages of a history."""

from math import ceil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.domain.ledger import LedgerEntry, select_page

HISTORY = tuple(
    LedgerEntry(f"E{number}", "201" if number % 3 else "101", number * 10, 1, 1, "330100")
    for number in range(50)
)


@given(
    st.none() | st.integers(-10, 520),
    st.none() | st.integers(-10, 520),
    st.sampled_from([None, "101", "201", "102"]),
    st.integers(1, 60),
)
def test_pages_together_are_the_matching_entries_newest_first(start, end, type_code, size):
    wanted = [
        entry
        for entry in HISTORY
        if (start is None or start <= entry.at_ms)
        and (end is None or entry.at_ms < end)
        and (type_code is None or entry.type == type_code)
    ]
    found = []
    for page in range(1, ceil(len(wanted) / size) + 2):
        answer = select_page(
            HISTORY, from_ms=start, until_ms=end, type_code=type_code, page=page, page_size=size
        )
        assert (answer.total, answer.page, answer.page_size) == (len(wanted), page, size)
        assert len(answer.items) <= size
        found.extend(answer.items)
    assert found == wanted[::-1]


@pytest.mark.parametrize(("page", "page_size"), [(0, 10), (1, 0), (-1, 5)])
def test_pages_are_counted_from_one(page, page_size):
    with pytest.raises(ValueError, match="at least 1"):
        select_page(HISTORY, page=page, page_size=page_size)
