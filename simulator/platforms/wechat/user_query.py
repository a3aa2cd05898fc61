"""The insurance user query, which a partner signs and a code from the person opens."""

from typing import Any, Final

from simulator.domain.identifiers import mask_id, mask_name, mask_phone
from simulator.errors import RequestError
from simulator.platforms.wechat.access import count, visit_of
from simulator.platforms.wechat.errcodes import MISSING
from simulator.services import user_queries
from simulator.services.user_queries import SignedRequest
from simulator.web.call import Call

_PREFIX: Final = "god-portal-"
_LONGEST: Final = 128


def query_user(call: Call, partner_id: str) -> dict[str, Any]:
    """Name and number are not masked unless policy says so: they go into the institution interface
    next, which wants them whole."""
    visit = visit_of(call)
    request = SignedRequest(
        partner_id,
        _header(call, "timestamp"),
        _header(call, "signature"),
        _header(call, "request-id"),
    )
    application = user_queries.admitted_partner(visit, request)
    count(call, application)
    person, authorised = user_queries.query(
        visit, application, call.body["code"], call.body["open_id"]
    )
    call.subject = mask_phone(person.phone)
    masks = visit.policy.user_query.masks_identity
    return {
        "code": 0,
        "message": "success",
        "user_name": mask_name(person.name) if masks else person.name,
        "user_card_no": mask_id(person.id_number) if masks else person.id_number,
        "pay_auth_no": authorised.number,
        "family_pay_auth_no": "",
    }


def _header(call: Call, name: str) -> str:
    value = call.header(_PREFIX + name) or ""
    if not value:
        raise RequestError(details={"fields": {_PREFIX + name: [MISSING]}})
    if len(value) > _LONGEST:
        raise RequestError(details={"fields": {_PREFIX + name: [f"longer than {_LONGEST}"]}})
    return value
