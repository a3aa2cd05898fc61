"""yibao-sim: the command line. Commands import what they need when they run, to start quickly."""

import os
import sys
from datetime import date
from pathlib import Path
from typing import Any

import click

from simulator.settings import Settings, SettingsError, settings_from

_USAGE_STATUS = 2


class _Group(click.Group):
    """A group whose refusals are one line on stderr."""

    def main(self, *args: Any, **extra: Any) -> Any:
        try:
            return super().main(*args, **{**extra, "standalone_mode": False})
        except click.exceptions.Exit as stop:
            sys.exit(stop.exit_code)
        except click.Abort:
            sys.exit(130)
        except click.exceptions.NoArgsIsHelpError as asked:
            click.echo(asked.format_message(), err=True)
            sys.exit(_USAGE_STATUS)
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
@click.option(
    "--allow-webhooks",
    metavar="HOST,…|any",
    help="Where alerts may be sent besides this machine.  [default: nowhere]",
)
def serve(**given: Any) -> None:
    """Start the server; it stops cleanly on SIGTERM and Ctrl-C."""
    from simulator.serving import PortError
    from simulator.serving import serve as run
    from simulator.store.protocol import StoreError
    from simulator.store.sqlite import open_store
    from simulator.world import refuse_another_seed

    settings = _settings(given)

    def announce(url: str) -> None:
        click.echo(f"yibao-sim ready on {url}")

    try:
        # Opened once here, so that what is wrong with it is said before any worker starts.
        store = open_store(settings.store)
        refuse_another_seed(store, settings.seed)
        store.close()
        status = run(settings, announce=announce)
    except (PortError, StoreError) as error:
        raise click.ClickException(str(error)) from error
    sys.exit(status)


@main.command()
def demo() -> None:
    """Walk the whole query flow with the reference client, failures and recoveries included."""
    from rich.console import Console

    from simulator.demo import run_demo

    sys.exit(run_demo(Console()))


@main.command()
@click.option("--seed", type=click.IntRange(0, 2**64 - 1), default=1, show_default=True)
@click.option("--region", help="Code of a pooling area, such as 330100.")
@click.option("--insutype", type=click.Choice(["310", "390"]), help="Employees or residents only.")
@click.option("--count", type=click.IntRange(1, 10_000_000), default=20, show_default=True)
@click.option("--offset", type=click.IntRange(0), default=0, show_default=True)
@click.option(
    "--format",
    "style",
    type=click.Choice(["table", "csv", "json"]),
    default="table",
    show_default=True,
)
@click.option(
    "--id-space",
    type=click.Choice(["unassigned", "realistic"]),
    default="unassigned",
    show_default=True,
    help="realistic: numbers that may be a real person's.",
)
def people(**given: Any) -> None:
    """Print synthetic people, without a server."""
    from simulator.people_listing import RegionError, print_people

    try:
        print_people(**given)
    except RegionError as error:
        raise click.ClickException(str(error)) from error
    except BrokenPipeError:
        # Whoever read the pipe has had enough; nothing is left to be said to them.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


@main.command()
@click.argument("id_number", metavar="ID")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    required=True,
    help="Folder to write to; made if need be.",
)
@click.option("--seed", type=click.IntRange(0, 2**64 - 1), default=1, show_default=True)
@click.option(
    "--id-space",
    type=click.Choice(["unassigned", "realistic"]),
    default="unassigned",
    show_default=True,
)
@click.option(
    "--on", "day", metavar="DATE", help="Day of the card, as 2026-05-01.  [default: today]"
)
@click.option("--blur", type=float, default=0.0, help="Sigma of the blur, pixels.")
@click.option("--darkness", type=float, default=1.0, help="Factor on the light, 0 to 1.")
@click.option("--brightness", type=float, default=1.0, help="Factor on the exposure, 1 to 10.")
@click.option("--glare", type=float, default=0.0, help="Radius of a mirrored lamp, 0 to 1.")
@click.option("--rotate", type=float, default=0.0, help="Degrees, clockwise.")
@click.option("--noise", type=float, default=2.0, help="Sigma of the sensor noise, grey levels.")
@click.option(
    "--shot",
    type=click.IntRange(0, 2**64 - 1),
    default=0,
    help="Number of the take; another, another table.",
)
@click.option("--expired", is_flag=True, help="A card that has run out.")
@click.option("--other", metavar="ID", help="Another person's face in the pictures of the face.")
def evidence(**given: Any) -> None:
    """Write the ID card and face pictures of a person, as a tester would upload them."""
    from simulator.imaging.evidence_files import EvidenceError, write_evidence
    from simulator.imaging.photograph import Conditions, PhotographError

    taken = {
        name: given.pop(name)
        for name in ("blur", "darkness", "brightness", "glare", "rotate", "noise")
    }
    try:
        conditions = Conditions(**taken, seed=given.pop("shot"))
        folder, id_number, day = given.pop("out"), given.pop("id_number"), _day(given.pop("day"))
        paths = write_evidence(folder, id_number, day=day, conditions=conditions, **given)
    except (EvidenceError, PhotographError) as error:
        raise click.ClickException(str(error)) from error
    for path in paths:
        click.echo(path)


def _day(text: str | None) -> int:
    """The ordinal of a date, or of today in China."""
    from simulator.domain.china_time import day_of
    from simulator.world import real_ms

    if text is None:
        return day_of(real_ms())
    try:
        return date.fromisoformat(text).toordinal()
    except ValueError:
        raise click.ClickException(f"--on {text!r} is no date; 2026-05-01 is one") from None


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
