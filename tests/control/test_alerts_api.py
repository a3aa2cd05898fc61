"""Low-balance alerts through the control API."""

import pytest

APP = "2021999900000001"
HOOK = "http://127.0.0.1:9/hook"


@pytest.fixture
def watched(world):
    """A person with an alert at the present balance on Alipay, and a call that books a payment."""
    world.set_policy({"replication": {"lag_s": 0, "jitter_s": 0}})
    person = world.person()
    ledger = f"/people/{person['id_number']}/ledger"
    person["balance"] = world.control("GET", ledger).data["balance"]
    return person


def put(world, who, **rest):
    body = {"person": who["id_number"], "platform": "alipay", "app_id": APP}
    return world.control("PUT", "/alerts", body | {"threshold": who["balance"]} | rest)


def pay(world, person, amount="1.00"):
    path = f"/people/{person['id_number']}/ledger"
    _ = world.control("POST", path, {"type": "205", "amount": amount}).data


def fired(world, query=""):
    return world.control("GET", "/alerts" + query).data["items"]


def test_alert_is_shown_as_it_was_set(world, watched) -> None:
    shown = put(world, watched, webhook_url=HOOK, open_id="2088").data
    [watch] = world.control("GET", "/alerts").data["watches"]
    assert shown == watch
    assert watch["webhook_secret"].startswith("whsec_")
    assert {
        name: watch[name] for name in ("person", "platform", "app_id", "open_id", "state", "fired")
    } == {
        "person": watched["id_number"],
        "platform": "alipay",
        "app_id": APP,
        "open_id": "2088",
        "state": "armed",
        "fired": 0,
    }
    assert watch["threshold"] == watch["balance"] == watched["balance"]


def test_payment_fires_and_shows_its_deliveries(world, watched) -> None:
    put(world, watched, webhook_url=HOOK)
    pay(world, watched)
    answer = world.control("GET", "/alerts").data
    assert (answer["total"], answer["settled"]) == (1, True)
    [alert] = answer["items"]
    assert float(alert["balance"]) == pytest.approx(float(watched["balance"]) - 1)
    text, webhook = alert["deliveries"]
    assert (text["channel"], text["state"], text["due_at"]) == ("inbox", "delivered", None)
    assert text["target"] == watched["phone"]
    assert text["attempts"] == [
        {"at": alert["fired_at"], "outcome": "delivered", "status": None, "error": None}
    ]
    assert (webhook["channel"], webhook["target"], webhook["state"]) == ("webhook", HOOK, "waiting")
    assert webhook["due_at"] == alert["fired_at"]
    [notice] = world.control("GET", f"/inbox?to={watched['phone']}&kind=notice").data["items"]
    assert alert["balance"] in notice["text"]


def test_moving_the_clock_settles_what_has_arrived(world, watched) -> None:
    world.set_policy({"replication": {"lag_s": 7200, "jitter_s": 0}})
    put(world, watched)
    pay(world, watched)
    assert fired(world) == []
    world.advance(hours=5)
    [notice] = world.control("GET", "/inbox?kind=notice").data["items"]
    assert notice["at"] == "2026-06-15T12:00:00+08:00"


def test_change_of_policy_counts_from_its_instant(world, watched) -> None:
    world.set_policy({"replication": {"lag_s": 7200, "jitter_s": 0}})
    put(world, watched)
    pay(world, watched)
    world.advance(minutes=30)
    world.set_policy({"replication": {"lag_s": 0, "jitter_s": 0}})
    [alert] = fired(world)
    assert alert["fired_at"] == "2026-06-15T10:30:00+08:00"


def test_two_payments_at_one_instant_are_two_looks(world, watched) -> None:
    put(world, watched)
    path = f"/people/{watched['id_number']}/ledger"
    for _ in range(2):
        pay(world, watched)
        _ = world.control("POST", path, {"type": "110", "amount": "1.00"}).data
    assert len(fired(world)) == 2


def test_choice_of_an_anomaly_is_settled(world, watched) -> None:
    """The account is emptied over the turn of the year."""
    world.control("PATCH", "/clock", {"freeze": "2026-12-31T23:59:59.500+08:00"})
    history = f"/people/{watched['id_number']}/ledger"
    watched["balance"] = world.control("GET", history).data["balance"]
    put(world, watched)
    anomalies = f"/people/{watched['id_number']}/anomalies"
    since = {"since": "2026-01-01"}
    _ = world.control("PUT", anomalies, {"year_end_gap": since}).data
    assert [alert["balance"] for alert in fired(world)] == ["0.00"]


def test_list_is_newest_first_and_can_be_narrowed(world, watched) -> None:
    other = world.person(skip=1)
    other["balance"] = watched["balance"]
    put(world, watched)
    put(world, watched, platform="wechat")
    put(world, other, threshold="0.01")
    pay(world, watched)
    world.advance(minutes=1)
    path = f"/people/{watched['id_number']}/ledger"
    _ = world.control("POST", path, {"type": "110", "amount": "1.00"}).data
    world.advance(hours=2)
    pay(world, watched)
    world.advance(hours=2)
    instants = [alert["fired_at"] for alert in fired(world)]
    assert instants == sorted(instants, reverse=True)
    assert len(instants) == 4
    assert {alert["platform"] for alert in fired(world, "?platform=wechat")} == {"wechat"}
    assert fired(world, f"?person={other['id_number']}") == []
    assert len(fired(world, "?limit=1")) == 1
    watches = world.control("GET", f"/alerts?person={other['id_number']}").data["watches"]
    assert [watch["person"] for watch in watches] == [other["id_number"]]


def test_alert_can_be_removed(world, watched) -> None:
    put(world, watched)
    query = f"/alerts?person={watched['id_number']}&platform=alipay&app_id={APP}"
    assert world.control("DELETE", query).status == 204
    pay(world, watched)
    assert fired(world) == []
    assert world.control("DELETE", query).code == "alert.none"


def test_redelivery_waits_anew_or_is_made_at_once(world, watched) -> None:
    put(world, watched, webhook_url=HOOK)
    pay(world, watched)
    [alert] = fired(world)
    path = f"/alerts/{alert['id']}/redeliver"
    again = world.control("POST", path + "?channel=inbox").data
    assert [each["outcome"] for each in again["deliveries"][0]["attempts"]] == ["delivered"] * 2
    assert len(world.control("GET", "/inbox?kind=notice").data["items"]) == 2
    assert world.control("POST", path).data["deliveries"][1]["state"] == "waiting"
    assert world.control("POST", path + "?channel=pigeon").code == "alert.unknown"
    assert world.control("POST", "/alerts/AL-1/redeliver").code == "alert.unknown"


@pytest.mark.parametrize(
    ("rest", "code"),
    [
        ({"threshold": "0"}, "request.invalid"),
        ({"threshold": "1.001"}, "request.invalid"),
        ({"platform": "national"}, "request.invalid"),
        ({"person": "1"}, "request.invalid"),
        ({"webhook_url": "http://10.0.0.1/"}, "alert.target_refused"),
        ({"webhook_url": "x"}, "alert.target_refused"),
        ({"webhook_url": 5}, "request.invalid"),
    ],
)
def test_what_cannot_be_set_is_refused(world, watched, rest, code) -> None:
    assert put(world, watched, **rest).code == code
    assert world.control("GET", "/alerts").data["watches"] == []


def test_reset_world_has_no_alerts(world, watched) -> None:
    put(world, watched)
    pay(world, watched)
    _ = world.control("POST", "/reset").data
    assert world.control("GET", "/alerts").data == {
        "items": [],
        "total": 0,
        "watches": [],
        "settled": True,
    }
