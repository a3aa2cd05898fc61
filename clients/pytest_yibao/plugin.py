"""Fixtures and options. Every name begins with `yibao`, so nothing of a project's own is hidden.

The server is started when the first test asks for it and stopped at the end of the run. Under
pytest-xdist each worker has its own: nothing needs to be agreed between processes, and a worker
that dies takes no one else's server with it. `--yibao-url` shares one that runs already.

`yibao_client` is imported only when a fixture is used: a run without simulated platforms pays
nothing.
"""

from collections.abc import Generator, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from yibao_client import ControlClient, World

_WORLD: pytest.StashKey["World"] = pytest.StashKey()
_JOURNAL_SHOWN = 20
_MARKER = "yibao"
_MARKER_TAKES = ("seed", "clock", "policy")


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("yibao", "simulated medical insurance platforms")
    group.addoption(
        "--yibao-url", help="use the simulator at this base URL instead of starting one"
    )
    group.addoption("--yibao-control-token", help="control token of the simulator at --yibao-url")
    parser.addini("yibao_url", "as --yibao-url", default=None)
    parser.addini("yibao_control_token", "as --yibao-control-token", default=None)


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line(
        "markers",
        "yibao(seed=None, clock=None, policy=None): how to make the world of a test's `yibao` "
        "fixture",
    )


@pytest.fixture(scope="session")
def yibao_server_url(pytestconfig: pytest.Config) -> Generator[str]:
    """Base URL of the simulator that serves this run."""
    if given := _setting(pytestconfig, "yibao_url"):
        yield given
        return
    from pytest_yibao.server import ServerProcess

    with ServerProcess() as server:
        yield server.start()


@pytest.fixture(scope="session")
def yibao_control(yibao_server_url: str, pytestconfig: pytest.Config) -> "Generator[ControlClient]":
    """The control API of that simulator: makes worlds beside the test's own."""
    from yibao_client import ControlClient

    token = _setting(pytestconfig, "yibao_control_token")
    with ControlClient(yibao_server_url, token=token) as control:
        yield control


@pytest.fixture
def yibao(yibao_control: "ControlClient", request: pytest.FixtureRequest) -> "Generator[World]":
    """A world of the test's own, deleted afterwards."""
    world = yibao_control.create_world(**_wanted(request.node))
    request.node.stash[_WORLD] = world
    yield world
    del request.node.stash[_WORLD]
    _remove(world)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Show what the world was asked when a test failed."""
    report = yield
    if report.failed and report.when != "teardown" and _WORLD in item.stash:
        world = item.stash[_WORLD]
        report.sections.append((f"journal of yibao world {world.name}", _journal_of(world)))
    return report


def _setting(config: pytest.Config, name: str) -> str | None:
    given = config.getoption(name) or config.getini(name)
    return str(given) if given else None


def _remove(world: "World") -> None:
    from yibao_client.errors import TransportError, WorldError

    # A test may have deleted its world, and Ctrl-C ends the server together with the run.
    with suppress(WorldError, TransportError):
        world.delete()


def _wanted(node: pytest.Item) -> Mapping[str, Any]:
    """What the nearest marker asks for; a closer marker wins value by value."""
    wanted: dict[str, Any] = {}
    for marker in reversed(list(node.iter_markers(_MARKER))):
        unknown = sorted(set(marker.kwargs) - set(_MARKER_TAKES))
        if marker.args or unknown:
            raise pytest.UsageError(
                f"@pytest.mark.{_MARKER} takes {', '.join(_MARKER_TAKES)} by name; "
                f"got {list(marker.args) + unknown}"
            )
        wanted.update(marker.kwargs)
    return wanted


def _journal_of(world: "World") -> str:
    from yibao_client import YibaoError

    try:
        entries = world.journal.entries()
    except YibaoError as error:
        return f"could not be read: {error}"
    if not entries:
        return "no request reached this world"
    return "\n".join(map(str, entries[-_JOURNAL_SHOWN:]))
