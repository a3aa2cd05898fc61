"""The distribution built once from a copy of the tree, and installed where nothing else is."""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

BUILT_FROM = ("simulator", "clients", "setup.cfg", "pyproject.toml", "README.md", "LICENSE")


@dataclass(frozen=True)
class Installed:
    """A wheel unpacked by pip, and a folder outside the project to use it from."""

    folder: Path
    elsewhere: Path

    def run(self, *command: str | Path, timeout_s: float = 60) -> subprocess.CompletedProcess[str]:
        """Run a command that sees the installed packages before any others."""
        return subprocess.run(
            [str(part) for part in command],
            cwd=self.elsewhere,
            env=os.environ | {"PYTHONPATH": str(self.folder)},
            capture_output=True,
            text=True,
            timeout=timeout_s,
            check=False,
        )


@pytest.fixture(scope="session")
def wheel(pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel, made from the source distribution as an index would serve it."""
    tree = tmp_path_factory.mktemp("tree")
    for name in BUILT_FROM:
        source = pytestconfig.rootpath / name
        if source.is_dir():
            shutil.copytree(
                source, tree / name, ignore=shutil.ignore_patterns("__pycache__", "*.egg-info")
            )
        else:
            shutil.copy(source, tree)
    output = tmp_path_factory.mktemp("dist")
    built = subprocess.run(
        [sys.executable, "-m", "build", "--outdir", output, tree],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert built.returncode == 0, built.stdout[-2000:] + built.stderr[-2000:]
    [path] = output.glob("*.whl")
    return path


@pytest.fixture(scope="session")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """The wheel installed alone, its dependencies being those of this environment."""
    folder = tmp_path_factory.mktemp("installed")
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
    subprocess.run(
        [*pip, "--no-deps", "--no-index", "--target", folder, wheel], check=True, timeout=120
    )
    return Installed(folder, tmp_path_factory.mktemp("elsewhere"))
