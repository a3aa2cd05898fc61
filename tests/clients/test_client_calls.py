"""Each call of the platforms' tables as it goes over the wire, from all clients."""

import ast
import base64
import inspect
from datetime import UTC, date, datetime
from pathlib import Path

import httpx
import pytest

import yibao_client
from yibao_client import (
    AsyncLocalClient,
    AsyncNationalClient,
    LocalClient,
    NationalClient,
    SecondFactor,
)
from yibao_client.operations import local, national
from yibao_client.operations.paging import transaction_pages

PHONE = "14000000001"

CALLS = [
    (
        national.send_sms_code(PHONE, "register"),
        ("POST", "/sms-codes", {"phone": PHONE, "purpose": "register"}),
    ),
    (
        national.register(PHONE, "123456", "pw"),
        ("POST", "/accounts", {"phone": PHONE, "sms_code": "123456", "password": "pw"}),
    ),
    (
        national.sign_in(phone=PHONE, password="pw"),
        ("POST", "/sessions", {"phone": PHONE, "password": "pw"}),
    ),
    (
        national.sign_in(
            id_number="11010119900307888X", sms_code="1", second_factor=SecondFactor("c", "2")
        ),
        (
            "POST",
            "/sessions",
            {
                "id_number": "11010119900307888X",
                "sms_code": "1",
                "second_factor": {"challenge": "c", "code": "2"},
            },
        ),
    ),
    (
        national.sign_in(
            phone=PHONE, password="pw", second_factor=SecondFactor("c", sample=b"\x00\xff")
        ),
        (
            "POST",
            "/sessions",
            {
                "phone": PHONE,
                "password": "pw",
                "second_factor": {"challenge": "c", "sample": "AP8="},
            },
        ),
    ),
    (national.refresh("r"), ("POST", "/sessions/refresh", {"refresh_token": "r"})),
    (national.sign_out(), ("DELETE", "/sessions/current", None)),
    (
        national.reset_password(PHONE, "1", "n"),
        ("POST", "/password-resets", {"phone": PHONE, "sms_code": "1", "new_password": "n"}),
    ),
    (
        national.change_password("o", "n"),
        ("PUT", "/account/password", {"old_password": "o", "new_password": "n"}),
    ),
    (national.account(), ("GET", "/account", None)),
    (national.set_second_factor("sms"), ("PUT", "/account/second-factor", {"method": "sms"})),
    (
        national.enrol_biometric("iris", b"\x00\xff"),
        ("PUT", "/account/biometrics/iris", {"sample": base64.b64encode(b"\x00\xff").decode()}),
    ),
    (
        national.verify_biometric("fingerprint", b"x"),
        (
            "POST",
            "/account/biometrics/fingerprint/verify",
            {"sample": base64.b64encode(b"x").decode()},
        ),
    ),
    (
        national.verify_biometric("iris", None),
        ("POST", "/account/biometrics/iris/verify", {"sensor_timeout": True}),
    ),
    (national.insurance(), ("GET", "/insurance", None)),
    (national.balance(), ("GET", "/balance", None)),
    (
        national.open_ticket("unlock", phone=PHONE, name="王芳", id_number="1"),
        (
            "POST",
            "/support/tickets",
            {"kind": "unlock", "phone": PHONE, "name": "王芳", "id_number": "1"},
        ),
    ),
    (national.open_ticket("balance"), ("POST", "/support/tickets", {"kind": "balance"})),
    (national.ticket("T/1"), ("GET", "/support/tickets/T%2F1", None)),
]

OF_LOCAL_PLATFORMS = [
    (
        local.register(PHONE, "123456", "pw"),
        ("POST", "/accounts", {"phone": PHONE, "sms_code": "123456", "password": "pw"}),
    ),
    (
        local.register(PHONE, "1", "pw", "A12345678"),
        (
            "POST",
            "/accounts",
            {"phone": PHONE, "sms_code": "1", "password": "pw", "card_number": "A12345678"},
        ),
    ),
    (
        local.sign_in(phone=PHONE, password="pw"),
        ("POST", "/sessions", {"phone": PHONE, "password": "pw"}),
    ),
    (local.refresh("r"), ("POST", "/sessions/refresh", {"refresh_token": "r"})),
    (local.account(), ("GET", "/account", None)),
    (local.hospitals(), ("GET", "/hospitals", None)),
    (local.hospital("H/1"), ("GET", "/hospitals/H%2F1", None)),
    (local.drugs(), ("GET", "/drugs", None)),
    (local.drug("X/1"), ("GET", "/drugs/X%2F1", None)),
    (local.e_credential(), ("GET", "/e-credential", None)),
    (local.e_credential_image("9", "png"), ("GET", "/e-credential.png", None)),
    (local.decode_e_credential("9"), ("POST", "/e-credentials/decode", {"token": "9"})),
]


@pytest.mark.parametrize(("operation", "expected"), CALLS + OF_LOCAL_PLATFORMS)
def test_request_is_as_the_contract_says(operation, expected) -> None:
    request = operation.request
    assert (request.method, request.path, request.json) == (
        expected[0],
        f"/api/v1{expected[1]}",
        expected[2],
    )


def test_only_reads_and_safe_repeats_are_marked_idempotent() -> None:
    calls = [operation.request for operation, _ in CALLS + OF_LOCAL_PLATFORMS]
    assert {call.name for call in calls if call.idempotent} == {
        *("account", "insurance", "balance", "ticket"),
        *("sign_out", "set_second_factor", "enrol_biometric"),
        *("hospitals", "hospital", "drugs", "drug", "e_credential_image"),
    }


def test_catalogues_and_decoding_are_asked_without_a_session() -> None:
    signed = {op.request.name for op, _ in OF_LOCAL_PLATFORMS if op.request.signed_in}
    assert signed == {"account", "e_credential"}


def test_catalogue_filters_become_query_parameters() -> None:
    hospitals = local.hospitals(name="人民 医院", level="三级", designated=False, page=2)
    assert hospitals.request.params == {
        "name": "人民 医院",
        "level": "三级",
        "designated": "false",
        "page": "2",
        "page_size": "20",
    }
    assert local.hospitals(pharmacies=True).request.params["pharmacies"] == "true"
    drugs = local.drugs(code="XA", drug_class="西药", reimbursement_class="乙", page_size=5)
    assert drugs.request.params == {
        "code": "XA",
        "class": "西药",
        "reimbursement_class": "乙",
        "page": "1",
        "page_size": "5",
    }


def test_base_url_keeps_its_prefix(platform, answers) -> None:
    platform.script = [answers.balance()]
    platform.client().balance()
    assert str(platform.requests[0].url) == "http://platform.test/national/api/v1/balance"


def test_history_filters_become_query_parameters(platform, answers) -> None:
    platform.script = [answers.page([], 0)]
    platform.client().transactions(
        since=date(2026, 1, 1),
        until=datetime(2026, 2, 1, tzinfo=UTC),
        type="201",
        page=3,
        page_size=50,
    )
    assert dict(platform.requests[0].url.params) == {
        "from": "2026-01-01",
        "to": "2026-02-01T00:00:00+00:00",
        "type": "201",
        "page": "3",
        "page_size": "50",
    }


def test_naive_time_is_refused_before_anything_is_sent() -> None:
    with pytest.raises(ValueError, match="no offset"):
        national.transactions(since=datetime(2026, 1, 1))  # noqa: DTZ001


@pytest.mark.parametrize(
    "given",
    [
        {"password": "x"},
        {"phone": "1", "id_number": "2", "password": "x"},
        {"phone": "1"},
        {"phone": "1", "password": "x", "sms_code": "y"},
    ],
)
def test_sign_in_wants_one_name_and_one_proof(given) -> None:
    with pytest.raises(ValueError, match="exactly one"):
        national.sign_in(**given)


def test_photos_travel_as_multipart_with_their_types(platform, answers) -> None:
    reading = {
        "state": "id_card_accepted",
        "name": "王*",
        "id_number": "110199********8815",
        "valid_from": "2020-01-02",
        "valid_until": None,
        "liveness": "none",
        "measured": {"front": {}, "back": {}},
    }
    platform.script = [answers.success(reading)]
    found = platform.client().upload_id_card(b"\xff\xd8front", b"\x89PNGback")
    assert (found.state, found.valid_until) == ("id_card_accepted", None)
    body = platform.requests[0].content
    assert platform.requests[0].headers["content-type"].startswith("multipart/form-data")
    assert b'name="front"; filename="front.jpg"\r\nContent-Type: image/jpeg' in body
    assert b'name="back"; filename="back.png"\r\nContent-Type: image/png' in body


def entry(number: int) -> dict[str, object]:
    return {
        "id": f"D{number}",
        "type": "101",
        "type_name": "划账",
        "at": "2026-01-01T00:00:00+08:00",
        "amount": "1.00",
        "balance_after": f"{number}.00",
        "settlement": None,
    }


def test_history_is_walked_page_by_page_only_as_far_as_wanted(platform, answers) -> None:
    def page(request: httpx.Request) -> httpx.Response:
        number, size = int(request.url.params["page"]), int(request.url.params["page_size"])
        left = [entry(250 - n) for n in range((number - 1) * size, min(number * size, 250))]
        return answers.page(left, 250)

    platform.script = [page]
    walk = platform.client().all_transactions()
    assert next(walk).id == "D250"
    assert len(platform.requests) == 1
    assert [item.id for item in walk] == [f"D{n}" for n in range(249, 0, -1)]
    assert len(platform.requests) == 3


def test_entry_booked_during_the_walk_does_not_show_another_twice(platform, answers) -> None:
    platform.script = [
        answers.page([entry(4), entry(3)], 4),
        answers.page([entry(3), entry(2)], 5),
        answers.page([entry(1)], 5),
    ]
    seen = [item.id for item in platform.client().all_transactions(page_size=2)]
    assert seen == ["D4", "D3", "D2", "D1"]


def test_walk_ends_when_a_page_comes_back_empty(answers) -> None:
    pages = transaction_pages()
    operation = pages.next()
    assert operation is not None
    response = yibao_client.exchange.Response(200, {}, answers.page([], 9).content)
    assert pages.take(operation.parse(response)) == ()
    assert pages.next() is None


def test_both_clients_have_the_same_calls_with_the_same_parameters() -> None:
    def calls(client: type) -> dict[str, list[str]]:
        return {
            name: list(inspect.signature(member).parameters)
            for name, member in inspect.getmembers(client, inspect.isfunction)
            if not name.startswith("_")
        }

    assert calls(NationalClient) == calls(AsyncNationalClient)
    assert calls(LocalClient) == calls(AsyncLocalClient)


def test_local_clients_have_every_call_of_the_national_ones() -> None:
    for name, member in inspect.getmembers(NationalClient, inspect.isfunction):
        taken = list(inspect.signature(member).parameters)
        assert list(inspect.signature(getattr(LocalClient, name)).parameters)[: len(taken)] == taken


@pytest.mark.parametrize(
    ("operations", "client"), [(national, NationalClient), (local, LocalClient)]
)
def test_every_operation_is_offered_by_the_client(operations, client) -> None:
    assert len(operations.__all__) >= 18
    for name in operations.__all__:
        assert callable(getattr(operations, name))
        assert callable(getattr(client, name))


def test_base_url_of_another_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="http://"):
        NationalClient("127.0.0.1:8080/national")


def test_clients_never_import_the_simulator() -> None:
    root = Path(yibao_client.__file__).parent.parent
    sources = [*root.glob("yibao_client/**/*.py"), *root.glob("pytest_yibao/**/*.py")]
    assert len(sources) > 10
    for source in sources:
        for node in ast.walk(ast.parse(source.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                names = [node.module or ""]
            else:
                continue
            assert not any(name.split(".")[0] == "simulator" for name in names), source
