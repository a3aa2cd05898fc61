"""Alipay and WeChat for asyncio: the calls of `ThirdPartyClient`, awaited."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
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
from yibao_client.shell import DEFAULT_TIMEOUT_S, AsyncShell
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


class AsyncThirdPartyClient(AsyncShell):
    """One person's data as one application sees them; tasks of one event loop may share it.

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
        transport: httpx.AsyncBaseTransport | None = None,
        wsgi_app: "WSGIApplication | None" = None,
        timeout: float | None = DEFAULT_TIMEOUT_S,
        retries: RetryPolicy | None = None,
        session: Grant | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
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

    async def authorise(
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
        code = await self.run(self._dialect.consent(who, scopes))
        return await self.exchange(code)

    async def refuse(self, *, scopes: tuple[str, ...] | None = None) -> None:
        """Have a person refuse. Always raises: ConsentRefusedError when all is as it should be."""
        await self.run(self._dialect.consent(None, scopes))

    async def exchange(self, code: str) -> Grant:
        """The tokens for a code that a browser brought."""
        grant = await self.run(self._dialect.exchange(code))
        self._grants.session = grant
        return grant

    async def refresh(self) -> Grant:
        """Renew the tokens now. Raises LookupError without any."""
        await self._renew(self._grants.held().access_token)
        return self._grants.held()

    async def withdraw(self) -> None:
        """End the authorisation by the person's wish; this client forgets its tokens."""
        await self.run(calls.withdraw())
        self._grants.session = None

    # --- the insurance

    async def insurance(self) -> tuple[InsuranceRow, ...]:
        return await self.run(calls.insurance())

    async def balance(self) -> Balance:
        return await self.run(calls.balance())

    async def transactions(
        self,
        *,
        since: Moment | None = None,
        until: Moment | None = None,
        type: str | None = None,  # noqa: A002 -- the contract's name for it
        page: int = 1,
        page_size: int = 20,
    ) -> TransactionPage:
        """One page, newest first; at most 100 entries."""
        return await self.run(
            calls.transactions(since=since, until=until, type=type, page=page, page_size=page_size)
        )

    async def all_transactions(
        self,
        *,
        since: Moment | None = None,
        until: Moment | None = None,
        type: str | None = None,  # noqa: A002 -- the contract's name for it
        page_size: int = 100,
    ) -> AsyncIterator[Transaction]:
        """Every entry that fits, newest first, fetched page by page as it is asked for."""
        pages = transaction_pages(
            ask=calls.transactions, since=since, until=until, type=type, page_size=page_size
        )
        while (operation := pages.next()) is not None:
            for entry in pages.take(await self.run(operation)):
                yield entry

    # --- charts

    async def chart(self, months: int = 12) -> BalanceChart:
        """Balance, income and spending of the last so many months, at most 36."""
        return await self.run(calls.chart(months))

    async def chart_svg(self, months: int = 12) -> bytes:
        """The same, drawn."""
        return await self.run(calls.chart_svg(months))

    async def chart_link(self) -> ChartLink:
        """Where a browser finds the chart page for a short time."""
        return await self.run(calls.chart_link())

    # --- family

    async def family(self) -> tuple[FamilyMember, ...]:
        return await self.run(calls.family())

    async def family_balance(self, member: str) -> Balance:
        """Raises FamilyConsentError for a relative who has not agreed."""
        return await self.run(calls.family_balance(member))

    # --- alerts

    async def set_alert(self, threshold: Decimal, webhook_url: str | None = None) -> Alert:
        """Have it told when the balance falls below a threshold in yuan."""
        return await self.run(calls.set_alert(threshold, webhook_url))

    async def alerts(self) -> Alerts:
        """The alert that is set, and what has fired."""
        return await self.run(calls.alerts())

    async def remove_alert(self) -> None:
        await self.run(calls.remove_alert())


class AsyncAlipayClient(AsyncThirdPartyClient):
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
        transport: httpx.AsyncBaseTransport | None = None,
        wsgi_app: "WSGIApplication | None" = None,
        timeout: float | None = DEFAULT_TIMEOUT_S,
        retries: RetryPolicy | None = None,
        session: Grant | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
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


class AsyncWeChatClient(AsyncThirdPartyClient):
    """An application of WeChat; `base_url` ends in `/wechat`."""

    platform = "wechat"

    def __init__(
        self,
        base_url: str,
        application: WeChatApplication,
        *,
        transport: httpx.AsyncBaseTransport | None = None,
        wsgi_app: "WSGIApplication | None" = None,
        timeout: float | None = DEFAULT_TIMEOUT_S,
        retries: RetryPolicy | None = None,
        session: Grant | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
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
