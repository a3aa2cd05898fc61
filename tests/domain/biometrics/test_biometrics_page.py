"""docs/biometrics.md says what the code does and what the evaluation measures."""

import re
from dataclasses import fields
from pathlib import Path

import pytest

from simulator.domain import biometrics
from simulator.domain.biometrics import BiometricPolicy, Verdict
from tools.evaluate_biometrics import NOISES, degrees_of_freedom, lines, measured

PAGE = (Path(__file__).parents[3] / "docs" / "biometrics.md").read_text(encoding="utf-8")
POLICY = BiometricPolicy()
ROW = re.compile(r"^\| (\d\.\d) \| (\d\.\d+) \| (\d\.\d+) \|", re.MULTILINE)


def section(kind):
    return PAGE.partition(f"### {kind}, threshold {POLICY.threshold(kind):.2f}")[2].partition(
        "###"
    )[0]


@pytest.mark.parametrize("kind", biometrics.KINDS)
@pytest.mark.parametrize("noise", [0.0, 0.2, 0.5])
def test_genuine_scores_are_those_of_the_page(kind, noise, key):
    rows = {float(n): float(mean) for n, mean, _ in ROW.findall(section(kind))}
    found = measured(key, kind, 80, noise, genuine=True)
    assert abs(sum(found.scores) / len(found.scores) - rows[noise]) < 0.035


@pytest.mark.parametrize("kind", biometrics.KINDS)
def test_ordinary_sensor_rejects_nobody_and_accepts_no_stranger(kind, key):
    threshold = POLICY.threshold(kind)
    genuine = measured(key, kind, 200, biometrics.DEFAULT_NOISE, genuine=True)
    assert (min(genuine.scores) >= threshold, genuine.noisy) == (True, 0)
    strangers = measured(key, kind, 200, biometrics.DEFAULT_NOISE, genuine=False)
    assert (max(strangers.scores) < threshold, len(strangers.scores)) == (True, 200)


@pytest.mark.parametrize("kind", biometrics.KINDS)
def test_page_has_a_row_for_every_noise_measured(kind):
    rows = re.findall(r"^\| (\d\.\d) \|", section(kind), re.MULTILINE)
    assert tuple(map(float, rows)) == NOISES


def test_page_states_the_freedom_of_the_irises(key):
    stated = int(re.search(r"(\d+) degrees of freedom\.", PAGE)[1])
    assert abs(degrees_of_freedom(key, 500)[2] - stated) < 50


def test_report_has_a_table_for_each_kind():
    report = list(lines(1, 10))
    for kind in biometrics.KINDS:
        assert f"### {kind}, threshold {POLICY.threshold(kind):.2f}" in report
    assert sum(line.startswith("| 0.2 |") for line in report) == 2


def test_page_lists_every_value_of_the_policy_with_its_default():
    for field in fields(POLICY):
        default = getattr(POLICY, field.name)
        shown = ", ".join(default) if isinstance(default, tuple) else default
        assert f"| `{field.name}` | {shown} |" in PAGE


def test_page_lists_every_code():
    outcomes = Verdict.__annotations__["outcome"].__args__
    codes = {
        biometrics.refusal_code(outcome, kind) for outcome in outcomes for kind in biometrics.KINDS
    } | {"biometrics.not_a_sample", "biometrics.wrong_kind", "biometrics.noisy"}
    assert {code for code in codes if code and f"`{code}`" not in PAGE} == set()
