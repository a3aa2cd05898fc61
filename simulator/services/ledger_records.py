"""What a world keeps of a person's ledger: entries posted to it, anomalies chosen for it.

One value holds it all, so that a balance costs one look into the store.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import TypeVar

from simulator.domain.anomalies import Choice
from simulator.domain.ledger import BenefitsBook, PostedEntry
from simulator.world import World

Outcome = TypeVar("Outcome")


@dataclass(frozen=True, slots=True)
class LedgerRecord:
    """What differs from the ledger that is derived."""

    entries: tuple[PostedEntry, ...] = ()
    """Everything posted, in the order of posting."""
    anomalies: dict[str, Choice] = field(default_factory=dict)
    """What has been decided for the person, by name."""
    helpers: tuple[int, ...] = ()
    """Numbers k of those whose accounts were told to pay for this person's care. A hint: what
    counts is what has been decided for them."""


UNCHANGED = LedgerRecord()


def read(world: World, index: int) -> LedgerRecord:
    """The record of person k; UNCHANGED where nobody has touched the ledger."""
    return world.read(_key(index), LedgerRecord) or UNCHANGED


def update(
    world: World, index: int, change: Callable[[LedgerRecord], tuple[LedgerRecord, Outcome]]
) -> Outcome:
    """Replace the record of person k by one computed from it; `change` may run more than once."""

    def on_stored(present: LedgerRecord | None) -> tuple[LedgerRecord | None, Outcome]:
        wanted, outcome = change(present or UNCHANGED)
        return (present if wanted is UNCHANGED else wanted), outcome

    return world.update(_key(index), LedgerRecord, on_stored)


@cache
def benefits_book() -> BenefitsBook:
    """The benefits of all regions, the same in every world."""
    return BenefitsBook()


def _key(index: int) -> str:
    return f"ledger/{index}"
