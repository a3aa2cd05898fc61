"""Where webhooks may go: loopback addresses, and what the operator allows besides.

A simulator that posts wherever it is told could be used to reach machines its caller cannot. So a
name is resolved, and each of its addresses must be a loopback one; and since a name may resolve to
something else a moment later, whoever sends asks again and connects to the very addresses that
were found good (`addresses`). The rule is *assumed*.
"""

import re
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address
from typing import Final
from urllib.parse import urlsplit

from simulator.errors import AlertTargetError
from simulator.settings import ANY_HOST

_LONGEST_URL: Final = 2000
_VISIBLE: Final = re.compile(r"[\x21-\x7e]+", re.ASCII)
_PORTS: Final = {"http": 80, "https": 443}

Resolve = Callable[[str, int], Sequence[str]]
"""From host and port to numeric addresses. Raises OSError; may block."""


@dataclass(frozen=True, slots=True)
class WebhookTarget:
    """A checked web address."""

    url: str
    host: str
    """In lower case, an IPv6 address without brackets."""
    port: int


def resolve(host: str, port: int) -> Sequence[str]:
    """The addresses that the system knows for a host. Raises OSError; may block."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except UnicodeError as error:
        raise OSError(f"no host name: {error}") from error
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


@dataclass(frozen=True, slots=True)
class WebhookTargets:
    """The rule of one server. `allowed` are hosts in lower case, as in `Settings.webhook_hosts`."""

    allowed: tuple[str, ...] = ()
    resolve: Resolve = resolve

    def accept(self, url: str) -> WebhookTarget:
        """The target of a URL. Raises AlertTargetError; may block to resolve a name."""
        target = read_target(url)
        self.addresses(target.host, target.port)
        return target

    def addresses(self, host: str, port: int) -> Sequence[str]:
        """The addresses to connect to now. Raises AlertTargetError; may block."""
        try:
            found = self.resolve(host, port)
        except OSError as error:
            raise _refused(f"{host} cannot be resolved: {error.strerror or error}") from None
        if not found:
            raise _refused(f"{host} has no address")
        if ANY_HOST not in self.allowed and host not in self.allowed:
            for address in found:
                if not _is_loopback(address):
                    raise _refused(f"{host} is at {address}, which is not a loopback address")
        return found


def read_target(url: str) -> WebhookTarget:
    """The parts of a URL that a webhook can have. Raises AlertTargetError."""
    if len(url) > _LONGEST_URL:
        raise _refused(f"longer than {_LONGEST_URL} characters")
    if not _VISIBLE.fullmatch(url):
        raise _refused("holds a space or a character that is not ASCII: escape it")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise _refused(f"no URL: {error}") from None
    if parts.scheme not in _PORTS:
        raise _refused(f"its scheme is {parts.scheme!r}, neither http nor https")
    if not parts.hostname:
        raise _refused("names no host")
    if parts.username is not None or parts.password is not None:
        raise _refused("holds a user name or a password")
    if parts.fragment:
        raise _refused("holds a fragment, which is never sent")
    if port == 0:
        raise _refused("port 0 is none")
    return WebhookTarget(url, parts.hostname, port or _PORTS[parts.scheme])


def _is_loopback(address: str) -> bool:
    found = ip_address(address)
    if isinstance(found, IPv6Address) and found.ipv4_mapped is not None:
        return found.ipv4_mapped.is_loopback
    return found.is_loopback


def _refused(problem: str) -> AlertTargetError:
    return AlertTargetError(details={"problem": problem})
