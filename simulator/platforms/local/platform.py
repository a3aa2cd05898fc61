"""The local platform in its modern dialect, which every pooling area speaks."""

from dataclasses import replace
from typing import Any, Final

from simulator.errors import (
    CardMismatchError,
    CardRequiredError,
    ECredentialExpiredError,
    ECredentialUnknownError,
    ECredentialUsedError,
    NoCardError,
    NotInsuredHereError,
    NotListedError,
    RealNameRequiredError,
)
from simulator.platforms.insurer.envelope import EnvelopeDialect
from simulator.platforms.insurer.operations import OPERATIONS
from simulator.platforms.insurer.visits import identify
from simulator.platforms.local import catalogues, credentials, schemas, views
from simulator.platforms.local.areas import locate
from simulator.web.operations import Operation, Platform

NAME: Final = "local"

_FOR_THE_INSURED: Final = (
    "register",
    "sign_in",
    "read_insurance",
    "read_balance",
    "read_transactions",
    "upload_id_card",
    "enrol_biometric",
    "open_ticket",
)
"""Calls that ask where somebody is insured. What concerns an account alone does not."""

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
    if operation.name in _FOR_THE_INSURED:
        refusals = (*refusals, NotInsuredHereError)
    if operation.name == "register":
        refusals = (*refusals, CardMismatchError, NoCardError, CardRequiredError)
    return replace(operation, refusals=refusals, **_DIFFERENT.get(operation.name, {}))


_TOKEN_REFUSALS: Final = (ECredentialUnknownError, ECredentialExpiredError, ECredentialUsedError)

_MORE: Final = (
    Operation(
        name="list_hospitals",
        method="GET",
        path="/hospitals",
        view=catalogues.list_hospitals,
        summary="The area's hospitals, best level first",
        query=schemas.HospitalQuery(),
        answer=schemas.HospitalsAnswer(),
    ),
    Operation(
        name="read_hospital",
        method="GET",
        path="/hospitals/{code}",
        view=catalogues.read_hospital,
        summary="One hospital or pharmacy of the area",
        answer=schemas.HospitalAnswer(),
        refusals=(NotListedError,),
        path_notes={"code": "institution code, such as those of the list"},
    ),
    Operation(
        name="list_drugs",
        method="GET",
        path="/drugs",
        view=catalogues.list_drugs,
        summary="The drugs that the area lists, by code",
        query=schemas.DrugQuery(),
        answer=schemas.DrugsAnswer(),
    ),
    Operation(
        name="read_drug",
        method="GET",
        path="/drugs/{code}",
        view=catalogues.read_drug,
        summary="One drug that the area lists",
        answer=schemas.DrugAnswer(),
        refusals=(NotListedError,),
        path_notes={"code": "drug code, such as those of the list"},
    ),
    Operation(
        name="show_e_credential",
        method="GET",
        path="/e-credential",
        view=credentials.show,
        summary="A new token of the person's e-credential, and links to its pictures",
        answer=schemas.CredentialAnswer(),
        signed_in=True,
        refusals=(RealNameRequiredError, NotInsuredHereError),
    ),
    *(
        Operation(
            name=f"show_e_credential_{kind}",
            method="GET",
            path=f"/e-credential.{kind}",
            view=view,
            summary=f"A token that is still good, as {kind.upper()}",
            query=schemas.TokenQuery(),
            media_type=media_type,
            slow=True,
            refusals=_TOKEN_REFUSALS,
        )
        for kind, view, media_type in (
            ("svg", credentials.svg, credentials.MEDIA_TYPES["svg"]),
            ("png", credentials.png, credentials.MEDIA_TYPES["png"]),
            ("pdf", credentials.pdf, credentials.MEDIA_TYPES["pdf"]),
        )
    ),
    Operation(
        name="decode_e_credential",
        method="POST",
        path="/e-credentials/decode",
        view=credentials.decode,
        summary="Whom a token stands for, as an institution learns it",
        body=schemas.TokenBody(),
        answer=schemas.DecodedAnswer(),
        refusals=_TOKEN_REFUSALS,
    ),
)

LOCAL_OPERATIONS: Final = (*(_local(operation) for operation in OPERATIONS), *_MORE)


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
