"""Keys of applications and of the platform that answers them, in the forms that SDKs take.

The pairs are derived from the world's seed (`domain.rsa_keys`); an application may bring a public
key of its own instead. PEM is the form of every library; the one-line base64 of the same bytes is
what Alipay's own console hands out (observed): PKCS#1 for most SDKs, PKCS#8 for Java. Keys are
parsed once, since loading one checks it at length.
"""

from base64 import b64decode, b64encode
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from simulator.domain.applications import Application, PlatformName
from simulator.domain.rsa_keys import MODULUS_BITS, RsaKeyPair, key_pair
from simulator.world import World

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey

_KEYS: Final = "rsa"
_LONGEST_BITS: Final = 4096
"""Checking with a longer key takes longer than answering does."""


class PublicKeyError(ValueError):
    """A text that is no public key of the kind wanted."""


@dataclass(frozen=True, slots=True)
class PublicKeyForms:
    """A public key as text."""

    pem: str
    base64: str
    """SubjectPublicKeyInfo in one line."""


@dataclass(frozen=True, slots=True)
class PrivateKeyForms:
    """A private key as text."""

    pkcs1_pem: str
    pkcs1_base64: str
    pkcs8_pem: str
    pkcs8_base64: str


def derived_pair(world: World, application: Application) -> RsaKeyPair | None:
    """The key pair that the simulator derived for an application.

    None where its owner brought a public key, and on platforms whose applications have none.
    """
    if application.platform != "alipay" or application.public_key_pem is not None:
        return None
    return key_pair(world.key(_KEYS), f"application/{application.app_id}")


def platform_pair(world: World) -> RsaKeyPair:
    """The key pair with which Alipay signs its answers in a world."""
    return key_pair(world.key(_KEYS), "alipay")


def public_pem(world: World, application: Application) -> str | None:
    """The key that an application's requests are checked with; None where they are not signed."""
    pair = derived_pair(world, application)
    return application.public_key_pem if pair is None else _derived_pem(pair)


def public_pem_of_platform(world: World, platform: PlatformName) -> str | None:
    """The key that the platform's answers are checked with; None where they are not signed."""
    return _derived_pem(platform_pair(world)) if platform == "alipay" else None


@lru_cache(maxsize=256)
def public_forms(pem: str) -> PublicKeyForms:
    """The forms of a public key."""
    return PublicKeyForms(pem, _one_line(pem))


@lru_cache(maxsize=256)
def private_forms(pair: RsaKeyPair) -> PrivateKeyForms:
    """The private half of a pair."""
    from cryptography.hazmat.primitives import serialization

    key, plain = _private_key(pair), serialization.NoEncryption()
    pkcs1, pkcs8 = (
        key.private_bytes(serialization.Encoding.PEM, kind, plain).decode()
        for kind in (
            serialization.PrivateFormat.TraditionalOpenSSL,
            serialization.PrivateFormat.PKCS8,
        )
    )
    return PrivateKeyForms(pkcs1, _one_line(pkcs1), pkcs8, _one_line(pkcs8))


def read_public_key(text: str) -> str:
    """The PEM of a public key given as PEM or as one line of base64.

    Raises PublicKeyError for anything but an RSA key of 2048 to 4096 bits.
    """
    text = text.strip()
    if not text.startswith("-----"):
        try:
            body = b64encode(b64decode("".join(text.split()), validate=True)).decode()
        except ValueError:
            raise PublicKeyError("neither PEM nor base64") from None
        lines = (body[at : at + 64] for at in range(0, len(body), 64))
        text = "\n".join(["-----BEGIN PUBLIC KEY-----", *lines, "-----END PUBLIC KEY-----", ""])
    key = _public_key(text)
    if not MODULUS_BITS <= key.key_size <= _LONGEST_BITS:
        raise PublicKeyError(
            f"an RSA key of {key.key_size} bits; expected {MODULUS_BITS} to {_LONGEST_BITS}"
        )
    return _pem(key)


def sign(pair: RsaKeyPair, content: bytes) -> str:
    """RSA2 of some bytes, base64: SHA256withRSA with PKCS#1 v1.5 padding (documented)."""
    from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
    from cryptography.hazmat.primitives.hashes import SHA256

    return b64encode(_private_key(pair).sign(content, PKCS1v15(), SHA256())).decode()


def is_signed(pem: str, content: bytes, signature: str) -> bool:
    """Whether a base64 text is RSA2 of some bytes under the private half of a public key."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
    from cryptography.hazmat.primitives.hashes import SHA256

    try:
        raw = b64decode(signature, validate=True)
        _public_key(pem).verify(raw, content, PKCS1v15(), SHA256())
    except (ValueError, InvalidSignature):
        return False
    return True


@lru_cache(maxsize=256)
def _private_key(pair: RsaKeyPair) -> "RSAPrivateKey":
    from cryptography.hazmat.primitives.asymmetric import rsa

    p, q, d = pair.prime_p, pair.prime_q, pair.private_exponent
    public = rsa.RSAPublicNumbers(pair.public_exponent, pair.modulus)
    numbers = rsa.RSAPrivateNumbers(
        p=p,
        q=q,
        d=d,
        dmp1=rsa.rsa_crt_dmp1(d, p),
        dmq1=rsa.rsa_crt_dmq1(d, q),
        iqmp=rsa.rsa_crt_iqmp(p, q),
        public_numbers=public,
    )
    # Its primes were tested when it was made; testing them again takes 50 ms.
    return numbers.private_key(unsafe_skip_rsa_key_validation=True)


@lru_cache(maxsize=256)
def _public_key(pem: str) -> "RSAPublicKey":
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
    from cryptography.hazmat.primitives.serialization import load_pem_public_key

    try:
        key = load_pem_public_key(pem.encode())
    except (ValueError, UnsupportedAlgorithm):
        raise PublicKeyError("not a public key") from None
    if not isinstance(key, RSAPublicKey):
        raise PublicKeyError("not an RSA key")
    return key


@lru_cache(maxsize=256)
def _derived_pem(pair: RsaKeyPair) -> str:
    return _pem(_private_key(pair).public_key())


def _pem(key: "RSAPublicKey") -> str:
    from cryptography.hazmat.primitives import serialization

    return key.public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    ).decode()


def _one_line(pem: str) -> str:
    return "".join(line for line in pem.splitlines() if not line.startswith("-----"))
