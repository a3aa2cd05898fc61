"""The background: webhooks reach their receivers once, are retried, and outlive processes."""

import asyncio
import logging
import threading
from contextlib import closing
from pathlib import Path

import orjson
import pytest

from simulator.app import create_app
from simulator.deliveries import background as module
from simulator.deliveries.background import Background
from simulator.domain import china_time
from simulator.domain.deliveries import LOST
from simulator.domain.webhook_signature import signature
from simulator.services import alert_outbox, alert_records, alerts, ledgers
from simulator.services.alert_records import AlertKey
from simulator.services.visit import Visit
from simulator.services.webhook_targets import WebhookTargets
from simulator.store.sqlite import open_store
from simulator.world import WorldStart

START_MS = china_time.from_iso("2026-06-15T10:00:00+08:00")
TARGETS = WebhookTargets()
APP = "wx0000000000000001"
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
BAD = b"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n"


class Scene:
    """A frozen world in which one payment has made an alert with a webhook fire."""

    def __init__(self, worlds, name=None):
        self.worlds = worlds
        self.name = name or worlds.make(None, WorldStart(1, frozen_at_ms=START_MS)).name
        self.person = next(
            person
            for person in map(self.world.people.at, range(7, 10_000, 101))
            if (ledgers.position_of(self.world, person, START_MS).balance_fen or 0) > 100_000
        )
        self.key = AlertKey(self.person.index, "wechat", APP)

    @property
    def world(self):
        return self.worlds.find(self.name)

    def fire(self, url, app_id=APP):
        """Set an alert that fires at once; answers the balance it fires with."""
        replication = {"lag_s": 0, "batch_every_s": 0}
        self.worlds.change_policy(self.name, lambda _: {"replication": replication})
        visit = Visit(self.world, "wechat", self.world.now_ms())
        balance_fen = ledgers.position_of(self.world, self.person, visit.now_ms).balance_fen
        alerts.set_alert(
            visit, app_id, self.person, balance_fen, url, subject="oid", targets=TARGETS
        )
        ledgers.post(self.world, self.person, entry_type="205", amount_fen=100)
        alerts.ledger_changed(self.world, self.person)
        return balance_fen - 100

    def advance(self, seconds):
        self.worlds.change_clock(self.name, lambda c, real_ms: c.advance(real_ms, seconds * 1000))

    def webhook(self):
        [alert] = alert_records.read(self.world, self.key).alerts
        [delivery] = [each for each in alert.deliveries if each.channel == "webhook"]
        return alert, delivery

    @property
    def state(self):
        return self.webhook()[1].state


@pytest.fixture
def make_app(tmp_path):
    """Processes that share a file: each with a store of its own."""
    opened = []

    def make():
        store = open_store(f"sqlite:///{tmp_path}/state.sqlite")
        opened.append(store)
        return create_app(store=store)

    yield make
    for store in opened:
        store.close()


def run(play, *, seconds=30):
    async def within():
        async with asyncio.timeout(seconds):
            await play()

    asyncio.run(within())


async def until(condition, *backgrounds):
    """Let backgrounds work until something holds."""
    while not condition():
        for each in backgrounds:
            each.look()
        await asyncio.sleep(0)


async def rounds(*backgrounds, count=2):
    """Let backgrounds come to the end of some rounds, and of what they send."""
    for _ in range(count):
        for each in backgrounds:
            while not each.look():
                await asyncio.sleep(0)
            while each.is_sending:
                await asyncio.sleep(0)


def test_webhook_says_what_fired_and_proves_where_it_comes_from(make_app, receive):
    app = make_app()
    scene, background = Scene(app.worlds), Background(app.worlds, TARGETS)

    async def play():
        async with receive(OK) as receiver:
            balance_fen = scene.fire(receiver.url)
            await until(lambda: scene.state == "delivered", background)
            [(_, body)] = receiver.requests
            alert, delivery = scene.webhook()
            assert orjson.loads(body) == {
                "id": alert.alert_id,
                "type": "balance.low",
                "world": scene.name,
                "platform": "wechat",
                "app_id": APP,
                "open_id": "oid",
                "threshold": ledgers.yuan(balance_fen + 100),
                "balance": ledgers.yuan(balance_fen),
                "as_of": "2026-06-15T10:00:00+08:00",
                "fired_at": "2026-06-15T10:00:00+08:00",
            }
            secret = alert_outbox.webhook_secret(scene.world, "wechat", APP)
            timestamp = int(receiver.header(0, "X-Yibao-Timestamp"))
            assert receiver.header(0, "X-Yibao-Signature") == signature(secret, timestamp, body)
            assert receiver.header(0, "X-Yibao-Id") == alert.alert_id
            [attempt] = delivery.attempts
            assert (attempt.outcome, attempt.status, attempt.at_ms) == ("delivered", 200, START_MS)

    run(play)
    background.stop()


def test_secrets_differ_by_application_and_are_those_of_the_seed(make_app):
    app = make_app()
    one, other = Scene(app.worlds), Scene(app.worlds)
    secret = alert_outbox.webhook_secret(one.world, "wechat", APP)
    assert secret == alert_outbox.webhook_secret(other.world, "wechat", APP)
    assert secret != alert_outbox.webhook_secret(one.world, "alipay", APP)
    assert secret != alert_outbox.webhook_secret(one.world, "wechat", "another")


def test_two_workers_send_each_alert_once(make_app, receive):
    apps = make_app(), make_app()
    backgrounds = [Background(app.worlds, TARGETS) for app in apps]
    scene = Scene(apps[0].worlds)

    async def play():
        async with receive(OK) as receiver:
            for number in range(20):
                scene.fire(receiver.url, f"app-{number}")
            await rounds(*backgrounds, count=3)
            ids = [receiver.header(place, "X-Yibao-Id") for place in range(len(receiver.requests))]
            fired = [
                alert.alert_id
                for key in alert_records.keys(scene.world)
                for alert in alert_records.read(scene.world, key).alerts
            ]
            assert sorted(ids) == sorted(fired)
            assert len(fired) >= 20

    run(play)
    for each in backgrounds:
        each.stop()


def test_failures_are_retried_on_the_worlds_clock_and_never_after_success(make_app, receive):
    app = make_app()
    scene, background = Scene(app.worlds), Background(app.worlds, TARGETS)

    async def play():
        async with receive(BAD, b"garbage\r\n\r\n", OK) as receiver:
            scene.fire(receiver.url)
            await rounds(background)
            assert len(receiver.requests) == 1
            scene.advance(59)
            await rounds(background)
            assert len(receiver.requests) == 1
            scene.advance(1)
            await rounds(background)
            assert len(receiver.requests) == 2
            scene.advance(300)
            await rounds(background)
            assert scene.state == "delivered"
            scene.advance(86_400)
            await rounds(background)
            assert len(receiver.requests) == 3
            bodies = {body for _, body in receiver.requests}
            assert len(bodies) == 1
        attempts = scene.webhook()[1].attempts
        assert [(each.outcome, each.status) for each in attempts] == [
            ("failed", 503),
            ("failed", None),
            ("delivered", 200),
        ]
        assert [each.at_ms - START_MS for each in attempts] == [0, 60_000, 360_000]

    run(play)
    background.stop()


def test_delivery_is_given_up_and_made_again_when_asked_for(make_app, receive):
    app = make_app()
    scene, background = Scene(app.worlds), Background(app.worlds, TARGETS)

    async def play():
        async with receive(*[BAD] * 6, OK) as receiver:
            scene.fire(receiver.url)
            for wait_s in (0, 60, 300, 1800, 7200, 43_200, 86_400):
                scene.advance(wait_s)
                await rounds(background)
            assert (scene.state, len(receiver.requests)) == ("given_up", 6)
            alert_id = scene.webhook()[0].alert_id
            for count in (7, 8):
                alert_outbox.redeliver(scene.world, alert_id)
                await rounds(background)
                assert (scene.state, len(receiver.requests)) == ("delivered", count)

    run(play)
    background.stop()


def test_what_has_failed_is_delivered_after_a_restart(make_app, receive):
    async def play():
        async with receive(BAD, OK) as receiver:
            app = make_app()
            scene, background = Scene(app.worlds), Background(app.worlds, TARGETS)
            scene.fire(receiver.url)
            await rounds(background)
            background.stop()

            again = Scene(make_app().worlds, scene.name)
            assert again.state == "waiting"
            background = Background(again.worlds, TARGETS)
            again.advance(60)
            await rounds(background)
            background.stop()
            assert again.state == "delivered"
            assert len(receiver.requests) == 2

    run(play)


def test_worker_that_dies_while_sending_is_succeeded(make_app, receive, monkeypatch):
    app = make_app()
    scene, background = Scene(app.worlds), Background(app.worlds, TARGETS)
    real_ms = alert_outbox.real_ms

    async def play():
        async with receive(OK) as receiver:
            scene.fire(receiver.url)
            [_lost] = alert_outbox.claim_webhooks(scene.world, scene.key, 9)
            await rounds(background)
            assert (scene.state, receiver.requests) == ("sending", [])
            monkeypatch.setattr(alert_outbox, "real_ms", lambda: real_ms() + 10_000)
            await rounds(background)
            assert len(receiver.requests) == 1
            assert [each.error for each in scene.webhook()[1].attempts] == [LOST, None]

    run(play)
    background.stop()


def test_receivers_that_hang_hold_neither_the_loop_nor_a_thread(make_app, receive):
    """More of them than are sent to at a time; the end does not wait for them."""
    app = make_app()
    scene, background = Scene(app.worlds), Background(app.worlds, TARGETS)
    threads = threading.active_count()

    async def hang(reader, _writer):
        connected.append(1)
        await reader.read()

    connected = []

    async def play():
        async with receive(hang) as receiver:
            for number in range(module.MOST_SENDING + 4):
                scene.fire(receiver.url, f"app-{number}")
            await until(lambda: len(connected) == module.MOST_SENDING, background)
            # The background goes on looking meanwhile.
            while not background.look():
                await asyncio.sleep(0)
            assert len(connected) == module.MOST_SENDING
            # One thread, which loads the sender and would resolve names.
            assert threading.active_count() <= threads + 1
            files = sum(1 for _ in Path("/proc/self/fd").iterdir())
            background.stop()
            while background.is_sending:
                await asyncio.sleep(0)
            assert sum(1 for _ in Path("/proc/self/fd").iterdir()) < files

    run(play)


@pytest.fixture
def looked(monkeypatch):
    """The keys that are looked at."""
    keys, look = [], alerts.look

    def noted(world, key, **rest):
        keys.append(key)
        return look(world, key, **rest)

    monkeypatch.setattr(alerts, "look", noted)
    return keys


def test_world_that_stands_still_is_left_alone_until_something_happens(make_app, receive, looked):
    app = make_app()
    scene, background = Scene(app.worlds), Background(app.worlds, TARGETS)

    async def play():
        async with receive(OK) as receiver:
            scene.fire(receiver.url)
            await rounds(background, count=3)
            looked.clear()
            await rounds(background, count=3)
            assert looked == []
            for happens in (
                lambda: scene.advance(1),
                lambda: alerts.ledger_changed(scene.world, scene.person),
                lambda: scene.worlds.change_policy(scene.name, lambda _: {}),
            ):
                happens()
                looked.clear()
                await rounds(background, count=2)
                assert looked
            assert len(receiver.requests) == 1

    run(play)
    background.stop()


def test_running_world_is_looked_at_in_every_round(make_app, looked):
    app = make_app()
    scene, background = Scene(app.worlds), Background(app.worlds, TARGETS)

    async def play():
        scene.fire(None)
        scene.worlds.change_clock(scene.name, lambda clock, real: clock.set_scale(real, 10**6))
        await rounds(background, count=2)
        looked.clear()
        await rounds(background, count=3)
        assert len(looked) == 3

    run(play)
    background.stop()


@pytest.mark.parametrize("end", ["world", "alert"])
def test_work_that_is_gone_is_no_longer_announced(make_app, end):
    app = make_app()
    scene, background = Scene(app.worlds), Background(app.worlds, TARGETS)

    async def play():
        scene.fire(None)
        await rounds(background)
        assert scene.worlds.announced_work() == [scene.name]
        if end == "world":
            scene.worlds.delete(scene.name)
        else:
            visit = Visit(scene.world, "wechat", scene.world.now_ms())
            alerts.remove(visit, APP, scene.person)
            scene.advance(1)
        await rounds(background)
        assert scene.worlds.announced_work() == []

    run(play)
    background.stop()


def test_work_announced_meanwhile_is_not_taken_back(make_app):
    worlds = make_app().worlds
    scene = Scene(worlds)
    scene.world.announce_work()
    mark = worlds.work_mark(scene.name)
    scene.world.announce_work()
    worlds.retract_work(scene.name, mark)
    assert worlds.announced_work() == [scene.name]
    worlds.retract_work(scene.name, worlds.work_mark(scene.name))
    assert worlds.announced_work() == []


def test_trouble_is_logged_and_does_not_end_the_background(make_app, receive, monkeypatch, caplog):
    app = make_app()
    scene, background = Scene(app.worlds), Background(app.worlds, TARGETS)
    look, troubles = alerts.look, [OSError("disk full")]

    def troubled(world, key, **rest):
        if troubles:
            raise troubles.pop()
        return look(world, key, **rest)

    async def play():
        async with receive(OK) as receiver:
            scene.fire(receiver.url)
            monkeypatch.setattr(alerts, "look", troubled)
            background.start(asyncio.get_running_loop())
            await until(lambda: scene.state == "delivered")
            background.stop()

    with caplog.at_level(logging.ERROR, "simulator"):
        run(play)
    assert [each.message for each in caplog.records] == ["looking after alerts failed"]


def test_sending_that_fails_in_the_simulator_is_logged(make_app, receive, monkeypatch, caplog):
    app = make_app()
    scene, background = Scene(app.worlds), Background(app.worlds, TARGETS)

    def conclude(*_rest):
        raise OSError("disk full")

    async def play():
        async with receive(OK) as receiver:
            scene.fire(receiver.url)
            monkeypatch.setattr(alert_outbox, "conclude", conclude)
            await until(lambda: caplog.records, background)
            assert len(receiver.requests) == 1

    run(play)
    background.stop()
    assert caplog.records[0].message == "sending a webhook failed"


def test_store_in_memory_does_as_well(receive):
    with closing(open_store("sqlite://")) as store:
        app = create_app(store=store)
        scene, background = Scene(app.worlds), Background(app.worlds, TARGETS)

        async def play():
            async with receive(OK) as receiver:
                scene.fire(receiver.url)
                await until(lambda: scene.state == "delivered", background)

        run(play)
        background.stop()
