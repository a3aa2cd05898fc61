"""Image captchas: ids that carry all there is to know, and answers that follow from them.

Portals of local platforms ask for the text of a picture at sign-in and send its id along (observed,
domain-facts.md §5, "image-captcha code and uuid"). Here an id is 32 hexadecimal digits: the instant
at which it expires with the length of the answer, a nonce, and an authentication code. The answer
is a keyed digest of the id. So nothing is kept for a captcha until it is answered, and an id that
was never issued is told from one that has expired. Length, lifetime and alphabet are *assumed*.

Whether a captcha has been used is for the caller to remember.
"""

from dataclasses import dataclass
from hashlib import blake2b
from hmac import compare_digest
from typing import Final

from simulator.domain import china_time

ALPHABET: Final = "ACDEFHJKLMNPRTUWXY34679"
"""Characters that are not taken for each other when bent: no 0 O Q G, 1 I, 2 Z, 5 S, 8 B, V."""

SHORTEST: Final = 3
LONGEST: Final = 6

_NONCE_BYTES: Final = 4
_CODE_BYTES: Final = 6
_ID_BYTES: Final = 16
_LENGTH_BITS: Final = 4
_CODE_USE: Final = b"captcha-id"
_ANSWER_USE: Final = b"captcha-answer"


@dataclass(frozen=True, slots=True)
class CaptchaPolicy:
    """Length of the answer and how long it is taken. Defaults *assumed*."""

    length: int = 4
    lifetime_s: int = 120


@dataclass(frozen=True, slots=True)
class CaptchaId:
    """An id that was issued with the key it was read with."""

    text: str
    """32 lower-case hexadecimal digits."""
    expires_ms: int
    length: int
    """Characters of the answer."""

    def is_expired(self, now_ms: int) -> bool:
        """Whether it is too late for an answer; at `expires_ms` it is."""
        return now_ms >= self.expires_ms


def issue(key: bytes, policy: CaptchaPolicy, now_ms: int, nonce: bytes) -> CaptchaId:
    """A new id. `key` has 16 to 64 bytes, `nonce` is 4 bytes that the caller drew."""
    if len(nonce) != _NONCE_BYTES:
        raise ValueError(f"a nonce of {len(nonce)} bytes; expected {_NONCE_BYTES}")
    expires_ms = now_ms + policy.lifetime_s * china_time.SECOND_MS
    head = (expires_ms << _LENGTH_BITS | policy.length).to_bytes(6, "big") + nonce
    return CaptchaId((head + _authentication(key, head)).hex(), expires_ms, policy.length)


def read_id(key: bytes, text: str) -> CaptchaId | None:
    """What an id says; None when it was not issued with this key."""
    try:
        raw = bytes.fromhex(text)
    except ValueError:
        return None
    head, code = raw[:-_CODE_BYTES], raw[-_CODE_BYTES:]
    if len(raw) != _ID_BYTES or not compare_digest(code, _authentication(key, head)):
        return None
    expires_ms, length = divmod(int.from_bytes(head[:6], "big"), 1 << _LENGTH_BITS)
    # Spelt anew: spaces and capitals would make another text of the same id.
    return CaptchaId(raw.hex(), expires_ms, length)


def answer_of(key: bytes, captcha: CaptchaId) -> str:
    """The text on the picture: so many characters of ALPHABET."""
    raw = blake2b(captcha.text.encode(), key=key, digest_size=32, person=_ANSWER_USE).digest()
    number = int.from_bytes(raw, "big")
    characters = []
    for _ in range(captcha.length):
        number, place = divmod(number, len(ALPHABET))
        characters.append(ALPHABET[place])
    return "".join(characters)


def is_right(answer: str, given: str) -> bool:
    """Whether a text is the answer; capitals and spaces around it do not matter (assumed)."""
    # a person can send any text, lone surrogates included
    typed = given.strip().upper().encode(errors="backslashreplace")
    return compare_digest(answer.encode(), typed)


def _authentication(key: bytes, head: bytes) -> bytes:
    return blake2b(head, key=key, digest_size=_CODE_BYTES, person=_CODE_USE).digest()
