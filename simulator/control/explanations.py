"""Why platforms show different balances of one person, as plain data."""

from typing import Any, Final

from simulator.control.people import find_person
from simulator.domain import china_time
from simulator.domain.ledger import ENTRY_TYPES, LedgerEntry
from simulator.domain.replication import Differing, Missing
from simulator.services.explain_balance import PlatformView, Shown
from simulator.services.explain_balance import explain_balance as explain_balance_service
from simulator.services.ledgers import yuan
from simulator.web.call import Call

MOST_LISTED: Final = 200
"""Entries listed of each kind and platform, the most recent."""


def explain_balance(call: Call, world: str) -> dict[str, Any]:
    found = call.worlds.find(world)
    person = find_person(found, call.query["person"])
    explained = explain_balance_service(found, person)
    return {
        "person": {
            "id_number": person.id_number,
            "name": person.name,
            "region": person.region,
            "index": person.index,
        },
        "now": china_time.to_iso(explained.now_ms),
        "truth": _shown(explained.truth) | {"entries": explained.entries},
        "platforms": {view.platform: _platform(view) for view in explained.platforms},
        "agree_at": china_time.to_iso(explained.agrees_ms),
    }


def _platform(view: PlatformView) -> dict[str, Any]:
    return _shown(view.shown) | {
        "agrees": view.agrees,
        "agrees_at": china_time.to_iso(view.agrees_ms),
        "difference": _amount(view.difference_fen),
        "missing": [_missing(each) for each in reversed(view.missing[-MOST_LISTED:])],
        "missing_total": len(view.missing),
        "differing": [_differing(each) for each in reversed(view.differing[-MOST_LISTED:])],
        "differing_total": len(view.differing),
    }


def _shown(shown: Shown) -> dict[str, Any]:
    pool = shown.position.pool
    return {
        "amount": _amount(shown.position.balance_fen),
        "account_state": shown.account_state,
        "pooled_fund": {
            "year": pool.year,
            "region": pool.region,
            "deductible_used": yuan(pool.deductible_used_fen),
            "paid": yuan(pool.paid_fen),
            "cap_left": yuan(pool.cap_left_fen),
        },
        "as_of": china_time.to_iso(shown.as_of_ms),
    }


def _missing(missing: Missing) -> dict[str, Any]:
    return _entry(missing.entry) | {
        "amount": yuan(missing.entry.amount_fen),
        "booked_at": china_time.to_iso(missing.recorded_ms),
        "arrives_at": china_time.to_iso(missing.arrives_ms),
        "why": list(missing.reasons),
    }


def _differing(differing: Differing) -> dict[str, Any]:
    return _entry(differing.entry) | {
        "amount": yuan(differing.shown_fen),
        "true_amount": _amount(differing.true_fen),
        "agrees_at": china_time.to_iso(differing.agrees_ms),
    }


def _entry(entry: LedgerEntry) -> dict[str, Any]:
    return {
        "id": entry.entry_id,
        "type": entry.type,
        "type_name": ENTRY_TYPES[entry.type].name_zh,
        "at": china_time.to_iso(entry.at_ms),
    }


def _amount(amount_fen: int | None) -> str | None:
    return None if amount_fen is None else yuan(amount_fen)
