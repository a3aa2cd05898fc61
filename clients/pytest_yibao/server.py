"""The simulator as a child process: started, waited for, stopped.

It is run as a command, not imported: a test process that patches time or sockets does not touch
it, and a folder called `simulator` in the project under test does not stand in its way.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import IO, Self

COMMAND = "yibao-sim"
_READY = re.compile(rf"{COMMAND} ready on (https?://\S+)")
_STOP_S = 10.0
_OUTPUT_SHOWN = 2_000


class ServerStartError(RuntimeError):
    """The simulator did not come up; says why and what it wrote."""


class ServerProcess:
    """One `yibao-sim serve` on a free port of the loopback address. Use as a context manager."""

    arguments: tuple[str, ...] = ("serve", "--host", "127.0.0.1", "--port", "0")

    def __init__(self, command: str | None = None, *, start_s: float = 30.0) -> None:
        self._start_s = start_s
        self._command = command or find_command()
        self._errors: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 -- closed by stop
        self._process: subprocess.Popen[bytes] | None = None
        self._reader: threading.Thread | None = None
        self._answered = threading.Event()
        self._url: str | None = None

    def start(self) -> str:
        """The base URL, once the server answers. Raises ServerStartError."""
        self._process = subprocess.Popen(
            [self._command, *self.arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            env=_environment(),
        )
        self._reader = threading.Thread(
            target=self._read, args=(self._process.stdout,), name="yibao-server-output", daemon=True
        )
        self._reader.start()
        self._answered.wait(self._start_s)
        if self._url is None:
            problem = self._why_not_ready()
            self.stop()
            raise ServerStartError(problem)
        return self._url

    def stop(self) -> None:
        """End the server: asked first, then made to."""
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(_STOP_S)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        if self._reader is not None:
            self._reader.join(_STOP_S)
        self._errors.close()

    @property
    def exit_code(self) -> int | None:
        """How the server ended; None while it runs, or before it was started."""
        return None if self._process is None else self._process.poll()

    def output(self) -> str:
        """The end of what the server wrote to standard error."""
        self._errors.seek(0)
        text = self._errors.read().decode("utf-8", "replace").strip()
        return f"It wrote: {text[-_OUTPUT_SHOWN:]}" if text else "It wrote nothing."

    def _why_not_ready(self) -> str:
        assert self._process is not None
        if self._answered.is_set():
            # Its output has ended, so its end is a matter of moments.
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(_STOP_S)
        code = self._process.poll()
        did = f"was not ready in {self._start_s} s" if code is None else f"ended with exit {code}"
        return f"`{self._command} serve` {did}. {self.output()}"

    def _read(self, stream: IO[bytes]) -> None:
        # Reads to the end, so that a talkative server never blocks on a full pipe.
        with stream:
            for line in stream:
                if self._url is None and (ready := _READY.search(line.decode("utf-8", "replace"))):
                    self._url = ready[1]
                    self._answered.set()
        self._answered.set()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()


def _environment() -> dict[str, str]:
    """This process's, without settings that were made for another server than this one."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("YIBAO_")}
    # The ready line must not linger in a buffer.
    return own | {"PYTHONUNBUFFERED": "1"}


def find_command() -> str:
    """The command beside this interpreter, or else on the path. Raises ServerStartError."""
    beside = Path(sys.executable).parent / COMMAND
    found = str(beside) if beside.is_file() else shutil.which(COMMAND)
    if found is None:
        raise ServerStartError(
            f"no `{COMMAND}` beside {sys.executable} or on PATH: install yibao-simulator there, "
            "or give --yibao-url"
        )
    return found
