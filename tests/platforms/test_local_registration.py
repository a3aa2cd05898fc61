"""Registration at a local platform with the social-security card, and what it links."""

import string

import pytest

REGION = "330100"
ELSEWHERE = "110100"
PASSWORD = "Lookup-2026"


@pytest.fixture
def local(world):
    return world.local(REGION)


@pytest.fixture
def person(local):
    return local.person(registered=False)


def register(local, person, card=None, **changes):
    """Register with a new code, unless told another."""
    phone = person["phone"]
    body = {"phone": phone, "password": PASSWORD} | changes
    if "sms_code" not in body:
        local.advance(minutes=1)
        body["sms_code"] = local.code(phone, "register")
    if card is not None:
        body["card_number"] = card
    return local.ask("POST", "/accounts", body)


def masked(card):
    return card[:3] + "****" + card[-2:]


class TestLinking:
    @pytest.mark.parametrize("spell", [str.upper, str.lower])
    def test_card_links_the_insurance_of_its_holder(self, local, person, spell) -> None:
        made = register(local, person, spell(person["card_number"]))
        assert made.status == 201
        account = made.data["account"]
        assert (account["linked"], account["real_name"]["state"]) == (True, "unverified")
        assert account["card_number"] == masked(person["card_number"])
        rows = made.data["insurance"]
        assert [each["insutype"] for each in rows] == [
            each["insutype"] for each in person["insurance"]
        ]
        assert rows[0]["region"] == REGION
        session = local.open_session(person, PASSWORD)
        assert session["insurance"] == rows
        refreshed = local.ask(
            "POST", "/sessions/refresh", {"refresh_token": session["refresh_token"]}
        ).data
        assert refreshed["insurance"] == rows
        token = refreshed["access_token"]
        assert local.ask("GET", "/account", token=token).data == account

    def test_without_a_card_nothing_is_linked_before_verification(self, local, person) -> None:
        made = register(local, person).data
        assert (made["account"]["linked"], made["account"]["card_number"]) == (False, None)
        assert made["insurance"] == []
        session = local.open_session(person, PASSWORD)
        assert session["insurance"] == []
        token = session["access_token"]
        _ = local.upload_own_card(token, person).data
        assert local.ask("GET", "/account", token=token).data["linked"] is False
        _ = local.upload_face(token, local.picture(person, "face")).data
        account = local.ask("GET", "/account", token=token).data
        assert (account["linked"], account["card_number"]) == (True, None)
        assert local.open_session(person, PASSWORD)["insurance"][0]["region"] == REGION

    def test_linking_opens_nothing_before_verification(self, local, person) -> None:
        _ = register(local, person, person["card_number"]).data
        token = local.sign_in(person, PASSWORD)
        for path in ("/balance", "/insurance", "/transactions", "/e-credential"):
            refusal = local.ask("GET", path, token=token)
            assert (refusal.status, refusal.code) == (403, "real_name.required")

    def test_verified_from_the_start_is_linked_at_sign_in(self, local) -> None:
        resident = local.person(insutype="390")
        session = local.open_session(resident)
        assert [each["insutype"] for each in session["insurance"]] == ["390"]
        account = local.ask("GET", "/account", token=session["access_token"]).data
        assert (account["linked"], account["card_number"]) == (True, None)

    def test_card_number_is_nowhere_unmasked(self, local, person) -> None:
        card = person["card_number"]
        for spelling in (card, card.lower()):
            made = register(local, person, spelling)
            assert card not in made.response.get_data(as_text=True).upper()
            told = local.control("GET", f"/explain/request/{made.request_id}")
            assert card not in told.response.get_data(as_text=True).upper()
            local.set_account(person, registered=False)


class TestRefusals:
    def test_card_of_nobody(self, local, person) -> None:
        """About half of all card numbers are nobody's, and the others somebody else's."""
        cards = [f"{letter}00000000" for letter in string.ascii_uppercase[:12]]
        cards = [each for each in cards if each != person["card_number"]]
        code = local.code(person["phone"], "register")
        answers = [register(local, person, card, sms_code=code) for card in cards]
        met = {(each.status, each.code) for each in answers}
        assert (400, "card.none") in met
        assert met <= {(400, "card.none"), (400, "card.mismatch")}

    def test_card_of_somebody_else(self, local, person) -> None:
        other = local.person(registered=False, skip=1)
        refusal = register(local, person, other["card_number"])
        assert (refusal.status, refusal.code) == (400, "card.mismatch")
        assert other["card_number"] not in refusal.response.get_data(as_text=True)
        assert local.account(person)["registered"] is False

    def test_card_of_somebody_else_insured_elsewhere(self, world, local, person) -> None:
        other = world.local(ELSEWHERE).person()
        assert register(local, person, other["card_number"]).code == "card.mismatch"

    def test_phone_of_nobody_registers_without_a_card_alone(self, local, person) -> None:
        """Otherwise a number that anybody may hold would show the insurance of a card's holder."""
        nobody = {"phone": "13800138000"}
        refusal = register(local, nobody, person["card_number"])
        assert (refusal.status, refusal.code) == (400, "card.mismatch")
        made = register(local, nobody)
        assert (made.status, made.data["account"]["linked"]) == (201, False)

    def test_card_is_asked_for_where_policy_requires_it(self, world, local, person) -> None:
        world.set_policy({"regions": {REGION: {"registration": {"card_number": "required"}}}})
        refusal = register(local, person)
        assert (refusal.status, refusal.code) == (400, "card.required")
        assert register(local, {"phone": "13800138000"}).code == "card.required"
        other = world.local(ELSEWHERE)
        assert register(other, other.person(registered=False)).status == 201
        assert register(local, person, person["card_number"]).status == 201

    @pytest.mark.parametrize("card", ["", "A1234567", "A123456789", "123456789", "A1234567８", 5])
    def test_what_cannot_be_a_card_number(self, local, person, card) -> None:
        refusal = register(local, person, card)
        assert (refusal.status, refusal.code) == (400, "request.invalid")
        assert list(refusal.details["fields"]) == ["card_number"]

    def test_refused_card_does_not_use_up_the_code(self, world, local, person) -> None:
        other = local.person(registered=False, skip=1)
        code = local.code(person["phone"], "register")
        for card in (other["card_number"], other["card_number"]):
            assert register(local, person, card, sms_code=code).code == "card.mismatch"
        world.set_policy({"registration.card_number": "required"})
        assert register(local, person, sms_code=code).code == "card.required"
        assert register(local, person, person["card_number"], sms_code=code).status == 201

    def test_wrong_code_is_told_before_anything_about_the_card(self, local, person) -> None:
        other = local.person(registered=False, skip=1)
        refusal = register(local, person, other["card_number"], sms_code="0000000")
        assert refusal.code == "sms.wrong_code"

    def test_present_account_is_told_before_anything_about_the_card(self, local, person) -> None:
        _ = register(local, person).data
        other = local.person(registered=False, skip=1)
        assert register(local, person, other["card_number"]).code == "account.exists"

    def test_national_platform_knows_no_card(self, world) -> None:
        person = world.person(registered=False)
        refusal = register(world, person, person["card_number"])
        assert refusal.code == "request.invalid"
