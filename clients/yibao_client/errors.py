"""Everything that can go wrong with a call, as one tree.

::

    YibaoError
    ├── TransportError                  no answer came back
    │   ├── ConnectionFailedError       the server was never reached: nothing happened there
    │   ├── ConnectionLostError         the connection broke: the call may have been carried out
    │   └── RequestTimeoutError         no answer in time: the call may have been carried out
    ├── ProtocolError                   an answer that is not the platform's own
    ├── NoMessageError                  the captured inbox stayed empty for as long as was waited
    ├── NobodyFitsError                 no person of the world is as asked for
    └── RefusedError                    the platform said no, with a code
        ├── InvalidRequestError         request.*, route.*
        ├── AccountError                account.*
        │   ├── AccountExistsError          account.exists
        │   └── AccountUnknownError         account.unknown
        ├── SmsError                    sms.*
        │   ├── SmsTooSoonError             sms.too_soon
        │   ├── SmsDailyLimitError          sms.daily_limit
        │   ├── WrongSmsCodeError           sms.wrong_code
        │   ├── SmsCodeExpiredError         sms.expired
        │   └── SmsTooManyTriesError        sms.too_many_tries
        ├── PasswordError               password.*
        │   ├── WeakPasswordError           password.too_weak
        │   ├── ReusedPasswordError         password.reused
        │   └── WrongOldPasswordError       password.wrong_old
        ├── SignInError                 sign_in.*
        │   ├── WrongPasswordError          sign_in.wrong_password
        │   ├── LockedError                 sign_in.locked
        │   ├── SecondFactorRequiredError   sign_in.second_factor_required
        │   ├── SecondFactorWrongError      sign_in.second_factor_wrong
        │   ├── SecondFactorExpiredError    sign_in.second_factor_expired
        │   └── PasswordExpiredError        sign_in.password_expired
        ├── SecondFactorError           second_factor.*
        ├── SessionError                session.*
        │   └── SessionExpiredError         session.expired
        ├── RealNameError               real_name.*
        │   ├── RealNameRequiredError       real_name.required
        │   ├── LivenessError               real_name.liveness_failed
        │   └── RealNameDailyLimitError     real_name.daily_limit
        ├── BiometricsError             biometrics.*
        ├── UploadError                 upload.*
        ├── SupportError                support.*, ticket.*
        ├── RateLimitedError            rate.*, rate_limit.*; any unknown code with HTTP 429
        ├── ServerFailureError          server.*, system.*; any unknown code with HTTP 5xx
        └── WorldError                  world.*, clock.*, policy.*, person.*, region.*, platform.*,
                                        journal.*, ledger.*, control.*

A code that is not listed is its nearest family's: `sms.something_new` is an `SmsError`.
`LockedError` and its neighbours carry what a program needs to react, not only what people read.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, ClassVar

_NOT_SHOWN = frozenset({"challenge"})
"""Details that open something: they are kept out of texts, which end up in logs."""


class YibaoError(Exception):
    """Base of everything this package raises about a call."""


class TransportError(YibaoError):
    """No answer came back from the server."""


class ConnectionFailedError(TransportError):
    """The server was never reached, so the call had no effect."""


class ConnectionLostError(TransportError):
    """The connection broke before the answer was whole; the call may have had its effect."""


class RequestTimeoutError(TransportError):
    """The answer did not come in time; the call may have had its effect."""


class ProtocolError(YibaoError):
    """An answer that is not the platform's own: a maintenance page, bad JSON, a missing field."""

    def __init__(
        self, problem: str, status: int, excerpt: str = "", retry_after: timedelta | None = None
    ) -> None:
        super().__init__(problem, status, excerpt, retry_after)
        self.problem = problem
        self.status = status
        """HTTP status; 0 when the answer could not be read far enough to tell."""
        self.excerpt = excerpt
        """The beginning of the body."""
        self.retry_after = retry_after

    def __str__(self) -> str:
        shown = f": {self.excerpt!r}" if self.excerpt else ""
        return f"{self.problem} (HTTP {self.status}){shown}"


class NoMessageError(YibaoError):
    """The captured inbox stayed empty for as long as was waited."""


class NobodyFitsError(YibaoError):
    """No person of the world is as asked for."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """What a platform said when it refused."""

    code: str
    message: str
    status: int
    """HTTP status; 200 from a platform that answers refusals so."""
    details: Mapping[str, Any] = field(default_factory=dict)
    retry_after: timedelta | None = None
    request_id: str | None = None
    """Under this id the control API explains the answer."""


class RefusedError(YibaoError):
    """The platform understood the call and refused it."""

    prefixes: ClassVar[tuple[str, ...]] = ()
    """The codes and families of codes (dotted prefixes) this class stands for."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal)
        self.refusal = refusal

    def __str__(self) -> str:
        asked = f", request {self.request_id}" if self.request_id else ""
        shown = {name: value for name, value in self.details.items() if name not in _NOT_SHOWN}
        details = f" {shown}" if shown else ""
        return f"{self.code}: {self.message} (HTTP {self.status}{asked}){details}"

    @property
    def code(self) -> str:
        return self.refusal.code

    @property
    def message(self) -> str:
        return self.refusal.message

    @property
    def status(self) -> int:
        return self.refusal.status

    @property
    def details(self) -> Mapping[str, Any]:
        return self.refusal.details

    @property
    def retry_after(self) -> timedelta | None:
        """How long to wait, by the platform's clock, which need not run as yours does."""
        return self.refusal.retry_after

    @property
    def request_id(self) -> str | None:
        return self.refusal.request_id

    def _count(self, name: str) -> int | None:
        value = self.details.get(name)
        return value if isinstance(value, int) and not isinstance(value, bool) else None

    def _text(self, name: str) -> str | None:
        value = self.details.get(name)
        return value if isinstance(value, str) else None


class InvalidRequestError(RefusedError):
    prefixes = ("request", "route")


class AccountError(RefusedError):
    prefixes = ("account",)


class AccountExistsError(AccountError):
    prefixes = ("account.exists",)


class AccountUnknownError(AccountError):
    prefixes = ("account.unknown",)


class SmsError(RefusedError):
    prefixes = ("sms",)


class SmsTooSoonError(SmsError):
    prefixes = ("sms.too_soon",)


class SmsDailyLimitError(SmsError):
    prefixes = ("sms.daily_limit",)


class WrongSmsCodeError(SmsError):
    prefixes = ("sms.wrong_code",)

    @property
    def remaining_attempts(self) -> int | None:
        return self._count("remaining_attempts")


class SmsCodeExpiredError(SmsError):
    prefixes = ("sms.expired",)


class SmsTooManyTriesError(SmsError):
    prefixes = ("sms.too_many_tries",)


class PasswordError(RefusedError):
    prefixes = ("password",)


class WeakPasswordError(PasswordError):
    prefixes = ("password.too_weak",)

    @property
    def violations(self) -> tuple[str, ...]:
        """The names of the rules that the password breaks."""
        named = self.details.get("violations")
        return tuple(str(rule) for rule in named) if isinstance(named, list) else ()


class ReusedPasswordError(PasswordError):
    prefixes = ("password.reused",)


class WrongOldPasswordError(PasswordError):
    prefixes = ("password.wrong_old",)


class SignInError(RefusedError):
    prefixes = ("sign_in",)


class WrongPasswordError(SignInError):
    prefixes = ("sign_in.wrong_password",)

    @property
    def remaining_attempts(self) -> int | None:
        """Wrong passwords that are left before the account locks; None when it is not told."""
        return self._count("remaining_attempts")


class LockedError(SignInError):
    prefixes = ("sign_in.locked",)

    @property
    def locked_until(self) -> datetime | None:
        """When the account is free again; None when it is not told or never."""
        try:
            until = datetime.fromisoformat(self._text("locked_until") or "")
        except ValueError:
            return None
        return until if until.tzinfo is not None else None


class SecondFactorRequiredError(SignInError):
    prefixes = ("sign_in.second_factor_required",)

    @property
    def challenge(self) -> str | None:
        """Goes back, with the code, in the repeated sign-in."""
        return self._text("challenge")

    @property
    def method(self) -> str | None:
        return self._text("method")


class SecondFactorWrongError(SignInError):
    prefixes = ("sign_in.second_factor_wrong",)


class SecondFactorExpiredError(SignInError):
    prefixes = ("sign_in.second_factor_expired",)


class PasswordExpiredError(SignInError):
    prefixes = ("sign_in.password_expired",)


class SecondFactorError(RefusedError):
    prefixes = ("second_factor",)


class SessionError(RefusedError):
    prefixes = ("session",)


class SessionExpiredError(SessionError):
    prefixes = ("session.expired",)


class RealNameError(RefusedError):
    prefixes = ("real_name",)

    @property
    def problem(self) -> str | None:
        """What is wrong with a photograph: the figure that failed, or what was seen instead."""
        return self._text("problem")

    @property
    def side(self) -> str | None:
        """Which photograph of an ID card it is about: `front` or `back`."""
        return self._text("side")

    @property
    def measured(self) -> Mapping[str, Any]:
        """The figures of a photograph, each with the threshold it was held against."""
        figures = self.details.get("measured")
        return figures if isinstance(figures, dict) else {}

    @property
    def tries_left(self) -> int | None:
        """Refusals that the day still takes; None when it is not told."""
        return self._count("tries_left")


class RealNameRequiredError(RealNameError):
    prefixes = ("real_name.required",)


class LivenessError(RealNameError):
    prefixes = ("real_name.liveness_failed",)


class RealNameDailyLimitError(RealNameError):
    prefixes = ("real_name.daily_limit",)


class BiometricsError(RefusedError):
    prefixes = ("biometrics",)


class UploadError(RefusedError):
    prefixes = ("upload",)


class SupportError(RefusedError):
    prefixes = ("support", "ticket")


class RateLimitedError(RefusedError):
    prefixes = ("rate", "rate_limit")


class ServerFailureError(RefusedError):
    prefixes = ("server", "system")


class WorldError(RefusedError):
    prefixes = (
        *("world", "clock", "policy", "person", "region"),
        *("platform", "journal", "ledger", "control"),
    )


def refused(refusal: Refusal) -> RefusedError:
    """The error of the class that stands nearest to a refusal's code."""
    return _nearest(refusal.code, refusal.status)(refusal)


def _nearest(code: str, status: int) -> type[RefusedError]:
    families = _families(RefusedError)
    prefix = code
    while prefix:
        if prefix in families:
            return families[prefix]
        prefix = prefix.rpartition(".")[0]
    if status == 429:
        return RateLimitedError
    return ServerFailureError if status >= 500 else RefusedError


def _families(root: type[RefusedError]) -> dict[str, type[RefusedError]]:
    found = dict.fromkeys(root.__dict__.get("prefixes", ()), root)
    for child in root.__subclasses__():
        found |= _families(child)
    return found
