"""Proof key for code exchange (RFC 7636): whoever exchanges a code shows to have asked for it."""

import re
from base64 import urlsafe_b64encode
from hashlib import sha256
from hmac import compare_digest
from typing import Final, Literal

Method = Literal["S256", "plain"]
METHODS: Final[tuple[Method, ...]] = ("S256", "plain")

_VERIFIER: Final = re.compile(r"[A-Za-z0-9._~-]{43,128}", re.ASCII)


def is_challenge(text: str) -> bool:
    """Whether a text has the form of a challenge, which is that of a verifier (RFC 7636 §4.2)."""
    return _VERIFIER.fullmatch(text) is not None


def is_answered(challenge: str, method: Method, verifier: str) -> bool:
    """Whether a verifier answers a challenge (RFC 7636 §4.6)."""
    if _VERIFIER.fullmatch(verifier) is None:
        return False
    if method == "S256":
        digest = sha256(verifier.encode()).digest()
        verifier = urlsafe_b64encode(digest).rstrip(b"=").decode()
    return compare_digest(challenge.encode(), verifier.encode())
