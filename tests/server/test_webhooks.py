"""Alerts on running servers: each webhook once from any worker, and receivers that hang."""

import threading
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import islice

import httpx
import pytest

PEOPLE = 12
STATUS = {"now": 204}


@pytest.fixture
def receiver():
    """A receiver of webhooks: its address, and the ids it got; STATUS is what it answers."""
    ids, hold = Counter(), threading.Event()

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self):
            self.rfile.read(int(self.headers["Content-Length"]))
            ids[self.headers["X-Yibao-Id"]] += 1
            if self.path == "/hang":
                hold.wait(30)
            self.send_response(STATUS["now"])
            self.end_headers()

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    STATUS["now"] = 204
    yield f"http://127.0.0.1:{server.server_port}", ids
    hold.set()
    server.shutdown()
    server.server_close()
    thread.join(10)


def balance(client, world, person):
    return float(client.get(f"{world}/people/{person['id_number']}/ledger").json()["balance"])


def watch(client, tester, url, count=PEOPLE):
    """A frozen world in which so many alerts are due in three hours; its path."""
    name = tester.world(client, clock={"freeze": "2026-06-15T10:00:00+08:00"})
    world = f"/_control/worlds/{name}"
    found = tester.people(client, name, 4 * count, insutype="310")
    rich = (each for each in found if balance(client, world, each) > 2)
    for person in islice(rich, count):
        alert = {
            "person": person["id_number"],
            "platform": "alipay",
            "app_id": "2021999900000001",
            "threshold": f"{balance(client, world, person):.2f}",
            "webhook_url": url,
        }
        client.put(f"{world}/alerts", json=alert).raise_for_status()
        pay = {"type": "205", "amount": "1.00"}
        ledger = f"{world}/people/{person['id_number']}/ledger"
        client.post(ledger, json=pay).raise_for_status()
    tester.clock(client, name, advance="PT3H")
    return world


def states(client, world):
    items = client.get(f"{world}/alerts").json()["items"]
    return [each["state"] for alert in items for each in alert["deliveries"]]


def test_of_two_workers_one_sends_each_webhook(two_workers, tester, receiver):
    url, ids = receiver
    client = two_workers.client()
    world = watch(client, tester, url)
    done = ["delivered"] * (2 * PEOPLE)
    tester.wait_until(lambda: states(client, world) == done, "all to be delivered")
    assert sorted(ids.values()) == [1] * PEOPLE
    # Some more rounds of both workers change nothing.
    tester.clock(client, world.rpartition("/")[2], advance="P1D")
    again = watch(client, tester, url, 1)
    tester.wait_until(lambda: states(client, again) == ["delivered"] * 2, "one more")
    assert set(ids.values()) == {1}


def test_failed_webhook_is_sent_by_the_next_server_on_the_same_file(
    start, tester, receiver, tmp_path
):
    url, ids = receiver
    STATUS["now"] = 500
    options = ("--store", f"sqlite:///{tmp_path / 'state.sqlite'}")
    server = start(*options)
    client = server.client()
    world = watch(client, tester, url, 1)
    tester.wait_until(lambda: sum(ids.values()) == 1, "the first attempt")
    tester.wait_until(lambda: states(client, world) == ["delivered", "waiting"], "its failure")
    server.process.terminate()
    assert server.wait() == 0

    STATUS["now"] = 200
    client = start(*options).client()
    assert states(client, world) == ["delivered", "waiting"]
    tester.clock(client, world.rpartition("/")[2], advance=60)
    tester.wait_until(lambda: states(client, world) == ["delivered"] * 2, "the second attempt")
    assert list(ids.values()) == [2]
    assert server.stderr() == ""


def test_receivers_that_hang_delay_neither_answers_nor_the_end(start, tester, receiver):
    url, ids = receiver
    server = start()
    client = server.client()
    world = watch(client, tester, url + "/hang")
    tester.wait_until(lambda: sum(ids.values()) == PEOPLE, "all to hang")
    for _ in range(100):
        assert client.get("/healthz").status_code == 200
    assert states(client, world).count("sending") == PEOPLE
    server.process.terminate()
    assert server.wait() == 0
    assert server.stderr() == ""


def test_operator_says_where_webhooks_may_go(start, tester):
    client = start("--allow-webhooks", "10.9.8.7").client()
    name = tester.world(client)
    [person] = tester.people(client, name, 1, insutype="310")
    alert = {"person": person["id_number"], "platform": "wechat", "app_id": "1", "threshold": "1"}

    def put(url):
        path = f"/_control/worlds/{name}/alerts"
        answer: httpx.Response = client.put(path, json=alert | {"webhook_url": url})
        return answer.json().get("code")

    assert put("http://10.9.8.7/hook") is None
    assert put("http://10.9.8.8/hook") == "alert.target_refused"
    assert put("http://localhost:1/hook") is None
