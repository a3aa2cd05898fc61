"""What may stand in the fields of a subscribe message."""

import pytest

from simulator.domain.message_templates import (
    LOW_BALANCE,
    TEMPLATES,
    field_at_fault,
    rendered,
)

GOOD = {"amount1": "1", "amount2": "2", "time3": "10:00", "thing4": "好"}


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("amount1", ["0", "12.3", "¥12.30", "￥1", "$9999999999.99元", "88元"]),
        ("time3", ["15:01", "9:05:59", "2019年10月1日 15:01", "2026-06-15 10:00"]),
        ("thing4", ["x", "长" * 20, "号 1！"]),
    ],
)
def test_value_that_fits_is_taken(field, values) -> None:
    for value in values:
        assert field_at_fault(LOW_BALANCE, GOOD | {field: value}) is None, value


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("amount1", ["", "-1", "1.234", "12345678901", "１", "1 元"]),
        ("time3", ["", "10", "2026-06-15", "10:00 ", "noon"]),
        ("thing4", ["", "长" * 21, "a\nb"]),
    ],
)
def test_value_that_does_not_fit_is_named(field, values) -> None:
    for value in values:
        assert field_at_fault(LOW_BALANCE, GOOD | {field: value}) == field, value
    missing = {name: value for name, value in GOOD.items() if name != field}
    assert field_at_fault(LOW_BALANCE, missing) == field


def test_message_is_read_with_its_labels_in_order() -> None:
    assert rendered(LOW_BALANCE, GOOD | {"other9": "x"}) == (
        "【医保账户余额提醒】账户余额：1；提醒线：2；数据时间：10:00；温馨提示：好"
    )
    assert len({each.name for each in TEMPLATES}) == len(TEMPLATES)
