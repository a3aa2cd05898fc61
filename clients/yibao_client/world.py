"""A handle to one world: its people, clock, policy, accounts, ledger, inbox and journal.

Each part asks the server when it is asked, so that the handle never goes stale. All raise
YibaoError.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from yibao_client.control_values import JournalEntry, Person, WorldClock, WorldRecord
from yibao_client.errors import NobodyFitsError
from yibao_client.inbox import Inbox
from yibao_client.national import NationalClient
from yibao_client.operations import control as calls
from yibao_client.results import Session
from yibao_client.retry import RetryPolicy
from yibao_client.shell import DEFAULT_TIMEOUT_S

if TYPE_CHECKING:
    from yibao_client.control import ControlClient

_PAGE = 50
_MOST_LOOKED_AT = 5_000
"""A search for somebody that fits gives up here, rather than walk a billion people."""


class World:
    """One world of a server."""

    def __init__(self, control: "ControlClient", record: WorldRecord) -> None:
        self._control = control
        self.name = record.name
        self.seed = record.seed
        self.url = control.base_url + record.url
        """Base URL of the world; a platform's own is this and the platform's prefix."""
        self.national = NationalPlatform(control, self.url)
        self.people = People(control, record.name)
        self.clock = Clock(control, record.name)
        self.policy = Policy(control, record.name)
        self.accounts = Accounts(control, record.name)
        self.ledger = Ledger(control, record.name)
        self.inbox = Inbox(control, record.name)
        self.journal = Journal(control, record.name)

    def reset(self) -> None:
        """Put everything back to what it was when the world was made."""
        self._control.run(calls.reset_world(self.name))
        self.inbox.forget()

    def delete(self) -> None:
        self._control.run(calls.delete_world(self.name))

    def explain_request(self, request_id: str) -> Mapping[str, Any]:
        """Why a request was answered as it was; errors carry the id."""
        return self._control.run(calls.explain_request(self.name, request_id))

    def __repr__(self) -> str:
        return f"<World {self.name} at {self.url}>"


class NationalPlatform:
    """The world's national platform."""

    def __init__(self, control: "ControlClient", world_url: str) -> None:
        self._control = control
        self.base_url = f"{world_url}/national"
        """What the application under test is pointed at."""

    def client(
        self,
        *,
        session: Session | None = None,
        timeout: float | None = DEFAULT_TIMEOUT_S,
        retries: RetryPolicy | None = None,
    ) -> NationalClient:
        """A new reference client, to be closed by the caller."""
        return NationalClient(
            self.base_url,
            wsgi_app=self._control.wsgi_app,
            session=session,
            timeout=timeout,
            retries=retries,
        )


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
                f"{len(found)} of {count} people fit {wanted} in world {self._world}, "
                f"of the first {_MOST_LOOKED_AT} looked at"
            )
        return tuple(found)

    def _walk(self, region: str | None, insutype: str | None) -> Iterator[Person]:
        for offset in range(0, _MOST_LOOKED_AT, _PAGE):
            page = self._control.run(
                calls.people(
                    self._world, region=region, insutype=insutype, offset=offset, limit=_PAGE
                )
            )
            yield from page.items
            if offset + _PAGE >= page.total or not page.items:
                return


class Clock:
    """The world's time. It never goes backwards."""

    def __init__(self, control: "ControlClient", world: str) -> None:
        self._control = control
        self._world = world

    def now(self) -> datetime:
        return self._control.run(calls.clock(self._world)).now

    def advance(
        self,
        by: timedelta | None = None,
        *,
        days: int = 0,
        hours: int = 0,
        minutes: int = 0,
        seconds: int = 0,
        milliseconds: int = 0,
    ) -> datetime:
        """Let time pass at once, running or frozen; answers the new time."""
        total = (by or timedelta()) + timedelta(
            days=days, hours=hours, minutes=minutes, seconds=seconds, milliseconds=milliseconds
        )
        return self._change({"advance": _duration(total)}).now

    def freeze(self, at: datetime | None = None) -> datetime:
        """Stop the clock, now or at an aware time that is not in the past."""
        if at is not None and at.tzinfo is None:
            raise ValueError(f"{at!r} has no offset; a naive time could mean any instant")
        return self._change({"freeze": True if at is None else at.isoformat()}).now

    def scale(self, factor: int | float) -> datetime:
        """Let the world's time run `factor` times as fast as real time."""
        return self._change({"scale": factor}).now

    def follow(self) -> datetime:
        """Let the world's time run with real time again."""
        return self._change({"follow": True}).now

    def _change(self, change: Mapping[str, Any]) -> WorldClock:
        return self._control.run(calls.change_clock(self._world, change))


class Policy:
    """The world's rules, as data."""

    def __init__(self, control: "ControlClient", world: str) -> None:
        self._control = control
        self._world = world

    def get(self) -> Mapping[str, Any]:
        return self._control.run(calls.policy(self._world))

    def patch(self, change: Mapping[str, Any]) -> Mapping[str, Any]:
        """Change some values, in the nesting of the policy; the rest stays."""
        return self._control.run(calls.change_policy(self._world, change))


class Accounts:
    """The state of people's accounts on a platform."""

    def __init__(self, control: "ControlClient", world: str) -> None:
        self._control = control
        self._world = world

    def get(self, id_number: str, platform: str = "national") -> Mapping[str, Any]:
        return self._control.run(calls.account(self._world, id_number, platform))

    def patch(
        self, id_number: str, platform: str = "national", **change: object
    ) -> Mapping[str, Any]:
        """Change some of `registered`, `real_name`, `locked`, `password`, …"""
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
    ) -> Mapping[str, Any]:
        """Book an entry; `amount` is in yuan and above zero, the direction is the type's."""
        if not isinstance(amount, Decimal | str):
            raise TypeError(f"amount {amount!r}: money is a Decimal or text, never a float")
        entry = {"type": type, "amount": f"{Decimal(amount):.2f}"}
        if Decimal(entry["amount"]) != Decimal(amount):
            raise ValueError(f"amount {amount} has more than two decimals")
        if at is not None:
            entry["at"] = at.isoformat()
        return self._control.run(calls.post_entry(self._world, id_number, entry))


class Journal:
    """The requests the world has answered, newest first; secrets are masked by the server."""

    def __init__(self, control: "ControlClient", world: str) -> None:
        self._control = control
        self._world = world

    def entries(
        self,
        *,
        platform: str | None = None,
        path: str | None = None,
        status: int | None = None,
        since: str | None = None,
    ) -> tuple[JournalEntry, ...]:
        return self._control.run(
            calls.journal(self._world, platform=platform, path=path, status=status, since=since)
        )

    def clear(self) -> None:
        self._control.run(calls.clear_journal(self._world))


def _duration(span: timedelta) -> int | str:
    """Whole seconds as a number, anything finer as ISO 8601."""
    microseconds = span // timedelta(microseconds=1)
    seconds, fraction = divmod(microseconds, 1_000_000)
    if fraction % 1000:
        raise ValueError(f"{span} is finer than a millisecond")
    return f"PT{seconds}.{fraction // 1000:03d}S" if fraction else seconds
