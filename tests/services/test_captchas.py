"""Captchas in a world: answered once, by whoever comes first, until they expire."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from simulator.app import create_app
from simulator.errors import (
    CaptchaError,
    CaptchaExpiredError,
    CaptchaUnknownError,
    CaptchaUsedError,
    CaptchaWrongError,
)
from simulator.services import captchas
from simulator.services.visit import Visit
from simulator.settings import Settings

THREADS = 16


def visit_of(app, name, region="330100"):
    found = app.worlds.find(name)
    return Visit(found, "local", found.now_ms(), region)


@pytest.fixture
def visit(app, world):
    return visit_of(app, world.name)


def answer(visit, issued):
    return captchas.answer_of(visit.world, issued.captcha_id).text


def test_right_answer_passes_in_either_case(visit) -> None:
    for turn in (str.upper, str.lower):
        issued = captchas.issue(visit)
        captchas.check(visit, issued.captcha_id, turn(answer(visit, issued)))


def test_nothing_is_stored_before_an_answer(visit) -> None:
    issued = captchas.issue(visit)
    captchas.picture(visit, issued.captcha_id)
    assert visit.world.keys("captcha/") == []
    with pytest.raises(CaptchaWrongError):
        captchas.check(visit, issued.captcha_id, "0000")
    assert visit.world.keys("captcha/") == [f"captcha/{issued.captcha_id}"]


@pytest.mark.parametrize("first", ["right", "0000"])
def test_captcha_takes_one_answer_even_a_wrong_one(visit, first) -> None:
    issued = captchas.issue(visit)
    right = answer(visit, issued)
    if first == "right":
        captchas.check(visit, issued.captcha_id, right)
    else:
        with pytest.raises(CaptchaWrongError):
            captchas.check(visit, issued.captcha_id, first)
    for again in (right, "0000"):
        with pytest.raises(CaptchaUsedError):
            captchas.check(visit, issued.captcha_id, again)
    with pytest.raises(CaptchaUsedError):
        captchas.picture(visit, issued.captcha_id)


def test_id_in_capitals_is_the_same_captcha(visit) -> None:
    issued = captchas.issue(visit)
    right = answer(visit, issued)
    captchas.check(visit, issued.captcha_id.upper(), right)
    with pytest.raises(CaptchaUsedError):
        captchas.check(visit, issued.captcha_id, right)


def test_it_expires_by_the_clock_of_the_world(app, world) -> None:
    issued = captchas.issue(visit_of(app, world.name))
    assert issued.expires_in_s == 120
    world.advance(seconds=119)
    captchas.picture(visit_of(app, world.name), issued.captcha_id)
    world.advance(seconds=1)
    late = visit_of(app, world.name)
    with pytest.raises(CaptchaExpiredError):
        captchas.check(late, issued.captcha_id, answer(late, issued))
    with pytest.raises(CaptchaExpiredError):
        captchas.picture(late, issued.captcha_id)


def test_policy_sets_length_and_lifetime_of_an_area(app, world) -> None:
    world.set_policy({"regions": {"330100": {"captcha": {"length": 6, "lifetime_s": 5}}}})
    here, elsewhere = (visit_of(app, world.name, region) for region in ("330100", "110100"))
    short, usual = captchas.issue(here), captchas.issue(elsewhere)
    assert (short.expires_in_s, usual.expires_in_s) == (5, 120)
    assert (len(answer(here, short)), len(answer(here, usual))) == (6, 4)


def test_policy_out_of_range_is_refused(world) -> None:
    for patch in ({"length": 2}, {"length": 7}, {"lifetime_s": 0}, {"length": "4"}):
        assert world.control("PATCH", "/policy", {"captcha": patch}).code == "policy.invalid"


def test_other_worlds_and_made_up_ids_are_unknown(app, make_world, visit) -> None:
    issued = captchas.issue(visit)
    other = visit_of(app, make_world().name)
    for where, captcha_id in ((other, issued.captcha_id), (visit, "0" * 32), (visit, "?")):
        with pytest.raises(CaptchaUnknownError):
            captchas.check(where, captcha_id, "CA79")
        with pytest.raises(CaptchaUnknownError):
            captchas.picture(where, captcha_id)
    assert other.world.keys("captcha/") == []


def test_picture_is_the_same_each_time_and_another_for_each_captcha(visit) -> None:
    one, other = captchas.issue(visit), captchas.issue(visit)
    png = captchas.picture(visit, one.captcha_id)
    assert png.startswith(b"\x89PNG")
    assert captchas.picture(visit, one.captcha_id) == png
    assert captchas.picture(visit, other.captcha_id) != png


@pytest.mark.parametrize("store", [None, "sqlite:///{}/state.sqlite"])
def test_of_right_answers_at_once_one_passes(tmp_path, store) -> None:
    settings = Settings() if store is None else Settings(store=store.format(tmp_path))
    visit = visit_of(create_app(settings), "default")
    issued = captchas.issue(visit)
    right, barrier = answer(visit, issued), Barrier(THREADS)

    def check(_number):
        barrier.wait(timeout=30)
        try:
            captchas.check(visit, issued.captcha_id, right)
        except CaptchaError as error:
            return error.code
        return "passed"

    with ThreadPoolExecutor(THREADS) as pool:
        found = sorted(pool.map(check, range(THREADS), timeout=60))
    assert found == ["captcha.used"] * (THREADS - 1) + ["passed"]
