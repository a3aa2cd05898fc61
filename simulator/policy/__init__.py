"""Policy is data: the packaged defaults, what a world may set, and the values in force."""

from simulator.policy.effective import EffectivePolicy, defaults, effective_policy
from simulator.policy.overrides import PLATFORMS, merge_policy

__all__ = ["PLATFORMS", "EffectivePolicy", "defaults", "effective_policy", "merge_policy"]
