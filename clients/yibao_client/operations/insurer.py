"""The calls that the insurer's platforms share, the national one and the local ones.

Each function answers an `Operation`: a request relative to the platform's base URL
(`http://host/national`, `http://host/local/330100`), and the reader of its answer. A session's
bearer token is added by whoever sends it (`Request.signed_in` says when one is wanted).

Sessions and accounts hold more on some platforms than on others: calls that answer one are told its
class. The modules `national` and `local` have them ready to use.
"""

import base64
from datetime import datetime
from typing import TypeVar
from urllib.parse import quote

from yibao_client.envelope import in_envelope, nothing
from yibao_client.exchange import Operation, Request, Upload
from yibao_client.history import Moment, TransactionPage
from yibao_client.results import (
    Account,
    Balance,
    BiometricMatch,
    FaceCheck,
    IdCardReading,
    InsuranceRow,
    SecondFactor,
    Session,
    SmsCodeSent,
)
from yibao_client.tickets import Ticket

S = TypeVar("S", bound=Session)
A = TypeVar("A", bound=Account)

API = "/api/v1"


def send_sms_code(phone: str, purpose: str) -> Operation[SmsCodeSent]:
    """`purpose` is `register`, `sign_in`, `reset_password` or `second_factor`."""
    return Operation(
        Request(
            "POST", f"{API}/sms-codes", "send_sms_code", json={"phone": phone, "purpose": purpose}
        ),
        in_envelope(SmsCodeSent.read),
    )


def registration(phone: str, sms_code: str, password: str, **more: str) -> Request:
    """The request that makes an account; what it answers is each platform's own."""
    body = {"phone": phone, "sms_code": sms_code, "password": password, **more}
    return Request("POST", f"{API}/accounts", "register", json=body)


def sign_in(
    kind: type[S],
    *,
    phone: str | None = None,
    id_number: str | None = None,
    password: str | None = None,
    sms_code: str | None = None,
    second_factor: SecondFactor | None = None,
) -> Operation[S]:
    """One of `phone` and `id_number`, with one of `password` and `sms_code`."""
    if (phone is None) == (id_number is None):
        raise ValueError("sign_in takes exactly one of phone and id_number")
    if (password is None) == (sms_code is None):
        raise ValueError("sign_in takes exactly one of password and sms_code")
    given = {"phone": phone, "id_number": id_number, "password": password, "sms_code": sms_code}
    body: dict[str, object] = {name: value for name, value in given.items() if value is not None}
    if second_factor is not None:
        body["second_factor"] = _proof(second_factor)
    return Operation(
        Request("POST", f"{API}/sessions", "sign_in", json=body), in_envelope(kind.read)
    )


def refresh(kind: type[S], refresh_token: str) -> Operation[S]:
    """Not idempotent: a refresh token that is used again revokes the session."""
    return Operation(
        Request(
            "POST", f"{API}/sessions/refresh", "refresh", json={"refresh_token": refresh_token}
        ),
        in_envelope(kind.read),
    )


def sign_out() -> Operation[None]:
    return Operation(
        Request("DELETE", f"{API}/sessions/current", "sign_out", idempotent=True, signed_in=True),
        nothing,
    )


def reset_password(phone: str, sms_code: str, new_password: str) -> Operation[None]:
    body = {"phone": phone, "sms_code": sms_code, "new_password": new_password}
    return Operation(
        Request("POST", f"{API}/password-resets", "reset_password", json=body), nothing
    )


def change_password(old_password: str, new_password: str) -> Operation[None]:
    body = {"old_password": old_password, "new_password": new_password}
    return Operation(
        Request("PUT", f"{API}/account/password", "change_password", json=body, signed_in=True),
        nothing,
    )


def account(kind: type[A]) -> Operation[A]:
    return Operation(reading("/account", "account"), in_envelope(kind.read))


def set_second_factor(method: str) -> Operation[None]:
    """`method` is `none`, `sms`, `fingerprint` or `iris`."""
    return Operation(
        Request(
            "PUT",
            f"{API}/account/second-factor",
            "set_second_factor",
            json={"method": method},
            idempotent=True,
            signed_in=True,
        ),
        nothing,
    )


def enrol_biometric(kind: str, sample: bytes) -> Operation[None]:
    """`kind` is `fingerprint` or `iris`; enrolling again replaces the sample."""
    return Operation(
        Request(
            "PUT",
            f"{API}/account/biometrics/{quote(kind, safe='')}",
            "enrol_biometric",
            json={"sample": _base64(sample)},
            idempotent=True,
            signed_in=True,
        ),
        nothing,
    )


def verify_biometric(kind: str, sample: bytes | None) -> Operation[BiometricMatch]:
    """None tells that the sensor saw nothing in time."""
    body = {"sensor_timeout": True} if sample is None else {"sample": _base64(sample)}
    return Operation(
        Request(
            "POST",
            f"{API}/account/biometrics/{quote(kind, safe='')}/verify",
            "verify_biometric",
            json=body,
            signed_in=True,
        ),
        in_envelope(BiometricMatch.read),
    )


def upload_id_card(front: bytes, back: bytes) -> Operation[IdCardReading]:
    """Both sides as JPEG or PNG."""
    files = {"front": _photo("front", front), "back": _photo("back", back)}
    return Operation(
        Request(
            "POST",
            f"{API}/account/real-name/id-card",
            "upload_id_card",
            files=files,
            signed_in=True,
        ),
        in_envelope(IdCardReading.read),
    )


def upload_face(photo: bytes) -> Operation[FaceCheck]:
    """A photo as JPEG or PNG."""
    return Operation(
        Request(
            "POST",
            f"{API}/account/real-name/face",
            "upload_face",
            files={"photo": _photo("photo", photo)},
            signed_in=True,
        ),
        in_envelope(FaceCheck.read),
    )


def insurance() -> Operation[tuple[InsuranceRow, ...]]:
    return Operation(
        reading("/insurance", "insurance"),
        in_envelope(lambda data: data.rows("items", InsuranceRow.read)),
    )


def balance() -> Operation[Balance]:
    return Operation(reading("/balance", "balance"), in_envelope(Balance.read))


def transactions(
    *,
    since: Moment | None = None,
    until: Moment | None = None,
    type: str | None = None,  # noqa: A002 -- the contract's name for it
    page: int = 1,
    page_size: int = 20,
) -> Operation[TransactionPage]:
    """Newest first. `since` and `until` are dates or aware datetimes; pages count from 1."""
    params = {"page": str(page), "page_size": str(page_size)}
    if since is not None:
        params["from"] = _iso(since)
    if until is not None:
        params["to"] = _iso(until)
    if type is not None:
        params["type"] = type
    return Operation(
        reading("/transactions", "transactions", params), in_envelope(TransactionPage.read)
    )


def open_ticket(
    kind: str,
    *,
    name: str | None = None,
    id_number: str | None = None,
    phone: str | None = None,
) -> Operation[Ticket]:
    """`kind` `unlock` wants the identity proof (phone, name, ID number), `balance` a session."""
    given = {"phone": phone, "name": name, "id_number": id_number}
    body = {"kind": kind} | {name: value for name, value in given.items() if value is not None}
    return Operation(
        Request("POST", f"{API}/support/tickets", "open_ticket", json=body, signed_in=True),
        in_envelope(Ticket.read),
    )


def ticket(ticket_id: str) -> Operation[Ticket]:
    return Operation(
        reading(f"/support/tickets/{quote(ticket_id, safe='')}", "ticket"), in_envelope(Ticket.read)
    )


def reading(path: str, name: str, params: dict[str, str] | None = None) -> Request:
    """The request of a call that only reads, and wants a session."""
    return Request(
        "GET", f"{API}{path}", name, params=params or {}, idempotent=True, signed_in=True
    )


def _proof(given: SecondFactor) -> dict[str, object]:
    shown = {"sample": _base64(given.sample)} if given.sample is not None else {"code": given.code}
    return {"challenge": given.challenge, **shown}


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _photo(name: str, content: bytes) -> Upload:
    png = content.startswith(b"\x89PNG")
    return Upload(f"{name}.{'png' if png else 'jpg'}", content, f"image/{'png' if png else 'jpeg'}")


def _iso(moment: Moment) -> str:
    if isinstance(moment, datetime) and moment.tzinfo is None:
        raise ValueError(f"{moment!r} has no offset; a naive time could mean any instant")
    return moment.isoformat()
