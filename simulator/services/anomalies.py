"""The tester's hand on anomalies: deciding for one person which are in force."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from simulator.domain import china_time
from simulator.domain.anomalies import ANOMALIES, Active, Choice
from simulator.domain.anomalies import catalogue as names
from simulator.domain.anomalies.resolution import PERSON, contradict
from simulator.domain.ledger import EPOCH_DAY, OverdrawnError, check_covered, entries
from simulator.domain.people import Person
from simulator.errors import AnomalyNotApplicableError
from simulator.services import ledger_records
from simulator.services.anomaly_states import why_never
from simulator.services.ledger_records import LedgerRecord, benefits_book
from simulator.services.memberships import member_of
from simulator.services.mutual_aid import aid_of, helper_of
from simulator.services.standings import in_force, standing_of
from simulator.world import World


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked of one anomaly of one person; what is None comes as it does by itself."""

    active: bool
    from_day: int | None = None
    """Ordinal, within the simulated time."""
    region: str | None = None
    """admdvs of a pooling area."""
    relative: Person | None = None


def choose(world: World, person: Person, wishes: Mapping[str, Wish | None]) -> None:
    """Decide about anomalies of a person; None leaves one to derivation and policy again.

    Raises AnomalyNotApplicableError, and changes nothing, when the person cannot have one, when
    two contradict each other, or when an entry that was posted would no longer be covered.
    """
    now_ms = world.now_ms()
    decided: dict[str, Choice | None] = {}
    for name, wish in wishes.items():
        if wish is None or not wish.active:
            decided[name] = None if wish is None else Choice(active=False)
            continue
        reason = why_never(name, person)
        if reason is not None:
            raise _refusal(name, reason)
        decided[name] = _choice(world, person, name, wish, now_ms)

    def change(record: LedgerRecord) -> tuple[LedgerRecord, None]:
        together = {**record.anomalies, **decided}
        chosen = {name: choice for name, choice in together.items() if choice is not None}
        wanted = replace(record, anomalies=chosen)
        _refuse_contradictions(world, person, wanted, decided)
        _refuse_uncovered(world, person, record, wanted)
        return wanted, None

    ledger_records.update(world, person.index, change)


def _choice(world: World, person: Person, name: str, wish: Wish, now_ms: int) -> Choice:
    if ANOMALIES[name].shown_only:
        return Choice(active=True)
    # What stands in the rows begins today; what only the history shows has always been so.
    in_rows = name in (names.SUSPENDED, names.MOVED)
    from_day = wish.from_day
    if from_day is None:
        from_day = china_time.day_of(now_ms) if in_rows else EPOCH_DAY
    relative = None
    if name == names.MUTUAL_AID:
        relative = _relative_to_help(world, person, wish.relative, now_ms)
        _note_helper(world, relative, person)
    return Choice(True, from_day, wish.region, None if relative is None else relative.index)


def _relative_to_help(world: World, person: Person, wanted: Person | None, now_ms: int) -> Person:
    """Who is to be helped: the one who is wanted, else one whose care has cost cash."""
    record = ledger_records.read(world, person.index)
    if helper_of(world, person, record) is not None:
        raise _refusal(names.MUTUAL_AID, "a relative's account pays for this person's own care")
    family = [world.people.at(tie.index) for tie in person.family]
    if wanted is not None:
        family = [each for each in family if each.index == wanted.index]
        if not family:
            raise _refusal(names.MUTUAL_AID, "the one who is to be helped is not of the family")
    free = [each for each in family if _may_be_helped(world, each, by=person)]
    if not free:
        raise _refusal(
            names.MUTUAL_AID, "every relative helps others, or is helped by another account"
        )
    return next((each for each in free if _has_paid_cash(world, each, now_ms)), free[0])


def _may_be_helped(world: World, relative: Person, *, by: Person) -> bool:
    record = ledger_records.read(world, relative.index)
    return aid_of(world, relative, record) is None and helper_of(world, relative, record) in (
        None,
        by.index,
    )


def _has_paid_cash(world: World, relative: Person, now_ms: int) -> bool:
    record = ledger_records.read(world, relative.index)
    member = standing_of(world, relative, record)
    history = entries(world.key("ledger"), member, benefits_book(), record.entries, now_ms)
    return any(entry.settlement is not None and entry.settlement.cash_fen for entry in history)


def _note_helper(world: World, relative: Person, helper: Person) -> None:
    def change(record: LedgerRecord) -> tuple[LedgerRecord, None]:
        if helper.index in record.helpers:
            return record, None
        return replace(record, helpers=(*record.helpers, helper.index)), None

    ledger_records.update(world, relative.index, change)


def _refuse_contradictions(
    world: World, person: Person, record: LedgerRecord, decided: Mapping[str, Choice | None]
) -> None:
    """Raise where what is decided now contradicts itself or what was decided before."""
    chosen = {name: choice for name, choice in record.anomalies.items() if choice.active}
    suspended, moved = chosen.get(names.SUSPENDED), chosen.get(names.MOVED)
    if (
        suspended is not None
        and moved is not None
        and contradict(Active(PERSON, suspended.from_day), Active(PERSON, moved.from_day))
    ):
        name = names.MOVED if names.MOVED in decided else names.SUSPENDED
        raise _refusal(name, "nobody moves after having been suspended")
    if moved is not None and moved.region == person.region:
        raise _refusal(names.MOVED, "the region moved from is the one that insures the person now")
    elsewhere, found = chosen.get(names.CARE_ELSEWHERE), in_force(world, person, record).active
    if elsewhere is not None and elsewhere.region is not None:
        insuring = {person.region, *({found[names.MOVED].region} if names.MOVED in found else ())}
        if elsewhere.region in insuring:
            raise _refusal(names.CARE_ELSEWHERE, "that region insures the person, now or before")
    number = decided.get(names.BALANCE_AS_NUMBER)
    if (
        number is not None
        and number.active
        and not person.is_employee
        and names.ZERO_FOR_NO_ACCOUNT not in found
    ):
        raise _refusal(
            names.BALANCE_AS_NUMBER,
            f"nothing is shown of an account; {names.ZERO_FOR_NO_ACCOUNT} would show 0.00",
        )


def _refuse_uncovered(
    world: World, person: Person, present: LedgerRecord, wanted: LedgerRecord
) -> None:
    """Raise where an expense that was posted is covered now and would not be any more."""
    uncovered = _uncovered(world, person, wanted)
    if uncovered is not None and _uncovered(world, person, present) is None:
        name = next(
            name for name in ANOMALIES if wanted.anomalies.get(name) != present.anomalies.get(name)
        )
        raise _refusal(name, f"the account would no longer cover what was posted: {uncovered}")


def _uncovered(world: World, person: Person, record: LedgerRecord) -> OverdrawnError | None:
    last_ms = max((entry.at_ms for entry in record.entries), default=None)
    if last_ms is None or not person.is_employee:
        return None
    member = member_of(world, person, record, last_ms)
    try:
        check_covered(world.key("ledger"), member, benefits_book(), record.entries)
    except OverdrawnError as error:
        return error
    return None


def _refusal(name: str, reason: str) -> AnomalyNotApplicableError:
    return AnomalyNotApplicableError(details={"anomaly": name, "problem": reason})
