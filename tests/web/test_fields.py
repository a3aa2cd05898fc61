"""The strict fields: what they take, and that nothing of another kind slips in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from marshmallow import ValidationError

from simulator.domain import china_time
from simulator.web.fields import Instant, QueryNumber, flag, id_number, phone, whole

DAY_MS = china_time.DAY_MS


@pytest.mark.parametrize("value", [1, 0, 1.0, "true", "false", "", [], None])
def test_flag_takes_true_and_false_alone(value) -> None:
    assert flag().deserialize(True) is True
    assert flag().deserialize(False) is False
    with pytest.raises(ValidationError):
        flag().deserialize(value)


@pytest.mark.parametrize("value", [True, "1", 1.5, 11, -1, None])
def test_whole_takes_numbers_of_its_range_alone(value) -> None:
    assert whole(0, 10).deserialize(10) == 10
    with pytest.raises(ValidationError):
        whole(0, 10).deserialize(value)


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("2026-01-31", "2026-01-31T00:00:00+08:00"),
        ("20260131", "2026-01-31T00:00:00+08:00"),
        ("2026-01-31T08:00:00", "2026-01-31T08:00:00+08:00"),
        ("2026-01-31T00:00:00Z", "2026-01-31T08:00:00+08:00"),
        # an unescaped plus sign arrives as a space
        ("2026-01-31T08:00:00 08:00", "2026-01-31T08:00:00+08:00"),
    ],
)
def test_instant_without_offset_is_china_time(text, same) -> None:
    assert Instant().deserialize(text) == china_time.from_iso(same)


@pytest.mark.parametrize(
    "value",
    [
        "now",
        "",
        "2026-13-01",
        "2026-01-31T25:00",
        20260131,
        None,
        True,
        "2026-01-31" + " " * 40,
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-12:00",
        "0000-01-01",
    ],
)
def test_what_is_no_instant_of_chinas_calendar_is_refused(value) -> None:
    with pytest.raises(ValidationError):
        Instant().deserialize(value)


@given(st.datetimes(timezones=st.timezones()).map(lambda moment: moment.isoformat()))
def test_every_accepted_instant_can_be_written(text) -> None:
    try:
        instant_ms = Instant().deserialize(text)
    except ValidationError:
        return
    assert china_time.from_iso(china_time.to_iso(instant_ms)) == instant_ms


def test_end_of_day_includes_the_day_or_the_instant() -> None:
    until = Instant(end_of_day=True)
    day = china_time.from_iso("2026-01-31")
    assert until.deserialize("2026-01-31") == day + DAY_MS
    assert until.deserialize("2026-01-31T00:00") == day + 1


@pytest.mark.parametrize("value", ["0", "11", "-1", "1.0", " 1", "", "１", "9" * 40, 5, None])
def test_number_in_a_query_is_digits_in_its_range(value) -> None:
    assert QueryNumber(1, 10).deserialize("10") == 10
    with pytest.raises(ValidationError):
        QueryNumber(1, 10).deserialize(value)


@pytest.mark.parametrize(
    "value", ["12800138000", "1380013800", "138001380000", "１" * 11, 13800138000]
)
def test_phone_is_a_mobile_number_as_text(value) -> None:
    assert phone().deserialize("13800138000") == "13800138000"
    with pytest.raises(ValidationError):
        phone().deserialize(value)


@pytest.mark.parametrize("suffix", ["\n", " ", "\x00"])
def test_nothing_may_follow_an_identifier(suffix) -> None:
    for field, value in ((phone(), "13800138000"), (id_number(), "110101199003078881")):
        with pytest.raises(ValidationError):
            field.deserialize(value + suffix)
