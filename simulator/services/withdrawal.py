"""Taking back what a person let an application do: its tokens end, and its alert with them."""

from contextlib import suppress

from simulator.errors import NoAlertError
from simulator.services import alerts, authorisation
from simulator.services.authorisation import OpenGrant
from simulator.services.visit import Visit


def withdraw(visit: Visit, opened: OpenGrant) -> None:
    """End a grant by the person's wish, and forget the alert that the application had set."""
    authorisation.revoke(visit, opened, "person")
    with suppress(NoAlertError):
        alerts.remove(visit, opened.application.app_id, opened.person)
