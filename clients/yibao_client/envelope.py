"""Opening the envelopes in which answers come.

A platform wraps data as ``{"code": 0, "type": "success", "message", "data"}`` and a refusal as
``{"code": "…", "type": "error", "message", "data"}``. Many real portals answer a refusal with HTTP
200, so `type` decides, not the status. The control API answers plain objects, and refusals as
``{"code", "message", "details"}``; a platform path may meet that form too, when the world named in
the URL does not exist.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from yibao_client.errors import Refusal, refused
from yibao_client.exchange import Response
from yibao_client.fields import Fields, MalformedError, NumberAsWritten

T = TypeVar("T")


def in_envelope(read: Callable[[Fields], T]) -> Callable[[Response], T]:
    """Read the `data` of a platform's answer."""

    def opened(response: Response) -> T:
        answer = _object(response)
        if answer.get("type") == "success" and answer.get("code") == 0 and response.status < 400:
            return read(Fields(answer.get("data")))
        _raise_refusal(answer, response)
        raise MalformedError("the answer is neither a success nor a refusal")

    return opened


def plain(read: Callable[[Fields], T]) -> Callable[[Response], T]:
    """Read an answer of the control API."""

    def opened(response: Response) -> T:
        answer = _object(response)
        if response.status < 400:
            return read(Fields(answer, "answer"))
        _raise_refusal(answer, response)
        raise MalformedError("a refusal without a code")

    return opened


def content(media_type: str) -> Callable[[Response], bytes]:
    """Read an answer that is a file, not JSON."""

    def opened(response: Response) -> bytes:
        found = response.headers.get("content-type", "")
        if response.status < 400 and found.partition(";")[0].strip() == media_type:
            return response.body
        _raise_refusal(_object(response), response)
        raise MalformedError(f"the answer is not {media_type} but {found or 'of no stated type'}")

    return opened


def nothing(response: Response) -> None:
    """Expect an answer without content."""
    if response.status >= 400 or response.body:
        answer = _object(response)
        _raise_refusal(answer, response)
        if answer.get("type") != "success":
            raise MalformedError("an empty answer or a refusal was expected")


def _object(response: Response) -> Mapping[str, Any]:
    try:
        answer = json.loads(response.body, parse_float=NumberAsWritten)
    except (ValueError, RecursionError):
        media_type = response.headers.get("content-type", "of no stated type")
        raise MalformedError(f"the answer is not JSON but {media_type}") from None
    if not isinstance(answer, dict):
        raise MalformedError("the answer is JSON but not an object")
    return answer


def _raise_refusal(answer: Mapping[str, Any], response: Response) -> None:
    code = answer.get("code")
    if answer.get("type") == "success" or not isinstance(code, str):
        return
    if answer.get("type") != "error" and response.status < 400:
        return
    details = answer.get("details", answer.get("data"))
    raise refused(
        Refusal(
            code=code,
            message=str(answer.get("message", "")),
            status=response.status,
            details=details if isinstance(details, dict) else {},
            retry_after=response.retry_after,
            request_id=response.headers.get("x-request-id"),
        )
    )
