"""The calls in which the modern local platform differs from the national one."""

from typing import Any

from simulator.domain.identifiers import mask_card
from simulator.platforms.insurer.access import account_data, credentials_of, session_data
from simulator.platforms.insurer.reading import insurance_row
from simulator.platforms.insurer.visits import about, visit_of
from simulator.services import balance, linking, registration, sign_in
from simulator.services.accounts import Account
from simulator.services.visit import Visit
from simulator.web.call import Call


def register(call: Call) -> dict[str, Any]:
    body = call.body
    visit, phone = about(call, body["phone"])
    card = body.get("card_number")
    account = registration.register(
        visit, phone, body["sms_code"], body["password"], card and card.upper()
    )
    return {
        "account": _account(visit, phone, account),
        "insurance": linked_insurance(visit, account),
    }


def open_session(call: Call) -> dict[str, Any]:
    visit = visit_of(call)
    phone, given = credentials_of(call)
    opened = sign_in.sign_in(visit, phone, given)
    return session_data(opened) | {"insurance": linked_insurance(visit, opened.account)}


def refresh_session(call: Call) -> dict[str, Any]:
    visit = visit_of(call)
    opened = sign_in.refresh(visit, call.body["refresh_token"])
    return session_data(opened) | {"insurance": linked_insurance(visit, opened.account)}


def read_account(call: Call) -> dict[str, Any]:
    return _account(visit_of(call), call.session.phone, call.session.account)


def linked_insurance(visit: Visit, account: Account) -> list[dict[str, Any]]:
    """The rows of the linked person's insurance; empty without one."""
    person = linking.linked_person(visit, account)
    if person is None:
        return []
    return [insurance_row(row) for row in balance.insurance_of(visit, person).rows]


def _account(visit: Visit, phone: str, account: Account) -> dict[str, Any]:
    return account_data(visit, phone, account) | {
        "card_number": account.card_number and mask_card(account.card_number),
        "linked": linking.linked_person(visit, account) is not None,
    }
