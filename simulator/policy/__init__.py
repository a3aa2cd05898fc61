"""Policy is data: the packaged defaults, what a world may set, and the values in force."""

from simulator.policy.effective import (
    EffectivePolicy,
    defaults,
    differing_platforms,
    effective_policy,
    platform_defaults,
)
from simulator.policy.overrides import FOLLOWERS, NATIONAL, PLATFORMS, SOURCE, merge_policy

__all__ = [
    "FOLLOWERS",
    "NATIONAL",
    "PLATFORMS",
    "SOURCE",
    "EffectivePolicy",
    "defaults",
    "differing_platforms",
    "effective_policy",
    "merge_policy",
    "platform_defaults",
]
