"""How long an ID card is valid, and which card a person holds on a day.

Law of the People's Republic of China on Resident Identity Cards, article 5 (documented): issued
under the age of 16 a card holds five years, from 16 to 25 ten, from 26 to 45 twenty, from 46 on
without end.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from simulator.imaging.chances import Chances

_TERMS = ((16, 5), (26, 10), (46, 20))
"""(younger than, years), rising."""
_SECOND_GENERATION = date(2004, 3, 29).toordinal()
"""First cards of the present kind (documented: Ministry of Public Security)."""
_EXCHANGE_DAYS = 5 * 365
"""Within which all older cards were exchanged; *assumed*."""
_FIRST_WITHIN_DAYS = 200
"""Age at the first card of those born since then; *assumed*."""
_RENEWED_BEFORE_DAYS = 90
"""A card is renewed at most so long before it runs out; *assumed*."""


@dataclass(frozen=True, slots=True)
class Validity:
    """First and last day of a card; None for a card without end (长期)."""

    valid_from: date
    valid_until: date | None

    def on(self, day: int) -> bool:
        """Whether the card is valid on a day (ordinal)."""
        if day < self.valid_from.toordinal():
            return False
        return self.valid_until is None or day <= self.valid_until.toordinal()


def age_on(birth: date, day: date) -> int:
    """Completed years."""
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))


def term_years(age: int) -> int | None:
    """For how many years a card holds that is issued at an age; None without end."""
    return next((years for below, years in _TERMS if age < below), None)


def current_card(birth: int, day: int, draw: Chances) -> Validity:
    """The card held on a day; birth and day are ordinals. It is valid on that day.

    Cards follow one another from a first one, so that the answer moves with the day only when a
    card is renewed. Who is not born yet holds one issued that day.
    """
    born = date.fromordinal(birth)
    infancy = birth + int(draw.between(20, _FIRST_WITHIN_DAYS))
    start = max(infancy, _SECOND_GENERATION + int(draw.between(0, _EXCHANGE_DAYS)))
    early = int(draw.between(1, _RENEWED_BEFORE_DAYS))
    while birth < start > day:
        # Before the exchange there were older cards; they are not told apart.
        start = max(birth, start - _EXCHANGE_DAYS)
    start = min(start, day)
    while True:
        first = date.fromordinal(start)
        years = term_years(age_on(born, first))
        if years is None:
            return Validity(first, None)
        last = _years_later(first, years)
        renewal = last.toordinal() - early
        if day < renewal:
            return Validity(first, last)
        start = renewal


def expired_card(birth: int, day: int, draw: Chances) -> Validity:
    """A card that has run out: a month to a year before the day, or earlier where the terms of the
    law leave none so late; for a child too young for one, a card cut short.

    Birth and day are ordinals; `day` is later than the calendar's first year.
    """
    born = date.fromordinal(birth)
    latest = day - 30 - int(draw.between(0, 335))
    candidates = []
    for (low, _), (high, years) in pairwise(((0, 0), *_TERMS)):
        # Issued not before the age of `low`, before the age of `high`, and out by `latest`.
        newest = min(
            _years_later(born, high).toordinal() - 1,
            _years_earlier(date.fromordinal(latest), years),
        )
        if newest >= _years_later(born, low).toordinal():
            first = date.fromordinal(newest)
            candidates.append(Validity(first, _years_later(first, years)))
    if not candidates:
        return Validity(date.fromordinal(min(birth, latest)), date.fromordinal(latest))
    return max(candidates, key=lambda card: card.valid_until or card.valid_from)


def _years_later(day: date, years: int) -> date:
    """The same date years later; 29 February becomes the 28th."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def _years_earlier(day: date, years: int) -> int:
    """The last day (ordinal) that lies at least so many years before; year 1 at the earliest."""
    if day.year <= years:
        return 1
    return (_years_later(day, -years) - timedelta(days=1)).toordinal()
