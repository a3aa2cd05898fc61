"""`yibao-sim demo`: the whole query flow with the reference client, told step by step.

A server is started on a free port and asked over real HTTP. Each step says what is done, what came
back, and whether that is what should have come; the demo ends with status 1 if anything was not.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from decimal import Decimal

from rich.console import Console
from rich.table import Table

from pytest_yibao.server import ServerProcess
from simulator.domain.china_time import CHINA
from yibao_client import (
    Balance,
    ControlClient,
    LockedError,
    NationalClient,
    RefusedError,
    Transaction,
    World,
    YibaoError,
)
from yibao_client.control_values import Person
from yibao_client.errors import WrongPasswordError

_START = datetime(2026, 3, 2, 9, 0, tzinfo=CHINA)
_PASSWORD = "Spring-2026"
_NEW_PASSWORD = "Summer-2026"
_SHOWN_ENTRIES = 8


class _StepFailedError(Exception):
    """A step did not come out as it should."""


class Demo:
    """The story, told on a console."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._failed = 0
        self._number = 0

    def run(self) -> int:
        """Tell all of it; answers the exit status."""
        server = ServerProcess()
        try:
            url = server.start()
            self._say(f"[bold]yibao-simulator[/] is running on {url} (for this demo alone)")
            with ControlClient(url) as control:
                world = control.create_world("demo", clock={"freeze": _START.isoformat()})
                self._say(f"World [bold]{world.name}[/]: its own people, clock, policy and inbox.")
                self._say(f"Its clock stands at {_START:%Y-%m-%d %H:%M}; only we move it.\n")
                with world.national.client() as client:
                    self._tell(world, client)
        except YibaoError as error:
            self._fail(str(error))
        finally:
            server.stop()
        if self._failed:
            self._say("\n[red]The demo did not come out as it should.[/]")
            return 1
        self._say("\n[green]Everything came out as it should.[/] Yours next: yibao-sim serve")
        return 0

    def _tell(self, world: World, client: NationalClient) -> None:
        person = world.people.one(insutype="310", registered=False)
        self._introduce(person)
        self._register(world, client, person)
        self._verify(world, client, person)
        self._lock_out(world, client, person)
        before = self._read(client)
        self._spend(world, client, person, before)

    # --- the story ------------------------------------------------------------------------------

    def _introduce(self, person: Person) -> None:
        self._say(
            f"One of 1,326,000,000 synthetic people: [bold]{person.name}[/], born "
            f"{person.birth_date}, ID {person.id_number}, phone {person.phone}, insured in "
            f"{person.raw['region_name']}. No account yet.\n"
        )

    def _register(self, world: World, client: NationalClient, person: Person) -> None:
        phone = person.phone
        with self._step("Ask for a code by text message, then let it expire"):
            client.send_sms_code(phone, "register")
            code = world.inbox.wait_for_code(phone)
            self._note(f"the captured inbox holds code {code}; six minutes pass")
            world.clock.advance(minutes=6)
            self._refused(lambda: client.register(phone, code, _PASSWORD), "sms.expired")
        with self._step("Recover: a new code, used at once"):
            client.send_sms_code(phone, "register")
            account = client.register(phone, world.inbox.wait_for_code(phone), _PASSWORD)
            self._note(f"registered {account.phone}, real name {account.real_name.state}")

    def _verify(self, world: World, client: NationalClient, person: Person) -> None:
        with self._step("Sign in and ask for the balance"):
            session = client.sign_in(phone=person.phone, password=_PASSWORD)
            days = session.password_expires_in_days
            self._note(f"signed in; the password is good for {days} days")
            self._refused(client.balance, "real_name.required")
        who = person.id_number
        back = world.evidence.id_card_back(who)
        with self._step("Verify the real name: photographs of the ID card, the first one shaken"):
            shaken = world.evidence.id_card_front(who, blur=4)
            self._refused(lambda: client.upload_id_card(shaken, back), "real_name.photo_unclear")
        with self._step("Recover: photograph the card again, with a steady hand"):
            card = client.upload_id_card(world.evidence.id_card_front(who), back)
            self._expect(card.state == "id_card_accepted", f"read {card.name} {card.id_number}")
        with self._step("Show a face: first somebody else's"):
            other = world.evidence.face(who, other=True)
            self._refused(lambda: client.upload_face(other), "real_name.face_mismatch")
        with self._step("Recover: one's own face"):
            face = client.upload_face(world.evidence.face(who))
            self._expect(
                face.state == "verified",
                f"verified: similarity {face.score:.2f}, {face.threshold:.2f} is needed",
            )

    def _lock_out(self, world: World, client: NationalClient, person: Person) -> None:
        phone = person.phone
        with self._step("Sign in with a wrong password, five times"):
            for _ in range(4):
                try:
                    client.sign_in(phone=phone, password="not-the-password")
                except WrongPasswordError as error:
                    self._note(f"{error.code}: {error.remaining_attempts} attempts left")
            try:
                client.sign_in(phone=phone, password="not-the-password")
                self._expect(False, "the fifth wrong password locks")
            except LockedError as error:
                self._expect(error.code == "sign_in.locked", f"{error.code}: {error.message}")
                self._note(f"locked until {error.locked_until:%H:%M:%S} of the world's clock")
                why = world.explain_request(error.request_id or "").reason
                self._note(f"the control API explains: {why}")
        with self._step("Recover: reset the password with a code; the right one works again"):
            self._refused(lambda: client.sign_in(phone=phone, password=_PASSWORD), "sign_in.locked")
            client.send_sms_code(phone, "reset_password")
            client.reset_password(phone, world.inbox.wait_for_code(phone), _NEW_PASSWORD)
            client.sign_in(phone=phone, password=_NEW_PASSWORD)
            self._note("signed in")

    def _read(self, client: NationalClient) -> Balance:
        with self._step("Read the insurance and the balance"):
            for row in client.insurance():
                self._note(f"insurance {row.insutype}, {row.state}, pooling area {row.region}")
        balance = client.balance()
        assert balance.personal_account is not None
        self._note(f"personal account {balance.personal_account.amount} yuan")
        return balance

    def _spend(self, world: World, client: NationalClient, person: Person, before: Balance) -> None:
        assert before.personal_account is not None
        with self._step("The person pays 20.00 yuan at a pharmacy from the account"):
            world.clock.advance(minutes=30)
            world.ledger.post(person.id_number, "201", "20.00")
            after = client.balance().personal_account
            assert after is not None
            moved = before.personal_account.amount - after.amount
            self._expect(moved == Decimal("20.00"), f"the account now holds {after.amount} yuan")
        history = client.transactions(page_size=_SHOWN_ENTRIES)
        with self._step("Balance and recent history agree"):
            newest = history.items[0].balance_after
            self._expect(newest == after.amount, "the newest entry leaves exactly the balance")
        self._table(history.items, history.total, client.balance())

    def _table(self, entries: tuple[Transaction, ...], total: int, balance: Balance) -> None:
        table = Table("time", "type", "", "amount", "balance after", title="\nRecent history")
        for column in (3, 4):
            table.columns[column].justify = "right"
        for entry in entries:
            table.add_row(
                f"{entry.at:%Y-%m-%d %H:%M}",
                entry.type,
                entry.type_name,
                f"{entry.amount:+}",
                str(entry.balance_after),
            )
        self._console.print(table)
        account, pool = balance.personal_account, balance.pooled_fund
        assert account is not None
        self._say(f"{len(entries)} of {total} entries, as of {balance.as_of:%Y-%m-%d %H:%M}")
        self._say(
            f"Personal account 个人账户: [bold]{account.amount}[/] {account.currency}   "
            f"Pooled fund 统筹 {pool.year}: deductible {pool.deductible_used} of "
            f"{pool.deductible} used, {pool.paid} paid, {pool.cap_left} left under the cap"
        )

    # --- telling --------------------------------------------------------------------------------

    @contextmanager
    def _step(self, title: str) -> Iterator[None]:
        self._number += 1
        self._say(f"[bold cyan]{self._number}.[/] {title}")
        try:
            yield
        except _StepFailedError as failure:
            self._fail(str(failure))

    def _refused(self, call: Callable[[], object], code: str) -> None:
        """Make a call that must be refused with a code."""
        try:
            call()
        except RefusedError as error:
            self._expect(
                error.code == code, f"refused as it should be: {error.code} {error.message}"
            )
            return
        raise _StepFailedError(f"not refused; {code} was expected")

    def _expect(self, holds: bool, what: str) -> None:
        if not holds:
            raise _StepFailedError(f"not so: {what}")
        self._say(f"   [green]✓[/] {what}")

    def _note(self, text: str) -> None:
        self._say(f"   [dim]·[/] {text}")

    def _fail(self, text: str) -> None:
        self._failed += 1
        self._say(f"   [red]✗ {text}[/]")

    def _say(self, text: str) -> None:
        self._console.print(text, highlight=False, soft_wrap=True)
