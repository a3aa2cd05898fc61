"""RSA2, Alipay's signature: SHA256withRSA, PKCS#1 v1.5. Needs the package `cryptography`.

It is imported when something is first signed or checked, so that the rest of this package does
without it.
"""

from base64 import b64decode, b64encode
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey


def sign(private_key: str, content: bytes) -> str:
    """The signature of some bytes, base64. Raises ValueError for a text that is no private key."""
    from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
    from cryptography.hazmat.primitives.hashes import SHA256

    return b64encode(_private(private_key).sign(content, PKCS1v15(), SHA256())).decode()


def is_signed(public_key: str, content: bytes, signature: str) -> bool:
    """Whether a signature is that of some bytes. Raises ValueError for what is no public key."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
    from cryptography.hazmat.primitives.hashes import SHA256

    key = _public(public_key)
    try:
        key.verify(b64decode(signature, validate=True), content, PKCS1v15(), SHA256())
    except (ValueError, InvalidSignature):
        return False
    return True


# Reading a key takes longer than using it.
@lru_cache(maxsize=64)
def _private(text: str) -> "RSAPrivateKey":
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
    from cryptography.hazmat.primitives.serialization import (
        load_der_private_key,
        load_pem_private_key,
    )

    load = load_pem_private_key if _is_pem(text) else load_der_private_key
    key = load(_bytes(text), password=None)
    if not isinstance(key, RSAPrivateKey):
        raise ValueError("not an RSA key")
    return key


@lru_cache(maxsize=64)
def _public(text: str) -> "RSAPublicKey":
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
    from cryptography.hazmat.primitives.serialization import (
        load_der_public_key,
        load_pem_public_key,
    )

    key = (load_pem_public_key if _is_pem(text) else load_der_public_key)(_bytes(text))
    if not isinstance(key, RSAPublicKey):
        raise ValueError("not an RSA key")
    return key


def _is_pem(text: str) -> bool:
    return text.lstrip().startswith("-----")


def _bytes(text: str) -> bytes:
    return text.encode() if _is_pem(text) else b64decode("".join(text.split()), validate=True)
