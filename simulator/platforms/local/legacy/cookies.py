"""The two cookies of a legacy portal: the session, and what renews it (names *assumed*).

JSESSIONID holds the access token, REMEMBERME the refresh token. Both are sent below the portal's
own path only, so that several worlds and areas can be used from one browser, and until the browser
is closed: how long they are good for is the world's to say, whose clock is not the browser's.
"""

from typing import Final

from simulator.web.call import Call

SESSION: Final = "JSESSIONID"
RENEWAL: Final = "REMEMBERME"

Headers = list[tuple[str, str]]


def read(call: Call, name: str) -> str | None:
    """What a cookie of the request holds, or None."""
    for pair in (call.header("cookie") or "").split(";"):
        found, _, value = pair.strip().partition("=")
        if found == name:
            return value.strip('"') or None
    return None


def setting(call: Call, access_token: str, refresh_token: str) -> Headers:
    """The headers that set both cookies."""
    return [
        _header(call, f"{SESSION}={access_token}"),
        _header(call, f"{RENEWAL}={refresh_token}"),
    ]


def clearing(call: Call) -> Headers:
    """The headers that remove both cookies."""
    return [_header(call, f"{name}=; Max-Age=0") for name in (SESSION, RENEWAL)]


def _header(call: Call, cookie: str) -> tuple[str, str]:
    # every call of the portal lies directly below its own path
    home = call.environ["PATH_INFO"].rpartition("/")[0]
    return ("set-cookie", f"{cookie}; Path={home}; HttpOnly")
