"""Refusals on third-party platforms: consent, codes, scopes, family, alerts."""

from datetime import datetime
from typing import ClassVar

from yibao_client.errors.refusal import RefusedError


class AuthorisationError(RefusedError):
    """About an application, a consent or a code; `wechat.<errcode>` and `alipay.<sub_code>` are
    what these platforms say and no other does."""

    prefixes: ClassVar[tuple[str, ...]] = ("authorisation", "application", "wechat", "alipay")


class ConsentRefusedError(AuthorisationError):
    """The person said no."""

    prefixes = ("authorisation.refused_by_user",)


class WrongCardPasswordError(AuthorisationError):
    prefixes = ("authorisation.wrong_card_password",)

    @property
    def remaining_attempts(self) -> int | None:
        """Wrong passwords that are left before the card locks; None when it is not told."""
        return self._count("remaining_attempts")


class CardLockedError(AuthorisationError):
    prefixes = ("authorisation.card_locked",)

    @property
    def locked_until(self) -> datetime | None:
        """When the card is free again; None when it is not told or never."""
        return self._instant("locked_until")


class ScopeNotGrantedError(AuthorisationError):
    """The person consented to less."""

    prefixes = ("authorisation.scope_not_granted",)


class FamilyError(RefusedError):
    prefixes = ("family",)


class FamilyConsentError(FamilyError):
    """The relative has not agreed to be seen."""

    prefixes = ("family.consent_required",)


class AlertError(RefusedError):
    prefixes = ("alert",)
