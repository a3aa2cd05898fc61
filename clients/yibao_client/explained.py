"""Why platforms show different balances of one person, as the control API explains it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, Self

from yibao_client.fields import Fields


@dataclass(frozen=True, slots=True)
class KnownBalance:
    """What is known of a person's money somewhere, at `as_of`."""

    amount: Decimal | None
    """The personal account; None without one."""
    fund_paid: Decimal
    """What the pooled fund paid in the year."""
    as_of: datetime

    @classmethod
    def read(cls, answer: Fields) -> Self:
        return cls(**cls._values(answer))

    @classmethod
    def _values(cls, answer: Fields) -> dict[str, Any]:
        return {
            "amount": answer.maybe("amount", answer.money),
            "fund_paid": answer.child("pooled_fund").money("paid"),
            "as_of": answer.instant("as_of"),
        }


@dataclass(frozen=True, slots=True)
class MissingEntry:
    """An entry of the ledger that has not reached a platform yet."""

    id: str
    type: str
    type_name: str
    at: datetime
    amount: Decimal
    """Signed: what came in is positive."""
    booked_at: datetime
    """When the ledger learnt of it; later than `at` for one that was back-dated."""
    arrives_at: datetime
    why: tuple[str, ...]
    """What keeps it: `lag`, `batch`, `outage`, …"""

    @classmethod
    def read(cls, answer: Fields) -> "MissingEntry":
        return cls(
            id=answer.text("id"),
            type=answer.text("type"),
            type_name=answer.text("type_name"),
            at=answer.instant("at"),
            amount=answer.money("amount"),
            booked_at=answer.instant("booked_at"),
            arrives_at=answer.instant("arrives_at"),
            why=answer.texts("why"),
        )


@dataclass(frozen=True, slots=True)
class DifferingEntry:
    """An entry that a platform shows with another amount than the ledger has by now."""

    id: str
    type: str
    type_name: str
    at: datetime
    amount: Decimal
    """As the platform shows it."""
    true_amount: Decimal | None
    """None: the ledger has no such entry any more."""
    agrees_at: datetime

    @classmethod
    def read(cls, answer: Fields) -> "DifferingEntry":
        return cls(
            id=answer.text("id"),
            type=answer.text("type"),
            type_name=answer.text("type_name"),
            at=answer.instant("at"),
            amount=answer.money("amount"),
            true_amount=answer.maybe("true_amount", answer.money),
            agrees_at=answer.instant("agrees_at"),
        )


@dataclass(frozen=True, slots=True)
class ExplainedView(KnownBalance):
    """What one platform shows, and what makes it differ from the truth."""

    agrees: bool
    agrees_at: datetime
    """When all that is booked by now will have arrived."""
    difference: Decimal | None
    """What it shows less what is true; None without an account."""
    missing: tuple[MissingEntry, ...]
    """The most recent, newest first."""
    missing_total: int
    differing: tuple[DifferingEntry, ...]
    differing_total: int

    @classmethod
    def read(cls, answer: Fields) -> Self:
        return cls(
            **cls._values(answer),
            agrees=answer.flag("agrees"),
            agrees_at=answer.instant("agrees_at"),
            difference=answer.maybe("difference", answer.money),
            missing=answer.rows("missing", MissingEntry.read),
            missing_total=answer.count("missing_total"),
            differing=answer.rows("differing", DifferingEntry.read),
            differing_total=answer.count("differing_total"),
        )


@dataclass(frozen=True, slots=True)
class BalanceExplanation:
    """The truth about a person's money, and every platform's view of it."""

    now: datetime
    """By the world's clock."""
    truth: KnownBalance
    platforms: Mapping[str, ExplainedView]
    agree_at: datetime
    """When all platforms will agree, if nothing else is booked."""
    raw: Mapping[str, Any] = field(repr=False)

    @classmethod
    def read(cls, answer: Fields) -> "BalanceExplanation":
        platforms = answer.child("platforms")
        return cls(
            now=answer.instant("now"),
            truth=KnownBalance.read(answer.child("truth")),
            platforms={name: ExplainedView.read(platforms.child(name)) for name in platforms.raw},
            agree_at=answer.instant("agree_at"),
            raw=answer.raw,
        )

    def __str__(self) -> str:
        lines = [f"{self.now:%Y-%m-%d %H:%M:%S}  truth: {self.truth.amount}"]
        for name, view in self.platforms.items():
            lines.append(f"{name}: {view.amount}, as of {view.as_of:%Y-%m-%d %H:%M:%S}")
            lines += [
                f"  {entry.type_name} {entry.amount:+} arrives {entry.arrives_at:%m-%d %H:%M:%S}"
                f" ({', '.join(entry.why)})"
                for entry in view.missing
            ]
            lines += [
                f"  {entry.type_name} {entry.amount:+} is really {entry.true_amount}"
                f" until {entry.agrees_at:%m-%d %H:%M:%S}"
                for entry in view.differing
            ]
        return "\n".join(lines)
