"""alipay.system.oauth.token and alipay.user.info.share: tokens for a code, and who somebody is."""

from typing import Any, Final

from simulator.domain import gateway
from simulator.domain.identifiers import mask_id, mask_phone
from simulator.errors import (
    CodeUnknownError,
    GrantRevokedError,
    InvalidParameterError,
    RefreshTokenUnknownError,
)
from simulator.platforms.alipay.methods import MethodCall
from simulator.services import authorisation, medical_cards, third_party_ids
from simulator.services.authorisation import Granted

_GRANT_TYPES: Final = ("authorization_code", "refresh_token")
_RESIDENT_ID: Final = "0"
"""cert_type of a resident ID card (documented)."""
_GENDERS: Final = {"male": "m", "female": "f"}


def exchange_token(call: MethodCall) -> dict[str, Any]:
    """Tokens for a code, or for a refresh token. The answer has no code (observed)."""
    given = call.given
    match given.get("grant_type"):
        case "authorization_code":
            if "code" not in given:
                raise CodeUnknownError(reason={"why": "no code was sent"})
            granted = authorisation.exchange(call.visit, call.application, given["code"])
        case "refresh_token":
            granted = _refreshed(call)
        case other:
            raise InvalidParameterError(
                details={
                    "parameter": "grant_type",
                    "value": other or "",
                    "accepted": list(_GRANT_TYPES),
                }
            )
    return _tokens(call, granted)


def share_user_info(call: MethodCall) -> dict[str, Any]:
    """Who let the application in."""
    visit, person = call.visit, call.granted.person
    world = visit.world
    masks = visit.policy.gateway.masks_identity
    area = medical_cards.card_of(visit, person).area
    return {
        "user_id": third_party_ids.user_id(world, person),
        "open_id": third_party_ids.open_id(world, "alipay", call.application.app_id, person),
        "user_name": person.name,
        "cert_no": mask_id(person.id_number) if masks else person.id_number,
        "cert_type": _RESIDENT_ID,
        "mobile": mask_phone(person.phone) if masks else person.phone,
        "is_certified": "T",
        "gender": _GENDERS[person.sex],
        "province": area.province_name,
        "city": area.name,
    }


def _refreshed(call: MethodCall) -> Granted:
    if "refresh_token" not in call.given:
        raise RefreshTokenUnknownError(reason={"why": "no refresh_token was sent"})
    try:
        return authorisation.refresh(call.visit, call.application, call.given["refresh_token"])
    except GrantRevokedError as error:
        # In this place it is the refresh token that is of no use any more.
        raise RefreshTokenUnknownError(reason=error.reason) from None


def _tokens(call: MethodCall, granted: Granted) -> dict[str, Any]:
    world, person = call.visit.world, granted.person
    call.about(person)
    return {
        "access_token": granted.access,
        "refresh_token": granted.refresh,
        "expires_in": granted.expires_in_s,
        "re_expires_in": granted.refresh_expires_in_s,
        "user_id": third_party_ids.user_id(world, person),
        "open_id": third_party_ids.open_id(world, "alipay", call.application.app_id, person),
        "auth_start": gateway.write_timestamp(granted.grant.granted_ms),
    }
