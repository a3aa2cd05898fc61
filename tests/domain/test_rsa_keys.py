"""Derived RSA keys: the same from the same seed, of the right form, and of primes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.domain.digests import derive_key
from simulator.domain.rsa_keys import PUBLIC_EXPONENT, is_probable_prime, key_pair

KEY = derive_key(1, "rsa")
PAIR = key_pair(KEY, "test")


def trial_division(number: int) -> bool:
    return number > 1 and all(number % divisor for divisor in range(2, int(number**0.5) + 1))


def test_pair_has_2048_bits_and_inverts_its_public_half() -> None:
    assert PAIR.modulus == PAIR.prime_p * PAIR.prime_q
    assert PAIR.modulus.bit_length() == 2048
    assert PAIR.prime_p > PAIR.prime_q
    assert PAIR.prime_p - PAIR.prime_q > 1 << 900
    message = 0x123456789ABCDEF
    assert pow(
        pow(message, PUBLIC_EXPONENT, PAIR.modulus), PAIR.private_exponent, PAIR.modulus
    ) == (message)


def test_pair_depends_on_seed_and_purpose_alone() -> None:
    key_pair.cache_clear()
    assert key_pair(KEY, "test") == PAIR
    assert key_pair(KEY, "other").modulus != PAIR.modulus
    assert key_pair(derive_key(2, "rsa"), "test").modulus != PAIR.modulus


def test_pair_of_a_seed_never_changes() -> None:
    """Keys that somebody has put into their configuration stay good with the next version."""
    assert hex(PAIR.modulus)[2:34] == "9c89e13782ee6a18cd6769323c3a28e0"


@given(st.integers(-5, 50_000))
def test_primes_are_told_from_composites(number) -> None:
    assert is_probable_prime(number, KEY) is trial_division(number)


@pytest.mark.parametrize("number", [561, 1105, 1729, 2047, 3215031751, 3825123056546413051])
def test_numbers_that_pass_for_primes_in_weaker_tests_do_not_here(number) -> None:
    assert not is_probable_prime(number, KEY)


@pytest.mark.parametrize("exponent", [61, 89, 107, 127, 521])
def test_great_primes_are_found_prime(exponent) -> None:
    assert is_probable_prime(2**exponent - 1, KEY)
    assert not is_probable_prime((2**exponent - 1) * (2**61 - 1), KEY)
