"""The policy in force at one place: defaults, then world, platform and pooling area over them."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal, cast

import msgspec
import yaml

from simulator.domain.biometrics import BiometricPolicy
from simulator.domain.captcha import CaptchaPolicy
from simulator.domain.e_credential import ECredentialPolicy
from simulator.domain.latency import LatencyPolicy
from simulator.domain.lockout import LockoutPolicy
from simulator.domain.one_time_codes import CodePolicy
from simulator.domain.passwords import PasswordPolicy
from simulator.domain.real_name import RealNamePolicy
from simulator.domain.second_factor import SecondFactorPolicy
from simulator.domain.sessions import SessionPolicy
from simulator.domain.support import SupportPolicy


@dataclass(frozen=True, slots=True)
class RegistrationPolicy:
    """Who has an account from the start."""

    registered_percent: int
    card_number: Literal["optional", "required"]


@dataclass(frozen=True, slots=True)
class AccountsPolicy:
    """Whose accounts a local platform knows."""

    shared_with_national: bool


@dataclass(frozen=True, slots=True)
class PortalPolicy:
    """Which interface a local platform speaks beside the modern one."""

    dialect: Literal["by_region", "modern", "portal", "legacy"]


@dataclass(frozen=True, slots=True)
class EnvelopePolicy:
    """How answers are wrapped."""

    always_200: bool


@dataclass(frozen=True, slots=True)
class SignInPolicy:
    """What a refused sign-in gives away."""

    discloses_unknown_account: bool


@dataclass(frozen=True, slots=True)
class LivenessPolicy:
    """What somebody must do in front of the camera."""

    challenge: Literal["none", "mouth_open"]


@dataclass(frozen=True, slots=True)
class EffectivePolicy:
    """All values in force on one platform, in one pooling area; see `defaults.yaml`."""

    id_space: Literal["unassigned", "realistic"]
    accounts: AccountsPolicy
    local: PortalPolicy
    registration: RegistrationPolicy
    envelope: EnvelopePolicy
    latency: LatencyPolicy
    sign_in: SignInPolicy
    lockout: LockoutPolicy
    sms: CodePolicy
    password: PasswordPolicy
    session: SessionPolicy
    second_factor: SecondFactorPolicy
    support: SupportPolicy
    real_name: RealNamePolicy
    liveness: LivenessPolicy
    biometrics: BiometricPolicy
    e_credential: ECredentialPolicy
    captcha: CaptchaPolicy
    upload: dict[str, int]
    card_photo: dict[str, float]
    face_photo: dict[str, float]
    """Thresholds stay plain here: their types belong to `imaging`, which is loaded on first use."""


@cache
def defaults() -> dict[str, Any]:
    """The packaged defaults as plain data; not to be changed."""
    text = files("simulator.policy").joinpath("defaults.yaml").read_text("utf-8")
    return cast("dict[str, Any]", yaml.load(text, Loader=yaml.CSafeLoader))


def effective_policy(
    overrides: Mapping[str, Any], platform: str, region: str | None = None
) -> EffectivePolicy:
    """The policy in force on a platform, given what a world sets (already validated).

    Raises ValueError where values that are each acceptable contradict each other.
    """
    if not overrides:
        return _default_policy()
    values = defaults()
    world = {
        name: value for name, value in overrides.items() if name not in ("platforms", "regions")
    }
    for layer in (
        world,
        overrides.get("platforms", {}).get(platform, {}),
        overrides.get("regions", {}).get(region, {}),
    ):
        values = _over(values, layer)
    try:
        return msgspec.convert(values, EffectivePolicy)
    except msgspec.ValidationError as error:
        raise ValueError(str(error)) from error


@cache
def _default_policy() -> EffectivePolicy:
    return msgspec.convert(defaults(), EffectivePolicy)


def _over(values: dict[str, Any], layer: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(values)
    for name, value in layer.items():
        merged[name] = {**merged[name], **value} if isinstance(value, Mapping) else value
    return merged
