"""The calls of the national platform, relative to its base URL (`http://host/national`)."""

from functools import partial

from yibao_client.envelope import in_envelope
from yibao_client.exchange import Operation
from yibao_client.operations import insurer
from yibao_client.operations.insurer import (
    balance,
    change_password,
    enrol_biometric,
    insurance,
    open_ticket,
    reset_password,
    send_sms_code,
    set_second_factor,
    sign_out,
    ticket,
    transactions,
    upload_face,
    upload_id_card,
    verify_biometric,
)
from yibao_client.results import Account, Session

__all__ = [
    "account",
    "balance",
    "change_password",
    "enrol_biometric",
    "insurance",
    "open_ticket",
    "refresh",
    "register",
    "reset_password",
    "send_sms_code",
    "set_second_factor",
    "sign_in",
    "sign_out",
    "ticket",
    "transactions",
    "upload_face",
    "upload_id_card",
    "verify_biometric",
]

sign_in = partial(insurer.sign_in, Session)
refresh = partial(insurer.refresh, Session)
account = partial(insurer.account, Account)


def register(phone: str, sms_code: str, password: str) -> Operation[Account]:
    return Operation(
        insurer.registration(phone, sms_code, password),
        in_envelope(lambda data: Account.read(data.child("account"))),
    )
