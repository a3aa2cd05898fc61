"""The clients of a local platform on the real application, in this process."""

import asyncio
import inspect
from decimal import Decimal
from hashlib import sha256
from urllib.parse import urlsplit

import pytest

import yibao_client
from yibao_client import AsyncLocalClient, LocalClient, LocalSession, QueryFlow
from yibao_client.errors import (
    CaptchaUnknownError,
    CardError,
    CardMismatchError,
    CardRequiredError,
    ECredentialExpiredError,
    ECredentialUnknownError,
    ECredentialUsedError,
    NoCardError,
    NotInsuredHereError,
    NotListedError,
    ProtocolError,
    RealNameRequiredError,
    RefusedError,
    WorldError,
)

PASSWORD = "Lookup-2026"
HANGZHOU = "330100"


@pytest.fixture
def employee(world):
    return world.people.one(insutype="310", registered=True, platform="local")


@pytest.fixture
def client(world, employee):
    with world.local(employee).client() as client:
        client.sign_in(phone=employee.phone, password=employee.default_password)
        yield client


@pytest.fixture
def visitor(world):
    """Somebody who is not signed in."""
    with world.local(HANGZHOU).client() as client:
        yield client


def code_for(world, client, phone: str) -> str:
    client.send_sms_code(phone, "register")
    return world.inbox.wait_for_code(phone)


def test_handle_leads_to_the_area_that_insures_a_person(world, employee) -> None:
    platform = world.local(employee)
    assert platform.region == employee.region
    assert platform.base_url == f"{world.url}/local/{employee.region}"
    assert world.local(HANGZHOU).base_url.endswith("/local/330100")


def test_handle_follows_somebody_who_moves(world, employee) -> None:
    came_from = world.anomalies.put(employee.id_number, moved={"region": HANGZHOU})["moved"]
    moved = world.people.find(employee.id_number)
    assert [row.region for row in moved.insurance if row.until] == [HANGZHOU]
    assert came_from.raw["region"] == HANGZHOU
    assert world.local(moved).region == moved.region != HANGZHOU


def test_sign_in_links_the_local_insurance(client, employee) -> None:
    assert isinstance(client.session, LocalSession)
    assert client.session.insurance == client.insurance()
    assert {row.region for row in client.session.insurance} == {employee.region}
    assert client.account().linked


def test_renewed_session_tells_the_linked_insurance_again(world, client) -> None:
    before = client.session
    world.clock.advance(hours=3)
    client.balance()
    assert client.session.access_token != before.access_token
    assert client.session.insurance == before.insurance
    assert client.refresh().insurance == before.insurance


def test_session_made_elsewhere_goes_on(world, client, employee) -> None:
    tokens = LocalSession(client.session.access_token, client.session.refresh_token)
    assert tokens.insurance == ()
    with world.local(employee).client(session=tokens) as other:
        assert other.balance().pooled_fund == client.balance().pooled_fund


def test_balance_and_history_are_the_newest_there_are(world, client, employee) -> None:
    posting = world.ledger.post(employee.id_number, "110", Decimal("88.50"))
    page = client.transactions(page_size=1)
    assert page.items[0].id == posting.id
    assert client.balance().personal_account.amount == posting.balance
    assert page.as_of >= posting.at
    assert len(list(client.all_transactions())) == page.total


def test_registration_with_the_card_links_the_insurance_at_once(world) -> None:
    person = world.people.one(insutype="310", registered=False, platform="local")
    with world.local(person).client() as client:
        code = code_for(world, client, person.phone)
        account = client.register(person.phone, code, PASSWORD, person.card_number)
        assert account.linked
        assert {row.region for row in account.insurance} == {person.region}
        assert account.card_number is not None
        assert person.card_number not in str(account)
        assert client.sign_in(phone=person.phone, password=PASSWORD).insurance == account.insurance
        with pytest.raises(RealNameRequiredError):
            client.balance()


def test_registration_without_the_card_links_nothing(world) -> None:
    person = world.people.one(insutype="310", registered=False, platform="local")
    with world.local(person).client() as client:
        account = client.register(person.phone, code_for(world, client, person.phone), PASSWORD)
    assert (account.linked, account.card_number, account.insurance) == (False, None, ())


def test_card_of_somebody_else_of_nobody_and_none_are_told_apart(world) -> None:
    person = world.people.one(insutype="310", registered=False, platform="local")
    other = world.people.one(region=person.region, insutype="310", registered=True)
    world.policy.patch({"registration": {"card_number": "required"}})
    with world.local(person).client() as client:
        code = code_for(world, client, person.phone)
        with pytest.raises(CardMismatchError):
            client.register(person.phone, code, PASSWORD, other.card_number)
        told = set()
        for letter in "ABCDEFGHIJKL":  # about half of all numbers are somebody's
            if (number := letter + person.card_number[1:]) != person.card_number:
                with pytest.raises(CardError) as refused:
                    client.register(person.phone, code, PASSWORD, number)
                told.add(type(refused.value))
        assert told == {CardMismatchError, NoCardError}
        with pytest.raises(CardRequiredError):
            client.register(person.phone, code, PASSWORD)
        assert client.register(person.phone, code, PASSWORD, person.card_number).linked


def test_person_of_another_area_is_refused(world, employee) -> None:
    elsewhere = "110100" if employee.region != "110100" else HANGZHOU
    with world.local(elsewhere).client() as client, pytest.raises(NotInsuredHereError):
        client.sign_in(phone=employee.phone, password=employee.default_password)


def test_area_that_is_none_is_refused(world) -> None:
    with world.local("999999").client() as client, pytest.raises(WorldError) as refused:
        client.hospitals()
    assert refused.value.code == "region.unknown"


def test_accounts_of_the_local_platform_can_be_patched(world, employee) -> None:
    assert world.accounts.patch(employee.id_number, "local", locked=True).locked
    assert world.accounts.get(employee.id_number, f"local:{employee.region}").locked
    assert not world.accounts.get(employee.id_number, "national").locked


def test_hospitals_are_found_by_level_name_and_designation(visitor) -> None:
    page = visitor.hospitals(level="三级甲等", designated=True, page_size=5)
    assert (page.page, page.page_size, len(page.items)) == (1, 5, 5)
    assert {(each.level, each.tier, each.designated) for each in page.items} == {
        ("三级甲等", 3, True)
    }
    one = page.items[0]
    assert one.region == HANGZHOU
    assert visitor.hospital(one.code) == one
    assert one in visitor.hospitals(name=one.name).items
    pharmacy = visitor.hospitals(pharmacies=True, page_size=1).items[0]
    assert pharmacy.kind == "pharmacy"


def test_every_hospital_is_given_once(visitor) -> None:
    walked = [each.code for each in visitor.all_hospitals(level="三级", page_size=7)]
    total = visitor.hospitals(level="三级").total
    assert total > 7
    assert len(walked) == len(set(walked)) == total


def test_unknown_page_is_empty_and_bad_parameter_refused(visitor) -> None:
    page = visitor.hospitals(page=10_000)
    assert page.items == ()
    assert page.total > 0
    with pytest.raises(RefusedError) as refused:
        visitor.hospitals(level="五级")
    assert refused.value.code == "request.invalid"


def test_drugs_are_found_by_class_code_and_name(visitor) -> None:
    page = visitor.drugs(drug_class="中成药", reimbursement_class="乙", page_size=3)
    assert {(each.drug_class, each.reimbursement_class) for each in page.items} == {
        ("中成药", "乙")
    }
    one = page.items[0]
    assert visitor.drug(one.code) == one
    assert 0 < one.self_pay_ratio < 1
    assert one.price_ceiling > 0
    assert one in visitor.all_drugs(name=one.name)
    walked = list(visitor.all_drugs(code=one.code[:4], page_size=50))
    assert len(walked) == visitor.drugs(code=one.code[:4]).total


def test_code_that_is_not_listed_is_refused(visitor) -> None:
    with pytest.raises(NotListedError):
        visitor.hospital("H33010200001")
    with pytest.raises(NotListedError):
        visitor.drug("X00")


def test_credential_is_shown_decoded_once_and_expires(world, client, employee) -> None:
    shown = client.e_credential()
    assert shown.expires_in == 60
    assert shown.expires_at > world.clock.now()
    found = client.decode_e_credential(shown.token)
    assert found.region == employee.region
    assert found.birth_date == employee.birth_date
    assert found.insurance == client.insurance()
    assert employee.id_number not in str(found)
    with pytest.raises(ECredentialUsedError):
        client.decode_e_credential(shown.token)
    late = client.e_credential()
    world.clock.advance(seconds=61)
    with pytest.raises(ECredentialExpiredError):
        client.decode_e_credential(late.token)
    with pytest.raises(ECredentialUnknownError):
        client.decode_e_credential("0" * 28)


@pytest.mark.parametrize(("kind", "begins"), [("svg", b"<"), ("png", b"\x89PNG"), ("pdf", b"%PDF")])
def test_credential_is_drawn_without_using_it_up(world, client, kind, begins) -> None:
    shown = client.e_credential()
    picture = client.e_credential_image(kind, shown)
    assert picture.startswith(begins)
    asked = world.journal.entries(path="/local")[-1]
    linked = urlsplit(shown.link(kind))
    assert linked.path.endswith(asked.path)
    assert linked.query == f"token={shown.token}"
    assert client.decode_e_credential(shown.token).psn_no


def test_picture_of_a_new_credential_is_one_call(client) -> None:
    assert client.e_credential_image("svg").startswith(b"<")


def test_token_stays_out_of_texts(client) -> None:
    shown = client.e_credential()
    assert shown.token not in repr(shown)


def test_flow_walks_through_a_local_platform(world) -> None:
    person = world.people.one(insutype="310", registered=True, platform="local")
    with world.local(person).client() as client:
        result = QueryFlow(
            client,
            phone=person.phone,
            password=person.default_password,
            code_source=lambda phone, purpose: world.inbox.wait_for_code(phone, purpose=purpose),
            registered=True,
        ).run()
    assert isinstance(result.session, LocalSession)
    assert result.comparison is None


def test_async_client_walks_the_same_platform(app, world, client, employee) -> None:
    async def look_up():
        async with AsyncLocalClient(
            world.local(employee).base_url, wsgi_app=app, session=client.session
        ) as other:
            balance, account, hospitals, shown = await asyncio.gather(
                other.balance(), other.account(), other.hospitals(), other.e_credential()
            )
            found = await other.decode_e_credential(shown.token)
            picture = await other.e_credential_image("png")
            first = hospitals.items[0]
            same = await other.hospital(first.code)
            drugs = await other.drugs(page_size=1)
            drug = await other.drug(drugs.items[0].code)
            walked = [each async for each in other.all_hospitals(level="三级甲等")]
            listed = [each async for each in other.all_drugs(name=drug.name)]
            return balance, account, found, picture, (first, same), (walked, drug, listed)

    balance, account, found, picture, (first, same), (walked, drug, listed) = asyncio.run(look_up())
    assert balance.personal_account == client.balance().personal_account
    assert account == client.account()
    assert found.insurance == client.insurance()
    assert picture.startswith(b"\x89PNG")
    assert first == same
    assert len(walked) == client.hospitals(level="三级甲等").total
    assert drug in listed


def test_async_client_registers_with_the_card(app, world) -> None:
    person = world.people.one(insutype="310", registered=False, platform="local")

    async def register():
        async with AsyncLocalClient(world.local(person).base_url, wsgi_app=app) as client:
            await client.send_sms_code(person.phone, "register")
            code = world.inbox.wait_for_code(person.phone)
            return await client.register(person.phone, code, PASSWORD, person.card_number)

    assert asyncio.run(register()).linked


def test_explanation_names_what_has_not_arrived(world, employee) -> None:
    before = world.explain_balance(employee.id_number)
    assert all(view.agrees for view in before.platforms.values())
    posting = world.ledger.post(employee.id_number, "110", Decimal("88.50"))
    found = world.explain_balance(employee.id_number)
    assert found.truth.amount == posting.balance
    assert found.platforms["local"].agrees
    national = found.platforms["national"]
    assert (national.agrees, national.difference) == (False, Decimal("-88.50"))
    assert [entry.id for entry in national.missing] == [posting.id]
    missing = national.missing[0]
    assert "lag" in missing.why
    assert found.now < missing.arrives_at <= found.agree_at
    assert f"{missing.type_name} +88.50 arrives" in str(found)
    world.clock.advance(found.agree_at - world.clock.now())
    after = world.explain_balance(employee.id_number)
    assert {view.amount for view in after.platforms.values()} == {posting.balance}


def test_anomalies_are_chosen_told_and_left_to_policy_again(world, client, employee) -> None:
    chosen = world.anomalies.put(employee.id_number, balance_as_number=True)
    assert (chosen["balance_as_number"].active, chosen["balance_as_number"].by) == (True, "person")
    assert client.balance().personal_account is not None
    assert world.anomalies.get(employee.id_number) == chosen
    assert not world.anomalies.put(employee.id_number, balance_as_number=None)[
        "balance_as_number"
    ].active


def test_suspension_from_a_day_on_shows_in_the_insurance(world, client, employee) -> None:
    today = world.clock.now().date()
    chosen = world.anomalies.put(employee.id_number, suspended={"since": today})
    assert chosen["suspended"].since == today
    assert "suspended" in [row.state for row in client.insurance()]


def test_anomaly_that_a_person_cannot_have_is_refused(world) -> None:
    resident = world.people.one(insutype="390", registered=True)
    problem = world.anomalies.get(resident.id_number)["pre_transfer"].problem
    with pytest.raises(WorldError) as refused:
        world.anomalies.put(resident.id_number, pre_transfer=True)
    assert problem
    assert refused.value.code == "anomaly.not_applicable"


def test_answer_of_a_captcha_gets_a_tester_past_it(app, world) -> None:
    world.policy.patch({"local": {"dialect": "portal"}})
    person = world.people.one(insutype="310", registered=True, platform="local")
    http, portal = app.test_client(), f"/w/{world.name}/local/{person.region}/portal"
    drawn = http.get(f"{portal}/user/captcha").get_json()["data"]
    login = {
        "loginType": "password",
        "username": person.phone,
        "password": sha256(person.default_password.encode()).hexdigest(),
        "uuid": drawn["uuid"],
        "code": world.captcha_answer(drawn["uuid"]),
    }
    answer = http.post(f"{portal}/user/login", json=login).get_json()
    assert answer["data"]["accessToken"], answer


def test_captcha_that_nobody_drew_has_no_answer(world) -> None:
    with pytest.raises(CaptchaUnknownError):
        world.captcha_answer("none-such")


@pytest.mark.parametrize(
    ("ratio", "accepted"), [("0.1000", True), ("1", True), ("1.5", False), (0.1, False)]
)
def test_share_of_a_price_is_between_nothing_and_all(platform, answers, ratio, accepted) -> None:
    names = ("code", "name", "drug_class", "therapeutic_class", "dosage_form", "specification")
    drug = dict.fromkeys((*names, "maker", "reimbursement_class", "region"), "…")
    drug |= {"self_pay_ratio": ratio, "price_ceiling": "9.90"}
    platform.script = [answers.success(drug)]
    client = LocalClient("http://platform.test/local/330100", transport=platform.transport())
    if accepted:
        assert client.drug("X1").self_pay_ratio == Decimal(ratio)
    else:
        with pytest.raises(ProtocolError, match="self_pay_ratio"):
            client.drug("X1")


def test_public_names_are_sorted_and_exist() -> None:
    assert sorted(yibao_client.__all__) == sorted(set(yibao_client.__all__))
    for name in yibao_client.__all__:
        assert inspect.getdoc(getattr(yibao_client, name)), name
