"""What is checked of a request before any method is carried out, and the shape of answers."""

from io import BytesIO
from urllib.parse import quote, urlencode

import orjson
import pytest

SHARE = "alipay.user.info.share"
CARD = "alipay.commerce.medical.card.query"


# --- where parameters stand ------------------------------------------------------------------


@pytest.mark.parametrize("in_query", [0, 1, 4, 20])
def test_parameters_may_stand_in_the_address_the_form_or_both(world, application, in_query) -> None:
    values = application.parameters(CARD, {"buyer_id": "x"})
    values["sign"] = application.sign(values)
    pairs = list(values.items())
    answer = world.client.post(
        f"{application.url}?{urlencode(pairs[:in_query])}",
        data=urlencode(pairs[in_query:]),
        content_type="application/x-www-form-urlencoded;charset=utf-8",
    )
    assert application.read(answer).refusal == ("40004", "USER_NOT_EXIST")


def test_all_parameters_may_come_by_get(world, application) -> None:
    values = application.parameters(CARD, {"buyer_id": "x"})
    values["sign"] = application.sign(values)
    answer = world.client.get(f"{application.url}?{urlencode(values)}")
    assert application.read(answer).refusal == ("40004", "USER_NOT_EXIST")


def test_body_of_a_get_is_not_read(world, application) -> None:
    values = application.parameters(CARD)
    answer = world.client.open(application.url, method="GET", data=urlencode(values))
    assert application.read(answer).refusal == ("40001", "isv.missing-method")


@pytest.mark.parametrize("charset", ["utf-8", "UTF-8", "GBK", "gbk", "gb2312"])
def test_chinese_is_read_and_answered_in_the_charset_that_is_named(world, application, charset):
    person = world.person()
    token = application.tokens(person)["access_token"]
    told = application.call(SHARE, {"备注": "查询"}, auth_token=token, charset=charset)
    assert told.data["user_name"] == person["name"]
    encoding = "utf-8" if charset.lower() == "utf-8" else "gbk"
    assert told.response.headers["Content-Type"].endswith(f"charset={encoding}")
    assert person["name"].encode(encoding) in told.response.data


def test_characters_that_the_charset_lacks_are_escaped(world, application) -> None:
    # GBK has no emoji; the name of a certified person is answered as it was sent.
    identity = {"identity_type": "CERT_INFO", "cert_type": "IDENTITY_CARD"}
    identity |= {"cert_name": "😀", "cert_no": world.person()["id_number"]}
    biz = {"outer_order_no": "1", "biz_code": "FACE", "identity_param": identity}
    begun = application.call("alipay.user.certify.open.initialize", biz).data
    told = application.call("alipay.user.certify.open.query", begun, charset="gbk")
    assert "😀" in told.data["identity_info"]
    assert told.response.data.isascii()


@pytest.mark.parametrize(
    "raw", [b"a=\xff", b"a=%ff", b"charset=gbk&a=%ff", b"&".join([b"a=1"] * 101)]
)
def test_what_cannot_be_read_in_its_charset_is_refused(world, application, raw) -> None:
    answer = world.client.post(
        application.url, data=raw, content_type="application/x-www-form-urlencoded"
    )
    assert application.read(answer).refusal == ("40002", "isv.invalid-parameter")


def test_parameter_given_twice_is_refused_also_across_address_and_form(world, application) -> None:
    values = application.parameters(CARD, {})
    values["sign"] = application.sign(values)
    answer = world.client.post(f"{application.url}?app_id=1", data=values)
    told = application.read(answer)
    assert told.refusal == ("40002", "isv.invalid-parameter")
    assert told.inner["sub_msg"] == "参数无效：app_id"


@pytest.mark.parametrize(
    "content_type", ["", "application/json", "multipart/form-data; boundary=x", "text/plain"]
)
def test_other_content_types_are_refused(application, content_type) -> None:
    told = application.send({"a": "1"}, content_type=content_type)
    assert told.refusal == ("40002", "isv.invalid-parameter")
    assert told.own_code == "request.wrong_content_type"


# --- common parameters ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "sub_code"),
    [
        ("method", "isv.missing-method"),
        ("app_id", "isv.missing-app-id"),
        ("sign_type", "isv.missing-signature-type"),
        ("timestamp", "isv.missing-timestamp"),
        ("version", "isv.missing-version"),
    ],
)
@pytest.mark.parametrize("value", [None, ""])
def test_missing_parameter_is_named(application, name, sub_code, value) -> None:
    told = application.call(CARD, {}, **{name: value})
    assert told.refusal == ("40001", sub_code)
    assert told.inner["msg"] == "Missing Required Arguments"
    assert told.own_code == "gateway.missing_parameter"


def test_missing_signature_is_named(application) -> None:
    told = application.send(application.parameters(CARD, {}))
    assert told.refusal == ("40001", "isv.missing-signature")


@pytest.mark.parametrize(
    ("name", "value", "sub_code"),
    [
        ("sign_type", "RSA", "isv.missing-signature-config"),
        ("sign_type", "MD5", "isv.invalid-signature-type"),
        ("sign_type", "rsa2", "isv.invalid-signature-type"),
        ("charset", "latin-1", "isv.invalid-charset"),
        ("charset", "utf-16", "isv.invalid-charset"),
        ("format", "xml", "isv.invalid-format"),
        ("version", "2.0", "isv.invalid-parameter"),
        ("encrypt_type", "AES", "isv.decryption-error-not-valid-encrypt-key"),
        ("app_auth_token", "x", "isv.not-support-app-auth"),
        ("timestamp", "2026-06-15T10:00:00", "isv.invalid-timestamp"),
        ("timestamp", "2026-02-30 10:00:00", "isv.invalid-timestamp"),
        ("timestamp", "1781488800000", "isv.invalid-timestamp"),
        ("timestamp", "２０２６-06-15 10:00:00", "isv.invalid-timestamp"),
    ],
)
def test_invalid_common_parameter_is_refused(application, name, value, sub_code) -> None:
    assert application.call(CARD, {}, **{name: value}).refusal == ("40002", sub_code)


def test_charset_and_format_may_be_left_out(application) -> None:
    told = application.call(CARD, {"buyer_id": "x"}, charset=None, format=None)
    assert told.refusal == ("40004", "USER_NOT_EXIST")


def test_timestamp_may_say_anything_unless_policy_wants_it_near(world, application) -> None:
    long_ago = {"timestamp": "2016-01-01 00:00:00"}
    assert application.call(CARD, {"buyer_id": "x"}, **long_ago).refusal[0] == "40004"
    world.set_policy({"gateway.timestamp_tolerance_s": 600})
    for timestamp, is_good in [
        ("2026-06-15 10:00:00", True),
        ("2026-06-15 09:50:00", True),
        ("2026-06-15 09:49:59", False),
        ("2026-06-15 10:10:00", True),
        ("2026-06-15 10:10:01", False),
    ]:
        told = application.call(CARD, {"buyer_id": "x"}, timestamp=timestamp)
        wanted = ("40004", "USER_NOT_EXIST") if is_good else ("40002", "isv.invalid-timestamp")
        assert told.refusal == wanted, timestamp


def test_unknown_method_is_refused_as_error_response(world, application) -> None:
    told = application.call("alipay.user.info.shore", {})
    assert (told.name, told.refusal) == ("error_response", ("40002", "isv.invalid-method"))
    entry = world.control("GET", "/journal").data["items"][0]
    assert entry["details"]["near"][0] == "alipay.user.info.share"


# --- signatures -------------------------------------------------------------------------------


def test_anything_changed_after_signing_is_noticed(application) -> None:
    signed = application.parameters(CARD, {"buyer_id": "x"})
    sign = application.sign(signed)
    for name, value in [
        ("biz_content", '{"buyer_id":"y"}'),
        ("timestamp", "2026-06-15 10:00:01"),
        ("notify_url", "http://localhost/"),
        ("return_url", "http://localhost/"),
    ]:
        told = application.send(signed | {name: value, "sign": sign})
        assert told.refusal == ("40002", "isv.invalid-signature"), name
        assert told.name == "alipay_commerce_medical_card_query_response"


@pytest.mark.parametrize("sign", ["x", "AAAA", "签名", " ", "A" * 344, "=" * 344])
def test_nonsense_is_no_signature(application, sign) -> None:
    told = application.send(application.parameters(CARD, {}) | {"sign": sign})
    assert told.refusal == ("40002", "isv.invalid-signature")


def test_parameters_without_value_are_not_signed(application) -> None:
    values = application.parameters(CARD, {"buyer_id": "x"})
    sign = application.sign(values)
    told = application.send(values | {"notify_url": "", "sign": sign})
    assert told.refusal == ("40004", "USER_NOT_EXIST")


def test_every_parameter_is_signed_whatever_its_name(application) -> None:
    told = application.call(CARD, {"buyer_id": "x"}, zzz="1", Aaa="a&b=c", 注="值")
    assert told.refusal == ("40004", "USER_NOT_EXIST")


def test_key_of_another_application_is_an_impostors(world, application, join) -> None:
    other = join(world, name="另一个应用")
    values = application.parameters(CARD, {})
    told = application.send(values | {"sign": other.sign(values)})
    assert told.refusal == ("40002", "isv.invalid-signature")
    request_id = told.response.headers["X-Request-Id"]
    explained = world.control("GET", f"/explain/request/{request_id}").data
    assert explained["reason"] == {"impostor": "key", "name": "医保查询示例"}
    assert explained["request"]["impostor"] == "key"


def test_signature_of_another_world_is_worth_nothing(make_world, application, join) -> None:
    stranger = join(make_world(seed=2))
    values = application.parameters(CARD, {})
    told = application.send(values | {"sign": stranger.sign(values)})
    assert told.refusal == ("40002", "isv.invalid-signature")


# --- biz_content ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    ["{", "[]", "5", '"x"', "null", "{} {}", '{"a": NaN}', "{'a': 1}", "[" * 5000],
)
def test_broken_biz_content_is_refused(world, application, text) -> None:
    told = application.call(CARD, text)
    assert told.refusal == ("40002", "isv.invalid-parameter")
    assert told.inner["sub_msg"] == "参数无效：biz_content"
    entry = world.control("GET", "/journal").data["items"][0]
    assert entry["body"]["biz_content"] == "…"


def test_biz_content_is_bounded_by_policy(world, application) -> None:
    world.set_policy({"gateway.max_biz_content_bytes": 1000})
    shell = orjson.dumps({"buyer_id": "x", "x": ""}).decode()
    fill = 1000 - len(shell)
    assert application.call(CARD, {"buyer_id": "x", "x": "a" * fill}).refusal[0] == "40004"
    for too_much in ("a" * (fill + 1), "字" * (fill // 3 + 1)):
        told = application.call(CARD, {"buyer_id": "x", "x": too_much})
        assert told.refusal == ("40002", "isv.invalid-parameter")


def test_request_too_large_to_be_read_is_refused(world, application) -> None:
    answer = world.client.post(
        application.url,
        data=b"a=" + b"x" * 3_000_000,
        content_type="application/x-www-form-urlencoded",
    )
    told = application.read(answer)
    assert (told.refusal, told.own_code) == (
        ("40002", "isv.invalid-parameter"),
        "request.too_large",
    )


@pytest.mark.parametrize(
    ("method", "biz", "named"),
    [
        (CARD, {}, "buyer_id"),
        (CARD, {"buyer_id": 5}, "buyer_id"),
        (CARD, {"buyer_id": "x" * 65}, "buyer_id"),
        (CARD, {"buyer_id": "x", "ins_type": "ZZ"}, "ins_type"),
        ("alipay.commerce.medical.authinfo.auth.query", {"open_id": "x"}, "req_biz_no"),
        ("alipay.user.certify.open.query", {}, "certify_id"),
        ("alipay.commerce.medical.message.notify", {"to_open_id": "x"}, "biz_type"),
        (
            "alipay.commerce.medical.message.notify",
            {"biz_type": "b", "template_code": "t", "out_msg_id": "1"},
            "to_user_id",
        ),
        (
            "alipay.commerce.medical.authinfo.auth.query",
            {"req_biz_no": "1", "call_url": "http://localhost/", "org_code": "H"},
            "alipay_user_id",
        ),
    ],
)
def test_parameters_of_a_method_that_do_not_fit_are_named(application, method, biz, named) -> None:
    told = application.call(method, biz)
    assert told.refusal == ("40002", "isv.invalid-parameter")
    assert named in told.inner["sub_msg"]


def test_parameters_that_a_method_does_not_know_are_let_be(application) -> None:
    told = application.call(CARD, {"buyer_id": "x", "surprise": 1})
    assert told.refusal == ("40004", "USER_NOT_EXIST")


# --- what is kept and answered ----------------------------------------------------------------


def test_journal_masks_what_is_within_biz_content(world, application) -> None:
    person = world.person()
    secret = {"buyer_id": "x", "auth_code": "2876344312345", "note": person["id_number"]}
    _ = application.call(CARD, secret)
    values = application.parameters(CARD, secret)
    values["sign"] = application.sign(values)
    world.client.get(f"{application.url}?{urlencode(values)}")
    by_get, by_post = world.control("GET", "/journal").data["items"][:2]
    assert by_post["body"]["biz_content"]["buyer_id"] == "x"
    for entry in (by_get, by_post):
        text = str(entry)
        assert quote(values["sign"]) not in text
        assert values["sign"] not in text
        assert "2876344312345" not in text
        assert person["id_number"] not in text


def test_unknown_world_is_told_though_there_is_no_key_to_sign_with(client) -> None:
    answer = client.post("/w/nowhere/alipay/gateway.do", data={})
    assert answer.status_code == 404
    assert answer.headers["X-Yibao-Code"] == "world.unknown"
    assert answer.get_json()["sign"] == ""


def test_other_paths_below_the_platform_keep_their_status(world, application) -> None:
    answer = world.client.post(f"/w/{world.name}/alipay/gatewai.do")
    assert (answer.status_code, answer.headers["X-Yibao-Code"]) == (404, "route.unknown")
    answer = world.client.put(application.url)
    assert (answer.status_code, answer.headers["Allow"]) == (405, "GET, HEAD, OPTIONS, POST")


@pytest.mark.parametrize("length", ["x", "-1", "9" * 30, ""])
def test_odd_content_length_is_answered(world, application, length) -> None:
    environ = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": application.url,
        "QUERY_STRING": "",
        "CONTENT_LENGTH": length,
        "CONTENT_TYPE": "application/x-www-form-urlencoded",
        "wsgi.input": BytesIO(b"a=1"),
    }
    reply = world.client.application.answer(environ)
    assert (reply.status, b"sub_code" in reply.body) == (200, True)


def test_unescaped_chinese_in_the_address_is_read_as_the_charset_says(world, application) -> None:
    values = application.parameters(CARD, '{"buyer_id":"字"}')
    sign = quote(application.sign(values), safe="")
    query = "&".join(f"{name}={value}" for name, value in values.items()) + f"&sign={sign}"
    environ = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": application.url,
        "QUERY_STRING": query.replace(" ", "+").encode().decode("latin-1"),
        "wsgi.input": BytesIO(b""),
    }
    reply = world.client.application.answer(environ)
    assert b"USER_NOT_EXIST" in reply.body
