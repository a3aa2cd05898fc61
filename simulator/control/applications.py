"""Applications of the third-party platforms through the control API, and their keys."""

from dataclasses import asdict
from typing import Any

from simulator.domain.applications import PLATFORMS, Application, PlatformName
from simulator.errors import ApplicationNotFoundError
from simulator.services import application_keys, applications
from simulator.services.applications import NewApplication
from simulator.web.call import Call
from simulator.world import World


def list_applications(call: Call, world: str) -> dict[str, Any]:
    found = call.worlds.find(world)
    listed = applications.applications(found, call.query.get("platform"))
    return {"items": [_application(found, each) for each in listed], "total": len(listed)}


def make_application(call: Call, world: str) -> dict[str, Any]:
    found = call.worlds.find(world)
    given: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in call.body.items()
    }
    return _application(found, applications.make(found, NewApplication(**given)))


def read_application(call: Call, world: str, platform: str, app_id: str) -> dict[str, Any]:
    found = call.worlds.find(world)
    return _application(found, _find(found, platform, app_id))


def patch_application(call: Call, world: str, platform: str, app_id: str) -> dict[str, Any]:
    found, body = call.worlds.find(world), call.body
    uris = body.get("redirect_uris")
    changed = applications.change(
        found,
        _platform(platform, app_id),
        app_id,
        state=body.get("state"),
        redirect_uris=None if uris is None else tuple(uris),
    )
    return _application(found, changed)


def read_keys(call: Call, world: str, platform: str, app_id: str) -> dict[str, Any]:
    found = call.worlds.find(world)
    application = _find(found, platform, app_id)
    pair = application_keys.derived_pair(found, application)
    public = application_keys.public_pem(found, application)
    answers = application_keys.public_pem_of_platform(found, application.platform)
    return {
        "private_key": None if pair is None else asdict(application_keys.private_forms(pair)),
        "public_key": None if public is None else _public_key(public),
        "platform_public_key": None if answers is None else _public_key(answers),
    }


def _public_key(pem: str) -> dict[str, str]:
    return asdict(application_keys.public_forms(pem))


def _find(world: World, platform: str, app_id: str) -> Application:
    found = applications.application(world, _platform(platform, app_id), app_id)
    if found is None:
        raise _not_found(platform, app_id)
    return found


def _platform(platform: str, app_id: str) -> PlatformName:
    if platform not in PLATFORMS:
        raise _not_found(platform, app_id)
    return platform


def _not_found(platform: str, app_id: str) -> ApplicationNotFoundError:
    return ApplicationNotFoundError(details={"platform": platform[:40], "app_id": app_id[:40]})


def _application(world: World, application: Application) -> dict[str, Any]:
    return {
        "platform": application.platform,
        "app_id": application.app_id,
        "name": application.name,
        "owner": application.owner,
        "state": application.state,
        "redirect_uris": list(application.redirect_uris),
        "scopes": list(application.scopes),
        "impostor_of": applications.genuine_of(world, application),
        "secret": application.secret,
        "partner_id": application.partner_id,
        "partner_secret": application.partner_secret,
    }
