"""Who asks on a third-party platform: an application, with what proves that it is the one."""

from dataclasses import dataclass, field
from typing import Self

from yibao_client.fields import Fields

DEFAULT_REDIRECT_URI = "http://127.0.0.1/callback"
"""Registered for every ready-made application; on loopback addresses any port fits."""


@dataclass(frozen=True, slots=True)
class AlipayApplication:
    """An application of Alipay; keys as PEM, or as base64 in one line."""

    app_id: str
    private_key: str = field(repr=False)
    """RSA; signs what is asked of the gateway."""
    platform_public_key: str | None = field(default=None, repr=False)
    """Checks what the gateway answers; None: nothing is checked."""
    redirect_uri: str = DEFAULT_REDIRECT_URI


@dataclass(frozen=True, slots=True)
class WeChatApplication:
    """An application of WeChat."""

    app_id: str
    secret: str = field(repr=False)
    redirect_uri: str = DEFAULT_REDIRECT_URI


@dataclass(frozen=True, slots=True)
class RegisteredApplication:
    """An application as the world's register has it."""

    platform: str
    app_id: str
    name: str
    state: str
    """`active`, `suspended`, `revoked` or `unregistered`."""
    redirect_uris: tuple[str, ...]
    scopes: tuple[str, ...]
    secret: str | None = field(repr=False)
    """WeChat's appsecret."""

    @classmethod
    def read(cls, answer: Fields) -> Self:
        return cls(
            platform=answer.text("platform"),
            app_id=answer.text("app_id"),
            name=answer.text("name"),
            state=answer.text("state"),
            redirect_uris=answer.texts("redirect_uris"),
            scopes=answer.texts("scopes"),
            secret=answer.maybe("secret", answer.text),
        )


@dataclass(frozen=True, slots=True)
class ApplicationKeys:
    """The keys of an application of Alipay, base64 in one line."""

    private_key: str | None = field(repr=False)
    """PKCS#1; None where the application brought a public key of its own."""
    platform_public_key: str | None

    @classmethod
    def read(cls, answer: Fields) -> Self:
        private = answer.maybe("private_key", answer.child)
        public = answer.maybe("platform_public_key", answer.child)
        return cls(
            private_key=None if private is None else private.text("pkcs1_base64"),
            platform_public_key=None if public is None else public.text("base64"),
        )
