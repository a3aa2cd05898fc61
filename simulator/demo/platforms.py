"""The second part of the demo: the same account through two platforms, one of which knows later."""

from decimal import Decimal

from rich.table import Table

from simulator.demo.teller import StepFailedError, Teller
from yibao_client import Balance, LocalClient, NationalClient, Transaction, World, compare
from yibao_client.control_values import Person

_PASSWORD = "Spring-2026"
_PAID = Decimal("20.00")
_SHOWN_ENTRIES = 8


class PlatformsStory:
    """The local platform with card, hospital and e-credential; a payment; the national one late."""

    def __init__(
        self,
        teller: Teller,
        world: World,
        person: Person,
        national: NationalClient,
        local: LocalClient,
    ) -> None:
        self._teller = teller
        self._world = world
        self._person = person
        self._national = national
        self._local = local

    def tell(self) -> None:
        """All of it; the national client must be signed in."""
        self._register_with_card()
        self._go_to_hospital()
        self._pay()
        self._agree()
        self._show_history()

    def _register_with_card(self) -> None:
        teller, world, local, person = self._teller, self._world, self._local, self._person
        phone, who = person.phone, person.id_number
        with teller.step("Register with the social-security card: first with somebody else's"):
            card = next(
                each.card_number for each in world.people.several(2) if each.id_number != who
            )
            local.send_sms_code(phone, "register")
            code = world.inbox.wait_for_code(phone)
            teller.refused(lambda: local.register(phone, code, _PASSWORD, card), "card.mismatch")
        with teller.step("Recover: with one's own; the local insurance is linked by itself"):
            account = local.register(phone, code, _PASSWORD, person.card_number)
            teller.expect(account.linked, f"card {account.card_number} linked")
            for row in account.insurance:
                teller.note(f"insurance {row.insutype}, {row.state}, pooling area {row.region}")
        with teller.step(
            "Accounts are each platform's own: the real name is verified here as well"
        ):
            local.sign_in(phone=phone, password=_PASSWORD)
            local.upload_id_card(
                world.evidence.id_card_front(who), world.evidence.id_card_back(who)
            )
            face = local.upload_face(world.evidence.face(who))
            teller.expect(face.state == "verified", f"verified as {face.name}")

    def _go_to_hospital(self) -> None:
        teller, local = self._teller, self._local
        with teller.step("Look for a designated hospital, and show the e-credential there"):
            found = local.hospitals(name="人民", level="3", designated=True)
            hospital = found.items[0]
            teller.note(f"{found.total} found; {hospital.name}, {hospital.level}")
            credential = local.e_credential()
            teller.note(f"a QR code good for {credential.expires_in} seconds is shown and scanned")
            decoded = local.decode_e_credential(credential.token)
            teller.expect(
                decoded.psn_no == self._person.raw["psn_no"], f"the hospital sees {decoded.name}"
            )
            teller.refused(lambda: local.decode_e_credential(credential.token), "e_credential.used")

    def _pay(self) -> None:
        teller, world = self._teller, self._world
        with teller.step(f"Pay {_PAID} yuan there: the local platform knows at once"):
            before = _amount(self._local.balance())
            world.ledger.post(self._person.id_number, "201", _PAID)
            after = _amount(self._local.balance())
            teller.expect(before - after == _PAID, f"the account now holds {after} yuan")
        with teller.step("Query everywhere and compare: the national platform is behind"):
            comparison = compare({"local": self._local, "national": self._national})
            teller.say(_indented(str(comparison)))
            late = {each.platform: each for each in comparison.differences}
            teller.expect(
                "national" in late and late["national"].amount == _PAID,
                f"the national platform still shows {_PAID} yuan too much",
            )

    def _agree(self) -> None:
        teller, world = self._teller, self._world
        with teller.step("Ask the control API why"):
            why = world.explain_balance(self._person.id_number)
            national = why.platforms["national"]
            for entry in national.missing:
                teller.note(
                    f"entry {entry.type} of {entry.amount:+} yuan, booked {entry.at:%H:%M}, "
                    f"arrives {entry.arrives_at:%H:%M} ({', '.join(entry.why)})"
                )
            teller.expect(bool(national.missing), f"all platforms agree from {why.agree_at:%H:%M}")
        with teller.step("Let that time pass, and compare again"):
            world.clock.advance(why.agree_at - world.clock.now())
            comparison = compare({"local": self._local, "national": self._national})
            teller.say(_indented(str(comparison)))
            teller.expect(comparison.agree, "both platforms show the same")

    def _show_history(self) -> None:
        history = self._national.transactions(page_size=_SHOWN_ENTRIES)
        balance = self._national.balance()
        with self._teller.step("Balance and recent history agree"):
            newest = history.items[0].balance_after
            self._teller.expect(
                newest == _amount(balance), "the newest entry leaves exactly the balance"
            )
        self._table(history.items, history.total, balance)

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
        teller, pool = self._teller, balance.pooled_fund
        teller.console.print(table)
        teller.say(f"{len(entries)} of {total} entries, as of {balance.as_of:%Y-%m-%d %H:%M}")
        teller.say(
            f"Personal account 个人账户: [bold]{_amount(balance)}[/] CNY   "
            f"Pooled fund 统筹 {pool.year}: deductible {pool.deductible_used} of "
            f"{pool.deductible} used, {pool.paid} paid, {pool.cap_left} left under the cap"
        )


def _amount(balance: Balance) -> Decimal:
    if balance.personal_account is None:
        raise StepFailedError("the person has no personal account")
    return balance.personal_account.amount


def _indented(text: str) -> str:
    return "\n".join("     " + line for line in text.splitlines())
