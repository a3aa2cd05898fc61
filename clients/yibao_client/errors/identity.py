"""Refusals about who somebody is: real name, samples, card, where insured, credential."""

from collections.abc import Mapping
from typing import Any

from yibao_client.errors.refusal import RefusedError


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


class CardError(RefusedError):
    prefixes = ("card",)


class CardMismatchError(CardError):
    prefixes = ("card.mismatch",)


class NoCardError(CardError):
    prefixes = ("card.none",)


class CardRequiredError(CardError):
    prefixes = ("card.required",)


class NotInsuredHereError(RefusedError):
    """Another pooling area insures the person; its own local platform serves them."""

    prefixes = ("region.not_insured_here",)


class ECredentialError(RefusedError):
    prefixes = ("e_credential",)


class ECredentialUnknownError(ECredentialError):
    prefixes = ("e_credential.unknown",)


class ECredentialExpiredError(ECredentialError):
    prefixes = ("e_credential.expired",)


class ECredentialUsedError(ECredentialError):
    prefixes = ("e_credential.used",)


class CaptchaError(RefusedError):
    prefixes = ("captcha",)


class CaptchaWrongError(CaptchaError):
    prefixes = ("captcha.wrong",)


class CaptchaExpiredError(CaptchaError):
    prefixes = ("captcha.expired",)


class CaptchaUsedError(CaptchaError):
    prefixes = ("captcha.used",)


class CaptchaUnknownError(CaptchaError):
    prefixes = ("captcha.unknown",)
