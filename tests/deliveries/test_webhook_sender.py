"""Sending one webhook to receivers that hang, redirect, answer garbage, hang up or talk forever."""

import asyncio
import socket
import struct
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from simulator.deliveries.sender import MOST_ANSWER_BYTES, send
from simulator.services.webhook_targets import WebhookTargets

BODY = b'{"id": "AL-1"}'
ENOUGH_S = 20
"""More than any test takes: an answer that comes by itself is not waited for so long."""
SHORT_S = 0.15


def answered(status, *headers, body=b""):
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


async def hang(reader, _writer):
    await reader.read()


async def begin_and_hang(reader, writer):
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc")
    await reader.read()


async def reset(reader, writer):
    await reader.readuntil(b"\r\n\r\n")
    linger = struct.pack("ii", 1, 0)
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
    writer.transport.abort()


async def hang_up(reader, _writer):
    await reader.readuntil(b"\r\n\r\n")


async def talk_for_ever(reader, writer):
    await reader.readuntil(b"\r\n\r\n")
    writer.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")
    while True:
        writer.write(b"x" * MOST_ANSWER_BYTES)
        await writer.drain()


async def say_continue_for_ever(_reader, writer):
    while True:
        writer.write(b"HTTP/1.1 103 Early Hints\r\n\r\n" * 50)
        await writer.drain()


@pytest.fixture
def post():
    """Sends to a URL from within a loop."""
    with ThreadPoolExecutor(1) as resolver:

        async def post_to(url, timeout_s=ENOUGH_S, targets=None):
            targets = targets or WebhookTargets()
            return await send(targets, resolver, url, BODY, {"X-Yibao-Id": "AL-1"}, timeout_s)

        yield post_to


def outcome(post, receive, behaviour, timeout_s=ENOUGH_S):
    async def run():
        async with receive(behaviour) as receiver:
            return await post(receiver.url, timeout_s), receiver.requests

    return asyncio.run(run())


@pytest.mark.parametrize("status", ["200 OK", "201 Created", "204 No Content", "299 Fine"])
def test_success_is_any_answer_of_the_two_hundreds(post, receive, status):
    answer, requests = outcome(post, receive, answered(status))
    assert answer == (int(status[:3]), None)
    [(head, body)] = requests
    assert head.startswith("POST /hook HTTP/1.1\r\n")
    assert "x-yibao-id: al-1" in head.lower()
    assert body == BODY


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::ffff:127.0.0.1]"])
def test_receiver_is_told_the_host_as_the_url_has_it(post, receive, host):
    async def run():
        async with receive(answered("200 OK")) as receiver:
            url = receiver.url.replace("127.0.0.1", host)
            return url, await post(url), receiver.header(0, "Host")

    url, answer, told = asyncio.run(run())
    assert answer == (200, None)
    assert told == url.split("/")[2]


@pytest.mark.parametrize(
    ("behaviour", "status", "told"),
    [
        (answered("500 Oh"), 500, "answered 500: not a success"),
        (answered("404 No", body=b"?" * 1000), 404, "answered 404"),
        (answered("302 Found", "Location: http://10.0.0.1/"), 302, "redirects are not followed"),
        (answered("307 There", "Location: /elsewhere"), 307, "redirects are not followed"),
        (b"SSH-2.0-OpenSSH_9.2p1\r\n", None, "not an HTTP answer"),
        (b"\x00\xff" * 3000, None, "not an HTTP answer"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n", None, "not an HTTP answer"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc", 200, "not an HTTP answer"),
        (reset, None, "connection lost"),
        (hang_up, None, "not an HTTP answer"),
    ],
)
def test_failure_says_what_happened(post, receive, behaviour, status, told):
    answer, _ = outcome(post, receive, behaviour)
    assert answer.status == status
    assert told in answer.problem


@pytest.mark.parametrize(
    ("behaviour", "status"), [(hang, None), (begin_and_hang, 200), (say_continue_for_ever, None)]
)
def test_receiver_that_takes_too_long_has_failed(post, receive, behaviour, status):
    answer, _ = outcome(post, receive, behaviour, SHORT_S)
    assert answer == (status, "no complete answer within 0.15 seconds")


def test_receiver_that_talks_without_end_is_cut_off_and_has_answered(post, receive):
    assert outcome(post, receive, talk_for_ever)[0] == (200, None)


def test_nobody_listening_is_a_failure(post):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}/"
        answer = asyncio.run(post(url))
    assert answer.status is None
    assert answer.problem.startswith("cannot connect")


async def speak_first(reader, writer):
    writer.write(b"220 mail.example ESMTP\r\n")
    await reader.read()


@pytest.mark.parametrize(
    ("behaviour", "told"), [(speak_first, "cannot connect"), (hang, "no complete answer")]
)
def test_https_to_who_does_not_speak_it_fails(post, receive, behaviour, told):
    async def run():
        async with receive(behaviour) as receiver:
            timeout_s = SHORT_S if behaviour is hang else ENOUGH_S
            return await post(receiver.url.replace("http:", "https:"), timeout_s)

    answer = asyncio.run(run())
    assert answer.status is None
    assert told in answer.problem


def test_connection_goes_to_the_addresses_that_were_found_good(post, receive):
    """A name that meant this machine when the alert was set and another one now."""
    asked = []

    def rebinding(host, port):
        asked.append((host, port))
        return ["127.0.0.1"] if len(asked) < 3 else ["10.0.0.1"]

    async def run():
        targets = WebhookTargets((), rebinding)
        async with receive(answered("200 OK")) as receiver:
            url = receiver.url.replace("127.0.0.1", "hooks.example")
            targets.accept(url)
            first = await post(url, targets=targets)
            return first, await post(url, targets=targets), len(receiver.requests)

    first, second, received = asyncio.run(run())
    assert first == (200, None)
    assert second.problem == (
        "target refused: hooks.example is at 10.0.0.1, which is not a loopback address"
    )
    assert received == 1


def test_next_address_is_tried_where_the_first_does_not_listen(post, receive):
    async def run():
        async with receive(answered("200 OK")) as receiver:
            targets = WebhookTargets((), lambda _host, _port: ["127.0.0.9", "127.0.0.1"])
            return await post(receiver.url, targets=targets)

    assert asyncio.run(run()) == (200, None)


def open_files():
    return sum(1 for _ in Path("/proc/self/fd").iterdir())


def test_nothing_is_left_behind(post, receive):
    """Neither sockets nor threads, whatever the receivers do."""
    behaviours = [answered("200 OK"), hang, begin_and_hang, reset, talk_for_ever, b"garbage\r\n"]

    def everything():
        for behaviour in behaviours:
            outcome(post, receive, behaviour, SHORT_S)

    everything()
    descriptors, threads = open_files(), threading.active_count()
    everything()
    assert open_files() == descriptors
    assert threading.active_count() == threads
