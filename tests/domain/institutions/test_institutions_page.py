import doctest

import pytest


def test_the_session_in_the_documentation_is_what_really_happens(
    pytestconfig: pytest.Config,
) -> None:
    page = pytestconfig.rootpath / "docs" / "institutions.md"
    results = doctest.testfile(str(page), module_relative=False, encoding="utf-8")
    assert results.attempted >= 10
    assert results.failed == 0
