"""Who calls: an application with its id and secret, with a token of its own, or with a person's."""

from typing import Final

from simulator.domain.applications import Application
from simulator.domain.identifiers import mask_phone
from simulator.errors import OpenIdUnknownError, RequestError, TokenMalformedError
from simulator.platforms.wechat.errcodes import MISSING
from simulator.services import (
    applications,
    authorisation,
    call_limits,
    client_tokens,
    third_party_ids,
)
from simulator.services.authorisation import OpenGrant
from simulator.services.visit import Visit
from simulator.web.call import Call

ACCESS_TOKEN: Final = "access_token"
_HEXADECIMAL: Final = frozenset("0123456789abcdefABCDEF")
_CHARACTERS: Final = 40
"""Of a person's token."""


def visit_of(call: Call) -> Visit:
    """The call as the use cases know it."""
    return Visit(call.world, call.platform.name, call.now_ms)


def identify(call: Call) -> Application:
    """The application whose own token a call shows. Raises as the errors of tokens say."""
    token = dict(call.raw_query()).get(ACCESS_TOKEN, "")
    if not token:
        raise RequestError(details={"fields": {ACCESS_TOKEN: [MISSING]}})
    application = client_tokens.application_of(visit_of(call), token)
    count(call, application)
    return application


def admitted(call: Call, app_id: str) -> Application:
    """The application of an id, if it may act now; its call is counted."""
    visit = visit_of(call)
    application = applications.admitted(visit.world, applications.platform_of(visit), app_id)
    count(call, application)
    return application


def count(call: Call, application: Application) -> None:
    """Count a call. Raises ServiceBusyError or CallQuotaError."""
    assert call.operation is not None
    call_limits.admit(visit_of(call), application, call.operation.name, call.request_id)


def opened_grant(call: Call, access_token: str) -> OpenGrant:
    """What a person's token opens; the call is counted. Raises as `authenticate` does, or
    TokenMalformedError."""
    if len(access_token) != _CHARACTERS or not _HEXADECIMAL.issuperset(access_token):
        raise TokenMalformedError
    opened = authorisation.authenticate(visit_of(call), access_token)
    count(call, opened.application)
    call.subject = mask_phone(opened.person.phone)
    return opened


def open_id_of(call: Call, opened: OpenGrant) -> str:
    """The person's id for the application that was let in."""
    app_id = opened.application.app_id
    return third_party_ids.open_id(call.world, "wechat", app_id, opened.person)


def opened_for(call: Call, access_token: str, open_id: str) -> OpenGrant:
    """The same as `opened_grant`, of the person of an open id. Raises OpenIdUnknownError."""
    opened = opened_grant(call, access_token)
    if open_id_of(call, opened) != open_id:
        raise OpenIdUnknownError
    return opened
