"""Which anomalies are in force for one person, by whose decision and since when.

What was chosen for the person wins, then what the population has, then policy; so it does where two
anomalies contradict each other: nobody is suspended before a move, since what that means is not
known. All values here are *assumed*.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from struct import Struct
from typing import Final, Literal

from simulator.domain.anomalies import catalogue
from simulator.domain.anomalies.catalogue import ANOMALIES
from simulator.domain.anomalies.policy import AnomalyPolicy
from simulator.domain.china_time import DAY_MS, HOUR_MS
from simulator.domain.digests import digest
from simulator.domain.irregularities import Irregularities
from simulator.domain.ledger.year_table import EPOCH_DAY
from simulator.domain.membership import Membership
from simulator.domain.people import Person
from simulator.domain.people.insurance import previous_region
from simulator.domain.regions import POPULATION, area_of_index, pooling_areas

By = Literal["person", "policy", "derived"]
PERSON: Final = "person"
POLICY: Final = "policy"
DERIVED: Final = "derived"

_CHANGES_FROM = EPOCH_DAY + 31
_CHANGES_DAYS = 700
"""Suspensions and moves fall in February 2024 … December 2025, as those of the population do."""

_LEAD_DAYS = (2, 8)  # the least, and how many more there can be
_REVERSAL_DAYS = (2, 11)
_GAP_HOURS = (5, 86)

_words = Struct("<16I").unpack


@dataclass(frozen=True, slots=True)
class Choice:
    """What has been decided for one person and one anomaly, as it is stored."""

    active: bool
    from_day: int | None = None
    """First day, ordinal; None where there is no day to it."""
    region: str | None = None
    """`moved`: where from. `care_elsewhere`: where the care is taken. None: derived."""
    relative: int | None = None
    """`mutual_aid`: number k of the relative."""


@dataclass(frozen=True, slots=True)
class Active:
    """One anomaly in force for one person."""

    by: By
    from_day: int | None = None
    region: str | None = None
    relative: int | None = None


@dataclass(frozen=True, slots=True)
class Traits:
    """What a digest says of a person: who is befallen first, and how it turns out."""

    ranks: tuple[int, ...]
    """0…999 by share of `AnomalyPolicy.shares`: befallen where the share is larger."""
    pre_transfer_lead_ms: int
    reversal_after_ms: int
    year_end_gap_ms: int
    change_day: int
    """Day of a suspension or a move."""
    elsewhere: str
    """admdvs of an area, not the person's own."""
    relative: int
    """Which of the relatives: a large number, to be taken modulo how many there are."""


def traits_of(key: bytes, person: Person) -> Traits:
    """The traits of a person; `key` is that of the world's seed for "anomalies"."""
    words = _words(digest(key, person.index))
    area = area_of_index(words[11] * POPULATION >> 32)
    return Traits(
        ranks=tuple(word * 1000 >> 32 for word in words[:7]),
        pre_transfer_lead_ms=_spread(words[7], _LEAD_DAYS) * DAY_MS,
        reversal_after_ms=_spread(words[8], _REVERSAL_DAYS) * DAY_MS,
        year_end_gap_ms=_spread(words[9], _GAP_HOURS) * HOUR_MS,
        change_day=_spread(words[10], (_CHANGES_FROM, _CHANGES_DAYS)),
        elsewhere=_other_area(area.admdvs, (person.region,)),
        relative=words[12],
    )


def resolve(
    person: Person, choices: Mapping[str, Choice], policy: AnomalyPolicy, traits: Traits
) -> dict[str, Active]:
    """The anomalies in force, by name, in the order of the catalogue."""
    found: dict[str, Active] = {}
    for (name, share), rank in zip(policy.shares(), traits.ranks, strict=True):
        choice = choices.get(name)
        if choice is not None:
            if choice.active:
                found[name] = Active(PERSON, choice.from_day, choice.region, choice.relative)
        elif (derived := _derived(name, person.membership())) is not None:
            found[name] = derived
        elif rank < share and ANOMALIES[name].befalls(has_account=person.is_employee):
            found[name] = Active(POLICY, EPOCH_DAY)
    _place(found, person, traits)
    _settle_contradictions(found)
    for name, shown in (
        (catalogue.BALANCE_AS_NUMBER, policy.balance_as_number),
        (catalogue.ZERO_FOR_NO_ACCOUNT, policy.zero_for_no_account),
    ):
        choice = choices.get(name)
        if not ANOMALIES[name].befalls(has_account=person.is_employee):
            continue
        if choice is None and shown:
            found[name] = Active(POLICY)
        elif choice is not None and choice.active:
            found[name] = Active(PERSON)
    return found


def standing(
    member: Membership,
    choices: Mapping[str, Choice],
    active: Mapping[str, Active],
    traits: Traits,
) -> Membership:
    """The membership with what is in force, but without mutual aid, which depends on others."""
    suspended, moved = active.get(catalogue.SUSPENDED), active.get(catalogue.MOVED)
    elsewhere = active.get(catalogue.CARE_ELSEWHERE)
    irregular = Irregularities(
        pre_transfers_from=_from_day(active, catalogue.PRE_TRANSFER),
        pre_transfer_lead_ms=traits.pre_transfer_lead_ms,
        reversals_from=_from_day(active, catalogue.REVERSED_PAYMENT),
        reversal_after_ms=traits.reversal_after_ms,
        year_end_gaps_from=_from_day(active, catalogue.YEAR_END_GAP),
        year_end_gap_ms=traits.year_end_gap_ms,
        care_elsewhere_from=_from_day(active, catalogue.CARE_ELSEWHERE),
        care_region=None if elsewhere is None else elsewhere.region,
        balance_as_number=_chosen(choices, catalogue.BALANCE_AS_NUMBER),
        zero_for_no_account=_chosen(choices, catalogue.ZERO_FOR_NO_ACCOUNT),
    )
    return replace(
        member,
        irregular=None if irregular.are_none else irregular,
        suspended_on=None if suspended is None else suspended.from_day,
        moved_on=None if moved is None else moved.from_day,
        moved_from=None if moved is None else moved.region,
    )


def contradict(suspended: Active, moved: Active) -> bool:
    """Whether a suspension and a move cannot both be: the move would come after."""
    return (suspended.from_day or EPOCH_DAY) < (moved.from_day or EPOCH_DAY)


def _derived(name: str, member: Membership) -> Active | None:
    if name == catalogue.SUSPENDED and member.suspended_on is not None:
        return Active(DERIVED, member.suspended_on)
    if name == catalogue.MOVED and member.moved_on is not None:
        return Active(DERIVED, member.moved_on, member.moved_from)
    return None


def _place(found: dict[str, Active], person: Person, traits: Traits) -> None:
    """Fill in the days and regions that nobody has decided."""
    for name in (catalogue.SUSPENDED, catalogue.MOVED):
        active = found.get(name)
        if active is not None and active.by == POLICY:
            found[name] = replace(active, from_day=traits.change_day)
    moved = found.get(catalogue.MOVED)
    if moved is not None and moved.region is None:
        found[catalogue.MOVED] = moved = replace(moved, region=previous_region(person))
    elsewhere = found.get(catalogue.CARE_ELSEWHERE)
    if elsewhere is not None:
        insured = [person.region] + ([moved.region] if moved is not None and moved.region else [])
        region = _other_area(elsewhere.region or traits.elsewhere, insured)
        found[catalogue.CARE_ELSEWHERE] = replace(elsewhere, region=region)


def _settle_contradictions(found: dict[str, Active]) -> None:
    suspended, moved = found.get(catalogue.SUSPENDED), found.get(catalogue.MOVED)
    if suspended is None or moved is None or not contradict(suspended, moved):
        return
    order = (PERSON, DERIVED, POLICY)
    suspended_wins = order.index(suspended.by) <= order.index(moved.by)
    del found[catalogue.MOVED if suspended_wins else catalogue.SUSPENDED]


def _other_area(admdvs: str, avoided: Sequence[str]) -> str:
    """The area, or the next one that is not to be avoided."""
    areas = pooling_areas()
    if admdvs not in avoided:
        return admdvs
    number = next(area.number for area in areas if area.admdvs == admdvs)
    while areas[number].admdvs in avoided:
        number = (number + 1) % len(areas)
    return areas[number].admdvs


def _chosen(choices: Mapping[str, Choice], name: str) -> bool | None:
    choice = choices.get(name)
    return None if choice is None else choice.active


def _from_day(active: Mapping[str, Active], name: str) -> int | None:
    found = active.get(name)
    return None if found is None else found.from_day


def _spread(word: int, bounds: tuple[int, int]) -> int:
    """A value of `bounds[0]` and up, one of `bounds[1]` values, from 32 bits."""
    least, count = bounds
    return least + (word * count >> 32)
