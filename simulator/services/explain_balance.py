"""Why platforms show different balances of one person: what each has yet to learn, and when."""

from dataclasses import dataclass

from simulator.domain.ledger import Position
from simulator.domain.people import Person
from simulator.domain.replication import Differing, Missing, Replica, outstanding
from simulator.policy import FOLLOWERS, SOURCE
from simulator.services.balance import account_state
from simulator.services.replicas import replica_on
from simulator.world import World


@dataclass(frozen=True, slots=True)
class Shown:
    """A person's account as somebody shows it; `account_state` is None without an account."""

    position: Position
    account_state: str | None
    as_of_ms: int


@dataclass(frozen=True, slots=True)
class PlatformView:
    """What one platform shows, and what it lacks, oldest first."""

    platform: str
    shown: Shown
    agrees: bool
    """Whether balance, state, pool and every entry are those of the source."""
    agrees_ms: int
    """World time from which it agrees with the source as that stands now."""
    difference_fen: int | None
    """What it shows too much, negative for too little; None without an account."""
    missing: list[Missing]
    differing: list[Differing]


@dataclass(frozen=True, slots=True)
class BalanceExplanation:
    """The truth of a person's account now, and each platform's view of it."""

    now_ms: int
    truth: Shown
    entries: int
    """How many the history has."""
    platforms: list[PlatformView]
    agrees_ms: int
    """World time from which all agree, if nothing else happens."""


def explain_balance(world: World, person: Person) -> BalanceExplanation:
    """Compare what every platform shows of a person now with what the local one does."""
    now_ms = world.now_ms()
    source = replica_on(world, SOURCE, person, now_ms)
    truth = _shown(source, now_ms)
    views = [
        _view(platform, replica_on(world, platform, person, now_ms), truth, now_ms)
        for platform in (SOURCE, *FOLLOWERS)
    ]
    return BalanceExplanation(
        now_ms=now_ms,
        truth=truth,
        entries=len(source.ledger.entries(now_ms)),
        platforms=views,
        agrees_ms=max(view.agrees_ms for view in views),
    )


def _view(platform: str, replica: Replica, truth: Shown, now_ms: int) -> PlatformView:
    shown = _shown(replica, now_ms)
    found = outstanding(replica, now_ms)
    difference_fen = None
    if truth.position.balance_fen is not None and shown.position.balance_fen is not None:
        difference_fen = shown.position.balance_fen - truth.position.balance_fen
    same = shown.position[:2] == truth.position[:2] and shown.account_state == truth.account_state
    agrees = same and not found.missing and not found.differing
    return PlatformView(
        platform=platform,
        shown=shown,
        agrees=agrees,
        agrees_ms=now_ms if agrees else found.agrees_ms,
        difference_fen=difference_fen,
        missing=found.missing,
        differing=found.differing,
    )


def _shown(replica: Replica, now_ms: int) -> Shown:
    position, as_of_ms = replica.standing(now_ms)
    state = None
    if position.balance_fen is not None:
        state = account_state(replica.ledger.member, as_of_ms)
    return Shown(position, state, as_of_ms)
