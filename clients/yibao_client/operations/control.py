"""The calls of the control API, relative to the server's base URL."""

from base64 import b64decode
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from yibao_client.anomaly import Anomaly, by_name
from yibao_client.applications import ApplicationKeys, RegisteredApplication
from yibao_client.control_values import (
    AccountState,
    Explanation,
    JournalEntry,
    LedgerPosting,
    Message,
    PeoplePage,
    Person,
    WorldClock,
    WorldRecord,
)
from yibao_client.envelope import content, nothing, plain
from yibao_client.exchange import Operation, Request
from yibao_client.explained import BalanceExplanation
from yibao_client.fields import Fields

API = "/_control"


def create_world(settings: Mapping[str, Any]) -> Operation[WorldRecord]:
    return Operation(
        Request("POST", f"{API}/worlds", "create_world", json=settings), plain(WorldRecord.read)
    )


def list_worlds() -> Operation[tuple[WorldRecord, ...]]:
    return Operation(
        _get(f"{API}/worlds", "list_worlds"),
        plain(lambda answer: answer.rows("items", WorldRecord.read)),
    )


def world(name: str) -> Operation[WorldRecord]:
    return Operation(_get(_world(name), "world"), plain(WorldRecord.read))


def delete_world(name: str) -> Operation[None]:
    return Operation(Request("DELETE", _world(name), "delete_world", idempotent=True), nothing)


def reset_world(name: str) -> Operation[WorldRecord]:
    return Operation(
        Request("POST", f"{_world(name)}/reset", "reset_world", json={}, idempotent=True),
        plain(WorldRecord.read),
    )


def clock(name: str) -> Operation[WorldClock]:
    return Operation(_get(f"{_world(name)}/clock", "clock"), plain(WorldClock.read))


def change_clock(name: str, change: Mapping[str, Any]) -> Operation[WorldClock]:
    """Not idempotent: an advance that is sent twice advances twice."""
    return Operation(
        Request("PATCH", f"{_world(name)}/clock", "change_clock", json=change),
        plain(WorldClock.read),
    )


def policy(name: str) -> Operation[Mapping[str, Any]]:
    return Operation(_get(f"{_world(name)}/policy", "policy"), plain(_as_it_is))


def change_policy(name: str, change: Mapping[str, Any]) -> Operation[Mapping[str, Any]]:
    return Operation(
        Request("PATCH", f"{_world(name)}/policy", "change_policy", json=change, idempotent=True),
        plain(_as_it_is),
    )


def people(
    name: str, *, region: str | None, insutype: str | None, offset: int, limit: int
) -> Operation[PeoplePage]:
    params = _present(region=region, insutype=insutype, offset=offset, limit=limit)
    return Operation(_get(f"{_world(name)}/people", "people", params), plain(PeoplePage.read))


def person(name: str, id_number: str) -> Operation[Person]:
    return Operation(_get(_person(name, id_number), "person"), plain(Person.read))


def post_entry(name: str, id_number: str, entry: Mapping[str, Any]) -> Operation[LedgerPosting]:
    return Operation(
        Request("POST", f"{_person(name, id_number)}/ledger", "post_entry", json=entry),
        plain(LedgerPosting.read),
    )


def evidence(
    name: str, id_number: str, what: str, conditions: Mapping[str, object]
) -> Operation[bytes]:
    """A JPEG: `what` is `id-card/front.jpg`, `id-card/back.jpg` or `face.jpg`."""
    params = {key: _written(value) for key, value in conditions.items()}
    return Operation(
        _get(f"{_person(name, id_number)}/{what}", "evidence", params), content("image/jpeg")
    )


def biometric_sample(
    name: str, id_number: str, kind: str, conditions: Mapping[str, object]
) -> Operation[bytes]:
    path = f"{_person(name, id_number)}/biometrics/{quote(kind, safe='')}"
    params = {key: _written(value) for key, value in conditions.items()}
    return Operation(
        _get(path, "biometric_sample", params),
        plain(lambda answer: b64decode(answer.text("sample"))),
    )


def anomalies(name: str, id_number: str) -> Operation[Mapping[str, Anomaly]]:
    return Operation(_get(f"{_person(name, id_number)}/anomalies", "anomalies"), plain(by_name))


def choose_anomalies(
    name: str, id_number: str, wishes: Mapping[str, Any]
) -> Operation[Mapping[str, Anomaly]]:
    path = f"{_person(name, id_number)}/anomalies"
    return Operation(
        Request("PUT", path, "choose_anomalies", json=wishes, idempotent=True), plain(by_name)
    )


def applications(name: str, platform: str) -> Operation[tuple[RegisteredApplication, ...]]:
    path = f"{_world(name)}/applications"
    return Operation(
        _get(path, "applications", {"platform": platform}),
        plain(lambda answer: answer.rows("items", RegisteredApplication.read)),
    )


def make_application(name: str, wanted: Mapping[str, Any]) -> Operation[RegisteredApplication]:
    return Operation(
        Request("POST", f"{_world(name)}/applications", "make_application", json=wanted),
        plain(RegisteredApplication.read),
    )


def change_application(
    name: str, platform: str, app_id: str, change: Mapping[str, Any]
) -> Operation[RegisteredApplication]:
    return Operation(
        Request(
            "PATCH",
            _application(name, platform, app_id),
            "change_application",
            json=change,
            idempotent=True,
        ),
        plain(RegisteredApplication.read),
    )


def application_keys(name: str, platform: str, app_id: str) -> Operation[ApplicationKeys]:
    path = f"{_application(name, platform, app_id)}/keys"
    return Operation(_get(path, "application_keys"), plain(ApplicationKeys.read))


def _application(name: str, platform: str, app_id: str) -> str:
    return f"{_world(name)}/applications/{platform}/{quote(app_id, safe='')}"


def _written(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def account(name: str, id_number: str, platform: str) -> Operation[AccountState]:
    path = f"{_person(name, id_number)}/accounts/{quote(platform, safe='')}"
    return Operation(_get(path, "account_state"), plain(AccountState.read))


def change_account(
    name: str, id_number: str, platform: str, change: Mapping[str, Any]
) -> Operation[AccountState]:
    path = f"{_person(name, id_number)}/accounts/{quote(platform, safe='')}"
    return Operation(
        Request("PATCH", path, "change_account_state", json=change, idempotent=True),
        plain(AccountState.read),
    )


def inbox(
    name: str,
    *,
    to: str | None = None,
    kind: str | None = None,
    since: int | None = None,
    wait_s: int | None = None,
) -> Operation[tuple[Message, ...]]:
    """`since`: id of the last message already known; `wait_s`: real seconds to wait for one."""
    params = _present(to=to, kind=kind, since=since, wait=wait_s)
    return Operation(
        _get(f"{_world(name)}/inbox", "inbox", params),
        plain(lambda answer: answer.rows("items", Message.read)),
    )


def journal(
    name: str,
    *,
    platform: str | None = None,
    path: str | None = None,
    status: int | None = None,
    since: str | None = None,
) -> Operation[tuple[JournalEntry, ...]]:
    params = _present(platform=platform, path=path, status=status, since=since)
    return Operation(
        _get(f"{_world(name)}/journal", "journal", params),
        plain(lambda answer: answer.rows("items", JournalEntry.read)),
    )


def clear_journal(name: str) -> Operation[None]:
    return Operation(
        Request("DELETE", f"{_world(name)}/journal", "clear_journal", idempotent=True), nothing
    )


def explain_balance(name: str, id_number: str) -> Operation[BalanceExplanation]:
    path = f"{_world(name)}/explain/balance"
    return Operation(
        _get(path, "explain_balance", {"person": id_number}), plain(BalanceExplanation.read)
    )


def captcha_answer(name: str, captcha_id: str) -> Operation[str]:
    path = f"{_world(name)}/captchas/{quote(captcha_id, safe='')}"
    return Operation(_get(path, "captcha_answer"), plain(lambda answer: answer.text("answer")))


def explain_request(name: str, request_id: str) -> Operation[Explanation]:
    path = f"{_world(name)}/explain/request/{quote(request_id, safe='')}"
    return Operation(_get(path, "explain_request"), plain(Explanation.read))


def _world(name: str) -> str:
    return f"{API}/worlds/{quote(name, safe='')}"


def _person(name: str, id_number: str) -> str:
    return f"{_world(name)}/people/{quote(id_number, safe='')}"


def _get(path: str, name: str, params: Mapping[str, str] | None = None) -> Request:
    return Request("GET", path, name, params=params or {}, idempotent=True)


def _present(**given: str | int | None) -> dict[str, str]:
    return {name: str(value) for name, value in given.items() if value is not None}


def _as_it_is(answer: Fields) -> Mapping[str, Any]:
    return answer.raw
