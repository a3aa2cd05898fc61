"""Real time is asked for in one module, and chance in few: read from the source."""

import ast
from pathlib import Path

SOURCE = Path(__file__).parents[2] / "simulator"
CLOCKS = {
    ("time", "time"),
    ("time", "time_ns"),
    ("time", "localtime"),
    ("time", "gmtime"),
    ("time", "ctime"),
    ("datetime", "now"),
    ("datetime", "utcnow"),
    ("datetime", "today"),
    ("date", "today"),
}


def asked_in(path: Path) -> set[tuple[str, str]]:
    """What a module asks the machine's clock, by attribute or by imported name."""
    tree = ast.parse(path.read_text("utf-8"))
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            owner = node.value
            name = owner.attr if isinstance(owner, ast.Attribute) else getattr(owner, "id", "")
            found.add((name, node.attr))
        elif isinstance(node, ast.ImportFrom) and node.module == "time":
            found |= {("time", each.name) for each in node.names}
    return found & CLOCKS


def imports(path: Path) -> set[str]:
    tree = ast.parse(path.read_text("utf-8"))
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {each.name for each in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
    return found


def modules():
    return {path.relative_to(SOURCE).as_posix(): path for path in SOURCE.rglob("*.py")}


def test_real_time_is_asked_for_in_one_module() -> None:
    found = {name for name, path in modules().items() if asked_in(path)}
    assert found == {"world.py"}


def test_reading_finds_each_way_of_asking(tmp_path) -> None:
    ways = [
        "import time\ntime.time()",
        "from time import time_ns\ntime_ns()",
        "import datetime\ndatetime.datetime.now()",
        "from datetime import date\ndate.today()",
    ]
    for number, text in enumerate(ways):
        path = tmp_path / f"way_{number}.py"
        path.write_text(text)
        assert asked_in(path), text


def test_nothing_is_left_to_chance_but_names_that_must_be_unguessable() -> None:
    for name, path in modules().items():
        assert "random" not in imports(path), name
    secretive = {name for name, path in modules().items() if imports(path) & {"secrets", "uuid"}}
    assert secretive <= {
        "world.py",
        "web/kernel.py",
        "services/alert_outbox.py",
        "services/alerts.py",
        "services/captchas.py",
        "services/e_credential_tokens.py",
        "services/face_service.py",
        "services/ledgers.py",
        "services/tokens.py",
    }
