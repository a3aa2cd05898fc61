"""Payment authorisation numbers for testers, who have no institution interface to show them to."""

from typing import Any

from simulator.domain import china_time
from simulator.services import pay_authorisations
from simulator.web.call import Call


def read_pay_authorisation(call: Call, world: str, pay_auth_no: str) -> dict[str, Any]:
    found = call.worlds.find(world)
    authorised = pay_authorisations.find(found, pay_auth_no)
    return {
        "pay_auth_no": authorised.number,
        "id_number": authorised.person.id_number,
        "name": authorised.person.name,
        "expires_at": china_time.to_iso(authorised.expires_ms),
        "state": "valid" if found.now_ms() < authorised.expires_ms else "expired",
    }
