"""The third part of the demo: an application on WeChat that the person lets in."""

from decimal import Decimal

from simulator.demo.teller import StepFailedError, Teller
from yibao_client import WeChatClient, World
from yibao_client.control_values import Person

_PAID = Decimal("20.00")
_MONTHS = 3


class ThirdPartyStory:
    """Consent with the card, the balance as WeChat knows it, a chart, an alert, and the end."""

    def __init__(self, teller: Teller, world: World, person: Person, client: WeChatClient) -> None:
        self._teller = teller
        self._world = world
        self._person = person
        self._client = client

    def tell(self) -> None:
        """All of it."""
        self._let_in()
        self._read()
        self._be_told()
        self._take_back()

    def _let_in(self) -> None:
        teller, client, person = self._teller, self._client, self._person
        card = person.card_number
        with teller.step("An application asks for consent; the card's password is mistyped"):
            wrong = "000000" if person.card_password != "000000" else "111111"
            teller.refused(
                lambda: client.authorise(card_number=card, card_password=wrong),
                "authorisation.wrong_card_password",
            )
        with teller.step("Recover: with the right one, and the code is exchanged for tokens"):
            grant = client.authorise(card_number=card, card_password=person.card_password)
            teller.note(f"WeChat calls the person {grant.open_id} towards this application")

    def _read(self) -> None:
        teller, client = self._teller, self._client
        with teller.step("Read the balance as WeChat knows it, and what a chart is drawn from"):
            balance, chart = client.balance(), client.chart(_MONTHS)
            for month in chart.months:
                teller.note(
                    f"{month.month}: income {month.income}, spending {month.spending}, "
                    f"{month.closing_balance} at the end"
                )
            account = balance.personal_account
            teller.expect(
                account is not None and account.amount == chart.months[-1].closing_balance,
                f"chart and balance agree, as of {balance.as_of:%H:%M}",
            )

    def _be_told(self) -> None:
        teller, world, client, person = self._teller, self._world, self._client, self._person
        with teller.step(f"Set an alert at the present balance, and pay {_PAID} yuan"):
            account = client.balance().personal_account
            if account is None:
                raise StepFailedError("the person has no personal account")
            client.set_alert(account.amount)
            world.ledger.post(person.id_number, "201", _PAID)
            teller.expect(not client.alerts().fired, "nothing yet: WeChat has not heard of it")
        with teller.step("Let WeChat hear of it; the alert arrives on the person's phone"):
            late = world.explain_balance(person.id_number).platforms["wechat"]
            world.clock.advance(late.agrees_at - world.clock.now())
            fired = client.alerts().fired
            teller.expect(
                [each.fired_at for each in fired] == [late.agrees_at],
                f"fired at {late.agrees_at:%H:%M}, the moment the payment could be seen there",
            )
            teller.note(world.inbox.messages(to=person.phone, kind="notice")[-1].text)

    def _take_back(self) -> None:
        teller, client = self._teller, self._client
        with teller.step("The person takes the consent back; the application's tokens end"):
            tokens = client.session
            client.withdraw()
            client.session = tokens
            teller.refused(client.balance, "authorisation.revoked")
