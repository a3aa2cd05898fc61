"""When what is due at a platform gets there: batch runs and outages, and the way back.

An instant that is *due* first waits for the next batch run. What is then due during an outage, or
in the time to catch up after one, is taken in its order and at an even rate in that time: due
instants in [from, until + c) become arrivals in [until, until + c), all of them `until` when c
is 0. Both steps keep the order of instants, so the latest due instant that has arrived by some now
is found by going back step by step. Everything is integer arithmetic on milliseconds. *Assumed*.
"""

from bisect import bisect_right
from collections.abc import Sequence
from typing import NamedTuple

from simulator.domain.china_time import DAY_MS, day_of, start_of_day
from simulator.domain.ledger.year_table import EPOCH_MS


class Window(NamedTuple):
    """An outage: from its first instant up to the first one after it."""

    starts_ms: int
    ends_ms: int


class DailyWindow(NamedTuple):
    """An outage on every day: when in the day it starts, and how long it lasts (under a day)."""

    starts_ms: int
    length_ms: int


class Timetable:
    """Batch runs and outages that do not contradict each other (`ReplicationPolicy` sees to it).

    `batch_every_ms` counts from the epoch, 0 for none; `batch_times_ms` are instants of the day,
    in order; never both. Windows and daily windows are in order and, with the time to catch up,
    apart from each other and shorter than a day together.
    """

    def __init__(
        self,
        *,
        batch_every_ms: int = 0,
        batch_times_ms: Sequence[int] = (),
        outages: Sequence[Window] = (),
        daily_outages: Sequence[DailyWindow] = (),
        catch_up_ms: int = 0,
    ) -> None:
        self._every_ms = batch_every_ms
        self._times_ms = tuple(batch_times_ms)
        self._daily = tuple(daily_outages)
        self._catch_up_ms = catch_up_ms
        self._outages = self._whole_outages(outages)
        self._starts = [outage.starts_ms for outage in self._outages]
        self._immediate = not (batch_every_ms or batch_times_ms or outages or daily_outages)

    def next_run(self, due_ms: int) -> int:
        """The batch run that takes what is due at an instant: the first not before it."""
        if self._every_ms:
            return due_ms + (EPOCH_MS - due_ms) % self._every_ms
        if not self._times_ms:
            return due_ms
        last = self.last_run(due_ms)
        if last == due_ms:
            return due_ms
        day_ms = start_of_day(day_of(due_ms))
        later = [time for time in self._times_ms if day_ms + time > due_ms]
        return day_ms + (later[0] if later else DAY_MS + self._times_ms[0])

    def last_run(self, now_ms: int) -> int:
        """The latest instant of which all that was due has been taken by a batch run."""
        if self._every_ms:
            return now_ms - (now_ms - EPOCH_MS) % self._every_ms
        if not self._times_ms:
            return now_ms
        day_ms = start_of_day(day_of(now_ms))
        place = bisect_right(self._times_ms, now_ms - day_ms)
        return day_ms + (self._times_ms[place - 1] if place else self._times_ms[-1] - DAY_MS)

    def after_outage(self, due_ms: int) -> int:
        """When something due at an instant arrives, outages considered."""
        outage = self._outage_at(due_ms)
        if outage is None:
            return due_ms
        length_ms = outage.ends_ms - outage.starts_ms + self._catch_up_ms
        return outage.ends_ms + (due_ms - outage.starts_ms) * self._catch_up_ms // length_ms

    def arrival(self, due_ms: int) -> int:
        """When something due at an instant arrives."""
        return due_ms if self._immediate else self.after_outage(self.next_run(due_ms))

    def latest_due(self, now_ms: int) -> int:
        """The latest due instant whose arrival is not after an instant."""
        if self._immediate:
            return now_ms
        outage = self._outage_at(now_ms)
        if outage is None:
            return self.last_run(now_ms)
        if now_ms < outage.ends_ms:
            return self.last_run(outage.starts_ms - 1)
        # The largest x below `length` with x * catch_up // length <= caught up so far.
        length_ms = outage.ends_ms - outage.starts_ms + self._catch_up_ms
        caught_up_ms = now_ms - outage.ends_ms
        latest = ((caught_up_ms + 1) * length_ms - 1) // self._catch_up_ms
        return self.last_run(outage.starts_ms + latest)

    def _outage_at(self, instant_ms: int) -> Window | None:
        """The outage which, with the time to catch up after it, an instant falls into."""
        place = bisect_right(self._starts, instant_ms)
        if place:
            outage = self._outages[place - 1]
            if instant_ms < outage.ends_ms + self._catch_up_ms:
                return outage
        return self._daily_outage_at(instant_ms)

    def _daily_outage_at(self, instant_ms: int) -> Window | None:
        for daily in self._daily:
            since_ms = (instant_ms - start_of_day(0) - daily.starts_ms) % DAY_MS
            if since_ms < daily.length_ms + self._catch_up_ms:
                starts_ms = instant_ms - since_ms
                return Window(starts_ms, starts_ms + daily.length_ms)
        return None

    def _whole_outages(self, outages: Sequence[Window]) -> list[Window]:
        """Each outage together with the daily ones it runs into: they are one to whoever waits.

        Daily outages leave some of the day, so growing comes to an end.
        """
        whole: list[Window] = []
        for starts_ms, ends_ms in outages:
            before = self._daily_outage_at(starts_ms - 1)
            if before is not None:
                starts_ms = before.starts_ms
            while (after := self._daily_outage_at(ends_ms + self._catch_up_ms)) is not None:
                if after.ends_ms <= ends_ms:
                    break
                ends_ms = after.ends_ms
            if whole and starts_ms < whole[-1].ends_ms + self._catch_up_ms:
                first = whole.pop()
                starts_ms, ends_ms = first.starts_ms, max(first.ends_ms, ends_ms)
            whole.append(Window(starts_ms, ends_ms))
        return whole
