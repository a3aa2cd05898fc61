"""Bad input to every operation: a refusal with a stable code, and nothing changed."""

import logging
from io import BytesIO

import orjson
import pytest

from simulator.app import create_app
from simulator.settings import Settings
from simulator.store.sqlite import SqliteStore

OPERATIONS = [
    pytest.param(platform, operation, id=f"{platform.name}.{operation.name}")
    for platform in create_app().platforms
    for operation in platform.operations
]
TAKING_A_BODY = [each for each in OPERATIONS if each.values[1].body is not None]
TAKING_FILES = [each for each in OPERATIONS if each.values[1].files is not None]
SIGNED_IN = [each for each in OPERATIONS if each.values[1].signed_in]

DEEP = b'{"a":' * 500 + b"1" + b"}" * 500
DEEPER = b"[" * 100_000
BODIES = {
    "truncated": (b'{"phone": ', 400, {"request.malformed_json"}),
    "not json": (b"phone=1", 400, {"request.malformed_json"}),
    "nan": (b'{"phone": NaN}', 400, {"request.malformed_json"}),
    "infinity": (b'{"seed": -Infinity}', 400, {"request.malformed_json"}),
    "invalid utf-8": (b'{"phone": "\xff\xfe"}', 400, {"request.malformed_json"}),
    "lone surrogate": (rb'{"phone": "\ud800"}', 400, {"request.malformed_json"}),
    "utf-16": ('{"phone": "1"}'.encode("utf-16"), 400, {"request.malformed_json"}),
    "byte order mark": (b'\xef\xbb\xbf{"phone": "1"}', 400, {"request.malformed_json"}),
    "trailing comma": (b'{"phone": "1",}', 400, {"request.malformed_json"}),
    "two values": (b"{}{}", 400, {"request.malformed_json"}),
    "array": (b"[]", 400, {"request.invalid"}),
    "text": (b'"phone"', 400, {"request.invalid"}),
    "number": (b"5", 400, {"request.invalid"}),
    "null": (b"null", 400, {"request.invalid"}),
    "deep": (DEEP, 400, {"request.invalid", "policy.invalid"}),
    "too deep": (DEEPER[:60_000], 400, {"request.malformed_json"}),
    "unknown field": (b'{"surprise": 1}', 400, {"request.invalid", "policy.invalid"}),
    "huge name": (b'{"%s": 1}' % (b"x" * 60_000), 400, {"request.invalid", "policy.invalid"}),
    "too large": (b'{"a": "%s"}' % (b"x" * 70_000), 413, {"request.too_large"}),
}


class Bench:
    """An application over a store that can be read whole, to tell whether anything changed."""

    def __init__(self, caplog) -> None:
        self.store = SqliteStore()
        self.app = create_app(Settings(), store=self.store)
        self.client = self.app.test_client()
        self.caplog = caplog
        people = "/_control/worlds/default/people"
        person = self.client.get(f"{people}?limit=1&insutype=310").get_json()["items"][0]
        self.id_number, self.phone = person["id_number"], person["phone"]
        account = f"{people}/{self.id_number}/accounts/national"
        body = {"registered": True, "password": "Lookup-2026"}
        assert self.client.patch(account, json=body).status_code == 200
        body = {"phone": self.phone, "password": "Lookup-2026"}
        session = self.client.post("/national/api/v1/sessions", json=body).get_json()["data"]
        self.token = session["access_token"]

    def path(self, platform, operation) -> str:
        values = {
            "world": "default",
            "id_number": self.id_number,
            "platform": "national",
            "request_id": "x",
            "ticket_id": "x",
            "kind": "iris",
        }
        return platform.prefix + operation.path.format(**values)

    def send(self, platform, operation, *, token=True, **rest):
        headers = dict(rest.pop("headers", {}))
        if token is True:
            headers["Authorization"] = f"Bearer {self.token}"
        elif token:
            headers["Authorization"] = token
        before = self.state()
        path = rest.pop("path", None) or self.path(platform, operation)
        answer = self.client.open(path, method=operation.method, headers=headers, **rest)
        if answer.status_code >= 400:
            assert self.state() == before
        assert not [each for each in self.caplog.records if each.levelno >= logging.ERROR]
        assert b"Traceback" not in answer.data
        return answer

    def state(self) -> list[tuple[object, ...]]:
        query = self.store._connection.execute
        return [
            *query("SELECT * FROM value ORDER BY partition, key"),
            *query("SELECT * FROM item ORDER BY partition, stream, number"),
        ]


@pytest.fixture
def bench(caplog) -> Bench:
    return Bench(caplog)


def refusal(platform, answer) -> str:
    """The code of a refusal in the platform's dialect, checked for its shape."""
    body = orjson.loads(answer.data)
    if platform.name == "national":
        assert set(body) == {"code", "type", "message", "data"}
        assert body["type"] == "error"
        assert isinstance(body["data"], dict)
    else:
        assert set(body) == {"code", "message", "message_zh", "details"}
    assert answer.headers["X-Request-Id"]
    assert answer.content_type == "application/json"
    return str(body["code"])


@pytest.mark.parametrize(("platform", "operation"), TAKING_A_BODY)
def test_body_that_cannot_be_read_is_refused(bench, platform, operation) -> None:
    for name, (data, status, codes) in BODIES.items():
        answer = bench.send(platform, operation, data=data, content_type="application/json")
        assert answer.status_code == status, name
        assert refusal(platform, answer) in codes, name


CONTENT_TYPES = [
    "",
    "text/plain",
    "application/x-www-form-urlencoded",
    "application/json; charset=gbk",
    "application/jsonp",
    "multipart/form-data; boundary=x",
    "x" * 5000,
]


@pytest.mark.parametrize(("platform", "operation"), TAKING_A_BODY)
def test_wrong_content_type_is_refused(bench, platform, operation) -> None:
    for content_type in CONTENT_TYPES:
        answer = bench.send(platform, operation, data=b"{}", content_type=content_type)
        assert answer.status_code == 415, content_type
        assert refusal(platform, answer) == "request.wrong_content_type"
    content_type = 'Application/JSON; charset="UTF-8"'
    accepted = bench.send(platform, operation, data=b"[]", content_type=content_type)
    assert refusal(platform, accepted) == "request.invalid"


def whole_files(operation):
    """Files where the operation wants them, though no pictures."""
    return {name: (BytesIO(b"no picture"), name) for name in operation.files}


def part(name, content=b"no picture", filename="a.jpg"):
    disposition = b"Content-Disposition: form-data"
    if name is not None:
        disposition += b'; name="%s"' % name
    if filename is not None:
        disposition += b'; filename="%s"' % filename.encode()
    return disposition + b"\r\n\r\n" + content


def multipart(*parts, end=b"--edge--\r\n"):
    return b"".join(b"--edge\r\n%s\r\n" % each for each in parts) + end


def broken_uploads(wanted):
    """Bodies that are not the wanted files, and the field that is at fault in each."""
    first, *others = (name.encode() for name in wanted)
    good = [part(name) for name in (first, *others)]
    yield b"", first.decode()
    yield b"no picture", ""
    yield b"--edge", ""
    yield b"--edge--\r\n", first.decode()
    yield multipart(*good, end=b""), ""
    yield multipart(*good)[:-9], ""
    yield multipart(*good, *[part(b"more")] * 20), ""
    yield multipart(*good).replace(b"--edge", b"--cliff"), ""
    yield multipart(*good[1:]), first.decode()
    yield multipart(*good[1:], part(first, filename=None)), first.decode()
    yield multipart(*good, part(first)), first.decode()
    yield multipart(*good, part(b"surprise")), "surprise"
    yield multipart(*good, part(b"surprise", filename=None)), "surprise"
    yield multipart(*good, part(None)), ""
    yield multipart(*good, part(None, filename=None)), ""
    yield multipart(*good, part(b"x" * 5000)), "x" * 100
    yield multipart(*good, part("面".encode())), "面"


@pytest.mark.parametrize(("platform", "operation"), TAKING_FILES)
def test_upload_that_is_not_the_wanted_files_is_refused(bench, platform, operation) -> None:
    content_type = "multipart/form-data; boundary=edge"
    for body, field in broken_uploads(operation.files):
        answer = bench.send(platform, operation, data=body, content_type=content_type)
        assert (answer.status_code, refusal(platform, answer)) == (400, "request.invalid"), body
        assert field in answer.get_json()["data"]["fields"], body


@pytest.mark.parametrize(("platform", "operation"), TAKING_FILES)
@pytest.mark.parametrize(
    "content_type",
    [
        "",
        "application/json",
        "image/jpeg",
        "multipart/form-data",
        "multipart/form-data; boundary=",
        "multipart/mixed; boundary=edge",
        "multipart/form-data, boundary=edge",
    ],
)
def test_upload_without_a_boundary_is_refused(bench, platform, operation, content_type) -> None:
    body = multipart(*(part(name.encode()) for name in operation.files))
    answer = bench.send(platform, operation, data=body, content_type=content_type)
    assert (answer.status_code, refusal(platform, answer)) == (415, "request.wrong_content_type")
    assert answer.get_json()["data"]["accepted"] == "multipart/form-data"


@pytest.mark.parametrize(("platform", "operation"), TAKING_FILES)
def test_upload_larger_than_its_operation_takes_is_not_read(bench, platform, operation) -> None:
    read = []

    class Unread(BytesIO):
        def read(self, *given):
            read.append(given)
            return super().read(*given)

    environ = {
        "REQUEST_METHOD": operation.method,
        "PATH_INFO": bench.path(platform, operation),
        "QUERY_STRING": "",
        "CONTENT_LENGTH": str(operation.max_body_bytes + 1),
        "CONTENT_TYPE": "multipart/form-data; boundary=edge",
        "HTTP_AUTHORIZATION": f"Bearer {bench.token}",
        "wsgi.input": Unread(b"x" * 1000),
    }
    reply = bench.app.answer(environ).work()
    assert (reply.status, orjson.loads(reply.body)["code"]) == (413, "request.too_large")
    assert read == []


@pytest.mark.parametrize(("platform", "operation"), TAKING_FILES)
def test_upload_may_be_larger_than_a_json_body(bench, platform, operation) -> None:
    assert bench.app.body_limit(bench.path(platform, operation)) == operation.max_body_bytes
    in_world = "/w/alice" + bench.path(platform, operation)
    assert bench.app.body_limit(in_world) == operation.max_body_bytes
    assert bench.app.body_limit("/national/api/v1/sessions") == Settings().max_body_bytes


def members(schema):
    return [field.data_key or name for name, field in schema.load_fields.items()]


WRONG_VALUES = [
    None,
    True,
    5,
    -1,
    1.5,
    "",
    "x" * 60_000,
    "\x00",
    [],
    {},
    [[]],
    {"a": {"b": []}},
    "１",
]


@pytest.mark.parametrize(("platform", "operation"), TAKING_A_BODY)
def test_every_field_refuses_values_of_other_kinds(bench, platform, operation) -> None:
    for name in members(operation.body):
        refused = 0
        for value in WRONG_VALUES:
            answer = bench.send(platform, operation, json={name: value})
            assert answer.status_code < 500
            refused += answer.status_code in (400, 413)
        assert refused >= len(WRONG_VALUES) // 2, name


@pytest.mark.parametrize(("platform", "operation"), OPERATIONS)
def test_query_that_is_unknown_or_repeated_is_refused(bench, platform, operation) -> None:
    files = None if operation.files is None else whole_files(operation)
    answer = bench.send(platform, operation, query_string="surprise=1", json=None, data=files)
    if operation.body is None:
        assert (answer.status_code, refusal(platform, answer)) == (400, "request.invalid")
    known = members(operation.query) if operation.query is not None else []
    for name in known:
        answer = bench.send(platform, operation, query_string=f"{name}=1&{name}=1")
        fields = orjson.loads(answer.data)
        fields = fields.get("details") or fields.get("data")
        assert answer.status_code == 400
        assert fields == {"fields": {name: ["given more than once"]}}


QUERIES = [
    "%",
    "%ff=%fe",
    "a=%00",
    "=",
    "&&&",
    "x" * 20_000,
    "page=" + "9" * 5000,
    "from=%2B",
    "\xff=1",
]


@pytest.mark.parametrize(("platform", "operation"), OPERATIONS)
def test_odd_query_is_never_an_error_of_the_server(bench, platform, operation) -> None:
    for query in QUERIES:
        answer = bench.send(platform, operation, query_string=query)
        assert answer.status_code < 500, query


TOKENS = [
    (None, "session.missing"),
    ("", "session.missing"),
    ("Token x", "session.missing"),
    ("Bearer ", "session.invalid"),
    ("Bearer x", "session.invalid"),
    ("Bearer " + "a" * 42, "session.invalid"),
    ("Bearer " + "é" * 42, "session.invalid"),
    ("Bearer " + "A" * 8000, "session.invalid"),
]


@pytest.mark.parametrize(("platform", "operation"), SIGNED_IN)
def test_absent_and_foreign_tokens_are_refused(bench, platform, operation) -> None:
    for token, code in TOKENS:
        answer = bench.send(platform, operation, token=token, json={})
        assert (answer.status_code, refusal(platform, answer)) == (401, code), token
        assert answer.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize(("platform", "operation"), SIGNED_IN)
def test_expired_token_is_refused(bench, platform, operation) -> None:
    body = {"advance": "PT3H"}
    assert bench.client.patch("/_control/worlds/default/clock", json=body).status_code == 200
    answer = bench.send(platform, operation, json={})
    assert (answer.status_code, refusal(platform, answer)) == (401, "session.expired")


@pytest.mark.parametrize(("platform", "operation"), SIGNED_IN)
def test_token_of_another_world_is_refused(bench, platform, operation) -> None:
    assert bench.client.post("/_control/worlds", json={"name": "other"}).status_code == 201
    path = "/w/other" + bench.path(platform, operation)
    answer = bench.send(platform, operation, path=path, json={})
    assert (answer.status_code, refusal(platform, answer)) == (401, "session.invalid")


@pytest.mark.parametrize(("platform", "operation"), OPERATIONS)
def test_wrong_method_is_refused_and_names_the_right_ones(bench, platform, operation) -> None:
    path = bench.path(platform, operation)
    before = bench.state()
    answer = bench.client.open(path, method="TRACE")
    assert (answer.status_code, refusal(platform, answer)) == (405, "route.method_not_allowed")
    assert operation.method in answer.headers["Allow"]
    assert bench.state() == before
    options = bench.client.options(path)
    assert (options.status_code, operation.method in options.headers["Allow"]) == (204, True)


@pytest.mark.parametrize(("platform", "operation"), OPERATIONS)
def test_near_path_is_unknown_and_hints_at_the_right_one(bench, platform, operation) -> None:
    path = (platform.prefix + operation.path).replace("{", "").replace("}", "")
    answer = bench.client.open(path + "zz/zz/zz", method=operation.method)
    assert (answer.status_code, refusal(platform, answer)) == (404, "route.unknown")


def test_misspelt_path_is_met_with_near_ones(bench) -> None:
    body = bench.client.get("/national/api/v1/balanse").get_json()
    assert body["data"]["near"][0] == "/national/api/v1/balance"
    body = bench.client.get("/nationl/api/v1/balance").get_json()
    assert body["details"]["near"][0] == "/national/api/v1/balance"


def test_misspelt_name_within_an_object_is_met_with_the_near_one(bench) -> None:
    body = {"clock": {"frieze": "2026-01-01"}}
    fields = bench.client.post("/_control/worlds", json=body).get_json()["details"]["fields"]
    assert fields == {"clock": {"frieze": ["unknown field; did you mean 'freeze'?"]}}


@pytest.mark.parametrize("length", ["-1", "x", "1e3", "9" * 5000, "１２"])
def test_odd_content_length_is_no_error_of_the_server(bench, length) -> None:
    environ = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": "/national/api/v1/sms-codes",
        "QUERY_STRING": "",
        "CONTENT_LENGTH": length,
        "CONTENT_TYPE": "application/json",
        "wsgi.input": BytesIO(b"{}"),
    }
    assert 400 <= bench.app.answer(environ).status < 500


def test_body_that_the_carrier_refused_to_read_is_too_large(bench) -> None:
    environ = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": "/national/api/v1/sms-codes",
        "QUERY_STRING": "",
        "wsgi.input": BytesIO(b""),
        "yibao.body_too_large": True,
    }
    reply = bench.app.answer(environ)
    assert (reply.status, orjson.loads(reply.body)["code"]) == (413, "request.too_large")


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "//",
        "/w/",
        "/w",
        "/w//",
        "/w/default",
        "/%ff%fe",
        "/..",
        "/w/../national/api/v1/balance",
        "/national/api/v1/",
        "//national//api/v1/balance",
        "/w/default//national/api/v1/balance",
        "/national/api/v1/support/tickets/",
        "/national/api/v1/support/tickets/a/b",
        "/_control/worlds//clock",
        "/" + "x" * 5000,
        "/_control/worlds/default/people//ledger",
    ],
)
def test_odd_path_is_never_an_error_of_the_server(bench, path) -> None:
    for prefix in ("", "/w/default"):
        for method in ("GET", "POST", "HEAD", "OPTIONS", "FOO"):
            answer = bench.client.open(prefix + path, method=method)
            assert answer.status_code < 500


@pytest.mark.parametrize("given", ["", " ", "a b", "x" * 129, "é", "\x7f"])
def test_request_id_that_cannot_be_a_header_is_replaced(bench, given) -> None:
    headers = {"X-Request-Id": given}
    answer = bench.client.get("/national/api/v1/balance", headers=headers)
    assert answer.headers["X-Request-Id"] not in ("", given)


def test_error_of_the_server_itself_is_told_without_its_traceback(bench, monkeypatch) -> None:
    monkeypatch.setattr(type(bench.app.worlds), "find", lambda *_: 1 / 0)
    answer = bench.client.get("/national/api/v1/balance")
    assert (answer.status_code, answer.get_json()["code"]) == (500, "server.error")
    assert answer.get_json()["data"] == {"request_id": answer.headers["X-Request-Id"]}
    assert "ZeroDivisionError" not in answer.get_data(as_text=True)
    assert "ZeroDivisionError" in bench.caplog.text


def test_head_answers_as_get_without_a_body(bench) -> None:
    headers = {"Authorization": f"Bearer {bench.token}"}
    head = bench.client.head("/national/api/v1/balance", headers=headers)
    get = bench.client.get("/national/api/v1/balance", headers=headers)
    assert (head.status_code, head.data) == (200, b"")
    assert head.headers["Content-Length"] == get.headers["Content-Length"]
