"""The first part of the demo: an account on the national platform, and what can go wrong there."""

from simulator.demo.teller import Teller
from yibao_client import LockedError, NationalClient, World
from yibao_client.control_values import Person
from yibao_client.errors import WrongPasswordError

_PASSWORD = "Spring-2026"
_NEW_PASSWORD = "Summer-2026"


class AccessStory:
    """Registration, real name, lockout and reset, each with a failure and its recovery."""

    def __init__(
        self, teller: Teller, world: World, person: Person, client: NationalClient
    ) -> None:
        self._teller = teller
        self._world = world
        self._person = person
        self._client = client

    def tell(self) -> None:
        """All of it; the client is signed in afterwards."""
        self._register()
        self._verify()
        self._lock_out()

    def _register(self) -> None:
        teller, world, client = self._teller, self._world, self._client
        phone = self._person.phone
        with teller.step("Ask for a code by text message, then let it expire"):
            client.send_sms_code(phone, "register")
            code = world.inbox.wait_for_code(phone)
            teller.note(f"the captured inbox holds code {code}; six minutes pass")
            world.clock.advance(minutes=6)
            teller.refused(lambda: client.register(phone, code, _PASSWORD), "sms.expired")
        with teller.step("Recover: a new code, used at once"):
            client.send_sms_code(phone, "register")
            account = client.register(phone, world.inbox.wait_for_code(phone), _PASSWORD)
            teller.note(f"registered {account.phone}, real name {account.real_name.state}")

    def _verify(self) -> None:
        teller, world, client = self._teller, self._world, self._client
        with teller.step("Sign in and ask for the balance"):
            session = client.sign_in(phone=self._person.phone, password=_PASSWORD)
            days = session.password_expires_in_days
            teller.note(f"signed in; the password is good for {days} days")
            teller.refused(client.balance, "real_name.required")
        who = self._person.id_number
        back = world.evidence.id_card_back(who)
        with teller.step("Verify the real name: photographs of the ID card, the first one shaken"):
            shaken = world.evidence.id_card_front(who, blur=4)
            teller.refused(lambda: client.upload_id_card(shaken, back), "real_name.photo_unclear")
        with teller.step("Recover: photograph the card again, with a steady hand"):
            card = client.upload_id_card(world.evidence.id_card_front(who), back)
            teller.expect(card.state == "id_card_accepted", f"read {card.name} {card.id_number}")
        with teller.step("Show a face: first somebody else's"):
            other = world.evidence.face(who, other=True)
            teller.refused(lambda: client.upload_face(other), "real_name.face_mismatch")
        with teller.step("Recover: one's own face"):
            face = client.upload_face(world.evidence.face(who))
            teller.expect(
                face.state == "verified",
                f"verified: similarity {face.score:.2f}, {face.threshold:.2f} is needed",
            )

    def _lock_out(self) -> None:
        teller, world, client = self._teller, self._world, self._client
        phone = self._person.phone
        with teller.step("Sign in with a wrong password, five times"):
            for _ in range(4):
                try:
                    client.sign_in(phone=phone, password="not-the-password")
                except WrongPasswordError as error:
                    teller.note(f"{error.code}: {error.remaining_attempts} attempts left")
            try:
                client.sign_in(phone=phone, password="not-the-password")
                teller.expect(False, "the fifth wrong password locks")
            except LockedError as error:
                teller.expect(error.code == "sign_in.locked", f"{error.code}: {error.message}")
                teller.note(f"locked until {error.locked_until:%H:%M:%S} of the world's clock")
                why = world.explain_request(error.request_id or "").reason
                teller.note(f"the control API explains: {why}")
        with teller.step("Recover: reset the password with a code; the right one works again"):
            teller.refused(
                lambda: client.sign_in(phone=phone, password=_PASSWORD), "sign_in.locked"
            )
            client.send_sms_code(phone, "reset_password")
            client.reset_password(phone, world.inbox.wait_for_code(phone), _NEW_PASSWORD)
            client.sign_in(phone=phone, password=_NEW_PASSWORD)
            teller.note("signed in")
