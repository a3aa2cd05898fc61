"""What only a real connection shows: bodies of any framing, methods, paths, headers."""

import json
import socket
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

SESSIONS = "/national/api/v1/sessions"
LIMIT = 64 * 1024
JSON = {"content-type": "application/json"}


@pytest.fixture
def client(one_worker: Any) -> httpx.Client:
    return one_worker.client()


def in_chunks(body: bytes, size: int = 4096) -> Iterator[bytes]:
    for start in range(0, len(body), size):
        yield body[start : start + size]


def padded(size: int) -> bytes:
    """A sign-in of exactly so many bytes."""
    head = b'{"phone": "14200000000", "password": "'
    return head + b"x" * (size - len(head) - 2) + b'"}'


@pytest.mark.parametrize("size", [LIMIT + 1, 300_000, 2_000_000])
def test_body_too_large_is_refused_with_a_length_and_without(
    client: httpx.Client, size: int
) -> None:
    for content in (padded(size), in_chunks(padded(size))):
        answer = client.post(SESSIONS, content=content, headers=JSON)
        assert answer.status_code == 413
        assert answer.json()["code"] == "request.too_large"
        assert answer.json()["data"] == {"max_bytes": LIMIT}


def test_body_of_the_largest_size_is_read(client: httpx.Client) -> None:
    for content in (padded(LIMIT), in_chunks(padded(LIMIT))):
        answer = client.post(SESSIONS, content=content, headers=JSON)
        # It is the password that is too long now.
        assert answer.json()["code"] == "request.invalid"
        assert list(answer.json()["data"]["fields"]) == ["password"]


def test_body_declared_as_huge_is_refused_before_it_is_sent(one_worker: Any) -> None:
    with socket.create_connection(("127.0.0.1", one_worker.port), 10) as link:
        link.sendall(
            f"POST {SESSIONS} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            f"Content-Length: {10**12}\r\n\r\n".encode()
        )
        assert link.recv(64).startswith(b"HTTP/1.1 413 ")


def test_endless_body_is_cut_off(one_worker: Any) -> None:
    """The server stops reading after some megabytes, whatever the sender still has."""
    head = (
        f"POST {SESSIONS} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        "Transfer-Encoding: chunked\r\n\r\n"
    )
    chunk = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
    sent = 0

    def send_on(link: socket.socket) -> None:
        nonlocal sent
        for _ in range(1000):
            link.sendall(chunk)
            sent += len(chunk)

    with socket.create_connection(("127.0.0.1", one_worker.port), 10) as link:
        link.sendall(head.encode())
        with pytest.raises((BrokenPipeError, ConnectionResetError)):
            send_on(link)
    assert sent > LIMIT
    assert one_worker.client().get("/healthz").status_code == 200


def test_chunked_body_is_understood_and_the_connection_kept(one_worker: Any) -> None:
    client = one_worker.client(limits=httpx.Limits(max_connections=1))
    body = json.dumps({"phone": "14200000001", "purpose": "register"}).encode()
    answer = client.post("/national/api/v1/sms-codes", content=in_chunks(body, 7), headers=JSON)
    assert answer.status_code == 200, answer.text
    assert client.get("/healthz").status_code == 200


@pytest.mark.parametrize("path", ["/healthz", "/_control/worlds", "/national/api/v1/balance"])
def test_head_answers_as_get_without_a_body(client: httpx.Client, path: str) -> None:
    got, head = client.get(path), client.head(path)
    assert head.status_code == got.status_code
    assert head.headers["content-type"] == got.headers["content-type"]
    assert head.content == b""


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/国家医保/api", "route.unknown"),
        ("/national/api/v1/余额", "route.unknown"),
        ("/w/测试/national/api/v1/balance", "world.unknown"),
        ("/national/api/v1/support/tickets/工单", "ticket.unknown"),
        ("/_control/worlds/测试", "world.unknown"),
        ("/_control/worlds/default/people/张三", "person.unknown"),
    ],
)
def test_chinese_path_is_read_as_what_it_is(client: httpx.Client, path: str, code: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert answer.json()["code"] == code
    named = path.split("/")[2 if path.startswith("/w/") else -1]
    assert code == "ticket.unknown" or named in answer.text


def test_bytes_that_are_no_utf8_are_no_path(one_worker: Any) -> None:
    client = one_worker.client()
    for path in ("/%ff%fe", "/w/%ff/national/api/v1/balance", "/_control/worlds/%c3%28"):
        assert client.get(path).status_code == 404


def test_unknown_world_says_how_to_make_one(client: httpx.Client) -> None:
    for path in ("/w/nowhere/national/api/v1/balance", "/w/nowhere/national/api/v1/unheard-of"):
        answer = client.get(path)
        assert answer.status_code == 404
        refusal = answer.json()
        assert refusal["code"] == "world.unknown"
        assert refusal["data"]["world"] == "nowhere"
        assert "POST /_control/worlds" in refusal["data"]["hint"]
    assert "POST /_control/worlds" in client.get("/_control/worlds/nowhere").json()["message"]


def test_other_method_is_refused_with_what_is_allowed(client: httpx.Client) -> None:
    answer = client.put(SESSIONS, json={})
    assert answer.status_code == 405
    assert answer.json()["code"] == "route.method_not_allowed"
    assert "POST" in answer.headers["allow"]


def test_request_id_comes_back_or_is_made(client: httpx.Client) -> None:
    path = "/national/api/v1/balance"
    given = client.get(path, headers={"x-request-id": "order-4711"})
    assert given.headers["x-request-id"] == "order-4711"
    made = {client.get(path).headers["x-request-id"] for _ in range(20)}
    assert len(made) == 20
    explained = client.get("/_control/worlds/default/explain/request/order-4711").json()
    assert explained["request"]["code"] == "session.missing"


@pytest.mark.parametrize("path", ["/healthz", "/openapi.json", "/docs/", "/docs", "/nowhere"])
def test_pages_carry_the_request_id_too(client: httpx.Client, path: str) -> None:
    answer = client.get(path, headers={"x-request-id": "order-4712"})
    assert answer.headers["x-request-id"] == "order-4712"


def test_header_with_bytes_that_cannot_be_a_request_id_is_not_repeated(one_worker: Any) -> None:
    answer = one_worker.client().get("/national/api/v1/balance", headers={"x-request-id": "a b"})
    assert answer.headers["x-request-id"] != "a b"
