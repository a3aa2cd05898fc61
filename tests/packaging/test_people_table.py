"""The table of `yibao-sim people` on terminals of all widths."""

import io
import re
import sys

import pytest

from simulator.people_listing import print_people


class Terminal(io.StringIO):
    """A standard output that says it is a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def table(monkeypatch):
    """The table of five people on a terminal of a width, as its lines."""

    def on(width: int) -> list[str]:
        terminal = Terminal()
        monkeypatch.setattr(sys, "stdout", terminal)
        monkeypatch.setenv("TERM", "xterm")
        monkeypatch.setenv("COLUMNS", str(width))
        print_people(
            seed=1,
            region="330100",
            insutype=None,
            count=5,
            offset=0,
            style="table",
            id_space="unassigned",
        )
        return re.sub(r"\x1b\[[0-9;]*m", "", terminal.getvalue()).splitlines()

    return on


@pytest.mark.parametrize("width", [70, 80, 100, 120, 200])
def test_table_shows_numbers_and_passwords_whole(table, width) -> None:
    lines = table(width)
    for pattern in (r" \d{17}[\dX] ", r" 1\d{10} ", r" Yibao@\w{6} "):
        assert sum(re.search(pattern, line) is not None for line in lines) == 5
    assert "…" not in "".join(lines)


def test_table_says_more_on_a_wider_terminal(table) -> None:
    heads = [len(re.findall(r"[a-z_]+", table(width)[1])) for width in (70, 80, 100, 120)]
    assert heads == sorted(set(heads))
    assert heads[-1] == 8
