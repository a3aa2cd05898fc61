"""The commands of the project itself: what `make` and `.ci/run` do when something is missing."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

MAKES_OWN = {"MAKEFLAGS", "MAKELEVEL", "MFLAGS", "GNUMAKEFLAGS", "MAKEOVERRIDES"}


def script(path: Path, text: str) -> Path:
    path.write_text(f"#!/bin/sh\n{text}\n", "utf-8")
    path.chmod(0o755)
    return path


@pytest.fixture
def tree(pytestconfig: pytest.Config, tmp_path: Path) -> Path:
    """A folder with nothing but the Makefile and what starts it."""
    shutil.copy(pytestconfig.rootpath / "Makefile", tmp_path)
    shutil.copytree(pytestconfig.rootpath / ".ci", tmp_path / ".ci")
    for name in ("setup.cfg", "pyproject.toml"):
        (tmp_path / name).touch()
    return tmp_path


def run(tree: Path, *command: str, path: Path | None = None) -> subprocess.CompletedProcess[str]:
    # These tests are themselves run by make, which marks what it starts.
    environment = {name: value for name, value in os.environ.items() if name not in MAKES_OWN}
    if path is not None:
        environment["PATH"] = f"{path}{os.pathsep}{environment['PATH']}"
    return subprocess.run(
        command, cwd=tree, env=environment, capture_output=True, text=True, timeout=60, check=False
    )


def test_help_lists_every_target_that_is_no_file(tree: Path) -> None:
    text = (tree / "Makefile").read_text("utf-8")
    [phony] = re.findall(r"^\.PHONY: (.*)$", text, re.MULTILINE)
    listed = {line.split()[1] for line in run(tree, "make").stdout.splitlines()}
    assert listed == set(phony.split()) - {"test-commands"}


@pytest.mark.parametrize("target", ["demo", "test", "serve", "lint", "bench"])
def test_older_python_is_told_apart_in_one_line(tree: Path, target: str) -> None:
    old = script(tree / "python3.9", '[ "$1" = --version ] && echo "Python 3.9.2" || exit 1')
    make = run(tree, "make", target, f"PYTHON={old}")
    assert make.returncode != 0
    [line] = [line for line in make.stderr.splitlines() if not line.startswith("make: ***")]
    assert line == (
        f"yibao-simulator needs Python 3.11 or newer, and {old} is Python 3.9.2; "
        "name another with make PYTHON=python3.12"
    )
    assert not (tree / ".venv").exists()


@pytest.mark.parametrize(
    ("make", "status", "closing"),
    [
        ("echo '1152 passed in 36.62s'", 0, "1152 passed in 36.62s"),
        ("echo '==== 3 passed, 1 skipped in 2s ===='", 0, "==== 3 passed, 1 skipped in 2s ===="),
        ("echo '1 failed, 3 passed in 2s'; exit 2", 2, "1 failed, 3 passed in 2s"),
        ("echo '3 passed in 2s'; echo 'Coverage failure'; exit 2", 2, "3 passed in 2s"),
        ("echo 'no tests ran in 0.01s'", 1, "no tests ran in 0.01s"),
        ("echo '1152 deselected in 1s'", 1, "1152 deselected in 1s"),
        ("echo 'Found 3 errors.'; exit 2", 2, "pytest did not run"),
        ("exit 0", 1, "pytest did not run"),
    ],
)
def test_ci_ends_with_pytests_closing_line_and_fails_without_tests(
    tree: Path, make: str, status: int, closing: str
) -> None:
    (tree / "bin").mkdir()
    script(tree / "bin" / "make", make)
    ci = run(tree, ".ci/run", path=tree / "bin")
    assert ci.returncode == status
    assert ci.stdout.splitlines()[-1] == closing
