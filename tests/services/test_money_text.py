"""Amounts as the platforms write them, to and from fen, exactly."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.services.ledgers import fen, yuan


@given(st.integers(0, 10**14 - 1))
def test_amount_survives_being_written_and_read(amount_fen) -> None:
    assert fen(yuan(amount_fen)) == amount_fen


@pytest.mark.parametrize(
    ("amount_fen", "text"),
    [(0, "0.00"), (5, "0.05"), (-5, "-0.05"), (-100, "-1.00"), (123456, "1234.56")],
)
def test_yuan_has_two_decimals(amount_fen, text) -> None:
    assert yuan(amount_fen) == text


@pytest.mark.parametrize(
    "text", ["", ".", ".5", "1.", "1.234", "-1", "+1", " 1", "1e3", "１", "1,0", "9" * 13, "1.²"]
)
def test_what_is_no_amount_is_not_read(text) -> None:
    assert fen(text) is None
