"""Passwords at rest: Argon2 hashes, and a marker for a default password nobody has changed.

What is hashed is the SHA-256 of a password, since some portals are sent nothing else.

The cost is sized for tests, not for protection: what is hashed here opens synthetic accounts only.
"""

from functools import cache
from hashlib import sha256
from hmac import compare_digest

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError

from simulator.domain.passwords import default_password
from simulator.domain.people import Person

DEFAULT_PASSWORD = "default"
"""Stands in a password record for the default password of the account's person."""


@cache
def _hasher() -> PasswordHasher:
    return PasswordHasher(time_cost=1, memory_cost=64, parallelism=1, hash_len=16, salt_len=8)


def digest_of(password: str) -> str:
    """The SHA-256 of a password, 64 lower-case hexadecimal digits."""
    return sha256(password.encode(errors="surrogatepass")).hexdigest()


def hash_password(password: str) -> str:
    """The Argon2 hash of a password's digest."""
    return _hasher().hash(digest_of(password))


def matches(kept: str, digest: str, person: Person | None) -> bool:
    """Whether a digest is that of the password kept; `person` is whose default one it may be."""
    if kept == DEFAULT_PASSWORD:
        if person is None:
            return False
        return compare_digest(digest_of(default_password(person.id_number)), digest)
    try:
        return _hasher().verify(kept, digest)
    except VerifyMismatchError:
        return False
