"""Applications that ask people on a third-party platform for their data, and where they stand.

The states and what moves them; the transitions are *assumed*, the states are the issue's:

- `unregistered`: known to the tester, and to the platform as if it were not there.
- `active`: may ask people for their consent, and use what they consented to.
- `suspended`: refused for the time being; what it was granted works again when it is resumed.
- `revoked`: refused for good. What it was granted ends, here and when it is unregistered. It has to
  be unregistered and registered anew, and then begins without any grant.

An impostor is whoever claims to be a known application and is not: the same id with a wrong key,
secret or redirect URI, or another id under the same name.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal
from urllib.parse import SplitResult, urlsplit

PlatformName = Literal["alipay", "wechat"]
State = Literal["unregistered", "active", "suspended", "revoked"]
Event = Literal["register", "suspend", "resume", "revoke", "unregister"]
RedirectMatch = Literal["exact", "host"]
Right = Literal["identity", "profile", "insurance", "mutual_aid"]

TRANSITIONS: Final[Mapping[State, Mapping[Event, State]]] = {
    "unregistered": {"register": "active"},
    "active": {"suspend": "suspended", "revoke": "revoked", "unregister": "unregistered"},
    "suspended": {"resume": "active", "revoke": "revoked", "unregister": "unregistered"},
    "revoked": {"unregister": "unregistered"},
}
"""State × event → state; what is missing cannot happen. Tests hold the functions to it."""

IMPOSTORS: Final = ("key", "name", "redirect_uri", "secret", "signature")
"""What gives somebody away who claims to be a known application: another id under its name, or its
id with another one of these. Kept as `impostor` in the reason of a refusal."""

PLATFORMS: Final[tuple[PlatformName, ...]] = ("alipay", "wechat")

SCOPES: Final[Mapping[PlatformName, Mapping[str, tuple[Right, ...]]]] = {
    "alipay": {
        "auth_base": ("identity",),
        "auth_user": ("identity", "profile", "insurance"),
        "nhsamp": ("identity", "insurance"),
        "mutual_aid": ("identity", "mutual_aid"),
    },
    "wechat": {
        "snsapi_base": ("identity",),
        "snsapi_userinfo": ("identity", "profile", "insurance"),
        "mutual_aid": ("identity", "mutual_aid"),
    },
}
"""What a scope opens. auth_base, auth_user and WeChat's are documented with the first two rights;
that insurance data come with them, and the scopes nhsamp and mutual_aid (by which somebody lets
their family see their balance in the application), are *assumed*."""

_APP_IDS: Final[Mapping[PlatformName, re.Pattern[str]]] = {
    "alipay": re.compile(r"[0-9]{16}", re.ASCII),
    "wechat": re.compile(r"wx[0-9a-f]{16}", re.ASCII),
}
_SYNTHETIC: Final[Mapping[PlatformName, str]] = {"alipay": "20219999", "wechat": "wx00000000"}
"""How the ids begin that the simulator makes. Alipay has given out 2021 000… to 2021 006… so far
and would need a thousand million more to come to 2021 9999; WeChat's are random, and one in four
thousand million begins with eight noughts (both *assumed*)."""

_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})
_LONGEST_URI: Final = 2000
_URI: Final = re.compile(r"[\x21-\x7e]+", re.ASCII)


@dataclass(frozen=True, slots=True)
class Application:
    """One application of one platform."""

    app_id: str
    """Alipay: 16 digits. WeChat: `wx` and 16 hexadecimal digits (documented)."""
    platform: PlatformName
    name: str
    owner: str
    """Name of the company that registered it."""
    state: State
    redirect_uris: tuple[str, ...]
    scopes: tuple[str, ...]
    public_key_pem: str | None = None
    """The key its requests are checked with, where its owner brought one; None: the pair that the
    simulator derives from the seed. Of Alipay's applications."""
    secret: str | None = None
    """The appsecret, 32 hexadecimal digits (documented); of WeChat's applications."""
    partner_id: str | None = None
    partner_secret: str | None = None
    """What signs insurance user queries (domain-facts.md §7); of WeChat's applications."""
    registration: int = 1
    """Counts the times it was registered; grants of an earlier one have ended."""


def change_state(application: Application, event: Event) -> Application:
    """The application after an event. Raises KeyError where it cannot happen in this state."""
    state = TRANSITIONS[application.state][event]
    # Counted when grants end, so that none lives on whatever comes next.
    ended = event in ("revoke", "unregister") and application.state != "revoked"
    registration = application.registration + 1 if ended else application.registration
    return replace(application, state=state, registration=registration)


def event_leading_to(state: State, wanted: State) -> Event | None:
    """What brings an application from one state to another in one step; None where nothing does."""
    return next((event for event, to in TRANSITIONS[state].items() if to == wanted), None)


def is_app_id(platform: PlatformName, text: str) -> bool:
    """Whether a text has the form of an application's id."""
    return _APP_IDS[platform].fullmatch(text) is not None


def synthetic_app_id(platform: PlatformName, number: int) -> str:
    """An id that no real application has; `number` has 32 bits."""
    if platform == "alipay":
        return f"{_SYNTHETIC[platform]}{number % 10**8:08d}"
    return f"{_SYNTHETIC[platform]}{number:08x}"


def normalised_name(name: str) -> str:
    """A name as people read it: full-width letters, capitals, spaces and whatever cannot be seen
    make no difference. Empty where nothing can be seen of it."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    return "".join(each for each in folded if unicodedata.category(each)[0] not in "CZ")


def rights(platform: PlatformName, scopes: Sequence[str]) -> frozenset[Right]:
    """What a set of scopes opens; unknown ones open nothing."""
    known = SCOPES[platform]
    return frozenset(right for scope in scopes for right in known.get(scope, ()))


def is_redirect_uri(text: str) -> bool:
    """Whether a URI may be redirected to: absolute http or https, no fragment, no user, ASCII.

    RFC 6749 §3.1.2 (documented) for the first two.
    """
    return _parsed(text) is not None


def redirect_matches(registered: Sequence[str], presented: str, match: RedirectMatch) -> bool:
    """Whether a presented redirect URI is one of those registered.

    `exact` compares the whole URI (RFC 6749 §3.1.2.3); `host` scheme and host alone, as WeChat
    registers no more than a host (documented). Ports of loopback addresses never matter (RFC 8252
    §7.3), so that an application under test may choose any.
    """
    wanted = _parsed(presented)
    if wanted is None:
        return False
    return any(
        _comparable(wanted, match) == _comparable(known, match)
        for known in map(_parsed, registered)
        if known is not None
    )


def _parsed(text: str) -> SplitResult | None:
    if len(text) > _LONGEST_URI or _URI.fullmatch(text) is None or "#" in text or "\\" in text:
        return None
    try:
        parts = urlsplit(text)
        has_host = bool(parts.hostname) and parts.port != 0
    except ValueError:
        return None
    return parts if parts.scheme in ("http", "https") and has_host and "@" not in text else None


def _comparable(parts: SplitResult, match: RedirectMatch) -> tuple[object, ...]:
    host = parts.hostname
    port = None if host in _LOOPBACK else parts.port or {"http": 80, "https": 443}[parts.scheme]
    origin = (parts.scheme, host, port)
    return origin if match == "host" else (*origin, parts.path or "/", parts.query)
