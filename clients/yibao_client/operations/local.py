"""The calls of a local platform, relative to its base URL (`http://host/local/330100`).

The catalogues, the pictures of an e-credential and its decoding want no session.
"""

from functools import partial
from typing import Final
from urllib.parse import quote

from yibao_client.envelope import content, in_envelope
from yibao_client.exchange import Operation, Request
from yibao_client.local_values import (
    CataloguePage,
    DecodedCredential,
    Drug,
    ECredential,
    Hospital,
    ImageKind,
    LocalAccount,
    LocalSession,
    NewLocalAccount,
    page_of,
)
from yibao_client.operations import insurer
from yibao_client.operations.insurer import (
    API,
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

__all__ = [
    "account",
    "balance",
    "change_password",
    "decode_e_credential",
    "drug",
    "drugs",
    "e_credential",
    "e_credential_image",
    "enrol_biometric",
    "hospital",
    "hospitals",
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

_MEDIA_TYPES: Final[dict[ImageKind, str]] = {
    "svg": "image/svg+xml",
    "png": "image/png",
    "pdf": "application/pdf",
}

sign_in = partial(insurer.sign_in, LocalSession)
refresh = partial(insurer.refresh, LocalSession)
account = partial(insurer.account, LocalAccount)


def register(
    phone: str, sms_code: str, password: str, card_number: str | None = None
) -> Operation[NewLocalAccount]:
    card = {} if card_number is None else {"card_number": card_number}
    return Operation(
        insurer.registration(phone, sms_code, password, **card), in_envelope(NewLocalAccount.read)
    )


def hospitals(
    *,
    name: str | None = None,
    level: str | None = None,
    designated: bool | None = None,
    pharmacies: bool = False,
    page: int = 1,
    page_size: int = 20,
) -> Operation[CataloguePage[Hospital]]:
    """Best level first. `name` holds parts of the name; `level` is `3`, `三级` or `三级甲等`."""
    params = _present(name=name, level=level, page=page, page_size=page_size)
    if designated is not None:
        params["designated"] = _flag(designated)
    if pharmacies:
        params["pharmacies"] = _flag(pharmacies)
    return Operation(
        _public("/hospitals", "hospitals", params), in_envelope(page_of(Hospital.read))
    )


def hospital(code: str) -> Operation[Hospital]:
    """A hospital or pharmacy of the area."""
    path = f"/hospitals/{quote(code, safe='')}"
    return Operation(_public(path, "hospital"), in_envelope(Hospital.read))


def drugs(
    *,
    name: str | None = None,
    code: str | None = None,
    drug_class: str | None = None,
    reimbursement_class: str | None = None,
    page: int = 1,
    page_size: int = 20,
) -> Operation[CataloguePage[Drug]]:
    """In order of code. `name` holds parts of the name, `code` what a code begins with."""
    params = _present(
        name=name,
        code=code,
        reimbursement_class=reimbursement_class,
        page=page,
        page_size=page_size,
        **{"class": drug_class},
    )
    return Operation(_public("/drugs", "drugs", params), in_envelope(page_of(Drug.read)))


def drug(code: str) -> Operation[Drug]:
    return Operation(_public(f"/drugs/{quote(code, safe='')}", "drug"), in_envelope(Drug.read))


def e_credential() -> Operation[ECredential]:
    """A new token. Not idempotent: where policy says so, a newer one ends those before it."""
    return Operation(
        Request("GET", f"{API}/e-credential", "e_credential", signed_in=True),
        in_envelope(ECredential.read),
    )


def e_credential_image(token: str, kind: ImageKind) -> Operation[bytes]:
    """The QR code of a token as SVG or PNG, or a page to print as PDF."""
    return Operation(
        _public(f"/e-credential.{kind}", "e_credential_image", {"token": token}),
        content(_MEDIA_TYPES[kind]),
    )


def decode_e_credential(token: str) -> Operation[DecodedCredential]:
    """Not idempotent: the first decoding uses a token up, where policy says so."""
    return Operation(
        Request(
            "POST", f"{API}/e-credentials/decode", "decode_e_credential", json={"token": token}
        ),
        in_envelope(DecodedCredential.read),
    )


def _public(path: str, name: str, params: dict[str, str] | None = None) -> Request:
    return Request("GET", f"{API}{path}", name, params=params or {}, idempotent=True)


def _present(**given: str | int | None) -> dict[str, str]:
    return {name: str(value) for name, value in given.items() if value is not None}


def _flag(value: bool) -> str:
    return "true" if value else "false"
