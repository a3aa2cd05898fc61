"""Alerts in worlds: set, fired, delivered in the simulator, exactly once whoever looks."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from dataclasses import dataclass, field, replace
from threading import Barrier

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.app import create_app
from simulator.domain import china_time
from simulator.errors import AlertTargetError, AlertWithoutAccountError, NoAlertError
from simulator.services import alert_outbox, alert_records, alerts, inbox, ledgers
from simulator.services.alert_channels import CHANNELS, ChannelRefusedError, Notice
from simulator.services.alert_records import AlertKey
from simulator.services.balance import balance_of
from simulator.services.visit import Visit
from simulator.services.webhook_targets import WebhookTargets
from simulator.store.sqlite import open_store
from simulator.world import WorldStart

START_MS = china_time.from_iso("2026-06-15T10:00:00+08:00")
MINUTE_MS = 60_000
LAST = 301
"""Minutes after which everything has arrived."""
TARGETS = WebhookTargets((), lambda host, _port: [host])
HOOK = "http://127.0.0.1:9/hook"
APP = "2021999900000001"


@dataclass
class Desk:
    """One person of a world of its own, watched by an application on a platform."""

    worlds: object
    name: str
    platform: str = "alipay"
    channels: tuple = CHANNELS
    fired: list = field(default_factory=list)

    def __post_init__(self):
        people = self.world.people
        self.person = next(
            person
            for person in map(people.at, range(7, 10_000, 101))
            if person.membership().employee
            and (ledgers.position_of(self.world, person, START_MS).balance_fen or 0) > 100_000
        )
        self.key = AlertKey(self.person.index, self.platform, APP)

    @property
    def world(self):
        return self.worlds.find(self.name)

    def visit(self):
        return Visit(self.world, self.platform, self.world.now_ms())

    def balance(self):
        return balance_of(self.visit(), self.person).amount_fen

    def set(self, threshold_fen, url=None):
        return alerts.set_alert(
            self.visit(), APP, self.person, threshold_fen, url, subject="oid", targets=TARGETS
        )

    def book(self, amount_fen):
        """Book an income, or an expense when negative."""
        kind = "110" if amount_fen > 0 else "205"
        ledgers.post(self.world, self.person, entry_type=kind, amount_fen=abs(amount_fen))

    def advance(self, minutes):
        self.worlds.change_clock(
            self.name, lambda clock, now_ms: clock.advance(now_ms, minutes * MINUTE_MS)
        )

    def settle(self):
        return alerts.settle(self.world, channels=self.channels)

    def record(self):
        return alert_records.read(self.world, self.key)

    def balances(self):
        return [alert.balance_fen for alert in self.record().alerts]

    def notices(self):
        return [message for _, message in inbox.messages(self.world, kind=inbox.NOTICE)[0]]

    def policy(self, **sections):
        self.worlds.change_policy(self.name, lambda _: sections)


@pytest.fixture
def make_desk(app):
    made = []

    def make(**rest):
        world = app.worlds.make(None, WorldStart(1, frozen_at_ms=START_MS))
        made.append(world.name)
        return Desk(app.worlds, world.name, **rest)

    yield make
    for name in made:
        app.worlds.delete(name)


@pytest.fixture
def desk(make_desk):
    return make_desk()


def test_payment_fires_when_it_has_reached_the_platform(desk):
    before = desk.balance()
    desk.set(before - 5_000)
    desk.book(-10_000)
    desk.advance(minutes=110)
    desk.settle()
    assert desk.balances() == []
    desk.advance(minutes=50)
    desk.settle()
    [alert] = desk.record().alerts
    assert (alert.balance_fen, alert.threshold_fen) == (before - 10_000, before - 5_000)
    lag_ms = alert.fired_ms - START_MS
    assert 120 * MINUTE_MS <= lag_ms <= 150 * MINUTE_MS
    shown = balance_of(Visit(desk.world, desk.platform, alert.fired_ms), desk.person)
    assert (shown.amount_fen, shown.as_of_ms) == (alert.balance_fen, alert.as_of_ms)
    just_before = balance_of(Visit(desk.world, desk.platform, alert.fired_ms - 1), desk.person)
    assert just_before.amount_fen == before


def test_derived_payment_fires_as_time_passes(make_desk):
    desk = make_desk()
    later_ms = START_MS + 5 * 366 * 86_400_000
    history = ledgers.entries_of(desk.world, desk.person, later_ms)
    falls = [entry for entry in history if entry.at_ms > START_MS and entry.amount_fen < -100]
    assert falls, "this person never pays from the account"
    first = falls[0]
    days = (first.at_ms - START_MS) // 86_400_000
    desk.set(100)
    desk.advance(minutes=days * 1440)
    # Just above what is left after the payment, whatever is transferred before it.
    desk.set(first.balance_after_fen + 1)
    assert desk.record().watch.state == "armed"
    desk.advance(minutes=3 * 1440)
    desk.settle()
    assert desk.balances()[0] == first.balance_after_fen
    assert desk.record().alerts[0].as_of_ms >= first.at_ms


def test_one_move_of_the_clock_over_several_falls_fires_each(desk):
    before = desk.balance()
    desk.set(before)
    for _ in range(3):
        desk.book(-10_000)
        desk.advance(minutes=200)
        desk.book(10_000)
        desk.advance(minutes=200)
    assert desk.balances() == []
    desk.settle()
    assert desk.balances() == [before - 10_000] * 3
    instants = [alert.fired_ms for alert in desk.record().alerts]
    assert [at_ms // (400 * MINUTE_MS) for at_ms in (each - START_MS for each in instants)] == [
        0,
        1,
        2,
    ]
    assert desk.record().fired_total == 3
    assert desk.settle()
    assert len(desk.balances()) == 3


def test_long_journey_is_made_in_steps(desk):
    desk.set(1)
    desk.advance(minutes=30 * 366 * 1440)
    first = alerts.look(desk.world, desk.key)
    assert not first.caught_up
    assert desk.settle()
    assert desk.record().watch.checked_ms == desk.world.now_ms()


def test_settling_stops_where_it_would_take_too_long(desk, monkeypatch):
    desk.set(1)
    desk.advance(minutes=30 * 366 * 1440)
    monkeypatch.setattr(alerts, "MOST_LOOKS", 5)
    assert not desk.settle()


def test_booking_at_the_instant_of_the_last_check_is_seen(make_desk):
    desk = make_desk(platform="wechat")
    desk.policy(replication={"lag_s": 0, "batch_every_s": 0, "jitter_s": 0})
    before = desk.balance()
    desk.set(before)
    for _ in range(2):
        desk.book(-100)
        desk.settle()
        desk.book(100)
        desk.settle()
    assert desk.balances() == [before - 100] * 2
    assert {alert.fired_ms for alert in desk.record().alerts} == {START_MS}


def test_change_of_policy_that_shows_a_payment_fires_at_that_instant(desk):
    before = desk.balance()
    desk.set(before)
    desk.book(-100)
    desk.advance(minutes=10)
    desk.settle()
    assert desk.balances() == []
    desk.policy(replication={"lag_s": 0, "jitter_s": 0})
    desk.settle()
    [alert] = desk.record().alerts
    assert alert.fired_ms == START_MS + 10 * MINUTE_MS


def test_threshold_above_the_balance_does_not_fire_until_it_has_recovered(desk):
    before = desk.balance()
    assert desk.set(before + 50).watch.state == "low"
    desk.book(-100)
    desk.advance(minutes=200)
    desk.settle()
    desk.book(200)
    desk.advance(minutes=200)
    desk.book(-100)
    desk.advance(minutes=200)
    desk.settle()
    assert desk.balances() == [before]


def test_setting_anew_keeps_what_fired_and_uses_the_new_threshold(desk):
    before = desk.balance()
    desk.set(before)
    desk.book(-100)
    desk.advance(minutes=200)
    # What was due under the old threshold has fired before the new one counts.
    record = desk.set(before - 150, HOOK)
    assert [alert.threshold_fen for alert in record.alerts] == [before]
    desk.book(-100)
    desk.advance(minutes=200)
    desk.settle()
    latest = desk.record().alerts[-1]
    assert latest.threshold_fen == before - 150
    assert [each.channel for each in latest.deliveries] == ["inbox", "webhook"]


def test_notice_reaches_the_phone_with_the_instant_of_the_fall(desk):
    before = desk.balance()
    desk.set(before)
    desk.book(-12_345)
    desk.advance(minutes=600)
    desk.settle()
    [notice] = desk.notices()
    [alert] = desk.record().alerts
    assert (notice.to, notice.platform, notice.purpose) == (
        desk.person.phone,
        "alipay",
        "low_balance",
    )
    assert (notice.at_ms, notice.code) == (alert.fired_ms, None)
    assert f"余额为{ledgers.yuan(before - 12_345)}元" in notice.text
    assert desk.record().alerts[0].deliveries[0].state == "delivered"


def test_alert_of_one_application_is_no_other_ones(desk):
    desk.set(desk.balance())
    other = replace(desk.visit(), platform="wechat")
    for visit, app_id in ((desk.visit(), "another"), (other, APP)):
        with pytest.raises(NoAlertError):
            alerts.alerts_of(visit, app_id, desk.person)
        with pytest.raises(NoAlertError):
            alerts.remove(visit, app_id, desk.person)
    assert alerts.alerts_of(desk.visit(), APP, desk.person).subject == "oid"


def test_reading_an_alert_settles_it(desk):
    desk.set(desk.balance())
    desk.book(-100)
    desk.advance(minutes=200)
    assert len(alerts.alerts_of(desk.visit(), APP, desk.person).alerts) == 1


def test_removed_alert_fires_and_delivers_no_more(desk):
    desk.set(desk.balance(), HOOK)
    desk.book(-100)
    desk.advance(minutes=200)
    desk.settle()
    [call] = alert_outbox.claim_webhooks(desk.world, desk.key, 5)
    alerts.remove(desk.visit(), APP, desk.person)
    alert_outbox.conclude(
        desk.world, call.claimed, alerts.Attempt(call.claimed.claim.at_ms, "delivered", 200)
    )
    assert desk.record() is None
    assert alert_outbox.claim_webhooks(desk.world, desk.key, 5) == []
    assert alerts.look(desk.world, desk.key) == (True, False)


def test_ids_do_not_come_back_after_a_removal(desk):
    ids = []
    for _ in range(2):
        desk.set(desk.balance())
        desk.book(-100)
        desk.advance(minutes=200)
        ids.append(alerts.alerts_of(desk.visit(), APP, desk.person).alerts[0].alert_id)
        alerts.remove(desk.visit(), APP, desk.person)
    assert len(set(ids)) == 2


def test_person_without_an_account_has_no_balance_to_watch(desk):
    resident = next(
        person
        for person in map(desk.world.people.at, range(0, 10_000, 101))
        if not person.membership().employee
    )
    with pytest.raises(AlertWithoutAccountError):
        alerts.set_alert(desk.visit(), APP, resident, 100, subject="oid", targets=WebhookTargets())
    assert alert_records.keys(desk.world) == []


def test_target_that_is_not_let_through_sets_nothing(desk):
    with pytest.raises(AlertTargetError):
        desk.set(100, "http://10.0.0.1/")
    assert desk.record() is None


def test_only_the_latest_alerts_are_kept(desk):
    before = desk.balance()
    desk.policy(alerts={"kept": 2})
    desk.set(before)
    for amount in (100, 200, 300):
        desk.book(-amount)
        desk.advance(minutes=200)
        desk.book(amount)
        desk.advance(minutes=200)
        desk.settle()
    assert desk.balances() == [before - 200, before - 300]
    assert desk.record().fired_total == 3


class Permission:
    """A channel for which somebody has given a number of permissions: like a subscribe message."""

    name = "subscription"

    def __init__(self, left):
        self.left = left
        self.sent: list[Notice] = []

    def target(self, world, platform, app_id, person):
        return "oid" if platform == "alipay" else None

    def send(self, world, notice):
        if not self.left:
            raise ChannelRefusedError("43101: user refuse to accept the msg")
        self.left -= 1
        self.sent.append(notice)


def test_further_channel_delivers_where_it_is_permitted(make_desk):
    permission = Permission(1)
    desk = make_desk(channels=(*CHANNELS, permission))
    before = desk.balance()
    desk.set(before)
    for _ in range(2):
        desk.book(-100)
        desk.advance(minutes=200)
        desk.book(100)
        desk.advance(minutes=200)
    desk.settle()
    [notice] = permission.sent
    assert (notice.subject, notice.app_id, notice.balance_fen) == ("oid", APP, before - 100)
    sent, refused = [alert.deliveries[1] for alert in desk.record().alerts]
    assert (sent.state, refused.state) == ("delivered", "given_up")
    assert refused.attempts[0].error.startswith("43101")
    desk.settle()
    assert len(permission.sent) == 1
    assert len(desk.notices()) == 2


def test_channel_that_does_not_serve_a_platform_is_not_asked(make_desk):
    permission = Permission(1)
    desk = make_desk(platform="wechat", channels=(permission,))
    desk.set(desk.balance())
    desk.book(-100)
    desk.advance(minutes=200)
    desk.settle()
    assert [alert.deliveries for alert in desk.record().alerts] == [()]


def test_world_without_alerts_announces_no_work(app, desk):
    assert desk.name not in app.worlds.announced_work()
    alerts.ledger_changed(desk.world, desk.person)
    assert desk.name not in app.worlds.announced_work()
    desk.set(100)
    assert desk.name in app.worlds.announced_work()


@pytest.mark.parametrize("store", ["sqlite://", "sqlite:///{}/state.sqlite"])
@settings(max_examples=12, deadline=None)
@given(data=st.data())
def test_each_fall_fires_once_whoever_looks_and_however_often(tmp_path_factory, store, data):
    """Two workers with threads of their own look while money moves and the clock jumps."""
    directory = tmp_path_factory.mktemp("alerts")
    url = store.format(directory)
    with ExitStack() as stack:
        first = stack.enter_context(closing(open_store(url)))
        second = first if url == "sqlite://" else stack.enter_context(closing(open_store(url)))
        each_fall_once(create_app(store=first), create_app(store=second), data)


def each_fall_once(one, two, data):
    name = one.worlds.make(None, WorldStart(1, frozen_at_ms=START_MS)).name
    desk, reference = Desk(one.worlds, name), []
    lag = data.draw(st.sampled_from([{"lag_s": 0}, {"lag_s": 7200}, {"batch_every_s": 3600}]))
    # Without jitter everything arrives at whole minutes, at which the reference looks.
    desk.policy(replication={"jitter_s": 0} | lag)
    before = shown = desk.balance()
    threshold = before - data.draw(st.sampled_from([0, 99, 100, 101]))
    desk.set(threshold, HOOK)

    def look(worlds):
        barrier.wait(timeout=30)
        alerts.settle(worlds.find(name))
        return [
            call.claimed.alert.alert_id
            for call in alert_outbox.claim_webhooks(worlds.find(name), desk.key, 100)
        ]

    claimed = []
    steps = data.draw(
        st.lists(
            st.tuples(st.sampled_from([-150, -100, 100, 150]), st.integers(1, 200)), max_size=6
        )
    )
    with ThreadPoolExecutor(4) as pool:
        for amount, minutes in [*steps, (100, LAST), (100, LAST)]:
            desk.book(amount)
            since_ms = desk.world.now_ms()
            desk.advance(minutes)
            # The reference watches the balance shown, minute by minute.
            for at_ms in range(since_ms, desk.world.now_ms() + 1, MINUTE_MS):
                now_shown = balance_of(Visit(desk.world, desk.platform, at_ms), desk.person)
                if shown >= threshold > now_shown.amount_fen:
                    reference.append(now_shown.amount_fen)
                shown = now_shown.amount_fen
            if data.draw(st.booleans()) or minutes == LAST:
                barrier = Barrier(4)
                for found in pool.map(
                    look, (one.worlds, two.worlds, one.worlds, two.worlds), timeout=60
                ):
                    claimed += found
    assert desk.balances() == reference
    ids = [alert.alert_id for alert in desk.record().alerts]
    assert sorted(claimed) == sorted(ids)
    assert len(set(ids)) == len(ids)
    assert len(desk.notices()) == len(ids)
