"""OAuth: a code for tokens, a refresh, and what a token tells of its person."""

from typing import Any

from simulator.domain.identifiers import mask_name, mask_phone
from simulator.platforms.wechat.access import (
    admitted,
    open_id_of,
    opened_for,
    visit_of,
)
from simulator.services import applications, authorisation, third_party_ids
from simulator.services.authorisation import Granted
from simulator.web.call import Call

DONE = {"errcode": 0, "errmsg": "ok"}


def exchange(call: Call) -> dict[str, Any]:
    query = call.query
    application = admitted(call, query["app_id"])
    applications.check_secret(application, query["secret"])
    verifier = query.get("code_verifier")
    granted = authorisation.exchange(visit_of(call), application, query["code"], verifier=verifier)
    return _granted(call, granted)


def refresh(call: Call) -> dict[str, Any]:
    query = call.query
    application = admitted(call, query["app_id"])
    return _granted(
        call, authorisation.refresh(visit_of(call), application, query["refresh_token"])
    )


def read_profile(call: Call) -> dict[str, Any]:
    """Sex, place and picture are not told any more (documented); the name is masked, as all are."""
    opened = opened_for(call, call.query["access_token"], call.query["open_id"])
    authorisation.require(visit_of(call), opened, "profile")
    return {
        "openid": open_id_of(call, opened),
        "nickname": mask_name(opened.person.name),
        "sex": 0,
        "language": "",
        "city": "",
        "province": "",
        "country": "",
        "headimgurl": "",
        "privilege": [],
    }


def check(call: Call) -> dict[str, Any]:
    opened_for(call, call.query["access_token"], call.query["open_id"])
    return DONE


def _granted(call: Call, granted: Granted) -> dict[str, Any]:
    call.subject = mask_phone(granted.person.phone)
    app_id = granted.grant.app_id
    return {
        "access_token": granted.access,
        "expires_in": granted.expires_in_s,
        "refresh_token": granted.refresh,
        "openid": third_party_ids.open_id(call.world, "wechat", app_id, granted.person),
        "scope": ",".join(granted.grant.scopes),
    }
