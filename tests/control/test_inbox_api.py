"""The captured inbox through the control API: filters, cursors, waiting."""

import threading
from datetime import timedelta

import pytest

from simulator.world import World

PHONES = ("13800138001", "13800138002")


def send(world, phone, purpose="register"):
    return world.ask("POST", "/sms-codes", {"phone": phone, "purpose": purpose}).data


def inbox(world, query=""):
    return world.control("GET", f"/inbox{query}").data["items"]


def test_messages_come_oldest_first_numbered_from_one(world) -> None:
    for phone in PHONES:
        _ = send(world, phone)
    found = inbox(world)
    assert [each["id"] for each in found] == [1, 2]
    assert [each["to"] for each in found] == list(PHONES)
    assert set(found[0]) == {"id", "kind", "to", "platform", "purpose", "text", "code", "at"}
    assert found[0]["at"] == "2026-06-15T10:00:00+08:00"


def test_filters_select_recipient_and_kind(world) -> None:
    for phone in PHONES:
        _ = send(world, phone)
    assert [each["to"] for each in inbox(world, f"?to={PHONES[1]}")] == [PHONES[1]]
    assert len(inbox(world, "?kind=sms_code")) == 2
    assert inbox(world, "?kind=notice") == []
    assert inbox(world, "?to=nobody") == []


@pytest.mark.parametrize("to", ["", f"&to={PHONES[0]}"])
def test_since_is_the_last_id_seen_or_an_instant(world, to) -> None:
    _ = send(world, PHONES[0])
    world.advance(minutes=1)
    _ = send(world, PHONES[0])
    assert [each["id"] for each in inbox(world, f"?since=1{to}")] == [2]
    assert inbox(world, f"?since=2{to}") == []
    assert [each["id"] for each in inbox(world, f"?since=2026-06-15T10:00:01{to}")] == [2]
    assert len(inbox(world, f"?since=2026-06-15T10:00:00{to}")) == 2
    assert inbox(world, f"?since=2026-06-15T10:01:01%2B08:00{to}") == []


def test_limit_keeps_the_latest_and_total_counts_all(world) -> None:
    for phone in PHONES:
        _ = send(world, phone)
    found = world.control("GET", "/inbox?limit=1").data
    assert ([each["id"] for each in found["items"]], found["total"]) == ([2], 2)
    found = world.control("GET", f"/inbox?limit=1&to={PHONES[0]}").data
    assert ([each["id"] for each in found["items"]], found["total"]) == ([1], 1)


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("wait=61", "wait"),
        ("wait=-1", "wait"),
        ("wait=1.5", "wait"),
        ("kind=letter", "kind"),
        ("since=yesterday", "since"),
        ("since=-1", "since"),
        ("limit=0", "limit"),
        ("limit=1001", "limit"),
        ("too=1", "too"),
        ("to=1&to=2", "to"),
    ],
)
def test_query_that_makes_no_sense_is_refused(world, query, field) -> None:
    refusal = world.control("GET", f"/inbox?{query}")
    assert (refusal.status, refusal.code) == (400, "request.invalid")
    assert list(refusal.details["fields"]) == [field]


def test_message_already_there_is_answered_at_once(app, world) -> None:
    _ = send(world, PHONES[0])
    assert app.answer(request(world, "wait=60")).pending is None


def request(world, query):
    return {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": f"/_control/worlds/{world.name}/inbox",
        "QUERY_STRING": query,
    }


def test_waiting_answers_once_the_message_comes(app, world) -> None:
    reply = app.answer(request(world, f"wait=60&to={PHONES[0]}"))
    assert reply.pending is not None
    _ = send(world, PHONES[1])
    reply = reply.pending()
    assert reply.pending is not None
    _ = send(world, PHONES[0])
    reply = reply.pending()
    assert reply.pending is None
    assert PHONES[0].encode() in reply.body
    assert "x-request-id" in dict(reply.headers)


def test_waiting_reads_no_message_twice(app, world, monkeypatch) -> None:
    for phone in PHONES:
        _ = send(world, phone)
    read = []
    stream = World.stream

    def counted(self, name, kind, **rest):
        found = stream(self, name, kind, **rest)
        read.extend(number for number, _ in found)
        return found

    monkeypatch.setattr(World, "stream", counted)
    reply = app.answer(request(world, "wait=60&since=2026-06-15T10:01:00"))
    for _ in range(5):
        reply = reply.pending()
    world.advance(minutes=1)
    _ = send(world, PHONES[0])
    reply = reply.pending()
    assert reply.pending is None
    assert b'"id":3' in reply.body
    assert read == [1, 2, 3]


def test_waiting_sees_the_first_message_after_a_reset(app, world) -> None:
    for phone in PHONES:
        _ = send(world, phone)
    reply = app.answer(request(world, "wait=60&since=2026-06-15T10:01:00"))
    _ = world.control("POST", "/reset").data
    world.advance(minutes=1)
    _ = send(world, PHONES[0])
    reply = reply.pending()
    assert reply.pending is None
    assert b'"id":1' in reply.body


def test_waiting_ends_with_an_empty_answer(app, world) -> None:
    reply = app.answer(request(world, "wait=0"))
    assert (reply.status, reply.pending) == (200, None)
    assert reply.body == b'{"items":[],"total":0}'


def test_waiting_through_wsgi_sees_what_another_thread_brings_about(app, world) -> None:
    answers = []

    def wait():
        path = f"/_control/worlds/{world.name}/inbox?wait=30&to={PHONES[0]}"
        answers.append(app.test_client().get(path).get_json())

    waiting = threading.Thread(target=wait)
    waiting.start()
    _ = send(world, PHONES[0])
    waiting.join(timeout=timedelta(seconds=20).total_seconds())
    assert not waiting.is_alive()
    assert [each["to"] for each in answers[0]["items"]] == [PHONES[0]]


def test_waiting_on_a_world_that_goes_away_is_refused(app, world) -> None:
    reply = app.answer(request(world, "wait=60"))
    _ = world.control("DELETE").data
    client_sees = app.answer(request(world, "wait=60"))
    assert (client_sees.status, client_sees.pending) == (404, None)
    gone = reply.pending()
    assert (gone.status, gone.pending) == (404, None)
    assert b"world.unknown" in gone.body


def test_long_recipient_does_not_reach_others(world) -> None:
    _ = send(world, PHONES[0])
    refusal = world.control("GET", f"/inbox?to={'1' * 21}")
    assert refusal.code == "request.invalid"


def test_reader_that_goes_on_from_the_last_message_misses_none(world) -> None:
    person = world.person()
    for _ in range(5):
        world.code(person["phone"], "sign_in")
        world.advance(seconds=61)
    everything = [item["id"] for item in world.control("GET", "/inbox").data["items"]]
    next_ones = world.control("GET", f"/inbox?since={everything[0]}&limit=2").data
    assert [item["id"] for item in next_ones["items"]] == everything[1:3]
    assert next_ones["total"] == len(everything) - 1
