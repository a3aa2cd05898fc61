"""The pages about client and plugin: their code runs, and they name what exists."""

import inspect
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import yibao_client
from pytest_yibao.server import ServerProcess
from yibao_client import LocalClient, NationalClient
from yibao_client.insurer import InsurerClient

DOCS = Path(__file__).parents[2] / "docs"


def code_of(page: str) -> list[str]:
    return re.findall(r"^```python\n(.*?)^```$", (DOCS / page).read_text("utf-8"), re.M | re.S)


def test_client_page_runs_from_top_to_bottom(capsys: pytest.CaptureFixture[str]) -> None:
    blocks = code_of("client.md")
    assert len(blocks) >= 7
    with ServerProcess() as server:
        names: dict[str, object] = {"base_url": server.start()}
        for block in blocks:
            exec(compile(block, "client.md", "exec"), names)  # the page is ours
    printed = capsys.readouterr().out
    assert "insurance failed" in printed
    assert "transactions done" in printed
    assert "e_credential.used\nregion.not_insured_here" in printed
    assert "behind local" in printed
    assert "not signed in: session.missing" in printed


def test_plugin_page_is_a_test_file_that_passes(tmp_path: Path) -> None:
    source = "\n\n".join(code_of("pytest-plugin.md"))
    (tmp_path / "test_page.py").write_text(source, "utf-8")
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "pytest_yibao.plugin", "-p", "no:cacheprovider"],
        cwd=tmp_path,
        env=os.environ | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert f"{source.count('def test_')} passed" in run.stdout, run.stdout + run.stderr


@pytest.mark.parametrize(
    ("heading", "classes"),
    [("The calls", (InsurerClient, NationalClient)), ("Local platforms", (LocalClient,))],
)
def test_client_page_names_every_call(heading: str, classes: tuple[type, ...]) -> None:
    page = (DOCS / "client.md").read_text("utf-8")
    section = page.partition(f"## {heading}\n")[2].partition("\n## ")[0]
    table = "\n".join(line for line in section.splitlines() if line.startswith("|"))
    calls = {
        name
        for kind in classes
        for name, member in vars(kind).items()
        if inspect.isfunction(member) and not name.startswith("_")
    }
    assert set(re.findall(r"`(\w+)\(", table)) == calls


def test_every_public_name_has_its_place_on_the_page() -> None:
    page = (DOCS / "client.md").read_text("utf-8")
    assert [name for name in yibao_client.__all__ if not re.search(rf"\b{name}\b", page)] == []
