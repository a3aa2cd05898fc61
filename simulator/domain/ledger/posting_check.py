"""Decides whether an entry may be booked, before it is stored."""

from collections.abc import Sequence

from simulator.domain.china_time import to_iso
from simulator.domain.ledger.benefits_file import BenefitsBook
from simulator.domain.ledger.entry_types import ENTRY_TYPES, MEDICAL_PAYMENT
from simulator.domain.ledger.fold import fold
from simulator.domain.ledger.postings import (
    InvalidPostingError,
    NoPersonalAccountError,
    OutsideTimeError,
    PostedEntry,
)
from simulator.domain.ledger.year_table import END_MS, EPOCH_MS
from simulator.domain.membership import Membership

MOST_AMOUNT_FEN = 10**12
"""Ten thousand million yuan: *assumed*, far above any account and exact in every JSON reader."""


def check_posting(
    key: bytes,
    member: Membership,
    book: BenefitsBook,
    posted: Sequence[PostedEntry],
    candidate: PostedEntry,
) -> None:
    """Return when `candidate` may be appended to `posted`; else raise a PostingError.

    The instant may lie in the future, the past or the present, but in the simulated world
    (OutsideTimeError). An expense must be covered by the balance at its instant, and must leave
    enough for every expense posted for later, derived payments in between included
    (OverdrawnError, carrying the available fen). A person without a personal account can only have
    settlements (NoPersonalAccountError). Wrong values are an InvalidPostingError.
    """
    _refuse_invalid(posted, candidate)
    if not EPOCH_MS <= candidate.at_ms <= END_MS:
        raise OutsideTimeError(
            f"{to_iso(candidate.at_ms)} is outside the simulated world, "
            f"which lasts from {to_iso(EPOCH_MS)} to {to_iso(END_MS)}"
        )
    if not member.employee:
        if candidate.care is None:
            raise NoPersonalAccountError(
                "the person has no personal account; only a medical payment with the care that was "
                "taken can be booked"
            )
        return
    if ENTRY_TYPES[candidate.type].income:
        return  # more money never makes a later balance smaller
    together = (*posted, candidate)
    horizon_ms = max(entry.at_ms for entry in together)
    fold(key, member, book, together, horizon_ms, strict_from_ms=candidate.at_ms)


def check_covered(
    key: bytes, member: Membership, book: BenefitsBook, posted: Sequence[PostedEntry]
) -> None:
    """Return when the account covers each expense of `posted`, which is not empty, at its instant.

    Raises OverdrawnError for the first that it does not cover.
    """
    horizon_ms = max(entry.at_ms for entry in posted)
    fold(key, member, book, posted, horizon_ms, strict_from_ms=EPOCH_MS)


def _refuse_invalid(posted: Sequence[PostedEntry], candidate: PostedEntry) -> None:
    if candidate.type not in ENTRY_TYPES:
        raise InvalidPostingError(
            f"unknown entry type {candidate.type!r}; known are {', '.join(ENTRY_TYPES)}"
        )
    if type(candidate.amount_fen) is not int or not 0 < candidate.amount_fen <= MOST_AMOUNT_FEN:
        raise InvalidPostingError(
            f"amount {candidate.amount_fen!r} is not an integer in 1…{MOST_AMOUNT_FEN} fen"
        )
    if not candidate.entry_id or candidate.entry_id[:1] == "D":
        raise InvalidPostingError(
            f"entry id {candidate.entry_id!r} is empty or begins with D, as derived entries do"
        )
    if any(entry.entry_id == candidate.entry_id for entry in posted):
        raise InvalidPostingError(f"entry id {candidate.entry_id!r} is taken")
    care = candidate.care
    if care is None:
        return
    if candidate.type != MEDICAL_PAYMENT:
        raise InvalidPostingError(
            f"care belongs to a medical payment ({MEDICAL_PAYMENT}), not to type {candidate.type}"
        )
    try:
        _ = care.kind
    except ValueError as error:
        raise InvalidPostingError(str(error)) from error
    if care.in_scope_fen is not None and not (
        type(care.in_scope_fen) is int and 0 <= care.in_scope_fen <= candidate.amount_fen
    ):
        raise InvalidPostingError(
            f"in-scope cost {care.in_scope_fen!r} is not an integer in 0…{candidate.amount_fen}"
        )
