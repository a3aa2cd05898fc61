"""Who asks: one visit to one platform of one world, at one instant."""

from dataclasses import dataclass

from simulator.policy import EffectivePolicy
from simulator.world import World


@dataclass(frozen=True, slots=True)
class Visit:
    """A use case's view of the request it serves. `now_ms` is the world's time, read once."""

    world: World
    platform: str
    now_ms: int
    region: str | None = None
    """The pooling area whose platform it is; None on a platform of all areas."""

    @property
    def policy(self) -> EffectivePolicy:
        """The policy in force where the visit takes place."""
        return self.world.policy(self.platform, self.region)

    @property
    def account_space(self) -> str:
        """Accounts of one space are shared, those of different spaces unrelated."""
        if self.region is None:
            return self.platform
        shared = self.policy.accounts.shared_with_national
        return "national" if shared else f"{self.platform}:{self.region}"
