"""Who asks: one visit to one platform of one world, at one instant."""

from dataclasses import dataclass, replace

from simulator.policy import NATIONAL, EffectivePolicy
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
        return NATIONAL if self._shares_accounts else f"{self.platform}:{self.region}"

    @property
    def at_the_start(self) -> "Visit":
        """The same place when the world was made; where accounts are shared, whose they are.

        What accounts there are from the start is judged from here, so that everybody who shares
        them finds the same ones, at any time.
        """
        made_ms = self.world.record.made_ms
        if self.region is not None and self._shares_accounts:
            return Visit(self.world, NATIONAL, made_ms)
        return replace(self, now_ms=made_ms)

    @property
    def _shares_accounts(self) -> bool:
        return self.policy.accounts.shared_with_national
