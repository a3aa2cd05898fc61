"""How one server process is set up: frozen, read from the environment once, by the caller.

Nothing here is read at import. `yibao-sim serve` has options for the common settings, and the
environment variable stands in where one is not given; docs/server.md lists them all.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Final

ANY_HOST: Final = "any"
_HOST: Final = re.compile(r"[0-9a-z_]([0-9a-z._-]{0,251}[0-9a-z_])?|[0-9a-f:.]+", re.ASCII)


class SettingsError(ValueError):
    """A setting that cannot be used: which, its value, and what would be accepted."""


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of a server. `store` is a URL: ``sqlite://`` keeps state in memory."""

    host: str = "127.0.0.1"
    port: int = 8080
    workers: int = 1
    store: str = "sqlite://"
    control_token: str | None = None
    seed: int = 1
    journal_bytes: int = 8 * 1024 * 1024
    """Size of each worker's journal ring; the oldest requests are forgotten first."""
    journal_dir: str | None = None
    """Where the workers' rings lie so that they see each other's; None: private memory."""
    max_body_bytes: int = 64 * 1024
    """Largest body of a call that takes JSON."""
    allow_webhooks: str = ""
    """Hosts besides loopback that webhooks may go to, with commas between them; `any`: all."""

    def __post_init__(self) -> None:
        if not 0 <= self.port <= 65535:
            raise SettingsError(f"port {self.port} is not in 0…65535")
        if not 1 <= self.workers <= 64:
            raise SettingsError(f"workers {self.workers} is not in 1…64")
        if not 0 <= self.seed < 2**64:
            raise SettingsError(f"seed {self.seed} is not in 0…2**64-1")
        if not self.store.startswith("sqlite://"):
            raise SettingsError(f"store {self.store!r} is not sqlite:// or sqlite:///PATH")
        if self.journal_bytes < 64 * 1024:
            raise SettingsError(f"journal of {self.journal_bytes} bytes is under 65536")
        for host in self.webhook_hosts:
            if not _HOST.fullmatch(host):
                raise SettingsError(
                    f"webhooks to {host!r}: expected host names or addresses without port, with "
                    f"commas between them, or {ANY_HOST!r}"
                )
        if self.control_token is not None and not self.control_token.strip():
            raise SettingsError("the control token is empty")
        if self.control_token is None and not is_loopback(self.host):
            raise SettingsError(
                f"{self.host} is not a loopback address: with a public address the control API "
                "needs --control-token (or YIBAO_CONTROL_TOKEN)"
            )

    @property
    def webhook_hosts(self) -> tuple[str, ...]:
        """The hosts that webhooks may go to besides loopback, in lower case."""
        hosts = (host.strip().strip("[]").lower() for host in self.allow_webhooks.split(","))
        return tuple(host for host in hosts if host)


def is_loopback(host: str) -> bool:
    """Whether a host name or address means this machine alone."""
    if host == "localhost":
        return True
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def settings_from(environ: Mapping[str, str], **given: str | int | None) -> Settings:
    """Settings from explicit values first, then `YIBAO_<NAME>` variables, then the defaults.

    Raises SettingsError naming the setting that is at fault.
    """
    values: dict[str, str | int] = {}
    for name, kind in _KINDS.items():
        value = given.get(name)
        source = f"--{name.replace('_', '-')}"
        if value is None and (text := environ.get(f"YIBAO_{name.upper()}")):
            value, source = text, f"YIBAO_{name.upper()}"
        if value is None:
            continue
        try:
            values[name] = kind(value)
        except ValueError:
            raise SettingsError(f"{source}: {value!r} is not a whole number") from None
    return Settings(**values)  # type: ignore[arg-type]  # each value has passed its own kind


_KINDS: dict[str, type[int] | type[str]] = {
    "host": str,
    "port": int,
    "workers": int,
    "store": str,
    "control_token": str,
    "seed": int,
    "journal_bytes": int,
    "journal_dir": str,
    "max_body_bytes": int,
    "allow_webhooks": str,
}
