"""Quotas of applications, and calls put off because the platform is busy, as policy has them."""

from hashlib import blake2b

from simulator.domain import call_limits, china_time
from simulator.domain.applications import Application
from simulator.domain.call_limits import CallCount
from simulator.errors import CallQuotaError, ServiceBusyError
from simulator.services.visit import Visit


def admit(visit: Visit, application: Application, call: str, request_id: str) -> None:
    """Count a call of an application, of a kind, known by its request's id.

    Raises ServiceBusyError (such a call is not counted) or CallQuotaError. The same request id has
    the same fate in any world of the seed.
    """
    policy = visit.policy.open_platform
    number = int.from_bytes(blake2b(request_id.encode(), digest_size=8).digest(), "big")
    if call_limits.is_busy(policy, visit.world.key("busy"), number):
        raise ServiceBusyError(reason={"busy_per_mille": policy.busy_per_mille})
    limit = policy.daily_calls
    if limit is None:
        return
    day = china_time.day_of(visit.now_ms)
    key = f"calls/{visit.platform}/{application.app_id}/{call}"
    if not visit.world.update(key, CallCount, lambda known: call_limits.count(known, limit, day)):
        raise CallQuotaError(reason={"daily_calls": limit, "call": call})
