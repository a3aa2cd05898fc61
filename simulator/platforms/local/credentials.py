"""The e-credential of a signed-in person, and its decoding by an institution."""

from typing import Any, Final

from simulator.domain import china_time
from simulator.domain.identifiers import mask_id, mask_name
from simulator.platforms.insurer.reading import insurance_row
from simulator.platforms.insurer.visits import visit_of
from simulator.services import e_credentials
from simulator.services.e_credentials import SHEET_KINDS, Decoded, SheetKind
from simulator.web.call import Call
from simulator.web.reply import Reply

MEDIA_TYPES: Final[dict[SheetKind, str]] = {
    "svg": "image/svg+xml",
    "png": "image/png",
    "pdf": "application/pdf",
}


def show(call: Call) -> dict[str, Any]:
    issued = e_credentials.issue(visit_of(call), call.session)
    path = call.environ["PATH_INFO"]
    links: dict[str, str] = {kind: f"{path}.{kind}?token={issued.token}" for kind in SHEET_KINDS}
    return {
        "token": issued.token,
        "expires_in": issued.expires_in_s,
        "expires_at": china_time.to_iso(issued.expires_ms),
        **links,
    }


def svg(call: Call) -> Reply:
    return _sheet(call, "svg")


def png(call: Call) -> Reply:
    return _sheet(call, "png")


def pdf(call: Call) -> Reply:
    return _sheet(call, "pdf")


def decode(call: Call) -> dict[str, Any]:
    return decoded_data(e_credentials.decode(visit_of(call), call.body["token"]))


def decoded_data(found: Decoded) -> dict[str, Any]:
    """What an institution is told of the person behind a token."""
    person = found.person
    return {
        "ec_token": found.ec_token,
        "ec_index_no": found.ec_index_no,
        "auth_no": found.auth_no,
        "psn_no": person.psn_no,
        "name": mask_name(person.name),
        "id_number": mask_id(person.id_number),
        "sex": person.sex,
        "birth_date": china_time.day_to_iso(person.birth),
        "region": found.insured_in,
        "insurance": [insurance_row(row) for row in found.insurance],
        "issued_at": china_time.to_iso(found.issued_ms),
    }


def _sheet(call: Call, kind: SheetKind) -> Reply:
    body = e_credentials.sheet(visit_of(call), call.query["token"], kind)
    # Who may look at it is whoever has the token, and only as long as it is good.
    headers = [("content-type", MEDIA_TYPES[kind]), ("cache-control", "no-store")]
    return Reply(200, body, headers)
