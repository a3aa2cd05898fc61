"""What the insurer's platforms, national and local, have in common for blocking callers."""

import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, ClassVar, Generic, TypeVar

import httpx

from yibao_client.conversation import SessionKeeper
from yibao_client.errors import SessionError
from yibao_client.history import Moment, Transaction, TransactionPage
from yibao_client.operations import insurer
from yibao_client.operations.paging import Pages, transaction_pages
from yibao_client.results import (
    Account,
    Balance,
    BiometricMatch,
    FaceCheck,
    IdCardReading,
    InsuranceRow,
    SecondFactor,
    Session,
    SmsCodeSent,
)
from yibao_client.retry import RetryPolicy
from yibao_client.shell import DEFAULT_TIMEOUT_S, Shell
from yibao_client.tickets import Ticket

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication


S = TypeVar("S", bound=Session)
A = TypeVar("A", bound=Account)
T = TypeVar("T")


class InsurerClient(Shell, Generic[S, A]):
    """One person's view of a platform; safe to share between threads.

    After `sign_in` the tokens are kept and used; an access token that has expired is renewed once,
    by itself, when a refresh token is held. Calls raise YibaoError.

    `base_url` includes the platform's prefix (and the world's, where there is one). Instead of the
    network, a `transport` of httpx or a `wsgi_app` in this process can carry the calls. `timeout`
    is in real seconds, for connecting and for each wait on the socket.
    """

    platform: ClassVar[str]
    """What the platform is called in comparisons and by the control API."""
    _session_type: type[S]
    _account_type: type[A]

    def __init__(
        self,
        base_url: str,
        *,
        transport: httpx.BaseTransport | None = None,
        wsgi_app: "WSGIApplication | None" = None,
        timeout: float | None = DEFAULT_TIMEOUT_S,
        retries: RetryPolicy | None = None,
        session: S | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._sessions = SessionKeeper(session, partial(insurer.refresh, self._session_type))
        super().__init__(
            base_url,
            transport=transport,
            wsgi_app=wsgi_app,
            timeout=timeout,
            retries=retries,
            keeper=self._sessions,
            sleep=sleep,
        )

    @property
    def session(self) -> S | None:
        """The tokens in use; can be set, to go on with a session that was opened elsewhere."""
        return self._sessions.session

    @session.setter
    def session(self, session: S | None) -> None:
        self._sessions.session = session

    # --- codes, registration, sessions

    def send_sms_code(self, phone: str, purpose: str) -> SmsCodeSent:
        """`purpose`: `register`, `sign_in`, `reset_password` or `second_factor`."""
        return self.run(insurer.send_sms_code(phone, purpose))

    def sign_in(
        self,
        *,
        phone: str | None = None,
        id_number: str | None = None,
        password: str | None = None,
        sms_code: str | None = None,
        second_factor: SecondFactor | None = None,
    ) -> S:
        """One of `phone` and `id_number`, with one of `password` and `sms_code`."""
        session = self.run(
            insurer.sign_in(
                self._session_type,
                phone=phone,
                id_number=id_number,
                password=password,
                sms_code=sms_code,
                second_factor=second_factor,
            )
        )
        self._sessions.session = session
        return session

    def refresh(self) -> S:
        """Renew the session now. Raises LookupError when nobody is signed in."""
        self._renew(self._sessions.held().access_token)
        return self._sessions.held()

    def sign_out(self) -> None:
        """End the session. One that the platform no longer knows counts as ended."""
        with suppress(SessionError):
            self.run(insurer.sign_out())
        self._sessions.session = None

    # --- the account

    def reset_password(self, phone: str, sms_code: str, new_password: str) -> None:
        """Also clears a lockout."""
        self.run(insurer.reset_password(phone, sms_code, new_password))

    def change_password(self, old_password: str, new_password: str) -> None:
        """The platform revokes every session of the account, so this client forgets its own."""
        self.run(insurer.change_password(old_password, new_password))
        self._sessions.session = None

    def account(self) -> A:
        return self.run(insurer.account(self._account_type))

    def set_second_factor(self, method: str) -> None:
        """`method`: `none`, `sms`, `fingerprint` or `iris`."""
        self.run(insurer.set_second_factor(method))

    def enrol_biometric(self, kind: str, sample: bytes) -> None:
        """`kind`: `fingerprint` or `iris`."""
        self.run(insurer.enrol_biometric(kind, sample))

    def verify_biometric(self, kind: str, sample: bytes | None) -> BiometricMatch:
        """`sample`: None where the sensor saw nothing in time."""
        return self.run(insurer.verify_biometric(kind, sample))

    def upload_id_card(self, front: bytes, back: bytes) -> IdCardReading:
        """Both sides as JPEG or PNG."""
        return self.run(insurer.upload_id_card(front, back))

    def upload_face(self, photo: bytes) -> FaceCheck:
        return self.run(insurer.upload_face(photo))

    # --- the insurance

    def insurance(self) -> tuple[InsuranceRow, ...]:
        return self.run(insurer.insurance())

    def balance(self) -> Balance:
        return self.run(insurer.balance())

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
            insurer.transactions(
                since=since, until=until, type=type, page=page, page_size=page_size
            )
        )

    def all_transactions(
        self,
        *,
        since: Moment | None = None,
        until: Moment | None = None,
        type: str | None = None,  # noqa: A002 -- the contract's name for it
        page_size: int = 100,
    ) -> Iterator[Transaction]:
        """Every entry that fits, newest first, fetched page by page as it is asked for.

        An entry that arrives in the meantime shifts the pages; what was already given is left out.
        """
        return self._walk(
            transaction_pages(since=since, until=until, type=type, page_size=page_size)
        )

    # --- customer service

    def open_ticket(
        self,
        kind: str,
        *,
        phone: str | None = None,
        name: str | None = None,
        id_number: str | None = None,
    ) -> Ticket:
        """`unlock` wants the proof of identity, `balance` a session."""
        return self.run(insurer.open_ticket(kind, phone=phone, name=name, id_number=id_number))

    def ticket(self, ticket_id: str) -> Ticket:
        return self.run(insurer.ticket(ticket_id))

    def _walk(self, pages: Pages[T]) -> Iterator[T]:
        while (operation := pages.next()) is not None:
            yield from pages.take(self.run(operation))
