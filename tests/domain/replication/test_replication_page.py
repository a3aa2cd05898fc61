"""The page on replication names every reason there is, in its words."""

from pathlib import Path

from simulator.domain.replication import REASONS

PAGE = Path(__file__).parents[3].joinpath("docs/replication.md").read_text("utf-8")


def test_page_lists_every_reason() -> None:
    table = PAGE.partition("| why | means |\n|---|---|\n")[2].partition("\n\n")[0]
    rows = [row.strip("| ").split(" | ") for row in table.splitlines()]
    assert {name.strip("`"): meaning for name, meaning in rows} == REASONS
