"""Tickets at customer service: how far one has come, and what a resolved one does.

A ticket is `received`, then `in_review`, then `resolved` or `rejected`, by the world's clock
alone: its instants are fixed when it is received, so that a later change of policy moves no
ticket that is under way. The rules, *assumed* (after the guide, mission.md rows 16 and 17):

- An unlock ticket is resolved when the identity proof (name and ID number) was right, else it is
  rejected, both at the same instant: the person does not learn sooner that the proof was wrong.
- A resolved unlock takes effect at the instant it is resolved, not when somebody looks: it lifts
  every lock, and forgets every failure, from before that instant. What begins then or later
  stands.
- A balance ticket is always resolved; what it answers is the caller's reconciliation.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from simulator.domain import china_time, lockout

Kind = Literal["unlock", "balance"]
State = Literal["received", "in_review", "resolved", "rejected"]
Event = Literal["review_begins", "decided_for", "decided_against"]

TRANSITIONS: Final[Mapping[State, Mapping[Event, State]]] = {
    "received": {"review_begins": "in_review"},
    "in_review": {"decided_for": "resolved", "decided_against": "rejected"},
    "resolved": {},
    "rejected": {},
}
"""State × event → state; what is missing cannot happen. Tests hold the functions to it."""


@dataclass(frozen=True, slots=True)
class SupportPolicy:
    """How long customer service takes, counted from receipt. Defaults *assumed*."""

    review_after_s: int = 60
    unlock_after_s: int = 600
    balance_after_s: int = 1800

    def __post_init__(self) -> None:
        for name in ("unlock_after_s", "balance_after_s"):
            if getattr(self, name) < self.review_after_s:
                raise ValueError(
                    f"{name} is {getattr(self, name)}; expected at least review_after_s, "
                    f"{self.review_after_s}"
                )


@dataclass(frozen=True, slots=True)
class Ticket:
    """One request to customer service. Instants in milliseconds."""

    ticket_id: str
    kind: Kind
    created_ms: int
    review_ms: int
    decision_ms: int
    accepted: bool
    """What the decision will be."""


def open_ticket(
    policy: SupportPolicy,
    now_ms: int,
    *,
    ticket_id: str,
    kind: Kind,
    proof_accepted: bool = False,
) -> Ticket:
    """A ticket received now; the proof matters for an unlock alone."""
    after_s = policy.unlock_after_s if kind == "unlock" else policy.balance_after_s
    return Ticket(
        ticket_id=ticket_id,
        kind=kind,
        created_ms=now_ms,
        review_ms=now_ms + policy.review_after_s * china_time.SECOND_MS,
        decision_ms=now_ms + after_s * china_time.SECOND_MS,
        accepted=proof_accepted or kind == "balance",
    )


def state_of(ticket: Ticket, now_ms: int) -> State:
    """How far the ticket has come; at each of its instants the next state holds."""
    if now_ms >= ticket.decision_ms:
        return "resolved" if ticket.accepted else "rejected"
    return "in_review" if now_ms >= ticket.review_ms else "received"


def resolved_at(ticket: Ticket) -> int | None:
    """The instant at which the ticket is or will be resolved; None when it is rejected."""
    return ticket.decision_ms if ticket.accepted else None


def changes_at(ticket: Ticket, now_ms: int) -> int | None:
    """The instant of the ticket's next state; None when it has its last."""
    return next((at for at in (ticket.review_ms, ticket.decision_ms) if now_ms < at), None)


def apply_unlock(ticket: Ticket, state: lockout.LockoutState, now_ms: int) -> lockout.LockoutState:
    """The lockout once the ticket's effect is counted in; the same when it has none (yet).

    May be applied any number of times, provided that it is applied before each sign-in attempt is
    judged.
    """
    if ticket.kind != "unlock" or state_of(ticket, now_ms) != "resolved":
        return state
    began = (state.locked_since_ms, state.last_failure_ms)
    is_older = all(at is None or at < ticket.decision_ms for at in began)
    return lockout.clear() if is_older else state
