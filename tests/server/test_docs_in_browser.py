"""The viewer at /docs, in a real browser: it shows every call and asks nobody else for anything."""

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

BROWSERS = ("chromium", "chromium-browser", "google-chrome")


@pytest.fixture(scope="module")
def browser() -> str:
    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    assert found, f"none of {', '.join(BROWSERS)} is installed; `make test` says how"
    return found


def test_viewer_shows_every_call_without_any_outside_request(
    one_worker: Any, browser: str, tmp_path: Path
) -> None:
    log = tmp_path / "net.json"
    run = subprocess.run(
        [
            browser,
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--disable-background-networking",
            "--disable-component-update",
            # Names lead nowhere, so a page that needs another host stays empty.
            "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
            # The viewer shows as many calls as there is room for, and more when it is scrolled.
            "--window-size=1280,60000",
            f"--user-data-dir={tmp_path / 'profile'}",
            f"--log-net-log={log}",
            "--virtual-time-budget=20000",
            "--dump-dom",
            f"{one_worker.url}/docs/",
        ],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert run.returncode == 0, run.stderr[-2000:]

    document = one_worker.client().get("/openapi.json").json()
    calls = {
        (method.upper(), path) for path, methods in document["paths"].items() for method in methods
    }
    assert len(calls) > 30
    shown = set(
        re.findall(
            r'class="opblock-summary-method">(\w+)<.*?data-path="([^"]+)"', run.stdout, re.DOTALL
        )
    )
    assert shown == calls

    asked = requests_of_the_page(log, one_worker.url)
    assert f"{one_worker.url}/openapi.json" in asked
    assert [url for url in asked if not url.startswith((one_worker.url, "data:", "blob:"))] == []


def requests_of_the_page(log: Path, origin: str) -> list[str]:
    """The URLs that the page itself asked for, by the browser's own record."""
    record = json.loads(log.read_text("utf-8"))
    started = record["constants"]["logEventTypes"]["URL_REQUEST_START_JOB"]
    return [
        event["params"]["url"]
        for event in record["events"]
        if event["type"] == started and event.get("params", {}).get("initiator") == origin
    ]
