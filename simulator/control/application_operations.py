"""The control API's calls about applications, authorisations and cards as a table."""

from typing import Final

from simulator.control import application_schemas as schemas
from simulator.control import applications, authorisations, pay_authorisations
from simulator.errors import (
    AccountStateError,
    ApplicationExistsError,
    ApplicationNotFoundError,
    ApplicationStateError,
    AuthorisationNotFoundError,
    PayAuthorisationUnknownError,
    UnknownPersonError,
    UnknownWorldError,
)
from simulator.web.operations import Operation

_ALL: Final = "/worlds/{world}/applications"
_ONE: Final = _ALL + "/{platform}/{app_id}"
_PERSON: Final = "/worlds/{world}/people/{id_number}"
_NOTES: Final = {
    "world": "name of a world",
    "platform": "alipay or wechat",
    "app_id": "id of an application of the platform",
    "id_number": "resident ID number of a person of the world",
    "authorisation_id": "id of an authorisation of the person",
    "pay_auth_no": "number that a third-party platform answered",
}

APPLICATION_OPERATIONS: Final = (
    Operation(
        "list_applications",
        "GET",
        _ALL,
        applications.list_applications,
        "Applications of the third-party platforms, ready-made ones first",
        query=schemas.ApplicationsQuery(),
        answer=schemas.ApplicationsAnswer(),
        refusals=(UnknownWorldError,),
        path_notes=_NOTES,
    ),
    Operation(
        "make_application",
        "POST",
        _ALL,
        applications.make_application,
        "Register an application; one under a name that is taken is an impostor",
        body=schemas.ApplicationBody(),
        answer=schemas.ApplicationAnswer(),
        status=201,
        refusals=(UnknownWorldError, ApplicationExistsError),
        path_notes=_NOTES,
    ),
    Operation(
        "read_application",
        "GET",
        _ONE,
        applications.read_application,
        "One application",
        answer=schemas.ApplicationAnswer(),
        refusals=(UnknownWorldError, ApplicationNotFoundError),
        path_notes=_NOTES,
    ),
    Operation(
        "patch_application",
        "PATCH",
        _ONE,
        applications.patch_application,
        "Suspend, resume, revoke or register an application, or change its redirect URIs",
        body=schemas.ApplicationPatchBody(),
        answer=schemas.ApplicationAnswer(),
        refusals=(UnknownWorldError, ApplicationNotFoundError, ApplicationStateError),
        path_notes=_NOTES,
    ),
    Operation(
        "read_keys",
        "GET",
        _ONE + "/keys",
        applications.read_keys,
        "The keys of an application, and the one that checks the platform's answers",
        answer=schemas.KeysAnswer(),
        # Deriving a pair takes a quarter of a second.
        slow=True,
        refusals=(UnknownWorldError, ApplicationNotFoundError),
        path_notes=_NOTES,
    ),
    Operation(
        "list_authorisations",
        "GET",
        _PERSON + "/authorisations",
        authorisations.list_authorisations,
        "What a person let applications do, oldest first per platform, ended ones included",
        answer=schemas.AuthorisationsAnswer(),
        refusals=(UnknownWorldError, UnknownPersonError),
        path_notes=_NOTES,
    ),
    Operation(
        "end_authorisation",
        "DELETE",
        _PERSON + "/authorisations/{authorisation_id}",
        authorisations.end_authorisation,
        "End an authorisation: its tokens are worth nothing from now on",
        status=204,
        refusals=(UnknownWorldError, UnknownPersonError, AuthorisationNotFoundError),
        path_notes=_NOTES,
    ),
    Operation(
        "read_card",
        "GET",
        _PERSON + "/card",
        authorisations.read_card,
        "Whether a person's social-security card is locked for its password",
        answer=schemas.CardAnswer(),
        refusals=(UnknownWorldError, UnknownPersonError),
        path_notes=_NOTES,
    ),
    Operation(
        "patch_card",
        "PATCH",
        _PERSON + "/card",
        authorisations.patch_card,
        "Lock a card, or set it free",
        body=schemas.CardBody(),
        answer=schemas.CardAnswer(),
        refusals=(UnknownWorldError, UnknownPersonError, AccountStateError),
        path_notes=_NOTES,
    ),
    Operation(
        "read_pay_authorisation",
        "GET",
        "/worlds/{world}/pay-authorisations/{pay_auth_no}",
        pay_authorisations.read_pay_authorisation,
        "Whom a payment authorisation number stands for, and until when",
        answer=schemas.PayAuthorisationAnswer(),
        refusals=(UnknownWorldError, PayAuthorisationUnknownError),
        path_notes=_NOTES,
    ),
)
