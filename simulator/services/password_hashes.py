"""Passwords at rest: Argon2 hashes, and a marker for a default password nobody has changed.

The cost is sized for tests, not for protection: what is hashed here opens synthetic accounts only.
"""

from functools import cache
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


def hash_password(password: str) -> str:
    """The Argon2 hash of a password."""
    return _hasher().hash(password.encode(errors="surrogatepass"))


def matches(kept: str, password: str, person: Person | None) -> bool:
    """Whether a password is the one kept; `person` is whose default password it may be."""
    presented = password.encode(errors="surrogatepass")
    if kept == DEFAULT_PASSWORD:
        if person is None:
            return False
        return compare_digest(default_password(person.id_number).encode(), presented)
    try:
        return _hasher().verify(kept, presented)
    except VerifyMismatchError:
        return False
