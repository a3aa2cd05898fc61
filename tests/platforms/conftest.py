"""Which platform a suite talks to.

What the national platform does, every local one does too. A module of tests that sets ASKED_AT to
both names has its `world` talked to through one and then the other; the people it meets are those
whom that platform serves.
"""

import pytest

REGION = "330100"


def pytest_generate_tests(metafunc) -> None:
    asked_at = getattr(metafunc.module, "ASKED_AT", None)
    if asked_at is not None and "world" in metafunc.fixturenames:
        metafunc.parametrize("world", asked_at, indirect=True)


@pytest.fixture
def world(make_world, request):
    made = make_world()
    return made.local(REGION) if getattr(request, "param", "national") == "local" else made
