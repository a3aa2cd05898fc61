"""The answer of a captcha through the control API."""

import pytest

from simulator.services import captchas
from simulator.services.visit import Visit


@pytest.fixture
def visit(app, world):
    found = app.worlds.find(world.name)
    return Visit(found, "local", found.now_ms(), "330100")


def test_answer_is_told_and_takes_the_captcha_through(world, visit) -> None:
    issued = captchas.issue(visit)
    told = world.control("GET", f"/captchas/{issued.captcha_id}").data
    assert told == {
        "id": issued.captcha_id,
        "answer": told["answer"],
        "expires_at": "2026-06-15T10:02:00+08:00",
        "used": False,
    }
    captchas.check(visit, issued.captcha_id, told["answer"])
    assert world.control("GET", f"/captchas/{issued.captcha_id}").data["used"] is True


def test_answer_is_told_after_the_end_too(world, visit) -> None:
    issued = captchas.issue(visit)
    world.advance(minutes=3)
    assert world.control("GET", f"/captchas/{issued.captcha_id}").status == 200


@pytest.mark.parametrize("captcha_id", ["x", "0" * 32, "é"])
def test_unknown_id_is_refused(world, captcha_id) -> None:
    answer = world.control("GET", f"/captchas/{captcha_id}")
    assert (answer.status, answer.code) == (404, "captcha.unknown")


def test_id_from_before_a_reset_is_unknown(world, visit) -> None:
    issued = captchas.issue(visit)
    assert world.control("POST", "/reset").status == 200
    assert world.control("GET", f"/captchas/{issued.captcha_id}").code == "captcha.unknown"
