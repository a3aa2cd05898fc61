"""Who calls: the visit a call makes, the session it shows, and whom it is about."""

from simulator.domain.identifiers import mask_phone
from simulator.errors import SessionMissingError
from simulator.services import (
    sign_in,
)
from simulator.services.sign_in import OpenSession
from simulator.services.visit import Visit
from simulator.web.call import Call

_BEARER = "Bearer "


def visit_of(call: Call) -> Visit:
    """The call as the use cases know it."""
    if call.visit is None:
        call.visit = Visit(call.world, call.platform.name, call.now_ms, call.region)
    visit: Visit = call.visit
    return visit


def identify(call: Call) -> OpenSession:
    """The session a call's bearer token opens. Raises a SessionError."""
    header = call.environ.get("HTTP_AUTHORIZATION", "")
    if header[: len(_BEARER)].lower() != _BEARER.lower():
        raise SessionMissingError
    return session_of(call, header[len(_BEARER) :].strip())


def session_of(call: Call, access_token: str) -> OpenSession:
    """The session an access token opens, however the call shows it. Raises a SessionError."""
    session = sign_in.authenticate(visit_of(call), access_token)
    call.subject = mask_phone(session.phone)
    return session


def about(call: Call, phone: str) -> tuple[Visit, str]:
    """Notes for the journal whom the call is about."""
    call.subject = mask_phone(phone)
    return visit_of(call), phone
