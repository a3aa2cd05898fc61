"""Finding names by parts of them, and cutting what was found into pages.

Writing differs more than meaning: full-width letters and digits are the same as half-width ones
(Unicode NFKC), capitals the same as small letters, and white space, in names and between the terms
of a query, does not matter. All of it is *assumed*: no source tells how the platforms search.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar
from unicodedata import normalize

MOST_PER_PAGE = 100
"""The largest page (api.md)."""

Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class Page(Generic[Found]):
    """One page of a list that keeps its order; empty behind the last one."""

    items: tuple[Found, ...]
    total: int
    """Items on all pages together."""
    page: int
    """From 1."""
    page_size: int


def normalise(text: str) -> str:
    """A name as it is compared: without white space, width and case."""
    # A spacing accent is a space and an accent, which may now stand upon another letter.
    return normalize("NFKC", "".join(_folded(text).split()))


def terms_of(query: str | None) -> tuple[str, ...]:
    """The terms of a query, normalised, each once, longest first; none in an empty query."""
    terms = dict.fromkeys(_folded(query or "").split())
    # The longest is likely to be the rarest, and leaves the others the least to look at.
    return tuple(sorted(terms, key=len, reverse=True))


def holding(names: Sequence[str], terms: Sequence[str]) -> list[int]:
    """The positions of the normalised names that hold all of one or more terms, ascending."""
    first, *others = terms
    found = [at for at, name in enumerate(names) if first in name]
    for other in others:
        found = [at for at in found if other in names[at]]
    return found


def cut(
    found: Sequence[int], make: Callable[[int], Found], *, page: int, page_size: int
) -> Page[Found]:
    """A page of what was found; only its own items are made.

    Raise ValueError unless `page` is at least 1 and `page_size` in 1…100.
    """
    if page < 1:
        raise ValueError(f"pages are counted from 1, there is no page {page}")
    if not 1 <= page_size <= MOST_PER_PAGE:
        raise ValueError(f"a page has 1 to {MOST_PER_PAGE} items, not {page_size}")
    first = (page - 1) * page_size
    items = tuple(map(make, found[first : first + page_size]))
    return Page(items, len(found), page, page_size)


def _folded(text: str) -> str:
    # Folding may undo the normal form, so it is made again.
    return normalize("NFKC", normalize("NFKC", text).casefold())
