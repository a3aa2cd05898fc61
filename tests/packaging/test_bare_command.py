"""What `yibao-sim` says to somebody who names no command."""

from click.testing import CliRunner

from simulator.cli import main


def test_no_command_is_met_with_the_help_on_stderr() -> None:
    result = CliRunner().invoke(main, [])
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("Usage: ")
    for command in main.commands:
        assert f"  {command} " in result.stderr
