"""A handle to one world: its people, clock, policy, accounts, ledger, inbox and journal.

Each part asks the server when it is asked, so that the handle never goes stale. All raise
YibaoError.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from yibao_client.clock import Clock
from yibao_client.control_values import Explanation, JournalEntry, Person, WorldRecord
from yibao_client.evidence import Evidence
from yibao_client.explained import BalanceExplanation
from yibao_client.inbox import Inbox
from yibao_client.operations import control as calls
from yibao_client.people import Accounts, Anomalies, Ledger, People
from yibao_client.platforms import (
    AlipayPlatform,
    LocalPlatform,
    NationalPlatform,
    WeChatPlatform,
)

if TYPE_CHECKING:
    from yibao_client.control import ControlClient


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
        self.alipay = AlipayPlatform(control, record.name, self.url, self.clock)
        self.wechat = WeChatPlatform(control, record.name, self.url)
        self.policy = Policy(control, record.name)
        self.accounts = Accounts(control, record.name)
        self.evidence = Evidence(control, record.name)
        self.ledger = Ledger(control, record.name)
        self.anomalies = Anomalies(control, record.name)
        self.inbox = Inbox(control, record.name)
        self.journal = Journal(control, record.name)

    def local(self, area: str | Person) -> LocalPlatform:
        """The local platform of a pooling area (admdvs), or of the one that insures a person."""
        if isinstance(area, Person):
            area = area.insured_in
        return LocalPlatform(self._control, self.url, area)

    def explain_balance(self, id_number: str) -> BalanceExplanation:
        """What each platform shows of a person's account, and why they differ."""
        return self._control.run(calls.explain_balance(self.name, id_number))

    def captcha_answer(self, captcha_id: str) -> str:
        """What the picture of an image captcha shows."""
        return self._control.run(calls.captcha_answer(self.name, captcha_id))

    def reset(self) -> None:
        """Put everything back to what it was when the world was made."""
        self._control.run(calls.reset_world(self.name))
        self.inbox.forget()

    def delete(self) -> None:
        self._control.run(calls.delete_world(self.name))

    def explain_request(self, request_id: str) -> Explanation:
        """Why a request was answered as it was; errors carry the id."""
        return self._control.run(calls.explain_request(self.name, request_id))

    def __repr__(self) -> str:
        return f"<World {self.name} at {self.url}>"


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


class Journal:
    """The requests the world has answered, oldest first; secrets are masked by the server."""

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
        """The latest that fit; `path` is the beginning of one, `since` an entry's cursor."""
        return self._control.run(
            calls.journal(self._world, platform=platform, path=path, status=status, since=since)
        )

    def clear(self) -> None:
        self._control.run(calls.clear_journal(self._world))
