"""The legacy portal's calls: the insurer's own, told by indicators."""

from collections.abc import Callable
from typing import Any, Final

from simulator.domain.insurance_codes import INSURANCE_STATES
from simulator.errors import SessionMissingError
from simulator.platforms.insurer import access, reading, tickets, verification
from simulator.platforms.insurer.visits import session_of, visit_of
from simulator.platforms.local import views
from simulator.platforms.local.legacy import cookies
from simulator.services import linking
from simulator.services.sign_in import OpenSession
from simulator.web.call import Call
from simulator.web.reply import Reply

_STATE_CODES: Final = {name: code for code, name in INSURANCE_STATES.items()}
SEXES: Final = {"male": "1", "female": "2"}

Told = dict[str, Any]
View = Callable[[Call], Any]


def identify(call: Call) -> OpenSession:
    """The session of the cookie. Raises a SessionError."""
    token = cookies.read(call, cookies.SESSION)
    if token is None:
        raise SessionMissingError
    return session_of(call, token)


def told(view: Callable[[Call], Told], tell: Callable[[Told], Told]) -> View:
    """A call of the insurer's, its answer told by indicators."""

    def view_told(call: Call) -> Told:
        return tell(view(call))

    return view_told


def done(view: Callable[[Call], object]) -> View:
    """A call of the insurer's, its answer that it was carried out."""

    def view_done(call: Call) -> Told:
        view(call)
        return {"msg": "操作成功"}

    return view_done


def log_in(call: Call) -> Reply:
    body = call.body
    challenge = body.pop("challenge", None)
    if challenge is not None:
        proof = {"code": body.pop("factor_code", None), "sample": body.pop("sample", None)}
        body["second_factor"] = {"challenge": challenge} | proof
    if "card_number" in body:
        body["card_number"] = body["card_number"].upper()
    return _with_session(call, views.open_session(call))


def renew_session(call: Call) -> Reply:
    token = cookies.read(call, cookies.RENEWAL)
    if token is None:
        raise SessionMissingError
    call.body["refresh_token"] = token
    return _with_session(call, views.refresh_session(call))


def _with_session(call: Call, session: Told) -> Reply:
    data = {
        "yxq": session["expires_in"],
        "mmts": session["password_expires_in_days"],
        "mmtx": flag(session["password_reminder"]),
        "rows": [insurance_row(row) for row in session["insurance"]],
    }
    reply = call.platform.dialect.success(call, data, 200)
    reply.headers += cookies.setting(call, session["access_token"], session["refresh_token"])
    return reply


def close_session(call: Call) -> Reply:
    reply = call.platform.dialect.success(call, done(access.close_session)(call), 200)
    reply.headers += cookies.clearing(call)
    return reply


def register(call: Call) -> Told:
    found = views.register(call)
    account = found["account"]
    return {
        "aae005": account["phone"],
        "aaz500": account["card_number"],
        "rzzt": account["real_name"]["state"],
        "rows": [insurance_row(row) for row in found["insurance"]],
    }


def read_ticket(call: Call) -> Told:
    return _ticket(tickets.read_ticket(call, call.body["ticket_id"]))


def read_account(call: Call) -> Told:
    account = views.read_account(call)
    real_name, security = account["real_name"], account["security"]
    person = linking.linked_person(visit_of(call), call.session.account)
    return {
        "aac001": None if person is None else person.psn_no,
        "aac002": real_name["id_number"],
        "aac003": real_name["name"],
        "aac004": None if person is None else SEXES[person.sex],
        "aab301": call.region,
        "aae005": account["phone"],
        "aaz500": account["card_number"],
        "rzzt": real_name["state"],
        "glzt": flag(account["linked"]),
        "ecyz": security["second_factor"],
        "mmts": security["password_expires_in_days"],
        "mmtx": flag(security["password_reminder"]),
        "aae036": account["registered_at"],
    }


def _insurance(insurance: Told) -> Told:
    rows = [insurance_row(row) for row in insurance["items"]]
    return {"rows": rows, "total": insurance["total"]}


def insurance_row(row: Told) -> Told:
    return {
        "aae140": row["insutype"],
        "xzmc": row["insutype_name"],
        "aac066": row["psn_type"],
        "sfmc": row["psn_type_name"],
        "aac008": _STATE_CODES[row["state"]],
        "aab301": row["region"],
        "tcqmc": row["region_name"],
        "aab004": row["employer"] and row["employer"]["name"],
        "grzh": flag(row["has_personal_account"]),
        "aae030": row["since"],
        "aae031": row["until"],
    }


def _balance(balance: Told) -> Told:
    account, pool = balance["personal_account"], balance["pooled_fund"]
    return {
        "akc087": account and account["amount"],
        "zhzt": account and account["state"],
        "aae001": pool["year"],
        "qfx": pool["deductible"],
        "qfxlj": pool["deductible_used"],
        "akc260": pool["paid"],
        "fdxye": pool["cap_left"],
        "aae036": balance["as_of"],
    }


def _history(history: Told) -> Told:
    return {
        "rows": [_history_row(entry) for entry in history["items"]],
        "total": history["total"],
        "page": history["page"],
        "aae036": history["as_of"],
    }


def _history_row(entry: Told) -> Told:
    parts = entry["settlement"] or {}
    return {
        "lsh": entry["id"],
        "lx": entry["type"],
        "lxmc": entry["type_name"],
        "je": entry["amount"],
        "akc087": entry["balance_after"],
        "aae036": entry["at"],
        "aab301": entry["region"],
        "akc264": parts.get("total"),
        "akc260": parts.get("fund_pay"),
        "grzf": parts.get("person_pay"),
        "akc255": parts.get("account_pay"),
        "akc261": parts.get("cash"),
        "gjzf": parts.get("mutual_aid"),
        "yydj": parts.get("hospital_level"),
        "zybz": flag(parts["inpatient"]) if parts else None,
        "aae013": entry["note"],
    }


def _card(card: Told) -> Told:
    return {
        "rzzt": card["state"],
        "aac003": card["name"],
        "aac002": card["id_number"],
        "aae030": card["valid_from"],
        "aae031": card["valid_until"],
        "htjc": card["liveness"],
    }


def _face(face: Told) -> Told:
    return {
        "rzzt": face["state"],
        "aac003": face["name"],
        "xsd": face["score"],
        "yz": face["threshold"],
    }


def _ticket(ticket: Told) -> Told:
    found = ticket["reconciliation"]
    return {
        "gdh": ticket["id"],
        "lx": ticket["kind"],
        "zt": ticket["state"],
        "aae036": ticket["created_at"],
        "xczt": ticket["next_change_at"],
        "dzd": found
        and {
            "rows": [
                {
                    "lx": each["type"],
                    "lxmc": each["type_name"],
                    "bs": each["count"],
                    "je": each["amount"],
                }
                for each in found["by_type"]
            ],
            "akc087": found["balance"],
            "aae036": found["as_of"],
        },
    }


def flag(value: bool) -> str:
    return "1" if value else "0"


send_sms_code = told(
    access.send_sms_code, lambda sent: {"yxq": sent["expires_in"], "cfjg": sent["resend_in"]}
)
reset_password = done(access.reset_password)
change_password = done(access.change_password)
set_second_factor = told(access.set_second_factor, lambda chosen: {"ecyz": chosen["method"]})
read_insurance = told(reading.read_insurance, _insurance)
read_balance = told(reading.read_balance, _balance)
upload_id_card = told(verification.upload_id_card, _card)
upload_face = told(verification.upload_face, _face)
open_ticket = told(tickets.open_ticket, _ticket)


def read_history(call: Call) -> Told:
    # the modern call reads its query
    call.query = call.body
    return _history(reading.read_transactions(call))
