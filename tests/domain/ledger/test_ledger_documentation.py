"""docs/ledger.md says what the code does."""

import doctest
from pathlib import Path

from simulator.domain.ledger import ENTRY_TYPES

PAGE = Path(__file__).parents[3] / "docs" / "ledger.md"


def test_worked_example_gives_the_answers_it_states():
    test = doctest.DocTestParser().get_doctest(
        PAGE.read_text(encoding="utf-8"), {}, PAGE.name, str(PAGE), 0
    )
    assert len(test.examples) > 5
    failures, _ = doctest.DocTestRunner().run(test)
    assert failures == 0


def test_table_of_types_is_the_table_of_the_code():
    rows = [
        tuple(cell.strip() for cell in line.strip("|").split("|"))
        for line in PAGE.read_text(encoding="utf-8").splitlines()
        if line.startswith("| ") and line[2:5].isdigit()
    ]
    assert rows == [
        (
            code,
            entry_type.name_zh,
            entry_type.name_en,
            "income" if entry_type.income else "expense",
            "derived" if entry_type.derived else "",
        )
        for code, entry_type in ENTRY_TYPES.items()
    ]
