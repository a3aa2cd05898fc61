"""The server's own pages, and the headers that are on every answer."""

import re
from urllib.parse import urljoin

import pytest

from simulator.platforms.insurer.operations import OPERATIONS


def test_health_is_told(client) -> None:
    answer = client.get("/healthz")
    assert (answer.status_code, answer.get_json()) == (200, {"status": "ok"})


def test_address_of_the_server_leads_to_the_viewer(client) -> None:
    answer = client.get("/")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/docs/")


@pytest.mark.parametrize("path", ["/", "/docs/", "/_control/worlds", "/_control/worlds/default"])
def test_what_belongs_to_the_server_is_not_below_a_world(client, path) -> None:
    for world in ("default", "nosuch"):
        answer = client.get(f"/w/{world}{path}")
        assert (answer.status_code, answer.get_json()["code"]) == (404, "route.unknown")


def test_document_describes_every_call_with_its_refusals(app, client) -> None:
    document = client.get("/openapi.json").get_json()
    assert document["openapi"] == "3.1.0"
    for platform in app.platforms:
        for operation in platform.operations:
            path = document["paths"][platform.prefix + operation.path]
            described = path[operation.method.lower()]
            assert described["operationId"] == f"{platform.interface}.{operation.name}"
            assert str(operation.status) in described["responses"]
            for refusal in operation.refusals:
                status = platform.dialect.refusal_form(refusal).status
                text = described["responses"][str(status)]["description"]
                assert f"`{refusal.code}`" in text


def test_document_promises_every_member_of_an_answer(client) -> None:
    schemas = client.get("/openapi.json").get_json()["components"]["schemas"]
    for name, schema in schemas.items():
        if name.endswith("Answer"):
            assert schema["required"] == list(schema["properties"]), name


def test_viewer_needs_nothing_from_elsewhere(client) -> None:
    page = client.get("/docs/")
    assert page.status_code == 200
    text = page.get_data(as_text=True)
    sources = re.findall(r'(?:src|href)="([^"]+)"', text)
    assert sources
    assert not [each for each in sources if each.startswith(("http", "//"))]
    for source in sources:
        with client.get(urljoin("/docs/", source)) as answer:
            assert answer.status_code == 200


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.name)
def test_every_answer_carries_the_request_id_given(world, operation) -> None:
    answer = world.ask(operation.method, operation.path, headers={"X-Request-Id": "mine"})
    assert answer.request_id == "mine"


def test_request_ids_made_here_differ(client) -> None:
    made = [client.get("/national/api/v1/balance").headers["X-Request-Id"] for _ in range(100)]
    assert len(set(made)) == 100
