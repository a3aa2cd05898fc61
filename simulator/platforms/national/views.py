"""The national platform's calls: checked input to a use case, its outcome to plain data."""

from typing import Any

from simulator.domain import china_time
from simulator.domain.biometrics import KINDS, Kind, refusal_code
from simulator.domain.identifiers import mask_id, mask_name, mask_phone
from simulator.domain.insurance_codes import INSURANCE_STATES, INSURANCE_TYPES, PERSON_TYPES
from simulator.domain.ledger import ENTRY_TYPES, LedgerEntry, select_page
from simulator.domain.passwords import age_state, days_left
from simulator.domain.people import InsuranceRow
from simulator.domain.pool import Settlement
from simulator.domain.regions import resolve
from simulator.domain.support import changes_at
from simulator.errors import BiometricsNotOfferedError, SessionMissingError
from simulator.services import (
    accounts,
    balance,
    biometrics,
    real_name,
    security,
    sign_in,
    sms_codes,
    support,
)
from simulator.services.accounts import Account
from simulator.services.ledgers import yuan
from simulator.services.password_changes import change_password as change_password_service
from simulator.services.password_changes import reset_password as reset_password_service
from simulator.services.registration import register as register_service
from simulator.services.second_factors import Proof
from simulator.services.sign_in import Credentials, OpenSession, SignedIn
from simulator.services.support import TicketView
from simulator.services.visit import Visit
from simulator.web.call import Call

_BEARER = "Bearer "


def visit_of(call: Call) -> Visit:
    """The call as the use cases know it."""
    if call.visit is None:
        call.visit = Visit(call.world, call.platform.name, call.now_ms)
    visit: Visit = call.visit
    return visit


def identify(call: Call) -> OpenSession:
    """The session a call's bearer token opens. Raises a SessionError."""
    header = call.environ.get("HTTP_AUTHORIZATION", "")
    if header[: len(_BEARER)].lower() != _BEARER.lower():
        raise SessionMissingError
    session = sign_in.authenticate(visit_of(call), header[len(_BEARER) :].strip())
    call.subject = mask_phone(session.phone)
    return session


def send_sms_code(call: Call) -> dict[str, Any]:
    visit, phone = _about(call, call.body["phone"])
    expires_in = sms_codes.send_code(visit, phone, call.body["purpose"])
    return {"expires_in": expires_in, "resend_in": visit.policy.sms.resend_after_s}


def register(call: Call) -> dict[str, Any]:
    visit, phone = _about(call, call.body["phone"])
    account = register_service(visit, phone, call.body["sms_code"], call.body["password"])
    return {"account": _account(visit, phone, account)}


def open_session(call: Call) -> dict[str, Any]:
    body = call.body
    visit = visit_of(call)
    phone = body.get("phone") or sign_in.phone_of(visit, body["id_number"])
    visit, phone = _about(call, phone)
    proof = body.get("second_factor")
    given = Credentials(
        password=body.get("password"),
        sms_code=body.get("sms_code"),
        second_factor=proof and Proof(**proof),
    )
    return _signed_in(sign_in.sign_in(visit, phone, given))


def refresh_session(call: Call) -> dict[str, Any]:
    return _signed_in(sign_in.refresh(visit_of(call), call.body["refresh_token"]))


def close_session(call: Call) -> None:
    sign_in.sign_out(visit_of(call), call.session)


def reset_password(call: Call) -> dict[str, Any]:
    visit, phone = _about(call, call.body["phone"])
    reset_password_service(visit, phone, call.body["sms_code"], call.body["new_password"])
    return {"changed": True}


def change_password(call: Call) -> dict[str, Any]:
    change_password_service(
        visit_of(call), call.session, call.body["old_password"], call.body["new_password"]
    )
    return {"changed": True}


def read_account(call: Call) -> dict[str, Any]:
    return _account(visit_of(call), call.session.phone, call.session.account)


def set_second_factor(call: Call) -> dict[str, Any]:
    method = call.body["method"]
    security.set_second_factor(visit_of(call), call.session, method)
    return {"method": method}


def read_insurance(call: Call) -> dict[str, Any]:
    visit = visit_of(call)
    rows = balance.insurance_of(visit, balance.verified_person(visit, call.session))
    return {"items": [_insurance_row(row) for row in rows], "total": len(rows)}


def read_balance(call: Call) -> dict[str, Any]:
    visit = visit_of(call)
    found = balance.balance_of(visit, balance.verified_person(visit, call.session))
    position = found.position
    pool = position.pool
    account = None
    if position.balance_fen is not None:
        account = {
            "amount": yuan(position.balance_fen),
            "currency": "CNY",
            "state": found.account_state,
        }
    return {
        "personal_account": account,
        "pooled_fund": {
            "year": pool.year,
            "deductible": yuan(pool.deductible_fen),
            "deductible_used": yuan(pool.deductible_used_fen),
            "paid": yuan(pool.paid_fen),
            "cap_left": yuan(pool.cap_left_fen),
        },
        "as_of": china_time.to_iso(found.as_of_ms),
    }


def read_transactions(call: Call) -> dict[str, Any]:
    visit = visit_of(call)
    history = balance.history_of(visit, balance.verified_person(visit, call.session))
    query = call.query
    page = select_page(
        history,
        from_ms=query.get("from_ms"),
        until_ms=query.get("until_ms"),
        type_code=query.get("type"),
        page=query["page"],
        page_size=query["page_size"],
    )
    return {
        "items": [_transaction(entry) for entry in page.items],
        "total": page.total,
        "page": page.page,
        "page_size": page.page_size,
        "as_of": china_time.to_iso(visit.now_ms),
    }


def enrol_biometric(call: Call, kind: str) -> dict[str, Any]:
    known = _kind(kind)
    size = biometrics.enrol(visit_of(call), call.session, known, call.body["sample"])
    return {"kind": known, "enrolled": True, "sample_bytes": size}


def verify_biometric(call: Call, kind: str) -> dict[str, Any]:
    known = _kind(kind)
    verdict = biometrics.verify(visit_of(call), call.session, known, call.body.get("sample"))
    return {
        "kind": known,
        "matched": verdict.outcome == "matched",
        "score": round(verdict.score or 0, 4),
        "threshold": verdict.threshold,
        "code": refusal_code(verdict.outcome, known),
        "tries_left": verdict.tries_left,
    }


def _kind(kind: str) -> Kind:
    for known in KINDS:
        if kind == known:
            return known
    raise BiometricsNotOfferedError(details={"kind": kind[:40], "known": list(KINDS)})


def upload_id_card(call: Call) -> dict[str, Any]:
    visit = visit_of(call)
    found = real_name.judge_card(visit, call.session, call.files["front"], call.files["back"])
    until = found.valid_until
    return {
        "state": found.state,
        "name": mask_name(found.person.name),
        "id_number": mask_id(found.person.id_number),
        "valid_from": found.valid_from.isoformat(),
        "valid_until": None if until is None else until.isoformat(),
        "liveness": found.liveness,
        "measured": {"front": found.front, "back": found.back},
    }


def upload_face(call: Call) -> dict[str, Any]:
    found = real_name.judge_face(visit_of(call), call.session, call.files["photo"])
    return {
        "state": found.state,
        "name": mask_name(found.person.name),
        "score": round(found.score, 4),
        "threshold": found.threshold,
        "measured": found.figures,
    }


def open_ticket(call: Call) -> dict[str, Any]:
    body = call.body
    if body["kind"] == "unlock":
        visit, phone = _about(call, body["phone"])
        name, id_number = body["name"], body["id_number"]
        return _ticket(visit, support.open_unlock(visit, phone, name=name, id_number=id_number))
    call.session = identify(call)
    visit = visit_of(call)
    balance.verified_person(visit, call.session)
    return _ticket(visit, support.open_balance(visit, call.session.phone))


def read_ticket(call: Call, ticket_id: str) -> dict[str, Any]:
    visit = visit_of(call)
    found = support.ticket(visit, ticket_id)
    if found.ticket.kind == "balance":
        support.refuse_unless_of(found, identify(call).phone)
    return _ticket(visit, found)


def _about(call: Call, phone: str) -> tuple[Visit, str]:
    """Notes for the journal whom the call is about."""
    call.subject = mask_phone(phone)
    return visit_of(call), phone


def _signed_in(session: SignedIn) -> dict[str, Any]:
    return {
        "access_token": session.access.text,
        "refresh_token": session.refresh.text,
        "token_type": "Bearer",
        "expires_in": session.expires_in_s,
        "password_expires_in_days": session.password_expires_in_days,
        "password_reminder": session.password_reminder,
    }


def _account(visit: Visit, phone: str, account: Account) -> dict[str, Any]:
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


def _insurance_row(row: InsuranceRow) -> dict[str, Any]:
    return {
        "insutype": row.insutype,
        "insutype_name": INSURANCE_TYPES[row.insutype],
        "psn_type": row.psn_type,
        "psn_type_name": PERSON_TYPES[row.psn_type],
        "state": INSURANCE_STATES[row.state],
        "region": row.region,
        "region_name": _area_name(row.region),
        "employer": row.employer and {"uscc": row.employer.uscc, "name": row.employer.name},
        "has_personal_account": row.has_personal_account,
        "since": china_time.day_to_iso(row.since),
        "until": None if row.until is None else china_time.day_to_iso(row.until),
    }


def _area_name(admdvs: str) -> str:
    area = resolve(admdvs)
    return admdvs if area is None else area.name


def _transaction(entry: LedgerEntry) -> dict[str, Any]:
    after = entry.balance_after_fen
    return {
        "id": entry.entry_id,
        "type": entry.type,
        "type_name": ENTRY_TYPES[entry.type].name_zh,
        "amount": yuan(entry.amount_fen),
        "balance_after": None if after is None else yuan(after),
        "at": china_time.to_iso(entry.at_ms),
        "region": entry.region,
        "settlement": None if entry.settlement is None else _settlement(entry.settlement),
        "note": entry.note,
    }


def _settlement(settlement: Settlement) -> dict[str, Any]:
    return {
        "total": yuan(settlement.total_fen),
        "fund_pay": yuan(settlement.fund_pay_fen),
        "person_pay": yuan(settlement.person_pay_fen),
        "account_pay": yuan(settlement.account_pay_fen),
        "cash": yuan(settlement.cash_fen),
        "mutual_aid": yuan(settlement.mutual_aid_fen),
        "hospital_level": settlement.level,
        "inpatient": settlement.inpatient,
    }


def _ticket(visit: Visit, view: TicketView) -> dict[str, Any]:
    found = view.reconciliation
    reconciliation = None
    if found is not None:
        reconciliation = {
            "by_type": [
                {
                    "type": code,
                    "type_name": ENTRY_TYPES[code].name_zh,
                    "count": count,
                    "amount": yuan(amount_fen),
                }
                for code, count, amount_fen in found.by_type
            ],
            "balance": None if found.balance_fen is None else yuan(found.balance_fen),
            "as_of": china_time.to_iso(found.as_of_ms),
        }
    changes_ms = changes_at(view.ticket, visit.now_ms)
    return {
        "id": view.reference,
        "kind": view.ticket.kind,
        "state": view.state,
        "created_at": china_time.to_iso(view.ticket.created_ms),
        "next_change_at": None if changes_ms is None else china_time.to_iso(changes_ms),
        "reconciliation": reconciliation,
    }
