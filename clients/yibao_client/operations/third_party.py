"""What the third-party platforms have in common, relative to a base URL (`http://host/wechat`).

The calls about a person's insurance, and the consent that comes before them: the form of the page
is sent as a browser would, and the code read from where it leads.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from html import unescape
from secrets import token_urlsafe
from typing import Final, Protocol, TypeVar
from urllib.parse import parse_qs, quote, urlsplit

from yibao_client.envelope import content, in_envelope, nothing
from yibao_client.errors import Refusal, refused
from yibao_client.exchange import Operation, Request, Response
from yibao_client.fields import MalformedError
from yibao_client.history import Moment, TransactionPage
from yibao_client.operations import insurer
from yibao_client.results import Balance, InsuranceRow
from yibao_client.third_party_values import (
    Alert,
    Alerts,
    BalanceChart,
    ChartLink,
    FamilyMember,
    Grant,
)

T = TypeVar("T")

DATA: Final = "/yibao/v1"


class Identified(Protocol):
    """The form fields by which somebody is identified."""

    @property
    def form(self) -> Mapping[str, str]: ...


@dataclass(frozen=True, slots=True)
class Card:
    """A social-security card and its password."""

    card_number: str
    card_password: str = field(repr=False)

    @property
    def form(self) -> Mapping[str, str]:
        return {"card_number": self.card_number, "card_password": self.card_password}


@dataclass(frozen=True, slots=True)
class NationalAccount:
    """A phone number and the password of its account on the national platform."""

    phone: str
    password: str = field(repr=False)

    @property
    def form(self) -> Mapping[str, str]:
        return {"phone": self.phone, "password": self.password}


def identified(
    card_number: str | None, card_password: str | None, phone: str | None, password: str | None
) -> Identified:
    """Raises TypeError unless one whole pair is given, and nothing of the other."""
    card, account = (card_number, card_password), (phone, password)
    if card_number is not None and card_password is not None and account == (None, None):
        return Card(card_number, card_password)
    if phone is not None and password is not None and card == (None, None):
        return NationalAccount(phone, password)
    raise TypeError("authorise takes card_number with card_password, or phone with password")


class Dialect(Protocol):
    """What one platform says in its own way."""

    def consent(self, who: Identified | None, scopes: tuple[str, ...] | None) -> Operation[str]:
        """Answers the code; without anybody, the consent is refused."""

    def exchange(self, code: str) -> Operation[Grant]:
        """Tokens for a code."""

    def refresh(self, refresh_token: str) -> Operation[Grant]:
        """New tokens."""


def consent(
    path: str, query: Mapping[str, str], code_name: str, who: Identified | None
) -> Operation[str]:
    """The form of a consent page, accepted or (without anybody) refused."""
    state = token_urlsafe(12)
    form = {"decision": "refuse"} if who is None else {"decision": "accept", **who.form}

    def read(response: Response) -> str:
        if response.status != 302:
            raise _refusal_on_page(response)
        query = parse_qs(urlsplit(response.headers.get("location", "")).query)
        if query.get("state") != [state]:
            raise MalformedError("the person comes back with another state")
        if code_name not in query:
            raise refused(
                Refusal(
                    "authorisation.refused_by_user",
                    "the person refused",
                    response.status,
                    request_id=response.headers.get("x-request-id"),
                )
            )
        return query[code_name][0]

    request = Request("POST", path, "consent", params={**query, "state": state}, form=form)
    return Operation(request, read)


def _refusal_on_page(response: Response) -> Exception:
    """The refusal that a page bears in its head, and tells in its alert."""
    text = response.body.decode("utf-8", "replace")
    code, details = (
        re.search(rf'<meta name="yibao-{name}" content="([^"]*)">', text)
        for name in ("code", "details")
    )
    if code is None:
        return MalformedError("the page neither leads back nor says what it refuses")
    told = re.search(r'role="alert".*?(?:<li>|<p>)(.*?)(?:</li>|</p>)', text, re.DOTALL)
    message = unescape(re.sub(r"<[^>]*>", "", told[1])).strip() if told else ""
    return refused(
        Refusal(
            code=unescape(code[1]),
            message=message,
            status=response.status,
            details={} if details is None else json.loads(unescape(details[1])),
            retry_after=response.retry_after,
            request_id=response.headers.get("x-request-id"),
        )
    )


# --- calls about insurance


def balance() -> Operation[Balance]:
    return _moved(insurer.balance())


def insurance() -> Operation[tuple[InsuranceRow, ...]]:
    return _moved(insurer.insurance())


def transactions(
    *,
    since: Moment | None = None,
    until: Moment | None = None,
    type: str | None = None,  # noqa: A002 -- the contract's name for it
    page: int = 1,
    page_size: int = 20,
) -> Operation[TransactionPage]:
    """Newest first. `since` and `until` are dates or aware datetimes; pages count from 1."""
    return _moved(
        insurer.transactions(since=since, until=until, type=type, page=page, page_size=page_size)
    )


def chart(months: int = 12) -> Operation[BalanceChart]:
    return Operation(
        _reading("/charts/balance", "chart", {"months": str(months)}),
        in_envelope(BalanceChart.read),
    )


def chart_svg(months: int = 12) -> Operation[bytes]:
    return Operation(
        _reading("/charts/balance.svg", "chart_svg", {"months": str(months)}),
        content("image/svg+xml"),
    )


def chart_link() -> Operation[ChartLink]:
    return Operation(
        Request("POST", f"{DATA}/charts/links", "chart_link", signed_in=True),
        in_envelope(ChartLink.read),
    )


def family() -> Operation[tuple[FamilyMember, ...]]:
    return Operation(
        _reading("/family", "family"),
        in_envelope(lambda data: data.rows("items", FamilyMember.read)),
    )


def family_balance(member: str) -> Operation[Balance]:
    path = f"/family/{quote(member, safe='')}/balance"
    return Operation(_reading(path, "family_balance"), in_envelope(Balance.read))


def set_alert(threshold: Decimal, webhook_url: str | None = None) -> Operation[Alert]:
    body = {"threshold": str(threshold)}
    if webhook_url is not None:
        body["webhook_url"] = webhook_url
    return Operation(
        Request(
            "PUT",
            f"{DATA}/alerts/balance",
            "set_alert",
            json=body,
            idempotent=True,
            signed_in=True,
        ),
        in_envelope(Alert.read),
    )


def alerts() -> Operation[Alerts]:
    return Operation(_reading("/alerts", "alerts"), in_envelope(Alerts.read))


def remove_alert() -> Operation[None]:
    return Operation(
        Request("DELETE", f"{DATA}/alerts/balance", "remove_alert", signed_in=True), nothing
    )


def withdraw() -> Operation[None]:
    return Operation(
        Request("DELETE", f"{DATA}/authorisation", "withdraw", signed_in=True), nothing
    )


def _reading(path: str, name: str, params: dict[str, str] | None = None) -> Request:
    return Request(
        "GET", f"{DATA}{path}", name, params=params or {}, idempotent=True, signed_in=True
    )


def _moved(operation: Operation[T]) -> Operation[T]:
    """A call of the insurer's platforms where third parties have it."""
    path = DATA + operation.request.path.removeprefix(insurer.API)
    return Operation(replace(operation.request, path=path), operation.read)
