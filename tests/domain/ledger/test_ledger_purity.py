"""The ledger's code holds no float and asks no clock."""

import ast
import sys
from pathlib import Path

import pytest

import simulator.domain.ledger
import simulator.domain.pool

MODULES = (
    Path(simulator.domain.pool.__file__),
    *sorted(Path(simulator.domain.ledger.__file__).parent.glob("*.py")),
)
ALLOWED = {"simulator", "yaml"} | (
    set(sys.stdlib_module_names) - {"time", "random", "secrets", "os", "zoneinfo", "decimal"}
)
CLOCK_READS = {"now", "today", "utcnow", "time", "time_ns", "monotonic", "fromtimestamp"}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_module_has_no_float_no_true_division_and_no_clock(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        assert not (isinstance(node, ast.Constant) and isinstance(node.value, float | complex))
        assert not isinstance(node, ast.Div)
        assert not (isinstance(node, ast.Name) and node.id in {"float", "round"})
        assert not (isinstance(node, ast.Attribute) and node.attr in CLOCK_READS)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_module_imports_only_the_domain_and_the_standard_library(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [node.module or ""]
        for name in names:
            assert name.split(".")[0] in ALLOWED
            assert not name.startswith("simulator") or name.startswith("simulator.domain.")
