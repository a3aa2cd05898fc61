"""The page on which a legacy portal says that it refuses.

People read the message, applications match on parts of it; the code is for testers. That such
portals answer errors as HTML with HTTP 200 is observed (domain-facts.md §8), the page is *assumed*.
"""

from collections.abc import Mapping
from html import escape
from typing import Any, Final

import orjson

from simulator.errors import SimulatorError

MESSAGES: Final = {"sign_in.wrong_password": "社会保障号或密码错误"}
"""What legacy portals say instead of the insurer's words; observed, domain-facts.md §8."""

_HIDDEN: Final = ("challenge",)
"""Details that the next form sends along."""

_PAGE: Final = """\
<!DOCTYPE html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<title>系统提示</title>
<meta name="yibao-code" content="{code}">
<meta name="yibao-details" content="{details}">
</head>
<body>
<h3>系统提示</h3>
<p class="message">{message}</p>
{form}<p><a href="javascript:history.back()">返回</a></p>
</body>
</html>
"""


def refusal_page(error: SimulatorError) -> bytes:
    """The page of a refusal, UTF-8."""
    details = dict(error.details)
    if error.retry_after_s is not None:
        details["retry_after"] = error.retry_after_s
    page = _PAGE.format(
        code=escape(error.code),
        details=escape(orjson.dumps(details).decode()),
        message=escape(MESSAGES.get(error.code, error.message_zh)),
        form=_form(error.details),
    )
    return page.encode()


def _form(details: Mapping[str, Any]) -> str:
    inputs = "".join(
        f'<input type="hidden" name="{name}" value="{escape(str(details[name]))}">\n'
        for name in _HIDDEN
        if name in details
    )
    return f"<form>\n{inputs}</form>\n" if inputs else ""
