"""The pages say what is so: their code runs and prints what they show, and their links lead on.

The conventions are in CONTRIBUTING.md. Pages about the domain and the clients have tests beside
those of the code they describe.
"""

import contextlib
import io
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

PAGES = [
    "README.md",
    "docs/alerts.md",
    "docs/alipay.md",
    "docs/anomalies.md",
    "docs/control-api.md",
    "docs/e-credential.md",
    "docs/errors.md",
    "docs/local-platforms.md",
    "docs/policy.md",
    "docs/third-party.md",
    "docs/wechat.md",
]
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^)\s]+)\)")
LOCAL = "http://127.0.0.1:8080"


def blocks(page: str) -> Iterator[tuple[str, str, bool]]:
    """Language and text of each code block, and whether it directly follows the one before."""
    end = 0
    for found in BLOCK.finditer(page):
        yield found[1], found[2], not page[end : found.start()].strip()
        end = found.end()


def is_like(shown: str, printed: str) -> bool:
    """Whether output is what a page shows; `…` stands for anything within a line."""
    pattern = "[^\n]*".join(map(re.escape, shown.strip().split("…")))
    return re.fullmatch(pattern, printed.strip()) is not None


def run_python(source: str, names: dict[str, Any], page: str) -> str:
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(source, page, "exec"), names)  # the page is ours
    return printed.getvalue()


def run_console(source: str, folder: Path) -> None:
    """Run each command of a block and compare what it prints."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    for command, shown in re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", source, re.MULTILINE):
        run = subprocess.run(
            ["bash", "-c", command],
            cwd=folder,
            env=os.environ | {"PATH": path},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert run.returncode == 0, run.stderr
        assert is_like(shown, run.stdout), f"$ {command}\n{run.stdout}"


@pytest.mark.parametrize("name", PAGES)
def test_code_on_the_page_does_what_the_page_says(
    name: str, pytestconfig: pytest.Config, start: Callable[..., Any], tmp_path: Path
) -> None:
    page = (pytestconfig.rootpath / name).read_text("utf-8")
    url = start().url
    names: dict[str, Any] = {"base_url": url}
    printed = compared = 0
    output = ""
    for language, text, follows in blocks(page):
        if language == "python" and "def test_" not in text:
            output = run_python(text.replace(LOCAL, url), names, name)
            printed += bool(output)
        elif language == "console":
            run_console(text, tmp_path)
        elif language in ("text", "json") and follows:
            assert is_like(text, output), f"{name} shows:\n{text}\nbut it prints:\n{output}"
            compared += 1
    assert printed == compared > 0, "what a block prints is shown below it, and nothing else is"
    for value in names.values():
        if hasattr(value, "close"):
            value.close()


def test_test_shown_on_the_first_page_passes(pytestconfig: pytest.Config, tmp_path: Path) -> None:
    page = (pytestconfig.rootpath / "README.md").read_text("utf-8")
    [source] = [text for _, text, _ in blocks(page) if "def test_" in text]
    (tmp_path / "test_first_page.py").write_text(source, "utf-8")
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert "1 passed" in run.stdout, run.stdout + run.stderr


def test_links_lead_to_what_is_there(pytestconfig: pytest.Config) -> None:
    root = pytestconfig.rootpath
    pages = [*root.glob("*.md"), *(root / "docs").glob("*.md")]
    dead = [
        f"{page.relative_to(root)}: {link}"
        for page in pages
        for link in LINK.findall(page.read_text("utf-8"))
        if not link.startswith(("http://", "https://", "#"))
        and not (page.parent / link.partition("#")[0]).exists()
    ]
    assert len(pages) >= 10
    assert dead == []


def test_index_lists_every_page(pytestconfig: pytest.Config) -> None:
    docs = pytestconfig.rootpath / "docs"
    listed = set(LINK.findall((docs / "README.md").read_text("utf-8"))) - {"../CONTRIBUTING.md"}
    assert listed == {page.name for page in docs.glob("*.md")} - {"README.md"}


def test_reference_tables_are_in_step_with_the_code(pytestconfig: pytest.Config) -> None:
    run = subprocess.run(
        [sys.executable, "-m", "tools.reference_tables", "--check"],
        cwd=pytestconfig.rootpath,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr


def test_reference_table_that_is_out_of_step_is_noticed() -> None:
    from tools.reference_tables import brought_up_to_date

    page = "before\n<!-- table: errors -->\n| old |\n<!-- end -->\nafter\n"
    wanted = brought_up_to_date(page)
    assert wanted.startswith("before\n<!-- table: errors -->\n| code | status |")
    assert wanted.endswith("<!-- end -->\nafter\n")
    assert "| `sign_in.locked` | 423 |" in wanted
    assert brought_up_to_date(wanted) == wanted


@pytest.mark.parametrize(
    ("shown", "printed", "same"),
    [
        ("a … c\n", "a b c\n", True),
        ("a\n", "a\n", True),
        ("a\n", "a\nb\n", False),
        ("a …", "a b\nc", False),
        ("a.c", "abc", False),
    ],
)
def test_output_is_compared_line_by_line(shown: str, printed: str, same: bool) -> None:
    assert is_like(shown, printed) is same
