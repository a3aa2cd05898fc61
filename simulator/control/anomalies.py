"""The anomalies of one person through the control API."""

from typing import Any

from simulator.control.people import find_person
from simulator.domain import china_time
from simulator.domain.anomalies import ANOMALIES
from simulator.domain.people import Person
from simulator.domain.regions import resolve
from simulator.errors import RequestError
from simulator.services import alerts, anomalies
from simulator.services.anomalies import Wish
from simulator.services.anomaly_states import AnomalyState, states_of
from simulator.web.call import Call
from simulator.world import World


def read_anomalies(call: Call, world: str, id_number: str) -> dict[str, Any]:
    found = call.worlds.find(world)
    return _answer(found, find_person(found, id_number))


def choose_anomalies(call: Call, world: str, id_number: str) -> dict[str, Any]:
    found = call.worlds.find(world)
    person = find_person(found, id_number)
    wishes = {name: _wish(found, name, wish) for name, wish in call.body.items()}
    anomalies.choose(found, person, wishes)
    alerts.ledger_changed(found, person)
    return _answer(found, person)


def _wish(world: World, name: str, asked: bool | dict[str, Any] | None) -> Wish | None:
    """What a checked member of the body asks. Raises RequestError for who or where is nowhere."""
    if asked is None:
        return None
    if isinstance(asked, bool):
        return Wish(asked)
    area = relative = None
    if "region" in asked:
        area = resolve(asked["region"])
        if area is None:
            raise _invalid(name, "region", "not the code of a pooling area")
    if "relative" in asked:
        relative = world.people.by_id_number(asked["relative"])
        if relative is None:
            raise _invalid(name, "relative", "nobody in this world has this ID number")
    since_ms = asked.get("since_ms")
    from_day = None if since_ms is None else china_time.day_of(since_ms)
    return Wish(True, from_day, None if area is None else area.admdvs, relative)


def _invalid(name: str, member: str, problem: str) -> RequestError:
    return RequestError(details={"fields": {name: {member: [problem]}}})


def _answer(world: World, person: Person) -> dict[str, Any]:
    items = [_item(state) for state in states_of(world, person)]
    return {"items": items, "total": len(items)}


def _item(state: AnomalyState) -> dict[str, Any]:
    anomaly, active = ANOMALIES[state.name], state.active
    from_day = None if active is None else active.from_day
    return {
        "name": state.name,
        "active": active is not None,
        "by": None if active is None else active.by,
        "since": None if from_day is None else china_time.day_to_iso(from_day),
        "region": None if active is None else active.region,
        "relative": state.relative and state.relative.id_number,
        "helped_by": state.helper and state.helper.id_number,
        "entries": list(state.entries),
        "problem": state.reason,
        "zh": anomaly.zh,
        "en": anomaly.en,
    }
