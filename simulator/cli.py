"""yibao-sim: the command line. Commands import what they need when they run, to start quickly."""

import os
import sys
from collections.abc import Callable
from typing import Any

import click

from simulator.settings import Settings, SettingsError, settings_from

_USAGE_STATUS = 2


class _Group(click.Group):
    """A group whose refusals are one line on stderr."""

    def main(self, *args: Any, **extra: Any) -> Any:
        try:
            return super().main(*args, standalone_mode=False, **extra)
        except click.exceptions.Exit as stop:
            sys.exit(stop.exit_code)
        except click.Abort:
            sys.exit(130)
        except click.ClickException as error:
            click.echo(f"yibao-sim: {error.format_message()}", err=True)
            sys.exit(_USAGE_STATUS)


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="yibao-simulator", prog_name="yibao-sim")
def main() -> None:
    """A server that stands in for the Chinese basic medical insurance (医保) platforms."""


@main.command()
@click.option("--host", help="Address to listen on.  [default: 127.0.0.1]")
@click.option("--port", type=int, help="Port; 0 picks a free one.  [default: 8080]")
@click.option("--workers", type=int, help="Worker processes.  [default: 1]")
@click.option("--store", help="sqlite:///PATH keeps state in a file.  [default: memory]")
@click.option("--control-token", help="Needed for the control API; a must on public addresses.")
@click.option("--seed", type=int, help="Seed of the default world.  [default: 1]")
def serve(**given: Any) -> None:
    """Start the server; it stops cleanly on SIGTERM and Ctrl-C."""
    from simulator.serving import PortError
    from simulator.serving import serve as run
    from simulator.store.protocol import StoreError
    from simulator.store.sqlite import open_store

    settings = _settings(given)

    def announce(url: str) -> None:
        click.echo(f"yibao-sim ready on {url}")

    try:
        # Opened once here, so that what is wrong with it is said before any worker starts.
        open_store(settings.store).close()
        status = run(settings, announce=announce)
    except (PortError, StoreError) as error:
        raise click.ClickException(str(error)) from error
    sys.exit(status)


@main.command()
def openapi() -> None:
    """Print the OpenAPI 3.1 document."""
    import orjson

    from simulator.app import create_app
    from simulator.web.openapi import openapi_document

    document = openapi_document(create_app(Settings()).platforms)
    click.echo(orjson.dumps(document, option=orjson.OPT_INDENT_2).decode())


def _settings(given: dict[str, Any]) -> Settings:
    try:
        return settings_from(os.environ, **given)
    except SettingsError as error:
        raise click.ClickException(str(error)) from error




if __name__ == "__main__":
    main()
