"""Tokens with which an application acts on its own account.

A token's text says which application it is of, masked, so that it is found without an index; what
the store holds of it is a number. There are two lines of tokens, as WeChat has (documented): each
call for a plain one gives the next, while the stable one stays the same until it is about to
expire. They do not touch each other.
"""

from base64 import b64decode, urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import blake2b
from hmac import compare_digest
from typing import Final, Literal

from simulator.domain import client_tokens
from simulator.domain.applications import Application
from simulator.domain.client_tokens import NONE, ClientToken
from simulator.errors import (
    ClientTokenExpiredError,
    ClientTokenUnknownError,
    TokenMalformedError,
)
from simulator.services import applications
from simulator.services.applications import platform_of
from simulator.services.visit import Visit
from simulator.world import World

Line = Literal["plain", "stable"]

_LINES: Final[tuple[Line, ...]] = ("plain", "stable")
_MAC: Final = b"yibao-client"
_MASK: Final = b"yibao-client-m"
_MAC_BYTES: Final = 17
_GENERATION_BYTES: Final = 4
_ID_PREFIX: Final = "wx"
"""Of WeChat's applications, which alone have such tokens; 8 bytes in hexadecimal follow."""
_CHARACTERS: Final = 40


@dataclass(frozen=True, slots=True)
class Record:
    """The tokens of one line of an application, as the store keeps them."""

    registration: int
    """Of which registration of the application; those of an earlier one are unknown."""
    token: ClientToken


@dataclass(frozen=True, slots=True)
class Issued:
    """A token, and how long it is good for."""

    text: str
    """40 characters of A-Z a-z 0-9 - _; real ones have up to 512 (documented)."""
    expires_in_s: int


def issue(visit: Visit, application: Application) -> Issued:
    """The next plain token of an application that has shown its secret."""
    policy = visit.policy.client_token
    return _issue(
        visit, application, "plain", lambda token: client_tokens.renew(token, policy, visit.now_ms)
    )


def issue_stable(visit: Visit, application: Application, *, force: bool) -> Issued:
    """The stable token of an application; `force` puts another in its place at once."""
    policy = visit.policy.client_token
    change = client_tokens.replace_at_once if force else client_tokens.keep
    return _issue(visit, application, "stable", lambda token: change(token, policy, visit.now_ms))


def application_of(visit: Visit, text: str) -> Application:
    """The application whose token is shown, if it may act now.

    Raises TokenMalformedError, ClientTokenUnknownError, ClientTokenExpiredError, or as
    `applications.admitted` does.
    """
    line, generation, app_id = _read(visit.world, text)
    application = applications.admitted(visit.world, platform_of(visit), app_id)
    record = visit.world.read(_key(visit, app_id, line), Record)
    if record is None or record.registration != application.registration:
        raise ClientTokenUnknownError(reason={"why": "of an earlier registration"})
    match client_tokens.standing(record.token, generation, visit.now_ms):
        case "good":
            return application
        case "expired":
            raise ClientTokenExpiredError
        case "replaced":
            raise ClientTokenUnknownError(reason={"why": "a newer one took its place"})


def _issue(
    visit: Visit,
    application: Application,
    line: Line,
    change: Callable[[ClientToken], ClientToken],
) -> Issued:
    def on_stored(stored: Record | None) -> tuple[Record | None, ClientToken]:
        known = NONE if stored is None else stored.token
        if stored is not None and stored.registration != application.registration:
            # Counted on, so that no earlier token is taken for one of this registration.
            known = ClientToken(stored.token.generation + 1)
        wanted = change(known)
        if stored is not None and wanted == stored.token:
            return stored, wanted
        return Record(application.registration, wanted), wanted

    token = visit.world.update(_key(visit, application.app_id, line), Record, on_stored)
    text = _text(visit.world, line, token.generation, application.app_id)
    return Issued(text, (token.expires_ms - visit.now_ms) // 1000)


def _text(world: World, line: Line, generation: int, app_id: str) -> str:
    plain = (
        _LINES.index(line).to_bytes(1, "big")
        + generation.to_bytes(_GENERATION_BYTES, "big")
        + bytes.fromhex(app_id.removeprefix(_ID_PREFIX))
    )
    mac = blake2b(plain, key=world.token_key, digest_size=_MAC_BYTES, person=_MAC).digest()
    return urlsafe_b64encode(mac + _masked(world, mac, plain)).decode()


def _read(world: World, text: str) -> tuple[Line, int, str]:
    """What a text says. Raises TokenMalformedError or ClientTokenUnknownError."""
    try:
        if len(text) != _CHARACTERS:
            raise ValueError
        raw = b64decode(text, altchars=b"-_", validate=True)
    except ValueError:
        raise TokenMalformedError from None
    mac = raw[:_MAC_BYTES]
    plain = _masked(world, mac, raw[_MAC_BYTES:])
    own = blake2b(plain, key=world.token_key, digest_size=_MAC_BYTES, person=_MAC).digest()
    if not compare_digest(own, mac):
        raise ClientTokenUnknownError(reason={"why": "never given out in this world"})
    generation = int.from_bytes(plain[1 : 1 + _GENERATION_BYTES], "big")
    return _LINES[plain[0]], generation, _ID_PREFIX + plain[1 + _GENERATION_BYTES :].hex()


def _masked(world: World, mac: bytes, text: bytes) -> bytes:
    mask = blake2b(mac, key=world.token_key, digest_size=len(text), person=_MASK).digest()
    return bytes(one ^ other for one, other in zip(text, mask, strict=True))


def _key(visit: Visit, app_id: str, line: Line) -> str:
    return f"client-token/{visit.platform}/{app_id}/{line}"
