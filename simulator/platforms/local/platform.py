"""The local platform in its modern dialect, which every pooling area speaks."""

from dataclasses import replace
from typing import Any, Final

from simulator.errors import (
    CardMismatchError,
    CardRequiredError,
    NoCardError,
    NotInsuredHereError,
)
from simulator.platforms.insurer.envelope import EnvelopeDialect
from simulator.platforms.insurer.operations import OPERATIONS
from simulator.platforms.insurer.visits import identify
from simulator.platforms.local import schemas, views
from simulator.platforms.local.areas import locate
from simulator.web.operations import Operation, Platform

NAME: Final = "local"

_FOR_ANYBODY: Final = ("send_sms_code", "refresh_session", "sign_out", "read_ticket")
"""Calls that do not ask where somebody is insured."""

_DIFFERENT: Final[dict[str, dict[str, Any]]] = {
    "register": {
        "view": views.register,
        "summary": "Register with phone number, code, password and social-security card",
        "body": schemas.RegistrationBody(),
        "answer": schemas.NewAccountAnswer(),
    },
    "sign_in": {"view": views.open_session, "answer": schemas.SessionAnswer()},
    "refresh_session": {"view": views.refresh_session, "answer": schemas.SessionAnswer()},
    "read_account": {"view": views.read_account, "answer": schemas.AccountAnswer()},
}
"""What a local platform does otherwise than the national one."""


def _local(operation: Operation) -> Operation:
    refusals = operation.refusals
    if operation.name not in _FOR_ANYBODY:
        refusals = (*refusals, NotInsuredHereError)
    if operation.name == "register":
        refusals = (*refusals, CardMismatchError, NoCardError, CardRequiredError)
    return replace(operation, refusals=refusals, **_DIFFERENT.get(operation.name, {}))


LOCAL_OPERATIONS: Final = tuple(_local(operation) for operation in OPERATIONS)


def local_platform() -> Platform:
    """The local platforms in the modern dialect, ready to be added to the application."""
    return Platform(
        name=NAME,
        prefix="/local/{admdvs}/api/v1",
        dialect=EnvelopeDialect(),
        operations=LOCAL_OPERATIONS,
        title="Local platforms 地方医保服务平台",
        locate=locate,
        identify=identify,
    )
