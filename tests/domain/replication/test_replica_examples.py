"""Replicas by example: back-dated bookings, order and disorder, outages that become one."""

from dataclasses import replace
from datetime import date

import pytest

from simulator.domain.china_time import HOUR_MS, MINUTE_MS, from_iso
from simulator.domain.digests import derive_key
from simulator.domain.ledger import BenefitsBook, PostedCare, PostedEntry
from simulator.domain.membership import Membership
from simulator.domain.replication import (
    DailyOutage,
    Ledger,
    Outage,
    Replica,
    ReplicationPolicy,
    outstanding,
    recorded_ms,
)

NOON = from_iso("2026-06-15T12:00:00")
BIRTH, RETIREMENT = date(1990, 1, 1).toordinal(), date(2053, 1, 1).toordinal()
NOBODY_PAYS_IN = Membership(77, True, "330100", BIRTH, 0, RETIREMENT)


def booked(number, at_ms, booked_ms=None, amount_fen=500_000):
    return PostedEntry(f"P{number}", "110", amount_fen, at_ms, booked_ms=booked_ms)


def replica(*posted, **policy):
    ledger = Ledger(derive_key(1, "ledger"), NOBODY_PAYS_IN, BenefitsBook(), posted)
    return Replica(ledger, ReplicationPolicy(**policy), derive_key(1, "replication/elsewhere"))


def test_entry_is_recorded_when_it_was_booked_but_not_before_it_counts() -> None:
    assert recorded_ms(booked(1, NOON)) == NOON
    assert recorded_ms(booked(1, NOON, NOON + 5)) == NOON + 5
    assert recorded_ms(booked(1, NOON, NOON - 5)) == NOON


@pytest.mark.parametrize("ordered", [True, False])
def test_interest_on_money_booked_too_late_is_a_correction(ordered) -> None:
    entry = booked(1, from_iso("2025-03-01"), NOON)
    late = replica(entry, lag_s=3600, ordered=ordered)
    found = outstanding(late, NOON)
    derived = {each.entry.type: each for each in found.missing if not each.entry.posted}
    assert set(derived) >= {"102"}
    assert derived["102"].reasons == ("correction",)
    assert derived["102"].arrives_ms == found.agrees_ms == NOON + HOUR_MS
    assert "102" in {each.type for each in late.history(NOON + HOUR_MS).entries}
    assert "102" not in {each.type for each in late.history(NOON + HOUR_MS - 1).entries}


def test_correction_waits_for_the_booking_that_brings_it_about_alone() -> None:
    money = booked(1, from_iso("2025-03-01"), NOON - HOUR_MS // 2)
    cent = booked(2, from_iso("2025-12-31T23:00"), NOON, amount_fen=1)
    found = outstanding(replica(money, cent, lag_s=3600), NOON)
    arrives = {each.entry.type: each.arrives_ms for each in found.missing if not each.entry.posted}
    assert arrives["102"] == NOON + HOUR_MS // 2
    assert found.agrees_ms == NOON + HOUR_MS


def test_correction_counts_on_an_unordered_platform_before_its_booking_has_arrived() -> None:
    first = booked(1, from_iso("2024-03-01"))
    more = booked(2, from_iso("2025-03-01"), NOON)
    late = replica(first, more, lag_s=3600, jitter_s=3600, ordered=False)
    found = outstanding(late, NOON)
    [interest] = [each for each in found.differing if each.entry.at_ms > from_iso("2025-12-31")]
    assert interest.agrees_ms == NOON + HOUR_MS
    [booking] = [each for each in found.missing if each.entry.posted]
    assert booking.arrives_ms > NOON + HOUR_MS


@pytest.mark.parametrize("ordered", [True, False])
def test_what_was_undone_by_a_back_dated_booking_still_shows(ordered) -> None:
    paid_in = booked(1, from_iso("2024-03-01"))
    taken = replace(booked(2, from_iso("2024-04-01"), NOON), type="204")
    found = outstanding(replica(paid_in, taken, lag_s=3600, ordered=ordered), NOON)
    undone = [each for each in found.differing if each.true_fen is None]
    assert {each.entry.type for each in undone} >= {"102"}
    assert {each.agrees_ms for each in undone} == {NOON + HOUR_MS}


def test_jitter_lets_later_bookings_overtake_unless_order_is_kept() -> None:
    posted = [booked(number, NOON + number * MINUTE_MS, amount_fen=1) for number in range(30)]
    now = NOON + 30 * MINUTE_MS
    unordered = replica(*posted, jitter_s=3600, ordered=False)
    shown = {entry.entry_id for entry in unordered.history(now).entries if entry.posted}
    expected = {each.entry_id for each in posted if unordered.arrival(each.at_ms) <= now}
    assert shown == expected
    assert 0 < len(shown) < 30
    missing = outstanding(unordered, now).missing
    assert any("unordered" in each.reasons for each in missing)
    assert all(each.arrives_ms == unordered.arrival(each.recorded_ms) for each in missing)

    ordered = replica(*posted, jitter_s=3600)
    first_late = next(each.at_ms for each in posted if ordered.arrival(each.at_ms) > now)
    assert ordered.as_of(now) == first_late - 1
    kept = [entry.entry_id for entry in ordered.history(now).entries if entry.posted]
    assert kept == [each.entry_id for each in posted if each.at_ms < first_late]
    missing = outstanding(ordered, now).missing
    arrivals = [each.arrives_ms for each in missing]
    assert arrivals == sorted(arrivals)
    held_up = [each for each in missing if "order" in each.reasons]
    assert held_up
    assert all(each.arrives_ms > ordered.arrival(each.recorded_ms) for each in held_up)


def test_count_of_the_new_pool_is_not_touched_by_what_the_old_one_lacks() -> None:
    moved_on = date(2026, 6, 15).toordinal()
    midnight = from_iso("2026-06-15")
    member = replace(NOBODY_PAYS_IN, moved_on=moved_on, moved_from="440300")
    treated = [
        replace(booked(number, midnight - (1 + number) * MINUTE_MS), type="201", care=PostedCare(3))
        for number in range(20)
    ]
    moved = replica(*treated, jitter_s=3600, ordered=False)
    moved = moved._replace(ledger=moved.ledger._replace(member=member))
    now = midnight + 25 * MINUTE_MS
    lost = [each.entry for each in outstanding(moved, now).missing if each.entry.posted]
    assert any(entry.settlement.total_fen for entry in lost)
    assert {entry.region for entry in lost} == {"440300"}
    pool = moved.standing(now).position.pool
    assert pool.region == "330100"
    assert pool == moved.ledger.position(now).pool


@pytest.mark.parametrize("second_from", ["04:30", "05:00"])
def test_outages_that_daily_ones_join_are_one(second_from) -> None:
    policy = ReplicationPolicy(
        outages=(
            Outage(from_iso("2026-06-15T22:00"), from_iso("2026-06-16T02:00")),
            Outage(from_iso(f"2026-06-16T{second_from}"), from_iso("2026-06-16T08:00")),
        ),
        daily_outages=(DailyOutage(1 * HOUR_MS, 5 * HOUR_MS),),
    )
    assert policy.visible_at(from_iso("2026-06-15T22:30")) == from_iso("2026-06-16T08:00")
    assert policy.horizon(from_iso("2026-06-16T07:59")) == from_iso("2026-06-15T22:00") - 1
