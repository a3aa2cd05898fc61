"""Query everywhere and compare: one person's balance as each platform shows it.

Platforms learn of a payment at different times, so that two of them can be right and disagree. A
comparison holds every platform against the one that knows the latest, and says by how much money
and time it is behind.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import Protocol

from yibao_client.errors import YibaoError
from yibao_client.results import Balance, Session


class BalanceReader(Protocol):
    """The calls a comparison makes; the clients of all platforms have them."""

    @property
    def session(self) -> Session | None: ...
    def sign_in(
        self,
        *,
        phone: str | None = None,
        id_number: str | None = None,
        password: str | None = None,
    ) -> Session: ...
    def balance(self) -> Balance: ...


@dataclass(frozen=True, slots=True)
class Credentials:
    """How to sign in: one of `phone` and `id_number`, with the password."""

    password: str = field(repr=False)
    phone: str | None = None
    id_number: str | None = None


@dataclass(frozen=True, slots=True)
class PlatformView:
    """What one platform answered: a balance, or else an error."""

    platform: str
    balance: Balance | None
    error: YibaoError | None = None
    """Its refusal of the sign-in or of the balance, or what became of the call instead."""

    @property
    def amount(self) -> Decimal | None:
        """The personal account; None without one, and without an answer."""
        account = self.balance and self.balance.personal_account
        return account.amount if account else None


@dataclass(frozen=True, slots=True)
class Difference:
    """A platform that does not show what the latest one does."""

    platform: str
    latest: str
    """The platform it is held against."""
    amount: Decimal | None
    """What it shows of the personal account, less what the latest one shows; None where only one of
    them shows an account at all."""
    fund_paid: Decimal | None
    """The same of what the pooled fund paid; None where they speak of different years."""
    behind: timedelta
    """How much older its knowledge is; zero for one that is no older and differs all the same."""

    def __str__(self) -> str:
        said = [
            "an account here, none there"
            if self.amount is None
            else f"account {self.amount:+}" * bool(self.amount),
            "the fund of another year"
            if self.fund_paid is None
            else f"fund {self.fund_paid:+}" * bool(self.fund_paid),
        ]
        money = ", ".join(filter(None, said)) or "same money, other figures"
        whole_seconds = timedelta(seconds=self.behind // timedelta(seconds=1))
        return f"{money}, {whole_seconds} behind {self.latest}"


@dataclass(frozen=True, slots=True)
class Comparison:
    """What every platform shows of one person, in the order in which they were asked.

    Printed, it is a table with a line for each platform.
    """

    views: tuple[PlatformView, ...]

    @property
    def agree(self) -> bool:
        """Whether every platform answered, and all show the same."""
        return not self.refused and not self.differences

    @property
    def refused(self) -> tuple[PlatformView, ...]:
        """The platforms from which no balance came."""
        return tuple(view for view in self.views if view.balance is None)

    @property
    def latest(self) -> str | None:
        """The platform whose knowledge is the most recent, the first asked of several; None when
        no balance came."""
        answers = self._answers()
        return max(answers, key=lambda name: answers[name].as_of) if answers else None

    @property
    def differences(self) -> tuple[Difference, ...]:
        """The platforms that answered and do not show what the latest one does."""
        answers, latest = self._answers(), self.latest
        if latest is None:
            return ()
        best = answers[latest]
        return tuple(
            Difference(
                platform=platform,
                latest=latest,
                amount=_account_difference(balance, best),
                fund_paid=_fund_difference(balance, best),
                behind=best.as_of - balance.as_of,
            )
            for platform, balance in answers.items()
            if _shown(balance) != _shown(best)
        )

    def _answers(self) -> dict[str, Balance]:
        return {view.platform: view.balance for view in self.views if view.balance is not None}

    def __str__(self) -> str:
        notes = {difference.platform: str(difference) for difference in self.differences}
        rows = [("platform", "account", "fund paid", "as of", "")]
        for view in self.views:
            if view.balance is None:
                rows.append((view.platform, "", "", "", str(view.error)))
                continue
            note = "latest" if view.platform == self.latest else "agrees"
            rows.append(
                (
                    view.platform,
                    "none" if view.amount is None else str(view.amount),
                    str(view.balance.pooled_fund.paid),
                    view.balance.as_of.isoformat(sep=" ", timespec="seconds"),
                    notes.get(view.platform, note),
                )
            )
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        alignments = "<>><<"
        return "\n".join(
            "  ".join(map(format, row, map("{}{}".format, alignments, widths))).rstrip()
            for row in rows
        )


def compare(
    clients: Mapping[str, BalanceReader],
    credentials: Credentials | Mapping[str, Credentials] | None = None,
) -> Comparison:
    """Read a person's balance through every client, by the names of their platforms.

    A client that nobody is signed in at is signed in first, with the credentials for all or for its
    platform. A platform that refuses or cannot be reached does not keep the others from being
    asked; its error stands in its view.
    """
    return Comparison(
        tuple(
            _view(
                platform,
                client,
                credentials.get(platform) if isinstance(credentials, Mapping) else credentials,
            )
            for platform, client in clients.items()
        )
    )


def _view(platform: str, client: BalanceReader, credentials: Credentials | None) -> PlatformView:
    try:
        if client.session is None and credentials is not None:
            client.sign_in(
                phone=credentials.phone,
                id_number=credentials.id_number,
                password=credentials.password,
            )
        return PlatformView(platform, client.balance())
    except YibaoError as error:
        return PlatformView(platform, None, error)


def _shown(balance: Balance) -> object:
    return balance.personal_account, balance.pooled_fund


def _account_difference(balance: Balance, best: Balance) -> Decimal | None:
    one, other = balance.personal_account, best.personal_account
    if one is None and other is None:
        return Decimal("0.00")
    return None if one is None or other is None else one.amount - other.amount


def _fund_difference(balance: Balance, best: Balance) -> Decimal | None:
    one, other = balance.pooled_fund, best.pooled_fund
    return one.paid - other.paid if one.year == other.year else None
