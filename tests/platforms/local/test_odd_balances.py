"""Balances that an anomaly writes otherwise, in every dialect: shown as documented."""

import jsonschema_rs
import pytest

BASES = {"modern": "api/v1", "portal": "portal", "legacy": "legacy"}


@pytest.fixture(params=BASES)
def at(request, drive):
    return drive(request.param)


@pytest.fixture
def documented(app, at):
    """The schema of the balance query's answer, with all that it refers to."""
    document = app.test_client().get("/openapi.json").get_json()
    method, path = at.calls["balance"]
    operation = document["paths"][f"/local/{{admdvs}}/{BASES[at.name]}{path}"][method.lower()]
    content = operation["responses"]["200"]["content"]["application/json"]
    return content["schema"] | {"components": document["components"]}


def amount_in(data):
    """The balance, wherever the dialect has it."""
    account = data.get("personal_account", {})
    return account["amount"] if account else data.get("balc", data.get("akc087"))


@pytest.mark.parametrize(
    ("insutype", "anomaly", "kind"),
    [
        ("310", "balance_as_number", float),
        ("310", "year_end_gap", str),
        ("390", "zero_for_no_account", str),
    ],
)
def test_every_dialect_shows_them_as_documented(at, documented, insutype, anomaly, kind) -> None:
    person = at.world.person(insutype=insutype)
    _ = at.world.control("PUT", f"/people/{person['id_number']}/anomalies", {anomaly: True}).data
    given = {"password": person["default_password"]}
    session = at.sign_in("phone", person["phone"], **given).done
    outcome = at.ask(*at.calls["balance"], session=session)
    assert type(amount_in(outcome.done)) is kind
    jsonschema_rs.validate(documented, outcome.response.get_json())
