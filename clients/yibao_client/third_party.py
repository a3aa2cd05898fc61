"""Alipay and WeChat for blocking callers: an application that a person lets in.

::

    with world.wechat.client() as client:
        client.authorise(card_number=card, card_password=password)
        print(client.balance().personal_account, client.chart(months=6).months)

`authorise` does without a browser what a person does in one: it sends the form of the consent page,
reads the code from where that leads, and exchanges it for tokens.
"""

import time
from collections.abc import Callable, Iterator
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, ClassVar

import httpx

from yibao_client.applications import AlipayApplication, WeChatApplication
from yibao_client.conversation import SessionKeeper
from yibao_client.history import Moment, Transaction, TransactionPage
from yibao_client.operations import third_party as calls
from yibao_client.operations.alipay import AlipayDialect, china_now
from yibao_client.operations.paging import transaction_pages
from yibao_client.operations.third_party import Dialect, identified
from yibao_client.operations.wechat import WeChatDialect
from yibao_client.results import Balance, InsuranceRow
from yibao_client.retry import RetryPolicy
from yibao_client.shell import DEFAULT_TIMEOUT_S, Shell
from yibao_client.third_party_values import (
    Alert,
    Alerts,
    BalanceChart,
    ChartLink,
    FamilyMember,
    Grant,
)

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication


class ThirdPartyClient(Shell):
    """One person's data as one application sees them; safe to share between threads.

    The tokens that `authorise` brings are kept and used; an access token that has expired is
    renewed once, by itself. Calls raise YibaoError. The other arguments are those of
    `NationalClient`.
    """

    platform: ClassVar[str]
    """What the platform is called in comparisons and by the control API."""

    def __init__(
        self,
        base_url: str,
        dialect: Dialect,
        *,
        transport: httpx.BaseTransport | None = None,
        wsgi_app: "WSGIApplication | None" = None,
        timeout: float | None = DEFAULT_TIMEOUT_S,
        retries: RetryPolicy | None = None,
        session: Grant | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._dialect = dialect
        self._grants = SessionKeeper(session, dialect.refresh)
        super().__init__(
            base_url,
            transport=transport,
            wsgi_app=wsgi_app,
            timeout=timeout,
            retries=retries,
            keeper=self._grants,
            sleep=sleep,
        )

    @property
    def session(self) -> Grant | None:
        """The tokens in use; can be set, to go on with some that were obtained elsewhere."""
        return self._grants.session

    @session.setter
    def session(self, session: Grant | None) -> None:
        self._grants.session = session

    # --- consent and tokens

    def authorise(
        self,
        *,
        card_number: str | None = None,
        card_password: str | None = None,
        phone: str | None = None,
        password: str | None = None,
        scopes: tuple[str, ...] | None = None,
    ) -> Grant:
        """Have a person consent, with their card or with their account on the national platform.

        Without `scopes`, what opens the insurance data is asked for.
        """
        who = identified(card_number, card_password, phone, password)
        code = self.run(self._dialect.consent(who, scopes))
        return self.exchange(code)

    def refuse(self, *, scopes: tuple[str, ...] | None = None) -> None:
        """Have a person refuse. Always raises: ConsentRefusedError when all is as it should be."""
        self.run(self._dialect.consent(None, scopes))

    def exchange(self, code: str) -> Grant:
        """The tokens for a code that a browser brought."""
        grant = self.run(self._dialect.exchange(code))
        self._grants.session = grant
        return grant

    def sign_in(
        self,
        *,
        phone: str | None = None,
        id_number: str | None = None,
        password: str | None = None,
    ) -> Grant:
        """`authorise` by the account on the national platform, for comparisons and flows.

        Raises TypeError for an ID number: the consent page knows phones and cards alone.
        """
        if id_number is not None:
            raise TypeError("a consent page takes a phone number or a card, no ID number")
        return self.authorise(phone=phone, password=password)

    def refresh(self) -> Grant:
        """Renew the tokens now. Raises LookupError without any."""
        self._renew(self._grants.held().access_token)
        return self._grants.held()

    def withdraw(self) -> None:
        """End the authorisation by the person's wish; this client forgets its tokens."""
        self.run(calls.withdraw())
        self._grants.session = None

    # --- the insurance

    def insurance(self) -> tuple[InsuranceRow, ...]:
        return self.run(calls.insurance())

    def balance(self) -> Balance:
        return self.run(calls.balance())

    def transactions(
        self,
        *,
        since: Moment | None = None,
        until: Moment | None = None,
        type: str | None = None,  # noqa: A002 -- the contract's name for it
        page: int = 1,
        page_size: int = 20,
    ) -> TransactionPage:
        """One page, newest first; at most 100 entries."""
        return self.run(
            calls.transactions(since=since, until=until, type=type, page=page, page_size=page_size)
        )

    def all_transactions(
        self,
        *,
        since: Moment | None = None,
        until: Moment | None = None,
        type: str | None = None,  # noqa: A002 -- the contract's name for it
        page_size: int = 100,
    ) -> Iterator[Transaction]:
        """Every entry that fits, newest first, fetched page by page as it is asked for."""
        pages = transaction_pages(
            ask=calls.transactions, since=since, until=until, type=type, page_size=page_size
        )
        while (operation := pages.next()) is not None:
            yield from pages.take(self.run(operation))

    # --- charts

    def chart(self, months: int = 12) -> BalanceChart:
        """Balance, income and spending of the last so many months, at most 36."""
        return self.run(calls.chart(months))

    def chart_svg(self, months: int = 12) -> bytes:
        """The same, drawn."""
        return self.run(calls.chart_svg(months))

    def chart_link(self) -> ChartLink:
        """Where a browser finds the chart page for a short time."""
        return self.run(calls.chart_link())

    # --- family

    def family(self) -> tuple[FamilyMember, ...]:
        return self.run(calls.family())

    def family_balance(self, member: str) -> Balance:
        """Raises FamilyConsentError for a relative who has not agreed."""
        return self.run(calls.family_balance(member))

    # --- alerts

    def set_alert(self, threshold: Decimal, webhook_url: str | None = None) -> Alert:
        """Have it told when the balance falls below a threshold in yuan."""
        return self.run(calls.set_alert(threshold, webhook_url))

    def alerts(self) -> Alerts:
        """The alert that is set, and what has fired."""
        return self.run(calls.alerts())

    def remove_alert(self) -> None:
        self.run(calls.remove_alert())


class AlipayClient(ThirdPartyClient):
    """An application of Alipay; `base_url` ends in `/alipay`. Needs the package `cryptography`.

    `now` is the time that signed requests bear: give the world's where its clock is moved.
    """

    platform = "alipay"

    def __init__(
        self,
        base_url: str,
        application: AlipayApplication,
        *,
        now: Callable[[], datetime] = china_now,
        transport: httpx.BaseTransport | None = None,
        wsgi_app: "WSGIApplication | None" = None,
        timeout: float | None = DEFAULT_TIMEOUT_S,
        retries: RetryPolicy | None = None,
        session: Grant | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        super().__init__(
            base_url,
            AlipayDialect(application, now),
            transport=transport,
            wsgi_app=wsgi_app,
            timeout=timeout,
            retries=retries,
            session=session,
            sleep=sleep,
        )


class WeChatClient(ThirdPartyClient):
    """An application of WeChat; `base_url` ends in `/wechat`."""

    platform = "wechat"

    def __init__(
        self,
        base_url: str,
        application: WeChatApplication,
        *,
        transport: httpx.BaseTransport | None = None,
        wsgi_app: "WSGIApplication | None" = None,
        timeout: float | None = DEFAULT_TIMEOUT_S,
        retries: RetryPolicy | None = None,
        session: Grant | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        super().__init__(
            base_url,
            WeChatDialect(application),
            transport=transport,
            wsgi_app=wsgi_app,
            timeout=timeout,
            retries=retries,
            session=session,
            sleep=sleep,
        )
