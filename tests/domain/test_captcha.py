"""Captchas: ids that carry their own facts, answers that follow from them."""

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.domain import captcha, china_time
from simulator.domain.captcha import ALPHABET, LONGEST, SHORTEST, CaptchaPolicy

POLICY = CaptchaPolicy()
KEY, OTHER_KEY = b"k" * 32, b"o" * 32
NOW = china_time.from_iso("2025-03-01T12:00:00+08:00")
END = NOW + 120_000
LAST = china_time.from_iso("2199-12-31T23:59:59+08:00")


def made(number=0, *, key=KEY, policy=POLICY, at=NOW):
    return captcha.issue(key, policy, at, number.to_bytes(4, "big"))


@given(
    st.integers(0, 2**32 - 1),
    st.integers(SHORTEST, LONGEST),
    st.integers(1, 366 * 86_400),
    st.integers(NOW, LAST),
)
def test_id_says_when_it_ends_and_how_long_its_answer_is(number, length, lifetime_s, at):
    issued = made(number, policy=CaptchaPolicy(length, lifetime_s), at=at)
    assert captcha.read_id(KEY, issued.text) == issued
    assert (issued.length, issued.expires_ms) == (length, at + lifetime_s * 1000)
    answer = captcha.answer_of(KEY, issued)
    assert len(answer) == length
    assert set(answer) <= set(ALPHABET)


def test_it_expires_exactly_at_the_end_of_its_lifetime():
    issued = made()
    assert not issued.is_expired(END - 1)
    assert issued.is_expired(END)


def test_id_is_32_hexadecimal_digits_in_either_case():
    issued = made(7)
    assert len(issued.text) == 32
    assert captcha.read_id(KEY, issued.text.upper()) == issued


def test_every_digit_of_an_id_counts():
    text = made().text
    for place, digit in enumerate(text):
        forged = text[:place] + ("0" if digit != "0" else "1") + text[place + 1 :]
        assert captcha.read_id(KEY, forged) is None


@pytest.mark.parametrize("text", ["", "x", "0" * 32, "0" * 31, "é" * 32, "00" * 17, "\ud800"])
def test_text_that_was_never_issued_is_no_id(text):
    assert captcha.read_id(KEY, text) is None


def test_id_of_another_world_is_none():
    assert captcha.read_id(OTHER_KEY, made().text) is None


def test_answers_depend_on_key_and_id_and_use_the_whole_alphabet():
    answers = [captcha.answer_of(KEY, made(number)) for number in range(400)]
    assert len(set(answers)) > 395
    assert captcha.answer_of(OTHER_KEY, made(0)) != answers[0]
    counts = Counter("".join(answers))
    assert set(counts) == set(ALPHABET)
    # 1600 draws of 23: about 70 each, with a standard deviation of 8
    assert 30 < min(counts.values()) <= max(counts.values()) < 120


def test_alphabet_has_no_two_characters_that_look_alike():
    assert len(set(ALPHABET)) == len(ALPHABET)
    for alike in ("0OQD", "1IJ", "2Z", "5S", "8B", "6G", "UV", "VY", "CG"):
        assert len(set(alike) & set(ALPHABET)) <= 1, alike


@pytest.mark.parametrize("given_text", ["CA79", "ca79", " Ca79 ", "ca79\n"])
def test_capitals_and_spaces_around_do_not_matter(given_text):
    assert captcha.is_right("CA79", given_text)


@pytest.mark.parametrize("given_text", ["", "CA7", "CA799", "C A79", "CA97", "ＣＡ79", "\ud800"])
def test_anything_else_is_wrong(given_text):
    assert not captcha.is_right("CA79", given_text)


@pytest.mark.parametrize("size", [0, 3, 5])
def test_nonce_of_another_size_is_refused(size):
    with pytest.raises(ValueError, match=f"a nonce of {size} bytes; expected 4"):
        captcha.issue(KEY, POLICY, NOW, bytes(size))


def test_ids_of_one_instant_differ_by_their_nonce():
    assert len({made(number).text for number in range(100)}) == 100
    assert made(1, policy=replace(POLICY, length=5)).text != made(1).text
