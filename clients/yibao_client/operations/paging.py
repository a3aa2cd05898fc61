"""Walking through a history that is answered page by page, without sending anything."""

from yibao_client.exchange import Operation
from yibao_client.history import Moment, Transaction, TransactionPage
from yibao_client.operations import national


class TransactionPages:
    """Which page to ask for next, and which of its entries are new.

    Pages are newest first, so an entry that is booked between two calls pushes the others onto
    later pages; an entry seen before is not given twice.
    """

    def __init__(
        self,
        *,
        since: Moment | None = None,
        until: Moment | None = None,
        type: str | None = None,  # noqa: A002 -- the contract's name for it
        page_size: int = 100,
    ) -> None:
        self._since, self._until, self._type = since, until, type
        self._page_size = page_size
        self._page = 1
        self._seen: set[str] = set()
        self._done = False

    def next(self) -> Operation[TransactionPage] | None:
        """The call for the next page, or None after the last."""
        if self._done:
            return None
        return national.transactions(
            since=self._since,
            until=self._until,
            type=self._type,
            page=self._page,
            page_size=self._page_size,
        )

    def take(self, page: TransactionPage) -> tuple[Transaction, ...]:
        """Book a page that was answered; its entries that were not given before."""
        self._done = not page.items or self._page * self._page_size >= page.total
        self._page += 1
        new = tuple(entry for entry in page.items if entry.id not in self._seen)
        self._seen.update(entry.id for entry in new)
        return new
