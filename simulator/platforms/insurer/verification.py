"""Uploads and samples: real-name verification and biometrics as plain data."""

from typing import Any

from simulator.domain.biometrics import KINDS, Kind, refusal_code
from simulator.domain.identifiers import mask_id, mask_name
from simulator.errors import BiometricsNotOfferedError
from simulator.platforms.insurer.visits import visit_of
from simulator.services import (
    biometrics,
    real_name,
)
from simulator.web.call import Call


def enrol_biometric(call: Call, kind: str) -> dict[str, Any]:
    known = _kind(kind)
    size = biometrics.enrol(visit_of(call), call.session, known, call.body["sample"])
    return {"kind": known, "enrolled": True, "sample_bytes": size}


def verify_biometric(call: Call, kind: str) -> dict[str, Any]:
    known = _kind(kind)
    verdict = biometrics.verify(visit_of(call), call.session, known, call.body.get("sample"))
    return {
        "kind": known,
        "matched": verdict.outcome == "matched",
        "score": round(verdict.score or 0, 4),
        "threshold": verdict.threshold,
        "code": refusal_code(verdict.outcome, known),
        "tries_left": verdict.tries_left,
    }


def _kind(kind: str) -> Kind:
    for known in KINDS:
        if kind == known:
            return known
    raise BiometricsNotOfferedError(details={"kind": kind[:40], "known": list(KINDS)})


def upload_id_card(call: Call) -> dict[str, Any]:
    visit = visit_of(call)
    found = real_name.judge_card(visit, call.session, call.files["front"], call.files["back"])
    until = found.valid_until
    return {
        "state": found.state,
        "name": mask_name(found.person.name),
        "id_number": mask_id(found.person.id_number),
        "valid_from": found.valid_from.isoformat(),
        "valid_until": None if until is None else until.isoformat(),
        "liveness": found.liveness,
        "measured": {"front": found.front, "back": found.back},
    }


def upload_face(call: Call) -> dict[str, Any]:
    found = real_name.judge_face(visit_of(call), call.session, call.files["photo"])
    return {
        "state": found.state,
        "name": mask_name(found.person.name),
        "score": round(found.score, 4),
        "threshold": found.threshold,
        "measured": found.figures,
    }
