"""Telling a story on a console: steps, what came of them, and whether that is as it should be."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console

from yibao_client import RefusedError


class StepFailedError(Exception):
    """A step did not come out as it should."""


class Teller:
    """Numbers the steps and counts those that failed."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self.failed = 0
        self._number = 0

    def chapter(self, title: str) -> None:
        """Begin a part of the story."""
        self.say(f"\n[bold]{title}[/]")

    @contextmanager
    def step(self, title: str) -> Iterator[None]:
        """Tell a step; one that fails is told and counted, and the story goes on."""
        self._number += 1
        self.say(f"[bold cyan]{self._number}.[/] {title}")
        try:
            yield
        except StepFailedError as failure:
            self.fail(str(failure))

    def refused(self, call: Callable[[], object], code: str) -> None:
        """Make a call that must be refused with a code."""
        try:
            call()
        except RefusedError as error:
            told = f"refused as it should be: {error.code} {error.message}"
            self.expect(error.code == code, told)
            return
        raise StepFailedError(f"not refused; {code} was expected")

    def expect(self, holds: bool, what: str) -> None:
        """Tell what holds; raise StepFailedError when it does not."""
        if not holds:
            raise StepFailedError(f"not so: {what}")
        self.say(f"   [green]✓[/] {what}")

    def note(self, text: str) -> None:
        """Tell something by the way."""
        self.say(f"   [dim]·[/] {text}")

    def fail(self, text: str) -> None:
        """Tell that something went wrong."""
        self.failed += 1
        self.say(f"   [red]✗ {text}[/]")

    def say(self, text: str) -> None:
        """Print a line as it is."""
        self.console.print(text, highlight=False, soft_wrap=True)
