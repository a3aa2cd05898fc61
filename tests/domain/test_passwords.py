"""Passwords: strength, age and history."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.domain import china_time, passwords
from simulator.domain.passwords import PasswordPolicy, PasswordRecord

POLICY = PasswordPolicy()
DAY = china_time.DAY_MS
SET = china_time.from_iso("2025-03-01T09:30:00+08:00")
ID_NUMBER = "11019919900307881X"
PHONE = "16012345678"


def broken(password, policy=POLICY):
    return passwords.violations(password, policy, phone=PHONE, id_number=ID_NUMBER)


def test_default_password_ends_in_the_last_six_of_the_id_number_and_is_strong_enough():
    password = passwords.default_password(ID_NUMBER)
    assert password == "Yibao@07881X"
    assert broken(password) == ()


@pytest.mark.parametrize(
    ("password", "expected"),
    [
        ("Abcdef1!", ()),
        ("abcdefg1", ()),
        ("Abcde1!", ("too_short",)),
        ("a1" * 32, ()),
        ("a1" * 32 + "a", ("too_long",)),
        ("abcdefgh", ("too_few_classes",)),
        ("１２３４５６７８", ("too_few_classes",)),
        ("密码密码密码12", ()),
        ("abc def12", ("whitespace",)),
        ("abcdef\t12", ("whitespace",)),
        ("abcdef\x0012", ("not_printable",)),
        ("abcdef\ud80012", ("not_printable",)),
        (f"a{PHONE}", ("contains_phone",)),
        (f"a{ID_NUMBER}", ("contains_id_number", "contains_birth_date")),
        (f"a{ID_NUMBER.lower()}", ("contains_id_number", "contains_birth_date")),
        ("abc19900307", ("contains_birth_date",)),
        ("zzzzzzz0", ()),
        ("aaaaaaaZ", ()),
        ("AAAAAAA9", ()),
        ("zzzzazzz", ("too_few_classes",)),
        ("AZZZZZZZ", ("too_few_classes",)),
        ("01234567890", ("too_few_classes",)),
        ("", ("too_short", "too_few_classes")),
    ],
)
def test_violated_rules_are_named(password, expected):
    assert broken(password) == expected


@pytest.mark.parametrize(("classes", "ok"), [(1, True), (3, True), (4, False)])
def test_policy_says_how_many_classes_of_characters(classes, ok):
    assert (broken("Abcdefg1", PasswordPolicy(classes=classes)) == ()) is ok


def test_personal_data_may_be_allowed_or_unknown():
    assert broken(f"a{PHONE}", PasswordPolicy(forbid_personal=False)) == ()
    assert passwords.violations(f"a{PHONE}", POLICY) == ()


@given(st.text(max_size=80))
def test_any_text_gets_distinct_known_violations(password):
    found = broken(password)
    assert len(set(found)) == len(found)
    assert ("too_short" in found) == (len(password) < 8)
    assert ("too_long" in found) == (len(password) > 64)


# --- age ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("age_ms", "state", "left"),
    [
        (0, "fresh", 90),
        (1, "fresh", 90),
        (DAY, "fresh", 89),
        (76 * DAY - 1, "fresh", 15),
        (76 * DAY, "reminder", 14),
        (90 * DAY - 1, "reminder", 1),
        (90 * DAY, "expired", 0),
        (900 * DAY, "expired", 0),
    ],
)
def test_password_is_reminded_of_at_76_days_and_expires_at_90(age_ms, state, left):
    assert passwords.age_state(SET, POLICY, SET + age_ms) == state
    assert passwords.days_left(SET, POLICY, SET + age_ms) == left


def test_passwords_may_last_for_ever():
    policy = PasswordPolicy(max_age_days=None)
    assert passwords.age_state(SET, policy, SET + 9999 * DAY) == "fresh"
    assert passwords.days_left(SET, policy, SET + 9999 * DAY) is None
    assert passwords.expires_at(SET, policy) is None


@given(st.integers(0, 200 * DAY))
def test_no_days_are_left_exactly_when_expired(age_ms):
    left = passwords.days_left(SET, POLICY, SET + age_ms)
    expired = passwords.age_state(SET, POLICY, SET + age_ms) == "expired"
    assert (left == 0) == expired
    assert expired == (SET + age_ms >= passwords.expires_at(SET, POLICY))


AGE_OF = {"fresh": 0, "reminder": 80 * DAY, "expired": 100 * DAY}


@pytest.mark.parametrize("event", ["reminder_day", "last_day_ends", "change"])
@pytest.mark.parametrize("state", passwords.TRANSITIONS)
def test_every_event_leads_where_the_table_says(state, event):
    record, now = PasswordRecord("h0", SET), SET + AGE_OF[state]
    assert passwords.age_state(record.changed_ms, POLICY, now) == state
    if event == "change":
        record = passwords.change(record, POLICY, "h1", now)
    else:
        # a day that has passed already does not come again
        now = max(now, SET + (76 if event == "reminder_day" else 90) * DAY)
    expected = passwords.TRANSITIONS[state].get(event)
    if expected is None:
        assert (state, event) in {
            ("fresh", "last_day_ends"),  # reminded of first
            ("reminder", "reminder_day"),
            ("expired", "reminder_day"),
            ("expired", "last_day_ends"),
        }
    else:
        assert passwords.age_state(record.changed_ms, POLICY, now) == expected


# --- history -----------------------------------------------------------------------------------


def matches(hashed, password):
    return hashed == f"hash of {password}"


def record_of(*in_order):
    record = PasswordRecord(f"hash of {in_order[0]}", SET)
    for number, password in enumerate(in_order[1:], 1):
        record = passwords.change(record, POLICY, f"hash of {password}", SET + number)
    return record


def test_present_password_and_five_before_it_may_not_come_back():
    record = record_of(*"abcdefg")
    reused = [each for each in "abcdefgh" if passwords.is_reused(record, POLICY, each, matches)]
    assert reused == list("bcdefg")


def test_change_makes_the_password_fresh_and_remembers_newest_first():
    record = record_of("a", "b", "c")
    assert record == PasswordRecord("hash of c", SET + 2, ("hash of b", "hash of a"))


def test_without_history_only_the_present_password_is_refused():
    policy = PasswordPolicy(history=0)
    record = passwords.change(record_of("a"), policy, "hash of b", SET)
    assert record.earlier == ()
    assert passwords.is_reused(record, policy, "b", matches)
    assert not passwords.is_reused(record, policy, "a", matches)


def test_shorter_history_applies_to_what_is_remembered_already():
    assert not passwords.is_reused(record_of(*"abc"), PasswordPolicy(history=1), "a", matches)


def test_record_and_policy_survive_the_store():
    record = record_of(*"abc")
    assert msgspec.json.decode(msgspec.json.encode(record), type=PasswordRecord) == record
    assert msgspec.json.decode(msgspec.json.encode(POLICY), type=PasswordPolicy) == POLICY
