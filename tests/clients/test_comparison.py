"""Query everywhere and compare: what differs, by how much money and time, and who refused."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yibao_client import Credentials, QueryFlow, compare
from yibao_client.comparison import Comparison, PlatformView
from yibao_client.errors import (
    LockedError,
    ProtocolError,
    Refusal,
    WrongPasswordError,
    refused,
)
from yibao_client.results import Balance, PersonalAccount, PooledFund

NOON = datetime(2026, 6, 15, 4, tzinfo=UTC)


def balance(amount: str | None, *, minutes_old: int = 0, paid: str = "0.00", year: int = 2026):
    account = None if amount is None else PersonalAccount(Decimal(amount), "CNY", "normal")
    nothing = Decimal("0.00")
    fund = PooledFund(year, nothing, nothing, Decimal(paid), nothing)
    return Balance(account, fund, NOON - timedelta(minutes=minutes_old))


class Reader:
    """A client of a platform that shows one balance, or raises."""

    def __init__(self, shown, *, session: str | None = "s") -> None:
        self.shown = shown
        self.session = session
        self.given: list[dict[str, object]] = []

    def sign_in(self, **given):
        self.given.append(given)
        if isinstance(self.shown, WrongPasswordError):
            raise self.shown
        self.session = "s"

    def balance(self):
        if isinstance(self.shown, Exception):
            raise self.shown
        return self.shown


def compared(**shown) -> Comparison:
    return compare({name: Reader(what) for name, what in shown.items()})


def test_platforms_that_show_the_same_agree_whatever_their_age() -> None:
    found = compared(national=balance("10.00", minutes_old=30), local=balance("10.00"))
    assert found.agree
    assert found.latest == "local"
    assert found.differences == ()


def test_difference_names_money_time_and_the_platform_that_is_ahead() -> None:
    found = compared(
        national=balance("98.50", minutes_old=30),
        local=balance("10.00", paid="20.00"),
        alipay=balance("98.50", minutes_old=125, paid="20.00"),
    )
    assert not found.agree
    national, alipay = found.differences
    assert (national.platform, national.latest) == ("national", "local")
    assert (national.amount, national.fund_paid) == (Decimal("88.50"), Decimal("-20.00"))
    assert national.behind == timedelta(minutes=30)
    assert str(national) == "account +88.50, fund -20.00, 0:30:00 behind local"
    assert str(alipay) == "account +88.50, 2:05:00 behind local"


def test_no_account_is_not_an_account_with_nothing_in_it() -> None:
    found = compared(local=balance(None), national=balance("0.00"))
    assert [each.amount for each in found.differences] == [None]
    assert compared(local=balance(None), national=balance(None)).agree
    paid = compared(local=balance(None, paid="5.00"), national=balance(None, minutes_old=1))
    assert [str(each) for each in paid.differences] == ["fund -5.00, 0:01:00 behind local"]


def test_fund_of_another_year_cannot_be_subtracted() -> None:
    found = compared(local=balance("1.00"), national=balance("1.00", minutes_old=9, year=2025))
    assert [each.fund_paid for each in found.differences] == [None]
    assert "another year" in str(found.differences[0])


def test_other_state_of_the_account_is_a_difference_without_money() -> None:
    local = balance("1.00")
    stale = replace(local, personal_account=replace(local.personal_account, state="suspended"))
    (difference,) = compared(local=local, national=stale).differences
    assert str(difference) == "same money, other figures, 0:00:00 behind local"


@pytest.mark.parametrize(
    "error",
    [
        refused(Refusal("sign_in.locked", "账号已锁定", 423)),
        ProtocolError("balance: the answer is not JSON", 502),
    ],
)
def test_platform_that_gives_no_balance_does_not_keep_the_others_from_it(error) -> None:
    found = compared(national=error, local=balance("1.00"), wechat=balance("1.00"))
    assert not found.agree
    assert [(view.platform, view.error) for view in found.refused] == [("national", error)]
    assert found.differences == ()
    assert [view.amount for view in found.views] == [None, Decimal("1.00"), Decimal("1.00")]


def test_nothing_is_latest_where_nobody_answers() -> None:
    found = compared(national=refused(Refusal("server.busy", "…", 503)))
    assert (found.latest, found.differences, found.agree) == (None, (), False)


def test_client_nobody_is_signed_in_at_is_signed_in_first() -> None:
    signed_in, fresh = Reader(balance("1.00")), Reader(balance("1.00"), session=None)
    found = compare({"a": signed_in, "b": fresh}, Credentials("geheim", phone="14000000001"))
    assert found.agree
    assert signed_in.given == []
    assert fresh.given == [{"phone": "14000000001", "id_number": None, "password": "geheim"}]
    assert "geheim" not in repr(Credentials("geheim"))


def test_each_platform_can_have_its_own_credentials() -> None:
    one, other = (Reader(balance("1.00"), session=None) for _ in range(2))
    compare({"a": one, "b": other}, {"b": Credentials("p", id_number="11")})
    assert one.given == []
    assert [given["id_number"] for given in other.given] == ["11"]


def test_refused_sign_in_is_the_platforms_answer() -> None:
    wrong = refused(Refusal("sign_in.wrong_password", "密码错误", 401))
    found = compare({"a": Reader(wrong, session=None)}, Credentials("p", phone="1"))
    assert [view.error for view in found.refused] == [wrong]


def test_table_has_a_line_for_each_platform() -> None:
    locked = refused(Refusal("sign_in.locked", "账号已锁定", 423))
    found = compared(
        local=balance("10.00"), national=balance("98.50", minutes_old=30), wechat=locked
    )
    assert str(found).splitlines() == [
        "platform  account  fund paid  as of",
        "local       10.00       0.00  2026-06-15 04:00:00+00:00  latest",
        "national    98.50       0.00  2026-06-15 03:30:00+00:00  "
        "account +88.50, 0:30:00 behind local",
        f"wechat                                                   {locked}",
    ]


@given(
    st.lists(
        st.tuples(st.integers(0, 3), st.integers(0, 3), st.sampled_from(["1.00", "2.00", None])),
        min_size=1,
        max_size=5,
    )
)
def test_platforms_agree_exactly_when_all_show_the_same(answers) -> None:
    views = tuple(
        PlatformView(f"p{place}", balance(amount, minutes_old=age, paid=f"{paid}.00"))
        for place, (age, paid, amount) in enumerate(answers)
    )
    found = Comparison(views)
    assert found.agree is (len({(paid, amount) for _, paid, amount in answers}) == 1)
    assert all(each.behind >= timedelta(0) for each in found.differences)
    assert all(each.platform != found.latest for each in found.differences)
    assert len(str(found).splitlines()) == len(views) + 1


# --- on the application


@pytest.fixture
def employee(world):
    return next(
        person
        for person in world.people.several(40, insutype="310", registered=True)
        if person.registered["local"]
    )


def flow(world, client, person, **more):
    return QueryFlow(
        client,
        phone=person.phone,
        password=person.default_password,
        code_source=lambda phone, purpose: world.inbox.wait_for_code(phone, purpose=purpose),
        registered=True,
        **more,
    )


def test_payment_is_seen_here_and_not_there_until_it_has_arrived(world, employee) -> None:
    world.ledger.post(employee.id_number, "110", Decimal("88.50"))
    with world.national.client() as national, world.local(employee).client() as local:
        going = flow(world, national, employee, elsewhere={"local": local})
        found = going.run().comparison
        assert [view.platform for view in found.views] == ["national", "local"]
        assert not found.agree
        (difference,) = found.differences
        assert (difference.platform, difference.latest) == ("national", "local")
        assert difference.amount == Decimal("-88.50")
        assert difference.behind >= timedelta(minutes=30)
        arrives = world.explain_balance(employee.id_number).agree_at
        world.clock.advance(arrives - world.clock.now())
        assert compare({"national": national, "local": local}).agree


def test_flow_compares_though_a_platform_refuses(world, employee) -> None:
    world.accounts.patch(employee.id_number, "local", locked=True)
    with world.national.client() as national, world.local(employee).client() as local:
        found = flow(world, national, employee, elsewhere={"local": local}).run().comparison
    assert [type(view.error) for view in found.refused] == [LockedError]
    assert "sign_in.locked" in str(found)


def test_flow_is_not_elsewhere_at_its_own_platform(world, employee) -> None:
    with world.national.client() as client, pytest.raises(ValueError, match="national"):
        flow(world, client, employee, elsewhere={"national": client})
