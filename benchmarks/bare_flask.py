"""The yardstick: a stock Flask application with one view, on the simulator's own front."""

import sys
from pathlib import Path
from typing import Any

from flask import Flask
from granian.constants import HTTPModes, Interfaces, Loops
from granian.log import LogLevels
from granian.server.mp import MPServer

from benchmarks.servers import BALANCE_PATH
from simulator.front import Front


def load(body_file: str) -> Any:
    """The front around the application."""
    body = Path(body_file).read_bytes()
    app = Flask("bare")

    @app.get(BALANCE_PATH)
    def balance() -> tuple[bytes, int, dict[str, str]]:
        return body, 200, {"Content-Type": "application/json"}

    return Front(app, max_body_bytes=65536)


def main() -> None:
    """Serve on the port given, until stopped."""
    port, body_file = sys.argv[1:]
    server = MPServer(
        "bare",
        address="127.0.0.1",
        port=int(port),
        interface=Interfaces.RSGI,
        http=HTTPModes.http1,
        loop=Loops.asyncio,
        websockets=False,
        backlog=4096,
        backpressure=4096,
        log_level=LogLevels.error,
    )
    server.serve(target_loader=lambda: load(body_file), wrap_loader=False)


if __name__ == "__main__":
    main()
