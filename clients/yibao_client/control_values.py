"""What the control API answers, as typed values. Here nothing is masked but secrets in the journal.

`raw` holds the whole object as it was answered, for what has no attribute of its own.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from yibao_client.fields import Fields


@dataclass(frozen=True, slots=True)
class WorldClock:
    """A world's time when it was asked for."""

    now: datetime
    mode: str
    """`follow` or `frozen`."""
    raw: Mapping[str, Any] = field(repr=False)

    @classmethod
    def read(cls, answer: Fields) -> "WorldClock":
        return cls(answer.instant("now"), answer.text("mode"), answer.raw)


@dataclass(frozen=True, slots=True)
class WorldRecord:
    """A world as the control API lists it."""

    name: str
    url: str
    """Prefix of the world's paths (`/w/<name>`)."""
    seed: int
    clock: WorldClock
    raw: Mapping[str, Any] = field(repr=False)

    @classmethod
    def read(cls, answer: Fields) -> "WorldRecord":
        return cls(
            name=answer.text("name"),
            url=answer.text("url"),
            seed=answer.count("seed"),
            clock=WorldClock.read(answer.child("clock")),
            raw=answer.raw,
        )


@dataclass(frozen=True, slots=True)
class InsuranceOfPerson:
    """One insurance row of a person, codes of domain-facts.md §2."""

    insutype: str
    psn_type: str
    state: str
    """`not_insured`, `normal`, `suspended` or `ended`."""
    region: str
    has_personal_account: bool
    since: date
    until: date | None

    @classmethod
    def read(cls, row: Fields) -> "InsuranceOfPerson":
        return cls(
            insutype=row.text("insutype"),
            psn_type=row.text("psn_type"),
            state=row.text("state"),
            region=row.text("region"),
            has_personal_account=row.flag("has_personal_account"),
            since=row.day("since"),
            until=row.maybe("until", row.day),
        )


@dataclass(frozen=True, slots=True)
class Person:
    """One synthetic person, unmasked: everything a test needs to act as them."""

    id_number: str
    name: str
    sex: str
    birth_date: date
    phone: str
    region: str
    """admdvs of the pooling area."""
    card_number: str
    card_password: str
    default_password: str
    """The password of an account that exists from the start."""
    insurance: tuple[InsuranceOfPerson, ...]
    registered: Mapping[str, bool]
    """Per platform, whether the person has an account there now."""
    index: int
    raw: Mapping[str, Any] = field(repr=False)

    @property
    def insured_in(self) -> str:
        """admdvs of the pooling area that insured the person when the record was read.

        Somebody who is about to move has two rows without an end: the one that began first counts.
        """
        still = [row for row in self.insurance if row.until is None] or self.insurance[:1]
        return min(still, key=lambda row: row.since).region if still else self.region

    @classmethod
    def read(cls, answer: Fields) -> "Person":
        registered = answer.child("registered")
        return cls(
            id_number=answer.text("id_number"),
            name=answer.text("name"),
            sex=answer.text("sex"),
            birth_date=answer.day("birth_date"),
            phone=answer.text("phone"),
            region=answer.text("region"),
            card_number=answer.text("card_number"),
            card_password=answer.text("card_password"),
            default_password=answer.text("default_password"),
            insurance=answer.rows("insurance", InsuranceOfPerson.read),
            registered={platform: registered.flag(platform) for platform in registered.raw},
            index=answer.count("index"),
            raw=answer.raw,
        )


@dataclass(frozen=True, slots=True)
class PeoplePage:
    """Some of the people who fit, and how many fit altogether."""

    items: tuple[Person, ...]
    total: int

    @classmethod
    def read(cls, answer: Fields) -> "PeoplePage":
        return cls(answer.rows("items", Person.read), answer.count("total"))


@dataclass(frozen=True, slots=True)
class AccountState:
    """The state of a person's account on one platform."""

    registered: bool
    real_name: str | None
    """`unverified` or `verified`; None without an account."""
    locked: bool
    locked_until: datetime | None
    remaining_attempts: int | None
    second_factor: str | None
    raw: Mapping[str, Any] = field(repr=False)

    @classmethod
    def read(cls, answer: Fields) -> "AccountState":
        return cls(
            registered=answer.flag("registered"),
            real_name=answer.maybe("real_name", answer.text),
            locked=answer.flag("locked"),
            locked_until=answer.maybe("locked_until", answer.instant),
            remaining_attempts=answer.maybe("remaining_attempts", answer.count),
            second_factor=answer.maybe("second_factor", answer.text),
            raw=answer.raw,
        )


@dataclass(frozen=True, slots=True)
class LedgerPosting:
    """An entry that was booked, and the balance it leaves now (not yet counted in if it is due)."""

    id: str
    type: str
    at: datetime
    amount: Decimal
    """Signed: what came in is positive."""
    balance: Decimal | None
    """None for somebody without a personal account."""

    @classmethod
    def read(cls, answer: Fields) -> "LedgerPosting":
        entry = answer.child("entry")
        return cls(
            id=entry.text("id"),
            type=entry.text("type"),
            at=entry.instant("at"),
            amount=entry.money("amount"),
            balance=answer.maybe("balance", answer.money),
        )


@dataclass(frozen=True, slots=True)
class Message:
    """A text message or notice that the world sent and the inbox caught."""

    id: int
    kind: str
    to: str
    text: str
    at: datetime
    purpose: str | None
    code: str | None
    """The one-time code in the text, already picked out."""
    raw: Mapping[str, Any] = field(repr=False)

    @classmethod
    def read(cls, answer: Fields) -> "Message":
        return cls(
            id=answer.count("id"),
            kind=answer.text("kind"),
            to=answer.text("to"),
            text=answer.text("text"),
            at=answer.instant("at"),
            purpose=answer.maybe("purpose", answer.text),
            code=answer.maybe("code", answer.text),
            raw=answer.raw,
        )


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """One request the world answered."""

    at: datetime
    request_id: str
    platform: str
    method: str
    path: str
    status: int
    code: str | None
    """The refusal's code; None when the call was carried out."""
    cursor: str
    """Marks the entry in time: asked for with it, the journal answers only later ones."""
    raw: Mapping[str, Any] = field(repr=False)

    @classmethod
    def read(cls, answer: Fields) -> "JournalEntry":
        return cls(
            at=answer.instant("at"),
            request_id=answer.text("request_id"),
            platform=answer.text("platform"),
            method=answer.text("method"),
            path=answer.text("path"),
            status=answer.count("status"),
            code=answer.maybe("code", answer.text),
            cursor=answer.text("cursor"),
            raw=answer.raw,
        )

    def __str__(self) -> str:
        refusal = f"  {self.code}" if self.code else ""
        return f"{self.at:%H:%M:%S}  {self.status}  {self.method:<6} {self.path}{refusal}"


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a request was answered as it was."""

    request: JournalEntry
    outcome: str
    """`carried_out` or `refused`."""
    meaning: str
    reason: Mapping[str, Any]
    """What the platform knew and did not tell the caller."""

    @classmethod
    def read(cls, answer: Fields) -> "Explanation":
        return cls(
            request=JournalEntry.read(answer.child("request")),
            outcome=answer.text("outcome"),
            meaning=answer.text("meaning"),
            reason=answer.child("reason").raw,
        )
