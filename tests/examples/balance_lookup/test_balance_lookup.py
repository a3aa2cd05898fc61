"""Tests of the application, each in a simulated world of its own.

Copy this folder, install yibao-simulator beside your application, and run `pytest`.
"""

import pytest
from balance_lookup import AccountLocked, BalanceLookup, CodeExpired, WrongPassword


@pytest.fixture
def lookup(yibao):
    return BalanceLookup(yibao.national.base_url)


def test_an_employee_sees_the_money_that_came_in(yibao, lookup):
    person = yibao.people.one(insutype="310", registered=True)
    before = lookup.balance(person.phone, person.default_password)
    posting = yibao.ledger.post(person.id_number, "110", "88.50")
    # Money is booked where the person is insured; the national platform learns of it later.
    assert lookup.balance(person.phone, person.default_password) == before
    yibao.clock.advance(hours=1)
    after = lookup.balance(person.phone, person.default_password)
    assert after == posting.balance
    assert after - before == posting.amount


def test_a_resident_has_no_account_rather_than_nothing_in_it(yibao, lookup):
    person = yibao.people.one(insutype="390", registered=True)
    assert lookup.balance(person.phone, person.default_password) is None


def test_five_wrong_passwords_lock_and_twenty_minutes_later_the_right_one_works(yibao, lookup):
    person = yibao.people.one(registered=True)
    for tries_left in (4, 3, 2, 1):
        with pytest.raises(WrongPassword) as wrong:
            lookup.sign_in(person.phone, "not-the-password")
        assert wrong.value.tries_left == tries_left
    with pytest.raises(AccountLocked) as locked:
        lookup.sign_in(person.phone, "not-the-password")
    assert locked.value.until > yibao.clock.now()

    with pytest.raises(AccountLocked):
        lookup.sign_in(person.phone, person.default_password)
    yibao.clock.advance(minutes=21)
    assert lookup.sign_in(person.phone, person.default_password)


def test_an_expired_code_is_refused_and_the_next_one_is_taken(yibao, lookup):
    person = yibao.people.one(registered=False)
    lookup.request_code(person.phone)
    code = yibao.inbox.wait_for_code(person.phone)
    yibao.clock.advance(minutes=6)
    with pytest.raises(CodeExpired):
        lookup.register(person.phone, code, "Lookup-2026")

    lookup.request_code(person.phone)
    lookup.register(person.phone, yibao.inbox.wait_for_code(person.phone), "Lookup-2026")
    assert lookup.sign_in(person.phone, "Lookup-2026")


@pytest.mark.yibao(policy={"lockout": {"threshold": 2}})
def test_a_world_can_have_rules_of_its_own(yibao, lookup):
    person = yibao.people.one(registered=True)
    with pytest.raises(WrongPassword):
        lookup.sign_in(person.phone, "not-the-password")
    with pytest.raises(AccountLocked):
        lookup.sign_in(person.phone, "not-the-password")
