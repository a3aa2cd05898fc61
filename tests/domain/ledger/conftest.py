"""Strategies for the ledger's tests, handed over as fixtures' values."""

from dataclasses import dataclass, replace
from datetime import date

import pytest
from hypothesis import strategies as st

from simulator.domain.china_time import DAY_MS, HOUR_MS
from simulator.domain.digests import derive_key
from simulator.domain.irregularities import AidGiven, Irregularities
from simulator.domain.ledger import (
    ENTRY_TYPES,
    EPOCH_DAY,
    EPOCH_MS,
    BenefitsBook,
    PostedCare,
    PostedEntry,
)
from simulator.domain.membership import Membership

REGIONS = ("110100", "310100", "330100", "410100", "440300", "540100", "659000")
YEARS = 5
ELSEWHERE = "510100"
LAST_DAY = date(2028, 12, 31).toordinal()


@dataclass(frozen=True)
class Strategies:
    memberships: st.SearchStrategy[Membership]
    employees: st.SearchStrategy[Membership]
    residents: st.SearchStrategy[Membership]
    irregular: st.SearchStrategy[Membership]
    """Of both kinds, with any irregularities an account of the kind can have."""
    nows: st.SearchStrategy[int]
    postings: st.SearchStrategy[list[PostedEntry]]


def _maybe(days: st.SearchStrategy[int]) -> st.SearchStrategy[int | None]:
    return st.none() | days


def _strategies() -> Strategies:
    days = st.integers(EPOCH_DAY - 400, LAST_DAY)
    # the first days of months and years are where rules meet
    edges = st.builds(
        lambda year, month, shift: date(year, month, 1).toordinal() + shift,
        st.integers(2024, 2028),
        st.integers(1, 12),
        st.integers(-1, 1),
    )
    changes = days | edges
    births = st.integers(date(1920, 1, 1).toordinal(), date(2023, 12, 31).toordinal())
    indexes = st.integers(0, 1_325_999_999)

    @st.composite
    def members(draw: st.DrawFn, *, employee: bool) -> Membership:
        moved_on = draw(_maybe(changes))
        return Membership(
            index=draw(indexes),
            employee=employee,
            region=draw(st.sampled_from(REGIONS)),
            birth=draw(births),
            base_fen=draw(st.integers(0, 4_000_000)) if employee else 0,
            retires_on=draw(changes) if employee else None,
            suspended_on=draw(_maybe(changes)),
            moved_on=moved_on,
            moved_from=None if moved_on is None else draw(st.sampled_from(REGIONS)),
        )

    midnights = st.integers(0, YEARS * 365).map(lambda day: EPOCH_MS + day * DAY_MS)
    nows = (
        st.integers(EPOCH_MS, EPOCH_MS + YEARS * 365 * DAY_MS)
        | midnights
        | midnights.map(lambda instant: max(instant - 1, EPOCH_MS))
    )

    @st.composite
    def posted_lists(draw: st.DrawFn) -> list[PostedEntry]:
        posted = []
        for number in range(draw(st.integers(0, 6))):
            type_code = draw(st.sampled_from([*ENTRY_TYPES, "201", "201"]))
            amount = draw(st.integers(1, 3_000_000))
            care = None
            if type_code == "201" and draw(st.booleans()):
                level = draw(st.integers(0, 3))
                care = PostedCare(
                    level,
                    inpatient=level > 0 and draw(st.booleans()),
                    in_scope_fen=draw(st.none() | st.integers(0, amount)),
                )
            posted.append(
                PostedEntry(f"P{number}", type_code, amount, draw(nows), note="n", care=care)
            )
        return posted

    employees, residents = members(employee=True), members(employee=False)
    aid = st.builds(AidGiven, nows, st.integers(1, 3_000_000), st.just("家庭共济"))

    @st.composite
    def irregular(draw: st.DrawFn) -> Membership:
        member = draw(employees | residents)
        elsewhere = draw(_maybe(changes))
        found = Irregularities(
            care_elsewhere_from=elsewhere,
            care_region=None if elsewhere is None else ELSEWHERE,
        )
        if member.employee:
            found = replace(
                found,
                pre_transfers_from=draw(_maybe(changes)),
                pre_transfer_lead_ms=draw(st.integers(1, 27)) * DAY_MS,
                reversals_from=draw(_maybe(changes)),
                reversal_after_ms=draw(st.integers(1, 40)) * DAY_MS,
                year_end_gaps_from=draw(_maybe(changes)),
                year_end_gap_ms=draw(st.integers(1, 200)) * HOUR_MS,
                aid_given=tuple(sorted(draw(st.lists(aid, max_size=5)), key=lambda a: a.at_ms)),
            )
        return replace(member, irregular=found)

    return Strategies(
        employees | residents, employees, residents, irregular(), nows, posted_lists()
    )


STRATEGIES = _strategies()


@pytest.fixture(scope="session")
def strategies() -> Strategies:
    return STRATEGIES


@pytest.fixture(scope="session")
def key() -> bytes:
    return derive_key(20_240_101, "ledger")


@pytest.fixture(scope="session")
def book() -> BenefitsBook:
    return BenefitsBook()
