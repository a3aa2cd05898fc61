"""What is installed: exactly the three packages, complete, and usable away from the tree."""

import configparser
import json
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

TOP_LEVEL = {"simulator", "yibao_client", "pytest_yibao"}
FOLDERS = {"simulator": ".", "yibao_client": "clients", "pytest_yibao": "clients"}


@pytest.fixture(scope="module")
def contents(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return {name for name in archive.namelist() if not name.endswith("/")}


@pytest.fixture(scope="module")
def tree(pytestconfig: pytest.Config) -> set[str]:
    """Every file of the packages, as a path below a folder of sys.path."""
    found = set()
    for package, folder in FOLDERS.items():
        root = pytestconfig.rootpath / folder
        for path in (root / package).rglob("*"):
            if path.is_file() and "__pycache__" not in path.parts:
                found.add(path.relative_to(root).as_posix())
    return found


def test_wheel_holds_every_file_of_the_packages_and_nothing_else(
    contents: set[str], tree: set[str]
) -> None:
    packaged = {name for name in contents if ".dist-info/" not in name}
    assert packaged == tree
    assert {name.partition("/")[0] for name in packaged} == TOP_LEVEL


def test_wheel_carries_the_data_that_the_server_reads(contents: set[str]) -> None:
    assert "simulator/policy/defaults.yaml" in contents
    assert "simulator/domain/data/benefits.yaml" in contents
    assert {f"{name}/py.typed" for name in TOP_LEVEL} <= contents


def test_wheel_carries_the_licence(contents: set[str]) -> None:
    assert any(name.endswith(".dist-info/licenses/LICENSE") for name in contents)


def test_setup_lists_every_package_of_the_tree(pytestconfig: pytest.Config, tree: set[str]) -> None:
    setup = configparser.ConfigParser()
    setup.read(pytestconfig.rootpath / "setup.cfg", encoding="utf-8")
    listed = setup["options"]["packages"].split()
    folders = {Path(name).parent for name in tree if name.endswith(".py")}
    assert sorted(listed) == sorted(".".join(folder.parts) for folder in folders)
    assert len(set(listed)) == len(listed)


def test_every_package_says_what_it_is(pytestconfig: pytest.Config, tree: set[str]) -> None:
    folders = {Path(name).parent for name in tree if name.endswith(".py")}
    silent = [
        folder.as_posix()
        for folder in folders
        if f"{folder.as_posix()}/__init__.py" not in tree
        or not (pytestconfig.rootpath / FOLDERS[folder.parts[0]] / folder / "__init__.py")
        .read_text("utf-8")
        .startswith('"""')
    ]
    assert not silent


def test_installed_packages_import_away_from_the_tree(installed: Any) -> None:
    script = (
        "import json, simulator, yibao_client, pytest_yibao;"
        "print(json.dumps([m.__file__ for m in (simulator, yibao_client, pytest_yibao)]))"
    )
    run = installed.run(sys.executable, "-W", "error", "-c", script)
    assert run.returncode == 0, run.stderr
    assert all(Path(file).is_relative_to(installed.folder) for file in json.loads(run.stdout))


def test_installed_command_says_its_version(installed: Any, wheel: Path) -> None:
    run = installed.run(installed.folder / "bin" / "yibao-sim", "--version")
    assert (run.returncode, run.stderr) == (0, "")
    assert run.stdout == f"yibao-sim, version {wheel.name.split('-')[1]}\n"


def test_installed_server_and_plugin_serve_a_balance(installed: Any) -> None:
    """With every data file in its place, through the entry point that pytest itself finds."""
    test_file = installed.elsewhere / "test_balance.py"
    test_file.write_text(
        "import simulator\n"
        "def test_balance(yibao):\n"
        f"    assert simulator.__file__.startswith({str(installed.folder)!r})\n"
        "    person = yibao.people.one(insutype='310', registered=True)\n"
        "    with yibao.national.client() as client:\n"
        "        client.sign_in(phone=person.phone, password=person.default_password)\n"
        "        assert client.balance().personal_account is not None\n",
        "utf-8",
    )
    run = installed.run(sys.executable, "-m", "pytest", "-p", "no:cacheprovider", test_file)
    assert "1 passed" in run.stdout, run.stdout + run.stderr
