"""What third-party platforms answer, as typed values: the tokens of a consent, charts, alerts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, Self

from yibao_client.fields import Fields
from yibao_client.results import Session


@dataclass(frozen=True, slots=True)
class Grant(Session):
    """What a person let an application do: a session whose tokens are the application's."""

    open_id: str | None = None
    """What the platform calls the person towards this application."""
    user_id: str | None = None
    """Alipay: what it calls the person towards everybody."""


@dataclass(frozen=True, slots=True)
class ChartMonth:
    """One calendar month of a chart; amounts in yuan."""

    month: str
    """`2026-06`"""
    closing_balance: Decimal | None
    """At its end, or so far; None without a personal account."""
    income: Decimal
    spending: Decimal
    carried_over: Decimal
    """From one year to the next, neither income nor spending."""
    fund_paid: Decimal

    @classmethod
    def read(cls, data: Fields) -> Self:
        return cls(
            month=data.text("month"),
            closing_balance=data.maybe("closing_balance", data.money),
            income=data.money("income"),
            spending=data.money("spending"),
            carried_over=data.money("carried_over"),
            fund_paid=data.money("fund_paid"),
        )


@dataclass(frozen=True, slots=True)
class BalanceChart:
    """Series ready to draw, oldest month first, by what the platform knew at `as_of`."""

    months: tuple[ChartMonth, ...]
    has_personal_account: bool
    as_of: datetime

    @classmethod
    def read(cls, data: Fields) -> Self:
        return cls(
            months=data.rows("items", ChartMonth.read),
            has_personal_account=data.flag("has_personal_account"),
            as_of=data.instant("as_of"),
        )


@dataclass(frozen=True, slots=True)
class ChartLink:
    """Where a browser finds the chart page for a short time; `url` is a path on the server."""

    url: str = field(repr=False)
    expires_at: datetime

    @classmethod
    def read(cls, data: Fields) -> Self:
        return cls(url=data.text("url"), expires_at=data.instant("expires_at"))


@dataclass(frozen=True, slots=True)
class FamilyMember:
    """A relative, and whether they let the application show their balance."""

    member: str
    relation: str
    """`spouse`, `father`, `mother` or `child`."""
    name: str
    shares_balance: bool

    @classmethod
    def read(cls, data: Fields) -> Self:
        return cls(
            member=data.text("member"),
            relation=data.text("relation"),
            name=data.text("name"),
            shares_balance=data.flag("shares_balance"),
        )


@dataclass(frozen=True, slots=True)
class Alert:
    """A threshold that is watched."""

    threshold: Decimal
    state: str
    """`armed`, or `low` until the balance has recovered."""
    balance: Decimal
    webhook_url: str | None
    webhook_secret: str = field(repr=False)
    """Webhooks are signed with it."""

    @classmethod
    def read(cls, data: Fields) -> Self:
        return cls(
            threshold=data.money("threshold"),
            state=data.text("state"),
            balance=data.money("balance"),
            webhook_url=data.maybe("webhook_url", data.text),
            webhook_secret=data.text("webhook_secret"),
        )


@dataclass(frozen=True, slots=True)
class FiredAlert:
    """A fall below the threshold."""

    id: str
    threshold: Decimal
    balance: Decimal
    as_of: datetime
    fired_at: datetime
    deliveries: Mapping[str, str]
    """By channel (`inbox`, `webhook`, …): `waiting`, `sending`, `delivered` or `given_up`."""

    @classmethod
    def read(cls, data: Fields) -> Self:
        return cls(
            id=data.text("id"),
            threshold=data.money("threshold"),
            balance=data.money("balance"),
            as_of=data.instant("as_of"),
            fired_at=data.instant("fired_at"),
            deliveries=dict(
                data.rows("deliveries", lambda each: (each.text("channel"), each.text("state")))
            ),
        )


@dataclass(frozen=True, slots=True)
class Alerts:
    """The alert that is set, if any, and what has fired, newest first."""

    alert: Alert | None
    fired: tuple[FiredAlert, ...]
    raw: Mapping[str, Any] = field(repr=False)

    @classmethod
    def read(cls, data: Fields) -> Self:
        alert = data.maybe("alert", data.child)
        return cls(
            alert=None if alert is None else Alert.read(alert),
            fired=data.rows("items", FiredAlert.read),
            raw=data.raw,
        )
