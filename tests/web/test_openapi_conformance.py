"""The application held against its own OpenAPI document, over generated requests.

Signed-in calls carry a live token, and most paths name a live area, world, person or ticket:
otherwise nothing but refusals would be seen. More cases: YIBAO_CONFORMANCE_CASES=100 per call and
mode.
"""

import os
import re
from collections import Counter
from functools import cache
from http.cookies import SimpleCookie

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
from simulator.errors import error_type

CASES = int(os.environ.get("YIBAO_CONFORMANCE_CASES", "12"))
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    response_headers_conformance,
]
FUZZED = "fuzzed"
PLAIN = 3
"""Of four cases, the one that leaves away of the query what may be left away."""


@cache
def schema():
    return schemathesis.openapi.from_wsgi("/openapi.json", create_app())


def operations():
    return [each.ok() for each in schema().get_all_operations()]


SUBJECTS = {}
"""By interface, whoever is asked about; made once, since making people known takes long."""


@pytest.fixture
def subject(make_subject):
    """The subject of a call's interface, in good standing, and a world to be knocked about."""
    app = schema().app
    client = app.test_client(use_cookies=False)

    def subject_of(operation):
        operation_id = operation.definition.raw["operationId"]
        [platform] = (each for each in app.platforms if operation_id in names(each))
        if platform.interface not in SUBJECTS:
            SUBJECTS[platform.interface] = make_subject(client, platform)
        client.post("/_control/worlds", json={"name": FUZZED, "seed": 1})
        SUBJECTS[platform.interface].restore()
        return SUBJECTS[platform.interface]

    return subject_of


def names(platform):
    return {f"{platform.interface}.{operation.name}" for operation in platform.operations}


def needs_session(operation) -> bool:
    ways = operation.definition.raw.get("security")
    return bool(ways) and {} not in ways


def shown(live):
    """What shows a session, as the client takes it: it keeps cookies apart from other headers."""
    headers = dict(live.headers())
    cookies = SimpleCookie(headers.pop("Cookie", ""))
    return {"headers": headers, "cookies": {each.key: each.value for each in cookies.values()}}


def fitting_status(response):
    """The status that a refusal stands for, also where its dialect answers 200 whatever comes."""
    if response.status_code == 200 and b"yibao-code" in response.content:
        code = re.search('name="yibao-code" content="([^"]*)"', response.text)[1]
        return error_type(code).status
    if response.status_code == 200 and b'"success":false' in response.content:
        return response.json()["code"]
    if response.status_code == 200 and re.match(
        rb'{"\w+_response":{"code":"[24]', response.content
    ):
        return 400
    if response.status_code == 200 and re.match(rb'{"(errcode|code)":[-1-9]', response.content):
        return 400
    return response.status_code


def takes(operation) -> list[str]:
    return [each.name for each in operation.path_parameters]


def runs():
    """Each operation in each mode; where only texts in the path are taken, none is wrong."""
    for operation in operations():
        yield pytest.param(operation, GenerationMode.POSITIVE, id=f"{operation.label} right")
        if operation.body or operation.query or (needs_session(operation) and not takes(operation)):
            yield pytest.param(operation, GenerationMode.NEGATIVE, id=f"{operation.label} wrong")


@pytest.mark.parametrize(("operation", "mode"), list(runs()))
def test_answers_are_as_the_document_says(subject, operation, mode) -> None:
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
        live = subject(operation)
        if mode.is_positive and is_live:
            case.path_parameters = live.path_values(operation.path, FUZZED)
            if is_live == PLAIN:
                case.query = {}
            for each in operation.query:
                if each.is_required and "enum" not in each.definition["schema"]:
                    case.query[each.name] = live.query_value(each.name)
        if is_live and needs_session(operation):
            case.query = (case.query or {}) | live.query()
        if str((case.query or {}).get("wait", "")).isdecimal():
            # it would be waited for in real time
            case.query["wait"] = "0"
        response = case.call(**shown(live))
        status = fitting_status(response)
        seen[status] += 1
        if mode.is_negative and status != response.status_code:
            assert status >= 400, response.text[:300]
            case.validate_response(response, checks=CHECKS)
        else:
            case.validate_response(response, checks=checks)

    run()
    if needs_session(operation):
        assert seen.keys() - {401}
    is_signed = "sign" in {each.name for each in operation.query}
    if mode.is_positive and operation.method == "get" and not is_signed:
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
