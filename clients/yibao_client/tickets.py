"""Requests to customer service and what they are answered with, as typed values."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from yibao_client.fields import Fields


@dataclass(frozen=True, slots=True)
class EntrySum:
    """The entries of one type that make up a balance."""

    type: str
    count: int
    amount: Decimal

    @classmethod
    def read(cls, data: Fields) -> "EntrySum":
        return cls(data.text("type"), data.count("count"), data.money("amount"))


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """Why a balance is what it is."""

    by_type: tuple[EntrySum, ...]
    balance: Decimal | None
    as_of: datetime

    @classmethod
    def read(cls, data: Fields) -> "Reconciliation":
        return cls(
            by_type=data.rows("by_type", EntrySum.read),
            balance=data.maybe("balance", data.money),
            as_of=data.instant("as_of"),
        )


@dataclass(frozen=True, slots=True)
class Ticket:
    """A request to customer service, as it stands by the world's clock."""

    id: str
    kind: str
    """`unlock` or `balance`."""
    state: str
    """`received`, `in_review`, `resolved` or `rejected`."""
    created_at: datetime
    next_change_at: datetime | None
    reconciliation: Reconciliation | None
    """The answer of a resolved balance ticket."""

    @classmethod
    def read(cls, data: Fields) -> "Ticket":
        answer = data.maybe("reconciliation", data.child)
        return cls(
            id=data.text("id"),
            kind=data.text("kind"),
            state=data.text("state"),
            created_at=data.instant("created_at"),
            next_change_at=data.maybe("next_change_at", data.instant),
            reconciliation=None if answer is None else Reconciliation.read(answer),
        )
