"""What the ledger needs to know of a person of a world, with what families do for each other."""

from dataclasses import replace

from simulator.domain.anomalies import standing
from simulator.domain.anomalies.catalogue import MUTUAL_AID
from simulator.domain.irregularities import AidReceived, Irregularities
from simulator.domain.ledger import entries
from simulator.domain.membership import Membership
from simulator.domain.people import Person
from simulator.services import ledger_records, mutual_aid
from simulator.services.ledger_records import LedgerRecord, benefits_book
from simulator.services.standings import in_force, is_ordinary
from simulator.world import World


def member_of(world: World, person: Person, record: LedgerRecord, until_ms: int) -> Membership:
    """What the ledger needs to know of a person, up to an instant; `record` is the person's."""
    if is_ordinary(world, person, record) and not record.helpers:
        return person.membership()
    found = in_force(world, person, record)
    member = standing(person.membership(), record.anomalies, found.active, found.traits)
    if MUTUAL_AID in found.active:
        given = mutual_aid.aid_given(world, person, found, until_ms)
        received: tuple[AidReceived, ...] = ()
    else:
        given = ()
        received = _aid_received(world, person, record, until_ms)
    if not (given or received):
        return member
    irregular = member.irregular or Irregularities()
    return replace(member, irregular=replace(irregular, aid_given=given, aid_received=received))


def _aid_received(
    world: World, person: Person, record: LedgerRecord, until_ms: int
) -> tuple[AidReceived, ...]:
    helper = mutual_aid.helper_of(world, person, record)
    if helper is None:
        return ()
    # Who helps is not helped, so this goes no further than to the helper.
    of_helper = ledger_records.read(world, helper)
    member = member_of(world, world.people.at(helper), of_helper, until_ms)
    history = entries(world.key("ledger"), member, benefits_book(), of_helper.entries, until_ms)
    return mutual_aid.aid_received(history)
