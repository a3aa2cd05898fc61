"""The plugin as a project meets it: pytest runs of their own, against a real server."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent

import httpx
import pytest

from pytest_yibao import plugin
from pytest_yibao.server import ServerProcess, ServerStartError


@pytest.fixture(scope="module")
def server_url() -> Iterator[str]:
    with ServerProcess() as server:
        yield server.start()


class Project:
    """A folder with tests in it, and pytest to run them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def run(self, source: str, *options: str, ini: str = "") -> str:
        (self.folder / "test_it.py").write_text(dedent(source), "utf-8")
        (self.folder / "pytest.ini").write_text(f"[pytest]\n{ini}\n", "utf-8")
        environment = {
            name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")
        }
        # Other people's plugins stay out: they cost a second each run. The examples run with all.
        environment["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
        plugins = ["-p", "pytest_yibao.plugin", "-p", "no:cacheprovider"]
        run = subprocess.run(
            [sys.executable, "-m", "pytest", *plugins, *options],
            cwd=self.folder,
            env=environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        return run.stdout + run.stderr


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path)


WORLD_OF_ITS_OWN = """
    import pytest

    names = set()

    @pytest.mark.parametrize("turn", range(3))
    def test_world(yibao, turn):
        assert yibao.name not in names
        names.add(yibao.name)
        person = yibao.people.one(registered=True)
        assert yibao.accounts.patch(person.id_number, locked=True).locked
        print("WORLD", yibao.name)
"""


def test_each_test_has_a_world_that_is_gone_afterwards(project: Project, server_url: str) -> None:
    output = project.run(WORLD_OF_ITS_OWN, "-s", f"--yibao-url={server_url}")
    assert "3 passed" in output
    names = {line.split()[-1] for line in output.splitlines() if "WORLD" in line}
    assert len(names) == 3
    listed = httpx.get(f"{server_url}/_control/worlds").json()["items"]
    assert names.isdisjoint(world["name"] for world in listed)


def test_server_can_be_named_in_the_configuration(project: Project, server_url: str) -> None:
    test = f"""
    def test_server(yibao):
        assert yibao.url == "{server_url}/w/" + yibao.name
    """
    assert "1 passed" in project.run(test, ini=f"yibao_url = {server_url}")


def test_workers_of_xdist_share_nothing_and_finish(project: Project) -> None:
    output = project.run(WORLD_OF_ITS_OWN, "-p", "xdist.plugin", "-n", "2")
    assert "3 passed" in output


def test_failed_test_shows_what_its_world_was_asked(project: Project, server_url: str) -> None:
    test = """
    from yibao_client.errors import WrongPasswordError

    def test_fails(yibao):
        person = yibao.people.one(registered=True)
        with yibao.national.client() as client:
            try:
                client.sign_in(phone=person.phone, password="Top-Secret-1")
            except WrongPasswordError:
                pass
        assert yibao.name == ""

    def test_passes(yibao):
        pass
    """
    output = project.run(test, f"--yibao-url={server_url}", "--tb=short")
    section = output.partition("journal of yibao world")[2]
    assert "401  POST   /national/api/v1/sessions  sign_in.wrong_password" in section
    assert "Top-Secret-1" not in output
    assert output.count("journal of yibao world") == 1


def test_marker_makes_the_world_and_a_closer_one_wins(project: Project, server_url: str) -> None:
    test = """
    import pytest

    pytestmark = pytest.mark.yibao(seed=5, policy={"lockout": {"threshold": 3}})

    @pytest.mark.yibao(seed=6, clock={"freeze": "2027-03-01T08:00:00+08:00"})
    def test_marked(yibao):
        assert yibao.seed == 6
        assert yibao.policy.get()["lockout"]["threshold"] == 3
        assert yibao.clock.now().isoformat() == "2027-03-01T08:00:00+08:00"

    @pytest.mark.yibao(sead=6)
    def test_misspelt(yibao):
        pass
    """
    output = project.run(test, f"--yibao-url={server_url}", "--strict-markers")
    assert "1 passed, 1 error" in output
    assert "takes seed, clock, policy by name; got ['sead']" in output


def test_control_token_is_shown_to_the_server(project: Project, tmp_path: Path) -> None:
    class Guarded(ServerProcess):
        arguments = (*ServerProcess.arguments, "--control-token", "open-sesame")

    with Guarded() as server:
        url = server.start()
        test = "def test_world(yibao): assert yibao.people.list(limit=1)"
        with_token = project.run(test, f"--yibao-url={url}", "--yibao-control-token=open-sesame")
        without = project.run(test, f"--yibao-url={url}")
    assert "1 passed" in with_token
    assert "control.unauthorised" in without


def test_run_without_the_fixture_loads_no_client_and_starts_no_server(project: Project) -> None:
    test = """
    import sys

    def test_nothing_loaded():
        assert "pytest_yibao.plugin" in sys.modules
        assert not {"httpx", "yibao_client", "simulator"} & set(sys.modules)
    """
    assert "1 passed" in project.run(test)


def test_test_that_deletes_its_own_world_is_no_error(project: Project, server_url: str) -> None:
    test = "def test_tidy(yibao): yibao.delete()"
    assert "1 passed" in project.run(test, f"--yibao-url={server_url}")


def test_every_option_and_fixture_begins_with_yibao(project: Project) -> None:
    fixtures = project.run("", "--fixtures", "-v")
    ours = [
        line.split()[0]
        for line in fixtures.splitlines()
        if "pytest_yibao" in line and not line.startswith("-")
    ]
    ours = [name for name in ours if not name.startswith("fixtures")]
    assert {"yibao", "yibao_control", "yibao_server_url"} == set(ours)
    options = project.run("", "--help").partition("simulated medical insurance platforms:")[2]
    block = options.partition("\n\n")[0]
    found = [line.split()[0] for line in block.splitlines() if line.startswith("  --")]
    assert found == ["--yibao-url=YIBAO_URL", "--yibao-control-token=YIBAO_CONTROL_TOKEN"]


def fake_command(folder: Path, script: str) -> str:
    command = folder / "yibao-sim"
    command.write_text(f"#!{sys.executable}\n{dedent(script)}", "utf-8")
    command.chmod(0o755)
    return str(command)


def test_server_that_cannot_start_says_why(tmp_path: Path) -> None:
    command = fake_command(
        tmp_path,
        """
        import sys
        sys.exit("the store is not readable")
        """,
    )
    with pytest.raises(ServerStartError, match=r"ended with exit 1.*the store is not readable"):
        ServerProcess(command).start()


def test_server_that_never_gets_ready_is_stopped(tmp_path: Path) -> None:
    command = fake_command(
        tmp_path,
        """
        import signal
        signal.pause()
        """,
    )
    server = ServerProcess(command, start_s=0.2)
    with pytest.raises(ServerStartError, match=r"was not ready in 0\.2 s"):
        server.start()
    assert server.exit_code is not None


def test_talkative_server_does_not_block_and_ends_when_told(tmp_path: Path) -> None:
    command = fake_command(
        tmp_path,
        """
        import signal, sys
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
        print("yibao-sim ready on http://127.0.0.1:9")
        print("x" * 1_000_000)
        sys.stdout.flush()
        signal.pause()
        """,
    )
    server = ServerProcess(command)
    with server:
        assert server.start() == "http://127.0.0.1:9"
    assert server.exit_code in (0, -15)


def test_settings_of_another_server_are_left_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YIBAO_CONTROL_TOKEN", "of-another-server")
    monkeypatch.setenv("YIBAO_STORE", "sqlite:////nonexistent/of-another-server.sqlite")
    with ServerProcess() as server:
        assert httpx.get(f"{server.start()}/_control/worlds").status_code == 200


def test_real_server_ends_cleanly() -> None:
    server = ServerProcess()
    with server:
        url = server.start()
        assert httpx.get(f"{url}/healthz").status_code == 200
    assert server.exit_code == 0
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{url}/healthz")


def test_missing_command_is_explained(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ServerStartError, match="install yibao-simulator there, or give"):
        ServerProcess()


def test_plugin_hides_no_name_of_a_project() -> None:
    public = {
        name
        for name, value in vars(plugin).items()
        if not name.startswith("_") and getattr(value, "__module__", None) == plugin.__name__
    }
    assert all(name.startswith(("pytest_", "yibao")) for name in public)
