"""The calls of WeChat's interfaces as tables (domain-facts.md §7)."""

from typing import Final

from simulator.errors import (
    ApplicationImpostorError,
    ApplicationRevokedError,
    ApplicationSuspendedError,
    ApplicationUnknownError,
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
    MessageDataError,
    NotAnImageError,
    NotFollowingError,
    OpenIdUnknownError,
    PkceFailedError,
    RefreshTokenExpiredError,
    RefreshTokenUnknownError,
    ScopeNotGrantedError,
    ServiceBusyError,
    SubscriptionMissingError,
    TemplateUnknownError,
    TokenMalformedError,
    UnsupportedImageError,
    UploadTooLargeError,
    UserQueryReplayedError,
    UserQuerySignatureError,
    UserQueryStaleError,
    WrongSecretError,
)
from simulator.platforms.wechat import (
    authorisation,
    face,
    messages,
    schemas,
    user_query,
)
from simulator.web.operations import Operation

_UPLOAD_BYTES: Final = 16_000_000
"""More than any policy accepts: what is too large is to be told as that."""

ADMISSION: Final = (
    ApplicationUnknownError,
    ApplicationImpostorError,
    ApplicationSuspendedError,
    ApplicationRevokedError,
    ServiceBusyError,
    CallQuotaError,
)
"""How a call of any application may be refused."""
CLIENT_TOKEN: Final = (TokenMalformedError, ClientTokenUnknownError, ClientTokenExpiredError)
_CODE: Final = (CodeUnknownError, CodeUsedError, CodeExpiredError, PkceFailedError)
_PERSONS_TOKEN: Final = (
    TokenMalformedError,
    GrantTokenUnknownError,
    GrantTokenExpiredError,
    GrantRevokedError,
    ApplicationSuspendedError,
    ServiceBusyError,
    CallQuotaError,
)


def authorisation_operations() -> tuple[Operation, ...]:
    """OAuth, below `sns`."""
    return (
        Operation(
            "exchange_code",
            "GET",
            "/sns/oauth2/access_token",
            authorisation.exchange,
            "Tokens for a code",
            query=schemas.ExchangeQuery(),
            answer=schemas.GrantAnswer(),
            refusals=(*ADMISSION, WrongSecretError, *_CODE),
        ),
        Operation(
            "refresh_token",
            "GET",
            "/sns/oauth2/refresh_token",
            authorisation.refresh,
            "Prolong what a person's token opens, or have another one",
            query=schemas.RefreshQuery(),
            answer=schemas.GrantAnswer(),
            refusals=(
                *ADMISSION,
                RefreshTokenUnknownError,
                RefreshTokenExpiredError,
                GrantRevokedError,
            ),
        ),
        Operation(
            "read_profile",
            "GET",
            "/sns/userinfo",
            authorisation.read_profile,
            "Who a person is, as far as WeChat tells",
            query=schemas.UserQuery(),
            answer=schemas.ProfileAnswer(),
            refusals=(*_PERSONS_TOKEN, OpenIdUnknownError, ScopeNotGrantedError),
        ),
        Operation(
            "check_token",
            "GET",
            "/sns/auth",
            authorisation.check,
            "Whether a person's token is good",
            query=schemas.UserQuery(),
            answer=schemas.DoneAnswer(),
            refusals=(*_PERSONS_TOKEN, OpenIdUnknownError),
        ),
    )


def message_operations() -> tuple[Operation, ...]:
    """Tokens of applications, and subscribe messages."""
    tokens = tuple(
        Operation(
            name,
            method,
            "/cgi-bin/token",
            messages.issue_token,
            "The next token of an application",
            query=schemas.ClientTokenQuery(),
            answer=schemas.ClientTokenAnswer(),
            refusals=(*ADMISSION, WrongSecretError),
        )
        for name, method in (("issue_token", "GET"), ("issue_token_by_post", "POST"))
    )
    return (
        *tokens,
        Operation(
            "issue_stable_token",
            "POST",
            "/cgi-bin/stable_token",
            messages.issue_stable_token,
            "The token of an application that stays the same until it is about to expire",
            body=schemas.StableTokenBody(),
            any_content_type=True,
            query=schemas.AnySchema(),
            answer=schemas.ClientTokenAnswer(),
            refusals=(*ADMISSION, WrongSecretError),
        ),
        Operation(
            "list_templates",
            "GET",
            "/wxaapi/newtmpl/gettemplate",
            messages.list_templates,
            "The message templates of an application",
            signed_in=True,
            query=schemas.AnySchema(),
            answer=schemas.TemplatesAnswer(),
            refusals=ADMISSION,
        ),
        Operation(
            "send_message",
            "POST",
            "/cgi-bin/message/subscribe/send",
            messages.send_message,
            "Send a subscribe message; each permission allows one",
            signed_in=True,
            body=schemas.MessageBody(),
            any_content_type=True,
            query=schemas.AnySchema(),
            answer=schemas.DoneAnswer(),
            refusals=(
                *ADMISSION,
                OpenIdUnknownError,
                TemplateUnknownError,
                MessageDataError,
                NotFollowingError,
                SubscriptionMissingError,
            ),
        ),
        Operation(
            "answer_subscription",
            "POST",
            "/wx/requestSubscribeMessage",
            messages.answer_request,
            "The person's phone: accept or reject messages that a mini-program asks to send",
            body=schemas.SubscribeBody(),
            any_content_type=True,
            query=schemas.SubscribeQuery(),
            answer=schemas.DoneAnswer(),
            refusals=(*_PERSONS_TOKEN, TemplateUnknownError),
        ),
    )


def face_operations() -> tuple[Operation, ...]:
    """The face service, and the phone's part in it."""
    camera = (*ADMISSION, OpenIdUnknownError, FaceKeyUnknownError)
    return (
        Operation(
            "issue_face_key",
            "POST",
            "/cityservice/face/identify/getuseridkey",
            face.issue_key,
            "A key for checking the face of somebody with a name and an ID number",
            signed_in=True,
            body=schemas.FaceKeyBody(),
            any_content_type=True,
            query=schemas.AnySchema(),
            answer=schemas.FaceKeyAnswer(),
            refusals=ADMISSION,
        ),
        Operation(
            "take_face_picture",
            "POST",
            "/wx/startFacialRecognitionVerify",
            face.take_picture,
            "The person's phone: the picture of its camera",
            files={"photo": "picture of the face, JPEG or PNG"},
            max_body_bytes=_UPLOAD_BYTES,
            slow=True,
            query=schemas.CameraQuery(),
            answer=schemas.CameraAnswer(),
            refusals=(*camera, NotAnImageError, UnsupportedImageError, UploadTooLargeError),
        ),
        Operation(
            "cancel_face_picture",
            "POST",
            "/wx/cancelFacialRecognitionVerify",
            face.cancel,
            "The person's phone: the camera was closed without a picture",
            query=schemas.CameraQuery(),
            answer=schemas.CameraAnswer(),
            refusals=camera,
        ),
        Operation(
            "read_face_result",
            "POST",
            "/cityservice/face/identify/getinfo",
            face.read_result,
            "What came of a face check: identify_ret tells, errcode does not",
            signed_in=True,
            body=schemas.FaceResultBody(),
            any_content_type=True,
            query=schemas.AnySchema(),
            answer=schemas.FaceResultAnswer(),
            refusals=(*ADMISSION, FaceResultUnknownError),
        ),
    )


def user_query_operations() -> tuple[Operation, ...]:
    """The insurance user query."""
    return (
        Operation(
            "query_user",
            "POST",
            "/userQuery/{partner_id}",
            user_query.query_user,
            "Who is behind a code, and a number to pay with; signed in the headers god-portal-*",
            body=schemas.UserQueryBody(),
            any_content_type=True,
            query=schemas.AnySchema(),
            answer=schemas.UserFoundAnswer(),
            refusals=(
                *ADMISSION,
                UserQuerySignatureError,
                UserQueryStaleError,
                UserQueryReplayedError,
                OpenIdUnknownError,
                *_CODE,
                ScopeNotGrantedError,
            ),
            path_notes={"partner_id": "of an application, as the control API tells it"},
        ),
    )
