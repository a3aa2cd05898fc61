"""The background of one worker process: looks after alerts, a little at a time.

It lives in the event loop that answers the requests, in slices of a few milliseconds, and sends
webhooks without holding a thread. Where no world has an alert it costs one look-up a quarter of a
second. Any number of workers may do the same on one store: each alert fires and each attempt is
made once, by compare-and-set in the alert's own record.
"""

import asyncio
import logging
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from importlib import import_module
from typing import Any, Final

from simulator.domain.deliveries import Attempt
from simulator.domain.webhook_signature import headers
from simulator.errors import UnknownWorldError
from simulator.services import alert_outbox, alert_records, alerts
from simulator.services.alert_outbox import WebhookCall
from simulator.services.alert_records import AlertKey
from simulator.services.webhook_targets import WebhookTargets
from simulator.world import World, WorldRecord, Worlds, real_ms

_log = logging.getLogger("simulator")

_INTERVAL_S: Final = 0.25
"""From the end of a round to the next one."""
_SLICE_S: Final = 0.002
"""Real time spent looking in one go, about: what a request may have to wait."""
_PAUSE_S: Final = 0.02
"""From one slice of a round to the next: a tenth of the processor goes to a long round."""
MOST_SENDING: Final = 16
"""Webhooks under way at a time in one process."""


class Background:
    """Alerts of all worlds of a store, looked after until told to stop."""

    def __init__(self, worlds: Worlds, targets: WebhookTargets) -> None:
        self._worlds = worlds
        self._targets = targets
        self._resting: dict[str, tuple[bytes | None, WorldRecord]] = {}
        """Worlds that stand still and in which nothing is left to do, as they were then."""
        self._round = self._looks()
        self._sending: set[asyncio.Task[None]] = set()
        self._task: asyncio.Task[None] | None = None
        # Starts its thread when a name is first resolved. One: a resolver that hangs holds no more.
        self._resolver = ThreadPoolExecutor(1, thread_name_prefix="yibao-resolve")

    def start(self, loop: asyncio.AbstractEventLoop) -> None:
        """Begin, as soon as the loop runs."""
        self._task = loop.create_task(self._run())

    def stop(self) -> None:
        """End; what is being sent is broken off, and tried again when its claim has run out."""
        for task in (*self._sending, *([self._task] if self._task is not None else [])):
            task.cancel()
        self._resolver.shutdown(wait=False, cancel_futures=True)

    @property
    def is_sending(self) -> bool:
        """Whether a webhook is under way from this process."""
        return bool(self._sending)

    def look(self) -> bool:
        """Go on with the round for a slice; answers whether it has come to its end.

        To be called in the event loop, which what is sent goes on in.
        """
        time = asyncio.get_running_loop().time
        until = time() + _SLICE_S
        for _ in self._round:
            if time() >= until:
                return False
        self._round = self._looks()
        return True

    async def _run(self) -> None:
        while True:
            is_over = True
            try:
                is_over = self.look()
            except Exception:
                # A store that is busy, say: in the next round, then.
                _log.exception("looking after alerts failed")
                self._round = self._looks()
            await asyncio.sleep(_INTERVAL_S if is_over else _PAUSE_S)

    def _looks(self) -> Iterator[None]:
        """Look at every alert of every world once; pauses after each."""
        names = self._worlds.announced_work()
        for name in self._resting.keys() - names:
            del self._resting[name]
        for name in names:
            # Read before anything else of the world: what is announced later must not be lost.
            mark = self._worlds.work_mark(name)
            try:
                yield from self._looks_in(name, mark)
            except UnknownWorldError:
                self._worlds.retract_work(name, mark)

    def _looks_in(self, name: str, mark: bytes | None) -> Iterator[None]:
        world = self._worlds.find(name)
        if self._resting.get(name) == (mark, world.record):
            return
        keys = alert_records.keys(world)
        if not keys:
            self._worlds.retract_work(name, mark)
        begun, is_done = world.record, True
        for key in keys:
            # Found anew, since its clock or policy may be another after a pause.
            world = self._worlds.find(name)
            is_done = self._look_at(world, key) and is_done
            yield
        if is_done and world.record == begun and begun.clock.mode == "frozen":
            self._resting[name] = (mark, begun)

    def _look_at(self, world: World, key: AlertKey) -> bool:
        """Look at one alert and send what is due; whether nothing is left to do in it by now."""
        caught_up, busy = alerts.look(world, key)
        free = MOST_SENDING - len(self._sending)
        if busy and free > 0:
            for call in alert_outbox.claim_webhooks(world, key, free):
                task = asyncio.get_running_loop().create_task(self._send(world, call))
                self._sending.add(task)
                task.add_done_callback(self._sent)
        return caught_up and not busy

    def _sent(self, task: asyncio.Task[None]) -> None:
        self._sending.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            _log.error("sending a webhook failed", exc_info=error)

    async def _send(self, world: World, call: WebhookCall) -> None:
        loop = asyncio.get_running_loop()
        # Imported beside the requests when first needed: it takes a tenth of a second.
        sender: Any = await loop.run_in_executor(self._resolver, import_module, _SENDER)
        alert_id = call.claimed.alert.alert_id
        answer = await sender.send(
            self._targets,
            self._resolver,
            call.url,
            call.body,
            headers(call.secret, alert_id, real_ms() // 1000, call.body),
            call.timeout_s,
        )
        attempt = Attempt(call.claimed.claim.at_ms, "delivered", answer.status)
        if answer.problem is not None:
            attempt = replace(attempt, outcome="failed", error=answer.problem)
        alert_outbox.conclude(world, call.claimed, attempt)


_SENDER: Final = "simulator.deliveries.sender"
