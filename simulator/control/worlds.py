"""Worlds, clocks and policies through the control API."""

from collections.abc import Callable
from typing import Any

from simulator.domain import china_time
from simulator.domain.clock import (
    ClockMovedBackwardsError,
    ClockOutOfRangeError,
    WorldClock,
)
from simulator.errors import ClockBackwardsError, ClockRangeError, PolicyError
from simulator.policy import defaults, differing_platforms, merge_policy
from simulator.services import alerts
from simulator.web.call import Call
from simulator.world import World, WorldStart, real_ms

REALISTIC_WARNING = (
    "id_space is realistic: ID numbers carry assigned county codes, so a number of this world may "
    "be a real person's; never let one leave the test"
)


def list_worlds(call: Call) -> dict[str, Any]:
    names = call.worlds.names()
    return {"items": [_world(call.worlds.find(name)) for name in names], "total": len(names)}


def make_world(call: Call) -> dict[str, Any]:
    body = call.body
    policy = merge_policy({}, body["policy"]) if body.get("policy") else {}
    start = _start(body.get("seed", call.worlds.default_seed), body.get("clock") or {}, policy)
    return _world(_on_clock(lambda: call.worlds.make(body.get("name"), start)))


def read_world(call: Call, world: str) -> dict[str, Any]:
    return _world(call.worlds.find(world))


def delete_world(call: Call, world: str) -> None:
    call.worlds.delete(world)


def reset_world(call: Call, world: str) -> dict[str, Any]:
    return _world(call.worlds.reset(world))


def read_clock(call: Call, world: str) -> dict[str, Any]:
    return clock_of(call.worlds.find(world))


def change_clock(call: Call, world: str) -> dict[str, Any]:
    wanted = call.body

    def change(clock: WorldClock, now_ms: int) -> WorldClock:
        if "freeze" in wanted:
            at = wanted["freeze"]
            clock = clock.freeze(now_ms, None if at is True else at)
        elif "scale" in wanted:
            clock = clock.set_scale(now_ms, wanted["scale"])
        elif "follow" in wanted:
            clock = clock.follow(now_ms)
        if "advance_ms" in wanted:
            clock = clock.advance(now_ms, wanted["advance_ms"])
        return clock

    found = _on_clock(lambda: call.worlds.change_clock(world, change))
    # What falls due in the time that has passed is there when the caller looks.
    alerts.settle(found)
    return clock_of(found)


def read_policy(call: Call, world: str) -> dict[str, Any]:
    return _policy(call.worlds.find(world))


def change_policy(call: Call, world: str) -> dict[str, Any]:
    patch = call.body

    def change(present: Any) -> dict[str, Any]:
        merged = merge_policy(present, patch)
        if merged.get("id_space") != present.get("id_space"):
            raise PolicyError(
                details={"fields": {"id_space": ["can be set only when the world is made"]}}
            )
        return merged

    # By the rules so far up to this instant, and by the new ones from here on.
    alerts.settle(call.worlds.find(world))
    found = call.worlds.change_policy(world, change)
    alerts.settle(found)
    return _policy(found)


def clock_of(world: World) -> dict[str, Any]:
    """A world's clock as the control API shows it."""
    clock = world.record.clock
    scale, rest = divmod(clock.scale_micro, 1_000_000)
    return {
        "now": china_time.to_iso(world.now_ms()),
        "mode": clock.mode,
        "scale": clock.scale_micro / 1_000_000 if rest else scale,
        "real_now": china_time.to_iso(real_ms()),
    }


def _world(world: World) -> dict[str, Any]:
    record = world.record
    return {
        "name": record.name,
        "url": f"/w/{record.name}",
        "seed": record.start.seed,
        "clock": clock_of(world),
        "made_at": china_time.to_iso(record.made_ms),
        "policy": record.policy,
        "warnings": [REALISTIC_WARNING] if record.policy.get("id_space") == "realistic" else [],
    }


def _policy(world: World) -> dict[str, Any]:
    """The values in force everywhere, and what platforms and areas differ in."""
    overrides = world.record.policy
    shown: dict[str, Any] = {}
    for name, value in defaults().items():
        own = overrides.get(name)
        if isinstance(value, dict):
            shown[name] = {**value, **(own or {})}
        else:
            shown[name] = value if own is None else own
    shown["platforms"] = differing_platforms(overrides)
    shown["regions"] = overrides.get("regions", {})
    return shown


def _start(seed: int, clock: dict[str, Any], policy: dict[str, Any]) -> WorldStart:
    now_ms = real_ms()
    advance_ms = clock.get("advance_ms", 0)
    if "freeze" in clock:
        at_ms = now_ms if clock["freeze"] is True else clock["freeze"]
        return WorldStart(seed, frozen_at_ms=at_ms + advance_ms, policy=policy)
    return WorldStart(
        seed,
        scale_micro=clock.get("scale", 1_000_000),
        offset_ms=advance_ms,
        policy=policy,
    )


def _on_clock(change: Callable[[], World]) -> World:
    """Carry out a change that may set a clock, with the domain's refusals in words for callers."""
    try:
        return change()
    except ClockMovedBackwardsError as error:
        raise ClockBackwardsError(
            details={
                "now": china_time.to_iso(error.now_ms),
                "wanted": china_time.to_iso(error.wanted_ms),
            }
        ) from None
    except ClockOutOfRangeError as error:
        raise ClockRangeError(
            details={
                "first": china_time.to_iso(error.first_ms),
                "last": china_time.to_iso(error.last_ms),
            }
        ) from None
