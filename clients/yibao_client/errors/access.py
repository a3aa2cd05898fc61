"""Refusals on the way in: account, codes, password, sign-in, second factor, session."""

from datetime import datetime
from typing import ClassVar

from yibao_client.errors.refusal import RefusedError


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
        return self._instant("locked_until")


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
    """Of somebody's session, or of the tokens that an application holds for them."""

    prefixes: ClassVar[tuple[str, ...]] = (
        "session",
        "authorisation.token_missing",
        "authorisation.token_unknown",
        "authorisation.refresh_unknown",
        "authorisation.refresh_expired",
        "authorisation.revoked",
    )


class SessionExpiredError(SessionError):
    prefixes = ("session.expired", "authorisation.token_expired")
