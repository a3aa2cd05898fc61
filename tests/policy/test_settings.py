"""Settings of a server: options first, then the environment, then defaults; and refusals."""

import re
from dataclasses import MISSING, fields
from pathlib import Path

import pytest

from simulator.cli import serve
from simulator.settings import Settings, SettingsError, is_loopback, settings_from


def test_defaults_are_a_private_server_in_memory() -> None:
    settings = settings_from({})
    assert settings == Settings()
    assert (settings.host, settings.store, settings.control_token) == (
        "127.0.0.1",
        "sqlite://",
        None,
    )


def test_environment_stands_in_where_no_option_is_given() -> None:
    environ = {
        "YIBAO_PORT": "9000",
        "YIBAO_SEED": "7",
        "YIBAO_CONTROL_TOKEN": "sesame",
        "YIBAO_JOURNAL_DIR": "/somewhere",
        "YIBAO_STORE": "sqlite:////x.sqlite",
        "YIBAO_WORKERS": "2",
        "YIBAO_JOURNAL_BYTES": "65536",
        "YIBAO_MAX_BODY_BYTES": "1024",
        "YIBAO_HOST": "0.0.0.0",
        "YIBAO_ALLOW_WEBHOOKS": "hooks.example, [::2],10.0.0.5,",
        "PORT": "1",
    }
    settings = settings_from(environ, port=9001, seed=None)
    assert settings == Settings(
        host="0.0.0.0",
        port=9001,
        workers=2,
        store="sqlite:////x.sqlite",
        control_token="sesame",
        seed=7,
        journal_bytes=65536,
        journal_dir="/somewhere",
        max_body_bytes=1024,
        allow_webhooks="hooks.example, [::2],10.0.0.5,",
    )
    assert settings.webhook_hosts == ("hooks.example", "::2", "10.0.0.5")


def test_option_of_zero_is_given() -> None:
    assert settings_from({"YIBAO_PORT": "9000"}, port=0).port == 0
    assert settings_from({"YIBAO_SEED": "9"}, seed=0).seed == 0


@pytest.mark.parametrize(
    ("environ", "given", "told"),
    [
        ({"YIBAO_PORT": "many"}, {}, "YIBAO_PORT: 'many'"),
        ({}, {"workers": "x"}, "--workers: 'x'"),
        ({}, {"journal_bytes": "x"}, "--journal-bytes: 'x'"),
        ({}, {"port": 65536}, "port 65536"),
        ({}, {"port": -1}, "port -1"),
        ({}, {"workers": 0}, "workers 0"),
        ({}, {"workers": 65}, "workers 65"),
        ({}, {"seed": -1}, "seed -1"),
        ({}, {"seed": 2**64}, "seed"),
        ({}, {"store": "mysql://x"}, "sqlite://"),
        ({}, {"journal_bytes": 100}, "100 bytes"),
        ({}, {"control_token": "  "}, "token is empty"),
        ({}, {"allow_webhooks": "a.example,http://b"}, "webhooks to 'http://b'"),
        ({"YIBAO_ALLOW_WEBHOOKS": "b.example:80"}, {}, "webhooks to 'b.example:80'"),
        ({}, {"host": "0.0.0.0"}, "--control-token"),
        ({"YIBAO_HOST": "::"}, {}, "--control-token"),
        ({}, {"host": "example.org"}, "--control-token"),
    ],
)
def test_setting_that_cannot_be_used_is_refused_by_name(environ, given, told) -> None:
    with pytest.raises(SettingsError) as refusal:
        settings_from(environ, **given)
    assert told in str(refusal.value)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.9.9.9", "localhost", "::1", "[::1]"])
def test_loopback_needs_no_token(host) -> None:
    assert is_loopback(host)
    assert Settings(host=host).control_token is None


@pytest.mark.parametrize(
    "host", ["0.0.0.0", "::", "10.0.0.1", "example.org", "", "127.0.0.1.nip.io"]
)
def test_anything_else_is_public(host) -> None:
    assert not is_loopback(host)
    assert Settings(host=host, control_token="sesame").host == host


def test_page_lists_every_setting_with_its_option_and_default() -> None:
    page = Path(__file__).parents[2].joinpath("docs", "server.md").read_text("utf-8")
    table = page.partition("<!-- table: settings -->")[2].partition("<!-- end -->")[0]
    rows = re.findall(r"^\| (?:`(.*?)`)? ?\| `(YIBAO_\w+)` \| (?:none|`(.*?)`) \|", table, re.M)
    options = {name for parameter in serve.params for name in parameter.opts}
    expected = []
    for setting in fields(Settings):
        option = f"--{setting.name.replace('_', '-')}"
        assert setting.default is not MISSING
        default = "" if setting.default is None else str(setting.default)
        expected.append(
            (option if option in options else "", f"YIBAO_{setting.name.upper()}", default)
        )
    assert rows == expected
