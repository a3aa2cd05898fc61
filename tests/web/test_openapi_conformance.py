"""The application held against its own OpenAPI document, over generated requests.

Signed-in calls carry a live token, and most paths name a live world, person or ticket: otherwise
nothing but refusals would be seen. More cases: YIBAO_CONFORMANCE_CASES=100 per call and mode.
"""

import os
from collections import Counter
from functools import cache

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from requests import Request
from schemathesis import GenerationMode, Response
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from simulator.app import create_app

CASES = int(os.environ.get("YIBAO_CONFORMANCE_CASES", "12"))
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    response_headers_conformance,
]
PASSWORD = "Lookup-2026"
PLAIN = 3
"""Of four cases, the one that leaves the query away."""


@cache
def schema():
    return schemathesis.openapi.from_wsgi("/openapi.json", create_app())


def operations():
    return [each.ok() for each in schema().get_all_operations()]


class Subject:
    """A person with a session in the world `default`, and a world to be knocked about."""

    def __init__(self, app) -> None:
        self.client = app.test_client()
        people = "/_control/worlds/default/people"
        found = self.client.get(f"{people}?insutype=310&limit=1").get_json()["items"][0]
        self.id_number, self.phone = found["id_number"], found["phone"]
        self.account = f"{people}/{self.id_number}/accounts/national"

    def prepare(self) -> dict[str, str]:
        """Live values for the parameters of paths."""
        self.client.post("/_control/worlds", json={"name": "fuzzed", "seed": 1})
        body = {"registered": True, "password": PASSWORD, "real_name": "verified", "locked": False}
        body["second_factor"] = "none"
        assert self.client.patch(self.account, json=body).status_code == 200
        token = self.token()
        headers = {"Authorization": f"Bearer {token}"}
        ticket = self.client.post(
            "/national/api/v1/support/tickets", json={"kind": "balance"}, headers=headers
        )
        missed = self.client.get("/w/fuzzed/national/api/v1/balance")
        return {
            "token": token,
            "world": "fuzzed",
            "id_number": self.id_number,
            "platform": "national",
            "kind": "iris",
            "ticket_id": ticket.get_json()["data"]["id"],
            "request_id": missed.headers["X-Request-Id"],
        }

    def token(self) -> str:
        body = {"phone": self.phone, "password": PASSWORD}
        answer = self.client.post("/national/api/v1/sessions", json=body).get_json()
        return str(answer["data"]["access_token"])


@cache
def subject() -> Subject:
    return Subject(schema().app)


def needs_session(operation) -> bool:
    return operation.definition.raw.get("security") == [{"bearer": []}]


def takes(operation) -> list[str]:
    return [each.name for each in operation.path_parameters]


def runs():
    """Each operation in each mode; where only texts in the path are taken, none is wrong."""
    for operation in operations():
        yield pytest.param(operation, GenerationMode.POSITIVE, id=f"{operation.label} right")
        if operation.body or operation.query or (needs_session(operation) and not takes(operation)):
            yield pytest.param(operation, GenerationMode.NEGATIVE, id=f"{operation.label} wrong")


@pytest.mark.parametrize(("operation", "mode"), list(runs()))
def test_answers_are_as_the_document_says(operation, mode) -> None:
    seen = Counter()
    checks = [*CHECKS, negative_data_rejection] if mode.is_negative else CHECKS

    @given(case=operation.as_strategy(generation_mode=mode), is_live=st.integers(0, 3))
    @settings(
        max_examples=CASES,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def run(case, is_live) -> None:
        live = subject().prepare()
        if mode.is_positive and is_live:
            for name in list(case.path_parameters or {}):
                case.path_parameters[name] = live[name]
            if is_live == PLAIN:
                case.query = {}
        if str((case.query or {}).get("wait", "")).isdecimal():
            # it would be waited for in real time
            case.query["wait"] = "0"
        response = case.call(headers={"Authorization": f"Bearer {live['token']}"})
        seen[response.status_code] += 1
        case.validate_response(response, checks=checks)

    run()
    if needs_session(operation):
        assert seen.keys() - {401}
    if mode.is_positive and operation.method == "get":
        assert seen[200]


def test_accepted_uploads_are_as_the_document_says(world) -> None:
    """Generated bytes are never pictures, so these cases are drawn."""
    person = world.person(registered=False)
    token = world.register(person)
    path = "/national/api/v1/account/real-name"
    answers = {
        f"{path}/id-card": world.upload_own_card(token, person),
        f"{path}/face": world.upload_face(token, world.picture(person, "face")),
    }
    for path, answer in answers.items():
        assert answer.status == 200
        request = Request("POST", f"http://localhost{path}").prepare()
        flask = answer.response
        response = Response(
            status_code=flask.status_code,
            headers={name.lower(): [value] for name, value in flask.headers.items()},
            content=flask.data,
            request=request,
            elapsed=0.0,
            verify=False,
        )
        schema()[path]["POST"].validate_response(response)
