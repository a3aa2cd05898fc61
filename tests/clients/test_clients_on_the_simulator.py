"""The clients on the real application, in this process: every call that it answers."""

import asyncio
from datetime import timedelta
from decimal import Decimal

import pytest

from yibao_client import (
    AsyncNationalClient,
    QueryFlow,
    QueryFlowError,
    SecondFactor,
    World,
)
from yibao_client.errors import (
    AccountExistsError,
    BiometricsError,
    LockedError,
    NobodyFitsError,
    NoMessageError,
    RealNameRequiredError,
    RefusedError,
    SecondFactorRequiredError,
    SessionError,
    SmsCodeExpiredError,
    SmsTooSoonError,
    WeakPasswordError,
    WorldError,
    WrongOldPasswordError,
    WrongPasswordError,
    WrongSmsCodeError,
)

PASSWORD = "Lookup-2026"


@pytest.fixture
def employee(world: World):
    return world.people.one(insutype="310", registered=True)


@pytest.fixture
def client(world: World, employee):
    with world.national.client() as client:
        client.sign_in(phone=employee.phone, password=employee.default_password)
        yield client


def test_balance_and_history_agree(world, client, employee) -> None:
    history = list(client.all_transactions(page_size=7))
    balance = client.balance()
    assert len(history) > 7
    assert history == sorted(history, key=lambda entry: entry.at, reverse=True)
    assert balance.personal_account.amount == history[0].balance_after
    assert sum(entry.amount for entry in history) == balance.personal_account.amount
    assert client.transactions(page_size=1).total == len(history)


def test_settlements_add_up(client) -> None:
    settlements = [entry.settlement for entry in client.all_transactions() if entry.settlement]
    for settlement in settlements:
        assert settlement.total == settlement.fund_pay + settlement.person_pay
        parts = settlement.account_pay + settlement.cash + settlement.mutual_aid
        assert settlement.person_pay == parts


def test_filters_reach_the_platform(client) -> None:
    transfers = list(client.all_transactions(type="101"))
    assert {entry.type for entry in transfers} == {"101"}
    middle = transfers[len(transfers) // 2].at
    later = list(client.all_transactions(type="101", since=middle))
    assert later == [entry for entry in transfers if entry.at >= middle]


def test_resident_has_insurance_and_no_account(world) -> None:
    person = world.people.one(insutype="390", registered=True)
    with world.national.client() as client:
        client.sign_in(id_number=person.id_number, password=person.default_password)
        assert client.balance().personal_account is None
        assert "390" in [row.insutype for row in client.insurance()]


def test_profile_is_masked(client, employee) -> None:
    account = client.account()
    assert account.real_name.state == "verified"
    assert employee.id_number not in str(account)
    assert employee.phone not in str(account)


def test_posted_entry_shows_in_the_balance_once_it_has_arrived(world, client, employee) -> None:
    before = client.balance().personal_account.amount
    posting = world.ledger.post(employee.id_number, "110", Decimal("88.50"))
    assert posting.amount == Decimal("88.50")
    assert client.balance().personal_account.amount == before
    world.clock.advance(hours=1)
    assert client.balance().personal_account.amount == before + posting.amount
    page = client.transactions(page_size=1)
    assert page.items[0].id == posting.id
    assert posting.at < page.as_of < world.clock.now()


def test_posted_entry_counts_at_once_however_fast_the_clock_runs(control) -> None:
    world = control.create_world(clock={"scale": 10_000})
    person = world.people.one(insutype="310")
    before = world.explain_balance(person.id_number).truth.amount
    began = world.clock.now()
    now = world.ledger.post(person.id_number, "110", Decimal("1.00"))
    back_dated = world.ledger.post(person.id_number, "110", Decimal("1.00"), at=began)
    assert (now.balance, back_dated.balance) == (before + 1, before + 2)
    world.delete()


@pytest.mark.parametrize("amount", [88.5, "1.005"])
def test_inexact_amount_is_refused_before_it_is_sent(world, employee, amount) -> None:
    with pytest.raises((TypeError, ValueError)):
        world.ledger.post(employee.id_number, "110", amount)
    assert world.journal.entries() == ()


def test_lockout_counts_down_locks_and_passes(world, employee) -> None:
    with world.national.client() as client:
        for remaining in (4, 3, 2, 1):
            with pytest.raises(WrongPasswordError) as wrong:
                client.sign_in(phone=employee.phone, password="wrong")
            assert wrong.value.remaining_attempts == remaining
        with pytest.raises(LockedError) as locked:
            client.sign_in(phone=employee.phone, password="wrong")
        assert locked.value.locked_until > world.clock.now()
        assert timedelta(minutes=19) < locked.value.retry_after <= timedelta(minutes=20)
        with pytest.raises(LockedError):
            client.sign_in(phone=employee.phone, password=employee.default_password)
        world.clock.advance(minutes=21)
        client.sign_in(phone=employee.phone, password=employee.default_password)


def test_refusal_can_be_explained_by_its_request_id(world, employee) -> None:
    with world.national.client() as client, pytest.raises(WrongPasswordError) as wrong:
        client.sign_in(phone=employee.phone, password="wrong")
    explanation = world.explain_request(wrong.value.request_id)
    assert explanation.outcome == "refused"
    assert explanation.request.code == "sign_in.wrong_password"
    assert "wrong" not in str(explanation.request.raw["body"])


def test_refusals_answered_with_status_200_are_refusals(world, employee) -> None:
    world.policy.patch({"envelope": {"always_200": True}})
    with world.national.client() as client, pytest.raises(WrongPasswordError) as wrong:
        client.sign_in(phone=employee.phone, password="wrong")
    assert wrong.value.status == 200
    assert wrong.value.remaining_attempts == 4


def test_expired_session_is_renewed_unseen(world, client) -> None:
    first = client.session
    world.clock.advance(hours=3)
    client.balance()
    assert client.session.access_token != first.access_token
    paths = [entry.path.rpartition("/")[2] for entry in world.journal.entries()]
    assert paths[-3:] == ["balance", "refresh", "balance"]


def test_session_that_ended_cannot_be_used_again(world, client) -> None:
    session = client.session
    client.sign_out()
    with world.national.client(session=session) as other, pytest.raises(SessionError):
        other.balance()


def test_password_can_be_changed_and_reset(world, client, employee) -> None:
    with pytest.raises(WrongOldPasswordError):
        client.change_password("wrong", PASSWORD)
    with pytest.raises(WeakPasswordError) as weak:
        client.change_password(employee.default_password, "short")
    assert "too_short" in weak.value.violations
    client.change_password(employee.default_password, PASSWORD)
    client.sign_in(phone=employee.phone, password=PASSWORD)
    client.send_sms_code(employee.phone, "reset_password")
    code = world.inbox.wait_for_code(employee.phone)
    client.reset_password(employee.phone, code, "Another-2027")
    assert client.sign_in(phone=employee.phone, password="Another-2027").password_reminder is False


def test_second_factor_is_asked_for_and_given(world, client, employee) -> None:
    client.set_second_factor("sms")
    assert client.account().security.second_factor == "sms"
    with pytest.raises(SecondFactorRequiredError) as asked:
        client.sign_in(phone=employee.phone, password=employee.default_password)
    code = world.inbox.wait_for_code(employee.phone)
    client.sign_in(
        phone=employee.phone,
        password=employee.default_password,
        second_factor=SecondFactor(asked.value.challenge, code),
    )
    assert client.balance().personal_account is not None


def test_sign_in_by_code(world, employee) -> None:
    with world.national.client() as client:
        sent = client.send_sms_code(employee.phone, "sign_in")
        assert (sent.expires_in, sent.resend_in) == (300, 60)
        with pytest.raises(SmsTooSoonError) as soon:
            client.send_sms_code(employee.phone, "sign_in")
        assert timedelta(0) < soon.value.retry_after <= timedelta(seconds=60)
        client.sign_in(phone=employee.phone, sms_code=world.inbox.wait_for_code(employee.phone))
        assert client.session is not None


def test_balance_ticket_is_answered_with_the_reconciliation(world, client) -> None:
    ticket = client.open_ticket("balance")
    assert (ticket.state, ticket.reconciliation) == ("received", None)
    world.clock.advance(hours=1)
    answer = client.ticket(ticket.id).reconciliation
    assert sum(row.amount for row in answer.by_type) == answer.balance
    assert answer.balance == client.balance().personal_account.amount


def test_unlock_ticket_frees_a_locked_account(world, employee) -> None:
    assert world.accounts.patch(employee.id_number, locked=True).locked
    with world.national.client() as client:
        client.open_ticket(
            "unlock",
            phone=employee.phone,
            name=employee.name,
            id_number=employee.id_number,
        )
        with pytest.raises(LockedError):
            client.sign_in(phone=employee.phone, password=employee.default_password)
        world.clock.advance(minutes=11)
        client.sign_in(phone=employee.phone, password=employee.default_password)
    assert not world.accounts.get(employee.id_number).locked


def test_flow_registers_stops_for_the_real_name_and_goes_on(world) -> None:
    person = world.people.one(insutype="310", registered=False)
    reports = []
    with world.national.client() as client:
        flow = QueryFlow(
            client,
            phone=person.phone,
            password=PASSWORD,
            code_source=lambda phone, purpose: world.inbox.wait_for_code(phone, purpose=purpose),
            observer=reports.append,
        )
        with pytest.raises(QueryFlowError) as stopped:
            flow.run()
        assert isinstance(stopped.value.error, RealNameRequiredError)
        world.accounts.patch(person.id_number, real_name="verified")
        result = flow.run()
    assert result.balance.personal_account.amount == result.transactions.items[0].balance_after
    assert [report.outcome for report in reports].count("failed") == 1
    assert world.people.find(person.id_number).registered["national"]


def test_flow_with_evidence_goes_from_phone_number_to_balance(world) -> None:
    world.policy.patch({"liveness": {"challenge": "mouth_open"}})
    person = world.people.one(insutype="310", registered=False)
    good = world.evidence.source(person.id_number)
    refusals = []

    def shaken_at_first(shown, refusal):
        if refusal is not None:
            refusals.append((shown, refusal.code, refusal.problem))
        if shown == "id_card_front" and refusal is None:
            return world.evidence.id_card_front(person.id_number, blur=5)
        if shown == "face_mouth_open" and refusal is None:
            return world.evidence.face(person.id_number, darkness=0.2)
        return good(shown, refusal)

    with world.national.client() as client:
        result = QueryFlow(
            client,
            phone=person.phone,
            password=PASSWORD,
            code_source=lambda phone, purpose: world.inbox.wait_for_code(phone, purpose=purpose),
            evidence_source=shaken_at_first,
        ).run()
        assert client.account().real_name.state == "verified"
    assert refusals == [
        ("id_card_front", "real_name.photo_unclear", "sharpness"),
        ("id_card_back", "real_name.photo_unclear", "sharpness"),
        ("face_mouth_open", "real_name.too_dark", "luminance"),
    ]
    assert (result.id_card.state, result.id_card.liveness) == ("id_card_accepted", "mouth_open")
    assert result.id_card.valid_from < world.clock.now().date()
    assert result.id_card.measured["back"]["sharpness"]["at_least"] > 0
    assert result.face.score >= result.face.threshold
    assert result.balance.personal_account.amount == result.transactions.items[0].balance_after


def test_evidence_is_what_the_conditions_make_of_it(world, employee) -> None:
    who, evidence = employee.id_number, world.evidence
    pictures = {
        evidence.id_card_front(who),
        evidence.id_card_front(who, rotate=5, noise=4.5),
        evidence.id_card_back(who),
        evidence.id_card_back(who, expired=True),
        evidence.face(who),
        evidence.face(who, seed=2, brightness=1.5),
        evidence.face(who, other=True),
        evidence.face(who, mouth_open=True),
    }
    assert len(pictures) == 8
    assert all(each.startswith(b"\xff\xd8\xff") for each in pictures)
    assert evidence.face(who, other=who) == evidence.face(who)
    with pytest.raises(RefusedError, match="blur"):
        evidence.face(who, blur=51)
    with pytest.raises(RefusedError, match=r"person\.unknown"):
        evidence.face("110101199003078881")


def test_biometrics_from_enrolment_to_second_factor(world, client, employee) -> None:
    who, evidence = employee.id_number, world.evidence
    client.enrol_biometric("iris", evidence.biometric_sample(who, "iris"))
    match = client.verify_biometric("iris", evidence.biometric_sample(who, "iris", seed=1))
    assert (match.matched, match.code) == (True, None)
    assert match.score >= match.threshold
    wrong = client.verify_biometric("iris", evidence.biometric_sample(who, "iris", position=1))
    assert (wrong.matched, wrong.code, wrong.tries_left) == (False, "biometrics.wrong_eye", 4)
    with pytest.raises(BiometricsError, match="sensor_timeout"):
        client.verify_biometric("iris", None)
    with pytest.raises(BiometricsError, match="not_enrolled"):
        client.set_second_factor("fingerprint")
    client.set_second_factor("iris")
    credentials = {"phone": employee.phone, "password": employee.default_password}
    with pytest.raises(SecondFactorRequiredError) as asked:
        client.sign_in(**credentials)
    assert asked.value.method == "iris"
    sample = evidence.biometric_sample(who, "iris", noise=0.3, seed=2)
    proof = SecondFactor(asked.value.challenge, sample=sample)
    assert client.sign_in(**credentials, second_factor=proof).access_token


def test_flow_finds_out_that_somebody_is_registered(world, employee) -> None:
    with world.national.client() as client:
        result = QueryFlow(
            client,
            phone=employee.phone,
            password=employee.default_password,
            code_source=lambda phone, purpose: world.inbox.wait_for_code(phone, purpose=purpose),
        ).run()
    assert result.account is None
    assert result.balance is not None


def test_second_code_is_never_mistaken_for_the_first(world) -> None:
    phone = world.people.one(registered=False).phone
    with world.national.client() as client:
        client.send_sms_code(phone, "register")
        first = world.inbox.wait_for_message(phone)
        with pytest.raises(NoMessageError):
            world.inbox.wait_for_code(phone, timeout=0)
        world.clock.advance(minutes=6)
        with pytest.raises(SmsCodeExpiredError):
            client.register(phone, first.code, PASSWORD)
        client.send_sms_code(phone, "register")
        second = world.inbox.wait_for_message(phone)
        assert second.id > first.id
        client.register(phone, second.code, PASSWORD)
        with pytest.raises((AccountExistsError, WrongSmsCodeError)):
            client.register(phone, second.code, PASSWORD)


def test_people_are_found_by_what_a_test_needs(world) -> None:
    here = world.people.list(region="330100", limit=3)
    assert {person.region for person in here} == {"330100"}
    assert world.people.find(here[0].id_number) == here[0]
    some = world.people.several(5, insutype="390", registered=False)
    assert len({person.id_number for person in some}) == 5
    with pytest.raises(NobodyFitsError, match="insutype=390"):
        world.people.several(1, region="330100", insutype="390", registered=True, platform="moon")
    with pytest.raises(WorldError):
        world.people.find("110101190001010000")


def test_clock_stands_jumps_and_never_goes_back(world) -> None:
    frozen = world.clock.freeze()
    assert world.clock.now() == frozen
    assert world.clock.advance(days=1, milliseconds=250) == frozen + timedelta(
        days=1, milliseconds=250
    )
    with pytest.raises(WorldError) as backwards:
        world.clock.freeze(frozen)
    assert backwards.value.code == "clock.backwards"
    assert world.clock.scale(60) >= frozen
    with pytest.raises(ValueError, match="millisecond"):
        world.clock.advance(timedelta(microseconds=1))


def test_reset_world_is_as_it_was_made(world, employee) -> None:
    world.accounts.patch(employee.id_number, registered=False)
    with world.national.client() as client:
        client.send_sms_code(employee.phone, "register")
    world.inbox.wait_for_code(employee.phone)
    world.reset()
    assert world.inbox.messages() == ()
    with world.national.client() as client:
        client.send_sms_code(employee.phone, "sign_in")
    assert world.inbox.wait_for_code(employee.phone)
    assert world.accounts.get(employee.id_number).registered


def test_worlds_are_made_listed_and_forgotten(control) -> None:
    world = control.create_world("named", seed=7, policy={"lockout": {"threshold": 2}})
    assert (world.name, world.seed) == ("named", 7)
    assert "named" in {record.name for record in control.worlds()}
    assert control.world("named").policy.get()["lockout"]["threshold"] == 2
    world.delete()
    with pytest.raises(WorldError) as gone:
        control.world("named")
    assert gone.value.code == "world.unknown"
    with world.national.client() as client, pytest.raises(WorldError):
        client.send_sms_code("14000000001", "register")


def test_journal_can_be_narrowed_and_cleared(world, client) -> None:
    client.balance()
    (entry,) = world.journal.entries(path="/national/api/v1/balance")
    assert (entry.status, entry.code) == (200, None)
    assert "200  GET    " in str(entry)
    assert world.journal.entries(since=entry.cursor) == ()
    world.journal.clear()
    assert world.journal.entries() == ()


def test_async_client_walks_the_same_platform(world, employee, control) -> None:
    async def walk() -> tuple[Decimal, list[str]]:
        async with AsyncNationalClient(
            world.national.base_url, wsgi_app=control.wsgi_app
        ) as client:
            await client.sign_in(phone=employee.phone, password=employee.default_password)
            balance, account = await asyncio.gather(client.balance(), client.account())
            assert account.real_name.state == "verified"
            ids = [entry.id async for entry in client.all_transactions(page_size=10)]
            await client.sign_out()
            return balance.personal_account.amount, ids

    amount, ids = asyncio.run(walk())
    with world.national.client() as client:
        client.sign_in(phone=employee.phone, password=employee.default_password)
        assert client.balance().personal_account.amount == amount
        assert [entry.id for entry in client.all_transactions()] == ids
