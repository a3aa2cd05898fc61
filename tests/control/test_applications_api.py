"""Applications, keys, authorisations and cards through the control API."""

from base64 import b64decode

import pytest
from cryptography.hazmat.primitives.serialization import (
    load_der_private_key,
    load_der_public_key,
    load_pem_public_key,
)

from simulator.services import applications, authorisation, consent
from simulator.services.visit import Visit

BACK = "http://localhost/callback"


def active(world, platform="alipay"):
    listed = world.control("GET", f"/applications?platform={platform}").data
    return next(each for each in listed["items"] if each["state"] == "active")


def authorise(app, world, person, platform="alipay"):
    """Let a platform's own example application in, and exchange the code."""
    found = app.worlds.find(world.name)
    visit = Visit(found, platform, found.now_ms())
    application = applications.applications(found, platform)[0]
    request = consent.ask(visit, application.app_id, BACK, application.scopes)
    who = found.people.by_id_number(person["id_number"])
    return authorisation.exchange(visit, application, consent.accept(visit, request, who))


def test_every_world_lists_ready_made_applications_of_both_platforms(world) -> None:
    listed = world.control("GET", "/applications").data
    assert listed["total"] == 8
    assert [each["platform"] for each in listed["items"]] == ["alipay"] * 4 + ["wechat"] * 4
    wechat = active(world, "wechat")
    assert (len(wechat["secret"]), len(wechat["partner_secret"])) == (32, 32)
    assert active(world)["secret"] is None


def test_made_application_is_as_asked_for(world) -> None:
    body = {
        "platform": "wechat",
        "name": "我的应用",
        "app_id": "wx0123456789abcdef",
        "owner": "我的公司",
        "redirect_uris": ["https://app.example/back"],
        "scopes": ["snsapi_base"],
        "state": "unregistered",
    }
    made = world.control("POST", "/applications", body)
    assert made.status == 201
    assert made.data.items() >= body.items()
    path = "/applications/wechat/wx0123456789abcdef"
    assert world.control("GET", path).data == made.data
    again = world.control("POST", "/applications", body)
    assert (again.status, again.code) == (409, "application.exists")


def test_state_and_redirect_uris_are_patched(world) -> None:
    path = f"/applications/alipay/{active(world)['app_id']}"
    patch = {"state": "suspended", "redirect_uris": ["http://localhost/other"]}
    assert world.control("PATCH", path, patch).data.items() >= patch.items()
    world.control("PATCH", path, {"state": "unregistered"})
    refused = world.control("PATCH", path, {"state": "revoked"})
    assert (refused.status, refused.code) == (409, "application.state")
    assert refused.details == {"state": "unregistered", "accepted": ["active"]}


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"platform": "moon"}, "platform"),
        ({"name": ""}, "name"),
        ({"name": "x" * 61}, "name"),
        ({"name": " \u200b\n"}, "name"),
        ({"app_id": "123"}, "app_id"),
        ({"app_id": "wx0123456789abcdef"}, "app_id"),
        ({"scopes": ["snsapi_base"]}, "scopes"),
        ({"scopes": []}, "scopes"),
        ({"redirect_uris": []}, "redirect_uris"),
        ({"redirect_uris": ["/callback"]}, "redirect_uris"),
        ({"redirect_uris": ["http://a/" + "x" * 2000]}, "redirect_uris"),
        ({"state": "gone"}, "state"),
        ({"public_key": "x"}, "public_key"),
        ({"public_key": "é" * 10}, "public_key"),
        ({"public_key": 5}, "public_key"),
        ({"public_key": "A" * 4001}, "public_key"),
        ({"platform": "wechat", "public_key": "KEY"}, "public_key"),
        ({"surprise": 1}, "surprise"),
    ],
)
def test_body_that_does_not_fit_is_refused_by_field(world, change, field) -> None:
    if change.get("public_key") == "KEY":
        path = f"/applications/alipay/{active(world)['app_id']}/keys"
        change = change | {"public_key": world.control("GET", path).data["public_key"]["pem"]}
    refused = world.control(
        "POST", "/applications", {"platform": "alipay", "name": "应用"} | change
    )
    assert (refused.status, refused.code) == (400, "request.invalid")
    assert list(refused.details["fields"]) == [field]


@pytest.mark.parametrize("path", ["alipay/x", "wechat/x", "moon/x", "moon/x/keys", "alipay/x/keys"])
def test_application_that_is_not_there_is_unknown(world, path) -> None:
    refused = world.control("GET", f"/applications/{path}")
    assert (refused.status, refused.code) == (404, "application.unknown")


def test_keys_come_in_the_forms_that_sdks_take(world) -> None:
    application = active(world)
    keys = world.control("GET", f"/applications/alipay/{application['app_id']}/keys").data
    private = load_der_private_key(b64decode(keys["private_key"]["pkcs1_base64"]), None)
    public = load_der_public_key(b64decode(keys["public_key"]["base64"]))
    assert private.public_key() == public
    assert load_pem_public_key(keys["public_key"]["pem"].encode()) == public
    assert load_pem_public_key(keys["platform_public_key"]["pem"].encode()) != public
    assert "\n" not in keys["private_key"]["pkcs8_base64"]


def test_own_public_key_leaves_the_private_one_unknown(world) -> None:
    path = f"/applications/alipay/{active(world)['app_id']}/keys"
    pem = world.control("GET", path).data["public_key"]["pem"]
    body = {"platform": "alipay", "name": "自带公钥", "public_key": pem}
    made = world.control("POST", "/applications", body).data
    keys = world.control("GET", f"/applications/alipay/{made['app_id']}/keys").data
    assert keys["private_key"] is None
    assert keys["public_key"]["pem"] == pem


def test_applications_of_wechat_have_no_keys(world) -> None:
    path = f"/applications/wechat/{active(world, 'wechat')['app_id']}/keys"
    assert world.control("GET", path).data == {
        "private_key": None,
        "public_key": None,
        "platform_public_key": None,
    }


def test_authorisations_are_listed_and_ended(app, world) -> None:
    person = world.person()
    for platform in ("alipay", "wechat"):
        authorise(app, world, person, platform)
    path = f"/people/{person['id_number']}/authorisations"
    alipay, wechat = world.control("GET", path).data["items"]
    assert (alipay["platform"], wechat["platform"]) == ("alipay", "wechat")
    assert alipay["application"] == "医保查询示例"
    assert alipay["user_id"].startswith("2088")
    assert wechat["user_id"] is None
    assert wechat["granted_at"] == "2026-06-15T10:00:00+08:00"
    assert wechat["access_expires_at"] == "2026-06-15T12:00:00+08:00"
    assert world.control("DELETE", f"{path}/{wechat['id']}").status == 204
    alipay, wechat = world.control("GET", path).data["items"]
    assert (alipay["state"], alipay["ended_by"]) == ("active", None)
    assert (wechat["state"], wechat["ended_by"]) == ("ended", "tester")
    refused = world.control("DELETE", f"{path}/x")
    assert (refused.status, refused.code) == (404, "authorisation.not_found")


def test_authorisations_are_gone_after_a_reset(app, world) -> None:
    person = world.person()
    authorise(app, world, person)
    world.control("POST", "/reset")
    path = f"/people/{person['id_number']}/authorisations"
    assert world.control("GET", path).data["total"] == 0


def test_card_is_locked_and_set_free(world) -> None:
    person = world.person()
    path = f"/people/{person['id_number']}/card"
    free = {
        "card_number": person["card_number"],
        "locked": False,
        "locked_until": None,
        "failures": 0,
        "remaining_attempts": 3,
    }
    assert world.control("GET", path).data == free
    locked = world.control("PATCH", path, {"locked": True}).data
    assert (locked["locked"], locked["locked_until"]) == (True, "2026-06-16T10:00:00+08:00")
    assert world.control("PATCH", path, {"locked": False}).data == free
    until = "2026-06-15T11:00:00+08:00"
    assert world.control("PATCH", path, {"locked_until": until}).data["locked_until"] == until
    world.advance(hours=1)
    assert world.control("GET", path).data == free
    past = world.control("PATCH", path, {"locked_until": "2026-06-15T10:59:59"})
    assert (past.status, past.code) == (409, "account.state_refused")


@pytest.mark.parametrize(
    "patch", [{}, {"locked": False, "locked_until": "2027-01-01"}, {"locked": 1}]
)
def test_card_patch_that_says_nothing_clear_is_refused(world, patch) -> None:
    path = f"/people/{world.person()['id_number']}/card"
    assert world.control("PATCH", path, patch).code == "request.invalid"
