"""Real-name verification: an ID card, then a face, within the tries of a day.

An account is `unverified`, `id_card_accepted` (its card waits for the face), `verified`,
`rejected` (the tries of the day are used up) or `expired` (the card it was verified with, or that
waited for the face, is no longer valid). The rules; five tries a day is the assumed default of
domain-facts.md §3, the rest is *assumed* here:

- A refused upload, card or face, costs a try. The refusal that takes the last one still tells its
  own reason; it makes an account that is not verified `rejected`, and every upload is refused
  until the civil day in China ends. Then the account is what it would have been.
- A card is good from its acceptance until a face is accepted, a newer card replaces it, its wait
  ends, or its validity ends, whichever comes first. A refused upload leaves an accepted card alone.
- A face is judged against the card that is waiting, and without one it is not judged at all.
- A card is valid through its last day; the next day begins the state `expired`. Policy may let a
  verified account outlive its card. A long-term card (长期) has no last day.
- Whoever was verified keeps the account: after that only cards of the same person are taken, also
  when the state is `expired`. A verified account may show a newer card and stays verified.
- One person, one verified account: with `same_person` "refuse" the second account is turned away,
  with "move" it takes the person over and the first begins anew, unverified.
- The tester verifies and resets at will; a reset also brings the tries back.

This module judges no pictures: it is told what was read and whether the face was the card's.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final, Literal

from simulator.domain import china_time
from simulator.domain.digests import digest

Phase = Literal["unverified", "id_card_accepted", "verified", "rejected", "expired"]
Event = Literal[
    "card_accepted",
    "card_refused",
    "face_accepted",
    "face_refused",
    "last_try_refused",
    "wait_ends",
    "card_expires",
    "day_ends",
    "day_ends_card_waits",
    "day_ends_card_expired",
    "person_moves",
    "operator_verify",
    "reset",
]
Outcome = Literal["accepted", "refused", "daily_limit", "card_needed", "not_needed"]

_ALWAYS: Final[Mapping[Event, Phase]] = {"operator_verify": "verified", "reset": "unverified"}
TRANSITIONS: Final[Mapping[Phase, Mapping[Event, Phase]]] = {
    "unverified": {
        "card_accepted": "id_card_accepted",
        "card_refused": "unverified",
        "last_try_refused": "rejected",
        "person_moves": "unverified",
        **_ALWAYS,
    },
    "id_card_accepted": {
        "card_accepted": "id_card_accepted",
        "card_refused": "id_card_accepted",
        "face_accepted": "verified",
        "face_refused": "id_card_accepted",
        "last_try_refused": "rejected",
        "wait_ends": "unverified",
        "card_expires": "expired",
        "person_moves": "unverified",
        **_ALWAYS,
    },
    "verified": {
        "card_accepted": "verified",
        "card_refused": "verified",
        "last_try_refused": "verified",
        "card_expires": "expired",
        "person_moves": "unverified",
        **_ALWAYS,
    },
    "rejected": {
        "day_ends": "unverified",
        "day_ends_card_waits": "id_card_accepted",
        "day_ends_card_expired": "expired",
        "person_moves": "unverified",
        **_ALWAYS,
    },
    "expired": {
        "card_accepted": "id_card_accepted",
        "card_refused": "expired",
        "last_try_refused": "rejected",
        "person_moves": "unverified",
        **_ALWAYS,
    },
}
"""Phase × event → phase; what is missing cannot happen. Tests hold the functions to it."""


@dataclass(frozen=True, slots=True)
class RealNamePolicy:
    """How an account comes by a verified real name. Defaults *assumed*."""

    tries_per_day: int = 5
    """Refused uploads on one civil day in China, at least 1."""
    accepted_card_lifetime_s: int = 1800
    """How long an accepted card waits for the face, at least 1."""
    same_person: Literal["refuse", "move"] = "refuse"
    """What becomes of a person who is verified under another account of the platform."""
    card_owner: Literal["phone_holder", "anyone"] = "phone_holder"
    """Whose card a new account takes. Vendors sell the check of name, number and phone."""
    verified_ends_with_card: bool = True
    """Whether a verified account becomes `expired` when its card does."""
    deceased_per_mille: int = 20
    """Share of the people of at least `deceased_from_age` whom the register knows as deceased."""
    deceased_from_age: int = 80

    def __post_init__(self) -> None:
        for name in ("tries_per_day", "accepted_card_lifetime_s"):
            if getattr(self, name) < 1:
                raise ValueError(f"real-name {name} is {getattr(self, name)}; expected at least 1")
        if not 0 <= self.deceased_per_mille <= 1000:
            raise ValueError(
                f"real-name deceased_per_mille is {self.deceased_per_mille}; expected 0…1000"
            )


@dataclass(frozen=True, slots=True)
class RealNameState:
    """What is remembered of one account; read it through the functions, which know the time."""

    person: int | None = None
    """Index of whoever was verified, also after the card expired; None before that."""
    verified_ms: int | None = None
    """Instant of the verification that the state rests on; None while a card waits."""
    card_person: int | None = None
    """Index of the person on the accepted card."""
    card_accepted_ms: int | None = None
    card_valid_until: int | None = None
    """Last day (ordinal) of the accepted card; None for a long-term card, and without a card."""
    tries: int = 0
    """Refused uploads of `tries_day`."""
    tries_day: int = 0
    """Civil day in China, ordinal."""


UNVERIFIED: Final = RealNameState()


@dataclass(frozen=True, slots=True)
class AcceptedCard:
    """A card that passed every check: whose it is, and its last day (ordinal; None: long-term)."""

    person: int
    valid_until: int | None


@dataclass(frozen=True, slots=True)
class CardFacts:
    """What was read from a card, front and back."""

    id_number: str
    name: str
    birth: int
    """Day of birth as printed, ordinal."""
    valid_until: int | None
    """Last day of validity, ordinal; None for a long-term card."""


@dataclass(frozen=True, slots=True)
class RegisterFacts:
    """What the register knows of the number on the card, and the platform of the account."""

    person: int
    id_number: str
    name: str
    birth: int
    is_deceased: bool = False
    verified_elsewhere: bool = False
    """Whether another account of the platform is verified for this person."""
    account_person: int | None = None
    """Index of the person the account is bound to already: `RealNameState.person`."""
    phone_person: int | None = None
    """Index of the holder of the account's phone; None when the phone is nobody's."""


def phase_of(state: RealNameState, policy: RealNamePolicy, now_ms: int) -> Phase:
    """The phase at an instant."""
    phase = _phase_without_tries(state, policy, now_ms)
    if phase != "verified" and tries_left(state, policy, now_ms) == 0:
        return "rejected"
    return phase


def tries_left(state: RealNameState, policy: RealNamePolicy, now_ms: int) -> int:
    """Refusals that the civil day still takes."""
    return max(0, policy.tries_per_day - _tries_today(state, now_ms))


def tries_return_at(now_ms: int) -> int:
    """The instant at which all tries are back: the next midnight in China, milliseconds."""
    return china_time.start_of_day(china_time.day_of(now_ms) + 1)


def waiting_card(state: RealNameState, policy: RealNamePolicy, now_ms: int) -> int | None:
    """Index of the person whose accepted card waits for a face, or None."""
    waits = _phase_without_tries(state, policy, now_ms) == "id_card_accepted"
    return state.card_person if waits else None


def verified_person(state: RealNameState, policy: RealNamePolicy, now_ms: int) -> int | None:
    """Index of the person as whom the account counts now, or None."""
    return state.person if phase_of(state, policy, now_ms) == "verified" else None


def record_card(
    state: RealNameState, policy: RealNamePolicy, now_ms: int, card: AcceptedCard | None
) -> tuple[RealNameState, Outcome]:
    """The state after a card was judged, and what came of it; None stands for a refused card.

    Raises ValueError when the card is not one that `register_problems` accepts: no longer valid,
    or of another person than the account's.
    """
    if tries_left(state, policy, now_ms) == 0:
        return state, "daily_limit"
    if card is None:
        return _tried(state, now_ms), "refused"
    if not _is_valid(card.valid_until, now_ms):
        raise ValueError(f"a card valid until day {card.valid_until} has expired; refuse it")
    if state.person not in (None, card.person):
        raise ValueError(f"a card of person {card.person} for the account of {state.person}")
    if _phase_without_tries(state, policy, now_ms) == "verified":
        renewed = replace(state, card_person=card.person, card_valid_until=card.valid_until)
        return renewed, "accepted"
    waiting = replace(
        state,
        verified_ms=None,
        card_person=card.person,
        card_accepted_ms=now_ms,
        card_valid_until=card.valid_until,
    )
    return waiting, "accepted"


def record_face(
    state: RealNameState, policy: RealNamePolicy, now_ms: int, *, person: int, accepted: bool
) -> tuple[RealNameState, Outcome]:
    """The state after a face was judged, and what came of it.

    `person` is the one on the card the face was compared with. When another card has replaced it
    meanwhile, the judgement is worth nothing: `card_needed`, as without any card.
    """
    if _phase_without_tries(state, policy, now_ms) == "verified":
        return state, "not_needed"
    if tries_left(state, policy, now_ms) == 0:
        return state, "daily_limit"
    if waiting_card(state, policy, now_ms) != person:
        return state, "card_needed"
    if not accepted:
        return _tried(state, now_ms), "refused"
    return replace(state, person=person, verified_ms=now_ms), "accepted"


def take_over() -> RealNameState:
    """The state of an account whose person was verified under another one: it begins anew."""
    return UNVERIFIED


def reset() -> RealNameState:
    """The state after customer service or a tester began anew: unverified, all tries back."""
    return UNVERIFIED


def verify_by_operator(person: int, now_ms: int) -> RealNameState:
    """The state of an account that is verified without evidence, for good."""
    return RealNameState(person=person, verified_ms=now_ms)


def register_problems(
    read: CardFacts,
    register: RegisterFacts | None,
    day: int,
    *,
    policy: RealNamePolicy,
) -> tuple[str, ...]:
    """The codes that speak against a card on a day (ordinal), the first to be told; () for none.

    `register` is what the number leads to, None when it is nobody's. The kinds of failure are
    those vendors document (domain-facts.md §8); the order is *assumed*.
    """
    if register is None:
        return ("real_name.not_found",)
    bound = register.account_person
    taken = register.verified_elsewhere
    foreign = (
        bound != register.person
        if bound is not None
        # A person who moves has a new phone, perhaps a relative's: the phone proves nothing then.
        else policy.card_owner == "phone_holder"
        and not taken
        and register.phone_person not in (None, register.person)
    )
    found = {
        "real_name.mismatch": (read.id_number, read.name, read.birth)
        != (register.id_number, register.name, register.birth),
        "real_name.id_expired": read.valid_until is not None and day > read.valid_until,
        "real_name.deceased": register.is_deceased,
        "real_name.already_verified": taken and policy.same_person == "refuse",
        "real_name.other_person": foreign,
    }
    return tuple(code for code, holds in found.items() if holds)


def is_deceased(key: bytes, index: int, age: int, policy: RealNamePolicy) -> bool:
    """Whether the register knows a person of an age (years, at the epoch) as deceased.

    The same for all time: nobody dies while the clock runs. `key` belongs to this purpose alone.
    """
    if age < policy.deceased_from_age:
        return False
    return int.from_bytes(digest(key, index, 8)) % 1000 < policy.deceased_per_mille


def _phase_without_tries(state: RealNameState, policy: RealNamePolicy, now_ms: int) -> Phase:
    is_valid = _is_valid(state.card_valid_until, now_ms)
    if state.verified_ms is not None:
        return "verified" if is_valid or not policy.verified_ends_with_card else "expired"
    if state.card_accepted_ms is None:
        return "unverified"
    wait_ends = state.card_accepted_ms + policy.accepted_card_lifetime_s * china_time.SECOND_MS
    if not is_valid and _is_before(state.card_valid_until, wait_ends):
        return "expired"
    return "id_card_accepted" if now_ms < wait_ends else "unverified"


def _is_valid(valid_until: int | None, now_ms: int) -> bool:
    return valid_until is None or china_time.day_of(now_ms) <= valid_until


def _is_before(valid_until: int | None, instant_ms: int) -> bool:
    return valid_until is not None and china_time.start_of_day(valid_until + 1) < instant_ms


def _tries_today(state: RealNameState, now_ms: int) -> int:
    return state.tries if state.tries_day == china_time.day_of(now_ms) else 0


def _tried(state: RealNameState, now_ms: int) -> RealNameState:
    return replace(
        state, tries=_tries_today(state, now_ms) + 1, tries_day=china_time.day_of(now_ms)
    )
