"""A world's people: the state of their accounts, the money that moves there, what is irregular."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from yibao_client.anomaly import Anomaly
from yibao_client.control_values import AccountState, LedgerPosting, Person
from yibao_client.errors import NobodyFitsError
from yibao_client.operations import control as calls

if TYPE_CHECKING:
    from yibao_client.control import ControlClient

_FIRST_PAGE = 8
_LARGEST_PAGE = 128
_MOST_LOOKED_AT = 1_000
"""A search for somebody that fits gives up here, rather than walk a billion people."""


class People:
    """The world's population."""

    def __init__(self, control: "ControlClient", world: str) -> None:
        self._control = control
        self._world = world

    def list(
        self,
        *,
        region: str | None = None,
        insutype: str | None = None,
        offset: int = 0,
        limit: int = 20,
    ) -> tuple[Person, ...]:
        """Some people, in an order that is always the same for a seed."""
        page = calls.people(
            self._world, region=region, insutype=insutype, offset=offset, limit=limit
        )
        return self._control.run(page).items

    def find(self, id_number: str) -> Person:
        """Raises WorldError when nobody has this ID number."""
        return self._control.run(calls.person(self._world, id_number))

    def one(
        self,
        *,
        region: str | None = None,
        insutype: str | None = None,
        registered: bool | None = None,
        platform: str = "national",
    ) -> Person:
        """The first person who fits. Raises NobodyFitsError when there is none near the start."""
        return self.several(
            1, region=region, insutype=insutype, registered=registered, platform=platform
        )[0]

    def several(
        self,
        count: int,
        *,
        region: str | None = None,
        insutype: str | None = None,
        registered: bool | None = None,
        platform: str = "national",
    ) -> tuple[Person, ...]:
        """The first `count` different people who fit; `registered` means on `platform`, now."""
        found: list[Person] = []
        for person in self._walk(region, insutype):
            if len(found) == count:
                break
            if registered is None or person.registered.get(platform, False) is registered:
                found.append(person)
        if len(found) < count:
            wanted = f"region={region}, insutype={insutype}, registered={registered} on {platform}"
            raise NobodyFitsError(
                f"{len(found)} people, not {count}, fit {wanted} in world {self._world}, "
                f"of some {_MOST_LOOKED_AT} looked at"
            )
        return tuple(found)

    def _walk(self, region: str | None, insutype: str | None) -> Iterator[Person]:
        # Most searches end within a few people, so the pages begin small.
        offset, limit = 0, _FIRST_PAGE
        while offset < _MOST_LOOKED_AT:
            page = self._control.run(
                calls.people(
                    self._world, region=region, insutype=insutype, offset=offset, limit=limit
                )
            )
            yield from page.items
            offset, limit = offset + limit, min(2 * limit, _LARGEST_PAGE)
            if offset >= page.total or not page.items:
                return


class Accounts:
    """The state of people's accounts on a platform: `national`, `local` (the one of the area that
    insures the person) or `local:330100`."""

    def __init__(self, control: "ControlClient", world: str) -> None:
        self._control = control
        self._world = world

    def get(self, id_number: str, platform: str = "national") -> AccountState:
        return self._control.run(calls.account(self._world, id_number, platform))

    def patch(self, id_number: str, platform: str = "national", **change: object) -> AccountState:
        """Change some of `registered`, `real_name`, `locked`, `password`, …, all or none.

        An account that does not exist is made by `registered=True`.
        """
        return self._control.run(calls.change_account(self._world, id_number, platform, change))


class Ledger:
    """The movements of people's personal accounts."""

    def __init__(self, control: "ControlClient", world: str) -> None:
        self._control = control
        self._world = world

    def post(
        self,
        id_number: str,
        type: str,  # noqa: A002 -- the contract's name for it
        amount: Decimal | str,
        at: datetime | None = None,
    ) -> LedgerPosting:
        """Book an entry; `amount` is in yuan and above zero, the direction is the type's."""
        if not isinstance(amount, Decimal | str):
            raise TypeError(f"amount {amount!r}: money is a Decimal or text, never a float")
        entry = {"type": type, "amount": f"{Decimal(amount):.2f}"}
        if Decimal(entry["amount"]) != Decimal(amount):
            raise ValueError(f"amount {amount} has more than two decimals")
        if at is not None:
            entry["at"] = at.isoformat()
        return self._control.run(calls.post_entry(self._world, id_number, entry))


class Anomalies:
    """The anomalies of a world's people, by name."""

    def __init__(self, control: "ControlClient", world: str) -> None:
        self._control = control
        self._world = world

    def get(self, id_number: str) -> Mapping[str, Anomaly]:
        """Every anomaly there is, and whether it is in force for the person."""
        return self._control.run(calls.anomalies(self._world, id_number))

    def put(self, id_number: str, **chosen: object) -> Mapping[str, Anomaly]:
        """Decide about some of them, all or none; the others stay.

        True and False put one in force and out of it, None leaves it to policy again; a mapping
        says more: `moved={"since": date(2026, 3, 1), "region": "330100"}`. Raises WorldError for
        one that the person cannot have.
        """
        wishes = {name: _written(wish) for name, wish in chosen.items()}
        return self._control.run(calls.choose_anomalies(self._world, id_number, wishes))


def _written(wish: object) -> object:
    if isinstance(wish, Mapping):
        return {name: _written(value) for name, value in wish.items()}
    return wish.isoformat() if isinstance(wish, date) else wish
