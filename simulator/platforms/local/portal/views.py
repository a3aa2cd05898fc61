"""The portal's calls: the insurer's own, told in the portal's names."""

from base64 import b64encode
from collections.abc import Callable
from typing import Any, Final

from simulator.domain.insurance_codes import INSURANCE_STATES
from simulator.errors import SessionMissingError
from simulator.platforms.insurer import access, reading, tickets, verification
from simulator.platforms.insurer.visits import session_of, visit_of
from simulator.platforms.local import views
from simulator.platforms.local.portal.spelling import in_camel
from simulator.services import captchas
from simulator.services.sign_in import OpenSession
from simulator.web.call import Call

TOKEN_HEADER: Final = "accessToken"
"""Observed, domain-facts.md §5."""

_STATE_CODES: Final = {name: code for code, name in INSURANCE_STATES.items()}

Told = dict[str, Any]
View = Callable[..., Told]


def identify(call: Call) -> OpenSession:
    """The session of the header accessToken. Raises a SessionError."""
    token = call.header(TOKEN_HEADER.lower())
    if not token:
        raise SessionMissingError
    return session_of(call, token.strip())


def retold(view: View, tell: Callable[[Told], Told]) -> View:
    """A call of the insurer's, its answer told otherwise."""

    def view_retold(call: Call, **arguments: str) -> Told:
        return tell(view(call, **arguments))

    return view_retold


def read_captcha(call: Call) -> Told:
    visit = visit_of(call)
    issued = captchas.issue(visit)
    png = b64encode(captchas.picture(visit, issued.captcha_id)).decode("ascii")
    return {
        "uuid": issued.captcha_id,
        "image": f"data:image/png;base64,{png}",
        "expiresIn": issued.expires_in_s,
    }


def _log_in(call: Call) -> Told:
    if call.body["login_type"] == "password":
        captchas.check(visit_of(call), call.body["uuid"], call.body["code"])
    return views.open_session(call)


def close_session(call: Call) -> Told:
    access.close_session(call)
    return {}


def _session(told: Told) -> Told:
    rows = told.pop("insurance")
    del told["token_type"]
    session: Told = in_camel(told)
    return session | {"insuInfo": [insurance_row(row) for row in rows]}


def _registered(told: Told) -> Told:
    rows = [insurance_row(row) for row in told["insurance"]]
    return {"account": _account(told["account"]), "insuInfo": rows}


def _account(told: Told) -> Told:
    real_name, security = told["real_name"], told["security"]
    return {
        "phone": told["phone"],
        "psnName": real_name["name"],
        "certno": real_name["id_number"],
        "cardNumber": told["card_number"],
        "realNameState": real_name["state"],
        "linked": told["linked"],
        "secondFactor": security["second_factor"],
        "passwordExpiresInDays": security["password_expires_in_days"],
        "passwordReminder": security["password_reminder"],
        "registeredAt": told["registered_at"],
    }


def _insurance(told: Told) -> Told:
    return {"list": [insurance_row(row) for row in told["items"]], "total": told["total"]}


def insurance_row(row: Told) -> Told:
    employer = row["employer"] or {"name": None, "uscc": None}
    return {
        "insutype": row["insutype"],
        "insutypeName": row["insutype_name"],
        "psnType": row["psn_type"],
        "psnTypeName": row["psn_type_name"],
        "psnInsuStas": _STATE_CODES[row["state"]],
        "insuplcAdmdvs": row["region"],
        "insuplcName": row["region_name"],
        "empName": employer["name"],
        "empUscc": employer["uscc"],
        "hasAcct": row["has_personal_account"],
        "psnInsuDate": row["since"],
        "pausInsuDate": row["until"],
    }


def _balance(told: Told) -> Told:
    account, pool = told["personal_account"], told["pooled_fund"]
    return {
        "balc": account and account["amount"],
        "acctStas": account and account["state"],
        "pool": {
            "year": pool["year"],
            "deductible": pool["deductible"],
            "deductibleUsed": pool["deductible_used"],
            "fundPaySumamt": pool["paid"],
            "capLeft": pool["cap_left"],
        },
        "asOf": told["as_of"],
    }


def _details(told: Told) -> Told:
    return {
        "list": [_detail(entry) for entry in told["items"]],
        "total": told["total"],
        "pageNum": told["page"],
        "pageSize": told["page_size"],
        "asOf": told["as_of"],
    }


def _detail(entry: Told) -> Told:
    settlement = entry["settlement"]
    return {
        "id": entry["id"],
        "type": entry["type"],
        "typeName": entry["type_name"],
        "amt": entry["amount"],
        "balc": entry["balance_after"],
        "time": entry["at"],
        "insuplcAdmdvs": entry["region"],
        "setlinfo": settlement
        and {
            "medfeeSumamt": settlement["total"],
            "fundPaySumamt": settlement["fund_pay"],
            "psnPay": settlement["person_pay"],
            "acctPay": settlement["account_pay"],
            "cashPayamt": settlement["cash"],
            "acctMulaidPay": settlement["mutual_aid"],
            "hospLv": settlement["hospital_level"],
            "inhosp": settlement["inpatient"],
        },
        "memo": entry["note"],
    }


def _judged(told: Told) -> Told:
    named: Told = in_camel(told)
    named["psnName"] = named.pop("name")
    if "idNumber" in named:
        named["certno"] = named.pop("idNumber")
    return named


send_sms_code = retold(access.send_sms_code, in_camel)
register = retold(views.register, _registered)
log_in = retold(_log_in, _session)
refresh_session = retold(views.refresh_session, _session)
read_account = retold(views.read_account, _account)
read_insurance = retold(reading.read_insurance, _insurance)
read_balance = retold(reading.read_balance, _balance)
read_details = retold(reading.read_transactions, _details)
upload_id_card = retold(verification.upload_id_card, _judged)
upload_face = retold(verification.upload_face, _judged)
open_ticket = retold(tickets.open_ticket, in_camel)
read_ticket = retold(tickets.read_ticket, in_camel)
