"""Permissions and request ids under concurrency: each is used once, whatever the workers."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from simulator.app import create_app
from simulator.domain.message_templates import LOW_BALANCE
from simulator.errors import SubscriptionMissingError, UserQueryReplayedError
from simulator.services import (
    applications,
    authorisation,
    consent,
    subscribe_messages,
    user_queries,
)
from simulator.services.user_queries import SignedRequest
from simulator.services.visit import Visit
from simulator.settings import Settings

THREADS = 16
PERMITS = 3
VALUES = {"amount1": "1", "amount2": "2", "time3": "10:00", "thing4": "好"}


@pytest.fixture
def visits(tmp_path):
    """One visit for each of two workers on one store, at one instant."""
    settings = Settings(store=f"sqlite:///{tmp_path}/state.sqlite")
    apps = [create_app(settings, worker=name) for name in ("0", "1")]
    worlds = [each.worlds.find("default") for each in apps]
    now_ms = worlds[0].now_ms()
    return [Visit(world, "wechat", now_ms) for world in worlds]


def at_once(visits, do, refusal):
    """How often something succeeded, and was refused, tried by many at the same time."""
    barrier = Barrier(THREADS)

    def run(number):
        barrier.wait(timeout=30)
        try:
            do(visits[number % len(visits)])
        except refusal:
            return "refused"
        return "done"

    with ThreadPoolExecutor(THREADS) as pool:
        return Counter(pool.map(run, range(THREADS), timeout=60))


def test_each_permission_is_used_by_one_message(visits) -> None:
    visit = visits[0]
    application = applications.applications(visit.world, "wechat")[0]
    person = visit.world.people.at(7)
    request = consent.Request(application, application.redirect_uris[0], ("snsapi_base",))
    authorisation.exchange(visit, application, consent.accept(visit, request, person))
    wanted = subscribe_messages.template_id(visit.world, application.app_id, LOW_BALANCE)
    subscribe_messages.permit(visit, application, person, [wanted] * PERMITS)

    def send(where):
        subscribe_messages.send(where, application.app_id, person, LOW_BALANCE, VALUES)

    found = at_once(visits, send, SubscriptionMissingError)
    assert found == {"done": PERMITS, "refused": THREADS - PERMITS}
    assert not subscribe_messages.is_permitted(visit, application.app_id, person, LOW_BALANCE)


def test_request_id_is_taken_by_one_of_many(visits) -> None:
    visit = visits[0]
    application = applications.applications(visit.world, "wechat")[0]
    timestamp = str(visit.now_ms)
    signature = user_queries.signature(
        application.partner_secret, application.partner_id, timestamp
    )
    request = SignedRequest(application.partner_id, timestamp, signature, "the same")
    found = at_once(
        visits,
        lambda where: user_queries.admitted_partner(where, request),
        UserQueryReplayedError,
    )
    assert found == {"done": 1, "refused": THREADS - 1}
