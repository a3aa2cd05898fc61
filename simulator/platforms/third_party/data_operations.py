"""The data calls of a third-party platform, and its chart page: two interfaces, one prefix."""

from dataclasses import replace

from simulator.domain.applications import PlatformName
from simulator.errors import (
    AlertTargetError,
    AlertWithoutAccountError,
    ApplicationSuspendedError,
    ChartLinkExpiredError,
    ChartLinkUnknownError,
    FamilyConsentError,
    FamilyMemberUnknownError,
    GrantRevokedError,
    GrantTokenExpiredError,
    GrantTokenMissingError,
    GrantTokenUnknownError,
    NoAlertError,
    ScopeNotGrantedError,
)
from simulator.platforms.insurer import schemas as insurer
from simulator.platforms.insurer.envelope import EnvelopeDialect
from simulator.platforms.third_party import data
from simulator.platforms.third_party import data_schemas as schemas
from simulator.platforms.third_party.chart_page import ChartPage
from simulator.platforms.third_party.dialect import PageDialect
from simulator.services.webhook_targets import WebhookTargets
from simulator.web.operations import Operation, Platform

_TOKEN_REFUSALS = (
    GrantTokenMissingError,
    GrantTokenUnknownError,
    GrantTokenExpiredError,
    GrantRevokedError,
    ApplicationSuspendedError,
)


def data_platform(name: PlatformName, title: str, targets: WebhookTargets) -> Platform:
    """The calls that applications make with an access token; `targets` says where webhooks may
    go."""
    return Platform(
        name=name,
        speaks="data",
        prefix=_prefix(name),
        dialect=EnvelopeDialect(),
        operations=tuple(map(_about_insurance, _operations(data.AlertCalls(targets)))),
        title=title,
        identify=data.identify,
        credential_refusals=_TOKEN_REFUSALS,
    )


def chart_platform(name: PlatformName, title: str, brand: str) -> Platform:
    """The chart page, for people."""
    return Platform(
        name=name,
        speaks="charts",
        prefix=_prefix(name),
        dialect=PageDialect(brand),
        operations=(
            Operation(
                name="show_chart_page",
                method="GET",
                path="/charts",
                view=ChartPage(brand).show,
                summary="Balance, chart and figures as a page; by a link, or with the access token",
                query=schemas.ChartPageQuery(),
                media_type="text/html",
                maybe_signed_in=True,
                refusals=(ScopeNotGrantedError, ChartLinkUnknownError, ChartLinkExpiredError),
            ),
        ),
        title=title,
        identify=data.identify,
        credential_refusals=_TOKEN_REFUSALS,
    )


def _prefix(name: PlatformName) -> str:
    return f"/{name}/yibao/v1"


def _about_insurance(operation: Operation) -> Operation:
    """With what all but one of the calls have in common: they need a scope that opens insurance."""
    if operation.name == "withdraw":
        return replace(operation, signed_in=True)
    refusals = (*operation.refusals, ScopeNotGrantedError)
    return replace(operation, signed_in=True, refusals=refusals)


def _operations(alerts: data.AlertCalls) -> tuple[Operation, ...]:
    return (
        Operation(
            name="read_balance",
            method="GET",
            path="/balance",
            view=data.read_balance,
            summary="Balance of the personal account, and the pooled fund's figures of the year",
            answer=insurer.BalanceAnswer(),
        ),
        Operation(
            name="read_transactions",
            method="GET",
            path="/transactions",
            view=data.read_transactions,
            summary="The account's history, newest first",
            query=insurer.TransactionQuery(),
            answer=insurer.TransactionsAnswer(),
        ),
        Operation(
            name="read_insurance",
            method="GET",
            path="/insurance",
            view=data.read_insurance,
            summary="The person's insurance rows",
            answer=insurer.InsuranceAnswer(),
        ),
        Operation(
            name="read_chart",
            method="GET",
            path="/charts/balance",
            view=data.read_chart,
            summary="Balance, income and spending by month, ready to draw",
            query=schemas.ChartQuery(),
            answer=schemas.ChartAnswer(),
        ),
        Operation(
            name="draw_chart",
            method="GET",
            path="/charts/balance.svg",
            view=data.draw_chart,
            summary="The same, drawn",
            query=schemas.ChartQuery(),
            media_type=data.SVG,
        ),
        Operation(
            name="make_chart_link",
            method="POST",
            path="/charts/links",
            view=data.make_chart_link,
            summary="A link by which a browser opens the chart page for a short time",
            answer=schemas.ChartLinkAnswer(),
            status=201,
        ),
        Operation(
            name="list_family",
            method="GET",
            path="/family",
            view=data.list_family,
            summary="The person's family, and who of them shares the balance",
            answer=schemas.FamilyAnswer(),
        ),
        Operation(
            name="read_family_balance",
            method="GET",
            path="/family/{member}/balance",
            view=data.read_family_balance,
            summary="The balance of a family member who has agreed",
            answer=insurer.BalanceAnswer(),
            refusals=(FamilyMemberUnknownError, FamilyConsentError),
            path_notes={"member": "as `GET /family` names the member"},
        ),
        Operation(
            name="set_alert",
            method="PUT",
            path="/alerts/balance",
            view=alerts.put,
            summary="Have it told when the balance falls below a threshold",
            body=schemas.AlertBody(),
            answer=schemas.AlertAnswer(),
            # A name in the webhook's address is resolved, which may take time.
            slow=True,
            refusals=(AlertTargetError, AlertWithoutAccountError),
        ),
        Operation(
            name="read_alerts",
            method="GET",
            path="/alerts",
            view=alerts.read,
            summary="The alert that is set, and what has fired",
            answer=schemas.AlertsAnswer(),
        ),
        Operation(
            name="remove_alert",
            method="DELETE",
            path="/alerts/balance",
            view=alerts.remove,
            summary="Forget the alert, and what is still to be delivered of it",
            status=204,
            refusals=(NoAlertError,),
        ),
        Operation(
            name="withdraw",
            method="DELETE",
            path="/authorisation",
            view=data.withdraw,
            summary="End the authorisation by the person's wish: tokens, alert and all",
            status=204,
        ),
    )
