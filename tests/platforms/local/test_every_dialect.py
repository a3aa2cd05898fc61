"""What every dialect of a local platform does alike: one behaviour, told in three ways."""

import pytest

from simulator.errors import error_type

REGION = "330100"
ELSEWHERE = "330300"
PASSWORD = "Lookup-2026"
WAYS = ("phone", "id_number", "card_number")


@pytest.fixture(params=["modern", "portal", "legacy"])
def at(request, drive):
    """The local platform through one of its dialects."""
    return drive(request.param)


@pytest.fixture
def person(at):
    """Somebody with a verified account."""
    return at.world.person()


@pytest.fixture
def newcomer(at):
    """Somebody without an account."""
    return at.world.person(registered=False)


def sign_in(at, person, password=None):
    password = password or person["default_password"]
    return at.sign_in("phone", person["phone"], password=password).done


def fail_to_sign_in(at, person):
    return at.sign_in("phone", person["phone"], password="Wrong-0000")


def code_for(at, phone, purpose):
    _ = at.send_code(phone, purpose).done
    return at.world.last_code(phone)


def register(at, person, **rest):
    code = code_for(at, person["phone"], "register")
    return at.register(person["phone"], code, PASSWORD, **rest)


def wrong(code):
    return f"{(int(code) + 1) % 10**6:06d}"


def truth(at, person):
    explained = at.world.control("GET", f"/explain/balance?person={person['id_number']}").data
    return explained["truth"]


def in_fen(amount):
    return None if amount is None else int(amount.replace(".", ""))


# --- registration -------------------------------------------------------------------------------


def test_newcomer_registers_signs_in_and_is_not_verified(at, newcomer) -> None:
    assert register(at, newcomer).done == []
    session = sign_in(at, newcomer, PASSWORD)
    state, linked, _ = at.account(session).done
    assert (state, linked) == ("unverified", False)
    assert at.balance(session).code == "real_name.required"


def test_card_links_its_holders_insurance(at, newcomer) -> None:
    rows = register(at, newcomer, card=newcomer["card_number"].lower()).done
    assert len(rows) == len(newcomer["insurance"])
    session = sign_in(at, newcomer, PASSWORD)
    assert session.rows == rows
    state, linked, shown = at.account(session).done
    assert (state, linked) == ("unverified", True)
    number = newcomer["card_number"]
    assert shown[2] == f"{number[:3]}****{number[-2:]}"
    assert at.insurance(session).code == "real_name.required"


def test_another_persons_card_is_refused_and_the_code_stays_good(at, newcomer) -> None:
    other = at.world.person(skip=1)
    code = code_for(at, newcomer["phone"], "register")
    refusal = at.register(newcomer["phone"], code, PASSWORD, other["card_number"])
    assert (refusal.code, refusal.message) == (
        "card.mismatch",
        "社保卡号与身份证号码不匹配,请检查",
    )
    assert at.register(newcomer["phone"], code, PASSWORD).code is None


def test_card_that_nobody_has_is_refused(at, newcomer) -> None:
    code = code_for(at, newcomer["phone"], "register")
    tried = [
        at.register(newcomer["phone"], code, PASSWORD, f"Z{number:08d}") for number in range(12)
    ]
    # the others are cards of other people: about half of all numbers are somebody's
    assert {each.code for each in tried} <= {"card.none", "card.mismatch"}
    refusal = next(each for each in tried if each.code == "card.none")
    assert (refusal.code, refusal.message) == ("card.none", "您还没有社保卡，不需要填写社保卡选项")


def test_card_is_asked_for_where_the_area_insists(at, newcomer) -> None:
    at.world.set_policy({"regions": {REGION: {"registration": {"card_number": "required"}}}})
    assert register(at, newcomer).code == "card.required"


def test_people_of_other_areas_are_refused(at) -> None:
    stranger = at.at(ELSEWHERE).world.person()
    refusal = register(at, stranger)
    assert (refusal.code, refusal.message) == (
        "region.not_insured_here",
        "没有找到对应的参保人信息。",
    )
    refused = at.sign_in("phone", stranger["phone"], password=stranger["default_password"])
    assert refused.code == "region.not_insured_here"


def test_phone_registers_once_and_with_a_strong_password(at, person, newcomer) -> None:
    assert register(at, person).code == "account.exists"
    code = code_for(at, newcomer["phone"], "register")
    refusal = at.register(newcomer["phone"], code, "x")
    assert refusal.code == "password.too_weak"
    assert "violations" in refusal.details


# --- codes --------------------------------------------------------------------------------------


def test_code_is_not_sent_again_at_once(at, newcomer) -> None:
    _ = at.send_code(newcomer["phone"], "register").done
    refusal = at.send_code(newcomer["phone"], "register")
    assert refusal.code == "sms.too_soon"
    at.world.advance(minutes=1)
    assert at.send_code(newcomer["phone"], "register").code is None


def test_wrong_codes_are_counted_and_kill_the_code(at, newcomer) -> None:
    code = code_for(at, newcomer["phone"], "register")
    met = [at.register(newcomer["phone"], wrong(code), PASSWORD).code for _ in range(5)]
    assert met == ["sms.wrong_code"] * 4 + ["sms.too_many_tries"]
    assert at.register(newcomer["phone"], code, PASSWORD).code == "sms.too_many_tries"


def test_code_expires(at, newcomer) -> None:
    code = code_for(at, newcomer["phone"], "register")
    at.world.advance(minutes=5)
    assert at.register(newcomer["phone"], code, PASSWORD).code == "sms.expired"


def test_day_has_a_limit_of_codes(at, newcomer) -> None:
    at.world.set_policy({"sms.daily_limit": 1})
    _ = at.send_code(newcomer["phone"], "register").done
    at.world.advance(minutes=2)
    assert at.send_code(newcomer["phone"], "register").code == "sms.daily_limit"


# --- signing in ---------------------------------------------------------------------------------


@pytest.mark.parametrize("way", WAYS)
def test_verified_person_signs_in_by(at, person, way) -> None:
    outcome = at.sign_in(way, person[way], password=person["default_password"])
    if (at.name, way) == ("modern", "card_number"):
        # the modern interface takes a phone or an ID number alone
        assert outcome.code == "request.invalid"
        return
    session = outcome.done
    assert len(session.rows) == len(person["insurance"])
    assert at.balance(session).code is None


@pytest.mark.parametrize("name", ["portal", "legacy"])
def test_card_that_registered_an_account_signs_in_before_anybody_is_verified(drive, name) -> None:
    at = drive(name)
    newcomer, other = (at.world.person(registered=False, skip=skip) for skip in (0, 1))
    _ = register(at, newcomer, card=newcomer["card_number"]).done
    _ = register(at, other).done
    session = at.sign_in("card_number", newcomer["card_number"], password=PASSWORD).done
    assert at.account(session).done[0] == "unverified"
    # registered without a card, nothing ties the other account to one
    refusal = at.sign_in("card_number", other["card_number"], password=PASSWORD)
    assert refusal.code == "account.unknown"


def test_code_by_text_message_signs_in(at, person) -> None:
    code = code_for(at, person["phone"], "sign_in")
    refused = at.sign_in("phone", person["phone"], sms_code=wrong(code))
    assert (refused.code, refused.message) == ("sms.wrong_code", "验证码错误！")
    session = at.sign_in("phone", person["phone"], sms_code=code).done
    assert at.balance(session).code is None
    assert at.sign_in("phone", person["phone"], sms_code=code).code == "sms.wrong_code"


def test_nobody_signs_in_without_an_account(at, newcomer) -> None:
    refusal = at.sign_in("phone", newcomer["phone"], password=PASSWORD)
    assert (refusal.code, refusal.message) == ("account.unknown", "查不到用户信息，请先注册。")
    refusal = at.sign_in("id_number", newcomer["id_number"], password=PASSWORD)
    assert refusal.code == "account.unknown"
    at.world.set_policy({"sign_in.discloses_unknown_account": False})
    refusal = at.sign_in("id_number", newcomer["id_number"], password=PASSWORD)
    assert refusal.code == "sign_in.wrong_password"


def test_fifth_wrong_password_locks_and_the_lock_ends(at, person) -> None:
    met = [fail_to_sign_in(at, person) for _ in range(5)]
    assert [each.code for each in met] == ["sign_in.wrong_password"] * 4 + ["sign_in.locked"]
    assert "密码" in met[0].message
    assert met[4].message.startswith("账号已锁定")
    at.world.advance(minutes=19, seconds=59)
    right = person["default_password"]
    assert at.sign_in("phone", person["phone"], password=right).code == "sign_in.locked"
    at.world.advance(seconds=1)
    assert at.sign_in("phone", person["phone"], password=right).code is None


def test_remaining_attempts_are_told(at, person) -> None:
    told = [fail_to_sign_in(at, person).details for _ in range(4)]
    name = "remainingAttempts" if at.name == "portal" else "remaining_attempts"
    assert [each[name] for each in told] == [4, 3, 2, 1]


def test_reset_clears_the_lock_and_ends_sessions(at, person) -> None:
    session = sign_in(at, person)
    for _ in range(5):
        fail_to_sign_in(at, person)
    assert at.world.account(person)["locked"] is True
    code = code_for(at, person["phone"], "reset_password")
    weak = at.reset_password(person["phone"], code, "x")
    assert weak.code == "password.too_weak"
    _ = at.reset_password(person["phone"], code, PASSWORD).done
    assert at.balance(session).code == "session.invalid"
    assert at.balance(sign_in(at, person, PASSWORD)).code is None


def test_support_unlocks_whoever_proves_the_identity(at, person) -> None:
    for _ in range(5):
        fail_to_sign_in(at, person)
    phone, id_number = person["phone"], person["id_number"]
    wrong_proof = at.ask_for_unlock(phone, "某人", id_number).done
    reference, state, *_ = at.ask_for_unlock(phone, person["name"], id_number).done
    assert state == "received"
    at.world.advance(minutes=10)
    assert at.read_ticket(reference).done[1] == "resolved"
    assert at.read_ticket(wrong_proof[0]).done[1] == "rejected"
    assert sign_in(at, person)
    assert at.read_ticket("never").code == "ticket.unknown"


def test_password_grows_old(at, person) -> None:
    at.world.set_account(person, password_changed_at="2026-01-01")
    refusal = at.sign_in("phone", person["phone"], password=person["default_password"])
    assert refusal.code == "sign_in.password_expired"
    code = code_for(at, person["phone"], "reset_password")
    _ = at.reset_password(person["phone"], code, PASSWORD).done
    assert sign_in(at, person, PASSWORD)


def test_password_is_changed_knowing_the_old_one(at, person) -> None:
    session = sign_in(at, person)
    assert at.change_password(session, "Wrong-0000", PASSWORD).code == "password.wrong_old"
    _ = at.change_password(session, person["default_password"], PASSWORD).done
    assert at.balance(session).code == "session.invalid"
    again = at.change_password(sign_in(at, person, PASSWORD), PASSWORD, PASSWORD)
    assert again.code == "password.reused"


def test_second_factor_by_text_message(at, person) -> None:
    _ = at.set_second_factor(sign_in(at, person), "sms").done
    who, password = person["phone"], person["default_password"]
    asked = at.sign_in("phone", who, password=password)
    assert (asked.code, asked.message) == ("sign_in.second_factor_required", "请完成二次验证")
    challenge, code = asked.details["challenge"], at.world.last_code(who)
    refused = at.sign_in("phone", who, (challenge, wrong(code)), password=password)
    assert refused.code == "sign_in.second_factor_wrong"
    session = at.sign_in("phone", who, (challenge, code), password=password).done
    assert at.balance(session).code is None
    spent = at.sign_in("phone", who, (challenge, code), password=password)
    assert spent.code == "sign_in.second_factor_expired"


# --- sessions -----------------------------------------------------------------------------------


def test_session_expires_and_is_renewed_once(at, person) -> None:
    session = sign_in(at, person)
    at.world.advance(hours=2)
    assert at.balance(session).code == "session.expired"
    renewed = at.refresh(session).done
    assert at.balance(renewed).code is None
    assert at.refresh(session).code == "session.refresh_reused"
    assert at.balance(renewed).code == "session.invalid"


def test_session_ends_with_signing_out(at, person) -> None:
    session = sign_in(at, person)
    _ = at.sign_out(session).done
    assert at.balance(session).code == "session.invalid"
    assert at.refresh(session).code == "session.invalid"


def test_calls_about_a_person_need_a_session(at) -> None:
    assert at.ask(*at.calls["balance"]).code == "session.missing"


def test_session_counts_at_its_own_area_alone(at, person) -> None:
    assert at.at(ELSEWHERE).balance(sign_in(at, person)).code == "session.invalid"


# --- reading ------------------------------------------------------------------------------------


def test_balance_is_the_truth_to_the_fen(at) -> None:
    people = [each for each in at.world.people(count=12) if each["registered"]["local"]]
    people += at.world.people(insutype="390", count=4)
    read = 0
    for person in people:
        if not person["registered"]["local"]:
            continue
        known = truth(at, person)
        pool = known["pooled_fund"]
        amount, state, paid, cap_left, as_of = at.balance(sign_in(at, person)).done
        assert (amount, state) == (in_fen(known["amount"]), known["account_state"])
        assert (paid, cap_left) == (in_fen(pool["paid"]), in_fen(pool["cap_left"]))
        assert as_of == known["as_of"]
        read += 1
    assert read > 6


def test_resident_has_no_account_which_is_not_an_empty_one(at) -> None:
    resident = at.world.person(insutype="390")
    session = sign_in(at, resident)
    assert at.balance(session).done[:2] == (None, None)
    rows = at.insurance(session).done
    assert [row[3] for row in rows if row[0] == "390"] == [False]


def test_money_that_moves_is_seen(at, person) -> None:
    session = sign_in(at, person)
    before = at.balance(session).done[0]
    body = {"type": "110", "amount": "0.07"}
    entry = at.world.control("POST", f"/people/{person['id_number']}/ledger", body).data["entry"]
    assert at.balance(session).done[0] == before + 7
    _, items = at.history(session, 1, 1).done
    assert items == [(entry["id"], "110", 7, before + 7, None)]


def test_history_adds_up_to_the_balance(at, person) -> None:
    session = sign_in(at, person)
    entries, total = [], 1
    while len(entries) < total:
        total, items = at.history(session, len(entries) // 50 + 1, 50).done
        assert items
        entries += items
    assert len({each[0] for each in entries}) == total == truth(at, person)["entries"]
    balance = at.balance(session).done[0]
    assert sum(each[2] for each in entries) == entries[0][3] == balance
    for type_code, amount, paid in (each[1:3] + each[4:] for each in entries):
        assert paid is None or (type_code, paid) == ("201", -amount)
    assert at.history(session, 10**6, 50).done == (total, [])


def test_insurance_rows_are_those_of_the_person(at, person) -> None:
    names = ("insutype", "region", "has_personal_account")
    rows = at.insurance(sign_in(at, person)).done
    assert [(row[0], row[1], row[3]) for row in rows] == [
        tuple(row[name] for name in names) for row in person["insurance"]
    ]
    employers = {row[2] for row in rows} - {None}
    assert employers <= {person["employer"] and person["employer"]["name"]}


def test_identifiers_are_masked(at, person) -> None:
    session = sign_in(at, person)
    told = [
        at.account(session),
        at.insurance(session),
        at.balance(session),
        at.history(session, 1, 20),
    ]
    for each in told:
        text = each.response.get_data(as_text=True)
        for name in ("phone", "id_number", "card_number", "name"):
            assert person[name] not in text
    number, phone = person["id_number"], person["phone"]
    shown = told[0].done[2]
    assert shown[:2] == (f"{phone[:3]}****{phone[-4:]}", f"{number[:6]}********{number[-4:]}")


def test_balance_ticket_answers_with_the_reconciliation(at, person) -> None:
    session = sign_in(at, person)
    reference, *rest = at.ask_about_balance(session).done
    assert rest == ["received", None, 0]
    known = truth(at, person)
    at.world.advance(minutes=30)
    found = at.read_ticket(reference, session).done
    assert found == (reference, "resolved", in_fen(known["amount"]), known["entries"])
    assert at.read_ticket(reference).code == "session.missing"


# --- real name ----------------------------------------------------------------------------------


def test_photographs_verify_the_real_name(at, newcomer) -> None:
    _ = register(at, newcomer).done
    session = sign_in(at, newcomer, PASSWORD)
    front, back, face = (at.world.picture(newcomer, each) for each in ("front", "back", "face"))
    refused = at.upload_card(session, b"text", back)
    assert refused.code == "upload.not_an_image"
    assert at.upload_face(session, face).code == "real_name.id_card_needed"
    _ = at.upload_card(session, front, back).done
    _ = at.upload_face(session, face).done
    state, linked, _ = at.account(session).done
    assert (state, linked) == ("verified", True)
    assert at.balance(session).done[0] == in_fen(truth(at, newcomer)["amount"])


# --- what local platforms add --------------------------------------------------------------------


def test_hospitals_and_drugs_are_those_of_the_area(at, client) -> None:
    modern = f"/w/{at.world.name}/local/{REGION}/api/v1"
    for find, path, wanted, names in (
        (at.hospitals, "hospitals?name=", "医院", ("code", "name", "level", "designated")),
        (at.drugs, "drugs?code=", "XA", ("code", "name", "maker", "price_ceiling")),
    ):
        data = client.get(f"{modern}/{path}{wanted}&page_size=5&page=2").get_json()["data"]
        listed = [tuple(each[name] for name in names) for each in data["items"]]
        assert len(listed) == 5
        assert find(wanted, 2).done == (data["total"], listed)
        assert find(wanted, 10**6).done == (data["total"], [])
        assert find("x" * 60, 1).code == "request.invalid"


def test_e_credential_is_shown_and_decoded_once(at, person) -> None:
    token, lifetime, png = at.credential(sign_in(at, person)).done
    assert (len(token), lifetime) == (28, 60)
    assert png.startswith(at.base)
    picture = at.client.get(png)
    assert (picture.mimetype, picture.data[:4]) == ("image/png", b"\x89PNG")
    masked, region, rows = at.decode(token).done
    number = person["id_number"]
    assert (masked, region) == (f"{number[:6]}********{number[-4:]}", REGION)
    assert rows == len(person["insurance"])
    assert at.decode(token).code == "e_credential.used"
    assert at.decode("1" * 28).code == "e_credential.unknown"
    assert at.read(at.client.get(png)).code == "e_credential.used"


def test_e_credential_expires_and_needs_a_verified_name(at, person, newcomer) -> None:
    token, lifetime, _ = at.credential(sign_in(at, person)).done
    _ = register(at, newcomer).done
    session = sign_in(at, newcomer, PASSWORD)
    assert at.credential(session).code == "real_name.required"
    at.world.advance(seconds=lifetime)
    assert at.decode(token).code == "e_credential.expired"


# --- where it is asked --------------------------------------------------------------------------


def test_account_is_the_areas_own_unless_shared_with_the_national_platform(at, person) -> None:
    at.world.set_account(person, locked=True)
    national = f"/people/{person['id_number']}/accounts/national"
    assert at.world.control("GET", national).data["locked"] is False
    at.world.set_policy({"accounts.shared_with_national": True})
    _ = at.world.control("PATCH", national, {"registered": True, "locked": False}).data
    password = person["default_password"]
    assert at.sign_in("phone", person["phone"], password=password).code is None
    _ = at.world.control("PATCH", national, {"locked": True}).data
    assert at.sign_in("phone", person["phone"], password=password).code == "sign_in.locked"


@pytest.mark.parametrize("place", ["000000", "x", "999999"])
def test_region_that_is_none_is_unknown(at, place) -> None:
    method, path = at.calls["balance"]
    url = at.base.replace(REGION, place) + path
    refusal = at.read(at.client.open(url, method=method))
    assert (refusal.code, refusal.response.status_code) == ("region.unknown", 404)


@pytest.mark.parametrize("name", ["portal", "legacy"])
def test_dialect_that_the_area_does_not_speak_is_no_route_there(drive, name) -> None:
    at = drive(name)
    session = sign_in(at, at.world.person())
    at.world.set_policy({"regions": {REGION: {"local": {"dialect": "modern"}}}})
    refusal = at.balance(session)
    assert (refusal.code, refusal.response.status_code) == ("route.unknown", 404)
    assert "speaks the modern dialect" in refusal.details["hint"]
    method, path = at.calls["unknown"]
    assert at.ask(method, path).response.status_code == 404


# --- bad input ----------------------------------------------------------------------------------


def test_broken_requests_are_refused_in_the_dialect(at, caplog) -> None:
    login = at.calls["login"]
    request, code = at.unreadable
    assert at.ask(*login, **request).code == code
    for body in (at.overlong, at.wrong_type, {}, at.overlong | {"x": "1"}):
        refusal = at.ask(*login, body)
        assert refusal.code == "request.invalid"
        assert refusal.message == "请求参数不正确"
    assert "unknown field" in refusal.details["fields"]["x"][0]
    plain = {"data": b"x=1", "content_type": "text/plain"}
    assert at.ask(*login, **plain).code == "request.wrong_content_type"
    assert at.ask(*login, {"x": "1" * 70_000}).code == "request.too_large"
    assert at.ask(*at.calls["unknown"]).code == "route.unknown"
    assert at.ask(*at.calls["wrong method"]).code == "route.method_not_allowed"
    method, path = at.calls["balance"]
    assert at.ask(method, path + "?x=1", session=sign_in(at, at.world.person())).code
    assert not [each for each in caplog.records if each.levelname == "ERROR"]


def test_failure_of_the_server_is_told_in_the_dialect(at, person, monkeypatch) -> None:
    session = sign_in(at, person)
    monkeypatch.setattr("simulator.services.accounts.verified_person_of", lambda *_: 1 / 0)
    refusal = at.balance(session)
    assert (refusal.code, refusal.message) == ("server.error", "系统繁忙，请稍后再试！")


def test_messages_are_the_insurers_or_observed_ones(at, person) -> None:
    observed = {
        "modern": "您输入的密码不正确！",
        "portal": "用户名或者密码不正确",
        "legacy": "社会保障号或密码错误",
    }
    refusal = fail_to_sign_in(at, person)
    assert refusal.message == observed[at.name]
    expired = at.balance(type(sign_in(at, person))("0" * 42, "0" * 42, []))
    assert expired.message == error_type("session.invalid").zh
