"""People, their ledgers and their accounts through the control API."""

from dataclasses import replace
from typing import Any

from simulator.domain import china_time, lockout
from simulator.domain.insurance_codes import INSURANCE_STATES
from simulator.domain.ledger import ENTRY_TYPES, LedgerEntry, PostedCare
from simulator.domain.passwords import age_state
from simulator.domain.people import Person
from simulator.domain.regions import resolve
from simulator.errors import UnknownPersonError, UnknownPlatformError, UnknownRegionError
from simulator.policy import NATIONAL, SOURCE
from simulator.services import account_state, accounts, alerts, ledgers
from simulator.services.account_state import AccountPatch
from simulator.services.accounts import Account
from simulator.services.ledgers import yuan
from simulator.services.password_hashes import DEFAULT_PASSWORD
from simulator.services.pooling_areas import insuring_area
from simulator.services.standings import standing_of
from simulator.services.visit import Visit
from simulator.web.call import Call
from simulator.world import World


def list_people(call: Call, world: str) -> dict[str, Any]:
    found, query = call.worlds.find(world), call.query
    region = query.get("region")
    if region is not None and resolve(region) is None:
        raise UnknownRegionError(details={"region": region})
    listing = found.people.listing(region, query.get("insutype"))
    people = listing.page(query["offset"], query["limit"])
    return {"items": [_person(found, person) for person in people], "total": listing.total}


def read_person(call: Call, world: str, id_number: str) -> dict[str, Any]:
    found = call.worlds.find(world)
    return _person(found, find_person(found, id_number))


def post_entry(call: Call, world: str, id_number: str) -> dict[str, Any]:
    found, body = call.worlds.find(world), call.body
    person = find_person(found, id_number)
    care = body.get("care")
    posted = ledgers.post(
        found,
        person,
        entry_type=body["type"],
        amount_fen=body["amount_fen"],
        at_ms=body.get("at_ms"),
        note=body["note"],
        care=care
        and PostedCare(care["level"], care["inpatient"], in_scope_fen=care.get("in_scope_fen")),
    )
    # Not the time before: a clock that runs has moved on, and the entry is known from then only.
    now_ms = found.now_ms()
    alerts.ledger_changed(found, person)
    shown_at_ms = max(now_ms, posted.at_ms)
    history = ledgers.entries_of(found, person, shown_at_ms)
    entry = next(entry for entry in history if entry.entry_id == posted.entry_id)
    return {"entry": _entry(entry), "balance": _balance(found, person, now_ms)}


def read_ledger(call: Call, world: str, id_number: str) -> dict[str, Any]:
    found = call.worlds.find(world)
    person, now_ms = find_person(found, id_number), found.now_ms()
    history = ledgers.entries_of(found, person, now_ms)
    return {
        "items": [_entry(entry) for entry in reversed(history)],
        "total": len(history),
        "balance": _balance(found, person, now_ms),
    }


def read_account(call: Call, world: str, id_number: str, platform: str) -> dict[str, Any]:
    visit, person = _visit(call, world, id_number, platform)
    return _account(visit, person, account_state.account_of(visit, person))


def patch_account(call: Call, world: str, id_number: str, platform: str) -> dict[str, Any]:
    visit, person = _visit(call, world, id_number, platform)
    account = account_state.patch_account(visit, person, AccountPatch(**call.body))
    return _account(visit, person, account)


def find_person(world: World, id_number: str) -> Person:
    """The person of an ID number. Raises UnknownPersonError."""
    person = world.people.by_id_number(id_number)
    if person is None:
        raise UnknownPersonError(details={"id_number": id_number[:40]})
    return person


def _visit(call: Call, world: str, id_number: str, platform: str) -> tuple[Visit, Person]:
    """The visit of a person to a platform: `national`, `local` (where the person is insured), or
    `local:330100`."""
    found = call.worlds.find(world)
    person = find_person(found, id_number)
    visit = Visit(found, platform, found.now_ms())
    if platform == NATIONAL:
        return visit, person
    if platform == SOURCE:
        return replace(visit, region=insuring_area(visit, person)), person
    name, _, region = platform.partition(":")
    area = resolve(region)
    if name != SOURCE or area is None:
        known = [NATIONAL, SOURCE, f"{SOURCE}:{person.region}"]
        raise UnknownPlatformError(details={"platform": platform[:40], "known": known})
    return replace(visit, platform=SOURCE, region=area.admdvs), person


def _person(world: World, person: Person) -> dict[str, Any]:
    now_ms = world.now_ms()
    national = Visit(world, NATIONAL, now_ms)
    local = Visit(world, SOURCE, now_ms, insuring_area(national, person))
    return {
        "index": person.index,
        "id_number": person.id_number,
        "name": person.name,
        "sex": person.sex,
        "birth_date": china_time.day_to_iso(person.birth),
        "phone": person.phone,
        "region": person.region,
        "region_name": person.area.name,
        "card_number": person.card_number,
        "card_password": person.card_password,
        "psn_no": person.psn_no,
        "default_password": person.default_password,
        "insurance": [
            {
                "insutype": row.insutype,
                "psn_type": row.psn_type,
                "state": INSURANCE_STATES[row.state],
                "region": row.region,
                "has_personal_account": row.has_personal_account,
                "since": china_time.day_to_iso(row.since),
                "until": None if row.until is None else china_time.day_to_iso(row.until),
            }
            for row in person.insurance_rows(china_time.day_of(now_ms), standing_of(world, person))
        ],
        "employer": person.employer
        and {"uscc": person.employer.uscc, "name": person.employer.name},
        "family": [
            {
                "relation": relative.relation,
                "id_number": world.people.at(relative.index).id_number,
            }
            for relative in person.family
        ],
        "registered": {
            visit.platform: accounts.read(visit, person.phone).account is not None
            for visit in (national, local)
        },
    }


def _entry(entry: LedgerEntry) -> dict[str, Any]:
    after, settlement = entry.balance_after_fen, entry.settlement
    return {
        "id": entry.entry_id,
        "type": entry.type,
        "type_name": ENTRY_TYPES[entry.type].name_zh,
        "amount": yuan(entry.amount_fen),
        "balance_after": None if after is None else yuan(after),
        "at": china_time.to_iso(entry.at_ms),
        "region": entry.region,
        "posted": entry.posted,
        "note": entry.note,
        "reference": entry.reference or None,
        "settlement": settlement
        and {
            "total": yuan(settlement.total_fen),
            "in_scope": yuan(settlement.in_scope_fen),
            "deductible": yuan(settlement.deductible_fen),
            "fund_pay": yuan(settlement.fund_pay_fen),
            "person_pay": yuan(settlement.person_pay_fen),
            "account_pay": yuan(settlement.account_pay_fen),
            "cash": yuan(settlement.cash_fen),
            "mutual_aid": yuan(settlement.mutual_aid_fen),
            "care_region": settlement.care_region,
            "level": settlement.level,
            "inpatient": settlement.inpatient,
        },
    }


def _balance(world: World, person: Person, now_ms: int) -> str | None:
    balance_fen = ledgers.position_of(world, person, now_ms).balance_fen
    return None if balance_fen is None else yuan(balance_fen)


def _account(visit: Visit, person: Person, account: Account | None) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "platform": visit.platform,
        "region": visit.region,
        "phone": person.phone,
        "registered": account is not None,
        "registered_at": None,
        "real_name": None,
        "locked": False,
        "locked_until": None,
        "failures": 0,
        "remaining_attempts": None,
        "second_factor": None,
        "sessions": 0,
        "password_changed_at": None,
        "password_state": None,
        "has_default_password": False,
    }
    if account is None:
        return shown
    policy, now_ms = visit.policy, visit.now_ms
    until_ms = lockout.locked_until(account.lockout, now_ms)
    return shown | {
        "registered_at": china_time.to_iso(account.registered_ms),
        "real_name": accounts.real_name_state(visit, account),
        "locked": lockout.is_locked(account.lockout, now_ms),
        "locked_until": None if until_ms is None else china_time.to_iso(until_ms),
        "failures": lockout.settled(account.lockout, policy.lockout, now_ms).failures,
        "remaining_attempts": lockout.remaining_attempts(account.lockout, policy.lockout, now_ms),
        "second_factor": account.second_factor,
        "sessions": sum(now_ms < each.refresh_expires_ms for each in account.sessions),
        "password_changed_at": china_time.to_iso(account.password.changed_ms),
        "password_state": age_state(account.password.changed_ms, policy.password, now_ms),
        "has_default_password": account.password.current == DEFAULT_PASSWORD,
    }
