"""What a person let applications do, and the lock of the card, through the control API."""

from typing import Any

from simulator.control.people import find_person
from simulator.domain import china_time, lockout
from simulator.domain.applications import PLATFORMS, PlatformName
from simulator.domain.people import Person
from simulator.errors import AuthorisationNotFoundError
from simulator.services import authorisation, card_passwords, third_party_ids
from simulator.services.authorisation import Listed
from simulator.services.visit import Visit
from simulator.web.call import Call
from simulator.world import World


def list_authorisations(call: Call, world: str, id_number: str) -> dict[str, Any]:
    found = call.worlds.find(world)
    person = find_person(found, id_number)
    items = [
        _authorisation(found, platform, person, listed)
        for platform in PLATFORMS
        for listed in authorisation.of_person(_visit(found, platform), person)
    ]
    return {"items": items, "total": len(items)}


def end_authorisation(call: Call, world: str, id_number: str, authorisation_id: str) -> None:
    found = call.worlds.find(world)
    person = find_person(found, id_number)
    for platform in PLATFORMS:
        visit = _visit(found, platform)
        if any(
            each.grant.grant_id == authorisation_id
            for each in authorisation.of_person(visit, person)
        ):
            authorisation.end(visit, person, authorisation_id, "tester")
            return
    raise AuthorisationNotFoundError(details={"authorisation": authorisation_id[:40]})


def read_card(call: Call, world: str, id_number: str) -> dict[str, Any]:
    found = call.worlds.find(world)
    return _card(found, find_person(found, id_number))


def patch_card(call: Call, world: str, id_number: str) -> dict[str, Any]:
    found, body = call.worlds.find(world), call.body
    person = find_person(found, id_number)
    card_passwords.set_lock(
        _visit(found, PLATFORMS[0]),
        person,
        locked=body.get("locked", True),
        until_ms=body.get("locked_until_ms"),
    )
    return _card(found, person)


def _visit(world: World, platform: PlatformName) -> Visit:
    return Visit(world, platform, world.now_ms())


def _authorisation(
    world: World, platform: PlatformName, person: Person, listed: Listed
) -> dict[str, Any]:
    grant, application = listed.grant, listed.application
    is_alipay = platform == "alipay"
    return {
        "id": grant.grant_id,
        "platform": platform,
        "app_id": grant.app_id,
        "application": application and application.name,
        "scopes": list(grant.scopes),
        "state": listed.phase,
        "ended_by": listed.ended_by,
        "open_id": third_party_ids.open_id(world, platform, grant.app_id, person),
        "user_id": third_party_ids.user_id(world, person) if is_alipay else None,
        "granted_at": china_time.to_iso(grant.granted_ms),
        "access_expires_at": china_time.to_iso(grant.access_expires_ms),
        "refresh_expires_at": china_time.to_iso(grant.refresh_expires_ms),
    }


def _card(world: World, person: Person) -> dict[str, Any]:
    visit = _visit(world, PLATFORMS[0])
    state, policy = card_passwords.state_of(visit, person), visit.policy.card_password
    until_ms = lockout.locked_until(state, visit.now_ms)
    return {
        "card_number": person.card_number,
        "locked": lockout.is_locked(state, visit.now_ms),
        "locked_until": None if until_ms is None else china_time.to_iso(until_ms),
        "failures": state.failures,
        "remaining_attempts": lockout.remaining_attempts(state, policy, visit.now_ms),
    }
