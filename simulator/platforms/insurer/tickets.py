"""Support tickets as plain data."""

from typing import Any

from simulator.domain import china_time
from simulator.domain.ledger import ENTRY_TYPES
from simulator.domain.support import changes_at
from simulator.platforms.insurer.visits import about, visit_of
from simulator.services import (
    balance,
    support,
)
from simulator.services.ledgers import yuan
from simulator.services.support import TicketView
from simulator.services.visit import Visit
from simulator.web.call import Call


def open_ticket(call: Call) -> dict[str, Any]:
    body = call.body
    if body["kind"] == "unlock":
        visit, phone = about(call, body["phone"])
        name, id_number = body["name"], body["id_number"]
        return _ticket(visit, support.open_unlock(visit, phone, name=name, id_number=id_number))
    visit, session = visit_of(call), call.identify()
    balance.verified_person(visit, session)
    return _ticket(visit, support.open_balance(visit, session.phone))


def read_ticket(call: Call, ticket_id: str) -> dict[str, Any]:
    visit = visit_of(call)
    found = support.ticket(visit, ticket_id)
    if found.ticket.kind == "balance":
        support.refuse_unless_of(found, call.identify().phone)
    return _ticket(visit, found)


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
            "authoritative_balance": (
                None if found.authoritative_fen is None else yuan(found.authoritative_fen)
            ),
            "pending": [
                {
                    "type": each.entry.type,
                    "type_name": ENTRY_TYPES[each.entry.type].name_zh,
                    "amount": yuan(each.entry.amount_fen),
                    "at": china_time.to_iso(each.entry.at_ms),
                    "expected_at": china_time.to_iso(each.arrives_ms),
                }
                for each in found.pending
            ],
            "pending_total": found.pending_total,
            "explanation": found.explanation,
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
