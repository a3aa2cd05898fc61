"""docs/wechat.md names every call, every errcode and every result of a face check."""

import re

import pytest

from simulator.platforms.wechat import errcodes
from simulator.platforms.wechat.platform import wechat_api


@pytest.fixture
def page(pytestconfig):
    return (pytestconfig.rootpath / "docs/wechat.md").read_text("utf-8")


def test_every_call_is_in_the_table(page) -> None:
    told = set(re.findall(r"^\| `(\w+ /wechat/[^`]+)` \|", page, re.MULTILINE))
    calls = {
        f"{each.method} {platform.prefix}{each.path}"
        for platform in wechat_api()
        for each in platform.operations
    }
    assert told == (calls - {"POST /wechat/cgi-bin/token"}) | {
        "GET /wechat/connect/oauth2/authorize"
    }


def numbers_of(table):
    return {each.errcode for each in vars(errcodes)[table].values()}


def test_every_number_is_told_how_to_provoke(page) -> None:
    errors, faces = page.split("## Numbers")[1], page.split("## Numbers")[0]
    told = {int(each) for each in re.findall(r"^\| `(-?\d+)` \|", errors, re.MULTILINE)}
    known = numbers_of("ERRCODES") | numbers_of("_OF_MISSING") | numbers_of("_OF_INVALID")
    assert told == known | {43001}
    results = {int(each) for each in re.findall(r"^\| `(\d+)` \|", faces, re.MULTILINE)}
    assert results == set(errcodes.IDENTIFY_RETS.values())
