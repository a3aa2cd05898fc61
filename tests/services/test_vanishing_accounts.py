"""What happens when an account goes away between being looked at and being changed."""

import pytest

from simulator.errors import AccountUnknownError, SessionInvalidError, UnknownTicketError
from simulator.services import accounts, password_changes, security, sign_in, support
from simulator.services.visit import Visit


@pytest.fixture
def person(world):
    return world.person()


@pytest.fixture
def visit(app, world):
    found = app.worlds.find(world.name)
    return Visit(found, "national", found.now_ms())


@pytest.fixture
def session(world, person, visit):
    return sign_in.authenticate(visit, world.sign_in(person))


@pytest.fixture
def removed(world, person, session):
    world.set_account(person, registered=False)
    return session


def test_changing_its_password_finds_no_session(visit, person, removed) -> None:
    with pytest.raises(SessionInvalidError):
        password_changes.change_password(visit, removed, person["default_password"], "Another-2027")


def test_signing_out_and_settings_change_nothing(visit, person, removed) -> None:
    sign_in.sign_out(visit, removed)
    security.set_second_factor(visit, removed, "sms")
    assert accounts.read(visit, person["phone"]).account is None


def test_refreshing_finds_no_session(world, visit, person) -> None:
    session = world.open_session(person)
    world.set_account(person, registered=False)
    with pytest.raises(SessionInvalidError):
        sign_in.refresh(visit, session["refresh_token"])


def test_ticket_cannot_be_opened_and_an_older_one_is_gone(visit, person, session, world) -> None:
    opened = support.open_balance(visit, session.phone)
    world.set_account(person, registered=False)
    with pytest.raises(AccountUnknownError):
        support.open_balance(visit, session.phone)
    with pytest.raises(UnknownTicketError):
        support.ticket(visit, opened.reference)


def test_nothing_is_stored_for_an_account_that_is_only_looked_at(visit, person) -> None:
    assert accounts.read(visit, person["phone"]).account is not None
    assert accounts.update_account(visit, person["phone"], lambda each: (each, "seen")) == "seen"
    assert visit.world.keys("phone/") == []
