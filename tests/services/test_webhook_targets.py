"""Where webhooks may go: what is let through, what is refused, and that names are asked again."""

import socket

import pytest

from simulator.errors import AlertTargetError
from simulator.services.webhook_targets import WebhookTargets, read_target, resolve

NAMES = {
    "good.example": ["127.0.0.1", "::1"],
    "mixed.example": ["127.0.0.1", "10.0.0.1"],
    "evil.example": ["169.254.169.254"],
    "mapped.example": ["::ffff:127.0.0.1", "::ffff:10.0.0.1"],
    "void.example": [],
}


def known(host, _port):
    try:
        return [socket.inet_ntoa(socket.inet_aton(host))]
    except OSError:
        pass
    if ":" in host:
        return [host]
    if host not in NAMES:
        raise OSError(socket.EAI_NONAME, "Name or service not known")
    return NAMES[host]


def problem(url, *allowed):
    with pytest.raises(AlertTargetError) as refusal:
        WebhookTargets(allowed, known).accept(url)
    return refusal.value.details["problem"]


@pytest.mark.parametrize(
    ("url", "host", "port"),
    [
        ("http://127.0.0.1:9000/hook?x=1", "127.0.0.1", 9000),
        ("https://127.9.9.9/", "127.9.9.9", 443),
        ("http://[::1]/a", "::1", 80),
        ("http://[::ffff:127.0.0.1]:81/a", "::ffff:127.0.0.1", 81),
        ("HTTP://GOOD.example/", "good.example", 80),
        ("http://2130706433/", "2130706433", 80),
        ("http://0x7f.1/", "0x7f.1", 80),
    ],
)
def test_loopback_is_let_through_however_it_is_written(url, host, port):
    found = WebhookTargets((), known).accept(url)
    assert (found.url, found.host, found.port) == (url, host, port)


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("http://10.0.0.1/", "10.0.0.1 is at 10.0.0.1, which is not a loopback address"),
        ("http://0.0.0.0/", "not a loopback"),
        ("http://[::]/", "not a loopback"),
        ("http://[::ffff:10.0.0.1]/", "not a loopback"),
        ("http://167772161/", "is at 10.0.0.1"),
        ("http://evil.example/", "evil.example is at 169.254.169.254"),
        ("http://mixed.example/", "mixed.example is at 10.0.0.1"),
        ("http://mapped.example/", "is at ::ffff:10.0.0.1"),
        ("http://void.example/", "has no address"),
        ("http://nobody.example/", "nobody.example cannot be resolved"),
        ("http://127.0.0.1.nip.example/", "cannot be resolved"),
        ("ftp://127.0.0.1/", "'ftp', neither http nor https"),
        ("127.0.0.1:80", "neither http nor https"),
        ("", "ASCII"),
        ("http:///x", "names no host"),
        ("http://u:p@127.0.0.1/", "user name"),
        ("http://127.0.0.1@10.0.0.1/", "user name"),
        ("http://127.0.0.1/#x", "fragment"),
        ("http://127.0.0.1:0/", "port 0"),
        ("http://127.0.0.1:99999/", "no URL"),
        ("http://[::1/", "no URL"),
        ("http://127.0.0.1/a b", "a space"),
        ("http://127.0.0.1/\r\nX: y", "a space"),
        ("http://127.0.0.1/余额", "not ASCII"),
        ("http://127.0.0.1/" + "x" * 2000, "longer than 2000"),
    ],
)
def test_everything_else_is_refused_with_the_reason(url, told):
    assert told in problem(url)


def test_operator_lets_hosts_through_by_name():
    targets = WebhookTargets(("evil.example", "::2"), known)
    assert targets.accept("http://Evil.example/").host == "evil.example"
    assert targets.accept("http://[::2]/").host == "::2"
    assert "not a loopback" in problem("http://10.0.0.1/", "evil.example")
    assert WebhookTargets(("any",), known).accept("http://10.0.0.1/").port == 80
    assert "neither" in problem("file:///etc/passwd", "any")


def test_name_that_has_moved_is_refused_when_it_is_used(monkeypatch):
    targets = WebhookTargets((), known)
    targets.accept("http://good.example/")
    monkeypatch.setitem(NAMES, "good.example", ["10.0.0.1"])
    with pytest.raises(AlertTargetError):
        targets.addresses("good.example", 80)


def test_system_resolves_loopback_and_says_what_is_no_name():
    assert resolve("127.0.0.1", 80) == ["127.0.0.1"]
    assert set(resolve("localhost", 80)) <= {"127.0.0.1", "::1"}
    with pytest.raises(OSError, match="no host name"):
        resolve("x" * 64 + ".example", 80)
    assert read_target("http://a.example:8080/x").port == 8080
