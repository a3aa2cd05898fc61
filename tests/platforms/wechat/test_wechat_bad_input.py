"""Bad input to every call of WeChat's: HTTP 200, a number, and nothing done."""

import orjson
import pytest

from simulator.app import create_app

PLATFORMS = [
    each for each in create_app().platforms if type(each.dialect).__name__ == "WeChatDialect"
]
OPERATIONS = [
    pytest.param(platform.prefix + operation.path, operation, id=operation.name)
    for platform in PLATFORMS
    for operation in platform.operations
]
TAKING_JSON = [each for each in OPERATIONS if each.values[1].body is not None]

BODIES = {
    "truncated": (b'{"touser": ', 47001),
    "not json": (b"touser=1", 47001),
    "nan": (b'{"touser": NaN}', 47001),
    "invalid utf-8": (b'{"touser": "\xff\xfe"}', 47001),
    "array": (b"[]", 47001),
    "text": (b'"touser"', 47001),
    "null": (b"null", 47001),
    "too deep": (b"[" * 60_000, 47001),
    "too large": (b'{"a": "%s"}' % (b"x" * 70_000), 45002),
}
WRONG_VALUES = [None, True, 5, -1, 1.5, "", "x" * 60_000, "\x00", [], {}, [[]], {"a": {"b": []}}]
QUERIES = ["", "%", "%ff=%fe", "a=%00", "=", "&&&", "x" * 20_000, "openid=%00&appid=%ff"]


@pytest.fixture
def ask(wechat):
    """Call an operation as an application that has shown itself, as far as it must."""
    token = wechat.token()

    def call(path, operation, query=None, **rest):
        path = path.removeprefix("/wechat").format(partner_id=wechat.application["partner_id"])
        if query is None and operation.signed_in:
            query = {"access_token": token}
        answer = wechat.raw(operation.method, path, query, headers=wechat.signed(), **rest)
        assert answer.status_code == 200, answer.get_data(as_text=True)[:300]
        body = answer.get_json()
        name = "code" if "mipuserquery" in path else "errcode"
        if body.get(name):
            message = {"code": "message", "errcode": "errmsg"}[name]
            assert set(body) == {name, message}
            assert answer.headers["X-Request-Id"] in body[message]
        return body.get(name)

    return call


@pytest.mark.parametrize(("path", "operation"), TAKING_JSON)
def test_body_that_cannot_be_read_is_refused(ask, path, operation) -> None:
    for name, (data, expected) in BODIES.items():
        assert ask(path, operation, data=data) == expected, name


@pytest.mark.parametrize(("path", "operation"), TAKING_JSON)
def test_field_of_another_kind_is_refused(ask, path, operation) -> None:
    needed = {
        field.data_key or name
        for name, field in operation.body.load_fields.items()
        if field.required
    }
    for name in needed:
        for value in WRONG_VALUES:
            found = ask(path, operation, data=orjson.dumps({name: value}))
            assert found not in (None, 0, -1), (name, value)


@pytest.mark.parametrize(("path", "operation"), OPERATIONS)
def test_odd_query_is_a_refusal_and_never_a_failure(ask, path, operation) -> None:
    for query in QUERIES:
        assert ask(path, operation, query=query) not in (None, 0, -1), query


def test_parameter_given_twice_is_refused(ask, wechat) -> None:
    path, operation = OPERATIONS[0].values
    assert ask(path, operation, query="appid=1&appid=2") == 40013


def test_unknown_parameters_are_let_be(wechat) -> None:
    assert "access_token" in wechat.fetch_token(surprise="1")
    assert "access_token" in wechat.stable_token(surprise=[1])


def test_wrong_method_names_the_right_one(wechat) -> None:
    told = {
        path: wechat.raw(method, path).get_json()["errcode"]
        for method, path in (("POST", "/sns/auth"), ("GET", "/cgi-bin/stable_token"))
    }
    assert told == {"/sns/auth": 43001, "/cgi-bin/stable_token": 43002}


def test_unknown_path_and_unknown_world_are_not_found(wechat) -> None:
    for url in (f"/w/{wechat.world.name}/wechat/sns/nothing", "/w/nope/wechat/sns/auth"):
        answer = wechat.world.client.get(url)
        assert (answer.status_code, answer.get_json()["errcode"]) == (404, 40066)
    answer = wechat.world.client.get("/wechat/api/mipuserquery/nothing")
    assert (answer.status_code, answer.get_json()["code"]) == (404, 40066)


def test_upload_must_be_a_picture_in_a_form(wechat) -> None:
    open_id = wechat.authorise()["openid"]
    key = wechat.face_key(wechat.token())["user_id_key"]
    query = {"appid": wechat.app_id, "openid": open_id, "user_id_key": key}

    def told(**rest):
        answer = wechat.raw("POST", "/wx/startFacialRecognitionVerify", query, **rest)
        assert answer.status_code == 200
        return answer.get_json()["errcode"]

    assert told(data=b"{}", content_type="application/json") == 41005
    empty = b"--edge--\r\n"
    assert told(data=empty, content_type="multipart/form-data; boundary=edge") == 41005


def test_failure_of_the_simulator_itself_is_no_refusal_of_wechats(wechat, monkeypatch) -> None:
    broken = create_app().test_client()
    monkeypatch.setattr(broken.application.worlds, "find", lambda _name: 1 / 0)
    answer = broken.get("/wechat/sns/auth")
    assert (answer.status_code, answer.get_json()["errcode"]) == (500, -1)
