"""The tree of refusals: every one worded, and every one met in a tour over HTTP."""

import hmac
import json
import re

import pytest

from simulator.app import create_app
from simulator.domain import china_time
from simulator.errors import SimulatorError, error_type, error_types
from simulator.services import application_keys, applications, authorisation, consent
from simulator.services.visit import Visit
from simulator.settings import Settings

PASSWORD = "Lookup-2026"
KINDS = list(error_types())
OWN_CODES = [kind for kind in KINDS if "code" in kind.__dict__]


@pytest.mark.parametrize("kind", KINDS)
def test_every_refusal_is_worded_in_both_languages(kind) -> None:
    assert any("\u4e00" <= each <= "\u9fff" for each in kind.zh)
    assert kind.en.isascii() or "…" in kind.en
    assert kind.en.endswith(".")
    assert 400 <= kind.status < 600
    assert kind.__name__.endswith("Error")


def test_codes_are_stable_words_each_owned_by_one_class() -> None:
    codes = [kind.code for kind in OWN_CODES]
    assert len(codes) == len(set(codes))
    for kind in OWN_CODES:
        section, dot, name = kind.code.partition(".")
        assert (dot, section.islower(), name.islower()) == (".", True, True)
        assert error_type(kind.code) is kind
    assert error_type("nothing.known") is None


def test_refusal_carries_what_it_was_given() -> None:
    error = SimulatorError(details={"a": 1}, reason={"b": 2}, retry_after_s=3, zh="忙", en="Busy.")
    assert (error.details, error.reason, error.retry_after_s) == ({"a": 1}, {"b": 2}, 3)
    assert (error.message_zh, error.message_en) == ("忙", "Busy.")
    assert str(error) == "server.error: Busy."


def real_name_tour(make_world):
    """Every refusal of uploads and of samples, each caused by what is in the bytes."""
    world, elsewhere = make_world(), make_world(seed=2)
    world.set_policy({"real_name.tries_per_day": 30})
    person, other = (world.person(registered=False, skip=skip) for skip in (0, 1))
    front, back, face = (world.picture(person, what) for what in ("front", "back", "face"))
    token = world.register(person)

    def card(given_front=front, given_back=back):
        return world.upload_card(token, given_front, given_back).code

    def is_known(who):
        return world.control("GET", f"/people/{who['id_number']}").status == 200

    def look(photo=face):
        return world.upload_face(token, photo).code

    def present(body, path="/verify", kind="iris"):
        method = "POST" if path else "PUT"
        return world.ask(method, f"/account/biometrics/{kind}{path}", body, token=token).code

    yield card(b"text")
    yield card(b"GIF89a")
    yield card(front + bytes(10_000_000))
    yield card(world.picture(person, "front", blur=5))
    yield card(world.picture(person, "front", darkness=0.2))
    yield card(world.picture(person, "front", glare=0.3))
    yield card(back)
    yield card(front, world.picture(person, "back", expired=True))
    yield card(world.picture(other, "front"))
    yield card(world.picture(world.person(), "front"))
    strangers = elsewhere.people(count=60)
    for is_in_register in (False, True):
        stranger = next(each for each in strangers if is_known(each) is is_in_register)
        yield card(elsewhere.picture(stranger, "front"))
    everybody = {"deceased_per_mille": 1000, "deceased_from_age": 0}
    world.set_policy({"real_name": everybody})
    yield card()
    world.set_policy({"real_name": dict.fromkeys(everybody)})
    yield look()
    yield present({"sample": "AAAA"}, "")
    assert card() is None
    yield look(back)
    yield look(world.picture(person, "face", darkness=0.2))
    yield look(world.picture(person, "face", brightness=3))
    yield look(world.picture(person, "face", other=True))
    world.set_policy({"liveness.challenge": "mouth_open"})
    yield look()
    assert look(world.picture(person, "face", mouth_open=True)) is None
    yield look()
    world.set_policy({"real_name.tries_per_day": 1})
    yield card()

    yield present({"sample": "AAAA"}, "")
    yield present({"sample": world.sample(person, "fingerprint")}, "")
    yield present({"sample": world.sample(person, "iris", noise=1)}, "")
    yield present({"sample": "AAAA"}, kind="voice")
    yield present({"sample": world.sample(person, "iris")})
    assert present({"sample": world.sample(person, "iris")}, "") is None
    yield present({"sensor_timeout": True})
    for _ in range(5):
        assert present({"sample": world.sample(other, "iris")}) is None
    yield present({"sample": world.sample(person, "iris")})


def local_tour(world):
    """The refusals of local platforms alone."""
    region, elsewhere = "330100", "110100"
    found = world.control("GET", f"/people?region={region}&insutype=310&limit=60").data["items"]
    newcomers = [each for each in found if not each["registered"]["local"]]
    person, other = newcomers[:2]
    here, there = world.local(region), world.local(elsewhere)
    world.set_policy({"sms": {"resend_after_s": 0, "daily_limit": 100}})

    def register(where, card=None):
        code = where.code(person["phone"], "register")
        body = {"phone": person["phone"], "sms_code": code, "password": PASSWORD}
        if card is not None:
            body["card_number"] = card
        return where.ask("POST", "/accounts", body)

    def decode(token):
        return here.ask("POST", "/e-credentials/decode", {"token": token}).code

    yield world.local("990000").ask("GET", "/account").code
    yield register(there).code
    # About half of all card numbers are nobody's.
    yield from {register(here, f"{letter}00000000").code for letter in "ABCDEFGHIJ"}
    yield register(here, other["card_number"]).code
    world.set_policy({"registration.card_number": "required"})
    yield register(here).code
    assert register(here, person["card_number"]).status == 201
    yield here.ask("GET", "/hospitals/x").code
    yield decode("0" * 28)
    here.set_account(person, real_name="verified")
    token = here.sign_in(person, PASSWORD)
    shown = here.ask("GET", "/e-credential", token=token).data["token"]
    assert decode(shown) is None
    yield decode(shown)
    shown = here.ask("GET", "/e-credential", token=token).data["token"]
    world.advance(minutes=2)
    yield decode(shown)
    yield from captcha_tour(world)


def captcha_tour(world):
    """The refusals of captchas, which portals ask for."""
    portal = f"/w/{world.name}/local/320100/portal/user"

    def new():
        return world.client.get(f"{portal}/captcha").get_json()["data"]["uuid"]

    def log_in(captcha, answer=None):
        if answer is None:
            answer = world.control("GET", f"/captchas/{captcha}").data["answer"]
        body = {"username": "13800138000", "password": "0" * 64, "uuid": captcha, "code": answer}
        return world.client.post(f"{portal}/login", json=body).get_json()["type"]

    captcha = new()
    assert log_in(captcha) == "account.unknown"
    yield log_in(captcha)
    yield log_in(new(), "????")
    captcha = new()
    world.advance(minutes=5)
    yield log_in(captcha)


def consent_tour(world):
    """The refusals of the pages on which people let applications in, and of the registry."""
    person = world.person()
    listed = world.control("GET", "/applications?platform=wechat").data["items"]
    by_state = {each["state"]: each["app_id"] for each in listed}
    path = f"/applications/wechat/{by_state['active']}"

    def consent(app_id=by_state["active"], **given):
        query = {"appid": app_id, "scope": "snsapi_base", "redirect_uri": "http://localhost/back"}
        form = {name: given.pop(name) for name in list(given) if name not in query}
        url = f"/w/{world.name}/wechat/connect/oauth2/authorize"
        answer = world.client.post(url, query_string=query | given, data=form)
        request_id = answer.headers["X-Request-Id"]
        shown = world.control("GET", f"/explain/request/{request_id}").data
        return shown["request"]["code"]

    yield world.control("GET", "/applications/moon/x").code
    yield world.control(
        "PATCH", path.replace(by_state["active"], by_state["revoked"]), {"state": "active"}
    ).code
    body = {"platform": "wechat", "name": "医保查询示例"}
    namesake = world.control("POST", "/applications", body).data
    yield world.control("POST", "/applications", body | {"app_id": namesake["app_id"]}).code
    yield world.control("DELETE", f"/people/{person['id_number']}/authorisations/x").code
    for state in ("unregistered", "suspended", "revoked"):
        yield consent(by_state[state])
    yield consent(namesake["app_id"])
    yield consent(redirect_uri="https://evil.example/")
    yield consent(scope="anything")
    yield consent(decision="refuse")
    card = {"card_number": person["card_number"], "card_password": "x"}
    yield consent(**card)
    world.control("PATCH", f"/people/{person['id_number']}/card", {"locked": True})
    yield consent(**card)
    yield consent(card_number="x", card_password="x")
    world.set_account(person, second_factor="sms")
    yield consent(phone=person["phone"], password=person["default_password"])


def data_tour(world):
    """The refusals of what third parties ask for people who let them in."""
    [person] = [each for each in world.people(count=20) if each["family"]][:1]
    found = world.client.application.worlds.find(world.name)
    who = found.people.by_id_number(person["id_number"])
    application = applications.applications(found, "wechat")[0]
    data = world.at("wechat/yibao/v1")

    def let_in(scope="snsapi_userinfo"):
        visit = Visit(found, "wechat", found.now_ms())
        uri = application.redirect_uris[0]
        code = consent.accept(visit, consent.Request(application, uri, (scope,)), who)
        return authorisation.exchange(visit, application, code).access

    def page(path):
        text = world.client.get(path).get_data(as_text=True)
        return re.search('name="yibao-code" content="([^"]*)"', text)[1]

    def state(name):
        path = f"/applications/wechat/{application.app_id}"
        assert world.control("PATCH", path, {"state": name}).status == 200

    yield data.ask("GET", "/balance").code
    yield data.ask("GET", "/balance", token="x").code
    yield data.ask("GET", "/balance", token=let_in("snsapi_base")).code
    token = let_in()
    yield data.ask("GET", "/family/99/balance", token=token).code
    yield data.ask("GET", "/family/1/balance", token=token).code
    yield data.ask("DELETE", "/alerts/balance", token=token).code
    link = data.ask("POST", "/charts/links", token=token).data["url"]
    yield page(link + "0")
    world.advance(minutes=6)
    yield page(link)
    state("suspended")
    yield data.ask("GET", "/balance", token=token).code
    state("active")
    world.advance(hours=2)
    yield data.ask("GET", "/balance", token=token).code
    token = let_in()
    let_in()
    yield data.ask("GET", "/balance", token=token).code


def gateway_tour(world):
    """The refusals of Alipay's gateway and of its methods."""
    found = world.client.application.worlds.find(world.name)
    application = applications.applications(found, "alipay")[0]
    pair = application_keys.derived_pair(found, application)
    person = world.person()
    modest = {"platform": "alipay", "name": "只要标识", "scopes": ["auth_base"]}
    modest = world.control("POST", "/applications", modest).data["app_id"]

    def ask(method, biz=None, key=pair, **given):
        values = {"method": method, "app_id": application.app_id, "sign_type": "RSA2"}
        values |= {"timestamp": "2026-06-15 10:00:00", "version": "1.0"}
        values |= {"biz_content": json.dumps(biz)} | given
        content = "&".join(f"{name}={value}" for name, value in sorted(values.items()) if value)
        values["sign"] = application_keys.sign(key, content.encode())
        answer = world.client.post(f"/w/{world.name}/alipay/gateway.do", data=values)
        return answer.headers.get("X-Yibao-Code"), answer.get_json()

    def certify(order, name):
        identity = {"identity_type": "CERT_INFO", "cert_type": "IDENTITY_CARD"}
        identity |= {"cert_name": name, "cert_no": person["id_number"]}
        biz = {"outer_order_no": order, "biz_code": "FACE", "identity_param": identity}
        return ask("alipay.user.certify.open.initialize", biz)

    card, query = "alipay.commerce.medical.card.query", "alipay.user.certify.open.query"
    yield ask("")[0]
    yield ask(card, version="2.0")[0]
    yield ask(card, sign_type="RSA")[0]
    yield ask(card, key=application_keys.platform_pair(found))[0]
    yield ask("alipay.nothing")[0]
    other = application_keys.derived_pair(found, applications.application(found, "alipay", modest))
    yield ask(card, key=other, app_id=modest)[0]
    begun = certify("1", "某某")[1]["alipay_user_certify_open_initialize_response"]
    yield certify("1", "某人")[0]
    yield ask(query, {"certify_id": "x"})[0]
    world.advance(days=2)
    yield ask(query, {"certify_id": begun["certify_id"]})[0]
    world.set_policy({"gateway": {"timestamp_tolerance_s": 0}})
    yield ask(card)[0]
    world.set_policy({"gateway": {"timestamp_tolerance_s": None, "rate_per_second": 1}})
    ask(card)
    yield ask(card)[0]


def wechat_tour(world):
    """The refusals of WeChat's calls, which say numbers: the journal knows the codes."""
    application = world.control("GET", "/applications?platform=wechat").data["items"][0]
    person = world.person()
    app = {"appid": application["app_id"]}
    known = app | {"secret": application["secret"]}

    def ask(method, path, query=None, body=None, **rest):
        url = f"/w/{world.name}/wechat{path}"
        return world.client.open(url, method=method, query_string=query, json=body, **rest)

    def code(*arguments, **rest):
        ask(*arguments, **rest)
        return world.control("GET", "/journal?limit=1").data["items"][-1]["code"]

    def consent(challenge=None):
        query = app | {"redirect_uri": "http://localhost/", "scope": "snsapi_userinfo"}
        query |= {"code_challenge": challenge} if challenge else {}
        form = {name: person[name] for name in ("card_number", "card_password")}
        url = f"/w/{world.name}/wechat/connect/oauth2/authorize"
        answer = world.client.post(url, query_string=query, data=form)
        return answer.headers["location"].partition("code=")[2]

    def exchange(given, **changed):
        query = known | {"code": given, "grant_type": "authorization_code"} | changed
        return "GET", "/sns/oauth2/access_token", query

    def refresh(token):
        query = app | {"refresh_token": token, "grant_type": "refresh_token"}
        return "GET", "/sns/oauth2/refresh_token", query

    yield code(*exchange("x"))
    yield code(*exchange("x", secret="x"))
    yield code(*exchange(consent("c" * 43)))
    late = consent()
    world.advance(minutes=5)
    yield code(*exchange(late))
    used = consent()
    assert ask(*exchange(used)).get_json()["openid"]
    yield code(*exchange(used))
    granted = ask(*exchange(consent())).get_json()
    open_id = {"openid": granted["openid"]}
    yield code("GET", "/sns/auth", {"access_token": "x"} | open_id)
    yield code("GET", "/sns/auth", {"access_token": granted["access_token"], "openid": "o"})
    yield code(*refresh("x"))
    client = known | {"grant_type": "client_credential"}
    token = {"access_token": ask("GET", "/cgi-bin/token", client).get_json()["access_token"]}
    templates = ask("GET", "/wxaapi/newtmpl/gettemplate", token).get_json()["data"]
    values = {"amount1": "1", "amount2": "2", "time3": "10:00", "thing4": "好"}
    message = {"touser": granted["openid"], "template_id": templates[0]["priTmplId"]}
    message["data"] = {name: {"value": value} for name, value in values.items()}

    def send(shown=token, **changed):
        return code("POST", "/cgi-bin/message/subscribe/send", shown, message | changed)

    yield send({"access_token": "a" * 40})
    yield send(template_id="x")
    yield send(data={"thing4": {"value": "好"}})
    yield send()
    yield code("POST", "/cityservice/face/identify/getinfo", token, {"verify_result": "x"})
    camera = app | open_id | {"user_id_key": "x"}
    yield code("POST", "/wx/cancelFacialRecognitionVerify", camera)
    yield world.control("GET", "/pay-authorisations/AUTH").code

    def query_user(timestamp, signed_by):
        key, partner = application["partner_secret"].encode(), application["partner_id"]
        signature = hmac.new(key, f"{partner}{signed_by}".encode(), "sha256").hexdigest()
        headers = {"timestamp": timestamp, "signature": signature, "request-id": "1"}
        headers = {f"god-portal-{name}": value for name, value in headers.items()}
        body = {"qrcode": consent(), "openid": granted["openid"]}
        return code("POST", f"/api/mipuserquery/userQuery/{partner}", None, body, headers=headers)

    now = str(china_time.from_iso(world.control("GET", "/clock").data["now"]))
    yield query_user(now, "1")
    yield query_user("1", "1")
    assert query_user(now, now) is None
    yield query_user(now, now)
    for policy in ({"busy_per_mille": 1000}, {"daily_calls": 0}):
        world.set_policy({"open_platform": policy})
        yield send()
        world.set_policy({"open_platform": dict.fromkeys(policy)})
    world.advance(hours=2)
    yield send()
    world.advance(days=30)
    yield code(*refresh(granted["refresh_token"]))
    token |= {"access_token": ask("GET", "/cgi-bin/token", client).get_json()["access_token"]}
    yield send()


def tour(world, client, broken):
    """Every other refusal there is, each by the shortest way to it."""
    person, newcomer = world.person(), world.person(registered=False)
    resident = world.person(insutype="390", skip=1)
    phone, unknown_phone = person["phone"], newcomer["phone"]

    def ask(*arguments, **rest):
        return world.ask(*arguments, **rest).code

    def control(*arguments, **rest):
        return world.control(*arguments, **rest).code

    def code_for(number, purpose):
        world.advance(minutes=1)
        return world.code(number, purpose)

    # requests
    yield ask("POST", "/sessions", {"x": 1})
    yield ask("POST", "/sessions", data=b"{", content_type="application/json")
    yield ask("POST", "/sessions", data=b"{}", content_type="text/plain")
    yield ask("POST", "/sessions", {"phone": "1" * 70_000})
    yield ask("GET", "/nothing")
    yield ask("DELETE", "/balance")
    # worlds and what lies in them
    yield client.get("/w/nope/national/api/v1/balance").get_json()["code"]
    yield client.post("/_control/worlds", json={"name": world.name}).get_json()["code"]
    yield client.delete("/_control/worlds/default").get_json()["code"]
    yield control("PATCH", "/clock", {"freeze": "2024-01-01"})
    yield control("PATCH", "/clock", {"freeze": "2199-01-01"})
    yield control("PATCH", "/policy", {"x": 1})
    yield control("GET", "/people/x")
    yield control("GET", "/people?region=x")
    yield control("GET", "/captchas/x")
    yield control("GET", f"/people/{person['id_number']}/accounts/moon")
    yield control("GET", "/explain/request/never")
    ledger = f"/people/{person['id_number']}/ledger"
    yield control("POST", ledger, {"type": "110", "amount": "999999999999"})
    yield control("POST", ledger, {"type": "110", "amount": "1", "at": "2019-01-01"})
    yield control("POST", f"/people/{resident['id_number']}/ledger", {"type": "110", "amount": "1"})
    yield control("POST", ledger, {"type": "205", "amount": "99999999"})
    alert = {"platform": "alipay", "app_id": "1", "threshold": "1"}
    alert["person"] = resident["id_number"]
    yield control("PUT", "/alerts", alert)
    yield control("PUT", "/alerts", alert | {"webhook_url": "http://10.0.0.1/"})
    yield control("DELETE", f"/alerts?platform=alipay&app_id=1&person={alert['person']}")
    yield control("POST", "/alerts/x/redeliver")
    anomalies = f"/people/{resident['id_number']}/anomalies"
    yield control("PUT", anomalies, {"year_end_gap": True})
    account = f"/people/{newcomer['id_number']}/accounts/national"
    yield control("PATCH", account, {"locked": True})
    away = {"REMOTE_ADDR": "10.0.0.1"}
    yield client.get("/_control/worlds", environ_base=away).get_json()["code"]
    # codes
    code = code_for(unknown_phone, "register")
    yield ask("POST", "/sms-codes", {"phone": unknown_phone, "purpose": "register"})
    account = {"phone": unknown_phone, "sms_code": code, "password": PASSWORD}
    for _ in range(5):
        last = ask("POST", "/accounts", account | {"sms_code": "0" + code})
        yield last
    account["sms_code"] = code_for(unknown_phone, "register")
    world.advance(minutes=6)
    yield ask("POST", "/accounts", account)
    world.set_policy({"sms.daily_limit": 2})
    yield ask("POST", "/sms-codes", {"phone": unknown_phone, "purpose": "register"})
    world.set_policy({"sms.daily_limit": None})
    # accounts and passwords
    account |= {"phone": phone, "sms_code": code_for(phone, "register")}
    yield ask("POST", "/accounts", account | {"password": "x"})
    yield ask("POST", "/accounts", account)
    yield ask("POST", "/sessions", {"phone": unknown_phone, "password": PASSWORD})
    token = world.sign_in(person)
    change = {"old_password": "x", "new_password": PASSWORD}
    yield ask("PUT", "/account/password", change, token=token)
    world.set_policy({"password.forbid_personal": False})
    same = dict.fromkeys(("old_password", "new_password"), person["default_password"])
    yield ask("PUT", "/account/password", same, token=token)
    # sign-in
    world.set_policy({"second_factor.methods": ["none", "sms"]})
    yield ask("PUT", "/account/second-factor", {"method": "iris"}, token=token)
    yield ask("POST", "/sessions", {"phone": phone, "password": "x"})
    world.set_account(person, second_factor="sms")
    asked = world.try_password(person, person["default_password"])
    yield asked.code
    body = {"phone": phone, "password": person["default_password"]}
    body["second_factor"] = {"challenge": asked.details["challenge"], "code": "x"}
    yield ask("POST", "/sessions", body)
    world.advance(minutes=6)
    yield ask("POST", "/sessions", body)
    world.set_account(person, second_factor="none", password_changed_at="2026-01-01")
    del body["second_factor"]
    yield ask("POST", "/sessions", body)
    world.set_account(person, locked=True)
    yield ask("POST", "/sessions", body)
    world.set_account(person, locked=False, password=PASSWORD)
    # sessions
    session = world.open_session(person, PASSWORD)
    yield ask("GET", "/balance")
    yield ask("GET", "/balance", token="x")
    world.advance(hours=3)
    yield ask("GET", "/balance", token=session["access_token"])
    body = {"refresh_token": session["refresh_token"]}
    renewed = world.ask("POST", "/sessions/refresh", body).data
    yield ask("GET", "/support/tickets/x", token=renewed["access_token"])
    yield ask("POST", "/sessions/refresh", body)
    world.set_account(person, real_name="unverified")
    yield ask("GET", "/balance", token=world.sign_in(person, PASSWORD))
    # the server itself
    yield broken.get("/national/api/v1/balance").get_json()["code"]


def test_every_refusal_is_met_over_http(world, make_world, client, monkeypatch) -> None:
    broken = create_app(Settings()).test_client()
    monkeypatch.setattr(broken.application.worlds, "find", lambda _name: 1 / 0)
    tours = (
        tour(world, client, broken),
        real_name_tour(make_world),
        local_tour(make_world()),
        consent_tour(make_world()),
        data_tour(make_world()),
        wechat_tour(make_world()),
        gateway_tour(make_world()),
    )
    met = {code for each in tours for code in each}
    assert met == {kind.code for kind in OWN_CODES}
