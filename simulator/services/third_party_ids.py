"""What third-party platforms call a person: user ids and open ids, found again without a table.

An Alipay user id is `2088` and 12 digits, the same for every application (form documented). An open
id differs from application to application: 27 characters of base64 after an `o` at WeChat
(observed), 40 hexadecimal digits after a `0` at Alipay (*assumed*: its own are opaque). It is the
person's number, masked by a keyed digest of the number and the application, and that digest; so it
can be read by whoever has the seed, and made by nobody else. All are the same in worlds of one
seed.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from functools import lru_cache
from hashlib import blake2b
from hmac import compare_digest
from typing import Final

from simulator.domain.applications import PlatformName
from simulator.domain.people import Person
from simulator.domain.permutation import Permutation
from simulator.world import World

_USER_PREFIX: Final = "2088"
_USER_DIGITS: Final = 12
_INDEX_BYTES: Final = 5
_MAC_BYTES: Final = 15
_MAC: Final = b"yibao-open-id"
_MASK: Final = b"yibao-open-mask"


def user_id(world: World, person: Person) -> str:
    """The id by which Alipay knows a person: 16 digits."""
    number = _user_numbers(world.key("alipay.user_id")).forward(person.index)
    return f"{_USER_PREFIX}{number:0{_USER_DIGITS}d}"


def person_of_user_id(world: World, text: str) -> Person | None:
    """The person of an Alipay user id, or None."""
    number = text.removeprefix(_USER_PREFIX)
    if len(text) != len(_USER_PREFIX) + _USER_DIGITS or len(number) != _USER_DIGITS:
        return None
    if not (number.isascii() and number.isdecimal()):
        return None
    index = _user_numbers(world.key("alipay.user_id")).inverse(int(number))
    return world.people.at(index) if index < len(world.people) else None


def open_id(world: World, platform: PlatformName, app_id: str, person: Person) -> str:
    """The id by which one application knows a person: 28 characters (WeChat) or 41 (Alipay)."""
    key = world.key(f"{platform}.open_id")
    mac = _mac(key, app_id, person.index)
    raw = mac + (person.index ^ _mask(key, mac)).to_bytes(_INDEX_BYTES, "big")
    if platform == "wechat":
        return "o" + urlsafe_b64encode(raw).decode().rstrip("=")
    return "0" + raw.hex()


def person_of_open_id(
    world: World, platform: PlatformName, app_id: str, text: str
) -> Person | None:
    """The person whom an application knows by an open id; None for another's and for a made-up."""
    raw = _raw_open_id(platform, text)
    if raw is None:
        return None
    key = world.key(f"{platform}.open_id")
    mac = raw[:_MAC_BYTES]
    index = int.from_bytes(raw[_MAC_BYTES:], "big") ^ _mask(key, mac)
    if index >= len(world.people) or not compare_digest(mac, _mac(key, app_id, index)):
        return None
    return world.people.at(index)


def _raw_open_id(platform: PlatformName, text: str) -> bytes | None:
    first, size = ("o", 28) if platform == "wechat" else ("0", 41)
    if len(text) != size or text[0] != first or not text.isascii():
        return None
    try:
        if platform == "wechat":
            raw = urlsafe_b64decode(text[1:] + "=")
            # Several texts stand for the same bytes; one of them is the id.
            return raw if urlsafe_b64encode(raw).decode().rstrip("=") == text[1:] else None
        raw = bytes.fromhex(text[1:])
    except ValueError:
        return None
    return raw if raw.hex() == text[1:] else None


def _mac(key: bytes, app_id: str, index: int) -> bytes:
    text = f"{app_id}/{index}".encode()
    return blake2b(text, key=key, digest_size=_MAC_BYTES, person=_MAC).digest()


def _mask(key: bytes, mac: bytes) -> int:
    raw = blake2b(mac, key=key, digest_size=_INDEX_BYTES, person=_MASK).digest()
    return int.from_bytes(raw, "big")


@lru_cache(maxsize=64)
def _user_numbers(key: bytes) -> Permutation:
    return Permutation(10**_USER_DIGITS, key)
