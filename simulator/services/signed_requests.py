"""Who asks Alipay's gateway: an application that shows its key, may act, and is not too fast."""

from simulator.domain import gateway
from simulator.domain.applications import Application
from simulator.domain.gateway import RateWindow
from simulator.errors import (
    ApplicationImpostorError,
    ApplicationUnknownError,
    RateLimitError,
    WrongSignatureError,
)
from simulator.services import application_keys, applications, call_limits
from simulator.services.visit import Visit


def sender(visit: Visit, app_id: str, content: bytes, signature: str) -> Application:
    """The application of an id, if it signed what was sent and may act now.

    Raises ApplicationUnknownError, WrongSignatureError, ApplicationImpostorError,
    ApplicationSuspendedError or ApplicationRevokedError. The key is looked at before the state:
    nobody else learns how an application stands.
    """
    found = applications.application(visit.world, applications.platform_of(visit), app_id)
    if found is None:
        raise ApplicationUnknownError
    pem = application_keys.public_pem(visit.world, found)
    if pem is None or not application_keys.is_signed(pem, content, signature):
        raise WrongSignatureError(reason={"impostor": "key", "name": found.name})
    genuine = applications.genuine_of(visit.world, found)
    if genuine is not None:
        raise ApplicationImpostorError(
            reason={"impostor": "name", "name": found.name, "genuine": genuine}
        )
    refusal = applications.refusal_of_state(found)
    if refusal is not None:
        raise refusal
    return found


def admit(visit: Visit, application: Application, method: str, request_id: str) -> None:
    """Count a request. Raises RateLimitError, ServiceBusyError or CallQuotaError."""
    limit = visit.policy.gateway.rate_per_second
    if limit is not None and not visit.world.update(
        f"gateway-rate/{application.app_id}",
        RateWindow,
        lambda window: gateway.count(window, limit, visit.now_ms),
    ):
        raise RateLimitError(reason={"rate_per_second": limit}, retry_after_s=1)
    call_limits.admit(visit, application, method, request_id)
