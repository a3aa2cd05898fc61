"""The alert calls of the control API as a table."""

from simulator.control import alert_schemas as schemas
from simulator.control.alerts import AlertViews
from simulator.errors import (
    AlertTargetError,
    AlertWithoutAccountError,
    NoAlertError,
    UnknownAlertError,
    UnknownPersonError,
    UnknownWorldError,
)
from simulator.services.webhook_targets import WebhookTargets
from simulator.web.operations import Operation

_ALERTS = "/worlds/{world}/alerts"
_NOTES = {"world": "name of a world", "alert_id": "id of a fired alert"}


def alert_operations(targets: WebhookTargets) -> tuple[Operation, ...]:
    """The calls; `targets` says where webhooks may go."""
    views = AlertViews(targets)
    return (
        Operation(
            "read_alerts",
            "GET",
            _ALERTS,
            views.read_alerts,
            "Low-balance alerts: what is set, and what has fired, newest first",
            query=schemas.AlertsQuery(),
            answer=schemas.AlertsAnswer(),
            refusals=(UnknownWorldError, UnknownPersonError),
            path_notes=_NOTES,
        ),
        Operation(
            "set_alert",
            "PUT",
            _ALERTS,
            views.set_alert,
            "Set an alert as an application would",
            body=schemas.AlertBody(),
            answer=schemas.WatchAnswer(),
            # A name in the webhook's address is resolved, which may take time.
            slow=True,
            refusals=(
                UnknownWorldError,
                UnknownPersonError,
                AlertTargetError,
                AlertWithoutAccountError,
            ),
            path_notes=_NOTES,
        ),
        Operation(
            "remove_alert",
            "DELETE",
            _ALERTS,
            views.remove_alert,
            "Forget an alert, and what is still to be delivered of it",
            query=schemas.AlertRemoval(),
            status=204,
            refusals=(UnknownWorldError, UnknownPersonError, NoAlertError),
            path_notes=_NOTES,
        ),
        Operation(
            "redeliver_alert",
            "POST",
            _ALERTS + "/{alert_id}/redeliver",
            views.redeliver,
            "Deliver a fired alert again, at once, whether it was delivered before or not",
            query=schemas.RedeliveryQuery(),
            answer=schemas.FiredAlertAnswer(),
            refusals=(UnknownWorldError, UnknownAlertError),
            path_notes=_NOTES,
        ),
    )
