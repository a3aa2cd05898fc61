"""Each rule of the account, on people made for it."""

from dataclasses import replace
from datetime import date
from hashlib import blake2b

import pytest

from simulator.domain.china_time import from_iso, to_iso
from simulator.domain.ledger import (
    END_MS,
    EPOCH_MS,
    BenefitsBook,
    PostedCare,
    PostedEntry,
    entries,
    position,
)
from simulator.domain.membership import Membership

NOW = from_iso("2026-11-20T12:00:00")


def day(*civil):
    return date(*civil).toordinal()


@pytest.fixture
def member():
    # 230100 has the default benefits; nobody born after the epoch is treated, so that the account
    # shows its transfers and interest alone
    return Membership(9, True, "230100", day(2029, 1, 1), 800_000, day(2085, 1, 1))


def of_type(history, code):
    return [entry for entry in history if entry.type == code]


def test_in_service_transfer_is_two_percent_of_a_base_that_grows_each_january(member, key, book):
    transfers = of_type(entries(key, member, book, (), NOW), "101")
    amounts = [entry.amount_fen for entry in transfers]
    # 8,000.00 grows by 4 % to 8,320.00 and 8,652.80
    assert amounts == [16_000] * 12 + [16_640] * 12 + [17_305] * 11
    assert to_iso(transfers[0].at_ms) == "2024-01-15T02:00:00+08:00"
    assert transfers[0].entry_id == "D202410101"


def test_retired_transfers_begin_in_the_month_after_retirement(member, key, book):
    retiring = replace(member, retires_on=day(2024, 3, 1))
    transfers = of_type(entries(key, retiring, book, (), NOW), "101")
    assert [entry.amount_fen for entry in transfers[:5]] == [16_000] * 3 + [9_000] * 2
    on_new_year = replace(member, retires_on=day(2025, 1, 1))
    transfers = of_type(entries(key, on_new_year, book, (), NOW), "101")
    assert [entry.amount_fen for entry in transfers[11:14]] == [16_000, 16_640, 9_000]
    in_december = replace(member, retires_on=day(2024, 12, 31))
    transfers = of_type(entries(key, in_december, book, (), NOW), "101")
    assert [entry.amount_fen for entry in transfers[11:13]] == [16_000, 9_000]


def test_someone_retired_before_the_epoch_is_retired_from_the_start(member, key, book):
    retired = replace(member, retires_on=day(2010, 5, 5))
    transfers = of_type(entries(key, retired, book, (), NOW), "101")
    assert {entry.amount_fen for entry in transfers} == {9_000}


def test_no_transfer_from_the_day_of_suspension(member, key):
    midnight = BenefitsBook({"default": {"transfer_hour": 0}})
    suspended = replace(member, suspended_on=day(2025, 4, 15))
    assert of_type(entries(key, suspended, midnight, (), NOW), "101")[-1].entry_id == "D202510103"
    a_day_later = replace(member, suspended_on=day(2025, 4, 16))
    assert of_type(entries(key, a_day_later, midnight, (), NOW), "101")[-1].entry_id == "D202510104"


def test_pool_pays_nothing_while_suspended_and_the_account_still_does(member, key, book):
    suspended = replace(member, suspended_on=day(2025, 4, 15))
    care = PostedEntry("P", "201", 5_000_000, NOW, care=PostedCare(3, inpatient=True))
    parts = entries(key, suspended, book, (care,), NOW)[-1].settlement
    assert (parts.fund_pay_fen, parts.deductible_fen) == (0, 0)
    assert parts.account_pay_fen == position(key, suspended, book, (), NOW).balance_fen > 0


def test_interest_is_booked_on_new_year_on_what_the_account_then_holds(member, key, book):
    eve = from_iso("2025-12-31T23:59:59.999")
    held = position(key, member, book, (), eve).balance_fen
    last = entries(key, member, book, (), eve + 1)[-1]
    assert (last.entry_id, last.at_ms) == ("D202610201", from_iso("2026-01-01"))
    assert last.amount_fen == held * 100 // 10_000


def test_pool_starts_again_on_new_year(member, key, book):
    eve = from_iso("2025-12-31T23:59:59.999")
    care = PostedEntry("P", "201", 5_000_000, eve, care=PostedCare(3, inpatient=True))
    before = position(key, member, book, (care,), eve).pool
    after = position(key, member, book, (care,), eve + 1).pool
    assert (before.year, before.deductible_used_fen, before.admissions) == (2025, 120_000, 1)
    assert before.paid_fen == (5_000_000 - 120_000) * 8_500 // 10_000
    assert (after.year, after.deductible_used_fen, after.paid_fen) == (2026, 0, 0)
    assert (after.total_cost_fen, after.admissions) == (0, 0)


def test_cap_of_the_year_ends_what_the_pool_pays(member, key, book):
    care = PostedCare(3, inpatient=True)
    posted = [PostedEntry(f"P{n}", "201", 20_000_000, NOW - 9 + n, care=care) for n in range(3)]
    pool = position(key, member, book, posted, NOW).pool
    assert (pool.paid_fen, pool.cap_left_fen) == (25_000_000, 0)
    assert entries(key, member, book, posted, NOW)[-1].settlement.fund_pay_fen == 0


def test_ratio_follows_retirement_at_once_and_the_deductible_next_year(member, key, book):
    retiring = replace(member, retires_on=day(2026, 6, 1))
    care = PostedCare(2, inpatient=True)
    posted = [
        PostedEntry(name, "201", 1_000_000, from_iso(at), care=care)
        for name, at in (("A", "2026-05-31T23:00"), ("B", "2026-06-01T00:00"), ("C", "2027-02-01"))
    ]
    history = entries(key, retiring, book, posted, from_iso("2027-03-01"))
    parts = [entry.settlement for entry in history if entry.posted]
    assert [part.ratio for part in parts] == [8_800, 9_200, 9_200]
    assert [part.deductible_fen for part in parts] == [120_000, 0, 90_000]


@pytest.mark.parametrize("civil", [(2025, 7, 3), (2025, 7, 7), (2025, 7, 28), (2025, 12, 31)])
def test_each_month_of_a_move_is_served_once(member, key, book, civil):
    # 440100 pays on the 5th, 320100 on the 9th
    for old, new in (("440100", "320100"), ("320100", "440100")):
        moved = replace(member, region=new, moved_on=day(*civil), moved_from=old)
        history = entries(key, moved, book, (), NOW)
        transfers = of_type(history, "101")
        assert [entry.entry_id[-2:] for entry in transfers] == [
            f"{number % 12 + 1:02d}" for number in range(35)
        ]
        assert [to_iso(entry.at_ms)[5:7] for entry in transfers] == [
            entry.entry_id[-2:] for entry in transfers
        ]


def test_a_move_books_out_of_the_old_region_and_into_the_new_on_that_day(member, key, book):
    moved = replace(member, region="320100", moved_on=day(2025, 7, 7), moved_from="440100")
    noon = from_iso("2025-07-07T12:00:00")
    out, arrived = entries(key, moved, book, (), noon)[-2:]
    assert (out.type, out.region, to_iso(out.at_ms)) == (
        "207",
        "440100",
        "2025-07-07T00:10:00+08:00",
    )
    assert (arrived.type, arrived.region, to_iso(arrived.at_ms)) == (
        "107",
        "320100",
        "2025-07-07T00:20:00+08:00",
    )
    between = position(key, moved, book, (), out.at_ms)
    assert (between.balance_fen, between.pool.region) == (0, "440100")
    assert position(key, moved, book, (), noon).pool.region == "320100"


def test_a_transfer_missed_in_both_regions_is_made_up_on_arrival(member, key, book):
    # out of Nanjing before its 9th, into Guangzhou after its 5th
    moved = replace(member, region="440100", moved_on=day(2025, 7, 7), moved_from="320100")
    history = entries(key, moved, book, (), from_iso("2025-07-07T00:30"))
    last = history[-1]
    assert (last.entry_id, last.region) == ("D202510107", "440100")
    assert last.at_ms == from_iso("2025-07-07T00:30")
    assert history[-2].type == "107"


def test_a_move_starts_the_count_of_another_pool(member, key, book):
    moved = replace(member, region="320100", moved_on=day(2025, 7, 7), moved_from="440100")
    care = PostedCare(1, inpatient=True)
    posted = [
        PostedEntry(name, "201", 900_000, from_iso(at), care=care)
        for name, at in (("A", "2025-07-06T12:00"), ("B", "2025-07-07T12:00"))
    ]
    parts = [e.settlement for e in entries(key, moved, book, posted, NOW) if e.posted]
    assert [part.deductible_fen for part in parts] == [80_000, 120_000]


def test_a_move_before_the_epoch_leaves_no_trace(member, key, book):
    moved = replace(member, moved_on=day(2023, 11, 1), moved_from="440100")
    assert entries(key, moved, book, (), NOW) == entries(key, member, book, (), NOW)


def test_carry_over_stands_first_and_grows_with_age_and_base(key, book):
    def carried(birth_year, base):
        total = 0
        for index in range(300):
            who = Membership(index, True, "230100", day(birth_year, 2, 2), base, day(2099, 1, 1))
            first = entries(key, who, book, (), EPOCH_MS)
            total += sum(entry.amount_fen for entry in first)
            assert all((e.entry_id, e.at_ms) == ("D202411301", EPOCH_MS) for e in first)
            assert len(first) <= 1
        return total

    assert carried(2000, 600_000) < carried(1980, 600_000) < carried(1980, 1_200_000)


@pytest.mark.parametrize(
    ("who", "balance_fen", "pool", "last", "count", "fingerprint"),
    [
        (
            Membership(123_456_789, True, "330100", day(1970, 6, 15), 912_300, day(2030, 6, 15)),
            672_246,
            (2026, "330100", 100_000, 20_965, 0, 40_000_000, 22_449, 0),
            "2026-11-06T02:00:00+08:00",
            1283,
            "612dce49897285b7",
        ),
        (
            Membership(123_456_788, False, "110100", day(1950, 6, 15), 0, None),
            None,
            (2026, "110100", 55_000, 55_000, 76_811, 24_923_189, 217_878, 0),
            "2026-08-22T11:34:11+08:00",
            313,
            "833943827ba9368a",
        ),
    ],
)
def test_accounts_are_the_same_on_any_day_and_machine(
    key, book, who, balance_fen, pool, last, count, fingerprint
):
    found = position(key, who, book, (), NOW)
    assert (found.balance_fen, tuple(found.pool), to_iso(found.last_entry_ms)) == (
        balance_fen,
        pool,
        last,
    )
    history = entries(key, who, book, (), END_MS)
    assert len(history) == count
    assert blake2b(repr(history).encode(), digest_size=8).hexdigest() == fingerprint


@pytest.mark.parametrize("now", [EPOCH_MS - 1, END_MS + 1])
def test_times_outside_the_simulated_world_are_refused(member, key, book, now):
    for ask in (position, entries):
        with pytest.raises(ValueError, match="2099-12-31"):
            ask(key, member, book, (), now)
