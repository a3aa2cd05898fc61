"""AlipayClient and WeChatClient on the real application: consent, tokens, data, refusals."""

import asyncio
import subprocess
import sys
from base64 import b64decode
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from urllib.parse import urlsplit

import pytest
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_der_private_key,
)

from yibao_client import (
    AsyncAlipayClient,
    AsyncWeChatClient,
    Credentials,
    QueryFlow,
    World,
    compare,
)
from yibao_client.errors import (
    AlertError,
    AuthorisationError,
    CardLockedError,
    ConsentRefusedError,
    FamilyConsentError,
    ProtocolError,
    ScopeNotGrantedError,
    SessionError,
    SessionExpiredError,
    WrongCardPasswordError,
    WrongPasswordError,
)
from yibao_client.operations.third_party import Card

IDENTITY = {"alipay": ("auth_base",), "wechat": ("snsapi_base",)}
ASYNC = {"alipay": AsyncAlipayClient, "wechat": AsyncWeChatClient}


@pytest.fixture(params=["alipay", "wechat"])
def platform(request, world: World):
    return getattr(world, request.param)


@pytest.fixture
def person(world: World):
    return world.people.one(insutype="310", registered=True)


@pytest.fixture
def card(person):
    return {"card_number": person.card_number, "card_password": person.card_password}


@pytest.fixture
def client(platform, card):
    with platform.client() as client:
        client.authorise(**card)
        yield client


def test_person_is_let_in_with_card_or_account(platform, person, card) -> None:
    with platform.client() as client:
        by_card = client.authorise(**card)
        assert client.session == by_card
        assert client.balance().personal_account is not None
        account = {"phone": person.phone, "password": person.default_password}
        by_account = client.authorise(**account)
    assert by_card.open_id == by_account.open_id
    assert by_card.access_token != by_account.access_token
    assert by_card.access_token not in repr(by_card)


def test_wrong_card_passwords_lock_the_card(platform, person, card) -> None:
    wrong = card | {"card_password": "x"}
    with platform.client() as client:
        for remaining in (2, 1):
            with pytest.raises(WrongCardPasswordError) as caught:
                client.authorise(**wrong)
            assert caught.value.remaining_attempts == remaining
        with pytest.raises(CardLockedError) as locked:
            client.authorise(**wrong)
        assert locked.value.locked_until.isoformat() == "2026-06-16T10:00:00+08:00"
        assert locked.value.retry_after == timedelta(hours=24)
        assert "社保卡" in locked.value.message
        with pytest.raises(WrongPasswordError):
            client.authorise(phone=person.phone, password="Wrong-0000")
        assert client.session is None


def test_refusal_of_consent_can_be_explained(world, platform) -> None:
    with platform.client() as client, pytest.raises(ConsentRefusedError) as caught:
        client.refuse()
    why = world.explain_request(caught.value.request_id)
    assert (why.outcome, why.request.code) == ("refused", "authorisation.refused_by_user")


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"card_number": "A00000000"},
        {"phone": "16100000000"},
        {"card_number": "A00000000", "password": "x"},
        {"card_number": "A", "card_password": "x", "phone": "1", "password": "y"},
    ],
)
def test_one_whole_pair_identifies_a_person(platform, given) -> None:
    with platform.client() as client, pytest.raises(TypeError, match="card_number with"):
        client.authorise(**given)


def test_everything_an_application_reads_is_typed(world, platform, client) -> None:
    balance, history = client.balance(), list(client.all_transactions(page_size=7))
    assert balance.personal_account.amount == history[0].balance_after
    assert client.transactions(page_size=1).total == len(history)
    assert client.insurance()[0].insutype == "310"
    chart = client.chart(months=3)
    assert [each.month for each in chart.months] == ["2026-04", "2026-05", "2026-06"]
    assert chart.months[-1].closing_balance == balance.personal_account.amount
    assert (chart.as_of, chart.has_personal_account) == (balance.as_of, True)
    assert client.chart_svg(months=3).startswith(b"<svg")
    link = client.chart_link()
    assert link.url.startswith(urlsplit(platform.base_url).path)
    assert link.expires_at - world.clock.now() == timedelta(minutes=5)


def test_relatives_are_seen_once_they_agree(world, platform) -> None:
    one = next(each for each in world.people.several(20, insutype="310") if each.raw["family"])
    relative = world.people.find(one.raw["family"][0]["id_number"])
    with platform.client() as client, platform.client() as theirs:
        client.authorise(card_number=one.card_number, card_password=one.card_password)
        member = client.family()[0]
        assert not member.shares_balance
        with pytest.raises(FamilyConsentError):
            client.family_balance(member.member)
        theirs.authorise(
            card_number=relative.card_number,
            card_password=relative.card_password,
            scopes=("mutual_aid",),
        )
        assert client.family()[0].shares_balance
        assert client.family_balance(member.member).as_of == client.balance().as_of
        with pytest.raises(ScopeNotGrantedError):
            theirs.balance()


def test_alert_is_set_fires_and_is_removed(world, person, client) -> None:
    balance = client.balance().personal_account.amount
    assert client.alerts().alert is None
    alert = client.set_alert(balance, "http://127.0.0.1:9/hook")
    assert (alert.threshold, alert.state, alert.balance) == (balance, "armed", balance)
    assert alert.webhook_secret not in repr(alert)
    world.ledger.post(person.id_number, "205", "1.00")
    world.clock.advance(hours=4)
    found = client.alerts()
    assert found.alert.state == "low"
    [fired] = found.fired
    assert (fired.threshold, fired.balance) == (balance, balance - 1)
    assert fired.deliveries["inbox"] == "delivered"
    client.remove_alert()
    with pytest.raises(AlertError) as caught:
        client.remove_alert()
    assert caught.value.code == "alert.none"


def test_expired_access_token_is_renewed_by_itself(world, client) -> None:
    before = client.session
    world.clock.advance(days=16)
    assert client.balance().as_of > world.clock.now() - timedelta(hours=4)
    assert client.session.access_token != before.access_token
    assert client.session.open_id == before.open_id


def test_tokens_can_be_renewed_at_will(client) -> None:
    before = client.session
    renewed = client.refresh()
    assert client.session == renewed
    assert renewed.open_id == before.open_id
    assert client.balance()


def test_grant_that_has_ended_altogether_is_forgotten(world, client) -> None:
    world.clock.advance(days=31)
    with pytest.raises(SessionError):
        client.balance()
    assert client.session is None


def test_withdrawn_authorisation_opens_nothing(client) -> None:
    held = client.session
    client.withdraw()
    assert client.session is None
    client.session = held
    with pytest.raises(SessionError) as caught:
        client.balance()
    assert caught.value.code == "authorisation.revoked"


def test_expired_token_without_a_refresh_token_is_an_error(world, client) -> None:
    client.session = replace(client.session, refresh_token=None)
    world.clock.advance(days=16)
    with pytest.raises(SessionExpiredError):
        client.balance()


def test_code_is_good_once(client, card) -> None:
    code = client.run(client._dialect.consent(Card(**card), None))
    client.exchange(code)
    with pytest.raises(AuthorisationError) as caught:
        client.exchange(code)
    assert caught.value.code in ("authorisation.code_used", "authorisation.code_unknown")


def test_application_with_a_wrong_secret_gets_no_token(world, platform, card) -> None:
    application = platform.application()
    if platform.name == "wechat":
        application = replace(application, secret="0" * 32)
    else:
        other = world.alipay.register("另一个")
        key = world.alipay.application(other.app_id).private_key
        application = replace(application, private_key=key)
    with platform.client(application) as client:
        with pytest.raises(AuthorisationError) as caught:
            client.authorise(**card)
        assert caught.value.code == "authorisation.wrong_secret"
        assert client.session is None


def test_applications_that_may_not_ask_are_refused_on_the_page(world, platform, card) -> None:
    for each in platform.applications():
        if each.state == "active":
            continue
        with platform.client(platform.application(each.app_id)) as client:
            with pytest.raises(AuthorisationError) as caught:
                client.authorise(**card)
            assert caught.value.code.startswith("authorisation.application_")
    with pytest.raises(LookupError, match="no application nobody"):
        platform.application("nobody")


def test_application_is_registered_and_suspended(platform, card) -> None:
    made = platform.register("我的应用", redirect_uris=["http://127.0.0.1:5000/back"])
    application = platform.application(made.app_id)
    assert application.redirect_uri == "http://127.0.0.1:5000/back"
    with platform.client(application) as client:
        client.authorise(**card)
        platform.patch(made.app_id, state="suspended")
        with pytest.raises(AuthorisationError) as caught:
            client.balance()
    assert caught.value.code == "authorisation.application_suspended"


def test_answer_that_alipay_has_not_signed_is_refused(world, card) -> None:
    other = world.alipay.register("另一个")
    private = load_der_private_key(
        b64decode(world.alipay.application(other.app_id).private_key), None
    )
    public = private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    forged = replace(world.alipay.application(), platform_public_key=public.decode())
    with world.alipay.client(forged) as client:
        with pytest.raises(ProtocolError, match="not signed by the platform"):
            client.authorise(**card)
        assert client.session is None


# --- with the other platforms


def test_third_parties_take_part_in_a_comparison(world, person) -> None:
    world.accounts.patch(person.id_number, "local", registered=True, real_name="verified")
    world.ledger.post(person.id_number, "110", "88.50")
    credentials = Credentials(person.default_password, phone=person.phone)
    with (
        world.local(person).client() as local,
        world.national.client() as national,
        world.alipay.client() as alipay,
        world.wechat.client() as wechat,
    ):
        clients = {"local": local, "national": national, "alipay": alipay, "wechat": wechat}
        found = compare(clients, credentials)
        assert found.latest == "local"
        behind = {each.platform: each.amount for each in found.differences}
        assert behind == dict.fromkeys(("national", "alipay", "wechat"), Decimal("-88.50"))
        agree_at = world.explain_balance(person.id_number).agree_at
        world.clock.advance(agree_at - world.clock.now())
        assert compare(clients, credentials).agree


def test_flow_compares_with_third_parties(world, person) -> None:
    with world.national.client() as national, world.wechat.client() as wechat:
        result = QueryFlow(
            national,
            phone=person.phone,
            password=person.default_password,
            code_source=world.inbox.wait_for_code,
            registered=True,
            elsewhere={"wechat": wechat},
        ).run()
    assert [each.platform for each in result.comparison.views] == ["national", "wechat"]
    assert not result.comparison.refused


def test_consent_page_takes_no_id_number(platform, person) -> None:
    with platform.client() as client, pytest.raises(TypeError, match="no ID number"):
        client.sign_in(id_number=person.id_number, password="x")


# --- asyncio, and what the package needs


def test_asynchronous_clients_make_the_same_calls(world, platform, person, card) -> None:
    application = platform.application()
    more = {"now": world.clock.now} if platform.name == "alipay" else {}

    async def walk():
        client_type = ASYNC[platform.name]
        wsgi_app = world._control.wsgi_app
        async with client_type(platform.base_url, application, wsgi_app=wsgi_app, **more) as client:
            with pytest.raises(ConsentRefusedError):
                await client.refuse()
            await client.authorise(**card)
            balance, chart = await asyncio.gather(client.balance(), client.chart())
            assert balance.personal_account.amount == chart.months[-1].closing_balance
            entries = [entry.id async for entry in client.all_transactions(page_size=9)]
            assert len(entries) == (await client.transactions()).total
            assert (await client.chart_svg()).startswith(b"<svg")
            assert await client.insurance()
            assert (await client.chart_link()).url
            for member in await client.family():
                with pytest.raises(FamilyConsentError):
                    await client.family_balance(member.member)
            await client.set_alert(Decimal("1.00"))
            assert (await client.alerts()).alert.threshold == 1
            await client.remove_alert()
            await client.refresh()
            await client.withdraw()
            assert client.session is None

    asyncio.run(walk())


def test_package_is_imported_without_cryptography() -> None:
    script = "import sys, yibao_client; print('cryptography' in sys.modules)"
    run = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=True
    )
    assert run.stdout.strip() == "False"
