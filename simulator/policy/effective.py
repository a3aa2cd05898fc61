"""The policy in force at one place: defaults, then world, platform and pooling area over them."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal, cast

import msgspec
import yaml

from simulator.domain.alerts import AlertPolicy
from simulator.domain.anomalies import AnomalyPolicy
from simulator.domain.authorisation import AuthorisationPolicy
from simulator.domain.biometrics import BiometricPolicy
from simulator.domain.call_limits import CallPolicy
from simulator.domain.captcha import CaptchaPolicy
from simulator.domain.client_tokens import ClientTokenPolicy
from simulator.domain.e_credential import ECredentialPolicy
from simulator.domain.face_service import FaceServicePolicy
from simulator.domain.gateway import GatewayPolicy
from simulator.domain.latency import LatencyPolicy
from simulator.domain.lockout import LockoutPolicy
from simulator.domain.one_time_codes import CodePolicy
from simulator.domain.passwords import PasswordPolicy
from simulator.domain.real_name import RealNamePolicy
from simulator.domain.replication import ReplicationError, ReplicationPolicy
from simulator.domain.second_factor import SecondFactorPolicy
from simulator.domain.sessions import SessionPolicy
from simulator.domain.support import SupportPolicy
from simulator.domain.user_query import UserQueryPolicy
from simulator.policy.windows import replication_values


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
    replication: ReplicationPolicy
    anomalies: AnomalyPolicy
    alerts: AlertPolicy
    support: SupportPolicy
    real_name: RealNamePolicy
    liveness: LivenessPolicy
    biometrics: BiometricPolicy
    e_credential: ECredentialPolicy
    authorisation: AuthorisationPolicy
    card_password: LockoutPolicy
    open_platform: CallPolicy
    client_token: ClientTokenPolicy
    user_query: UserQueryPolicy
    face_service: FaceServicePolicy
    gateway: GatewayPolicy
    captcha: CaptchaPolicy
    upload: dict[str, int]
    card_photo: dict[str, float]
    face_photo: dict[str, float]
    """Thresholds stay plain here: their types belong to `imaging`, which is loaded on first use."""


class ContradictionError(ValueError):
    """Values that are each acceptable and together are not; `path` within the policy, or ""."""

    def __init__(self, path: str, problem: str) -> None:
        super().__init__(problem)
        self.path = path


@cache
def _packaged() -> dict[str, Any]:
    text = files("simulator.policy").joinpath("defaults.yaml").read_text("utf-8")
    return cast("dict[str, Any]", yaml.load(text, Loader=yaml.CSafeLoader))


@cache
def defaults() -> dict[str, Any]:
    """The packaged defaults as plain data, without what platforms differ in; not to be changed."""
    return {name: value for name, value in _packaged().items() if name != "platforms"}


def platform_defaults() -> dict[str, dict[str, Any]]:
    """What each platform differs in by default; not to be changed."""
    return cast("dict[str, dict[str, Any]]", _packaged()["platforms"])


def effective_policy(
    overrides: Mapping[str, Any], platform: str, region: str | None = None
) -> EffectivePolicy:
    """The policy in force on a platform, given what a world sets (already validated).

    Raises ContradictionError where values that are each acceptable contradict each other.
    """
    if not overrides:
        return _default_policy(platform)
    world = {
        name: value for name, value in overrides.items() if name not in ("platforms", "regions")
    }
    return _merged(
        platform,
        world,
        overrides.get("platforms", {}).get(platform, {}),
        overrides.get("regions", {}).get(region, {}),
    )


def differing_platforms(overrides: Mapping[str, Any]) -> dict[str, Any]:
    """What each platform differs in from the values of the world, its defaults included."""
    shown: dict[str, Any] = {}
    for platform, sections in platform_defaults().items():
        for section, values in sections.items():
            # What the world sets takes the place of the platform's own default.
            set_by_world = overrides.get(section, {})
            kept = {name: value for name, value in values.items() if name not in set_by_world}
            if kept:
                shown.setdefault(platform, {})[section] = kept
    for platform, sections in overrides.get("platforms", {}).items():
        shown[platform] = _over(shown.get(platform, {}), sections)
    return shown


@cache
def _default_policy(platform: str) -> EffectivePolicy:
    return _merged(platform)


def _merged(platform: str, *layers: Mapping[str, Any]) -> EffectivePolicy:
    values = defaults()
    for layer in (platform_defaults().get(platform, {}), *layers):
        values = _over(values, layer)
    values = values | {"replication": replication_values(values["replication"])}
    try:
        return msgspec.convert(values, EffectivePolicy)
    except msgspec.ValidationError as error:
        if isinstance(error.__cause__, ReplicationError):
            path = f"replication.{error.__cause__.path}"
            raise ContradictionError(path, str(error.__cause__)) from error
        raise ContradictionError("", str(error)) from error


def _over(values: Mapping[str, Any], layer: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(values)
    for name, value in layer.items():
        merged[name] = {**merged.get(name, {}), **value} if isinstance(value, Mapping) else value
    return merged
