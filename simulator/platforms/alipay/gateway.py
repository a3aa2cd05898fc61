"""The gateway: one address for all methods, every request signed and so is every answer.

A request is checked in this order (*assumed*; each check is documented): can it be read, are the
common parameters there and valid, is the sender known and the signature its own, may it act, is it
within its limits, is there such a method, may the sender use it, does the token fit, do the
method's own parameters.
"""

from collections.abc import Mapping
from difflib import get_close_matches
from functools import partial
from typing import Any, Final

from simulator.domain.applications import Application, rights
from simulator.domain.gateway import LARGEST_BIZ_CONTENT
from simulator.domain.identifiers import mask_phone
from simulator.domain.people import Person
from simulator.errors import (
    GrantTokenUnknownError,
    NotPermittedError,
    RequestError,
    UnknownMethodError,
)
from simulator.platforms.alipay.dialect import ERROR, Conversation
from simulator.platforms.alipay.method_table import METHODS
from simulator.platforms.alipay.methods import Method, MethodCall
from simulator.platforms.alipay.parameters import (
    check_common,
    read_biz_content,
    read_parameters,
)
from simulator.services import authorisation, signed_requests
from simulator.services.authorisation import OpenGrant
from simulator.services.visit import Visit
from simulator.web.call import Call
from simulator.web.parsing import load

LARGEST_BODY: Final = LARGEST_BIZ_CONTENT * 3 // 2
"""Escaping makes base64 longer by a tenth; other text can be three times as long."""
_QUICK_BODY: Final = 65_536
"""What is larger brings a picture, and judging that takes long."""
_SUCCESS: Final = {"code": "10000", "msg": "Success"}
_UNREADABLE: Final = "…"


def brings_picture(call: Call) -> bool:
    """Whether a call is so large that there must be a picture in it."""
    length = call.environ.get("CONTENT_LENGTH") or ""
    return len(length) < 10 and length.isdecimal() and int(length) > _QUICK_BODY


def carry_out(call: Call) -> dict[str, Any]:
    """The inner object of the answer; raises whatever the gateway refuses."""
    parameters = read_parameters(call, max_bytes=LARGEST_BODY)
    values, visit = parameters.values, Visit(call.world, call.platform.name, call.now_ms)
    method = METHODS.get(values.get("method", ""))
    call.session = _conversation(method, parameters.charset)
    unreadable: RequestError | None = None
    content: Any = {}
    try:
        max_bytes = visit.policy.gateway.max_biz_content_bytes
        content = read_biz_content(values, max_bytes=max_bytes)
        call.body = parameters.for_journal(content or None)
    except RequestError as error:
        unreadable = error
        call.body = parameters.for_journal(_UNREADABLE)
    check_common(visit, values)
    signed = parameters.signed_content()
    application = signed_requests.sender(visit, values["app_id"], signed, values["sign"])
    signed_requests.admit(visit, application, values["method"], call.request_id)
    if method is None:
        near = get_close_matches(values["method"], METHODS, n=3)
        raise UnknownMethodError(details={"method": values["method"][:80], "near": near})
    _permit(application, method)
    opened = _opened(call, visit, application, method, values)
    if unreadable is not None:
        raise unreadable
    given = content if method.takes_from == "biz_content" else _sent(values)
    given = load(method.takes, given)
    answer = method.view(
        MethodCall(visit, application, opened, given, _base_url(call), partial(_note, call))
    )
    return _SUCCESS | answer if method.tells_code else answer


def _conversation(method: Method | None, charset: str) -> Conversation:
    if method is None:
        return Conversation(ERROR, ERROR, charset)
    refusals = method.answer_name if method.refusals_by_name else ERROR
    return Conversation(method.answer_name, refusals, charset)


def _permit(application: Application, method: Method) -> None:
    """Raises NotPermittedError unless one of the application's scopes opens what is answered."""
    if method.right is not None and method.right not in rights("alipay", application.scopes):
        raise NotPermittedError(reason={"needs": method.right, "scopes": list(application.scopes)})


def _opened(
    call: Call, visit: Visit, application: Application, method: Method, values: Mapping[str, str]
) -> OpenGrant | None:
    """What the auth_token opens, for a method that needs one.

    Raises a GrantError, also for a token of another application, or ScopeNotGrantedError.
    """
    if not method.signed_in:
        return None
    opened = authorisation.authenticate(visit, values.get("auth_token", ""))
    if opened.application.app_id != application.app_id:
        raise GrantTokenUnknownError(reason={"token_of": opened.application.app_id})
    assert method.right is not None, "who acts for somebody shows what they let it do"
    authorisation.require(visit, opened, method.right)
    _note(call, opened.person)
    return opened


def _note(call: Call, person: Person) -> None:
    """Keep for the journal whom a call is about."""
    call.subject = mask_phone(person.phone)


def _sent(values: Mapping[str, str]) -> dict[str, str]:
    """The parameters that have a value."""
    return {name: value for name, value in values.items() if value}


def _base_url(call: Call) -> str:
    """Where this platform is, as the caller reaches it."""
    host = call.header("host") or "127.0.0.1"
    path: str = call.environ["PATH_INFO"]
    return f"http://{host}{path.rpartition('/')[0]}"
