"""Family mutual aid (共济): whose account pays for whose care, and how much. All of it *assumed*.

An account pays for one relative, and a relative is helped by one account; who helps is not helped.
So nobody's payments depend on their own, however families are linked. Of each year the first care
that costs the relative cash is paid, as far as the account reaches.
"""

from collections.abc import Iterator, Sequence

from simulator.domain import china_time
from simulator.domain.anomalies import Active
from simulator.domain.anomalies.catalogue import MUTUAL_AID
from simulator.domain.anomalies.resolution import PERSON, POLICY
from simulator.domain.identifiers import mask_name
from simulator.domain.irregularities import AidGiven, AidReceived
from simulator.domain.ledger import EPOCH_DAY, LedgerEntry, entries
from simulator.domain.ledger.entry_types import MEDICAL_PAYMENT
from simulator.domain.people import Person
from simulator.services import ledger_records
from simulator.services.ledger_records import LedgerRecord, benefits_book
from simulator.services.standings import InForce, in_force, policy_at_source, standing_of
from simulator.world import World

_RELATIONS = {"spouse": "配偶", "father": "父亲", "mother": "母亲", "child": "子女"}


def aid_of(world: World, person: Person, record: LedgerRecord) -> Active | None:
    """The person's mutual aid, as far as anybody has decided on it; None without."""
    if (
        MUTUAL_AID not in record.anomalies
        and not policy_at_source(world, person).mutual_aid_per_mille
    ):
        return None
    return in_force(world, person, record).active.get(MUTUAL_AID)


def relative_helped(world: World, holder: Person, found: InForce) -> Person | None:
    """The relative for whom an account pays; None where it comes to nothing.

    It does where there is no family, or where the relative is helped by another or helps others.
    """
    active = found.active.get(MUTUAL_AID)
    index = None if active is None else _relative(holder, active, found.traits.relative)
    if index is None:
        return None
    relative = world.people.at(index)
    record = ledger_records.read(world, index)
    return relative if helper_of(world, relative, record) == holder.index else None


def helper_of(world: World, person: Person, record: LedgerRecord) -> int | None:
    """Number k of the person whose account pays for this one's care, or None."""
    by_policy = policy_at_source(world, person).mutual_aid_per_mille > 0
    if not record.helpers and not by_policy:
        return None
    if aid_of(world, person, record) is not None:
        return None
    family = tuple(tie.index for tie in person.family) if by_policy else ()
    for by, candidates in ((PERSON, record.helpers), (POLICY, family)):
        for index in candidates:
            holder = world.people.at(index)
            found = in_force(world, holder, ledger_records.read(world, index))
            active = found.active.get(MUTUAL_AID)
            if (
                active is not None
                and active.by == by
                and _relative(holder, active, found.traits.relative) == person.index
            ):
                return index
    return None


def aid_given(world: World, holder: Person, found: InForce, until_ms: int) -> tuple[AidGiven, ...]:
    """What an account is asked to pay up to an instant, in order of time."""
    relative = relative_helped(world, holder, found)
    if relative is None:
        return ()
    record = ledger_records.read(world, relative.index)
    member = standing_of(world, relative, record)
    history = entries(world.key("ledger"), member, benefits_book(), record.entries, until_ms)
    relation = next(tie.relation for tie in holder.family if tie.index == relative.index)
    note = f"家庭共济 {_RELATIONS[relation]} {mask_name(relative.name)}"
    from_ms = china_time.start_of_day(found.active[MUTUAL_AID].from_day or EPOCH_DAY)
    return tuple(
        AidGiven(entry.at_ms, cash_fen, note) for entry, cash_fen in _first_cash(history, from_ms)
    )


def aid_received(history_of_helper: Sequence[LedgerEntry]) -> tuple[AidReceived, ...]:
    """What an account has paid for the relative, as its own history says."""
    return tuple(
        AidReceived(entry.at_ms, -entry.amount_fen)
        for entry in history_of_helper
        if entry.type == MEDICAL_PAYMENT and entry.settlement is None and not entry.posted
    )


def _relative(holder: Person, active: Active, trait: int) -> int | None:
    """Whom the holder means to help: the one who was chosen, or one of the family."""
    if active.by == PERSON:
        return active.relative
    family = holder.family
    return family[trait % len(family)].index if family else None


def _first_cash(history: Sequence[LedgerEntry], from_ms: int) -> Iterator[tuple[LedgerEntry, int]]:
    """The first settlement of each year that cost cash, and how much."""
    year = ""
    for entry in history:
        if entry.settlement is None or not entry.settlement.cash_fen or entry.at_ms < from_ms:
            continue
        year_of_entry = china_time.to_iso(entry.at_ms)[:4]
        if year_of_entry != year:
            year = year_of_entry
            yield entry, entry.settlement.cash_fen
