"""WeChat's numbers and words for what it refuses.

The numbers are documented, with the wordings that real answers have (observed), unless a line says
*assumed*; which condition of the simulator leads to which number is in docs/wechat.md.
"""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from simulator.domain.face_service import FaceOutcome
from simulator.errors import (
    ApplicationImpostorError,
    ApplicationRevokedError,
    ApplicationSuspendedError,
    ApplicationUnknownError,
    BodyTooLargeError,
    CallQuotaError,
    ClientTokenExpiredError,
    ClientTokenUnknownError,
    CodeExpiredError,
    CodeUnknownError,
    CodeUsedError,
    FaceKeyUnknownError,
    FaceResultUnknownError,
    GrantRevokedError,
    GrantTokenExpiredError,
    GrantTokenUnknownError,
    MalformedJsonError,
    MessageDataError,
    MethodNotAllowedError,
    NotAnImageError,
    NotFollowingError,
    OpenIdUnknownError,
    PkceFailedError,
    RefreshTokenExpiredError,
    RefreshTokenUnknownError,
    RequestError,
    ScopeNotGrantedError,
    ServiceBusyError,
    SimulatorError,
    SubscriptionMissingError,
    TemplateUnknownError,
    TokenMalformedError,
    UnknownRouteError,
    UnknownWorldError,
    UnsupportedImageError,
    UploadTooLargeError,
    UserQueryReplayedError,
    UserQuerySignatureError,
    UserQueryStaleError,
    WrongContentTypeError,
    WrongSecretError,
)

MISSING: Final = "missing"
"""What a schema says of a parameter that is not there."""


class Errcode(NamedTuple):
    """A number and its words."""

    errcode: int
    errmsg: str


_BUSY: Final = Errcode(-1, "system error")
_INVALID_CREDENTIAL: Final = Errcode(
    40001, "invalid credential, access_token is invalid or not latest"
)
_INVALID_APPID: Final = Errcode(40013, "invalid appid")
_INVALID_CODE: Final = Errcode(40029, "invalid code")
_INVALID_PARAMETER: Final = Errcode(40035, "invalid parameter")
_INVALID_IMAGE: Final = Errcode(40137, "invalid image format")
_FORMAT: Final = Errcode(47001, "data format error")
_GET_NEEDED: Final = Errcode(43001, "require GET method")
_POST_NEEDED: Final = Errcode(43002, "require POST method")

ERRCODES: Final[Mapping[type[SimulatorError], Errcode]] = {
    SimulatorError: _BUSY,
    ServiceBusyError: _BUSY,
    ApplicationUnknownError: _INVALID_APPID,
    ApplicationImpostorError: _INVALID_APPID,
    ApplicationSuspendedError: Errcode(50002, "user limited"),
    ApplicationRevokedError: Errcode(48004, "api forbidden for irregularities"),
    WrongSecretError: Errcode(40125, "invalid appsecret"),
    CodeUnknownError: _INVALID_CODE,
    PkceFailedError: _INVALID_CODE,  # WeChat itself knows no PKCE: assumed
    CodeUsedError: Errcode(40163, "code been used"),
    CodeExpiredError: Errcode(42003, "code expired"),  # the wording is assumed
    TokenMalformedError: Errcode(40014, "invalid access_token"),
    ClientTokenUnknownError: _INVALID_CREDENTIAL,
    GrantTokenUnknownError: _INVALID_CREDENTIAL,
    ClientTokenExpiredError: Errcode(42001, "access_token expired"),
    GrantTokenExpiredError: Errcode(42001, "access_token expired"),
    RefreshTokenUnknownError: Errcode(40030, "invalid refresh_token"),
    RefreshTokenExpiredError: Errcode(42002, "refresh_token expired"),
    # Documented for people who changed their WeChat password; the wording is assumed.
    GrantRevokedError: Errcode(42007, "access_token and refresh_token invalid, authorize again"),
    ScopeNotGrantedError: Errcode(48001, "api unauthorized"),
    OpenIdUnknownError: Errcode(40003, "invalid openid"),
    NotFollowingError: Errcode(43004, "require subscribe"),
    SubscriptionMissingError: Errcode(43101, "user refuse to accept the msg"),
    TemplateUnknownError: Errcode(40037, "invalid template_id"),
    MessageDataError: Errcode(47003, "argument invalid!"),
    CallQuotaError: Errcode(45009, "reach max api daily quota limit"),
    NotAnImageError: _INVALID_IMAGE,
    UnsupportedImageError: _INVALID_IMAGE,
    UploadTooLargeError: Errcode(40009, "invalid image size"),
    BodyTooLargeError: Errcode(45002, "content size out of limit"),
    WrongContentTypeError: Errcode(41005, "media data missing"),
    MalformedJsonError: _FORMAT,
    RequestError: _INVALID_PARAMETER,
    MethodNotAllowedError: _POST_NEEDED,
    UnknownRouteError: Errcode(40066, "invalid url"),
    UnknownWorldError: Errcode(40066, "invalid url"),
    # The numbers are observed, the wordings assumed.
    FaceKeyUnknownError: Errcode(10041, "invalid user_id_key"),
    FaceResultUnknownError: Errcode(10017, "invalid verify_result"),
    # No source has these three: assumed.
    UserQuerySignatureError: Errcode(401001, "invalid signature"),
    UserQueryStaleError: Errcode(401002, "timestamp expired"),
    UserQueryReplayedError: Errcode(401003, "duplicate request id"),
}
"""By refusal; one that is not here is said as the nearest of its ancestors that is."""

_OF_MISSING: Final[Mapping[str, Errcode]] = {
    "access_token": Errcode(41001, "access_token missing"),
    "appid": Errcode(41002, "appid missing"),
    "refresh_token": Errcode(41003, "refresh_token missing"),
    "secret": Errcode(41004, "appsecret missing"),
    "photo": Errcode(41005, "media data missing"),
    "code": Errcode(41008, "missing code"),
    "qrcode": Errcode(41008, "missing code"),
    "openid": Errcode(41009, "missing openid"),
    "touser": Errcode(41009, "missing openid"),
}
_OF_INVALID: Final[Mapping[str, Errcode]] = {
    "": _FORMAT,
    "access_token": ERRCODES[TokenMalformedError],
    "appid": _INVALID_APPID,
    "secret": ERRCODES[WrongSecretError],
    "code": _INVALID_CODE,
    "qrcode": _INVALID_CODE,
    "openid": ERRCODES[OpenIdUnknownError],
    "touser": ERRCODES[OpenIdUnknownError],
    "grant_type": Errcode(40002, "invalid grant_type"),
    "refresh_token": ERRCODES[RefreshTokenUnknownError],
    "template_id": ERRCODES[TemplateUnknownError],
    "tmplIds": ERRCODES[TemplateUnknownError],
    "data": ERRCODES[MessageDataError],
}

IDENTIFY_RETS: Final[Mapping[FaceOutcome, int]] = {
    "passed": 0,
    "no_face": 10002,
    "id_mismatch": 10003,
    "face_mismatch": 10004,
    "too_bright": 10005,
    "poor_photo": 10010,
    "no_such_user": 10018,
    "timed_out": 10020,
    "not_in_library": 10026,
    "not_alive": 10028,
    "too_often": 10042,
    "cancelled": 90100,
}
"""What came of a face check (numbers observed)."""


def errcode_of(error: SimulatorError) -> Errcode:
    """The number and the words for a refusal."""
    if type(error) is RequestError:
        return _of_fields(error.details.get("fields"))
    if isinstance(error, MethodNotAllowedError):
        return _POST_NEEDED if "POST" in error.details.get("allowed", ()) else _GET_NEEDED
    found = errcode_of_kind(type(error))
    if isinstance(error, MessageDataError) and "field" in error.details:
        return found._replace(errmsg=f"{found.errmsg} data.{error.details['field']}.value invalid")
    return found


def errcode_of_kind(kind: type[SimulatorError]) -> Errcode:
    """The number and the words for a kind of refusal, as far as the kind alone tells them."""
    return next(ERRCODES[each] for each in kind.__mro__ if each in ERRCODES)


def _of_fields(fields: Any) -> Errcode:
    """Of several parameters at fault the first that is missing, in order of their numbers."""
    if not isinstance(fields, Mapping) or not fields:
        return _INVALID_PARAMETER
    missing = [found for name, found in _OF_MISSING.items() if _is_missing(fields.get(name))]
    if missing:
        return missing[0]
    name = next(iter(fields))
    return _OF_INVALID.get(
        name, _INVALID_PARAMETER._replace(errmsg=f"{_INVALID_PARAMETER.errmsg} {name[:40]}".strip())
    )


def _is_missing(said: Any) -> bool:
    return said in ([MISSING], ["missing file"])
