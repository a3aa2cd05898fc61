"""docs/alipay.md names every method with all it takes, and every code with how to get it."""

import re

import pytest

from simulator.platforms.alipay import refusals
from simulator.platforms.alipay.method_table import METHODS, all_refusals


@pytest.fixture
def page(pytestconfig):
    return (pytestconfig.rootpath / "docs/alipay.md").read_text("utf-8")


def rows(section):
    return [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in section.splitlines()
        if line.startswith("| `")
    ]


def test_every_method_is_there_with_what_it_takes(page) -> None:
    listed = rows(page.split("## Methods")[1].split("## Codes")[0])
    told = {
        re.findall("`([^`]+)`", name)[0]: set(re.findall(r"`(\w+)`", t)) for name, t, _ in listed
    }
    assert told.keys() == METHODS.keys()
    for name, method in METHODS.items():
        taken = set(method.takes.load_fields) | ({"auth_token"} if method.signed_in else set())
        assert told[name] == taken, name


def test_every_code_is_told_how_to_get(page) -> None:
    told = {
        (code.strip("`"), sub_code)
        for code, sub_codes, _ in rows(page.split("## Codes")[1])
        for sub_code in re.findall("`([^`]+)`", sub_codes)
    }
    known = {("40001", sub_code) for sub_code, _ in refusals._MISSING.values()}
    known |= {("40002", sub_code) for sub_code, _ in refusals._INVALID.values()}
    for kind, teller in refusals.TABLE.items():
        if teller not in (refusals._missing, refusals._invalid):
            known.add(teller(kind())[:2])
    assert told == known


def test_every_refusal_of_the_gateway_has_words_of_its_own() -> None:
    for kind in all_refusals():
        named = any(each in refusals.TABLE for each in kind.__mro__[:-4])
        assert named, kind
