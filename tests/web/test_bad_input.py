"""Bad input to every operation: a refusal with a stable code, and nothing changed."""

import logging
import re
from functools import cache
from html import unescape
from io import BytesIO

import orjson
import pytest
from marshmallow.fields import String
from marshmallow.validate import Length
from werkzeug import Response

from simulator.app import create_app
from simulator.errors import error_type
from simulator.settings import Settings
from simulator.store.sqlite import SqliteStore

TESTED_APART = {
    "WeChatDialect": "tests/platforms/wechat/test_wechat_bad_input.py",
    "GatewayDialect": "tests/platforms/alipay/test_gateway_envelope.py",
}
"""Dialects that take what they do not know, and tell no code, as the real platforms do."""

OPERATIONS = [
    pytest.param(platform, operation, id=f"{platform.interface}.{operation.name}")
    for platform in create_app().platforms
    if type(platform.dialect).__name__ not in TESTED_APART
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
FORMS = {
    "invalid utf-8": (b"aac002=%ff%fe", 400, {"request.invalid"}),
    "raw bytes": (b"aac002=\xff\xfe", 400, {"request.invalid"}),
    "given twice": (b"aac002=1&aac002=2", 400, {"request.invalid"}),
    "json": (b'{"aac002": "1"}', 400, {"request.invalid"}),
    "many": (b"&".join(b"a%d=1" % n for n in range(1000)), 400, {"request.invalid"}),
    "unknown field": (b"surprise=1", 400, {"request.invalid"}),
    "huge name": (b"x" * 60_000 + b"=1", 400, {"request.invalid"}),
    "too large": (b"a=" + b"x" * 70_000, 413, {"request.too_large"}),
}
MEDIA_TYPES = ("application/json", "application/x-www-form-urlencoded")
"""Of a body, and of one that is a form."""


@cache
def shared():
    """An application, since making one takes longer than most tests; its store, and that as new."""
    store = SqliteStore()
    app = create_app(Settings(), store=store)
    return app, store, store._connection.serialize()


class Bench:
    """An application over a store that can be read whole, to tell whether anything changed.

    The store is as new for each test, so that none meets what another left.
    """

    def __init__(self, caplog, make_subject) -> None:
        self.app, self.store, new = shared()
        self.store._connection.deserialize(new)
        # Whoever has a session shows it with every call; a jar would leave its own cookies alone.
        self.client = self.app.test_client(use_cookies=False)
        self.caplog = caplog
        self.make_subject = make_subject
        self.subjects = {}
        self.paths = {}

    def subject(self, platform):
        """Somebody signed in at an interface."""
        if platform.interface not in self.subjects:
            self.subjects[platform.interface] = self.make_subject(self.client, platform)
        return self.subjects[platform.interface]

    @property
    def national(self):
        return self.subject(self.app.platforms[0])

    def path(self, platform, operation) -> str:
        template = platform.prefix + operation.path
        if template not in self.paths:
            self.paths[template] = self.subject(platform).path(template)
        return self.paths[template]

    def send(self, platform, operation, *, headers=None, **rest):
        subject = self.subject(platform)
        path = rest.pop("path", None) or self.path(platform, operation)
        headers = subject.headers() if headers is None else headers
        before = self.state()
        answer = self.client.open(path, method=operation.method, headers=headers, **rest)
        if answer.status_code >= 400 or is_refused(platform, answer):
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
def bench(caplog, make_subject) -> Bench:
    return Bench(caplog, make_subject)


def from_envelope(answer):
    body = orjson.loads(answer.data)
    if body["type"] == "success":
        return None
    assert set(body) == {"code", "type", "message", "data"}
    assert body["type"] == "error"
    assert isinstance(body["data"], dict)
    return body["code"], body["data"]


def from_plain(answer):
    body = orjson.loads(answer.data)
    if answer.status_code < 300:
        return None
    assert set(body) == {"code", "message", "message_zh", "details"}
    return body["code"], body["details"]


def from_portal(answer):
    if answer.status_code != 200:
        return from_envelope(answer)
    body = orjson.loads(answer.data)
    assert set(body) == {"code", "message", "data", "success", "type"}
    if body["success"]:
        return None
    assert body["code"] == error_type(body["type"]).status
    return body["type"], body["data"]


def from_legacy(answer):
    if answer.status_code != 200:
        return from_envelope(answer)
    if answer.mimetype == "application/json":
        return None
    return from_page(answer)


def from_page(answer):
    if answer.status_code < 400 and b"yibao-code" not in answer.data:
        return None
    page = answer.get_data(as_text=True)
    code, details = (
        unescape(re.search(f'<meta name="yibao-{name}" content="([^"]*)">', page)[1])
        for name in ("code", "details")
    )
    return code, orjson.loads(details)


READERS = {
    "EnvelopeDialect": from_envelope,
    "PlainDialect": from_plain,
    "PortalDialect": from_portal,
    "LegacyDialect": from_legacy,
    "PageDialect": from_page,
}
"""By dialect, what reads code and details out of a refusal; None where the call was carried out."""


def read_refusal(platform, answer):
    """Code and details of a refusal in the platform's dialect, its form checked, or None."""
    dialect = type(platform.dialect).__name__
    if dialect not in READERS:
        pytest.fail(f"this file cannot read refusals in {dialect}; add a reader to READERS")
    if not answer.content_type or answer.status_code in (204, 304):
        return None
    if answer.mimetype not in ("application/json", "text/html"):
        return None
    found = READERS[dialect](answer)
    if found is not None:
        assert answer.headers["X-Request-Id"]
        kind = error_type(found[0])
        form = platform.dialect.refusal_form(kind)
        assert (answer.status_code, answer.mimetype) == (form.status, form.media_type)
    return found


def is_refused(platform, answer) -> bool:
    return read_refusal(platform, answer) is not None


def refusal(platform, answer):
    """Fitting status and code of a refusal, whatever status its dialect answers it with."""
    found = read_refusal(platform, answer)
    assert found is not None, (answer.status_code, answer.data[:300])
    return error_type(found[0]).status, found[0]


def told(platform, answer):
    """What a refusal tells beyond its code."""
    return read_refusal(platform, answer)[1]


def media_type(operation) -> str:
    return MEDIA_TYPES[operation.form]


@pytest.mark.parametrize(("platform", "operation"), TAKING_A_BODY)
def test_body_that_cannot_be_read_is_refused(bench, platform, operation) -> None:
    for name, (data, status, codes) in (FORMS if operation.form else BODIES).items():
        answer = bench.send(platform, operation, data=data, content_type=media_type(operation))
        assert refusal(platform, answer) in {(status, code) for code in codes}, name


CONTENT_TYPES = [
    "",
    "text/plain",
    "application/json; charset=gbk",
    "application/x-www-form-urlencoded; charset=gbk",
    "application/jsonp",
    "multipart/form-data; boundary=x",
    "x" * 5000,
]


@pytest.mark.parametrize(("platform", "operation"), TAKING_A_BODY)
def test_wrong_content_type_is_refused(bench, platform, operation) -> None:
    for content_type in (*CONTENT_TYPES, MEDIA_TYPES[not operation.form]):
        answer = bench.send(platform, operation, data=b"{}", content_type=content_type)
        assert refusal(platform, answer) == (415, "request.wrong_content_type"), content_type
    content_type = f'{media_type(operation).title()}; charset="UTF-8"'
    accepted = bench.send(platform, operation, data=b"[]", content_type=content_type)
    assert refusal(platform, accepted) == (400, "request.invalid")


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
        assert refusal(platform, answer) == (400, "request.invalid"), body
        assert field in told(platform, answer)["fields"], body


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
    assert refusal(platform, answer) == (415, "request.wrong_content_type")
    assert told(platform, answer)["accepted"] == "multipart/form-data"


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
        "wsgi.input": Unread(b"x" * 1000),
    }
    for name, value in bench.subject(platform).headers().items():
        environ[f"HTTP_{name.upper().replace('-', '_')}"] = value
    reply = bench.app.answer(environ).work()
    answer = Response(reply.body, reply.status, reply.headers)
    assert refusal(platform, answer) == (413, "request.too_large")
    assert read == []


@pytest.mark.parametrize(("platform", "operation"), TAKING_FILES)
def test_upload_may_be_larger_than_a_json_body(bench, platform, operation) -> None:
    assert bench.app.body_limit(bench.path(platform, operation)) == operation.max_body_bytes
    in_world = "/w/alice" + bench.path(platform, operation)
    assert bench.app.body_limit(in_world) == operation.max_body_bytes
    assert bench.app.body_limit("/national/api/v1/sessions") == Settings().max_body_bytes


def takes_any_text(schema, member):
    """Whether a field that may be left away is bounded in length alone."""
    field = next(
        each for name, each in schema.load_fields.items() if (each.data_key or name) == member
    )
    is_text = type(field) is String and all(isinstance(each, Length) for each in field.validators)
    return is_text and not field.required


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
            sent = {"data": {name: str(value)}} if operation.form else {"json": {name: value}}
            answer = bench.send(platform, operation, **sent)
            found = read_refusal(platform, answer)
            status = answer.status_code if found is None else error_type(found[0]).status
            assert status < 500
            refused += status in (400, 404, 413)
        # what is searched for in a form can be any text, as long as it is not too long
        least = 1 if operation.form and takes_any_text(operation.body, name) else 6
        assert refused >= least, name


@pytest.mark.parametrize(("platform", "operation"), OPERATIONS)
def test_query_that_is_unknown_or_repeated_is_refused(bench, platform, operation) -> None:
    files = None if operation.files is None else whole_files(operation)
    answer = bench.send(platform, operation, query_string="surprise=1", json=None, data=files)
    if operation.body is None:
        assert refusal(platform, answer) == (400, "request.invalid")
    known = members(operation.query) if operation.query is not None else []
    for name in known:
        answer = bench.send(platform, operation, query_string=f"{name}=1&{name}=1")
        assert refusal(platform, answer) == (400, "request.invalid")
        assert told(platform, answer) == {"fields": {name: ["given more than once"]}}


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
        found = read_refusal(platform, answer)
        assert answer.status_code < 500, query
        assert found is None or error_type(found[0]).status < 500, query


TOKENS = ["x", "a" * 42, "é" * 42, "A" * 8000]
WITHOUT_TOKEN = [{}, {"Authorization": ""}, {"Authorization": "Token x"}]


@pytest.mark.parametrize(("platform", "operation"), SIGNED_IN)
def test_absent_and_foreign_tokens_are_refused(bench, platform, operation) -> None:
    missing, unknown = (kind.code for kind in platform.credential_refusals[:2])
    shown = [(bench.subject(platform).headers(token), unknown) for token in TOKENS]
    bearer = "Authorization" in bench.subject(platform).headers()
    if bearer:
        shown.append(({"Authorization": "Bearer "}, unknown))
    without = [(headers, missing) for headers in WITHOUT_TOKEN]
    for headers, code in (*shown, *(without if bearer else without[:1])):
        answer = bench.send(platform, operation, headers=headers, json={})
        assert refusal(platform, answer) == (401, code), headers
        assert not bearer or answer.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize(("platform", "operation"), SIGNED_IN)
def test_expired_token_is_refused(bench, platform, operation) -> None:
    path = bench.path(platform, operation)
    body = {"advance": "PT3H"}
    assert bench.client.patch("/_control/worlds/default/clock", json=body).status_code == 200
    answer = bench.send(platform, operation, path=path, json={})
    assert refusal(platform, answer) == (401, platform.credential_refusals[2].code)


@pytest.mark.parametrize(("platform", "operation"), SIGNED_IN)
def test_token_of_another_world_is_refused(bench, platform, operation) -> None:
    path = "/w/other" + bench.path(platform, operation)
    policy = bench.client.get("/_control/worlds/default/policy").get_json()
    other = {"name": "other", "policy": {"regions": policy["regions"]}}
    assert bench.client.post("/_control/worlds", json=other).status_code == 201
    answer = bench.send(platform, operation, path=path, json={})
    assert refusal(platform, answer) == (401, platform.credential_refusals[1].code)


@pytest.mark.parametrize(("platform", "operation"), OPERATIONS)
def test_wrong_method_is_refused_and_names_the_right_ones(bench, platform, operation) -> None:
    path = bench.path(platform, operation)
    before = bench.state()
    answer = bench.client.open(path, method="TRACE")
    assert refusal(platform, answer) == (405, "route.method_not_allowed")
    assert operation.method in answer.headers["Allow"]
    assert bench.state() == before
    options = bench.client.options(path)
    assert (options.status_code, operation.method in options.headers["Allow"]) == (204, True)


@pytest.mark.parametrize(("platform", "operation"), OPERATIONS)
def test_near_path_is_unknown_and_hints_at_the_right_one(bench, platform, operation) -> None:
    path = bench.path(platform, operation)
    answer = bench.client.open(path + "zz/zz/zz", method=operation.method)
    assert refusal(platform, answer) == (404, "route.unknown")


def test_misspelt_path_is_met_with_near_ones(bench) -> None:
    body = bench.client.get("/national/api/v1/balanse").get_json()
    assert body["data"]["near"][0] == "/national/api/v1/balance"
    body = bench.client.get("/nationl/api/v1/balance").get_json()
    assert body["details"]["near"][0] == "/national/api/v1/balance"


@pytest.mark.parametrize("world", ["", "/w/default"])
def test_path_with_an_empty_part_is_unknown_in_the_dialect_of_its_platform(bench, world) -> None:
    for path in ("/national/api/v1//balance", "/local/330100//api/v1/balance", "/_control//worlds"):
        answer = bench.client.get(world + path)
        body = answer.get_json()
        assert (answer.status_code, body["code"]) == (404, "route.unknown"), path
    answer = bench.client.get(world + "/local/320100/portal//user/info")
    body = answer.get_json()
    assert (answer.status_code, body["code"], body["type"]) == (200, 404, "route.unknown")
    page = bench.client.get("/w/default/docs")
    assert (page.status_code, page.get_json()["code"]) == (404, "route.unknown")


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
    headers = bench.national.headers()
    head = bench.client.head("/national/api/v1/balance", headers=headers)
    get = bench.client.get("/national/api/v1/balance", headers=headers)
    assert (head.status_code, head.data) == (200, b"")
    assert head.headers["Content-Length"] == get.headers["Content-Length"]
