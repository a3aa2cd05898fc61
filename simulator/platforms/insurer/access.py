"""Codes, registration, sessions, passwords, the account: checked input to a use case, and back."""

from typing import Any

from simulator.domain import china_time
from simulator.domain.identifiers import mask_id, mask_name, mask_phone
from simulator.domain.passwords import age_state, days_left
from simulator.platforms.insurer.visits import about, visit_of
from simulator.services import (
    accounts,
    security,
    sign_in,
    sms_codes,
)
from simulator.services.accounts import Account
from simulator.services.password_changes import change_password as change_password_service
from simulator.services.password_changes import reset_password as reset_password_service
from simulator.services.registration import register as register_service
from simulator.services.second_factors import Proof
from simulator.services.sign_in import Credentials, SignedIn
from simulator.services.visit import Visit
from simulator.web.call import Call


def send_sms_code(call: Call) -> dict[str, Any]:
    visit, phone = about(call, call.body["phone"])
    expires_in = sms_codes.send_code(visit, phone, call.body["purpose"])
    return {"expires_in": expires_in, "resend_in": visit.policy.sms.resend_after_s}


def register(call: Call) -> dict[str, Any]:
    visit, phone = about(call, call.body["phone"])
    account = register_service(visit, phone, call.body["sms_code"], call.body["password"])
    return {"account": account_data(visit, phone, account)}


def open_session(call: Call) -> dict[str, Any]:
    phone, given = credentials_of(call)
    return session_data(sign_in.sign_in(visit_of(call), phone, given))


def credentials_of(call: Call) -> tuple[str, Credentials]:
    """The phone number of the account that a sign-in is for, and what is presented for it."""
    body = call.body
    if "id_number" in body:
        phone = sign_in.phone_of(visit_of(call), body["id_number"])
    elif "card_number" in body:
        phone = sign_in.phone_of_card(visit_of(call), body["card_number"])
    else:
        phone = body["phone"]
    about(call, phone)
    proof = body.get("second_factor")
    return phone, Credentials(
        password=body.get("password"),
        password_digest=body.get("password_digest"),
        sms_code=body.get("sms_code"),
        second_factor=proof and Proof(**proof),
    )


def refresh_session(call: Call) -> dict[str, Any]:
    return session_data(sign_in.refresh(visit_of(call), call.body["refresh_token"]))


def close_session(call: Call) -> None:
    sign_in.sign_out(visit_of(call), call.session)


def reset_password(call: Call) -> dict[str, Any]:
    visit, phone = about(call, call.body["phone"])
    reset_password_service(visit, phone, call.body["sms_code"], call.body["new_password"])
    return {"changed": True}


def change_password(call: Call) -> dict[str, Any]:
    change_password_service(
        visit_of(call), call.session, call.body["old_password"], call.body["new_password"]
    )
    return {"changed": True}


def read_account(call: Call) -> dict[str, Any]:
    return account_data(visit_of(call), call.session.phone, call.session.account)


def set_second_factor(call: Call) -> dict[str, Any]:
    method = call.body["method"]
    security.set_second_factor(visit_of(call), call.session, method)
    return {"method": method}


def session_data(session: SignedIn) -> dict[str, Any]:
    return {
        "access_token": session.access.text,
        "refresh_token": session.refresh.text,
        "token_type": "Bearer",
        "expires_in": session.expires_in_s,
        "password_expires_in_days": session.password_expires_in_days,
        "password_reminder": session.password_reminder,
    }


def account_data(visit: Visit, phone: str, account: Account) -> dict[str, Any]:
    person = accounts.person_of(visit, account)
    changed_ms, policy = account.password.changed_ms, visit.policy.password
    return {
        "phone": mask_phone(phone),
        "real_name": {
            "state": accounts.real_name_state(visit, account),
            "name": None if person is None else mask_name(person.name),
            "id_number": None if person is None else mask_id(person.id_number),
        },
        "security": {
            "second_factor": account.second_factor,
            "password_expires_in_days": days_left(changed_ms, policy, visit.now_ms),
            "password_reminder": age_state(changed_ms, policy, visit.now_ms) != "fresh",
        },
        "registered_at": china_time.to_iso(account.registered_ms),
    }
