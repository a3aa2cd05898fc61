"""`yibao-sim people`: synthetic people as a table, CSV or JSON lines of one array."""

import csv
import sys
from collections.abc import Iterator
from typing import Any

import click
import orjson
from rich.cells import cell_len
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from simulator.domain import china_time
from simulator.domain.people import People, Person
from simulator.domain.people.generations import EPOCH
from simulator.domain.regions import resolve

_PAGE = 500
_FEW = 10_000
"""So many are printed before anybody asks how far it has come."""
_COLUMNS = (
    "index",
    "id_number",
    "name",
    "sex",
    "birth_date",
    "phone",
    "region",
    "region_name",
    "card_number",
    "default_password",
    "insutype",
    "psn_type",
    "employer",
)
_TABLE_COLUMNS = (
    "id_number",
    "name",
    "sex",
    "birth_date",
    "phone",
    "region_name",
    "insutype",
    "default_password",
)
_SPARED = ("sex", "birth_date", "region_name", "insutype")
"""What a narrow terminal does without, in this order; the ID number tells the first two."""
_BORDERS = 3
"""Characters around a cell: two of padding and a line."""


class RegionError(ValueError):
    """A region code that names no pooling area."""


def print_people(
    *,
    seed: int,
    region: str | None,
    insutype: str | None,
    count: int,
    offset: int,
    style: str,
    id_space: str,
) -> None:
    """Print people of a seed in their stable shuffled order. Raises RegionError."""
    if region is not None and resolve(region) is None:
        raise RegionError(f"--region {region!r} names no pooling area; 330100 (杭州市) would")
    if id_space == "realistic":
        click.echo("yibao-sim: these ID numbers may be real people's; keep them here", err=True)
    listing = People(seed, id_space).listing(region, insutype)
    count = min(count, max(0, listing.total - offset))

    def people() -> Iterator[dict[str, Any]]:
        console = Console(stderr=True)
        quiet = not console.is_terminal or count <= _FEW
        with Progress(console=console, transient=True, disable=quiet) as progress:
            task = progress.add_task("people", total=count)
            for start in range(offset, offset + count, _PAGE):
                page = listing.page(start, min(_PAGE, offset + count - start))
                yield from map(_row, page)
                progress.advance(task, len(page))

    {"table": _print_table, "csv": _print_csv, "json": _print_json}[style](people())


def _print_table(people: Iterator[dict[str, Any]]) -> None:
    # In a pipe there is no width to fit into.
    console = Console(width=None if sys.stdout.isatty() else 160)
    rows = [[str(person[name]) for name in _TABLE_COLUMNS] for person in people]
    widths = {
        name: max(map(cell_len, cells), default=0)
        for name, *cells in zip(_TABLE_COLUMNS, _TABLE_COLUMNS, *rows, strict=True)
    }
    for name in _SPARED:
        if sum(widths.values()) + _BORDERS * len(widths) < console.width:
            break
        del widths[name]
    table = Table()
    for name in widths:
        # Half a number is of no use to anybody.
        table.add_column(name, overflow="fold")
    for row in rows:
        table.add_row(
            *(cell for name, cell in zip(_TABLE_COLUMNS, row, strict=True) if name in widths)
        )
    console.print(table)


def _print_csv(people: Iterator[dict[str, Any]]) -> None:
    writer = csv.DictWriter(sys.stdout, _COLUMNS)
    writer.writeheader()
    writer.writerows(people)


def _print_json(people: Iterator[dict[str, Any]]) -> None:
    separator = "["
    for person in people:
        click.echo(f"{separator}{orjson.dumps(person).decode()}", nl=False)
        separator = ",\n"
    click.echo("]" if separator != "[" else "[]")


def _row(person: Person) -> dict[str, Any]:
    current = person.insurance_rows(EPOCH)[0]
    return {
        "index": person.index,
        "id_number": person.id_number,
        "name": person.name,
        "sex": person.sex,
        "birth_date": china_time.day_to_iso(person.birth),
        "phone": person.phone,
        "region": person.region,
        "region_name": person.area.name,
        "card_number": person.card_number,
        "default_password": person.default_password,
        "insutype": current.insutype,
        "psn_type": current.psn_type,
        "employer": person.employer.name if person.employer else "",
    }
