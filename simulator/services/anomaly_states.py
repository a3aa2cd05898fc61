"""Which anomalies are in force for a person, and the entries of the ledger that show them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from simulator.domain.anomalies import ANOMALIES, Active
from simulator.domain.anomalies import catalogue as names
from simulator.domain.ledger import EPOCH_MS, LedgerEntry
from simulator.domain.people import Person
from simulator.services import ledger_records
from simulator.services.ledgers import entries_of
from simulator.services.mutual_aid import helper_of, relative_helped
from simulator.services.standings import in_force
from simulator.world import World

_MOST_SHOWN = 20

_OWN_TYPES: Final = {
    names.PRE_TRANSFER: ("108", "203"),
    names.REVERSED_PAYMENT: ("109",),
    names.YEAR_END_GAP: ("206", "113"),
    names.MOVED: ("207", "107"),
}
"""Types that only the anomaly derives, but for the carry-over at the epoch."""

_WHOM: Final = {
    names.ACCOUNT: "only somebody with a personal account can have it",
    names.NO_ACCOUNT: "only somebody without a personal account can have it",
}


@dataclass(frozen=True, slots=True)
class AnomalyState:
    """One anomaly as it stands for one person."""

    name: str
    active: Active | None
    """None where it is not in force."""
    reason: str | None
    """Why the person cannot have it now, where that is so."""
    relative: Person | None
    """Of mutual aid: who is helped."""
    helper: Person | None
    """Of mutual aid: whose account pays for this person's care."""
    entries: tuple[str, ...]
    """Ids of the latest entries of the person's ledger that show it, oldest first."""


def states_of(world: World, person: Person) -> list[AnomalyState]:
    """Every anomaly of the catalogue, as it truly stands for a person now."""
    record = ledger_records.read(world, person.index)
    found = in_force(world, person, record)
    history = entries_of(world, person, world.now_ms())
    states = []
    for name in ANOMALIES:
        active, reason = found.active.get(name), why_never(name, person)
        relative = helper = None
        if name == names.MUTUAL_AID:
            relative = relative_helped(world, person, found)
            helper_index = helper_of(world, person, record)
            helper = None if helper_index is None else world.people.at(helper_index)
            if relative is None and active is not None:
                active, reason = None, "no relative is left whom the account could help"
        entries = () if active is None else tuple(_showing(name, history))[-_MOST_SHOWN:]
        states.append(AnomalyState(name, active, reason, relative, helper, entries))
    return states


def why_never(name: str, person: Person) -> str | None:
    """Why a person cannot have an anomaly, whatever is decided; None where it can."""
    anomaly = ANOMALIES[name]
    if not anomaly.befalls(has_account=person.is_employee):
        return _WHOM[anomaly.concerns]
    if name == names.MUTUAL_AID and not person.family:
        return "the person has no relatives in the population"
    return None


def _showing(name: str, history: Sequence[LedgerEntry]) -> list[str]:
    if name == names.CARE_ELSEWHERE:
        shown = [each for each in history if each.settlement and each.settlement.care_region]
    elif name == names.MUTUAL_AID:
        shown = [
            each
            for each in history
            if each.type == "201" and each.settlement is None and not each.posted
        ]
    else:
        types = _OWN_TYPES.get(name, ())
        shown = [
            each
            for each in history
            if each.type in types and not each.posted and each.at_ms > EPOCH_MS
        ]
    return [each.entry_id for each in shown]
