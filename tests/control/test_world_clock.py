"""A world's clock through the control API."""

import pytest

from simulator import world as world_module


@pytest.fixture
def real(monkeypatch):
    """Real time in the tester's hands, milliseconds."""

    class Real:
        now_ns = 1_790_000_000_000_000_000

        def time_ns(self) -> int:
            return self.now_ns

        def pass_seconds(self, seconds: float) -> None:
            self.now_ns += int(seconds * 1e9)

    real = Real()
    monkeypatch.setattr(world_module, "time", real)
    return real


def now(world):
    return world.control("GET", "/clock").data["now"]


def test_clock_follows_real_time_unless_told_otherwise(make_world, real) -> None:
    world = make_world(clock={})
    shown = world.control("GET", "/clock").data
    assert shown["now"] == shown["real_now"] == "2026-09-21T22:13:20+08:00"
    assert (shown["mode"], shown["scale"]) == ("follow", 1)
    real.pass_seconds(61.5)
    assert now(world) == "2026-09-21T22:14:21.500+08:00"


def test_frozen_clock_stands(make_world, real) -> None:
    world = make_world(clock={"freeze": True})
    real.pass_seconds(3600)
    assert now(world) == "2026-09-21T22:13:20+08:00"


def test_freeze_stops_at_a_later_instant_or_here(make_world, real) -> None:
    world = make_world(clock={})
    shown = world.control("PATCH", "/clock", {"freeze": "2026-12-31"}).data
    assert (shown["now"], shown["mode"]) == ("2026-12-31T00:00:00+08:00", "frozen")
    assert world.control("PATCH", "/clock", {"freeze": True}).data["now"] == shown["now"]


@pytest.mark.parametrize(
    ("span", "later"),
    [
        (90, "10:01:30"),
        ("90", "10:01:30"),
        (1.5, "10:00:01.500"),
        ("PT20M", "10:20:00"),
        ("PT1H30M", "11:30:00"),
    ],
)
def test_advance_takes_seconds_or_a_duration(world, span, later) -> None:
    assert world.control("PATCH", "/clock", {"advance": span}).data["mode"] == "frozen"
    assert now(world) == f"2026-06-15T{later}+08:00"


def test_scale_multiplies_what_passes_from_now_on(make_world, real) -> None:
    world = make_world(clock={})
    shown = world.control("PATCH", "/clock", {"scale": 60}).data
    assert (shown["scale"], shown["mode"]) == (60, "follow")
    real.pass_seconds(60)
    assert now(world) == "2026-09-21T23:13:20+08:00"
    assert world.control("PATCH", "/clock", {"scale": 0.5}).data["scale"] == 0.5
    real.pass_seconds(60)
    assert now(world) == "2026-09-21T23:13:50+08:00"


def test_scale_sets_a_frozen_clock_running(make_world, real) -> None:
    world = make_world()
    _ = world.control("PATCH", "/clock", {"scale": 1}).data
    real.pass_seconds(5)
    assert now(world) == "2026-06-15T10:00:05+08:00"


def test_change_and_jump_go_together(make_world, real) -> None:
    world = make_world(clock={})
    body = {"freeze": "2026-12-31", "advance": "PT1H"}
    assert world.control("PATCH", "/clock", body).data["now"] == "2026-12-31T01:00:00+08:00"


def test_follow_shows_real_time_again(make_world, real) -> None:
    world = make_world()
    shown = world.control("PATCH", "/clock", {"follow": True}).data
    assert (shown["now"], shown["mode"]) == (shown["real_now"], "follow")


@pytest.mark.parametrize(
    "body",
    [
        {"freeze": "2026-06-15T09:59:59+08:00"},
        {"freeze": "0001-01-01"},
        {"follow": True},
    ],
)
def test_moving_backwards_is_refused_and_changes_nothing(make_world, real, body) -> None:
    world = make_world()
    if "follow" in body:
        world.advance(days=365)
    before = now(world)
    refusal = world.control("PATCH", "/clock", body)
    assert (refusal.status, refusal.code) == (409, "clock.backwards")
    assert refusal.details["now"] == before
    assert now(world) == before
    assert world.control("POST", "/reset").data["clock"]["now"] == "2026-06-15T10:00:00+08:00"


@pytest.mark.parametrize("body", [{"freeze": "2100-01-01"}, {"advance": "P27000D"}])
def test_leaving_the_simulated_time_is_refused_and_changes_nothing(world, body) -> None:
    refusal = world.control("PATCH", "/clock", body)
    assert (refusal.status, refusal.code) == (400, "clock.out_of_range")
    assert refusal.details == {
        "first": "2024-01-01T00:00:00+08:00",
        "last": "2099-12-31T23:59:59.999+08:00",
    }
    assert now(world) == "2026-06-15T10:00:00+08:00"


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"freeze": False},
        {"freeze": 1},
        {"freeze": "soon"},
        {"freeze": "0001-01-01T00:00:00+14:00"},
        {"advance": -1},
        {"advance": "P1Y"},
        {"advance": "PT"},
        {"advance": True},
        {"advance": None},
        {"advance": 1e300},
        {"advance": 0.0001},
        {"scale": 0},
        {"scale": -1},
        {"scale": 1e-7},
        {"scale": 1e7},
        {"scale": "fast"},
        {"scale": True},
        {"follow": False},
        {"follow": 1},
        {"freeze": True, "follow": True},
        {"scale": 2, "freeze": True},
        {"rewind": 5},
    ],
)
def test_change_that_makes_no_sense_is_refused(world, body) -> None:
    refusal = world.control("PATCH", "/clock", body)
    assert (refusal.status, refusal.code) == (400, "request.invalid")
    assert now(world) == "2026-06-15T10:00:00+08:00"


def test_lifetimes_follow_the_scale(make_world, real) -> None:
    world = make_world(clock={"scale": 3600})
    token = world.sign_in(world.person())
    real.pass_seconds(1.9)
    assert world.ask("GET", "/account", token=token).status == 200
    real.pass_seconds(0.1)
    assert world.ask("GET", "/account", token=token).code == "session.expired"


def test_clock_of_a_world_moves_alone(make_world) -> None:
    one, other = make_world(), make_world()
    one.advance(days=1)
    assert now(other) == "2026-06-15T10:00:00+08:00"


def test_real_clock_set_back_does_not_turn_the_world_back(make_world, real) -> None:
    world = make_world(clock={})
    before = now(world)
    real.pass_seconds(-3600)
    assert now(world) == before
