"""The face service: what the application's back end asks, and the camera of the person's phone.

Asking for a result answers errcode 0 whatever came of it, which stands in identify_ret: a client
that looks no further takes anybody for verified (observed, domain-facts.md §7).
"""

from hashlib import md5
from typing import Any

from simulator.errors import OpenIdUnknownError
from simulator.platforms.wechat.access import admitted, visit_of
from simulator.platforms.wechat.authorisation import DONE
from simulator.platforms.wechat.errcodes import IDENTIFY_RETS
from simulator.services import face_service, third_party_ids
from simulator.web.call import Call


def issue_key(call: Call) -> dict[str, Any]:
    body = call.body
    key = face_service.begin(visit_of(call), call.session, body["name"], body["id_number"])
    return DONE | {"user_id_key": key.text, "expires_in": key.expires_in_s}


def take_picture(call: Call) -> dict[str, Any]:
    return _captured(call, call.files["photo"])


def cancel(call: Call) -> dict[str, Any]:
    return _captured(call, None)


def read_result(call: Call) -> dict[str, Any]:
    result = face_service.result_of(visit_of(call), call.session, call.body["verify_result"])
    return DONE | {
        "identify_ret": IDENTIFY_RETS[result.outcome],
        "identify_time": result.asked_ms // 1000,
        "finish_time": result.finished_ms // 1000,
        # What the person read aloud, where they had to; here nobody has.
        "validate_data": "",
        "openid": result.open_id,
        "user_id_key": result.key,
        "id_card_number_md5": _md5(result.id_number),
        "name_utf8_md5": _md5(result.name),
    }


def _captured(call: Call, photo: bytes | None) -> dict[str, Any]:
    """What the phone says when its camera is closed; nobody who calls is signed in here."""
    query = call.query
    application = admitted(call, query["app_id"])
    open_id = query["open_id"]
    found = third_party_ids.person_of_open_id(call.world, "wechat", application.app_id, open_id)
    if found is None:
        raise OpenIdUnknownError
    visit = visit_of(call)
    ticket = face_service.capture(visit, application, query["user_id_key"], open_id, photo)
    return DONE | {"verify_result": ticket}


def _md5(text: str) -> str:
    return md5(text.encode(), usedforsecurity=False).hexdigest()
