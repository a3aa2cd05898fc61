"""The history of a personal account, as typed values."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from yibao_client.fields import Fields

Moment = date | datetime
"""A civil date in China, or an aware instant."""


@dataclass(frozen=True, slots=True)
class Settlement:
    """How the cost of one medical payment was shared: total = fund_pay + person_pay."""

    total: Decimal
    fund_pay: Decimal
    person_pay: Decimal
    account_pay: Decimal
    cash: Decimal
    mutual_aid: Decimal

    @classmethod
    def read(cls, data: Fields) -> "Settlement":
        return cls(
            total=data.money("total"),
            fund_pay=data.money("fund_pay"),
            person_pay=data.money("person_pay"),
            account_pay=data.money("account_pay"),
            cash=data.money("cash"),
            mutual_aid=data.money("mutual_aid"),
        )


@dataclass(frozen=True, slots=True)
class Transaction:
    """One entry of the account's history."""

    id: str
    type: str
    """Entry type, domain-facts.md §2: 101 monthly transfer, 201 medical payment, …"""
    type_name: str
    at: datetime
    amount: Decimal
    """Signed: what came in is positive."""
    balance_after: Decimal | None
    """None for somebody without a personal account."""
    settlement: Settlement | None

    @classmethod
    def read(cls, data: Fields) -> "Transaction":
        settlement = data.maybe("settlement", data.child)
        return cls(
            id=data.text("id"),
            type=data.text("type"),
            type_name=data.text("type_name"),
            at=data.instant("at"),
            amount=data.money("amount"),
            balance_after=data.maybe("balance_after", data.money),
            settlement=None if settlement is None else Settlement.read(settlement),
        )


@dataclass(frozen=True, slots=True)
class TransactionPage:
    """One page of the history, newest first."""

    items: tuple[Transaction, ...]
    total: int
    """How many entries fit the filters, on all pages."""
    as_of: datetime
    """The time as which the platform knows the account."""

    @classmethod
    def read(cls, data: Fields) -> "TransactionPage":
        return cls(
            items=data.rows("items", Transaction.read),
            total=data.count("total"),
            as_of=data.instant("as_of"),
        )
