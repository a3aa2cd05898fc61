"""What the calls of a platform answer, as typed values.

Amounts are Decimals in yuan with two places, times are aware datetimes. Identity numbers, card
numbers and phones are masked by the platform.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Self

from yibao_client.fields import Fields


@dataclass(frozen=True, slots=True)
class SmsCodeSent:
    """A code is on its way."""

    expires_in: int
    """Seconds for which the code can be used."""
    resend_in: int
    """Seconds until another can be asked for."""

    @classmethod
    def read(cls, data: Fields) -> "SmsCodeSent":
        return cls(expires_in=data.count("expires_in"), resend_in=data.count("resend_in"))


@dataclass(frozen=True, slots=True)
class Session:
    """The tokens of somebody signed in. Only the access token is needed to make calls."""

    access_token: str = field(repr=False)
    refresh_token: str | None = field(default=None, repr=False)
    expires_in: int | None = None
    """Seconds the access token was valid for when it was given out."""
    password_expires_in_days: int | None = None
    password_reminder: bool = False
    """Whether the platform asks for a new password soon."""

    @classmethod
    def read(cls, data: Fields) -> Self:
        return cls(**cls._values(data))

    @classmethod
    def _values(cls, data: Fields) -> dict[str, Any]:
        """What a platform's own kind of session adds to."""
        return {
            "access_token": data.text("access_token"),
            "refresh_token": data.text("refresh_token"),
            "expires_in": data.count("expires_in"),
            "password_expires_in_days": data.maybe("password_expires_in_days", data.count),
            "password_reminder": data.maybe("password_reminder", data.flag) or False,
        }


@dataclass(frozen=True, slots=True)
class SecondFactor:
    """The answer to `SecondFactorRequiredError`: its challenge, and the code that was received, or
    the sample of the finger or eye that is asked for."""

    challenge: str
    code: str | None = field(default=None, repr=False)
    sample: bytes | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        if (self.code is None) == (self.sample is None):
            raise ValueError("SecondFactor takes exactly one of code and sample")


@dataclass(frozen=True, slots=True)
class RealName:
    """How far the real-name verification has come, and who was verified (masked)."""

    state: str
    """`unverified`, `id_card_accepted`, `verified`, `rejected` or `expired`."""
    name: str | None
    id_number: str | None

    @classmethod
    def read(cls, data: Fields) -> "RealName":
        return cls(
            state=data.text("state"),
            name=data.maybe("name", data.text),
            id_number=data.maybe("id_number", data.text),
        )


@dataclass(frozen=True, slots=True)
class Security:
    """An account's security settings."""

    second_factor: str
    """`none`, `sms`, `fingerprint` or `iris`."""
    password_expires_in_days: int | None
    """None when passwords do not age."""
    password_reminder: bool

    @classmethod
    def read(cls, data: Fields) -> "Security":
        return cls(
            second_factor=data.text("second_factor"),
            password_expires_in_days=data.maybe("password_expires_in_days", data.count),
            password_reminder=data.flag("password_reminder"),
        )


@dataclass(frozen=True, slots=True)
class Account:
    """An account's masked profile."""

    phone: str
    real_name: RealName
    security: Security
    registered_at: datetime

    @classmethod
    def read(cls, data: Fields) -> Self:
        return cls(**cls._values(data))

    @classmethod
    def _values(cls, data: Fields) -> dict[str, Any]:
        """What a platform's own kind of account adds to."""
        return {
            "phone": data.text("phone"),
            "real_name": RealName.read(data.child("real_name")),
            "security": Security.read(data.child("security")),
            "registered_at": data.instant("registered_at"),
        }


@dataclass(frozen=True, slots=True)
class Employer:
    """Whoever pays the contributions of somebody employed."""

    uscc: str
    """Unified social credit code, GB 32100."""
    name: str

    @classmethod
    def read(cls, data: Fields) -> "Employer":
        return cls(data.text("uscc"), data.text("name"))


@dataclass(frozen=True, slots=True)
class InsuranceRow:
    """One insurance a person has or had; codes of domain-facts.md §2."""

    insutype: str
    psn_type: str
    state: str
    """`not_insured`, `normal`, `suspended` or `ended`."""
    region: str
    """admdvs of the pooling area."""
    employer: Employer | None
    has_personal_account: bool
    since: date | None
    until: date | None

    @classmethod
    def read(cls, data: Fields) -> "InsuranceRow":
        employer = data.maybe("employer", data.child)
        return cls(
            insutype=data.text("insutype"),
            psn_type=data.text("psn_type"),
            state=data.text("state"),
            region=data.text("region"),
            employer=None if employer is None else Employer.read(employer),
            has_personal_account=data.flag("has_personal_account"),
            since=data.maybe("since", data.day),
            until=data.maybe("until", data.day),
        )


@dataclass(frozen=True, slots=True)
class PersonalAccount:
    """The account from which a person pays; residents have none."""

    amount: Decimal
    currency: str
    state: str

    @classmethod
    def read(cls, data: Fields) -> "PersonalAccount":
        return cls(
            amount=data.money("amount"), currency=data.text("currency"), state=data.text("state")
        )


@dataclass(frozen=True, slots=True)
class PooledFund:
    """What the pooled fund did for a person in one calendar year, and what is left."""

    year: int
    deductible: Decimal
    deductible_used: Decimal
    paid: Decimal
    cap_left: Decimal

    @classmethod
    def read(cls, data: Fields) -> "PooledFund":
        return cls(
            year=data.count("year"),
            deductible=data.money("deductible"),
            deductible_used=data.money("deductible_used"),
            paid=data.money("paid"),
            cap_left=data.money("cap_left"),
        )


@dataclass(frozen=True, slots=True)
class Balance:
    """A balance as the platform knows it at `as_of`."""

    personal_account: PersonalAccount | None
    """None when the person has no account at all, which is not the same as 0.00."""
    pooled_fund: PooledFund
    as_of: datetime

    @classmethod
    def read(cls, data: Fields) -> "Balance":
        account = data.maybe("personal_account", data.child)
        return cls(
            personal_account=None if account is None else PersonalAccount.read(account),
            pooled_fund=PooledFund.read(data.child("pooled_fund")),
            as_of=data.instant("as_of"),
        )


@dataclass(frozen=True, slots=True)
class BiometricMatch:
    """How alike a sample and the enrolled one are."""

    matched: bool
    score: float
    threshold: float
    code: str | None
    """Why it does not match, such as `biometrics.wrong_finger`; None for a match."""
    tries_left: int

    @classmethod
    def read(cls, data: Fields) -> "BiometricMatch":
        return cls(
            matched=data.flag("matched"),
            score=data.measure("score"),
            threshold=data.measure("threshold"),
            code=data.maybe("code", data.text),
            tries_left=data.count("tries_left"),
        )


@dataclass(frozen=True, slots=True)
class IdCardReading:
    """What was read from the photographs of an ID card (masked), and how good they were."""

    state: str
    name: str
    id_number: str
    valid_from: date
    valid_until: date | None
    """None: without end."""
    liveness: str
    """What the face must show: `none` or `mouth_open`."""
    measured: Mapping[str, Any]
    """The figures of `front` and `back`, each with the threshold it was held against."""

    @classmethod
    def read(cls, data: Fields) -> "IdCardReading":
        return cls(
            state=data.text("state"),
            name=data.text("name"),
            id_number=data.text("id_number"),
            valid_from=data.day("valid_from"),
            valid_until=data.maybe("valid_until", data.day),
            liveness=data.text("liveness"),
            measured=data.child("measured").raw,
        )


@dataclass(frozen=True, slots=True)
class FaceCheck:
    """The outcome of comparing a face with the ID card's portrait."""

    state: str
    name: str
    score: float
    threshold: float
    measured: Mapping[str, Any]

    @classmethod
    def read(cls, data: Fields) -> "FaceCheck":
        return cls(
            state=data.text("state"),
            name=data.text("name"),
            score=data.measure("score"),
            threshold=data.measure("threshold"),
            measured=data.child("measured").raw,
        )
