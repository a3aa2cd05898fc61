"""The register of applications: what every world has, what testers add, and who is an impostor."""

from dataclasses import replace

import pytest

from simulator.domain.applications import PLATFORMS, is_app_id
from simulator.errors import (
    ApplicationExistsError,
    ApplicationImpostorError,
    ApplicationNotFoundError,
    ApplicationRevokedError,
    ApplicationStateError,
    ApplicationSuspendedError,
    ApplicationUnknownError,
    WrongSecretError,
)
from simulator.services import applications
from simulator.services.applications import NewApplication


@pytest.fixture
def state(app, world):
    return app.worlds.find(world.name)


def ready_made(state, platform):
    return {each.state: each for each in applications.applications(state, platform)}


@pytest.mark.parametrize("platform", PLATFORMS)
def test_every_world_has_an_application_in_each_state(state, platform) -> None:
    found = ready_made(state, platform)
    assert set(found) == {"active", "suspended", "revoked", "unregistered"}
    assert found["active"].name == "医保查询示例"
    for each in found.values():
        assert is_app_id(platform, each.app_id)
        assert applications.application(state, platform, each.app_id) == each


@pytest.mark.parametrize("platform", PLATFORMS)
def test_only_an_active_application_is_admitted(state, platform) -> None:
    found = ready_made(state, platform)
    app_id = found["active"].app_id
    assert applications.admitted(state, platform, app_id) == found["active"]
    for name, refusal in {
        "suspended": ApplicationSuspendedError,
        "revoked": ApplicationRevokedError,
        "unregistered": ApplicationUnknownError,
    }.items():
        with pytest.raises(refusal):
            applications.admitted(state, platform, found[name].app_id)
    with pytest.raises(ApplicationUnknownError):
        applications.admitted(state, platform, "nothing")


def test_applications_follow_the_seed(app, make_world) -> None:
    one, same, other = (app.worlds.find(make_world(seed=seed).name) for seed in (5, 5, 6))
    assert applications.applications(one) == applications.applications(same)
    ids = [{each.app_id for each in applications.applications(of)} for of in (one, other)]
    assert not ids[0] & ids[1]


def test_platforms_do_not_know_each_others_applications(state) -> None:
    app_id = ready_made(state, "wechat")["active"].app_id
    assert applications.application(state, "alipay", app_id) is None


def test_made_application_is_listed_behind_the_ready_made_ones(state) -> None:
    made = applications.make(state, NewApplication("wechat", "我的应用"))
    assert made.state == "active"
    assert len(made.secret) == 32
    assert len(made.partner_secret) == 32
    assert applications.applications(state, "wechat")[4:] == [made]
    assert applications.partner(state, made.partner_id) == made
    assert applications.partner(state, "x") is None
    assert applications.admitted(state, "wechat", made.app_id) == made


def test_made_ids_depend_on_the_seed_and_the_name(app, make_world) -> None:
    one, same = (app.worlds.find(make_world(seed=5).name) for _ in range(2))
    wanted = NewApplication("alipay", "我的应用")
    first = applications.make(one, wanted)
    assert applications.make(same, wanted).app_id == first.app_id
    assert applications.make(one, wanted).app_id != first.app_id


def test_id_is_taken_once(state) -> None:
    wanted = NewApplication("wechat", "一", app_id="wx0123456789abcdef")
    applications.make(state, wanted)
    with pytest.raises(ApplicationExistsError):
        applications.make(state, replace(wanted, name="二"))
    ready = ready_made(state, "wechat")["active"]
    with pytest.raises(ApplicationExistsError):
        applications.make(state, replace(wanted, app_id=ready.app_id))


@pytest.mark.parametrize("name", ["医保查询示例", " 医保查询 示例"])
def test_another_id_under_a_known_name_is_an_impostor(state, name) -> None:
    genuine = ready_made(state, "alipay")["active"]
    made = applications.make(state, NewApplication("alipay", name))
    with pytest.raises(ApplicationImpostorError) as refused:
        applications.admitted(state, "alipay", made.app_id)
    assert refused.value.reason == {
        "impostor": "name",
        "name": name,
        "genuine": genuine.app_id,
    }
    assert applications.admitted(state, "alipay", genuine.app_id) == genuine


def test_name_belongs_to_the_first_that_took_it_on_a_platform(state) -> None:
    first = applications.make(state, NewApplication("alipay", "我的应用"))
    second = applications.make(state, NewApplication("alipay", "我的应用"))
    elsewhere = applications.make(state, NewApplication("wechat", "我的应用"))
    assert applications.genuine_of(state, first) is None
    assert applications.genuine_of(state, second) == first.app_id
    assert applications.genuine_of(state, elsewhere) is None


def test_wrong_secret_is_refused_and_the_tester_told_of_an_impostor(state) -> None:
    found = ready_made(state, "wechat")["active"]
    applications.check_secret(found, found.secret)
    for wrong in ("", "x", found.secret[:-1], "密钥"):
        with pytest.raises(WrongSecretError) as refused:
            applications.check_secret(found, wrong)
        assert refused.value.reason["impostor"] == "secret"
    with pytest.raises(WrongSecretError):
        applications.check_secret(ready_made(state, "alipay")["active"], "")


def test_state_changes_step_by_step(state) -> None:
    app_id = ready_made(state, "alipay")["active"].app_id

    def step(wanted):
        return applications.change(state, "alipay", app_id, state=wanted)

    for wanted in ("suspended", "active", "revoked", "revoked", "unregistered", "active"):
        assert step(wanted).state == wanted
        assert applications.application(state, "alipay", app_id).state == wanted
    assert step("unregistered").registration == 3
    with pytest.raises(ApplicationStateError) as refused:
        step("revoked")
    assert refused.value.details == {"state": "unregistered", "accepted": ["active"]}
    with pytest.raises(ApplicationNotFoundError):
        applications.change(state, "alipay", "x", state="active")


def test_redirect_uris_are_replaced_and_the_rest_stays(state) -> None:
    before = ready_made(state, "alipay")["active"]
    uris = ("https://app.example/back",)
    changed = applications.change(state, "alipay", before.app_id, redirect_uris=uris)
    assert changed == replace(before, redirect_uris=uris)
