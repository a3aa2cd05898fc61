from unicodedata import normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.domain.name_search import Page, cut, holding, normalise, terms_of

NAMES = st.lists(st.text(alphabet="西湖第二人民医院1１aＡ \u3000", max_size=8), max_size=12)
QUERIES = st.text(alphabet="西湖第二人民医院1１aＡ \u3000\t", min_size=1, max_size=6)


@given(names=NAMES, query=QUERIES)
def test_all_names_that_hold_every_term_are_found_and_no_others(
    names: list[str], query: str
) -> None:
    terms = terms_of(query)
    if not terms:
        assert not query.strip()
        return
    stored = [normalise(name) for name in names]
    wanted = normalize("NFKC", query).casefold().split()
    expected = [
        at
        for at, name in enumerate(names)
        if all(term in "".join(normalize("NFKC", name).casefold().split()) for term in wanted)
    ]
    assert holding(stored, terms) == expected


@given(text=st.text(max_size=12))
def test_a_normalised_name_stays_as_it_is(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)


def test_width_case_and_white_space_make_no_difference() -> None:
    assert normalise("维生素Ｂ１２　注射液") == normalise("维生素b12注射液") == "维生素b12注射液"
    assert terms_of(" 注射液　Ｂ１２ 注射液") == ("注射液", "b12")
    assert terms_of(None) == terms_of("") == terms_of(" \u3000") == ()


@given(
    count=st.integers(0, 350),
    page_size=st.integers(1, 100),
)
def test_pages_together_are_the_whole_list_in_its_order(count: int, page_size: int) -> None:
    found = range(1000, 1000 + count)
    pages = -(-count // page_size)
    items: list[int] = []
    for page in range(1, pages + 1):
        answer = cut(found, int, page=page, page_size=page_size)
        assert answer.total == count
        assert 0 < len(answer.items) <= page_size
        items += answer.items
    assert items == list(found)
    behind = cut(found, int, page=pages + 1, page_size=page_size)
    assert behind == Page((), count, pages + 1, page_size)
    assert cut(found, int, page=10**30, page_size=page_size).items == ()


def test_only_the_items_of_the_page_are_made() -> None:
    made: list[int] = []
    cut(range(500), made.append, page=3, page_size=10)
    assert made == list(range(20, 30))


@pytest.mark.parametrize(
    ("page", "page_size", "complaint"),
    [(0, 20, "no page 0"), (-1, 20, "no page -1"), (1, 0, "not 0"), (1, 101, "not 101")],
)
def test_pages_that_cannot_be_are_refused(page: int, page_size: int, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        cut(range(5), int, page=page, page_size=page_size)
