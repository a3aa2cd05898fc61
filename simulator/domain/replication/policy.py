"""The rule by which a platform sees what was booked: lag, jitter, batches, outages.

What is booked at t is due at the platform at t + lag + jitter, waits for the next batch run and
for the end of an outage (`timetable.py`). Jitter is drawn per instant of booking, so that what is
booked at one instant travels together. No source says how the real platforms replicate: the rule
and its defaults are *assumed*.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from math import gcd

from simulator.domain.china_time import DAY_MS, MINUTE_MS, SECOND_MS, to_iso
from simulator.domain.digests import digest
from simulator.domain.ledger import EPOCH_MS
from simulator.domain.replication.timetable import DailyWindow, Timetable, Window


class ReplicationError(ValueError):
    """Values that contradict each other; `path` names the one to change, as in `outages.1.from`."""

    def __init__(self, path: str, problem: str) -> None:
        super().__init__(problem)
        self.path = path


@dataclass(frozen=True, slots=True)
class Outage:
    """A time in which nothing arrives, from its first instant up to the first one after it."""

    starts_ms: int
    ends_ms: int


@dataclass(frozen=True, slots=True)
class DailyOutage:
    """The same on every day: milliseconds since midnight in China, 0…a day.

    One that ends no later than it starts lasts past midnight.
    """

    starts_ms: int
    ends_ms: int

    @property
    def length_ms(self) -> int:
        """How long it lasts, at most a day."""
        return (self.ends_ms - self.starts_ms - 1) % DAY_MS + 1


@dataclass(frozen=True)
class ReplicationPolicy:
    """How one platform follows the source. Raises ReplicationError on a contradiction."""

    # Without slots, since the timetable is kept beside the fields.

    lag_s: int = 0
    jitter_s: int = 0
    """Up to so much later, evenly drawn to the millisecond."""
    batch_every_s: int = 0
    """Batch runs at multiples of this since the epoch, so for a divisor of a day by the clock."""
    batch_times_ms: tuple[int, ...] = ()
    """Batch runs on every day, milliseconds since midnight in China."""
    ordered: bool = True
    """Nothing is shown before everything booked earlier has arrived."""
    outages: tuple[Outage, ...] = ()
    daily_outages: tuple[DailyOutage, ...] = ()
    catch_up_s: int = 0
    """How long after its end what an outage held back takes to arrive."""

    def __post_init__(self) -> None:
        for problem in self._contradictions():
            raise problem

    @cached_property
    def timetable(self) -> Timetable:
        """Batch runs and outages, ready for use."""
        return Timetable(
            batch_every_ms=self.batch_every_s * SECOND_MS,
            batch_times_ms=sorted(self.batch_times_ms),
            outages=sorted(Window(each.starts_ms, each.ends_ms) for each in self.outages),
            daily_outages=sorted(
                DailyWindow(each.starts_ms, each.length_ms) for each in self.daily_outages
            ),
            catch_up_ms=self.catch_up_s * SECOND_MS,
        )

    def visible_at(self, booked_ms: int, drawn_ms: int = 0) -> int:
        """When what is booked at an instant arrives, given its drawn part of the jitter.

        What stood at the epoch was always there: no platform shows less.
        """
        if booked_ms <= EPOCH_MS:
            return EPOCH_MS
        return self.timetable.arrival(booked_ms + self.lag_s * SECOND_MS + drawn_ms)

    def horizon(self, now_ms: int) -> int:
        """The latest instant of booking that may have arrived by `now_ms`, at least the epoch.

        The exact inverse of `visible_at`: for any `booked_ms` and `now_ms` from the epoch on,
        `visible_at(booked_ms, drawn_ms) <= now_ms` just if it is the epoch or
        `booked_ms + drawn_ms <= horizon(now_ms)`.
        """
        return max(EPOCH_MS, self.timetable.latest_due(now_ms) - self.lag_s * SECOND_MS)

    def draw(self, key: bytes, index: int, booked_ms: int) -> int:
        """The jitter in milliseconds of what a person has booked at an instant.

        `key` belongs to the platform: `derive_key(seed, "replication/<platform>")`.
        """
        if not self.jitter_s or booked_ms <= EPOCH_MS:
            return 0
        drawn = digest(digest(key, index, 32), booked_ms, 8)
        return int.from_bytes(drawn, "big") % (self.jitter_s * SECOND_MS + 1)

    def _contradictions(self) -> Iterator[ReplicationError]:
        for name in ("lag_s", "jitter_s", "batch_every_s", "catch_up_s"):
            if getattr(self, name) < 0:
                yield ReplicationError(name, f"{getattr(self, name)} is negative")
        if self.batch_every_s and self.batch_times_ms:
            yield ReplicationError(
                "batch_times",
                f"batch_every_s is {self.batch_every_s} as well; set it to 0, or batch_times to []",
            )
        yield from self._wrong_outages()
        yield from self._wrong_daily_outages()
        yield from self._wrong_batch_times()
        if self.batch_every_s and self.daily_outages and not self._any_run_is_free():
            yield ReplicationError("batch_every_s", "all its runs fall into daily_outages")

    def _wrong_outages(self) -> Iterator[ReplicationError]:
        for place, outage in enumerate(self.outages):
            if outage.ends_ms <= outage.starts_ms:
                yield ReplicationError(
                    f"outages.{place}.until", f"not after its from, {to_iso(outage.starts_ms)}"
                )
        catch_up_ms = self.catch_up_s * SECOND_MS
        places = sorted(range(len(self.outages)), key=lambda place: self.outages[place].starts_ms)
        for before, after in pairwise(places):
            free_ms = self.outages[before].ends_ms + catch_up_ms
            starts_ms = self.outages[after].starts_ms
            if starts_ms < free_ms or starts_ms == self.outages[before].ends_ms:
                yield ReplicationError(
                    f"outages.{after}.from",
                    f"outages.{before} lasts until {to_iso(free_ms)}, the time to catch up "
                    "included; outages that meet are one",
                )

    def _wrong_daily_outages(self) -> Iterator[ReplicationError]:
        outages, catch_up_ms = self.daily_outages, self.catch_up_s * SECOND_MS
        for place, outage in enumerate(outages):
            if outage.ends_ms % DAY_MS == outage.starts_ms % DAY_MS:
                yield ReplicationError(
                    f"daily_outages.{place}.until", "the same as its from: nothing is left of a day"
                )
        taken_ms = sum(outage.length_ms + catch_up_ms for outage in outages)
        if outages and taken_ms >= DAY_MS:
            yield ReplicationError(
                "daily_outages",
                f"with catch_up_s they last {taken_ms // MINUTE_MS} minutes: "
                "nothing is left of a day",
            )
        places = sorted(range(len(outages)), key=lambda place: outages[place].starts_ms)
        for before, after in pairwise([*places, *places[:1]] if len(places) > 1 else []):
            gap_ms = (outages[after].starts_ms - outages[before].starts_ms) % DAY_MS
            length_ms = outages[before].length_ms
            if gap_ms < length_ms + catch_up_ms or gap_ms == length_ms:
                yield ReplicationError(
                    f"daily_outages.{after}.from",
                    f"daily_outages.{before} has not ended and caught up by then; "
                    "outages that meet are one",
                )

    def _wrong_batch_times(self) -> Iterator[ReplicationError]:
        for place, time_ms in enumerate(self.batch_times_ms):
            if time_ms in self.batch_times_ms[:place]:
                yield ReplicationError(f"batch_times.{place}", "given twice")
            for number, outage in enumerate(self.daily_outages):
                if (time_ms - outage.starts_ms) % DAY_MS < outage.length_ms:
                    yield ReplicationError(
                        f"batch_times.{place}", f"falls into daily_outages.{number} on every day"
                    )

    def _any_run_is_free(self) -> bool:
        """Whether some of the runs at multiples, on whatever day, fall into no daily outage."""
        # In the course of the days they come to all the multiples of this within the day.
        step_ms = gcd(self.batch_every_s * SECOND_MS, DAY_MS)
        ends_ms = (outage.starts_ms + outage.length_ms for outage in self.daily_outages)
        first_ms = [(end_ms + -end_ms % step_ms) % DAY_MS for end_ms in ends_ms]
        return any(
            all((run_ms - each.starts_ms) % DAY_MS >= each.length_ms for each in self.daily_outages)
            for run_ms in first_ms
        )
