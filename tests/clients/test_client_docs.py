"""The pages about client and plugin: their code runs, and they name what exists."""

import inspect
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from pytest_yibao.server import ServerProcess
from yibao_client import NationalClient

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


def test_client_page_names_every_call() -> None:
    page = (DOCS / "client.md").read_text("utf-8")
    table = page.partition("## The calls")[2].partition("`AsyncNationalClient`")[0]
    named = set(re.findall(r"`(\w+)\(", table))
    calls = {
        name
        for name, member in vars(NationalClient).items()
        if inspect.isfunction(member) and not name.startswith("_")
    }
    assert named == calls
