"""What an application reads and sets for a person who let it in, on both platforms alike."""

from decimal import Decimal
from itertools import pairwise

import pytest

INSURANCE = {"alipay": "nhsamp", "wechat": "snsapi_userinfo"}
IDENTITY = {"alipay": "auth_base", "wechat": "snsapi_base"}
AT_ONCE = {"replication": {"lag_s": 0, "jitter_s": 0, "batch_every_s": 0}}
LONG_LIVED = {"authorisation": {"access_lifetime_s": 1_000_000}}
READING = ["/balance", "/transactions", "/insurance", "/charts/balance", "/family", "/alerts"]


def post(world, person, value, type_code="110"):
    path = f"/people/{person['id_number']}/ledger"
    return world.control("POST", path, {"type": type_code, "amount": value}).data["entry"]


def account(access):
    return Decimal(access.data("/balance")["personal_account"]["amount"])


def truth(world, person):
    """What the ledger itself says, entries newest first and the balance."""
    return world.control("GET", f"/people/{person['id_number']}/ledger").data


def explained(world, person, platform):
    path = f"/explain/balance?person={person['id_number']}"
    return world.control("GET", path).data["platforms"][platform]


def test_balance_and_history_are_the_ledgers_once_everything_has_arrived(
    world, person, let_in
) -> None:
    world.set_policy(LONG_LIVED)
    access = let_in(person)
    post(world, person, "88.50")
    world.advance(hours=4)
    found, shown = truth(world, person), access.data("/transactions?page_size=100")
    assert shown["total"] == len(found["items"])
    for here, there in zip(shown["items"], found["items"], strict=True):
        for name in ("id", "type", "amount", "balance_after", "at"):
            assert here[name] == there[name]
    assert access.data("/balance")["personal_account"]["amount"] == found["balance"]


def test_each_platform_shows_what_has_reached_it(world, person, access) -> None:
    before = account(access)
    assert str(before) == explained(world, person, access.platform)["amount"]
    post(world, person, "88.50")
    assert account(access) == before
    late = explained(world, person, access.platform)
    assert [each["amount"] for each in late["missing"]] == ["88.50"]
    world.set_policy(AT_ONCE)
    assert account(access) == before + Decimal("88.50")


def test_the_two_platforms_lag_differently(world, person) -> None:
    post(world, person, "1.00")
    views = {name: explained(world, person, name) for name in ("national", "alipay", "wechat")}
    assert len({view["as_of"] for view in views.values()}) == 3
    arrivals = {view["missing"][0]["arrives_at"] for view in views.values()}
    assert len(arrivals) == 3


def test_answers_are_the_national_platforms_in_form(world, person, access) -> None:
    world.set_account(person, registered=True, real_name="verified", password="Lookup-2026")
    token = world.sign_in(person, "Lookup-2026")
    for path in ("/balance", "/transactions", "/insurance"):
        there, here = world.ask("GET", path, token=token), access.ask("GET", path)
        assert set(here.json) == set(there.json) == {"code", "type", "message", "data"}
        assert set(here.data) == set(there.data)
    newest = there.data["items"][0]
    assert access.data("/insurance")["items"][0].keys() == newest.keys()


def test_history_is_filtered_and_paged(access) -> None:
    every = access.data("/transactions?page_size=100")
    transfers = access.data("/transactions?page_size=100&type=101")
    assert {each["type"] for each in transfers["items"]} == {"101"}
    assert 0 < transfers["total"] < every["total"]
    second = access.data("/transactions?page_size=5&page=2")
    assert second["items"] == every["items"][5:10]


def test_anomalies_of_the_balance_show_here_too(world, let_in) -> None:
    anomalies = {"balance_as_number": True, "zero_for_no_account": True}
    world.set_policy({"anomalies": anomalies})
    employee, resident = (world.people(insutype=kind, count=1)[0] for kind in ("310", "390"))
    amount = let_in(employee).data("/balance")["personal_account"]["amount"]
    assert isinstance(amount, float)
    assert let_in(resident).data("/balance")["personal_account"]["amount"] == 0
    world.set_policy({"anomalies": dict.fromkeys(anomalies)})
    assert let_in(resident).data("/balance")["personal_account"] is None


def test_chart_adds_up_to_the_balance_and_the_history(world, person, access) -> None:
    world.set_policy(AT_ONCE)
    post(world, person, "20.05", "205")
    chart = access.data("/charts/balance?months=24")
    months = chart["items"]
    assert (len(months), chart["total"], months[-1]["month"]) == (24, 24, "2026-06")
    assert months[-1]["closing_balance"] == truth(world, person)["balance"]
    assert months[-1]["spending"] == "20.05"
    for before, month in pairwise(months):
        parts = {name: Decimal(value) for name, value in month.items() if name != "month"}
        opening = Decimal(before["closing_balance"])
        moved = parts["income"] - parts["spending"] + parts["carried_over"]
        assert opening + moved == parts["closing_balance"]
    may = access.data("/transactions?from=2026-05-01&to=2026-05-31&page_size=100")["items"]
    income = sum(Decimal(each["amount"]) for each in may if Decimal(each["amount"]) > 0)
    assert Decimal(months[-2]["income"]) == income
    assert chart["as_of"] == access.data("/balance")["as_of"]


def test_chart_of_somebody_without_an_account_has_no_balance(world, let_in) -> None:
    access = let_in(world.people(insutype="390", count=1)[0])
    chart = access.data("/charts/balance")
    assert (chart["has_personal_account"], len(chart["items"])) == (False, 12)
    assert {each["closing_balance"] for each in chart["items"]} == {None}


@pytest.mark.parametrize("months", ["0", "37", "x", "1.5"])
def test_span_of_months_is_checked(access, months) -> None:
    for path in ("/charts/balance", "/charts/balance.svg"):
        refused = access.ask("GET", f"{path}?months={months}")
        assert refused.code == "request.invalid"
        assert "36" in refused.details["fields"]["months"][0]


def test_chart_is_drawn_with_the_same_figures(access) -> None:
    answer = access.ask("GET", "/charts/balance.svg?months=3")
    assert answer.headers["Content-Type"] == "image/svg+xml"
    assert answer.headers["Cache-Control"] == "no-store"
    picture = answer.response.get_data(as_text=True)
    for month in access.data("/charts/balance?months=3")["items"]:
        figures = (month["month"], month["closing_balance"], month["income"], month["spending"])
        assert " | ".join(figures) in picture


# --- family


@pytest.fixture
def couple(world):
    """Somebody and their spouse."""
    one = next(each for each in world.people() if each["family"])
    tie = one["family"][0]
    return one, world.control("GET", f"/people/{tie['id_number']}").data


def test_family_is_listed_with_masked_names(couple, let_in) -> None:
    one, relative = couple
    family = let_in(one).data("/family")
    assert family["total"] == len(one["family"])
    first = family["items"][0]
    assert (first["member"], first["shares_balance"]) == ("1", False)
    assert first["relation"] == one["family"][0]["relation"]
    assert first["name"] != relative["name"]
    assert first["name"][0] == relative["name"][0]


def test_balance_of_a_relative_shows_once_they_agree_and_until_they_take_it_back(
    couple, let_in
) -> None:
    one, relative = couple
    access = let_in(one)
    assert access.ask("GET", "/family/1/balance").code == "family.consent_required"
    own = let_in(relative, "mutual_aid", INSURANCE[access.platform])
    assert access.data("/family")["items"][0]["shares_balance"] is True
    assert access.data("/family/1/balance") == own.data("/balance")
    assert own.ask("DELETE", "/authorisation").status == 204
    assert access.ask("GET", "/family/1/balance").code == "family.consent_required"


def test_letting_an_application_see_ones_own_balance_is_not_letting_relatives_see_it(
    couple, let_in
) -> None:
    one, relative = couple
    access = let_in(one)
    let_in(relative, INSURANCE[access.platform])
    assert access.ask("GET", "/family/1/balance").code == "family.consent_required"


def test_consent_given_to_another_application_does_not_count(world, couple, let_in) -> None:
    one, relative = couple
    access = let_in(one)
    other = {"platform": access.platform, "name": "另一个查询"}
    assert world.control("POST", "/applications", other).status == 201
    let_in(relative, app=-1)
    assert access.ask("GET", "/family/1/balance").code == "family.consent_required"


def test_only_relatives_have_numbers(couple, let_in) -> None:
    one, _ = couple
    access = let_in(one)
    for number in ("0", "01", "99", "x", "%EF%BC%91"):
        assert access.ask("GET", f"/family/{number}/balance").code == "family.unknown"


# --- alerts


def test_alert_fires_when_the_payment_reaches_the_platform(world, person, let_in) -> None:
    world.set_policy(LONG_LIVED)
    access = let_in(person)
    balance = account(access)
    answer = access.ask("PUT", "/alerts/balance", {"threshold": str(balance)}).data
    assert (answer["threshold"], answer["state"]) == (str(balance), "armed")
    assert answer["webhook_url"] is None
    post(world, person, "5.00", "205")
    assert access.data("/alerts")["items"] == []
    arrival = explained(world, person, access.platform)["missing"][0]["arrives_at"]
    world.control("PATCH", "/clock", {"freeze": arrival})
    shown = access.data("/alerts")
    [fired] = shown["items"]
    assert (shown["total"], shown["alert"]["state"]) == (1, "low")
    assert (fired["balance"], fired["fired_at"]) == (str(balance - 5), arrival)
    delivered = {"channel": "inbox", "state": "delivered", "attempts": 1}
    assert delivered in fired["deliveries"]
    [message] = world.control("GET", f"/inbox?to={person['phone']}").data["items"]
    assert str(balance - 5) in message["text"]


def test_alert_of_one_application_is_not_anothers(world, person, access, let_in) -> None:
    other_name = {"platform": access.platform, "name": "另一个查询"}
    assert world.control("POST", "/applications", other_name).status == 201
    other = let_in(person, app=-1)
    assert access.ask("PUT", "/alerts/balance", {"threshold": "1.00"}).status == 200
    assert other.data("/alerts") == {"alert": None, "items": [], "total": 0}
    assert other.ask("DELETE", "/alerts/balance").code == "alert.none"


def test_alert_is_removed(access) -> None:
    access.ask("PUT", "/alerts/balance", {"threshold": 12.5})
    assert access.data("/alerts")["alert"]["threshold"] == "12.50"
    assert access.ask("DELETE", "/alerts/balance").status == 204
    assert access.data("/alerts")["alert"] is None
    assert access.ask("DELETE", "/alerts/balance").code == "alert.none"


@pytest.mark.parametrize("threshold", ["0", "-1", "1.234", "", None, True, "x"])
def test_threshold_is_an_amount_above_nothing(access, threshold) -> None:
    refused = access.ask("PUT", "/alerts/balance", {"threshold": threshold})
    assert refused.code == "request.invalid"
    assert "threshold" in refused.details["fields"]


def test_webhook_goes_nowhere_but_to_this_machine(access) -> None:
    body = {"threshold": "1.00", "webhook_url": "http://192.0.2.1/hook"}
    refused = access.ask("PUT", "/alerts/balance", body)
    assert refused.code == "alert.target_refused"
    assert "192.0.2.1" in refused.details["problem"]
    body["webhook_url"] = "http://127.0.0.1:9/hook"
    answer = access.ask("PUT", "/alerts/balance", body).data
    assert answer["webhook_url"] == body["webhook_url"]
    assert answer["webhook_secret"].startswith("whsec_")


def test_nobody_without_an_account_has_an_alert(world, let_in) -> None:
    access = let_in(world.people(insutype="390", count=1)[0])
    refused = access.ask("PUT", "/alerts/balance", {"threshold": "1.00"})
    assert refused.code == "alert.no_personal_account"


# --- tokens and scopes


@pytest.mark.parametrize("path", READING)
def test_consent_to_ones_identity_alone_opens_no_insurance(person, let_in, path) -> None:
    access = let_in(person, "mutual_aid")
    refused = access.ask("GET", path)
    assert (refused.status, refused.code) == (403, "authorisation.scope_not_granted")
    assert refused.details == {"scopes": ["mutual_aid"]}
    assert let_in(person, IDENTITY[access.platform]).ask("GET", path).status == 403


def test_withdrawing_needs_no_scope_and_ends_tokens_alert_and_all(world, person, let_in) -> None:
    access = let_in(person)
    access.ask("PUT", "/alerts/balance", {"threshold": "1.00"})
    assert access.ask("DELETE", "/authorisation").status == 204
    for method, path in (("GET", "/balance"), ("DELETE", "/authorisation")):
        assert access.ask(method, path).code == "authorisation.revoked"
    assert world.control("GET", "/alerts").data["watches"] == []
    identity = let_in(person, IDENTITY[access.platform])
    assert identity.ask("DELETE", "/authorisation").status == 204


def test_token_opens_one_platform_of_one_world(world, make_world, access, let_in) -> None:
    other = {"alipay": "wechat", "wechat": "alipay"}[access.platform]
    elsewhere = make_world()
    for name, where in ((world.name, other), (elsewhere.name, access.platform)):
        answer = world.client.get(
            f"/w/{name}/{where}/yibao/v1/balance",
            headers={"Authorization": f"Bearer {access.token}"},
        )
        assert answer.get_json()["code"] == "authorisation.token_unknown"
    national = world.ask("GET", "/balance", token=access.token)
    assert national.code == "session.invalid"
    refresh = access.ask("GET", "/balance", token=access.granted.refresh)
    assert refresh.code == "authorisation.token_unknown"


def test_session_of_the_national_platform_opens_nothing_here(world, person, access) -> None:
    world.set_account(person, registered=True, real_name="verified", password="Lookup-2026")
    token = world.sign_in(person, "Lookup-2026")
    assert access.ask("GET", "/balance", token=token).code == "authorisation.token_unknown"


def test_application_that_is_suspended_or_revoked_reads_nothing_more(world, person, access) -> None:
    path = f"/applications/{access.platform}/{access.app_id}"
    codes = []
    for state in ("suspended", "active", "revoked"):
        assert world.control("PATCH", path, {"state": state}).status == 200
        codes.append(access.ask("GET", "/balance").code)
    suspended, revoked = "authorisation.application_suspended", "authorisation.revoked"
    assert codes == [suspended, None, revoked]


def test_journal_says_whom_a_call_was_about_and_keeps_no_token(world, person, access) -> None:
    link = access.ask("POST", "/charts/links").data["url"]
    world.client.get(link)
    world.client.get(link[:-1] + "x")
    entries = world.control("GET", f"/journal?platform={access.platform}").data["items"]
    text = str(entries)
    assert access.token not in text
    assert link.partition("page_token=")[2][:20] not in text
    [asked] = [each for each in entries if each["operation"] == "make_chart_link"]
    assert asked["subject"].endswith(person["phone"][-4:])
