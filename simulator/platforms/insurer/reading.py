"""Insurance, balance and history as plain data."""

from collections.abc import Mapping
from typing import Any

from simulator.domain import china_time
from simulator.domain.insurance_codes import INSURANCE_STATES, INSURANCE_TYPES, PERSON_TYPES
from simulator.domain.ledger import ENTRY_TYPES, LedgerEntry, select_page
from simulator.domain.people import InsuranceRow, Person
from simulator.domain.pool import Settlement
from simulator.domain.regions import resolve
from simulator.domain.replication import History
from simulator.platforms.insurer.visits import visit_of
from simulator.services import balance
from simulator.services.balance import Balance
from simulator.services.ledgers import yuan
from simulator.services.visit import Visit
from simulator.web.call import Call


def read_insurance(call: Call) -> dict[str, Any]:
    visit = visit_of(call)
    return insurance_data(visit, balance.verified_person(visit, call.session))


def insurance_data(visit: Visit, person: Person) -> dict[str, Any]:
    """The person's insurance rows as the platform visited knows them."""
    found = balance.insurance_of(visit, person)
    return {
        "items": [insurance_row(row) for row in found.rows],
        "total": len(found.rows),
        "as_of": china_time.to_iso(found.as_of_ms),
    }


def read_balance(call: Call) -> dict[str, Any]:
    return balance_data(balance.balance_shown(visit_of(call), call.session))


def balance_data(found: Balance) -> dict[str, Any]:
    """A balance as it is answered."""
    pool = found.position.pool
    account = None
    if found.amount_fen is not None:
        account = {
            "amount": found.amount_fen / 100 if found.as_number else yuan(found.amount_fen),
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
    return history_data(
        balance.history_of(visit, balance.verified_person(visit, call.session)), call.query
    )


def history_data(history: History, query: Mapping[str, Any]) -> dict[str, Any]:
    """What a query asks for of a history."""
    page = select_page(
        history.entries,
        from_ms=query.get("from_ms"),
        until_ms=query.get("until_ms"),
        type_code=query.get("type"),
        page=query["page"],
        page_size=query["page_size"],
    )
    return {
        "items": [transaction(entry) for entry in page.items],
        "total": page.total,
        "page": page.page,
        "page_size": page.page_size,
        "as_of": china_time.to_iso(history.as_of_ms),
    }


def insurance_row(row: InsuranceRow) -> dict[str, Any]:
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


def transaction(entry: LedgerEntry) -> dict[str, Any]:
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
        "reference": entry.reference or None,
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
        "care_region": settlement.care_region,
    }
