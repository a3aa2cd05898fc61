"""The operations of a consent page: one address, to be looked at and to be decided on."""

from simulator.errors import (
    AccountUnknownError,
    ApplicationImpostorError,
    ApplicationRevokedError,
    ApplicationSuspendedError,
    ApplicationUnknownError,
    CardLockedError,
    LockedError,
    NotInsuredError,
    OtherSecondFactorError,
    PasswordExpiredError,
    RealNameRequiredError,
    RedirectMismatchError,
    RefusedByUserError,
    ScopeNotOfferedError,
    WrongCardPasswordError,
    WrongPasswordError,
)
from simulator.platforms.third_party.consent import ConsentPage, Wire
from simulator.platforms.third_party.schemas import AuthorisationQuery, DecisionBody
from simulator.web.operations import Operation

_OF_REQUESTS = (
    ApplicationUnknownError,
    ApplicationImpostorError,
    ApplicationSuspendedError,
    ApplicationRevokedError,
    RedirectMismatchError,
    ScopeNotOfferedError,
)


def consent_operations(
    path: str, wire: Wire, query: AuthorisationQuery
) -> tuple[Operation, Operation]:
    """The two operations of a platform's consent page at a path."""
    view = ConsentPage(wire)
    return (
        Operation(
            name="ask_consent",
            method="GET",
            path=path,
            view=view.show,
            summary="The page on which a person is asked for consent",
            query=query,
            media_type="text/html",
            refusals=_OF_REQUESTS,
        ),
        Operation(
            name="decide",
            method="POST",
            path=path,
            view=view.decide,
            summary="Accept or refuse; leads back to the application with a code, or without one",
            query=query,
            body=DecisionBody(),
            form=True,
            status=302,
            media_type="text/html",
            refusals=(
                *_OF_REQUESTS,
                RefusedByUserError,
                NotInsuredError,
                WrongCardPasswordError,
                CardLockedError,
                AccountUnknownError,
                WrongPasswordError,
                LockedError,
                PasswordExpiredError,
                OtherSecondFactorError,
                RealNameRequiredError,
            ),
        ),
    )
