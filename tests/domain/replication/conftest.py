"""Strategies for replication: policies that do not contradict themselves, ledgers with a past."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import pytest
from hypothesis import assume
from hypothesis import strategies as st

from simulator.domain.china_time import DAY_MS, HOUR_MS, MINUTE_MS
from simulator.domain.digests import derive_key
from simulator.domain.ledger import (
    ENTRY_TYPES,
    EPOCH_DAY,
    EPOCH_MS,
    BenefitsBook,
    PostedCare,
    PostedEntry,
    PostingError,
    check_posting,
)
from simulator.domain.membership import Membership
from simulator.domain.replication import (
    DailyOutage,
    Ledger,
    Outage,
    Replica,
    ReplicationError,
    ReplicationPolicy,
    recorded_ms,
)

DAYS = 420
KEY = derive_key(20_240_101, "ledger")
BOOK = BenefitsBook()
INCOME = [code for code, kind in ENTRY_TYPES.items() if kind.income]


@dataclass(frozen=True)
class Strategies:
    policies: st.SearchStrategy[ReplicationPolicy]
    instants: st.SearchStrategy[int]
    ledgers: st.SearchStrategy[Ledger]
    replicas: st.SearchStrategy[Replica]
    cases: st.SearchStrategy[tuple[Replica, int]]
    """A replica, and an instant at which it is likely to miss something."""


def _strategies() -> Strategies:
    # Mostly about a few days, one of them a new year, so that bookings, runs and outages meet.
    days = st.sampled_from([0, 40, 40, 366, 366]).map(lambda day: EPOCH_MS + day * DAY_MS)
    about = st.builds(lambda day, hour: day + hour * HOUR_MS, days, st.integers(0, 40))
    instants = (
        about
        | about.map(_before)
        | st.builds(lambda day, later: day + later, days, st.integers(0, 2 * DAY_MS))
        | st.integers(EPOCH_MS, EPOCH_MS + DAYS * DAY_MS)
    )
    of_day = st.integers(0, 24 * 12 - 1).map(lambda five: five * 5 * MINUTE_MS)
    outages = st.builds(
        lambda start, length: Outage(start, start + length),
        instants,
        st.integers(1, 30 * DAY_MS) | st.integers(1, 48).map(lambda hours: hours * HOUR_MS),
    )
    daily = st.builds(DailyOutage, of_day, of_day)
    spans = st.sampled_from([0, 0, 1, 600, 7200, 43_200, 86_400, 900_000])

    @st.composite
    def policies(draw: st.DrawFn) -> ReplicationPolicy:
        batch_times = draw(st.lists(of_day, max_size=3, unique=True))
        every = 0 if batch_times else draw(st.sampled_from([0, 60, 3600, 7000, 86_400, 604_800]))
        try:
            return ReplicationPolicy(
                lag_s=draw(spans),
                jitter_s=draw(spans),
                batch_every_s=every,
                batch_times_ms=tuple(batch_times),
                ordered=draw(st.booleans()),
                outages=tuple(draw(st.lists(outages, max_size=3))),
                daily_outages=tuple(draw(st.lists(daily, max_size=2))),
                catch_up_s=draw(st.sampled_from([0, 0, 1, 1800, 7200, 100_000])),
            )
        except ReplicationError:
            assume(False)
            raise

    changes = st.none() | st.integers(EPOCH_DAY - 40, EPOCH_DAY + DAYS)

    @st.composite
    def ledgers(draw: st.DrawFn) -> Ledger:
        employee = draw(st.sampled_from([True, True, False]))
        moved_on = draw(changes)
        member = Membership(
            index=draw(st.integers(0, 1_325_999_999)),
            employee=employee,
            region=draw(st.sampled_from(["110100", "330100"])),
            birth=draw(st.integers(date(1925, 1, 1).toordinal(), date(2020, 1, 1).toordinal())),
            base_fen=draw(st.integers(0, 2_000_000)) if employee else 0,
            retires_on=draw(changes) if employee else None,
            suspended_on=draw(changes) if employee else None,
            moved_on=moved_on,
            moved_from=None if moved_on is None else "440300",
        )
        posted: list[PostedEntry] = []
        for number, booked_ms in enumerate(
            sorted(draw(st.lists(instants, min_size=1, max_size=6)))
        ):
            care = draw(st.none() | st.builds(PostedCare, st.integers(0, 3)))
            entry = PostedEntry(
                f"P{number}",
                "201" if care else draw(st.sampled_from([*ENTRY_TYPES, *INCOME])),
                draw(st.integers(1, 50_000) | st.integers(1, 2_000_000)),
                draw(st.just(booked_ms) | instants | st.integers(0, 7200).map(before(booked_ms))),
                care=care,
                booked_ms=booked_ms,
            )
            try:
                check_posting(KEY, member, BOOK, posted, entry)
            except PostingError:
                continue
            posted.append(entry)
        return Ledger(KEY, member, BOOK, tuple(posted))

    @st.composite
    def replicas(draw: st.DrawFn) -> Replica:
        key = derive_key(draw(st.integers(0, 3)), "replication/elsewhere")
        return Replica(draw(ledgers()), draw(policies()), key)

    @st.composite
    def cases(draw: st.DrawFn) -> tuple[Replica, int]:
        replica = draw(replicas())
        until = draw(instants)
        recorded = [recorded_ms(entry) for entry in replica.ledger.posted]
        recorded += [entry.at_ms for entry in replica.ledger.entries(until)[-4:]]
        if not recorded:
            return replica, until
        on_its_way = draw(st.sampled_from(recorded))
        last = max(on_its_way, replica.arrival(on_its_way) - 1)
        # From here on jitter alone may hold it back.
        possible = min(last, replica.policy.visible_at(on_its_way))
        nows = st.sampled_from([last, possible])
        return replica, draw(nows | st.integers(possible, last) | st.integers(on_its_way, last))

    return Strategies(policies(), instants, ledgers(), replicas(), cases())


def before(instant: int) -> Callable[[int], int]:
    """So many seconds before an instant, and not before the epoch."""
    return lambda seconds: max(instant - seconds * 1000, EPOCH_MS)


def _before(instant: int) -> int:
    return max(instant - 1, EPOCH_MS)


STRATEGIES = _strategies()


@pytest.fixture(scope="session")
def strategies() -> Strategies:
    return STRATEGIES


@pytest.fixture(scope="session")
def known_at():
    """The same replica at an instant at which later bookings have not been made."""

    def known(replica: Replica, now_ms: int) -> Replica:
        posted = tuple(each for each in replica.ledger.posted if each.booked_ms <= now_ms)
        return replica._replace(ledger=replica.ledger._replace(posted=posted))

    return known
