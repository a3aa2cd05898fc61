"""Each example project passes when it is copied away and run there."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
PROJECTS = sorted(folder.name for folder in HERE.iterdir() if (folder / "README.md").is_file())


@pytest.mark.parametrize("project", PROJECTS)
def test_example_passes_where_a_newcomer_would_copy_it(project: str, tmp_path: Path) -> None:
    copy = shutil.copytree(
        HERE / project, tmp_path / project, ignore=shutil.ignore_patterns("__pycache__")
    )
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")
    }
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-p", "no:asyncio"],
        cwd=copy,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    written = (copy / f"test_{project}.py").read_text("utf-8").count("\ndef test_")
    assert f"{written} passed" in run.stdout


def test_there_is_an_example() -> None:
    assert "balance_lookup" in PROJECTS
