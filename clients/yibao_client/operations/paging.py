"""Walking through a list that is answered page by page, without sending anything."""

from collections.abc import Callable
from typing import Generic, Protocol, TypeVar

from yibao_client.exchange import Operation
from yibao_client.history import Moment, Transaction, TransactionPage
from yibao_client.local_values import Drug, Hospital
from yibao_client.operations import insurer, local

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


class SomePage(Protocol[T_co]):
    """What every kind of page has."""

    @property
    def items(self) -> tuple[T_co, ...]: ...
    @property
    def total(self) -> int: ...


class Pages(Generic[T]):
    """Which page to ask for next, and which of its items are new.

    `ask` is told the number of a page, from 1, and answers the call for it; `key` tells items
    apart. An entry that is booked between two calls pushes the others onto later pages; one that
    was given before is not given twice.
    """

    def __init__(
        self,
        ask: Callable[[int], Operation[SomePage[T]]],
        page_size: int,
        key: Callable[[T], str],
    ) -> None:
        self._ask = ask
        self._page_size = page_size
        self._key = key
        self._page = 1
        self._seen: set[str] = set()
        self._done = False

    def next(self) -> Operation[SomePage[T]] | None:
        """The call for the next page, or None after the last."""
        return None if self._done else self._ask(self._page)

    def take(self, page: SomePage[T]) -> tuple[T, ...]:
        """Book a page that was answered; its items that were not given before."""
        self._done = not page.items or self._page * self._page_size >= page.total
        self._page += 1
        new = tuple(item for item in page.items if self._key(item) not in self._seen)
        self._seen.update(map(self._key, new))
        return new


class AsksForTransactions(Protocol):
    """The call for one page of a history."""

    def __call__(
        self,
        *,
        since: Moment | None,
        until: Moment | None,
        type: str | None,  # noqa: A002 -- the contract's name for it
        page: int,
        page_size: int,
    ) -> Operation[TransactionPage]: ...


def transaction_pages(
    *,
    ask: AsksForTransactions = insurer.transactions,
    since: Moment | None = None,
    until: Moment | None = None,
    type: str | None = None,  # noqa: A002 -- the contract's name for it
    page_size: int = 100,
) -> Pages[Transaction]:
    """The whole history that fits, newest first."""
    return Pages(
        lambda page: ask(since=since, until=until, type=type, page=page, page_size=page_size),
        page_size,
        lambda entry: entry.id,
    )


def hospital_pages(
    *,
    name: str | None = None,
    level: str | None = None,
    designated: bool | None = None,
    pharmacies: bool = False,
    page_size: int = 100,
) -> Pages[Hospital]:
    """All hospitals, or pharmacies, that fit."""
    return Pages(
        lambda page: local.hospitals(
            name=name,
            level=level,
            designated=designated,
            pharmacies=pharmacies,
            page=page,
            page_size=page_size,
        ),
        page_size,
        lambda hospital: hospital.code,
    )


def drug_pages(
    *,
    name: str | None = None,
    code: str | None = None,
    drug_class: str | None = None,
    reimbursement_class: str | None = None,
    page_size: int = 100,
) -> Pages[Drug]:
    """All drugs that fit."""
    return Pages(
        lambda page: local.drugs(
            name=name,
            code=code,
            drug_class=drug_class,
            reimbursement_class=reimbursement_class,
            page=page,
            page_size=page_size,
        ),
        page_size,
        lambda drug: drug.code,
    )
